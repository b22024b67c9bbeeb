"""The time limit of one attempt, with one loop timer for all attempts that have the same limit."""

from __future__ import annotations

import asyncio

__all__ = ["AttemptTimer", "TimeLimit"]


class AttemptTimer:
    """One attempt's running time limit. ``expired`` tells a cancellation by the limit from one by the caller."""

    __slots__ = ("_cancelling", "_task", "expired", "when")

    def __init__(self, when: float, task: asyncio.Task[object]) -> None:
        self.when = when
        self._task = task
        self._cancelling = task.cancelling()
        self.expired = False

    def expire(self) -> None:
        """Interrupt the attempt."""
        self.expired = True
        self._task.cancel()

    def was_the_cause(self) -> bool:
        """Take the limit's own cancellation back; False if the caller has cancelled the task as well."""
        return self.expired and self._task.uncancel() <= self._cancelling


class TimeLimit:
    """A limit of ``seconds`` that many attempts share.

    A timer per request costs about a tenth of what the request costs. With one limit for all, the first to
    start is the first to end, so one loop timer over a queue serves them all.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[
            AttemptTimer, None
        ] = {}  # in the order of their ends; a dict forgets from anywhere
        self._handle: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> AttemptTimer:
        """Start the limit for the running task."""
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a request needs a running task")
        if self._loop is not loop:  # what an earlier loop left behind cannot be interrupted any more
            self._loop, self._handle = loop, None
            self._running.clear()
        timer = AttemptTimer(loop.time() + self.seconds, task)
        self._running[timer] = None
        if self._handle is None:
            self._handle = loop.call_at(timer.when, self._tick)
        return timer

    def stop(self, timer: AttemptTimer) -> None:
        """The attempt is over."""
        self._running.pop(timer, None)
        if not self._running:
            self.close()

    def close(self) -> None:
        """Drop the loop timer."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        self._handle = None
        loop = self._loop
        if loop is None:
            return
        now = loop.time()
        for timer in self._running:
            if timer.expired:
                continue  # interrupted already, on its way out
            if timer.when > now:
                self._handle = loop.call_at(timer.when, self._tick)
                return
            timer.expire()
