"""The gates: how many requests may be open at once, or how many a second.

``AdaptiveGate`` finds out by itself, ``FixedGate`` and ``RateGate`` are for those who know, and anything with the
methods of ``Gate`` will do.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextvars import ContextVar

from ..errors import InvalidArgumentError
from .adaptive import AdaptiveGate
from .permits import CallLater, Gate, GateSnapshot, PermitLine, Signal, check_count

__all__ = ["AdaptiveGate", "FixedGate", "Gate", "GateSnapshot", "PermitLine", "RateGate", "Signal", "patient"]

patient: ContextVar[bool] = ContextVar("patient", default=False)
"""True in the tasks that make many calls: they wait in line, however long it is."""


class FixedGate(PermitLine):
    """At most ``limit`` requests at once, whatever is answered. A Retry-After still pauses it."""

    def __init__(
        self,
        limit: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        super().__init__(check_count(limit, "limit"), clock=clock, call_later=call_later)


class RateGate(PermitLine):
    """At most ``per_second`` requests started a second, evenly spaced, however many are under way.

    After a time without requests, up to ``burst`` may start at once.
    """

    def __init__(
        self,
        per_second: float,
        *,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        if not 0 < per_second < float("inf"):
            raise InvalidArgumentError(
                f"per_second must be a number above 0, not {per_second!r}", argument="per_second"
            )
        super().__init__(sys.maxsize, clock=clock, call_later=call_later)
        self._gap = 1.0 / per_second
        self._slack = (check_count(burst, "burst") - 1) * self._gap
        self._due = float("-inf")  # when the next one is due if all are evenly spaced

    def try_acquire(self) -> int | None:
        """A permit at once, or None where one would have to wait."""
        permit = super().try_acquire()
        if permit is not None:
            self._space()
        return permit

    @property
    def limit(self) -> None:
        """None: it counts none at once."""
        return

    def _issue(self) -> int:
        self._space()
        return super()._issue()

    def _space(self) -> None:
        now = self._clock()
        self._due = max(self._due, now) + self._gap
        self._pause(self._due - self._slack - now)
