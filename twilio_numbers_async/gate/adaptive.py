"""The gate that finds out by itself how many requests an account may have open at once."""

from __future__ import annotations

import enum
import math

from ..errors import InvalidArgumentError
from .base import check_count
from .limits import CONCURRENCY_CODE, GateView, Limit

__all__ = ["AdaptiveLimit"]

# When growing does not pay: more at once no longer brings more answers a second, because this process or the server
# is busy all the time. Below some size the noise is too large to tell.
WORTH = 1.2  # times the answers a second of the round before
CLEARLY = 1.5  # in a round that has not been looked at twice
LEAST_TO_TELL = 32
LEAST_FLAT = 16  # so few cost next to nothing, and keep a busy process busy
TRIAL_ROUNDS = 2  # to look at a doubled limit, where a round before has not paid
FLAT_ROUNDS = 4  # to hold before it grows again; doubled each time that it does not pay
LONGEST_FLAT_ROUNDS = 64

# How long it holds before it probes. A refused probe costs one request.
FIRST_ROUNDS = 2  # then twice as long after each refused probe, up to the longest
LONGEST_ANSWERS = 400  # so that a quarter of a per cent is refused
LONGEST_ROUNDS = 100  # for limits so low that 400 answers take too long
FASTER = 4  # how much larger the next step is after a probe that went well

# While others share the account, each program probes once in so many rounds, however much it has: that is what
# makes them equal in the end.
SHARED_ROUNDS = 6
SHARED_PROBES = (
    16  # refused ones until the account counts as ours alone again; one that went well counts twice
)
YIELD = 16  # one part in so many is given up for others

# Pauses while nothing of ours gets in. Seconds; doubled each time, and slowly shorter again with answers.
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0

# Seconds from a refusal without Retry-After to the next try of the same call.
FIRST_RETRY = 0.010
LAST_RETRY = 0.030

QUIET = 50  # no probe for so many times the Retry-After that the last refusal came with
ROOM = 4  # an answer that reports room in the account counts for so many


class _Mode(enum.Enum):
    GROWING = enum.auto()
    HOLDING = enum.auto()
    PROBING = enum.auto()


