"""Encodes inputs, keys and errors for a journal: as text, never pickled."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec

from .. import errors
from ..errors import ApiError, TwilioNumbersError

__all__ = ["digest", "error_of", "json_of", "key_text"]


class _Error(msgspec.Struct):
    kind: str
    message: str
    fields: dict[str, Any]


_decoder = msgspec.json.Decoder(_Error)


def digest(value: object) -> int:
    """32 bits that tell one input from another, and not what it was: the journal need not hold a whole row of it.

    Raises TypeError where the input has no text: anything but text, numbers, dates, lists, dicts, dataclasses, Structs.
    """
    return crc32(_text(value))


def key_text(key: object) -> str:
    """A key as the journal knows it: itself where it is text, JSON otherwise. Raises TypeError as ``digest`` does."""
    return key if isinstance(key, str) else _text(key).decode()


def _text(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    return msgspec.json.encode(value, order="deterministic")


def json_of(error: Exception) -> str:
    """The public fields of an error of this package; the name and the words of any other."""
    if type(error) is not getattr(errors, type(error).__name__, None):
        error = TwilioNumbersError(f"{type(error).__name__}: {error}")
    fields = {name: value for name, value in vars(error).items() if name[0] != "_" and name != "message"}
    message = str(error.args[0]) if error.args else ""
    return msgspec.json.encode(_Error(type(error).__name__, message, fields), enc_hook=str).decode()


def error_of(text: str) -> TwilioNumbersError:
    """The error again, with equal fields. Raises TypeError or AttributeError for one of no known kind."""
    kept = _decoder.decode(text)
    kind: type[TwilioNumbersError] = getattr(errors, kept.kind)
    # Not by its constructor: a field may have been set later on.
    error = kind.__new__(kind, kept.message)
    error.args = (kept.message,)
    if issubclass(kind, ApiError):
        kept.fields["message"] = kept.message
    error.__dict__.update(kept.fields)
    return error
