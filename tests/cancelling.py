"""Cancels a coroutine at its n-th suspension point, and sees what is left afterwards."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Literal, TypeVar

__all__ = ["HOW", "How", "cancelled_at", "other_tasks"]

T = TypeVar("T")

How = Literal["once", "late", "twice", "always"]
HOW: tuple[How, ...] = ("once", "late", "twice", "always")
"""At the n-th suspension; as what it waits for there has come; there and at the next; there and ever after."""


def other_tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def cancelled_at(point: int, how: How, work: Coroutine[Any, Any, T]) -> T:
    """Run it in a task of its own; gives its result where it has fewer suspension points.

    Raises what it raises, CancelledError above all.
    """
    count = 0

    def came(_: object) -> None:
        task.cancel()

    def suspended(waits_for: Any) -> None:
        nonlocal count
        count += 1
        loop = asyncio.get_running_loop()
        if how == "late" and count == point and waits_for is not None:
            waits_for.add_done_callback(came)
        elif count == point or (count == point + 1 and how == "twice") or (count > point and how == "always"):
            loop.call_soon(task.cancel)

    task = asyncio.ensure_future(_watched(work, suspended))
    try:
        return await task
    finally:
        assert task.done()


@types.coroutine
def _watched(work: Coroutine[Any, Any, T], suspended: Callable[[Any], None]) -> Generator[Any, Any, T]:
    error: BaseException | None = None
    while True:
        try:
            waits_for = work.send(None) if error is None else work.throw(error)
        except StopIteration as stop:
            result: T = stop.value
            return result
        error = None
        suspended(waits_for)
        try:
            yield waits_for
        except BaseException as thrown:  # noqa: BLE001 - it is the work's
            error = thrown
