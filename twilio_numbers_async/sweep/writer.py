"""The thread that a journal's file belongs to: it commits in time, however busy the event loop is."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from .._finish import finish
from ..errors import JournalError
from .store import Store, Written

__all__ = ["BATCH", "Writer"]

R = TypeVar("R")

BATCH = 1000
"""Outcomes that are not committed yet, at most."""


class Writer:
    """Does all that touches the store, in order, on one thread.

    ``add`` notes an outcome; it is written by the thread, and committed at the latest ``interval`` seconds or
    1,000 outcomes later. Once that has failed, every call raises the error; ``on_broken``, which is
    called on the thread, says so at once.
    """

    def __init__(self, store: Store, *, interval: float) -> None:
        self.on_broken: Callable[[JournalError], None] | None = None
        self._store = store
        self._interval = interval
        self._noted: deque[Written] = deque()
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._woken = False
        self._uncommitted = 0
        self._due: float | None = None
        self._broken: JournalError | None = None
        self._stopped = False
        # A daemon, because a journal that nobody closes must not keep the program from ending.
        self._thread = threading.Thread(target=self._serve, name="journal", daemon=True)
        self._thread.start()

    def add(self, row: Written) -> None:
        """Note an outcome."""
        if self._stopped or self._broken is not None:
            self._refuse()
        self._noted.append(row)
        if not self._woken or len(self._noted) == BATCH:
            self._woken = True
            self._jobs.put(None)

    async def do(self, function: Callable[[], R]) -> R:
        """Run the function on the thread; all that was noted before is written before."""
        self._refuse()
        return await asyncio.wrap_future(self._put(lambda: self._after_writing(function)))

    def do_now(self, function: Callable[[], R]) -> R:
        """Run the function on the thread, without an event loop."""
        self._refuse()
        return self._put(lambda: self._after_writing(function)).result()

    def commit_now(self) -> None:
        """Commit what was noted, without an event loop."""
        self._refuse()
        self._put(self._commit).result()

    async def commit(self) -> None:
        """Commit what was noted. Nothing is left to commit after a stop."""
        if not self._stopped:
            self._refuse()
            await finish(asyncio.wrap_future(self._put(self._commit)))

    async def stop(self) -> None:
        """Commit, close the store, end the thread."""
        ended = self.release()
        if ended is not None:
            await finish(asyncio.wrap_future(ended))

    def release(self) -> Future[None] | None:
        """Stop without waiting."""
        if self._stopped:
            return None
        self._stopped = True
        return self._put(self._end)

    def stop_now(self) -> None:
        """Stop without an event loop: for a journal that was forgotten, and at the end of the program."""
        if self.release() is not None:
            self._thread.join(timeout=5.0)

    def _refuse(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._stopped:
            raise JournalError(f"The journal {self._store.path} is closed.")

    def _put(self, function: Callable[[], R]) -> Future[R]:
        future: Future[R] = Future()
        self._jobs.put((future, function))
        return future

    def _serve(self) -> None:
        while True:
            try:
                job = self._jobs.get(
                    timeout=None if self._due is None else max(self._due - time.monotonic(), 0)
                )
            except queue.Empty:
                job = None
            if job is not None:
                _run(*job)
                if self._stopped and job[1] == self._end:
                    return
                del job
            if self._due is None:
                self._due = time.monotonic() + self._interval
            if len(self._noted) + self._uncommitted >= BATCH or time.monotonic() >= self._due:
                with suppress(JournalError):
                    self._commit()

    def _after_writing(self, function: Callable[[], R]) -> R:
        self._guarded(self._write)
        return function()

    def _commit(self) -> None:
        self._due = None
        self._guarded(self._write)
        self._guarded(self._store.commit)
        self._uncommitted = 0

    def _write(self) -> None:
        self._woken = False  # before the rows are taken: one that comes now wakes the thread again
        rows = [self._noted.popleft() for _ in range(len(self._noted))]
        if rows:
            self._store.write(rows)
            self._uncommitted += len(rows)

    def _guarded(self, function: Callable[[], None]) -> None:
        if self._broken is not None:
            raise self._broken
        try:
            function()
        except JournalError as error:
            self._broken = error
            self._noted.clear()
            if self.on_broken is not None:
                self.on_broken(error)
            raise

    def _end(self) -> None:
        try:
            if self._broken is None:
                self._commit()
        finally:
            self._store.close()


def _run(future: Future[R], function: Callable[[], R]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
        future.set_exception(error)
