"""The queue for permits, which every gate of ours is made of.

A gate hands out permits: one is held from before a request until its body is read. A caller that cannot have one waits
in the queue. A permit is handed over at the moment of waking, so that nobody can slip in between and a waiter cancelled
just then gives it back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from .base import CallLater, GateChange, GateSnapshot, Signal, Timer
from .lanes import Lanes
from .limits import UNCOUNTED, Limit

__all__ = ["LONG_PAUSE", "MAX_PAUSE", "GateQueue"]

MAX_PAUSE = 60.0
"""Seconds; a longer Retry-After does not keep a gate closed for longer."""
LONG_PAUSE = 5.0
"""Seconds; a longer pause is worth a warning."""

RIPE = 1e-6  # seconds before its time at which a permit may be issued: sums of floats are not exact

_ACCEPTED = Signal.ACCEPTED  # an enum's members are slow to reach
_log = logging.getLogger("twilio_numbers_async.calls")


def _loop_call_later(delay: float, callback: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay, callback)


class GateQueue:
    """Permits and the queue for them, within all of some limits.

    Single calls go before bulk calls, such as a sweep's; where both wait, one permit in five is for bulk. Calls of one
    kind are served in order. A Retry-After pauses the whole queue: no caller gets a permit until it is over, and what
    is under way goes on.

    ``on_change`` is called with each change of the limit and each pause, in the turn of the event loop in which it
    happens. ``retrying`` counts calls without a permit that pause before another try; the caller keeps it.
    """

    def __init__(
        self,
        *limits: Limit,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        self.clock = clock
        self.on_change: Callable[[GateChange], None] | None = None
        self.retrying = 0
        self._call_later = call_later or _loop_call_later
        self._limits = limits
        self._unsettling = tuple(limit for limit in limits if type(limit).is_settled is not Limit.is_settled)
        self._most = min((limit.most for limit in limits), default=UNCOUNTED)
        # Permits are numbered. Those from _next up to (not including) _end may be issued at once.
        self._next = 0
        self._end = self._most
        self._refusals = 0
        self._waiting = 0  # as many as there are in the lanes, at hand
        self._lanes = Lanes()
        self._rates = tuple(limit for limit in limits if limit.rate is not None)
        self._open = not self._rates  # neither a pause nor a rate to look at
        self._paused_until: float | None = None
        self._timer: Timer | None = None
        self._cause: Signal | None = None
        for limit in limits:
            limit.attach(self)
        self._accepted = tuple(limit.accepted for limit in limits if limit.hears)

    @property
    def limit(self) -> int | None:
        """Requests at once that it allows just now; None if it does not count them."""
        return None if self._most >= UNCOUNTED else self._most

    @property
    def ceiling(self) -> int | None:
        """The most that was found to be allowed at once; None where that is not known."""
        return min((c for limit in self._limits if (c := limit.ceiling) is not None), default=None)

    @property
    def rate(self) -> float | None:
        """Requests a second that it allows just now; None if it does not count them."""
        return min((r for limit in self._limits if (r := limit.rate) is not None), default=None)

    @property
    def in_flight(self) -> int:
        """Permits held."""
        return self._most - (self._end - self._next)

    @property
    def issued(self) -> int:
        """The number of the next permit: all below it have been issued."""
        return self._next

    @property
    def is_settled(self) -> bool:
        """True if the limit stays for now: no callers in the queue are needed to show that more would be used."""
        for limit in self._unsettling:  # noqa: SIM110 - asked for each number of a sweep: no generator
            if not limit.is_settled:
                return False
        return True

    # Permits

    def try_acquire(self) -> int | None:
        """Return a permit at once, or None if one would have to wait."""
        permit = self._next
        if permit < self._end and not self._waiting and (self._open or self._opens()):
            self._next = permit + 1
            if self._rates:
                self._count_start()
            return permit
        return None

    def is_free(self) -> bool:
        """True if there is a permit to be had at once."""
        return self._next < self._end and not self._waiting and (self._open or self._opens())

    async def acquire(self, bulk: bool = False) -> int:
        """Get a permit, after waiting in the queue if need be. A cancelled wait loses none."""
        permit = self.try_acquire()
        if permit is not None:
            return permit
        place = self.enqueue(bulk)
        try:
            return await place
        except BaseException:
            self.dequeue(place)
            raise

    def enqueue(self, bulk: bool = False, owner: object = None) -> asyncio.Future[int]:
        """Return a place at the end of the queue, for a caller that got no permit at once: the permit comes as its
        result.

        A caller that stops waiting must `dequeue`. This is `acquire` without a coroutine: thousands may wait.
        ``owner`` is what `places_of` finds it by.
        """
        place: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._lanes.add(place, bulk, owner)
        self._waiting += 1
        if not self._open:
            self._set_timer()
        return place

    def dequeue(self, place: asyncio.Future[int]) -> None:
        """Give up a place in the queue, or the permit that came just now."""
        if self._lanes.remove(place):
            self._waiting -= 1
        elif place.done() and not place.cancelled() and place.exception() is None:
            self._end += 1  # woken and cancelled in the same turn of the loop: it has a permit
        self._serve()

    def places_of(self, owner: object) -> list[asyncio.Future[int]]:
        """The places in the queue that have this owner."""
        return self._lanes.owned_by(owner)

    def ahead(self, bulk: bool = False) -> int:
        """The callers in the queue that a new one would wait behind."""
        return self._waiting if bulk else len(self._lanes.singles)

    def release(
        self,
        permit: int,
        signal: Signal,
        retry_after: float | None = None,
        concurrent: int | None = None,
        code: int | None = None,
    ) -> None:
        """Give a permit back and say what became of the request.

        ``retry_after`` is the answer's Retry-After in seconds, ``concurrent`` its Twilio-Concurrent-Requests,
        ``code`` Twilio's error code of a refusal: 20429, or none, means too many at once, another too many a second.
        """
        end = self._end
        if end - self._next >= self._most:
            raise RuntimeError("release() without a permit")
        used = end <= self._next
        self._end = end + 1
        if signal is _ACCEPTED and retry_after is None:
            for accepted in self._accepted:
                accepted(permit, used, concurrent)
        else:
            self._cause = signal
            try:
                self._learn(permit, signal, used, retry_after, concurrent, code)
            finally:
                self._cause = None
        if self._waiting:
            self._serve()

    def _learn(
        self,
        permit: int,
        signal: Signal,
        used: bool,
        retry_after: float | None,
        concurrent: int | None,
        code: int | None,
    ) -> None:
        if retry_after is not None:
            retry_after = min(retry_after, MAX_PAUSE)
            if retry_after > 0:
                self.pause(retry_after)
        self._refusals += signal is Signal.REFUSED
        for limit in self._limits:
            if signal is _ACCEPTED:
                limit.accepted(permit, used, concurrent)
            elif signal is Signal.REFUSED:
                limit.refused(permit, used, retry_after, concurrent, code)
            elif signal is Signal.LIMITED:
                limit.limited(permit, used)
            elif signal is Signal.FAILED:
                limit.failed()

    def retry_delay(self, random: float) -> float | None:
        """Seconds between a refusal without Retry-After and another try, for a ``random`` from 0 to 1.

        None where that is left to the RetryPolicy.
        """
        return max(
            (d for limit in self._limits if (d := limit.retry_delay(random)) is not None), default=None
        )

    def snapshot(self) -> GateSnapshot:
        """A snapshot of the gate."""
        return GateSnapshot(
            limit=self.limit,
            in_flight=self.in_flight,
            waiting=self._waiting,
            refusals=self._refusals,
            ceiling=self.ceiling,
            paused=self._paused(),
            waiting_bulk=len(self._lanes.bulk),
            waiting_to_retry=self.retrying,
            rate=self.rate,
        )

    def __repr__(self) -> str:
        seen = self.snapshot()
        allowed = [] if seen.limit is None else [f"{seen.limit:,} at once allowed"]
        allowed += [] if seen.rate is None else [f"{seen.rate:,.3g} a second allowed"]
        allowed += [] if seen.ceiling is None else [f"ceiling {seen.ceiling:,}"]
        parts = [*allowed, f"{seen.in_flight:,} in flight", f"{seen.waiting:,} waiting"]
        parts += [f"{seen.refusals:,} refusals"] if seen.refusals else []
        parts += [f"paused for {seen.paused:.1f} s"] if seen.paused else []
        return f"<{type(self).__name__}: {', '.join(parts)}>"

    # Limits

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""
        for limit in self._limits:
            limit.bound(most)

    def limit_changed(self) -> None:
        """Look at the limits anew. They call it."""
        before, rate = self._most, self.rate
        self._most = min(limit.most for limit in self._limits)
        self._end += self._most - before
        if (rate is not None) is not bool(self._rates):
            self._rates = tuple(limit for limit in self._limits if limit.rate is not None)
            self._open = not self._rates and self._paused_until is None
        self._accepted = tuple(limit.accepted for limit in self._limits if limit.hears)
        self._tell(before)

    def pause(self, seconds: float) -> None:
        """Issue no permit for a time; a longer pause that is on already stays."""
        until = self.clock() + seconds
        if self._paused_until is not None and until <= self._paused_until:
            return
        was_long = self._paused() > LONG_PAUSE
        self._paused_until = until
        self._open = False
        self._drop_timer()
        for limit in self._rates:
            limit.hold(until)
        if seconds > LONG_PAUSE and not was_long:
            _log.warning(
                "gate.paused: no request for %.1f s, as the answer wished; %d calls wait",
                seconds,
                self._waiting,
                extra={"event": "gate.paused", "seconds": seconds},
            )
        self._set_timer()
        self._tell(self._most)

    def _tell(self, before: int) -> None:
        if self.on_change is None:
            return
        change = GateChange(
            limit=self.limit,
            limit_before=None if before >= UNCOUNTED else before,
            paused=self._paused(),
            rate=self.rate,
            in_flight=self.in_flight,
            cause=self._cause,
        )
        try:
            self.on_change(change)
        except Exception:  # noqa: BLE001 - a broken hook must not cost a permit
            _log.exception("on_change failed")

    def _paused(self) -> float:
        return 0.0 if self._paused_until is None else max(0.0, self._paused_until - self.clock())

    # The line

    def _serve(self, timed: bool = False) -> None:
        """Hand permits to the first in the queue, as many as there are. ``timed``: it was time for the next."""
        late = timed or self._timer is not None
        while self._waiting and self._next < self._end and (self._open or self._opens()):
            waiter = self._lanes.pop()
            self._waiting -= 1
            if not waiter.done():
                permit = self._next
                self._next = permit + 1
                if self._rates:
                    self._count_start(late)
                waiter.set_result(permit)
        if not self._open:
            self._set_timer()

    # Time

    def _opens(self) -> bool:
        """True if a permit may be issued now, as far as pauses and rates go."""
        now = self.clock()
        if self._paused_until is not None:
            if now < self._paused_until:
                return False
            self._paused_until = None
            self._open = not self._rates
            self._drop_timer()
        return all(limit.wait(now) <= RIPE for limit in self._rates)

    def _count_start(self, late: bool = False) -> None:
        now = self.clock()
        for limit in self._rates:
            limit.started(now, late)

    def _set_timer(self) -> None:
        """Make sure that the queue moves on. There is a timer only while a caller waits for nothing but time."""
        if self._open or not self._waiting or self._next >= self._end:
            self._drop_timer()
        elif self._timer is None:
            now = self.clock()
            wait = max((limit.wait(now) for limit in self._rates), default=0.0)
            if self._paused_until is not None:
                wait = max(wait, self._paused_until - now)
            self._timer = self._call_later(max(0.0, wait), self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._serve(timed=True)

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
