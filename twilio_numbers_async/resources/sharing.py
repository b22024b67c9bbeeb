"""Asking once: calls for the same thing under way share one request, and a cache keeps answers for a while."""

from __future__ import annotations

import asyncio
import copy
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from ..errors import ConfigurationError
from ..models import Portability

__all__ = ["PortabilityCache", "TTLCache", "Twins"]

T = TypeVar("T")


class Twins(Generic[T]):
    """Lets calls of ``call`` with the same key that are under way at once share one request.

    The first one makes it; when that one is cancelled, the next in line makes it anew.
    """

    def __init__(self, call: Callable[[str], Awaitable[T]]) -> None:
        self._call = call
        # What is under way; the future is made when a twin comes to wait for it.
        self._flights: dict[str, asyncio.Future[tuple[T | None, BaseException | None]] | None] = {}

    async def share(self, key: str) -> T:
        """The answer for ``key``: a new one, or that of a twin under way."""
        flights = self._flights
        while key in flights:
            landing = flights[key]
            if landing is None:
                landing = flights[key] = asyncio.get_running_loop().create_future()
            result, error = await asyncio.shield(landing)
            if error is None:
                return result  # type: ignore[return-value]  # there was no error, so it is T
            if isinstance(error, Exception):
                raise copy.copy(error)  # an exception belongs to one task: each raises its own
            # The one who asked was cancelled.
        flights[key] = result = error = None
        try:
            result = await self._call(key)
            return result
        except BaseException as failure:
            error = failure
            raise
        finally:
            landing = flights.pop(key)
            if landing is not None:
                landing.set_result((result, error))
            error = None  # it holds this frame, which must not hold it


class PortabilityCache(Protocol):
    """Where answers of ``portability.fetch`` and ``sweep`` may be kept. The key holds the number, E.164."""

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
