"""A pool of worker tasks whose size follows a number that changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

__all__ = ["Pool"]

J = TypeVar("J")


class Pool(Generic[J]):
    """Does jobs, oldest first, at most ``width(in_flight)`` at once.

    Workers live on from job to job; there are as many as jobs at once were needed so far, and more than ``width``
    leave. Each calls ``begin`` before its first job. ``blocked(width)`` holds back new jobs; ``dispatch`` must be
    called once it no longer does. ``starved`` is called when nothing is left to do. ``failed`` is called when ``do``
    raises, or is cancelled by anything but ``cancel``.
    """

    def __init__(
        self,
        do: Callable[[J], Awaitable[None]],
        *,
        begin: Callable[[], None],
        width: Callable[[int], int],
        blocked: Callable[[int], bool],
        starved: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.todo: deque[J] = deque()
        self.started: int = 0
        self.in_flight: int = 0
        self._do = do
        self._begin = begin
        self._width = width
        self._blocked = blocked
        self._starved = starved
        self._failed = failed
        self._workers = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: deque[asyncio.Future[None]] = deque()
        self._stopped = False
        self._cancelled = False

    def width(self) -> int:
        """The number of jobs that may be under way just now."""
        return max(self._width(self.in_flight), 1)

    def dispatch(self) -> None:
        """Set workers on what is to do."""
        missing = len(self.todo)
        while missing and self._idle:
            missing -= self._wake()
        if missing:
            for _ in range(min(missing, self.width() - self._workers)):
                self._spawn()

    def stop(self) -> list[J]:
        """Start no more jobs; gives those that were not started."""
        self._stopped = True
        dropped = list(self.todo)
        self.todo.clear()
        while self._idle:
            self._wake()
        return dropped

    async def cancel(self) -> None:
        """Stop, cancel what is under way, and wait until no worker is left."""
        self.stop()
        self._cancelled = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _wake(self) -> int:
        parked = self._idle.popleft()
        if parked.done():
            return 0
        parked.set_result(None)
        return 1

    def _spawn(self) -> None:
        self._workers += 1
        # Not through the loop's factory: an eager one would run the first job right here.
        task = asyncio.Task(self._work(), loop=asyncio.get_running_loop())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _work(self) -> None:
        try:
            self._begin()
            while not self._stopped and self._workers <= (width := max(self._width(self.in_flight), 1)):
                if not self.todo or self._blocked(width):
                    if not self.todo:
                        self._starved()
                    parked = asyncio.get_running_loop().create_future()
                    self._idle.append(parked)
                    await parked
                    continue
                job = self.todo.popleft()
                if self.todo and self._workers < width and not self._idle:
                    self._spawn()
                self.started += 1
                self.in_flight += 1
                try:
                    await self._do(job)
                finally:
                    self.in_flight -= 1
        finally:
            self._workers -= 1
        if self.todo and not self._stopped:  # it left because there were too many, perhaps woken for a job
            self.dispatch()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            if not self._cancelled:
                self._failed(asyncio.CancelledError())
            return
        error = task.exception()
        if error is not None:
            self._failed(error)
