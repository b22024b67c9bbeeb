"""Permits and the line for them: what every gate is made of.

A gate hands out permits: one is held from before a request until its body is read. Who cannot have one waits in
line, first come, first served. A permit is handed over at the moment of waking, so that nobody can slip in
between and a waiter cancelled just then gives it back.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import msgspec

from ..errors import InvalidArgumentError

__all__ = ["MAX_PAUSE", "CallLater", "Gate", "GateSnapshot", "PermitLine", "Signal", "Timer", "check_count"]

MAX_PAUSE = 60.0
"""Seconds; a longer Retry-After does not keep a gate closed for longer."""


class Signal(enum.Enum):
    """What became of a request, as far as a gate is concerned."""

    ACCEPTED = "accepted"
    """Answered, with whatever status but 429 and 5xx."""
    REFUSED = "refused"
    """429: too many at once."""
    FAILED = "failed"
    """5xx, a timeout, a broken connection."""
    UNKNOWN = "unknown"
    """Cancelled, or never sent: says nothing."""


class GateSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A gate at one moment."""

    limit: int | None
    """Requests at once that it allows just now; None if it does not count them."""
    in_flight: int
    """Permits held."""
    waiting: int
    """Callers in line."""
    refusals: int
    """Answers of 429 since it was made."""
    ceiling: int | None
    """The most that was found to be allowed at once; None while that is not known."""
    paused: float
    """Seconds until it issues permits again, as after a Retry-After; 0.0 if it does now."""


class Gate(Protocol):
    """Decides when a request may be sent. Several clients of one event loop may share one.

    A permit is an int that means something to the gate alone.
    """

    def try_acquire(self) -> int | None:
        """A permit at once, or None where one would have to wait."""
        ...

    async def acquire(self) -> int:
        """A permit, after waiting in line if need be. Cancelling the wait loses none."""
        ...

    def release(
        self, permit: int, signal: Signal, retry_after: float | None = None, concurrent: int | None = None
    ) -> None:
        """Give a permit back and say what became of the request.

        ``retry_after`` is the answer's Retry-After in seconds, ``concurrent`` its Twilio-Concurrent-Requests.
        """
        ...

    def snapshot(self) -> GateSnapshot:
        """What the gate looks like now."""
        ...


class Timer(Protocol):
    """What ``call_later`` returns."""

    def cancel(self) -> None:
        """Call it off."""
        ...


CallLater = Callable[[float, Callable[[], None]], Timer]


def _loop_call_later(delay: float, callback: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay, callback)


