"""Log lines about refused requests."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

_QUIET_SECONDS = 60.0


class Notes:
    """Logs one line of each kind a minute as a warning, and the rest for DEBUG.

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
