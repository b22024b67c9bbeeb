"""The gate that finds out by itself how many requests an account may have open at once."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable

import msgspec

from ..errors import InvalidArgumentError
from .permits import CallLater, GateSnapshot, PermitLine, check_count

__all__ = ["AdaptiveGate"]

# Probing: answers from one probe to the next. A refused probe costs one request.
PROBE_FIRST = 2  # rounds until the first one; each refused one doubles it, up to the longest
PROBE_ANSWERS = 400  # the longest, so that a quarter of a per cent is refused
PROBE_ROUNDS = 100  # the longest for limits so low that 400 answers would take too long

# Sharing the account: every program probes at the same pace, and who is pushed yields a share of what it has.
SHARED_ROUNDS = 6  # between two probes
SHARED_PROBES = 16  # refused ones until the account counts as ours alone again
YIELD = 16  # one part in so many

# Pauses where nothing of ours is under way: the others have it all. Seconds, doubled each time.
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0

QUIET = 50  # no probe for so many times the Retry-After that the last refusal came with
ROOM = 4  # an answer that reports room counts for so many


class _Mode(enum.Enum):
    GROWING = "growing"
    HOLDING = "holding"
    PROBING = "probing"


class AdaptiveGate(PermitLine):
    """Finds the number of requests that may be open at once, and stays at it.

    It counts answers, not seconds, so that it works alike at any latency. A *round* is as many answers as the
    limit is high. Only while the whole limit is used does an answer say anything about it.

    - Growing: each answer raises the limit by one, which doubles it every round.
    - A refusal shows the ceiling, because it is answered at once: what is still in flight then is what the
      account allows. That is the limit from there on. A burst of refusals is one decrease: each further
      refusal of a permit issued before it only corrects the count.
    - Holding: at the ceiling. After a while it probes with one more. Refused: back, and twice as long until the
      next probe. Not refused for a round: the ceiling has gone, and it grows again.
    - A refusal while holding is not of its own making: others use the account too, or it allows less than
      before. It yields a share of what it has, and more and more with each refusal that follows without an
      answer in between. A program that came late gets its part that way.

    ``initial``, ``minimum`` and ``maximum`` are numbers of requests at once.
    """

    def __init__(
        self,
        *,
        initial: int = 5,
        minimum: int = 1,
        maximum: int = 1000,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        self._minimum = check_count(minimum, "minimum")
        self._maximum = check_count(maximum, "maximum")
        if maximum < minimum:
            raise InvalidArgumentError(
                f"maximum must not be below minimum ({minimum}), not {maximum!r}", argument="maximum"
            )
        limit = min(max(check_count(initial, "initial"), minimum), maximum)
        super().__init__(limit, clock=clock, call_later=call_later)
        self._mode = _Mode.GROWING
        self._ceiling: int | None = None
        self._left = 0  # answers until a hold or a probe is over
        self._wait = 0  # how many the last hold took
        self._burst = 0  # refusals of permits of an earlier epoch are part of a burst that was dealt with
        self._settled = True  # since the last decrease an answer to a permit issued after it has come
        self._strikes = 0  # decreases in a row that were not of its own making
        self._shared = 0  # refused probes until the account counts as ours alone
        self._quiet_until = 0.0
        self._full: int | None = None  # what the account had under way when it refused, if it says so
        self._next_pause = FIRST_PAUSE

    def snapshot(self) -> GateSnapshot:
        """What the gate looks like now."""
        return msgspec.structs.replace(super().snapshot(), ceiling=self._ceiling)

    def _accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        if not self._settled and permit >= self._burst:
            self._settled = True
        if self._next_pause > FIRST_PAUSE:
            self._next_pause *= 0.9
        if not used:
            return
        if self._mode is _Mode.GROWING:
            if self._limit < self._maximum:
                self._limit += 1
            if self._ceiling is not None and self._limit >= self._ceiling:
                self._mode = _Mode.HOLDING
        elif self._mode is _Mode.HOLDING:
            self._left -= 1 if concurrent is None or not self._has_room(concurrent) else ROOM
            if self._left <= 0:
                self._probe()
        elif permit == self._epoch:
            self._left -= 1
            if self._left <= 0:
                self._grow(self._limit)

    def _refused(self, permit: int, used: bool, retry_after: float | None, concurrent: int | None) -> None:
        self._full = concurrent
        if retry_after is not None:
            self._quiet_until = self._clock() + QUIET * retry_after
        if permit >= self._burst:
            self._decrease(max(self._minimum, self._in_flight), used)
        elif not self._settled and self._limit > self._minimum:
            self._limit -= 1  # it was counted as one that is allowed
            if self._ceiling is not None:
                self._ceiling -= 1
        if self._in_flight == 0:
            self._shared = SHARED_PROBES
            self._pause(self._next_pause)
            self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)

    def _failed(self) -> None:
        if self._ceiling is not None and self._limit > max(self._minimum, self._ceiling // 2):
            self._limit -= 1
            self._mode = _Mode.GROWING

    def _decrease(self, allowed: int, used: bool) -> None:
        limit = min(allowed, self._limit)
        if not used:  # the others fill the account; what there is for us has to be found when we want more
            self._grow(limit)
        elif self._settled and self._mode is not _Mode.HOLDING:
            self._strikes = -1  # the first straggler of the burst is none
            self._shared = max(0, self._shared - 1)
            self._hold(limit)
        else:
            if self._settled:
                self._strikes = 0
                self._shared = SHARED_PROBES
            self._strikes += 1
            if self._strikes > 0:
                limit = max(self._minimum, limit - allowed * min(1 << self._strikes, YIELD) // (2 * YIELD))
            self._hold(limit)
            if self._strikes > 2:
                self._ceiling = allowed
                self._mode = _Mode.GROWING
        self._epoch += 1
        self._burst = self._epoch
        self._settled = False

    def _grow(self, limit: int) -> None:
        self._limit = limit
        self._ceiling = None
        self._mode = _Mode.GROWING
        self._wait = 0

    def _hold(self, limit: int) -> None:
        self._limit = self._ceiling = limit
        self._mode = _Mode.HOLDING
        longest = max(PROBE_FIRST * limit, min(PROBE_ANSWERS, PROBE_ROUNDS * limit))
        self._wait = min(max(PROBE_FIRST * limit, 2 * self._wait), longest)
        self._left = SHARED_ROUNDS * limit if self._shared else self._wait

    def _probe(self) -> None:
        if self._limit >= self._maximum or self._clock() < self._quiet_until:
            self._left = self._limit
            return
        self._mode = _Mode.PROBING
        self._epoch += 1
        self._limit += 1
        self._left = self._limit

    def _has_room(self, concurrent: int) -> bool:
        return self._full is not None and self._full - concurrent > max(2, self._full // 4)
