"""What a sweep found, as a page."""

from __future__ import annotations

from .findings import State, state_of
from .page import write_report
from .timeline import Sample, Samples, read_samples, write_samples

__all__ = ["Sample", "Samples", "State", "read_samples", "state_of", "write_report", "write_samples"]
