"""What the sandbox takes from the network: how long, how large, how many; and how often it says so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

try:
    import resource
except ImportError:  # pragma: no cover - Windows bounds no descriptors
    resource = None  # type: ignore[assignment]

__all__ = ["DEFAULT_BOUNDS", "Bounds", "Notes", "checked", "connections_allowed"]

_MOST_CONNECTIONS = 10_000
_SPARE_DESCRIPTORS = 64
_QUIET_SECONDS = 60.0


class Bounds(NamedTuple):
    """Sizes are bytes, times are seconds."""

    max_line: int = 8190
    """The request line's URL, and each header."""
    max_head: int = 32_768
    """All headers of a request together."""
    max_body: int = 1_048_576
    """The body of a request, unpacked; a route may have its own."""
    log_body: int = 65_536
    """What the log keeps of a body."""
    request_timeout: float = 30.0
    """A request from its first byte to the end of its head, its body, and the reading of an answer: each."""
    idle_timeout: float = 75.0
    """A kept-alive connection between two requests."""
    max_connections: int | None = None
    """The connections that are open at once; None: as many as the process may have descriptors, less a few."""


DEFAULT_BOUNDS = Bounds()


def checked(bounds: Bounds) -> Bounds:
    """The bounds. ValueError names the one that is no size or time."""
    for name, value in bounds._asdict().items():
        if value is not None and not value > 0:
            raise ValueError(f"{name}: expected a number above 0")
    return bounds


def connections_allowed(given: int | None) -> int:
    """How many connections may be open at once: what was given, or what the process's limit leaves room for."""
    if given is not None:
        return given
    if resource is None:  # pragma: no cover - see above
        return _MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(min(soft - _SPARE_DESCRIPTORS, _MOST_CONNECTIONS), 1)


class Notes:
    """Log lines about what was refused: a line of each kind a minute is a warning, the rest are for DEBUG.

    A line never holds what was sent, since paths hold phone numbers.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logger = logging.getLogger("twilio_numbers_async.sandbox")
        self._quiet: dict[str, float] = {}

    def say(self, kind: str, line: str) -> None:
        """Log a line of one kind."""
        now = self._clock()
        loud = now >= self._quiet.get(kind, now)
        if loud:
            self._quiet[kind] = now + _QUIET_SECONDS
        self._logger.log(logging.WARNING if loud else logging.DEBUG, "%s", line)
