"""The question that a command asks about every number, the columns of its answer, and their place in the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec

from ...client import TwilioNumbers
from ...report import Finding, Reason, State, reason_of, state_of
from ...report.result_columns import PORTABILITY_COLUMNS, Column
from ...sweep import Journal, Outcome, Sweep
from ..words import worded

__all__ = ["ERROR", "PORTABILITY", "Question"]

Start: TypeAlias = Callable[[TwilioNumbers, Iterable[str], str | None, Journal | None], Sweep[Any]]
"""Begins a sweep, in order, over numbers of a country."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question."""

    start: Start
    columns: Sequence[Column]
    """The columns that are added."""
    reason: Callable[[Outcome[Any], Sequence[object]], Reason]
    """Gives the line of the table by reason for an outcome and its cells."""
    labels: Mapping[State, str] = {}
    """The names of states that have another name than usual."""
    has_report: bool = False
    """True if the report command reads the results, for which the course of the sweep is kept."""

    @property
    def added(self) -> dict[str, str]:
        """The kinds of the added columns by name."""
        return {column.name: column.kind for column in self.columns}

    def cells(self, outcome: Outcome[Any]) -> list[object]:
        """The cells of the added columns."""
        return [column.value(outcome) for column in self.columns]


def _start(
    client: TwilioNumbers, numbers: Iterable[str], country: str | None, journal: Journal | None
) -> Sweep[Any]:
    return client.portability.sweep(numbers, country=country, ordered=True, journal=journal)


def _reason(_: Outcome[Any], cells: Sequence[object]) -> Reason:
    number, *said = _told(cells)
    return _reason_of(number is not None, *said)


@lru_cache(maxsize=1000)
def _reason_of(
    is_number: bool, portable: Any, pin: Any, reason: Any, code: Any, advice: Any, error: Any
) -> Reason:
    number, error = "+" if is_number else "", error or ""
    written = "" if code is None else str(code)
    return reason_of(
        Finding(
            given=(),
            number=number,
            state=state_of(portable=portable, number=number, code=written, error=error),
            country="",
            number_type="",
            reason=reason or "",
            code=written,
            advice=advice,
            pin=bool(pin),
            error=error,
            checked_at="",
        )
    )


ERROR = Column("error", "text", lambda outcome: None if outcome.error is None else worded(outcome.error))
"""The error in the words of the command line."""

_names = [column.name for column in PORTABILITY_COLUMNS]
_told: Callable[[Sequence[object]], tuple[object, ...]] = itemgetter(
    *(
        _names.index(name)
        for name in (
            "phone_number_e164", "portable", "pin_and_account_number_required", "reason", "code", "advice", "error",
        )
    )
)  # fmt: skip
"""The cells that say how a number stands."""
_COLUMNS = [ERROR if column.name == ERROR.name else column for column in PORTABILITY_COLUMNS]
PORTABILITY = Question(start=_start, columns=_COLUMNS, reason=_reason, has_report=True)
