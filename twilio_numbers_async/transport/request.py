"""Building what is sent. Pure: values in, text or bytes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, quote_plus, urlencode

import msgspec

from ..errors import InvalidArgumentError

__all__ = [
    "FORM",
    "JSON",
    "Value",
    "form_body",
    "json_body",
    "query_string",
]

FORM: Literal["application/x-www-form-urlencoded"] = "application/x-www-form-urlencoded"
JSON: Literal["application/json"] = "application/json"

Value: TypeAlias = "str | int | float | bool | dt.date | None"
"""A value of a query or form: None is not sent, a bool is ``true`` or ``false``, a date ISO 8601."""

_encoder = msgspec.json.Encoder()
_NO_UNICODE = "Text in the request is not valid Unicode (half of a surrogate pair)"


def json_body(body: msgspec.Struct) -> bytes:
    """The JSON of a request Struct; None is left out."""
    try:
        return _encoder.encode(body)
    except UnicodeEncodeError:
        raise InvalidArgumentError(_NO_UNICODE) from None


def query_string(parameters: Mapping[str, Value | Iterable[Value]]) -> str:
    """``?Name=value&...``, or ``""`` when nothing is to be sent. A list repeats its name."""
    text = _urlencoded(parameters, quote)
    return f"?{text}" if text else ""


def form_body(parameters: Mapping[str, Value | Iterable[Value]]) -> bytes:
    """An ``application/x-www-form-urlencoded`` body. None is not sent, ``""`` clears a field."""
    return _urlencoded(parameters, quote_plus).encode()


def _urlencoded(parameters: Mapping[str, Value | Iterable[Value]], quote_via: Callable[..., str]) -> str:
    try:
        return urlencode(_pairs(parameters), quote_via=quote_via)
    except UnicodeEncodeError:
        raise InvalidArgumentError(_NO_UNICODE) from None


def _pairs(parameters: Mapping[str, Value | Iterable[Value]]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        if isinstance(value, str | int | float | dt.date) or value is None:
            if value is not None:
                pairs.append((name, _text(value)))
        else:
            pairs.extend((name, _text(item)) for item in value if item is not None)
    return pairs


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else str(value)
