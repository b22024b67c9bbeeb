"""Results as columns of plain values, for tables."""

from __future__ import annotations

import datetime as dt
import enum
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin

import msgspec

from ..models.base import DateTime, Float, Text

__all__ = ["Cell", "Columns", "Row", "columns_of", "text_of"]

Cell: TypeAlias = str | int | float | bool | dt.datetime | None
Row: TypeAlias = dict[str, Cell]
Columns: TypeAlias = Callable[[Any], Row]
"""Makes the columns of a result, and the same ones, all None, of None."""

_RESERVED = frozenset({"index", "input", "phone_number", "error", "checked_at"})
_PLAIN = frozenset({str, int, float, bool, dt.datetime, DateTime, Float, Text})

# What an answer with advice calls them, and their type.
_ADVICE: Mapping[str, tuple[str, Any]] = {
    "reason": ("not_portable_reason", Any),
    "code": ("not_portable_reason_code", int),
    "advice": ("advice", str),
}

_Get: TypeAlias = Callable[[Any], Cell]


def text_of(value: object) -> str | None:
    """The value as text, so that the whole column has one type."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, enum.Enum):
        return text_of(value.value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    try:
        plain = msgspec.to_builtins(value, enc_hook=str)
        return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return str(value)


def columns_of(kind: type[Any] | None) -> Columns:
    """The columns of a type of result: a Struct's fields, nested ones as ``outer_inner``.

    What is no plain value becomes text: a date ISO 8601, a list or a dict or a deeper Struct JSON. Anything
    but a Struct stands in one column, ``result``. A field with the name of one of Outcome's own columns is
    ``result_<name>``, but for ``phone_number``, which is Outcome's. A type that gives advice has ``reason``,
    ``code`` and ``advice`` too, which Outcome fills in for errors.
    """
    named: Any = kind
    return _flat(named)


class _Flat:
    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._columns = tuple(_fields(kind)) if _is_struct(kind) else (("result", text_of),)
        if hasattr(kind, "advice"):
            self._columns += tuple((name, _getter(*source)) for name, source in _ADVICE.items())

    def __call__(self, result: Any) -> Row:
        if result is None:
            return {name: None for name, _ in self._columns}
        return {name: get(result) for name, get in self._columns}

    def __reduce__(self) -> tuple[Callable[[Any], Columns], tuple[Any]]:
        return columns_of, (self._kind,)


# One for each type, so that equal outcomes are equal.
_flat = cache(_Flat)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _fields(kind: type[Any]) -> Iterator[tuple[str, _Get]]:
    for field in msgspec.structs.fields(kind):
        if field.name == "phone_number":
            continue
        name = f"result_{field.name}" if field.name in _RESERVED else field.name
        inner = _only(field.type)
        if _is_struct(inner):
            for part in msgspec.structs.fields(inner):
                yield f"{name}_{part.name}", _getter(part.name, _only(part.type), field.name)
        else:
            yield name, _getter(field.name, inner)


def _only(kind: Any) -> Any:
    """The one type beside None, or Any for several types: then the column is text."""
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    kinds = [one for one in get_args(kind) if one is not types.NoneType]
    return kinds[0] if len(kinds) == 1 else Any


def _getter(name: str, kind: Any, outer: str | None = None) -> _Get:
    plain = kind in _PLAIN

    def get(result: Any) -> Cell:
        if outer is not None:
            result = getattr(result, outer)
        value: Any = getattr(result, name, None)
        return value if plain else text_of(value)

    return get
