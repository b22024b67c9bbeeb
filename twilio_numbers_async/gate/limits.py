"""Limits of a gate: requests at once, or requests a second."""

from __future__ import annotations

import sys
from typing import Protocol

from ..errors import InvalidArgumentError
from .base import check_count

__all__ = ["CONCURRENCY_CODE", "UNCOUNTED", "FixedLimit", "GateView", "Limit", "RateLimit"]

UNCOUNTED = sys.maxsize
"""The ``most`` of a limit that does not count requests at once."""

CONCURRENCY_CODE = 20429
"""The code of a 429 that means too many at once. Any other means too many a second."""

CATCH_UP = 0.05
"""Seconds by which a rate may be behind its time, as after a late timer, and still make up for it."""


class GateView(Protocol):
    """The view that a limit has of its gate."""

    @property
    def in_flight(self) -> int:
        """Permits held."""
        ...

    @property
    def issued(self) -> int:
        """The number of the next permit: all below it have been issued."""
        ...

    def clock(self) -> float:
        """Seconds, as the gate counts them."""
        ...

    def limit_changed(self) -> None:
        """Look at the limits anew."""
        ...

    def pause(self, seconds: float) -> None:
        """Issue no permit for a time."""
        ...


class Limit:
    """One thing that is counted. The base allows everything and learns nothing."""

    most: int = UNCOUNTED
    """Requests at once that it allows just now."""
    hears: bool = False
    """True if it hears of each answer."""

    @property
    def ceiling(self) -> int | None:
        """The most that was found to be allowed at once; None where that is not known."""
        return None

    @property
    def is_settled(self) -> bool:
        """True if it stays for now: no callers in the queue are needed to show that more would be used."""
        return True

    @property
    def rate(self) -> float | None:
        """Requests a second that it allows; None where it does not count them."""
        return None

    def attach(self, gate: GateView) -> None:
        """Belong to a gate. Called once, before anything else."""

    def accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        """An answer arrived, and it hears of them. ``used``: the whole limit was under way until now."""

    def refused(
        self, permit: int, used: bool, retry_after: float | None, concurrent: int | None, code: int | None
    ) -> None:
        """A 429 arrived, with Twilio's error ``code`` if that was told."""

    def limited(self, permit: int, used: bool) -> None:
        """The process could open no connection for it."""

    def failed(self) -> None:
        """No proper answer arrived."""

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""

    def retry_delay(self, random: float) -> float | None:
        """Seconds between a refusal and another try, for a ``random`` from 0 to 1; None: no opinion."""
        return None

    def wait(self, now: float) -> float:
        """Seconds until the next request may start; 0 or less: it may now."""
        return 0.0

    def started(self, now: float, late: bool) -> None:
        """A request starts. ``late``: it waited for its time, and the timer took longer."""

    def hold(self, until: float) -> None:
        """Nothing starts before ``until``."""


class FixedLimit(Limit):
    """So many at once, whatever is answered."""

    def __init__(self, limit: int) -> None:
        self.most = check_count(limit, "limit")

    def attach(self, gate: GateView) -> None:
        """Belong to a gate."""
        self._gate = gate

    def bound(self, most: int) -> None:
        """Never allow more than ``most`` at once from now on."""
        if most < self.most:
            self.most: int = most
            self._gate.limit_changed()


class RateLimit(Limit):
    """So many a second, evenly spaced, however many are under way. After a quiet time ``burst`` may start at once.

    Each start has its due time. A caller that waited for it and was woken late does not delay the next.
    """

    def __init__(self, per_second: float, *, burst: int = 1) -> None:
        if not 0 < per_second < float("inf"):
            raise InvalidArgumentError(
                f"per_second must be a number above 0, not {per_second!r}", argument="per_second"
            )
        self._burst = check_count(burst, "burst")
        self._due = float("-inf")
        self._set_rate(per_second)

    @property
    def rate(self) -> float | None:
        """Requests a second."""
        return self._rate

    def _set_rate(self, per_second: float) -> None:
        self._rate = per_second
        self._gap = 1.0 / per_second
        self._slack = (self._burst - 1) * self._gap

    def wait(self, now: float) -> float:
        """Seconds until the next request may start; 0 or less: it may now."""
        return self._due - self._slack - now

    def started(self, now: float, late: bool) -> None:
        """A request starts. ``late``: it waited for its time, and the timer took longer."""
        self._due = max(self._due, now - CATCH_UP if late else now) + self._gap

    def hold(self, until: float) -> None:
        """Nothing starts before ``until``; what was not started until then is not made up for."""
        self._due = max(self._due, until)
