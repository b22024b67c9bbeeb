"""What is known of each key, and the outcomes that come of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ..errors import InvalidArgumentError
from .journal import Run
from .notes import key_text
from .outbox import Outbox
from .outcome import Answered, Outcome
from .policy import light
from .rows import Columns

__all__ = ["Answers", "Flight"]

T = TypeVar("T")


class Flight:
    """A key that is asked or waits for it, and the inputs that wait for its answer."""

    __slots__ = ("inputs", "key")

    def __init__(self, key: Any) -> None:
        self.key = key
        self.inputs: list[tuple[int, Any]] = []


class Answers(Generic[T]):
    """Knows which keys are in flight, remembers the last ones, asks the journal about others."""

    def __init__(
        self,
        outbox: Outbox[T],
        *,
        columns: Columns,
        phone_number: Callable[[Any], str | None],
        remember: int,
        now: Callable[[], dt.datetime],
    ) -> None:
        self.run: Run[T] | None = None
        self.flights: dict[Any, Flight] = {}
        self._remembered: dict[Any, Answered[T]] = {}
        self._outbox = outbox
        self._columns = columns
        self._phone_number = phone_number
        self._remember = remember
        self._now = now

    async def admit(self, start: int, items: Sequence[Any], keys: Sequence[Any]) -> list[Flight]:
        """Take inputs in, from position ``start`` on, each with its key or why it has none.

        What is known becomes outcomes; gives the keys that are to be asked. Raises JournalError, and takes none
        in, where the journal is of another input.
        """
        known = await self._look_up(start, items, keys)
        asked: list[Flight] = []
        for index, (item, key) in enumerate(zip(items, keys, strict=True), start=start):
            if isinstance(key, InvalidArgumentError):
                self._outbox.put(Outcome(index, item, None, None, key, False, None, self._columns))
                continue
            flight = self.flights.get(key)
            if flight is None:
                answered = self._remembered.pop(key, None) or known.get(key)
                if answered is not None:
                    self._remembered[key] = answered  # the most recent of all
                    self._emit(index, item, key, answered)
                    continue
                self.flights[key] = flight = Flight(key)
                asked.append(flight)
            flight.inputs.append((index, item))
        # Only here, so that nothing is forgotten between the look-up and its use.
        for _ in range(len(self._remembered) - self._remember):
            del self._remembered[next(iter(self._remembered))]
        return asked

    async def _look_up(
        self, start: int, items: Sequence[Any], keys: Sequence[Any]
    ) -> Mapping[Any, Answered[T]]:
        if self.run is None:
            return {}
        texts = {
            key: key_text(key)
            for key in keys
            if not (isinstance(key, InvalidArgumentError) or key in self.flights or key in self._remembered)
        }
        kept = await self.run.look_up(start, items, list(texts.values()))
        return {key: kept[text] for key, text in texts.items() if text in kept}

    def drop(self, flight: Flight) -> None:
        """The key is not asked after all: its inputs have no outcome."""
        del self.flights[flight.key]

    def settle(self, flight: Flight, result: T | None, error: Exception | None, *, passing: bool) -> None:
        """The key was answered or has failed. Raises JournalError, after that, where it could not be journalled."""
        answered = Answered(result, None if error is None else light(error), self._now(), False)
        del self.flights[flight.key]
        self._remembered[flight.key] = answered
        for index, item in flight.inputs:
            self._emit(index, item, flight.key, answered)
        if self.run is not None:
            self.run.record(key_text(flight.key), answered, passing=passing)

    def _emit(self, index: int, item: Any, key: Any, answered: Answered[T]) -> None:
        phone_number = self._phone_number(key)
        self._outbox.put(
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
