"""The time limit of one attempt, with one loop timer for all attempts that have the same limit."""

from __future__ import annotations

import asyncio
import math
from typing import Any

__all__ = ["TimeLimit"]

_EXPIRED = float("-inf")


class TimeLimit:
    """A limit of ``seconds`` (inf: none) that many attempts share; each attempt has a task of its own.

    A timer per request costs about a tenth of what the request costs. With one limit for all, the first to
    start is the first to end, so one loop timer over a queue serves them all.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        # When each attempt ends, and how often its task had been cancelled when it began; in the order of their
        # ends. A dict forgets from anywhere.
        self._running: dict[asyncio.Task[Any], tuple[float, int]] = {}
        self._handle: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
        """Start the limit for the running task."""
        if self._loop is not loop:  # what an earlier loop left behind cannot be interrupted any more
            self._loop, self._handle = loop, None
            self._running.clear()
        when = loop.time() + self.seconds
        self._running[task] = when, task.cancelling()
        if self._handle is None and when != math.inf:
            self._handle = loop.call_at(when, self._tick)

    def interrupt(self, task: asyncio.Task[Any]) -> None:
        """End an attempt before its time."""
        when, cancelling = self._running[task]
        if when != _EXPIRED:
            self._running[task] = _EXPIRED, cancelling
            task.cancel()

    def interrupted(self, task: asyncio.Task[Any]) -> bool:
        """Whether the limit, and not the caller, has cancelled the task; takes that cancellation back."""
        when, cancelling = self._running.get(task, (0.0, 0))
        return when == _EXPIRED and task.uncancel() <= cancelling

    def stop(self, task: asyncio.Task[Any]) -> None:
        """The attempt is over."""
        self._running.pop(task, None)
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
        for task, (when, cancelling) in self._running.items():
            if when == _EXPIRED:
                continue  # interrupted already, on its way out
            if when > now:
                self._handle = loop.call_at(when, self._tick)
                return
            self._running[task] = _EXPIRED, cancelling
            task.cancel()
