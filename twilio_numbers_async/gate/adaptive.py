"""The limit that finds out by itself how many requests an account may have open at once."""

from __future__ import annotations

import enum
import random as _random
from collections.abc import Callable

from ..errors import InvalidArgumentError
from .base import check_count
from .limits import CONCURRENCY_CODE, GateView, Limit
from .plateau import Plateau
from .sharing import LonePauses, Sharing, Vacancies

__all__ = ["AdaptiveLimit"]

# Alone: how long it holds before it probes. A refused probe costs one request.
FIRST_ROUNDS = 2  # then twice as long after each refused probe, up to the longest
LONGEST_ANSWERS = 400  # so that a quarter of a per cent is refused
LONGEST_ROUNDS = 100  # for limits so low that 400 answers take too long
FASTER = 4  # how much larger the next step is after a probe that went well

# While others are in mind it takes one at a time, until so many probes in a row have gone well.
PATIENT_PROBES = 4

GIVEN_AT_FIRST_SIGHT = 0.5

# Seconds from a refusal without Retry-After to the next try of the same call.
FIRST_RETRY = 0.010
LAST_RETRY = 0.030

FEW = 5  # a refusal of one of few does not bring the limit below this
QUIET = 50  # no probe for so many times the Retry-After that the last refusal came with
ROOM = 4  # an answer that reports room in the account counts for so many


class _Mode(enum.Enum):
    GROWING = enum.auto()
    HOLDING = enum.auto()
    PROBING = enum.auto()


_GROWING, _HOLDING, _PROBING = _Mode  # an enum's members are slow to reach


