"""Checks values against a regulation's constraints before anything is sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from ..models.base import fold
from ..models.numbers_v2.needs import ADDRESS_SIDS
from ..models.numbers_v2.requirements import RequirementField
from ..models.validate import is_email

__all__ = ["is_empty", "is_given", "normal", "value_fault"]

_address_sid = re.compile("AD[0-9a-fA-F]{32}").fullmatch
_iso_date = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
_BOOLEANS = frozenset({"boolean", "bool"})
_NUMBERS = frozenset({"integer", "int", "number"})


def is_empty(value: object) -> bool:
    """True for what is as good as not given."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple) and not value)


def is_given(attributes: Mapping[str, Any], name: str) -> bool:
    """True if there is a value of that name."""
    return not is_empty(attributes.get(name))


def normal(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as they are sent: dates as ``YYYY-MM-DD``, without what is None."""
    return {name: _normal(value) for name, value in attributes.items() if value is not None}


def _normal(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_normal(each) for each in cast("Iterable[Any]", value)]
    return value


def value_fault(field: RequirementField, value: object) -> str | None:
    """Say what is wrong with a value that is not empty, and what would be right; None if nothing is wrong.

    The shapes of constraints are not documented: a word that names a type, and an object with ``type``, ``pattern``,
    ``max_length``, ``min_length`` or a list of values are understood, and anything else is left to Twilio.
    """
    name = field.machine_name or ""
    rules = _rules(field.constraint)
    kind = fold(str(rules.get("type", "")))
    if fold(name) == fold(ADDRESS_SIDS):
        return _addresses_fault(value)
    if kind == "date" or _is_date(name):
        return _date_fault(value)
    if kind in _BOOLEANS:
        return None if isinstance(value, bool) or value in {"true", "false"} else "must be True or False"
    if isinstance(value, int) and not isinstance(value, bool) and kind in _NUMBERS:
        return None
    if not isinstance(value, str):
        return f"must be text, not {type(value).__name__}"
    if fold(name).endswith("email") and not is_email(value):
        return "must be an e-mail address, such as name@example.com"
    return _text_fault(rules, value)


def _is_date(name: str) -> bool:
    words = name.casefold().split("_")
    return words[-1] == "date" or words[:2] == ["date", "of"]


def _date_fault(value: object) -> str | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return None
    if isinstance(value, str) and _iso_date(value):
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return "is no day of the calendar: a date is written YYYY-MM-DD, such as 1990-12-31"
        return None
    return "must be a date, written YYYY-MM-DD, such as 1990-12-31"


def _addresses_fault(value: object) -> str | None:
    sids: list[object] = (
        [value] if isinstance(value, str) else list(cast("Any", value)) if _is_list(value) else []
    )
    if sids and all(isinstance(sid, str) and _address_sid(sid) for sid in sids):
        return None
    return "must be a list of addresses' SIDs (AD and 32 hexadecimal digits)"


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _rules(constraint: Any) -> dict[str, Any]:
    if isinstance(constraint, str):
        return {"type": constraint}
    if isinstance(constraint, list):
        return {"values": constraint}
    if isinstance(constraint, Mapping):
        return {fold(str(name)): value for name, value in cast("Mapping[object, Any]", constraint).items()}
    return {}


def _text_fault(rules: Mapping[str, Any], value: str) -> str | None:
    for name in ("values", "enum", "allowedvalues", "oneof"):
        allowed = rules.get(name)
        if isinstance(allowed, list) and allowed and value not in allowed:
            return f"must be one of {', '.join(map(str, cast('list[object]', allowed)))}"
    longest, shortest = rules.get("maxlength"), rules.get("minlength")
    if isinstance(longest, int) and len(value) > longest:
        return f"must be at most {longest} characters long"
    if isinstance(shortest, int) and len(value) < shortest:
        return f"must be at least {shortest} characters long"
    pattern = rules.get("pattern", rules.get("regex"))
    if isinstance(pattern, str) and not _matches(pattern, value):
        return f"must fit the pattern {pattern}"
    return None


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True  # in another dialect
