"""The gates that a client takes: a queue with its limits."""

from __future__ import annotations

import random as _random
import time
from collections.abc import Callable

from .adaptive import AdaptiveLimit
from .base import CallLater
from .hidden_rate import HiddenRate
from .limits import FixedLimit, RateLimit
from .queue import GateQueue

__all__ = ["AdaptiveGate", "FixedGate", "RateGate"]


class AdaptiveGate(GateQueue):
    """Finds out by itself how many requests may be open at once, and shares them; see AdaptiveLimit for the rule.

    ``initial``, ``minimum`` and ``maximum`` are requests at once. ``random`` gives a number from 0 to 1.
    """

    def __init__(
        self,
        *,
        initial: int = 5,
        minimum: int = 1,
        maximum: int = 1000,
        random: Callable[[], float] = _random.random,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        limit = AdaptiveLimit(initial=initial, minimum=minimum, maximum=maximum, random=random)
        super().__init__(limit, HiddenRate(), clock=clock, call_later=call_later)


class FixedGate(GateQueue):
    """At most ``limit`` requests at once, whatever is answered. A Retry-After still pauses it."""

    def __init__(
        self,
        limit: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        call_later: CallLater | None = None,
    ) -> None:
        super().__init__(FixedLimit(limit), clock=clock, call_later=call_later)


class RateGate(GateQueue):
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
        super().__init__(RateLimit(per_second, burst=burst), clock=clock, call_later=call_later)