class AdaptiveLimit(Limit):
    """Finds the number of requests that may be open at once, and shares it with others on the account.

    It counts answers, not seconds, so that it works alike at any latency; a *round* is as many answers as the
    limit is high. An answer counts only while the whole limit is in use.

    - Growing: each answer raises the limit by one, which doubles it every round. Where a round brings no more
      answers a second than the one before, more connections would only cost: it holds, and grows again later.
    - A refusal shows the ceiling, because it comes at once: what is still in flight then is what the account
      allows. That becomes the limit. A burst of refusals is one decrease: refusals of permits issued before it
      only correct the count.
    - Holding, then probing with one more. Refused: back. Not refused for a quarter of a round: the ceiling is higher.
    - Alone: each refused probe doubles the hold, up to 400 answers, and each good one makes the next step four times
      as large. About once a second one permit stays unused for most of a round, so that others get in.
    - Others are noticed by a refusal while holding, by one with nothing of its own under way, or by a probe that is
      refused below where the last one was. They are kept in mind for 20 seconds. At the start there may be others,
      until three probes in a row are refused at the same level: nobody took what was given in between. Alone, a probe
      that is refused at another level, lower or higher, means that there may be others again.
    - While others are in mind: it holds for about 56 answers, or fewer where it has less than usual. A good probe makes
      the next hold shorter. After a refused one it gives: it leaves some permits unused, the more the more it has
      (n permits: n * n / 30, at most 0.65 + 0.11 n; fractions add up). When it first notices others, it gives half.

    All find room equally often when they probe, so all gain alike, but whoever has more gives more: the only state in
    which gains equal gifts is the same for all.

    With nothing under way it pauses for tens of milliseconds after a refusal, and starts again from one. 5xx, timeouts
    and broken connections take one off each, down to half the ceiling, and answers bring it back. Where answers carry
    ``Twilio-Concurrent-Requests``, a full account is given to without a probe, and room in it is looked for sooner.

    ``initial``, ``minimum`` and ``maximum`` are requests at once. ``random`` gives a number from 0 to 1.
    """

    hears = True

    def __init__(
        self,
        *,
        initial: int = 5,
        minimum: int = 1,
        maximum: int = 1000,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._minimum = check_count(minimum, "minimum")
        self._maximum = check_count(maximum, "maximum")
        if maximum < minimum:
            raise InvalidArgumentError(
                f"maximum must be at least minimum ({minimum}), not {maximum}", argument="maximum"
            )
        self.most = limit = min(max(check_count(initial, "initial"), minimum), maximum)
        self._few = min(limit, FEW)
        self._random = random
        self.sharing: Sharing = Sharing(random)
        self._plateau = Plateau(limit)
        self._mode = _GROWING
        self._ceiling: int | None = None
        self._level = limit  # what failures have brought it down from
        self._left = 0  # answers until the hold, a part of it, or the probe is over
        self._rest = 0  # answers of the hold after that
        self._wait = 0  # answers that the last hold took, alone
        self._good = 0  # probes in a row that went well
        self._step = 1  # how far the next probe goes
        self._target = limit  # where the probe under way goes
        self._burst = (
            0  # the first permit since the last decrease; refusals of older ones belong to its burst
        )
        self._probe = 0  # the first permit of the probe
        self._settled = True  # whether a permit since the last decrease has been answered
        self._vacancies = Vacancies(random)
        self._vacant = False
        self._pauses = LonePauses(random)
        self._lone = False  # refused with nothing else under way, and no answer since
        self._concurrent: int | None = None  # what the last answer said that the account has under way
        self._full: int | None = None  # what the account had under way when it refused, if it said so
        self._quiet_until = 0.0

    def attach(self, gate: GateView) -> None:
        """Belong to a gate."""
        self._gate = gate
        self._plateau.begin(self.most, gate.clock())

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""
        self._maximum = min(self._maximum, most)
        self._minimum = min(self._minimum, most)
        self._set(self.most)

    @property
    def ceiling(self) -> int | None:
        """The most that was found to be allowed at once; None while that is not known."""
        return self._ceiling

    @property
    def is_settled(self) -> bool:
        """True while it holds: while it grows or probes, only answers under a full limit count."""
        return self._mode is _HOLDING

    def retry_delay(self, random: float) -> float | None:
        """10 to 30 ms after a refusal: the gate keeps the pace, and whoever is alone tries again soon."""
        return FIRST_RETRY + (LAST_RETRY - FIRST_RETRY) * random

    def _set(self, limit: int) -> None:
        limit = min(max(limit, self._minimum), self._maximum)
        if limit != self.most:
            self.most: int = limit
            self._gate.limit_changed()

    # Answers

    def accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        """An answer arrived. ``used``: the whole limit was under way until now."""
        if permit >= self._burst:
            self._settled = True
        self._lone = False
        self._concurrent = concurrent
        if not used:
            self._plateau.since = None
            return
        mode = self._mode
        if mode is _GROWING:
            self._grow()
        elif mode is _HOLDING or permit >= self._probe:
            self._left -= ROOM if concurrent is not None and self._has_room(concurrent) else 1
            if mode is _PROBING and self.most < self._target:
                self._set(self.most + 1)
            elif self._left <= 0:
                self._go_on()

    def failed(self) -> None:
        """No proper answer arrived."""
        if self._ceiling is not None and self.most > max(self._minimum, self._ceiling // 2):
            if self._mode is _HOLDING:
                self._mode, self._level = _GROWING, self.most
            self._set(self.most - 1)

    def _grow(self) -> None:
        if self.most < self._maximum:
            self._set(self.most + 1)
        if self._ceiling is not None:
            if self.most >= min(self._level, self._maximum):
                self._mode = _HOLDING  # and goes on with it
        elif self._plateau.is_round_over(self.most):
            self._hold_flat(self._plateau.grown(self.most, self._gate.clock()))

    def _hold_flat(self, limit: int | None) -> None:
        """Hold where growing does not pay, or grow on (None)."""
        if limit is None:
            self._mode = _GROWING
            return
        self._mode = _HOLDING
        self._set(limit)
        self._left, self._rest = self.most, 0

    def _go_on(self) -> None:
        """The hold or a part of it is over, or the probe went well."""
        now = self._gate.clock()
        if self._ceiling is None:
            self._hold_flat(self._plateau.held(self.most, now))
        elif self._mode is _PROBING:
            self._probe_went_well(now)
        elif self._rest > 0:
            self._hold_on(now)
        else:
            self._start_probe(now)

    # Holding

    def _hold(self, limit: int, unused: int = 0) -> None:
        """Stay at a ceiling, or some below it, until it is time to probe."""
        self._mode = _HOLDING
        self._ceiling = limit
        self._set(limit - unused)
        self._step = 1
        self._good = 0
        self._vacant = False
        self._vacancies.interrupt()
        if self.sharing.is_alone(self._gate.clock()):
            first = FIRST_ROUNDS * limit
            longest = max(first, min(LONGEST_ANSWERS, LONGEST_ROUNDS * limit))
            self._wait = min(max(first, 2 * self._wait), longest)
            self._left, self._rest = 1, self._wait - 1  # in parts of a round, to look at the time
        else:
            self._wait = 0
            self._left, self._rest = self.sharing.hold(self.most, self._gate.clock()), 0

    def _hold_on(self, now: float) -> None:
        """One part of the hold, alone, is over."""
        if self._vacant:
            self._vacant = False
            self._set(self.most + 1)
        elif self._vacancies.is_time(self.most, now):
            self._vacant = True
            self._set(self.most - 1)
        part = self._vacancies.answers(self.most) if self._vacant else self.most
        self._left = min(part, self._rest)
        self._rest -= self._left

    # Probing

    def _start_probe(self, now: float) -> None:
        if self._vacant:
            self._vacant = False
            self._set(self.most + 1)
        if self.most >= self._maximum or now < self._quiet_until:
            self._mode = _HOLDING
            self._left, self._rest = self.most, 0
            return
        if not self.sharing.is_alone(now):
            self.sharing.held(now)
        if self._is_full() and not self.sharing.is_alone(now):  # as good as a refused probe, and for nothing
            self.sharing.probe_refused(self.most, now)
            self._hold(self.most, self.sharing.gift(self.most, now))
            return
        self._mode = _PROBING
        self._probe = self._gate.issued
        self._target = min(self.most + self._step, self._maximum)
        self._left = max(1, self._target // 4)
        self._set(self.most + 1)

    def _probe_went_well(self, now: float) -> None:
        self._ceiling = max(self.most, self._ceiling or 0)
        self._wait = 0
        self._good += 1
        if self.sharing.is_alone(now):
            self._step *= FASTER
            self._start_probe(now)
            return
        if self._good > PATIENT_PROBES:
            self._step *= 2
        self._mode = _HOLDING
        self._left, self._rest = self.sharing.hold(self.most, now, self._good), 0

    # Refusals

    def refused(
        self, permit: int, used: bool, retry_after: float | None, concurrent: int | None, code: int | None
    ) -> None:
        """A 429 arrived: too many at once, unless ``code`` says otherwise."""
        if code is not None and code != CONCURRENCY_CODE:
            return
        now = self._gate.clock()
        self._full = concurrent
        self.sharing.is_visible = concurrent is not None
        if retry_after is not None:
            self._quiet_until = now + QUIET * retry_after
        allowed = self._gate.in_flight
        if allowed == 0:
            self._refused_alone(used, now)
        elif permit < self._burst:
            self._correct()
        elif not used and 4 * (allowed + 1) < 3 * self.most:  # a sweep is between two calls now and then
            self._start_over(max(allowed, self._few))
        else:
            self._decrease(min(allowed, self.most), now)

    def limited(self, permit: int, used: bool) -> None:
        """The process could open no connection for it: a ceiling too, and no sign of others."""
        if permit < self._burst:
            self._correct()
        else:
            self._hold(max(1, min(self._gate.in_flight, self.most)))
            self._end_burst()

    def _refused_alone(self, used: bool, now: float) -> None:
        """The others have it all: sending the next at once would only be refused too."""
        self.sharing.notice(now)  # nothing of ours is there
        self._gate.pause(self._pauses.next(now, again=self._lone))
        if self.most > 1 or self._lone:
            self._start_over(1 if used else max(1, min(self.most, self._few)))
        self._lone = True

    def _correct(self) -> None:
        """It was in flight at the decrease and counted as allowed."""
        if self._settled or self.most <= self._minimum:
            return
        self._set(self.most - 1)
        self.sharing.straggler()
        if self._ceiling is not None:
            self._ceiling -= 1

    def _start_over(self, limit: int) -> None:
        """Others filled the account; what it allows has to be found when more is wanted."""
        self._mode = _GROWING
        self._ceiling = None
        self._wait = 0
        self._set(min(limit, self.most))
        self._plateau.forget(self.most, self._gate.clock())
        self._end_burst()

    def _decrease(self, allowed: int, now: float) -> None:
        sharing, gift = self.sharing, 0
        if not self._settled:
            pass
        elif self._mode is not _HOLDING:
            if self._mode is _PROBING:
                sharing.probe_refused(allowed, now)
            gift = sharing.gift(allowed, now)
        elif sharing.notice(now):
            gift = int(GIVEN_AT_FIRST_SIGHT * allowed)
        self._hold(allowed, gift)
        self._end_burst()

    def _end_burst(self) -> None:
        self._burst = self._gate.issued
        self._settled = False

    def _is_full(self) -> bool:
        return self._full is not None and self._concurrent is not None and self._concurrent >= self._full

    def _has_room(self, concurrent: int) -> bool:
        return self._full is not None and self._full - concurrent > max(2, self._full // 4)
