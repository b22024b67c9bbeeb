"""The results of a sweep, and the state of port-ins, as pages."""

from __future__ import annotations

from .findings import Finding, Reason, State, in_order, reason_of, state_of, unanswered
from .page import write_report
from .port_ins import write_port_in_report
from .steps import StatusSeen, read_history
from .timeline import Sample, Samples, read_samples, write_samples

__all__ = [
    "Finding",
    "Reason",
    "Sample",
    "Samples",
    "State",
    "StatusSeen",
    "in_order",
    "read_history",
    "read_samples",
    "reason_of",
    "state_of",
    "unanswered",
    "write_port_in_report",
    "write_report",
    "write_samples",
]
