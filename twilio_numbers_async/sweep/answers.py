"""Everything that is known of each key, and the outcomes that come of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from ..errors import InvalidArgumentError, NotFoundError
from .codec import key_text
from .failures import may_pass, own
from .outcome import Answered, Outcome
from .outcome_queue import OutcomeQueue
from .rows import Columns
from .run import Run

__all__ = ["Answers", "PendingKey"]

T = TypeVar("T")

_DOUBTFUL = 10_000


class PendingKey:
    """A key that is asked or waits for it, and the inputs that wait for its answer."""

    __slots__ = ("index", "item", "key", "others")

    def __init__(self, key: Any, index: int, item: Any) -> None:
        self.key: Any = key
        self.index: int = index
        self.item: Any = item
        self.others: list[tuple[int, Any]] | None = None  # most keys come once


class Answers(Generic[T]):
    """Knows which keys are in flight, remembers the last ones, asks the journal about others."""

    def __init__(
        self,
        queue: OutcomeQueue[T],
        *,
        columns: Columns,
        phone_number: Callable[[Any], str | None],
        remember: int,
        now: Callable[[], dt.datetime],
    ) -> None:
        self.run: Run[T] | None = None
        self.pending: dict[Any, PendingKey] = {}
        self._doubtful: list[tuple[str, Answered[T]]] | None = []
        self._remembered: dict[Any, Answered[T]] = {}
        self._queue = queue
        self._columns = columns
        self._phone_number = phone_number
        self._remember = remember
        self._now = now

    async def admit(self, start: int, items: Sequence[Any], keys: Sequence[Any]) -> list[PendingKey]:
        """Take inputs in, from position ``start`` on, each with its key, or with the error that says why it has none.

        Known keys become outcomes; the others are returned, to be asked. Raises JournalError, and takes no input in,
        where the journal cannot be used.
        """
        known = await self._look_up(start, items, keys)
        asked: list[PendingKey] = []
        for index, (item, key) in enumerate(zip(items, keys, strict=True), start=start):
            if isinstance(key, InvalidArgumentError):
                self._queue.put(Outcome(index, item, None, None, key, False, None, self._columns))
                continue
            pending = self.pending.get(key)
            if pending is None:
                answered = self._remembered.pop(key, None) or known.get(key)
                if answered is not None:
                    self._remembered[key] = answered  # the most recent of all
                    self._emit(index, item, key, answered)
                    continue
                self.pending[key] = pending = PendingKey(key, index, item)
                asked.append(pending)
            elif pending.others is None:
                pending.others = [(index, item)]
            else:
                pending.others.append((index, item))
        self._forget()
        return asked

    def _forget(self) -> None:
        """Forget the oldest; only between look-ups, so that what one did not find is still here when it returns."""
        remembered = self._remembered
        most = self._remember if self.run is None else 0  # a journal remembers all
        if len(remembered) > most:
            for key in [*islice(remembered, len(remembered) - most)]:
                del remembered[key]

    async def _look_up(
        self, start: int, items: Sequence[Any], keys: Sequence[Any]
    ) -> Mapping[Any, Answered[T]]:
        if self.run is None:
            return {}
        pending, remembered = self.pending, self._remembered
        texts = {
            key: key_text(key)
            for key in keys
            if not (key in pending or key in remembered or isinstance(key, InvalidArgumentError))
        }
        kept = await self.run.look_up(start, items, [*texts.values()])
        return {key: kept[text] for key, text in texts.items() if text in kept} if kept else {}

    def drop(self, pending: PendingKey) -> None:
        """Drop a key that is not asked after all: its inputs have no outcome."""
        del self.pending[pending.key]

    def settle(
        self, pending: PendingKey, result: T | None, error: Exception | None, *, transient: bool
    ) -> None:
        """Settle a key that was answered or has failed. Raises JournalError, after that, where it cannot be kept."""
        key = pending.key
        answered = Answered(result, None if error is None else own(error), self._now(), False)
        del self.pending[key]
        self._remembered[key] = answered
        self._emit(pending.index, pending.item, key, answered)
        if pending.others is not None:
            for index, item in pending.others:
                self._emit(index, item, key, answered)
        if self.run is not None:
            text = key_text(key)
            if self._doubtful is not None and self._is_doubtful(self._doubtful, self.run, text, answered):
                transient = True
            self.run.record(text, answered, transient=transient)

    def _is_doubtful(
        self, doubtful: list[tuple[str, Answered[T]]], run: Run[T], text: str, answered: Answered[T]
    ) -> bool:
        """True for 404 where nothing else was answered so far: an address that is wrong knows nothing.

        The first other answer makes good for those before it.
        """
        error = answered.error
        if isinstance(error, NotFoundError):
            if len(doubtful) < _DOUBTFUL:
                doubtful.append((text, answered))
            return True
        if error is None or not may_pass(error):
            self._doubtful = None
            for before, of_before in doubtful:
                run.record(before, of_before, transient=False)
        return False

    def _emit(self, index: int, item: Any, key: Any, answered: Answered[T]) -> None:
        phone_number = self._phone_number(key)
        self._queue.put(
            Outcome(
                index,
                item,
                phone_number,
                answered.result,
                answered.error,
                answered.from_journal,
                answered.checked_at,
                self._columns,
            )
        )
