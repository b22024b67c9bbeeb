"""Cancels a call at its n-th suspension point: where it waits for something, and nowhere else can it be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

__all__ = ["MODES", "Mode", "Stepper", "run_cancelled"]

T = TypeVar("T")


@dataclass(frozen=True)
class Mode:
    """A way to cancel a call."""

    name: str
    late: bool = False
    """True to cancel it when what it waits for has just come, before it goes on."""
    again: int | None = None
    """The suspension points after which it is cancelled once more, in its clean-up; 0: it is not."""


MODES = (Mode("once"), Mode("late", late=True), Mode("twice", again=1), Mode("twice, later", again=2))


class Stepper:
    """Counts the suspension points of a call and cancels its task at the ``at``-th."""

    def __init__(self, at: int, mode: Mode) -> None:
        self.points = 0
        self.cancelled = False
        """True once the task was cancelled while it was running."""
        self._at = {at} if mode.again is None else {at, at + mode.again}
        self._late = mode.late

    def wrap(self, call: Coroutine[Any, Any, T]) -> _Wrapped[T]:
        """The same call, watched."""
        return _Wrapped(call, self._suspended)

    def _suspended(self, waits_for: object) -> None:
        self.points += 1
        if self.points not in self._at:
            return
        task = asyncio.current_task()
        assert task is not None

        def cancel(_: object = None) -> None:
            self.cancelled = task.cancel() or self.cancelled

        if self._late and isinstance(waits_for, asyncio.Future):
            # Before the task has told the future that it waits: this comes first.
            cast("asyncio.Future[object]", waits_for).add_done_callback(cancel)
        else:
            asyncio.get_running_loop().call_soon(cancel)


class _Wrapped(Generator[Any, Any, T]):
    """A coroutine whose every suspension is told."""

    def __init__(self, call: Coroutine[Any, Any, T], suspended: Callable[[object], None]) -> None:
        self._call = call
        self._suspended = suspended

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def send(self, value: Any) -> Any:
        waits_for = self._call.send(value)
        self._suspended(waits_for)
        return waits_for

    def throw(self, *error: Any) -> Any:
        waits_for = self._call.throw(*error)
        self._suspended(waits_for)
        return waits_for

    def close(self) -> None:
        self._call.close()


async def run_cancelled(call: Coroutine[Any, Any, object], stepper: Stepper) -> bool:
    """Run the call in a task of its own. True if it was cancelled, False if it came to its end before that."""

    async def run() -> None:
        await stepper.wrap(call)

    task = asyncio.get_running_loop().create_task(run())
    await asyncio.wait([task])
    if not stepper.cancelled:
        task.result()
        return False
    assert task.cancelled(), f"the cancellation was lost: {task}"
    return True
