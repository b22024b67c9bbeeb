"""Holds outcomes between the answer and the loop that takes them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from ..errors import InvalidArgumentError
from .outcome import Outcome

__all__ = ["OutcomeQueue"]

T = TypeVar("T")


class OutcomeQueue(Generic[T]):
    """Holds outcomes, in order if wanted, and counts those that it hands out."""

    def __init__(self, *, ordered: bool) -> None:
        self.ready: deque[Outcome[T]] = deque()
        self.done: int = 0
        self.ok: int = 0
        self.failed: int = 0
        self.invalid: int = 0
        self.from_journal: int = 0
        self._ordered = ordered
        self._held: dict[int, Outcome[T]] = {}
        self._next = 0
        self._reader: asyncio.Future[None] | None = None

    def put(self, outcome: Outcome[T]) -> None:
        """Take an outcome in; ``wake`` tells the reader."""
        if not self._ordered:
            self.ready.append(outcome)
        elif outcome.index != self._next:
            self._held[outcome.index] = outcome
        else:
            following: Outcome[T] | None = outcome
            while following is not None:
                self.ready.append(following)
                self._next += 1
                following = self._held.pop(self._next, None)

    def settle(self) -> bool:
        """Release what is held behind a gap, since nothing more will come. False if nothing is held."""
        self.ready.extend(self._held[index] for index in sorted(self._held))
        self._held.clear()
        return bool(self.ready)

    def take(self) -> Outcome[T]:
        """Hand out the next outcome that is ready."""
        outcome = self.ready.popleft()
        self.done += 1
        if outcome.error is None:
            self.ok += 1
        elif isinstance(outcome.error, InvalidArgumentError):
            self.invalid += 1
        else:
            self.failed += 1
        if outcome.from_journal:
            self.from_journal += 1
        return outcome

    async def wait(self) -> None:
        """Wait for ``wake``."""
        self._reader = asyncio.get_running_loop().create_future()
        await self._reader

    def wake(self) -> None:
        """Tell the reader that something is ready, or is over."""
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