class AdaptiveLimit(Limit):
    """Finds the number of requests that may be open at once, and stays at it.

    It counts answers, not seconds, so that it works alike at any latency; a *round* is as many answers as the
    limit is high. An answer counts only while the whole limit is in use.

    - Growing: each answer raises the limit by one, which doubles it every round. Where a round brings no more
      answers a second than the one before, more connections would only cost: it holds, and grows again later.
    - A refusal shows the ceiling, because it comes at once: what is still in flight then is what the account
      allows. That becomes the limit. A burst of refusals is one decrease: refusals of permits issued before it
      only correct the count.
    - Holding: at the ceiling, and after some rounds probing with one more. Refused: back, and longer until the
      next probe. Not refused for a quarter of a round: the ceiling is higher, and it goes on with four times the
      step.
    - A refusal while holding is not its own doing: others share the account, or it allows less than before. It
      gives up a share of its limit, more with each refusal that follows before any answer. From then on it probes
      at the pace that all who share keep, and takes one at a time, until it seems to be alone.

    5xx, timeouts and broken connections take one off each, down to half the ceiling, and answers bring it back.
    ``Twilio-Concurrent-Requests`` well below what it was at the last refusal brings the next probe forward.

    ``initial``, ``minimum`` and ``maximum`` are requests at once.
    """

    hears = True

    def __init__(self, *, initial: int = 5, minimum: int = 1, maximum: int = 1000) -> None:
        self._minimum = check_count(minimum, "minimum")
        self._maximum = check_count(maximum, "maximum")
        if maximum < minimum:
            raise InvalidArgumentError(
                f"maximum must be at least minimum ({minimum}), not {maximum}", argument="maximum"
            )
        self.most = limit = min(max(check_count(initial, "initial"), minimum), maximum)
        self._mode = _Mode.GROWING
        self._ceiling: int | None = None
        self._left = 0  # answers until the hold or the probe is over
        self._wait = 0  # answers that the last hold took
        self._step = 1  # how far the next probe goes
        self._target = limit  # where the probe under way goes
        self._burst = (
            0  # the first permit since the last decrease; refusals of older ones belong to its burst
        )
        self._probe = 0  # the first permit of the probe
        self._settled = True  # whether a permit since the last decrease has been answered
        self._strikes = 0  # decreases in a row with no answer in between
        self._shared = 0  # refused probes until the account counts as ours alone
        self._full: int | None = None  # what the account had under way when it refused, if it said so
        self._quiet_until = 0.0
        self._next_pause = FIRST_PAUSE
        # Growing after a round that did not pay: to be believed only after a longer look.
        self._trying = False
        self._worth = limit  # the highest that has shown that it pays
        self._flat = FLAT_ROUNDS
        self._rounds = 0  # to hold until it grows or decides
        self._rate = 0.0  # the most answers a second before it grew; 0 where it was not busy throughout
        self._best = 0.0  # the most in one of the rounds that it holds
        self._from = limit  # where the round began
        self._since: float | None = None  # when it began; None once not all of the limit was in use

    def attach(self, gate: GateView) -> None:
        """Belong to a gate."""
        self._gate = gate
        self._since = gate.clock()

    @property
    def _limit(self) -> int:
        return self.most

    @_limit.setter
    def _limit(self, limit: int) -> None:
        if limit != self.most:
            self.most = limit
            self._gate.limit_changed()

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""
        self._limit = min(self._limit, most)
        self._maximum = min(self._maximum, most)
        self._minimum = min(self._minimum, most)

    @property
    def ceiling(self) -> int | None:
        """The most that was found to be allowed at once; None while that is not known."""
        return self._ceiling

    @property
    def is_settled(self) -> bool:
        """Whether it holds: while it grows or probes, only answers under a full limit count."""
        return self._mode is _Mode.HOLDING

    def accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        """An answer arrived. ``used``: the whole limit was under way until now."""
        if not self._settled and permit >= self._burst:
            self._settled = True
        if self._next_pause > FIRST_PAUSE:
            self._next_pause *= 0.9
        if not used:
            self._since = None
            return
        if self._mode is _Mode.GROWING:
            self._grow()
        elif self._mode is _Mode.HOLDING or permit >= self._probe:
            self._left -= ROOM if concurrent is not None and self._has_room(concurrent) else 1
            if self._mode is _Mode.PROBING and self._limit < self._target:
                self._limit += 1
            elif self._left <= 0:
                self._go_on()

    def refused(
        self, permit: int, used: bool, retry_after: float | None, concurrent: int | None, code: int | None
    ) -> None:
        """A 429 arrived: too many at once, unless ``code`` says otherwise."""
        if code is not None and code != CONCURRENCY_CODE:
            return
        self._full = concurrent
        if retry_after is not None:
            self._quiet_until = self._gate.clock() + QUIET * retry_after
        if permit >= self._burst:
            self._decrease(max(self._minimum, self._gate.in_flight), used)
        elif not self._settled and self._limit > self._minimum:
            self._limit -= 1  # it was in flight at the decrease and counted as allowed
            if self._ceiling is not None:
                self._ceiling -= 1
        if (
            self._gate.in_flight == 0
        ):  # the others have it all: sending the next at once would only be refused too
            self._shared = SHARED_PROBES
            self._gate.pause(self._next_pause)
            self._next_pause = min(2 * self._next_pause, LONGEST_PAUSE)

    def limited(self, permit: int, used: bool) -> None:
        """The process could open no connection for it, which shows a ceiling too."""
        self.refused(permit, used, None, None, None)

    def retry_delay(self, random: float) -> float | None:
        """10 to 30 ms after a refusal: the gate keeps the pace, and whoever is alone tries again soon."""
        return FIRST_RETRY + (LAST_RETRY - FIRST_RETRY) * random

    def failed(self) -> None:
        """No proper answer arrived."""
        if self._ceiling is not None and self._limit > max(self._minimum, self._ceiling // 2):
            self._limit -= 1
            if self._mode is _Mode.HOLDING:
                self._mode = _Mode.GROWING

    def _decrease(self, allowed: int, used: bool) -> None:
        limit = min(allowed, self._limit)
        if not used:  # others filled the account; what it allows us has to be found when we want more
            self._limit = limit
            self._ceiling = None
            self._wait = 0
            self._rate = 0.0
            self._trying = False
            self._worth = limit
            self._start_round()
        elif self._settled and (self._mode is not _Mode.HOLDING or self._ceiling is None):
            self._strikes = -1  # our own doing, and the next may be a straggler of this burst
            self._shared = max(0, self._shared - 1)
            self._hold(limit)
        else:
            if self._settled:
                self._strikes = 0
                self._shared = SHARED_PROBES
            self._strikes += 1
            if self._strikes > 0:  # a sixteenth, an eighth, a quarter, a half
                limit -= allowed * min(1 << self._strikes, YIELD) // (2 * YIELD)
            self._hold(max(self._minimum, limit))
            if self._strikes > 2:  # it fell deep: the way back to where it was last refused is free
                self._ceiling = allowed
                self._mode = _Mode.GROWING
        self._burst = self._gate.issued
        self._settled = False

    def _hold(self, limit: int) -> None:
        self._limit = self._ceiling = limit
        self._mode = _Mode.HOLDING
        self._step = 1
        first = FIRST_ROUNDS * limit
        longest = max(first, min(LONGEST_ANSWERS, LONGEST_ROUNDS * limit))
        self._wait = min(max(first, 2 * self._wait), longest)
        self._left = SHARED_ROUNDS * limit if self._shared else self._wait

    def _go_on(self) -> None:
        """The hold is over, or the probe went well."""
        if self._ceiling is None:
            self._end_flat_round()
            return
        if self._mode is _Mode.PROBING:
            self._ceiling = self._limit
            self._wait = 0
            if self._shared:  # what is free may be what another program has just given up: one at a time
                self._shared = max(0, self._shared - 2)
            else:
                self._step *= FASTER
        if self._limit >= self._maximum or self._gate.clock() < self._quiet_until:
            self._mode = _Mode.HOLDING
            self._left = self._limit
            return
        self._mode = _Mode.PROBING
        self._probe = self._gate.issued
        self._target = min(self._limit + self._step, self._maximum)
        self._left = max(1, self._target // 4)
        self._limit += 1

    def _grow(self) -> None:
        if self._limit < self._maximum:
            self._limit += 1
        if self._ceiling is None:
            if self._limit >= 2 * self._from:
                self._end_round()
        elif self._limit >= self._ceiling:
            self._mode = _Mode.HOLDING

    def _start_round(self) -> None:
        self._mode = _Mode.GROWING
        self._from, self._since = self._limit, self._gate.clock()

    def _end_round(self) -> None:
        """The limit has doubled, and no ceiling is in sight."""
        if self._trying:
            self._hold_flat(TRIAL_ROUNDS)
            return
        before, rate = self._rate, self._rate_of(self._limit - self._from)
        self._rate = max(before, rate)
        pays = 0 < before * WORTH <= rate
        if 0 < before * CLEARLY <= rate:
            self._worth = self._limit
        if pays or self._limit <= LEAST_TO_TELL:
            self._start_round()
        else:
            self._level_off()

    def _end_flat_round(self) -> None:
        """It holds, with no ceiling in sight: because growing did not pay, or to see whether it did."""
        self._best = max(self._best, self._rate_of(self._limit))
        self._rounds -= 1
        if self._rounds > 0:
            self._left, self._since = self._limit, self._gate.clock()
            return
        if self._trying and 0 < self._best < WORTH * self._rate:
            self._level_off()
            return
        if self._trying:
            self._flat = FLAT_ROUNDS
            self._worth = self._limit
        self._trying = True
        self._rate = self._best
        self._start_round()

    def _level_off(self) -> None:
        self._trying = False
        self._limit = min(max(self._minimum, LEAST_FLAT, min(self._from, self._worth)), self._maximum)
        self._hold_flat(self._flat)
        self._flat = min(2 * self._flat, LONGEST_FLAT_ROUNDS)

    def _hold_flat(self, rounds: int) -> None:
        self._mode = _Mode.HOLDING
        self._rounds, self._best = rounds, 0.0
        self._left, self._since = self._limit, self._gate.clock()

    def _rate_of(self, answers: int) -> float:
        """Answers a second since the round began; 0 where not all of the limit was in use."""
        if self._since is None:
            return 0.0
        took = self._gate.clock() - self._since
        return answers / took if took > 0 else math.inf

    def _has_room(self, concurrent: int) -> bool:
        return self._full is not None and self._full - concurrent > max(2, self._full // 4)
