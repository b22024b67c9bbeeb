"""The results of a sweep: one Outcome an input, and its progress."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, TypeVar

import msgspec

from ..errors import ApiError, TwilioNumbersError
from ..models.discreet import Discreet, Hidden
from .failures import advice_on
from .rows import Columns, Row, columns_of, text_of

__all__ = ["Answered", "Outcome", "Progress"]

T = TypeVar("T")


class Answered(msgspec.Struct, Generic[T], frozen=True):
    """The outcome of one distinct key: every input with that key shares it."""

    result: T | None
    error: TwilioNumbersError | None
    checked_at: dt.datetime
    from_journal: bool


class Outcome(Discreet, msgspec.Struct, Generic[T], frozen=True):
    """The outcome of one input."""

    index: int
    """The input's position, from 0."""
    input: Any
    """The input as it was given."""
    phone_number: str | None
    """The number that was asked about (E.164), None where the input is none or no number is asked about."""
    result: T | Any
    """The answer, None where there is none: ask ``ok`` first.

    Type checkers take it for the answer, since they cannot follow ``ok``.
    """
    error: TwilioNumbersError | Any
    """The reason why there is no answer, None where there is one.

    It is an ``InvalidArgumentError`` where the input could not be asked at all. Anything but the package's own errors
    is the ``__cause__`` of a TwilioNumbersError.
    """
    from_journal: bool = False
    """True if an earlier run was answered this, and the journal kept it."""
    checked_at: dt.datetime | None = None
    """The time when the answer or the failure came (UTC), None where nothing was asked."""
    _columns: Columns = columns_of(None)

    @property
    def ok(self) -> bool:
        """True if there is an answer, whatever it says."""
        return self.error is None

    def as_row(self) -> Row:
        """One flat dict of plain values, which pandas, Polars and Arrow take as it is.

        ``index``, ``input`` (as text), ``phone_number``, the answer's columns (None where there is no answer),
        ``error`` (one line), ``checked_at``. Where answers give advice, ``reason``, ``code`` and ``advice`` stand for
        errors too: the error's class, Twilio's code in it, and what to do. All outcomes of one sweep
        have the same keys in the same order.
        """
        row: Row = {
            "index": self.index,
            "input": text_of(self.input),
            "phone_number": self.phone_number,
            **self._columns(self.result),
        }
        if self.error is not None and "advice" in row:
            code = self.error.code if isinstance(self.error, ApiError) else None
            row.update(reason=type(self.error).__name__, code=code, advice=advice_on(self.error))
        row["error"] = None if self.error is None else str(self.error) or type(self.error).__name__
        row["checked_at"] = self.checked_at
        return row

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        what = ("result", self.result) if self.ok else ("error", self.error)
        given = self.input if isinstance(self.input, str | Discreet) else Hidden(self.input)
        return [("index", self.index), ("input", given), ("phone_number", self.phone_number), what]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of a sweep. ``done`` is ``ok + failed + invalid``."""

    read: int
    """Inputs read so far; a little ahead of ``done``."""
    done: int
    """Outcomes handed out."""
    ok: int
    """Outcomes with an answer."""
    failed: int
    """Outcomes with an error, the input being fine."""
    invalid: int
    """Outcomes of inputs that could not be asked."""
    from_journal: int
    """Outcomes that an earlier run had."""
    asked: int
    """Calls made: fewer than inputs where keys come again."""
    in_flight: int
    """Calls under way just now."""
    elapsed: float
    """Seconds since the first outcome was awaited."""
    rate: float
    """Calls that were answered or failed, a second, on average."""
    total: int | None
    """The number of inputs, None where that is not known before the end."""
