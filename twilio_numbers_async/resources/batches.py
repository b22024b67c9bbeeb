"""Calls about one thing each, carried out many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

__all__ = ["Batches"]

K = TypeVar("K")
T = TypeVar("T")

_LINGER = 0.005
_QUIET = 10
"""So many pauses of ``_LINGER`` seconds without a newcomer, and a batch that is not full is carried out."""


class _Batch(Generic[K, T]):
    def __init__(self) -> None:
        self.keys: list[K] = []
        self.answered: asyncio.Future[Mapping[K, T | Exception]] = asyncio.get_running_loop().create_future()


class Batches(Generic[K, T]):
    """Collects calls into batches of at most ``size``, and asks about each batch at once.

    ``ask`` gives a result or an error for each key. A batch that does not grow any more is asked about too. ``sleep``
    takes seconds.
    """

    def __init__(
        self,
        ask: Callable[[list[K]], Awaitable[Mapping[K, T | Exception]]],
        size: int,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._ask = ask
        self._size = size
        self._sleep = sleep
        self._open: _Batch[K, T] | None = None

    async def __call__(self, key: K) -> T:
        """The result of a key. Raises its error, and what ``ask`` raises."""
        if self._open is None:
            self._open = _Batch()
            self._open.keys.append(key)
            answers = await self._lead(self._open)
        else:
            batch = self._open
            batch.keys.append(key)
            if len(batch.keys) >= self._size:
                self._open = None
            answers = await asyncio.shield(batch.answered)
        answer = answers[key]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _lead(self, batch: _Batch[K, T]) -> Mapping[K, T | Exception]:
        """Fill a batch, and ask for all of it."""
        try:
            await self._fill(batch)
            answers = await self._ask(batch.keys)
        except BaseException as error:
            if isinstance(error, Exception):
                batch.answered.set_exception(error)
                batch.answered.exception()  # the others may all have been cancelled
            else:
                batch.answered.cancel()
            raise
        batch.answered.set_result(answers)
        return answers

    async def _fill(self, batch: _Batch[K, T]) -> None:
        """Wait until the batch is full or grows no more. Nobody joins it then."""
        size, quiet = 1, 0
        try:
            while len(batch.keys) < self._size and quiet < _QUIET:
                await self._sleep(_LINGER)
                quiet = quiet + 1 if len(batch.keys) == size else 0
                size = len(batch.keys)
        finally:
            if self._open is batch:
                self._open = None
