"""Shares an account with others: notices them, and makes room for them."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LonePauses", "Sharing", "Vacancies"]

MEMORY = 20.0
"""Seconds for which others are kept in mind after they were last noticed."""
CLEARLY = 32  # one part in so many is no sign: what is under way is not counted to the last one in a burst
PROOF, OF_A_GIFT = 6, 2
"""Points that show that there is nobody: for each gift in a row that nobody took, one if it was none."""

# How much is given, by what one has. For small accounts it grows faster than that, so that whoever has more gives more.
SMALL = 30  # n * n / SMALL
LEAST, EACH = 0.65, 0.11  # at most LEAST + EACH * n
UNTAKEN = 0.04  # for EACH, where nobody took the last one

# How long it is held before the next probe, in answers and in rounds.
HOLD = 56
LEAST_ROUNDS = 2
USUAL = 0.1  # what the last hold counts in what it usually has
LONGEST_HOLD = 1.2  # seconds, where the least rounds take no longer: what others leave is found soon
ROUNDS_OF_ONE = 11  # one permit is none to give: it may look for more sooner
VISIBLE = 0.4  # of that, where answers tell whether the account is full: looking costs nothing
JITTER = 0.3
FIRST_ROUNDS = (1.5, 2.25, 3.4)  # at most, after the start
SOONER = 0.3  # after each probe in a row that went well


# Alone: one permit is left unused for a moment, so that others get in and are noticed.
VACANCY_EVERY = 1.0  # seconds, give or take 30 %
VACANCY_ROUNDS = 0.9
VACANCY_COST = 0.01  # of the allowance, at most
LEAST_TO_VACATE = 4

# Seconds to pause when nothing of ours is under way and the next one would only be refused too.
SHORT_PAUSE = 0.015
LONG_PAUSE = 0.060
PATIENCE = 3.0  # seconds without an answer, after which the pauses grow
PAUSE_GROWTH = 1.25
LONGEST_PAUSE = 1.0


class Sharing:
    """Notes others on the account, and decides how much to give and how long to hold.

    All who share find room equally often, so all gain alike when they probe; what each gives is the more the more it
    has. The only state in which gains equal gifts is the same for all.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self.random = random
        self.is_visible = False  # whether answers tell what the account has under way
        self._until = float("-inf")
        self._unproven = PROOF
        self._full = 0  # how many were allowed at the last refused probe
        self._was_taken = True  # what was given last
        self._change = 0.0  # the fraction of a permit that is left to give
        self._holds = 0
        self._usual = 0.0  # how many it usually has; 0 while that is not known
        self._rounds, self._since = 0.0, 0.0  # the hold under way
        self._round = 0.0  # seconds that a round takes; 0 while that is not known

    def is_alone(self, now: float) -> bool:
        """True if nobody else is known."""
        return not self._unproven and now >= self._until

    def notice(self, now: float) -> bool:
        """Others are there. Says whether that is news."""
        is_news = now >= self._until
        self._until = now + MEMORY
        self._unproven = 0
        return is_news

    def probe_refused(self, allowed: int, now: float) -> None:
        """A probe found the account full, with so many of our own under way."""
        full, self._full = self._full, allowed
        self._was_taken = allowed < full
        if not full:
            pass
        elif abs(allowed - full) <= full // CLEARLY:
            self._unproven = max(0, self._unproven - (1 if allowed == 1 else OF_A_GIFT))
        elif allowed < full and not self.is_alone(now):
            self.notice(now)
        elif now >= self._until:  # somebody has taken or given
            self._unproven = PROOF

    def straggler(self) -> None:
        """One of those that counted as allowed was refused too."""
        if self._full:
            self._full -= 1

    def gift(self, limit: int, now: float) -> int:
        """Permits to leave unused after a refused probe: whole ones, the rest is kept for the next time."""
        if limit <= 1 or self.is_alone(now):
            return 0
        each = EACH if self._was_taken else UNTAKEN
        size = min(limit * limit / SMALL, LEAST + each * limit)
        self._change += size if now < self._until else min(size, 1)  # one will do to find out
        whole = int(self._change)
        self._change -= whole
        return min(whole, limit - 1)

    def hold(self, limit: int, now: float, good: int = 0) -> int:
        """Answers until the next probe, after so many in a row that went well."""
        self._usual += (limit - self._usual) * (USUAL if self._usual else 1)
        # Whoever has less than usual looks for more as often as before.
        rounds = ROUNDS_OF_ONE if limit == 1 else max(LEAST_ROUNDS, HOLD / max(limit, self._usual))
        if self.is_visible:
            rounds *= VISIBLE
        if self._holds < len(FIRST_ROUNDS):
            rounds = min(rounds, FIRST_ROUNDS[self._holds])
            self._holds += 1
        if self._round:
            rounds = min(rounds, max(LEAST_ROUNDS, LONGEST_HOLD / self._round))
        rounds *= SOONER**good * (1 + JITTER * (2 * self.random() - 1))
        answers = max(1, round(rounds * limit))
        self._rounds, self._since = answers / limit, now
        return answers

    def held(self, now: float) -> None:
        """The last hold has come to its end. If it was a round or more, it is known how long one takes."""
        if self._rounds >= 1:
            self._round = (now - self._since) / self._rounds


class Vacancies:
    """Decides when to leave a permit unused although nobody else is known."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._at: float | None = None
        self._began: float | None = None  # the round that is held

    def interrupt(self) -> None:
        """Note that the round is not a whole one."""
        self._began = None

    def answers(self, limit: int) -> int:
        """The number of answers for which it stays unused."""
        return max(1, round(VACANCY_ROUNDS * limit))

    def is_time(self, limit: int, now: float) -> bool:
        """True if one is to be left unused. Called after each round."""
        began, self._began = self._began, now
        if began is None or limit < LEAST_TO_VACATE:
            return False
        due = self._at is not None and now >= self._at
        if due or self._at is None:
            every = max(VACANCY_EVERY, VACANCY_ROUNDS * (now - began) / limit / VACANCY_COST)
            self._at = now + every * (0.7 + 0.6 * self._random())
        return due


class LonePauses:
    """The pauses after a refusal with nothing else under way."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._since = 0.0
        self._longest = LONG_PAUSE

    def next(self, now: float, *, again: bool) -> float:
        """Seconds. ``again``: there was no answer since the last one."""
        if not again:
            self._since, self._longest = now, LONG_PAUSE
        elif now - self._since > PATIENCE:
            self._longest = min(PAUSE_GROWTH * self._longest, LONGEST_PAUSE)
        shortest = SHORT_PAUSE / LONG_PAUSE
        return self._longest * (shortest + (1 - shortest) * self._random())
