"""How many requests at once, who waits, and who goes first.

``AdaptiveGate`` finds out by itself how many are allowed, ``FixedGate`` and ``RateGate`` are for those who know, a
``GateQueue`` keeps any limits together, and anything with the methods of ``Gate`` will do.
"""

from .adaptive import AdaptiveLimit
from .base import Gate, GateChange, GateSnapshot, Signal
from .gates import AdaptiveGate, FixedGate, RateGate
from .limits import FixedLimit, Limit, RateLimit
from .queue import GateQueue

__all__ = [
    "AdaptiveGate",
    "AdaptiveLimit",
    "FixedGate",
    "FixedLimit",
    "Gate",
    "GateChange",
    "GateQueue",
    "GateSnapshot",
    "Limit",
    "RateGate",
    "RateLimit",
    "Signal",
]
