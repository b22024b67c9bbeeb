"""Detects that growing does not pay: more at once no longer brings more answers a second."""

from __future__ import annotations

import math

__all__ = ["Plateau"]

# This process or the server is busy all the time. Below some size the noise is too large to tell.
WORTH = 1.2  # times the answers a second of the round before
CLEARLY = 1.5  # in a round that has not been looked at twice
LEAST_TO_TELL = 32
LEAST_FLAT = 16  # so few cost next to nothing, and keep a busy process busy
TRIAL_ROUNDS = 2  # to look at a doubled limit, where a round before has not paid
FLAT_ROUNDS = 4  # to hold before it grows again; doubled each time that it does not pay
LONGEST_FLAT_ROUNDS = 64


class Plateau:
    """Compares the answers a second of one round with those of the next, while no ceiling is in sight.

    Growing goes on until the limit has doubled. Where that has not paid, the limit goes back and is held for some
    rounds; after them a doubled limit is tried again, and looked at for two rounds before it is believed.
    """

    def __init__(self, limit: int) -> None:
        self._flat = FLAT_ROUNDS
        self.forget(limit, None)

    def forget(self, limit: int, now: float | None) -> None:
        """Start anew from a limit that something else has set."""
        self._trying = False
        self._worth = limit  # the highest that has shown that it pays
        self._rate = 0.0  # the most answers a second before it grew; 0 where it was not busy throughout
        self._best = 0.0  # the most in one of the rounds that it holds
        self._rounds = 0  # to hold until it grows or decides
        self.begin(limit, now)

    def begin(self, limit: int, now: float | None) -> None:
        """A round begins: it grows from here."""
        self._from = limit
        self.since: float | None = now
        """The time when the round began; None once not all of the limit was in use, because such a round shows nothing.
        """

    def is_round_over(self, limit: int) -> bool:
        """True if it has grown far enough to compare."""
        return limit >= 2 * self._from

    def grown(self, limit: int, now: float) -> int | None:
        """The limit has doubled: None to grow on, or what to hold for the next round."""
        if self._trying:
            return self._hold(limit, TRIAL_ROUNDS, now)
        before, rate = self._rate, self._rate_of(limit - self._from, now)
        self._rate = max(before, rate)
        pays = 0 < before * WORTH <= rate
        if 0 < before * CLEARLY <= rate:
            self._worth = limit
        if pays or limit <= LEAST_TO_TELL:
            self.begin(limit, now)
            return None
        return self._level_off(now)

    def held(self, limit: int, now: float) -> int | None:
        """A round at one limit is over: None to grow, or what to hold for the next round."""
        self._best = max(self._best, self._rate_of(limit, now))
        self._rounds -= 1
        if self._rounds > 0:
            self.since = now
            return limit
        if self._trying and 0 < self._best < WORTH * self._rate:
            return self._level_off(now)
        if self._trying:
            self._flat = FLAT_ROUNDS
            self._worth = limit
        self._trying = True
        self._rate = self._best
        self.begin(limit, now)
        return None

    def _level_off(self, now: float) -> int:
        self._trying = False
        limit = self._hold(max(LEAST_FLAT, min(self._from, self._worth)), self._flat, now)
        self._flat = min(2 * self._flat, LONGEST_FLAT_ROUNDS)
        return limit

    def _hold(self, limit: int, rounds: int, now: float) -> int:
        self._rounds, self._best, self.since = rounds, 0.0, now
        return limit

    def _rate_of(self, answers: int, now: float) -> float:
        """Answers a second since the round began; 0 where not all of the limit was in use."""
        if self.since is None:
            return 0.0
        took = now - self.since
        return answers / took if took > 0 else math.inf
