"""How much the sandbox takes at once, how long it takes, and what it has counted."""

from __future__ import annotations

__all__ = ["Load"]


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
