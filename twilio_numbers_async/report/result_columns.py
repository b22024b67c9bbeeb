"""The columns of results: the name of each, its value, and the way to read it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal

import msgspec

from ..sweep import Outcome
from ..sweep.failures import advice_on

__all__ = [
    "CHECKED_AT",
    "NUMBER",
    "PORTABILITY_COLUMNS",
    "Column",
    "added_names",
    "answer",
    "keys_of",
]


class Column(msgspec.Struct, frozen=True):
    """A column that a command adds to a table."""

    name: str
    kind: Literal["text", "bool", "int", "time"]
    value: Callable[[Outcome[Any]], object]
    name_in_row: str | None = None
    """The column's name in ``Outcome.as_row()``, if it is another one."""


def answer(name: str, kind: Literal["text", "bool", "int"], field: str | None = None) -> Column:
    """A column with a field of the answer, by default the one of the same name; empty if there is no answer."""
    field_name = field or name

    def value(outcome: Outcome[Any]) -> object:
        result = outcome.result
        return None if result is None else getattr(result, field_name)

    def text(outcome: Outcome[Any]) -> object:
        result = outcome.result
        part = None if result is None else getattr(result, field_name)
        return part if part is None or type(part) is str else str(part)

    return Column(name, kind, text if kind == "text" else value, field)


def _advice(outcome: Outcome[Any]) -> object:
    return advice_on(outcome.error) if outcome.result is None else outcome.result.advice


def _error(outcome: Outcome[Any]) -> str | None:
    return None if outcome.error is None else str(outcome.error) or type(outcome.error).__name__


NUMBER = Column("phone_number_e164", "text", attrgetter("phone_number"), "phone_number")
CHECKED_AT = Column("checked_at", "time", attrgetter("checked_at"))

PORTABILITY_COLUMNS: Sequence[Column] = (
    NUMBER,
    answer("country", "text"),
    answer("number_type", "text"),
    answer("portable", "bool"),
    answer("pin_and_account_number_required", "bool"),
    answer("reason", "text", "not_portable_reason"),
    answer("code", "int", "not_portable_reason_code"),
    Column("advice", "text", _advice),
    Column("error", "text", _error),
    CHECKED_AT,
)
"""The columns that the ``sweep`` command adds, in order."""


def added_names(columns: Sequence[str], added: Iterable[str]) -> list[str]:
    """The names of added columns in a table that has ``columns``: a name that is taken becomes ``twilio_NAME``."""
    taken = set(columns)
    names: list[str] = []
    for plain in added:
        name, count = plain, 2
        while name in taken:
            name = f"twilio_{plain}" if f"twilio_{plain}" not in taken else f"twilio_{plain}_{count}"
            count += name not in (plain, f"twilio_{plain}")
        names.append(name)
        taken.add(name)
    return names


def keys_of(names: Sequence[str]) -> Mapping[str, str]:
    """The names of the columns of PORTABILITY_COLUMNS in a table of results, from ``added_names`` or ``as_row``."""
    keys: dict[str, str] = {}
    for column in PORTABILITY_COLUMNS:
        # The added one stands behind the input's own.
        fits = [name for name in names if re.fullmatch(rf"(?:twilio_)?{column.name}(?:_\d+)?", name)]
        if not fits and column.name_in_row is not None and column.name_in_row in names:
            fits = [column.name_in_row]
        if fits:
            keys[column.name] = fits[-1]
    return keys
