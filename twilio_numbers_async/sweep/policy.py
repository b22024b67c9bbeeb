"""The settings of a sweep."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping, MutableSet
from typing import Any, Generic, TypeVar

import msgspec

from .._util import utc_now
from ..errors import invalid
from .failures import may_pass, stops_all
from .journal import Journal
from .rows import Columns

__all__ = ["SweepPolicy", "phone_number_of"]

I = TypeVar("I")  # noqa: E741 - the input
K = TypeVar("K")
T = TypeVar("T")


def _no(_: object) -> bool:
    return False


def phone_number_of(key: object) -> str | None:
    """The key, if it is a number (E.164)."""
    return key if isinstance(key, str) and key[:1] == "+" else None


class SweepPolicy(msgspec.Struct, Generic[I, K, T], frozen=True, kw_only=True):
    """The settings by which a sweep asks about its inputs and keeps the answers."""

    key: Callable[[I], K]
    """Makes the key of an input: hashable, and with a journal text or what JSON can hold.

    It raises InvalidArgumentError where the input cannot be asked.
    """
    width: Callable[[int], int]
    """The number of calls that may be under way just now, given how many are."""
    ordered: bool = False
    """True for outcomes in the order of the inputs; a slow one holds up at most 10,000 others."""
    journal: Journal | str | os.PathLike[str] | None = None
    """Keeps the outcomes for the next run."""
    result_type: type[T] | None = None
    """The type that the journal decodes and ``as_row`` has columns for."""
    options: Mapping[str, object] = {}
    """Options that decide the answers besides the inputs; a journal refuses others."""
    columns: Columns | None = None
    """Makes the columns of a result, in the place of those of its type."""
    is_fatal: Callable[[Exception], bool] = stops_all
    """True for an error that every other call would have too: it ends the sweep."""
    is_transient_error: Callable[[Exception], bool] = may_pass
    """True for an error after which the next run with the journal asks again."""
    is_transient_result: Callable[[T], bool] = _no
    """True for a result after which the next run with the journal asks again."""
    phone_number: Callable[[K], str | None] | None = None
    """The number (E.164) of a key. None takes a key with a ``+`` for one."""
    remember: int = 10_000
    """The number of distinct keys whose outcomes are remembered."""
    registry: MutableSet[Any] | None = None
    """Holds the sweep while it runs, so that its owner can close what is left."""
    clock: Callable[[], float] = time.monotonic
    """Seconds."""
    now: Callable[[], dt.datetime] = utc_now
    """The time in UTC."""

    def checked_journal(self) -> Journal | None:
        """The journal. Raises InvalidArgumentError for one without the type of its results."""
        if self.journal is not None and self.result_type is None:
            raise invalid("result_type", "is needed with a journal")
        return Journal(self.journal) if isinstance(self.journal, str | os.PathLike) else self.journal
