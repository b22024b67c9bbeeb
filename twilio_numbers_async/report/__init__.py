"""What a sweep found, as a page."""

from __future__ import annotations

from .findings import Finding, Reason, State, in_order, reason_of, state_of, unanswered
from .page import write_report
from .timeline import Sample, Samples, read_samples, write_samples

__all__ = [
    "Finding",
    "Reason",
    "Sample",
    "Samples",
    "State",
    "in_order",
    "read_samples",
    "reason_of",
    "state_of",
    "unanswered",
    "write_report",
    "write_samples",
]
