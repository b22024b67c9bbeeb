"""How much the sandbox takes at once, how long it takes, and what it has counted."""

from __future__ import annotations

from collections import Counter

__all__ = ["Load", "Tally"]

_LONGEST = 24


class Load:
    """The requests at once, and the counters. ``allowance`` None takes any number."""

    def __init__(self, allowance: int | None) -> None:
        if allowance is not None and allowance < 1:
            raise ValueError("allowance: expected None or 1 or more")
        self.allowance = allowance
        self.in_flight: int = 0
        self.requests: int = 0
        self.refused: int = 0
        self.peak: int = 0
        self.busy_seconds: float = 0.0

    def enter(self) -> bool:
        """Take a request in, or say that there are too many."""
        if self.allowance is not None and self.in_flight >= self.allowance:
            self.refused += 1
            return False
        self.in_flight += 1
        if self.in_flight > self.peak:
            self.peak = self.in_flight
        return True

    def leave(self, seconds: float) -> None:
        """A request is answered that was in service for so many seconds."""
        self.in_flight -= 1
        self.busy_seconds += seconds

    def reset(self) -> None:
        """Start counting anew; what is in flight stays in flight."""
        self.requests = self.refused = 0
        self.peak = self.in_flight
        self.busy_seconds = 0.0


class Tally:
    """How often each number was asked about. Beyond ``most`` numbers the oldest is forgotten."""

    def __init__(self, most: int = 1_000_000) -> None:
        self._most = most
        self._counts: Counter[str] = Counter()

    def add(self, number: str) -> None:
        """Count a number once more. What is too long to be one is not kept."""
        counts = self._counts
        if len(number) > _LONGEST:
            return
        if len(counts) >= self._most and number not in counts:
            del counts[next(iter(counts))]
        counts[number] += 1

    def clear(self) -> None:
        """Count anew."""
        self._counts.clear()

    def __getitem__(self, number: str) -> int:
        return self._counts[number]