class PermitLine:
    """The base of the gates: a number of permits and a line, with no opinion on what the number should be.

    A Retry-After pauses the whole line: nobody gets a permit until it is over, and what is under way goes on.
    """

    def __init__(
        self,
        limit: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        self._limit: int = limit
        self._in_flight: int = 0
        self._epoch: int = 0  # what a permit is: the number of the time it was issued in
        self._refusals: int = 0
        self._waiters: OrderedDict[asyncio.Future[int], None] = OrderedDict()
        self._clock = clock
        self._call_later = call_later or _loop_call_later
        self._paused_until: float | None = None
        self._timer: Timer | None = None

    @property
    def limit(self) -> int | None:
        """Requests at once that it allows just now; None if it does not count them."""
        return self._limit

    @property
    def ceiling(self) -> int | None:
        """The most that was found to be allowed at once; None where that is not known."""
        return None

    @property
    def in_flight(self) -> int:
        """Permits held."""
        return self._in_flight

    @property
    def is_settled(self) -> bool:
        """Whether the limit stays for now: no callers in line are needed to show that more would be used."""
        return True

    def try_acquire(self) -> int | None:
        """A permit at once, or None where one would have to wait."""
        if not self.is_free():
            return None
        self._in_flight += 1
        return self._epoch

    def is_free(self) -> bool:
        """Whether there is a permit to be had at once."""
        return (
            self._in_flight < self._limit
            and not self._waiters
            and (self._paused_until is None or self._pause_is_over())
        )

    async def acquire(self) -> int:
        """A permit, after waiting in line if need be. Cancelling the wait loses none."""
        permit = self.try_acquire()
        if permit is not None:
            return permit
        place = self.line_up()
        try:
            return await place
        except BaseException:
            self.leave(place)
            raise

    def line_up(self) -> asyncio.Future[int]:
        """A place at the end of the line, for who got no permit at once: the permit comes as its result.

        Who stops to wait for it must `leave`. This is `acquire` without a coroutine: thousands may wait.
        """
        place: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiters[place] = None
        if self._paused_until is not None:
            self._set_timer()
        return place

    def leave(self, place: asyncio.Future[int]) -> None:
        """Give up a place in line, or the permit that came just now."""
        if place.done() and not place.cancelled():
            self._in_flight -= 1  # woken and cancelled in the same turn of the loop: it has a permit
        else:
            self._waiters.pop(place, None)
        self._serve()

    def release(
        self, permit: int, signal: Signal, retry_after: float | None = None, concurrent: int | None = None
    ) -> None:
        """Give a permit back and say what became of the request.

        ``retry_after`` is the answer's Retry-After in seconds, ``concurrent`` its Twilio-Concurrent-Requests.
        """
        if self._in_flight <= 0:
            raise RuntimeError("release() without a permit")
        used = self._in_flight >= self._limit
        self._in_flight -= 1
        if retry_after is not None and retry_after > 0:
            self._pause(min(retry_after, MAX_PAUSE))
        if signal is Signal.ACCEPTED:
            self._accepted(permit, used, concurrent)
        elif signal is Signal.REFUSED:
            self._refusals += 1
            self._refused(permit, used, retry_after, concurrent)
        elif signal is Signal.FAILED:
            self._failed()
        if self._waiters:
            self._serve()

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""
        self._limit = min(self._limit, most)

    def snapshot(self) -> GateSnapshot:
        """What the gate looks like now."""
        paused = 0.0 if self._paused_until is None else max(0.0, self._paused_until - self._clock())
        return GateSnapshot(
            limit=self.limit,
            in_flight=self._in_flight,
            waiting=len(self._waiters),
            refusals=self._refusals,
            ceiling=self.ceiling,
            paused=paused,
        )

    def _accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        """An answer arrived. ``used``: the whole limit was under way until now."""

    def _refused(self, permit: int, used: bool, retry_after: float | None, concurrent: int | None) -> None:
        """A 429 arrived."""

    def _failed(self) -> None:
        """No proper answer arrived."""

    def _serve(self) -> None:
        """Hand permits to the first in line, as many as there are."""
        waiters = self._waiters
        while (
            waiters
            and self._in_flight < self._limit
            and (self._paused_until is None or self._pause_is_over())
        ):
            waiter, _ = waiters.popitem(last=False)
            if not waiter.done():
                waiter.set_result(self._issue())
        if self._paused_until is not None:
            self._set_timer()

    def _issue(self) -> int:
        self._in_flight += 1
        return self._epoch

    def _pause(self, seconds: float) -> None:
        """Issue no permit for a time; a longer pause that is on already stays."""
        until = self._clock() + seconds
        if self._paused_until is None or until > self._paused_until:
            self._paused_until = until
            self._drop_timer()

    def _pause_is_over(self) -> bool:
        if self._paused_until is not None and self._clock() >= self._paused_until:
            self._paused_until = None
            self._drop_timer()
        return self._paused_until is None

    def _set_timer(self) -> None:
        """See to it that the line moves on after a pause. There is a timer only while somebody waits for it."""
        if self._paused_until is None or not self._waiters:
            self._drop_timer()
        elif self._timer is None:
            self._timer = self._call_later(max(0.0, self._paused_until - self._clock()), self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._serve()

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def check_count(value: int, argument: str, *, least: int = 1) -> int:
    """The value, if it is a whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:  # pyright: ignore[reportUnnecessaryIsInstance]  (callers may not be typed)
        raise InvalidArgumentError(
            f"{argument} must be a whole number of at least {least}, not {value!r}", argument=argument
        )
    return value
