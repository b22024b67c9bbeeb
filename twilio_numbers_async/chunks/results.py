"""The result of a chunk, and the bytes of it that travel back."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Self, cast

import msgspec

from ..errors import DecodeError, InvalidArgumentError, invalid
from ..models.base import decode
from ..sweep import Entry, Outcome, Row, error_of, json_of
from ..sweep.chunk import without_lists
from ..sweep.merging import microseconds, moment
from ..sweep.rows import columns_of
from .operations import operation_named

__all__ = ["ChunkResult"]

_MAGIC = b"TNCR"  # Twilio numbers, chunk, result
_VERSION = 1


class ChunkResult(msgspec.Struct, frozen=True):
    """The result of a chunk. ``Journal.merge`` takes it; it holds personal data and no credentials."""

    key: str
    """The chunk's key."""
    index: int
    """The chunk's position among the chunks of the whole, from 0."""
    operation: str
    """``portability``, ``update`` or ``transfer``."""
    options: dict[str, Any]
    """The options that decided the answers, the account included, as a journal compares them."""
    outcomes: tuple[Outcome[Any], ...]
    """An outcome for each input, in the order of the inputs; their ``index`` counts all inputs of the whole."""
    keys: tuple[str | None, ...]
    """The journal's key of each outcome, None for an input that could not be asked."""
    again: tuple[int, ...]
    """The positions in ``outcomes`` of the failures that may pass."""

    @property
    def unfinished(self) -> tuple[Any, ...]:
        """The inputs whose failure may pass: they come again with ``Journal.pending``."""
        return tuple(self.outcomes[offset].input for offset in self.again)

    def to_rows(self) -> list[Row]:
        """A flat dict of plain values for each outcome, see ``Outcome.as_row``."""
        return [outcome.as_row() for outcome in self.outcomes]

    def entries(self) -> Iterator[Entry]:
        """The entries that a journal keeps of it."""
        again = {*self.again}
        for offset, (key, outcome) in enumerate(zip(self.keys, self.outcomes, strict=True)):
            if key is not None and outcome.checked_at is not None:
                yield Entry(key, outcome.result, outcome.error, outcome.checked_at, offset in again)

    def to_bytes(self) -> bytes:
        """The result as bytes: a version, then JSON, compressed. About 30 bytes an outcome."""
        lines = [*_lines(self.outcomes, self.keys)]
        content = _Content(self.key, self.index, self.operation, self.options, lines, self.again)
        return _MAGIC + bytes([_VERSION]) + zlib.compress(_encoder.encode(content), 9)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the result from bytes.

        Raises InvalidArgumentError for bytes of another version, for damaged ones, and for what is no result.
        """
        content = _content(data)
        kind = operation_named(content.operation).result_type
        try:
            outcomes = tuple(_outcomes(content.lines, kind))
            keys = tuple(map(_key, content.lines))
        except (msgspec.MsgspecError, DecodeError, AttributeError, TypeError, OverflowError) as error:
            raise _damaged() from error
        return cls(
            content.key, content.index, content.operation, content.options, outcomes, keys, content.again
        )

    def __reduce__(self) -> tuple[Callable[[bytes], ChunkResult], tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        """Show no number: results stand in the logs of engines."""
        shown = f"key={self.key!r}, index={self.index}, operation={self.operation!r}"
        return f"ChunkResult({shown}, {len(self.outcomes)} outcomes, {len(self.again)} unfinished)"


class _Line(msgspec.Struct, array_like=True, gc=False):
    """One outcome."""

    index: int
    input: Any
    phone_number: str | None
    key: str | bool | None
    """True for what it usually is: the phone number, or the input."""
    checked_at: int | None
    """Microseconds since 1970."""
    result: dict[str, Any] | None
    """The fields that differ from the result before it, once the line's own number or SID is left out of both."""
    is_short: bool
    """True if it was left out."""
    error: str | None
    """JSON, as in a journal."""


class _Content(msgspec.Struct, array_like=True):
    key: str
    index: int
    operation: str
    options: dict[str, Any]
    lines: list[_Line]
    again: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.again and not (min(self.again) >= 0 and max(self.again) < len(self.lines)):
            raise ValueError("again")


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Content)


def _lines(outcomes: Iterable[Outcome[Any]], keys: Iterable[str | None]) -> Iterator[_Line]:
    before: dict[str, Any] = {}
    for outcome, key in zip(outcomes, keys, strict=True):
        line = _Line(
            outcome.index,
            outcome.input,
            outcome.phone_number,
            key,
            None if outcome.checked_at is None else microseconds(outcome.checked_at),
            None,
            False,
            None if outcome.error is None else json_of(outcome.error),
        )
        if key == _usual_key(line):
            line.key = True
        if outcome.error is None:
            result = _shorten(line, outcome.result)
            line.result = {
                name: value for name, value in result.items() if name not in before or before[name] != value
            }
            before = result
        yield line


def _outcomes(lines: Iterable[_Line], kind: type[Any]) -> Iterator[Outcome[Any]]:
    before: dict[str, Any] = {}
    columns = columns_of(kind)
    for line in lines:
        result = None
        if line.error is None:
            before = before | (line.result or {})
            result = decode(kind, _whole(line, before))
        yield Outcome(
            line.index,
            without_lists(line.input),
            line.phone_number,
            result,
            None if line.error is None else error_of(line.error),
            False,
            None if line.checked_at is None else moment(line.checked_at),
            columns,
        )


# Stands for the line's own number or SID, which an answer repeats in its addresses.
_OWN = "\\u0000"
_is_own = re.compile(r"\+\d+|PN[0-9a-f]{32}", re.ASCII).fullmatch


def _own(line: _Line) -> str:
    """A text without anything that JSON escapes, or nothing."""
    own: Any = line.phone_number or line.input
    if isinstance(own, tuple | list) and own:
        own = cast("Sequence[Any]", own)[0]
    return own if isinstance(own, str) and _is_own(own) else ""


def _shorten(line: _Line, result: Any) -> dict[str, Any]:
    own, text = _own(line), _encoder.encode(result).decode()
    line.is_short = own != "" and _OWN not in text
    short: dict[str, Any] = msgspec.json.decode(text.replace(own, _OWN) if line.is_short else text)
    return short


def _whole(line: _Line, short: dict[str, Any]) -> str:
    text = _encoder.encode(short).decode()
    return text.replace(_OWN, _own(line)) if line.is_short else text


def _usual_key(line: _Line) -> Any:
    return line.phone_number or line.input


def _key(line: _Line) -> str | None:
    key = line.key if line.key is not True else _usual_key(line)
    if key is not None and not isinstance(key, str):
        raise TypeError("key")
    return key


def _content(data: bytes) -> _Content:
    if not isinstance(data, bytes | bytearray | memoryview):
        raise invalid("data", f"must be bytes, not {type(data).__name__}")
    data = bytes(data)
    if data[:4] != _MAGIC or len(data) < 5:
        raise InvalidArgumentError("These bytes are no chunk result", argument="data")
    if data[4] != _VERSION:
        raise InvalidArgumentError(
            f"The chunk result is of version {data[4]}, and this package reads version {_VERSION}:"
            " use the same package on both sides",
            argument="data",
        )
    unpacked = zlib.decompressobj()
    try:
        plain = unpacked.decompress(data[5:]) + unpacked.flush()
        if not unpacked.eof or unpacked.unused_data:
            raise _damaged()
        return _decoder.decode(plain)
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _damaged() from error


def _damaged() -> InvalidArgumentError:
    return InvalidArgumentError(
        "The chunk result is damaged: its bytes were changed or cut off", argument="data"
    )
