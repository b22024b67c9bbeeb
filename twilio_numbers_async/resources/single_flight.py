"""Single flight: calls for the same target under way share one request. A cache keeps answers for a while."""

from __future__ import annotations

import asyncio
import copy
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ..errors import ConfigurationError, GateFullError, RequestTimeoutError
from ..models import Portability
from ..transport.caller import Caller
from ..transport.endpoint import Endpoint

__all__ = ["PortabilityCache", "SingleFlight", "TTLCache"]

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Lets calls of an endpoint for the same target that are under way at once share one request.

    The first one makes it; when that one is cancelled, the next one makes it anew. Bulk calls join single calls and one
    another. Single calls do not join bulk calls, which may wait in a long queue.
    """

    def __init__(self, caller: Caller, endpoint: Endpoint[T], singles: SingleFlight[T] | None = None) -> None:
        self._caller = caller
        self._endpoint = endpoint
        self._in_bulk: SingleFlight[T] | None = None
        # What is under way; the future is made when another call comes to wait for it.
        self._flights: dict[str, asyncio.Future[tuple[T | None, BaseException | None]] | None] = {}
        self._singles = self._flights if singles is None else singles._flights

    @property
    def in_bulk(self) -> SingleFlight[T]:
        """The same for calls over many inputs."""
        if self._in_bulk is None:
            caller = self._caller.in_bulk
            self._in_bulk = self if caller is self._caller else SingleFlight(caller, self._endpoint, self)
        return self._in_bulk

    def enqueue(self, target: str) -> asyncio.Future[int] | None:
        """Return a place in the gate's queue for a call; its result is the permit to `share` with.

        None for a call that can be made at once, or that must wait in `share`. A caller that stops waiting must
        `dequeue`.
        """
        if target in self._flights:
            return None
        place = self._caller.enqueue()
        if place is not None:
            self._flights[target] = None
        return place

    def dequeue(self, target: str, place: asyncio.Future[int], reason: BaseException) -> None:
        """Leave the queue; the next call enqueues anew."""
        self._caller.dequeue(place)
        self._land(target, None, reason)

    async def share(self, target: str, expected: tuple[str, ...], permit: int | None = None) -> T:
        """The answer: a new one, or that of a call under way. ``expected``: see ``Caller.follow``."""
        own, singles, started = self._flights, self._singles, None
        while permit is None and (target in singles or target in own):
            started = self._caller.start() if started is None else started
            flights = singles if target in singles else own
            landing = flights[target]
            if landing is None:
                landing = flights[target] = asyncio.get_running_loop().create_future()
            result, error = await asyncio.shield(landing)
            if error is None:
                return result  # type: ignore[return-value]  # there was no error, so it is T
            # A single call gives up in the gate where a bulk call goes on waiting.
            gave_up = flights is not own and isinstance(error, GateFullError | RequestTimeoutError)
            if isinstance(error, Exception) and not gave_up:
                raise copy.copy(error)  # an exception belongs to one task: each raises its own
            # The one who asked was cancelled, or gave up.
        own.setdefault(target)  # with a permit it has been under way since it stood in the queue
        result = error = None
        try:
            result = await self._caller.follow(
                self._endpoint, target, expected=expected, permit=permit, started=started
            )
            return result
        except BaseException as failure:
            error = failure
            raise
        finally:
            self._land(target, result, error)
            error = None  # it holds this frame, which must not hold it

    def _land(self, target: str, result: T | None, error: BaseException | None) -> None:
        landing = self._flights.pop(target)
        if landing is not None:
            landing.set_result((result, error))


class PortabilityCache(Protocol):
    """A cache for the answers of ``portability.fetch`` and ``sweep``. The key holds the number, E.164."""

    async def get(self, key: str) -> Portability | None:
        """The answer that is kept, or None."""
        ...

    async def set(self, key: str, answer: Portability) -> None:
        """Keep an answer."""
        ...


class TTLCache:
    """Answers in memory, each for ``seconds``, at most ``max_size`` of them (the oldest goes first)."""

    def __init__(
        self, seconds: float, *, max_size: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if not seconds > 0 or max_size < 1:
            raise ConfigurationError("TTLCache needs seconds more than 0 and a max_size of at least 1")
        self._seconds = seconds
        self._max_size = max_size
        self._clock = clock
        # In the order in which they end. A plain dict is slow to find its first again and again.
        self._kept: OrderedDict[str, tuple[float, Portability]] = OrderedDict()

    async def get(self, key: str) -> Portability | None:
        """The answer that is kept, or None."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= self._clock():
            return None
        return kept[1]

    async def set(self, key: str, answer: Portability) -> None:
        """Keep an answer."""
        kept, now = self._kept, self._clock()
        kept.pop(key, None)
        kept[key] = now + self._seconds, answer
        while len(kept) > self._max_size or next(iter(kept.values()))[0] <= now:
            kept.popitem(last=False)
