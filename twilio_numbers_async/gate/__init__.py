"""Gates: they limit the requests at once, queue the others, and decide which goes first.

``AdaptiveGate`` finds out by itself how many are allowed. ``FixedGate`` and ``RateGate`` are for known limits. A
``GateQueue`` keeps any limits together. Anything with the methods of ``Gate`` will do.
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
