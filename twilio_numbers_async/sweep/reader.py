"""Reads a sweep's inputs, a little ahead of the outcomes that are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ..errors import InvalidArgumentError
from .answers import Answers, PendingKey
from .failures import own
from .inputs import Inputs
from .outcome_queue import OutcomeQueue
from .pool import Pool

__all__ = ["Reader"]

T = TypeVar("T")

_CHUNK = 100
_JOURNAL_CHUNK = 1000  # a look-up is a hop to another thread, however much it asks
_ORDERED_WINDOW = 10_000  # outcomes that wait for a slow one before them
_PATIENCE = 0.005  # seconds for which making keys may hold the loop


class Reader(Generic[T]):
    """Turns inputs into outcomes, where they are known or invalid, and into keys to be asked."""

    def __init__(
        self,
        inputs: Inputs[Any],
        *,
        key: Callable[[Any], Any],
        answers: Answers[T],
        queue: OutcomeQueue[T],
        pool: Pool[PendingKey],
        ordered: bool,
        clock: Callable[[], float],
    ) -> None:
        self.read: int = 0
        self._inputs = inputs
        self._key = key
        self._answers = answers
        self._queue = queue
        self._pool = pool
        self._least_window = _ORDERED_WINDOW if ordered else 0
        self._clock = clock
        self._room: tuple[asyncio.Future[None], tuple[int, int]] | None = None

    async def run(self) -> None:
        """Read to the end. What the inputs raise is raised when all before it was taken in."""
        size = _CHUNK if self._answers.run is None else _JOURNAL_CHUNK
        while True:
            await self._wait_for_room(size)
            items = await self._inputs.take(size)
            if not items:
                break
            await self._admit(items)
            await asyncio.sleep(0)

    def go_on(self) -> None:
        """Read on, if there is room: after an outcome was taken, and when nothing is left to do."""
        if self._room is not None and self._has_room(*self._room[1]):
            room, self._room = self._room[0], None
            if not room.done():
                room.set_result(None)

    def _has_room(self, window: int, stock: int) -> bool:
        return self.read - self._queue.done <= window and len(self._pool.todo) <= stock

    async def _wait_for_room(self, size: int) -> None:
        stock = size + 2 * self._pool.width()
        most = max(self._least_window, 3 * size) + 4 * self._pool.width() - size, stock
        while not self._has_room(*most):
            room = asyncio.get_running_loop().create_future()
            self._room = room, most
            await room

    async def _admit(self, items: list[Any]) -> None:
        broken: Exception | None = None
        keys: list[Any] = []
        until = self._clock() + _PATIENCE
        for item in items:
            try:
                keys.append(self._key(item))
            except InvalidArgumentError as error:
                keys.append(own(error))
            except Exception as error:  # noqa: BLE001 - raised below, after what came before it
                broken = error
                break
            if self._clock() > until:
                await asyncio.sleep(0)
                until = self._clock() + _PATIENCE
        self._pool.todo.extend(await self._answers.admit(self.read, items[: len(keys)], keys))
        self.read += len(keys)
        self._queue.wake()
        self._pool.dispatch()
        if broken is not None:
            raise broken
