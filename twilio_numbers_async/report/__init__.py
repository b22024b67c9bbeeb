"""What a sweep found, as a page."""

from __future__ import annotations

from .findings import FILL_IN, REFUSED, Finding, Reason, State, in_order, reason_of, state_of
from .page import write_report
from .timeline import Sample, Samples, read_samples, write_samples

__all__ = [
    "FILL_IN",
    "REFUSED",
    "Finding",
    "Reason",
    "Sample",
    "Samples",
    "State",
    "in_order",
    "read_samples",
    "reason_of",
    "state_of",
    "write_report",
    "write_samples",
]
