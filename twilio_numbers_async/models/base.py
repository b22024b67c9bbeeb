"""The common parts of all models: the base Structs, the open enum, the scalars that tolerate drift, the decoders.

Answers are tolerant, requests are strict. Decoding is pure: bytes in, Struct or ``DecodeError`` out.
"""

from __future__ import annotations

import enum
from functools import cache
from typing import Any, Self, TypeVar, cast

import msgspec

from ..errors import DecodeError
from .discreet import Discreet
from .scalars import Code, Date, DateOrDateTime, DateTime, Float, Text, Time, decode_scalar

__all__ = [
    "DECODER_FAILURES",
    "Answer",
    "Code",
    "Date",
    "DateOrDateTime",
    "DateTime",
    "Float",
    "OpenEnum",
    "Request",
    "Text",
    "Time",
    "convert",
    "decode",
    "decode_scalar",
    "decoder",
    "fold",
    "misfit",
]

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of everything that Twilio says: unknown fields are ignored, missing ones are None."""

    def to_dict(self) -> dict[str, Any]:
        """A new dict of plain values that JSON can hold: text, numbers, truth values, None, lists, dicts.

        The names are Twilio's. Dates and times are text (ISO 8601), enums their value. A field that was not in the
        answer is None. ``msgspec.json.encode(answer)`` gives the same as JSON.
        """
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class Request(
    Discreet, msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The base of every body that is sent: None is not sent, ``""`` clears a field. Its repr shows no value."""


def fold(text: str) -> str:
    """The text as spellings are compared: no case, blanks, ``_`` or ``-``; "cancelled" is "canceled"."""
    return text.casefold().replace(" ", "").replace("_", "").replace("-", "").replace("cancell", "cancel")


@cache
def _members_by_fold(kind: type[OpenEnum]) -> dict[str, OpenEnum]:
    return {fold(member.value): member for member in kind}


class OpenEnum(enum.StrEnum):
    """An enum that keeps what it does not know: an unknown value is a member too, with ``is_known`` False.

    A value that differs from a known one only in case, blanks, ``_`` or ``-``, or in how "canceled" is
    spelled, is that known one.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        known = _members_by_fold(cls).get(fold(value))
        if known is not None:
            return cast("Self", known)
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown

    def __reduce_ex__(self, _: object) -> tuple[type[Self], tuple[str]]:
        # By its value: before Python 3.11.4 an enum's members were pickled by their names.
        return type(self), (self._value_,)

    @property
    def is_known(self) -> bool:
        """True if this package knew the value when it was released."""
        return type(self)._member_map_.get(self._name_) is self


DECODER_FAILURES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""The errors that a decoder raises for documents that do not fit."""

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The lax decoder of a type, built once."""
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind, strict=False, dec_hook=decode_scalar)
    return found


def decode(kind: type[T], body: bytes | str) -> T:
    """Decode one JSON document. Raises DecodeError with the path of what does not fit."""
    try:
        return decoder(kind).decode(body)
    except DECODER_FAILURES as error:
        raise misfit(kind, error) from None


def convert(kind: type[T], value: object) -> T:
    """Like ``decode``, from what is decoded already: dicts, lists and plain values, such as a row of CSV."""
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=decode_scalar)
    except msgspec.ValidationError as error:
        raise misfit(kind, error) from None


def misfit(kind: Any, error: Exception) -> DecodeError:
    """The error for a document that is no ``kind``, from one of the DECODER_FAILURES."""
    if not isinstance(error, msgspec.ValidationError):
        return DecodeError(f"The answer is not {_name(kind)}: not JSON at $")
    reason, _, path = str(error).partition(" - at `")
    path = path.rstrip("`") or "$"
    return DecodeError(f"The answer is not {_name(kind)}: {reason} at {path}", path=path)


def _name(kind: Any) -> str:
    """The name of a type with its article."""
    name: str = getattr(kind, "__name__", str(kind))
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
