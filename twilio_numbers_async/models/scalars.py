"""Scalars that tolerate drift: a field takes one where an answer strays from its own specification.

A type checker reads each as the plain type that arrives at run time. msgspec sees a type of its own and hands
the raw value to ``decode_scalar``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    DateTime = dt.datetime
    Date = dt.date
    Time = dt.time | str
    DateOrDateTime = dt.datetime | dt.date | str
    Code = int | str
    Float = float
    Text = str
else:

    class _Scalar(type):
        """Makes isinstance() accept what the scalar decodes to: msgspec asks it of every value."""

        accepts: type | tuple[type, ...]

        def __instancecheck__(cls, value):
            return isinstance(value, cls.accepts) or value is None

    class _Trusted(type):
        """Like ``_Scalar``, for what is made so often that a check in Python would show.

        A builtin in this place is called with the value alone, and a class is true: the check costs nothing
        and says yes to what ``decode_scalar`` has made, which makes a datetime, makes None or raises.
        """

        __instancecheck__ = type

    class DateTime(metaclass=_Trusted):
        """ISO 8601 or RFC 2822 text -> aware datetime (UTC where no offset is given); ``""`` -> None."""

    class Date(metaclass=_Scalar):
        """ISO 8601 date (a time behind it is dropped) -> date; ``""`` -> None."""

        accepts = dt.date

    class Time(metaclass=_Scalar):
        """ISO 8601 time -> time with its offset; ``""`` -> None; text that is no time stays as it is."""

        accepts = (dt.time, str)

    class DateOrDateTime(metaclass=_Trusted):
        """A date -> date, a timestamp -> aware datetime, ``""`` -> None; other text stays as it is."""

    class Code(metaclass=_Scalar):
        """A number, or one as text -> int; ``""`` -> None; other text stays as it is."""

        accepts = (int, str)

    class Float(metaclass=_Scalar):
        """A number, or one as text -> float; ``""`` -> None."""

        accepts = float

    class Text(metaclass=_Scalar):
        """Text, or a number where Twilio sends one -> str."""

        accepts = str


_MONTHS = {
    name: f"-{number:02}-"
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)  # noqa: SIM905
}
_NOT_A_DATE = "Expected a date or time"

_from_iso = dt.datetime.fromisoformat
_UTC = dt.UTC


def _iso_datetime(raw: Any) -> dt.datetime | None:
    text = _only_text(raw).strip().upper()  # ISO 8601 allows "t" and "z"
    if not text:
        return None
    try:
        value = _from_iso(text)
    except ValueError:
        value = _rfc_2822(text)
    return value if value.tzinfo is not None else value.replace(tzinfo=_UTC)


def _rfc_2822(text: str) -> dt.datetime:
    from email.utils import parsedate_to_datetime  # seldom needed, and slow to import

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError(_NOT_A_DATE) from None


def _date(raw: Any) -> dt.date | None:
    text = _only_text(raw)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(_NOT_A_DATE) from None


def _time(raw: Any) -> dt.time | str | None:
    if isinstance(raw, dt.time):
        return raw
    text = _only_text(raw)
    try:
        return dt.time.fromisoformat(text) if text else None
    except ValueError:
        return text


def _date_or_datetime(raw: Any) -> dt.date | str | None:
    text = _text(raw)
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else decode_scalar(DateTime, text)
    except ValueError:
        return text


def _code(raw: Any) -> int | str | None:
    if isinstance(raw, str):
        return int(raw) if raw.isascii() and raw.isdigit() else raw or None
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise ValueError("Expected a number or text")


def _float(raw: Any) -> float | None:
    if raw == "":
        return None
    try:
        return float(raw)
    except (TypeError, ValueError):
        raise ValueError("Expected a number") from None


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw)
    raise ValueError("Expected text or a number")


def _only_text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError(f"Expected `str`, got `{type(raw).__name__}`")


_SCALARS: dict[Any, Callable[[Any], Any]] = {
    DateTime: _iso_datetime,
    Date: _date,
    Time: _time,
    DateOrDateTime: _date_or_datetime,
    Code: _code,
    Float: _float,
    Text: _text,
}


def decode_scalar(kind: Any, raw: Any) -> Any:
    """Make the value of a scalar: msgspec's ``dec_hook``. Raises ValueError, which msgspec gives its path."""
    # A page of 1,000 numbers has 2,000 moments: no call more than needed, and one split for five slices.
    try:
        if kind is DateTime:
            _, day, month, year, time, offset = raw.split(" ")  # "Thu, 30 Jul 2015 23:19:04 +0000"
            if offset == "+0000":  # as Twilio writes it
                return _from_iso(f"{year}{_MONTHS[month]}{day} {time}Z")
            value = _from_iso(f"{year}{_MONTHS[month]}{day} {time}{offset}")
            return value if value.tzinfo is not None else value.replace(tzinfo=_UTC)
        if kind is DateOrDateTime and raw[19] == "Z" and raw[10] == "T":
            return _from_iso(raw)  # "2025-04-30T10:11:12Z"
    except (AttributeError, LookupError, TypeError, ValueError):
        pass  # another spelling than those that Twilio uses
    return _SCALARS[kind](raw)
