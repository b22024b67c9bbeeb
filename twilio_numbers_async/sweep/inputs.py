"""The inputs of a sweep, sync or async, read lazily in chunks of what is there."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sized,
)
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar, cast

from ..errors import invalid

__all__ = ["Inputs", "inputs_of"]

I = TypeVar("I")  # noqa: E741 - the input

# A sync iterable that is slow blocks the loop; it does so for no longer than this or one input at a time.
_PATIENCE = 0.005


class Inputs(Protocol[I]):
    """Gives the inputs once, a chunk at a time."""

    total: int | None

    async def take(self, most: int) -> list[I]:
        """Return the items that are there, at least one and at most ``most``; an empty list at the end.

        An error of the iterable is raised here, after all that it gave before.
        """
        ...

    async def aclose(self) -> None:
        """Close a generator that was not read to its end."""
        ...


def inputs_of(inputs: Iterable[I] | AsyncIterable[I], clock: Callable[[], float]) -> Inputs[I]:
    """The way to read these inputs. Raises InvalidArgumentError where they cannot be what was meant."""
    if isinstance(inputs, str | bytes):
        raise invalid("inputs", "is one text, not many: give a list, or any other iterable")
    if isinstance(inputs, AsyncIterable):
        return _AsyncInputs(inputs)
    if isinstance(inputs, Iterable):
        return _SyncInputs(inputs, clock)
    raise invalid("inputs", f"must be an iterable or an async iterable, not {type(inputs).__name__}")


class _SyncInputs(Generic[I]):
    def __init__(self, inputs: Iterable[I], clock: Callable[[], float]) -> None:
        self.total = len(inputs) if isinstance(inputs, Sized) else None
        self._inputs = inputs
        self._clock = clock
        self._iterator: Iterator[I] | None = None
        self._error: Exception | None = None

    async def take(self, most: int) -> list[I]:
        if self._error is not None:
            raise self._error
        if self._iterator is None:
            self._iterator = iter(self._inputs)
        items: list[I] = []
        until = self._clock() + _PATIENCE
        try:
            for item in islice(self._iterator, most):
                items.append(item)
                if self._clock() > until:
                    break
        except Exception as error:
            if not items:
                raise
            self._error = error
        return items

    async def aclose(self) -> None:
        iterator = self._inputs if self._iterator is None else self._iterator
        if isinstance(iterator, Generator):
            cast("Generator[I, None, None]", iterator).close()


class _AsyncInputs(Generic[I]):
    """A task of its own reads ahead, so that a slow source never holds back what it gave already."""

    def __init__(self, inputs: AsyncIterable[I]) -> None:
        self.total = len(inputs) if isinstance(inputs, Sized) else None
        self._inputs = inputs
        self._items: list[I] = []
        self._most = 1
        self._pump: asyncio.Task[None] | None = None
        self._closed = False
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def take(self, most: int) -> list[I]:
        self._most = most
        if self._pump is None:
            self._pump = asyncio.create_task(self._read())
            self._pump.add_done_callback(lambda _: self._wake("taker"))
        while not self._items and not self._pump.done():
            await self._wait("taker")
        if not self._items:
            self._pump.result()
        items, self._items = self._items, []
        self._wake("pump")
        return items

    async def _read(self) -> None:
        iterator = aiter(self._inputs)
        try:
            async for item in iterator:
                self._items.append(item)
                self._wake("taker")
                while len(self._items) >= self._most and not self._closed:
                    await self._wait("pump")
                if self._closed:
                    return
        finally:
            # In the task that read it, because a generator may hold a timeout or a task group open.
            await _aclose(iterator)

    async def _wait(self, who: str) -> None:
        self._waiting[who] = asyncio.get_running_loop().create_future()
        await self._waiting[who]

    def _wake(self, who: str) -> None:
        waiting = self._waiting.pop(who, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def aclose(self) -> None:
        self._closed = True
        if self._pump is None:
            inputs: object = self._inputs
            if isinstance(inputs, AsyncGenerator):
                await _aclose(cast("AsyncGenerator[I, None]", inputs))
            return
        reading = not self._pump.done()
        self._pump.cancel()
        await asyncio.wait([self._pump])
        error = None if self._pump.cancelled() else self._pump.exception()
        if reading and error is not None:
            raise error


async def _aclose(iterator: AsyncIterator[Any]) -> None:
    aclose = getattr(iterator, "aclose", None)
    if aclose is not None:
        await aclose()
