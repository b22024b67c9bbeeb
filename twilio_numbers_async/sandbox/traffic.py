"""The requests of a sandbox: the allowance of requests at once, the counters, and the log."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from typing import NamedTuple

from .options import Limits

_LONGEST = 24


class Received(NamedTuple):
    """A request as it came, whatever became of it. Headers are looked up in any case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    """The first 64 KB of the body. Empty if the credentials were wrong: then no body is read."""
    size: int = 0
    """The bytes of the body that were read."""


class Traffic:
    """Counts requests and keeps the last ones. ``allowance``: the requests at once, None for any number."""

    def __init__(self, allowance: int | None, limits: Limits) -> None:
        if allowance is not None and allowance < 1:
            raise ValueError("allowance: expected None or 1 or more")
        self.allowance = allowance
        self.in_flight: int = 0
        """The requests in service now."""
        self.requests: int = 0
        """The requests that came, the refused ones too; token requests do not count."""
        self.refused: int = 0
        """The requests that were answered 429."""
        self.peak: int = 0
        """The most requests that were in service at once."""
        self.busy_seconds: float = 0.0
        """The times in service of all requests, added up."""
        self.operations: Counter[str] = Counter()
        """The number of requests by operation id."""
        self._log: deque[Received] = deque(maxlen=limits.log_size)
        self._log_body = limits.log_body
        self._checks = Tally()

    @property
    def log(self) -> tuple[Received, ...]:
        """The last requests, the oldest first."""
        return tuple(self._log)

    def requests_for(self, number: str) -> int:
        """Count the portability checks of a number (E.164), whatever became of them."""
        return self._checks[number]

    def reset(self) -> None:
        """Start counting anew, with an empty log; requests in flight stay in flight."""
        self.requests = self.refused = 0
        self.peak = self.in_flight
        self.busy_seconds = 0.0
        self.operations.clear()
        self._log.clear()
        self._checks.clear()

    def note(self, received: Received, operation: str | None, number: str | None) -> None:
        """Write a request to the log, and count it for its operation and the number in its path."""
        if received.size > self._log_body:
            received = received._replace(body=received.body[: self._log_body])
        self._log.append(received)
        if operation is not None:
            self.operations[operation] += 1
            if number is not None:
                self._checks.add(number)

    def enter(self) -> bool:
        """Take a request in; False if the allowance is used up."""
        if self.allowance is not None and self.in_flight >= self.allowance:
            self.refused += 1
            return False
        self.in_flight += 1
        if self.in_flight > self.peak:
            self.peak = self.in_flight
        return True

    def leave(self, seconds: float) -> None:
        """Let out a request that was in service for so many seconds."""
        self.in_flight -= 1
        self.busy_seconds += seconds


class Tally:
    """Counts the requests for each number. Beyond ``most`` numbers the oldest is forgotten."""

    def __init__(self, most: int = 1_000_000) -> None:
        self._most = most
        self._counts: Counter[str] = Counter()

    def add(self, number: str) -> None:
        """Count a number once more. Text that is too long for a number is not kept."""
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
