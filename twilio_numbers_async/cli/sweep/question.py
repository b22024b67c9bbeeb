"""What is asked about every number of a list: how it is asked, and what is said of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from ...client import TwilioNumbers
from ...report import Reason, State
from ...sweep import Journal, Outcome, Sweep
from ..tables import ADDED
from .sweep_rows import added_cells, reason_for

__all__ = ["PORTABILITY", "Question"]

Start: TypeAlias = Callable[[TwilioNumbers, Iterable[str], str | None, Journal | None], Sweep[Any]]
"""Begins a sweep, in order, over numbers of a country."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question."""

    start: Start
    added: Mapping[str, str]
    """The columns that are added, and what is in them."""
    cells: Callable[[Outcome[Any]], Mapping[str, object]]
    """The cells of these columns."""
    reason: Callable[[Outcome[Any]], Reason]
    """The line of the table by reason that an outcome belongs to."""
    labels: Mapping[State, str] = {}
    """What its states are called, where that is something else."""


def _portability(
    client: TwilioNumbers, numbers: Iterable[str], country: str | None, journal: Journal | None
) -> Sweep[Any]:
    return client.portability.sweep(numbers, country=country, ordered=True, journal=journal)


PORTABILITY = Question(start=_portability, added=ADDED, cells=added_cells, reason=reason_for)
