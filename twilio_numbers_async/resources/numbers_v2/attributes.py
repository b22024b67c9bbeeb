"""Checks of what a bundle holds: attributes, and the SIDs of its items."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from ...errors import invalid

__all__ = ["checked_attributes", "checked_object_sid"]

_object_sid = re.compile("(IT|RD|AD)[0-9a-fA-F]{32}").fullmatch


def checked_object_sid(value: object, argument: str) -> str:
    """The SID of what a bundle can hold: an end user (``IT...``), a document (``RD...``) or an address (``AD...``)."""
    if not isinstance(value, str) or not _object_sid(value):
        raise invalid(
            argument,
            "must be a SID of 34 characters, of an end user (IT...), a document (RD...) or an address "
            "(AD...)",
        )
    return value


def checked_attributes(attributes: Mapping[str, Any] | None) -> str | None:
    """The JSON text of attributes; a date is written ``YYYY-MM-DD``. None is not sent."""
    if attributes is None:
        return None
    if not isinstance(attributes, Mapping):
        raise invalid("attributes", "must map names to values")
    try:
        _check_value(attributes, "attributes")
        return msgspec.json.encode(dict(attributes)).decode()
    except UnicodeEncodeError:
        raise invalid("attributes", "has a character that cannot be sent") from None
    except RecursionError:
        raise invalid("attributes", "must not hold itself") from None


def _check_value(value: object, place: str) -> None:
    if isinstance(value, list | tuple):
        for position, item in enumerate(cast("Iterable[object]", value)):
            _check_value(item, f"{place}[{position}]")
    elif isinstance(value, Mapping):
        for name, item in cast("Mapping[object, object]", value).items():
            if not isinstance(name, str):
                raise invalid(place, "must have names that are text")
            _check_value(item, f"{place}.{name}")
    elif not isinstance(value, str | bool | int | dt.date | None) or isinstance(value, dt.datetime):
        raise invalid(
            place,
            "must be text, a whole number, True or False, a date or a list of these, "
            f"not {type(value).__name__}",
        )
