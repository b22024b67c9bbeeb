"""Keeps the outcomes of a sweep in a file, so that a sweep that was cut short goes on where it was."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack, cast

from .._util import utc_now
from ..errors import JournalError
from .chunk import Chunk, ChunkOptions
from .merging import Mergeable, Pending, texts_of, to_add
from .outcome import Answered
from .run import Run, row_of
from .store import JournalCounts, Store
from .writer import Writer

__all__ = ["Journal", "JournalCounts", "Run"]

T = TypeVar("T")
R = TypeVar("R")


class Journal:
    """A file in which a sweep keeps its outcomes: ``sweep(..., journal=Journal(path))``.

    A sweep that was cut short, even by ``kill -9``, is run again with the same options and journal: it yields what is
    known, marked ``from_journal``, and asks the rest. Inputs may have come, gone or moved meanwhile. Outcomes are
    committed at most half a second or 1,000 outcomes later. Answers, and errors that stay as they are (404 or 400 for a
    number), are never asked again; ``fresh`` or ``max_age=0`` asks for all. Failures that may pass (no answer, 429,
    5xx, refused credentials) are asked again by the next run. So are 404s if there was nothing else: then the base
    address is wrong.

    Each answer has a checksum: one that was changed on the disk is asked again, and a warning is logged. A file
    that is damaged beyond that is refused. A journal of version 0.1.0 is taken over, and version 0.1.0 cannot read
    it any more.

    The file is SQLite, one sweep's alone, and holds personal data: the keys that were asked about (phone
    numbers, as text), the answers, the options, and a 32-bit digest of every input, by its position. Only its
    owner may read it. It is locked while it is open; the lock ends with the process.

    ``max_age`` (seconds, or a timedelta): answers of earlier runs that are older are asked again.
    ``fresh``: forget what is in the file. ``interval``: seconds between commits.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_age: float | dt.timedelta | None = None,
        fresh: bool = False,
        interval: float = 0.4,  # half a second, with the time that the commit itself takes
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.path: Path = Path(path)
        self._max_age = dt.timedelta(seconds=max_age) if isinstance(max_age, int | float) else max_age
        self._fresh = fresh
        self._interval = interval
        self._now = now
        self._store = Store(self.path)
        self._writer: Writer | None = None
        self._finalizer: weakref.finalize[..., Journal] | None = None
        self._busy = False
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        state = "closed" if self._writer is None else "in use by a sweep" if self._busy else "open"
        return f"<{type(self).__name__} {str(self.path)!r}: {state}>"

    async def open(self) -> None:
        """Open and lock the file, making it where there is none; nothing happens if it is open.

        Raises JournalError where the file is in use, is damaged, is no journal or one of a later version, or cannot
        be written. A file that is refused is not touched.
        """
        if self._writer is not None:
            return
        self._writer = writer = Writer(self._store, interval=self._interval)
        fresh, store = self._fresh, self._store
        try:
            await writer.do(lambda: store.open(fresh=fresh))
        except BaseException:
            self._writer = None
            await writer.stop()
            raise
        self._fresh = False
        self._finalizer = weakref.finalize(self, writer.stop_now)

    async def aclose(self) -> None:
        """Commit and close, also when this is cancelled; nothing happens if it is closed."""
        writer = self._release()
        if writer is not None:
            await writer.stop()

    def _release(self) -> Writer | None:
        writer, self._writer = self._writer, None
        if self._finalizer is not None:
            self._finalizer.detach()
            self._finalizer = None
        return writer

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    # For chunks that are carried out elsewhere. These need no event loop; threads may share them.

    def merge(self, result: Mergeable) -> None:
        """Take in the result of a chunk: it is on the disk when this returns.

        Merging a result twice changes nothing. An answer that the journal has is replaced only by a newer one, never by
        a failure that may pass. ``with journal: ...`` keeps the file open over many calls.

        Raises JournalError where the journal is of a sweep with other options, or in use by a sweep.
        """
        with self._held() as writer:
            rows = [
                row_of(key, Answered(answer, error, at, False), transient)
                for key, answer, error, at, transient in writer.do_now(lambda: to_add(self._store, result))
            ]
            for row in rows:
                writer.add(row)
            writer.commit_now()

    def pending(
        self,
        numbers: Iterable[Any],
        size: int = 1000,
        operation: str = "portability",
        **options: Unpack[ChunkOptions],
    ) -> Iterator[Chunk]:
        """Make the chunks of ``split`` without what the journal has: read a little, merge, read on.

        A chunk of which something is done has only the inputs that are not: those that were never asked, and those
        whose failure may pass. An input that cannot be asked at all is never pending by itself.

        Raises InvalidArgumentError as ``split`` does, and JournalError, while it is read, where the journal is of
        another input or of a sweep with other options, or in use by a sweep.
        """
        find = Pending(numbers, size, operation, cast("Mapping[str, Any]", options))
        return find(self._do_held, None if self._max_age is None else self._now() - self._max_age)

    def _do_held(self, function: Callable[[Store], R]) -> R:
        with self._held() as writer:
            return writer.do_now(lambda: function(self._store))

    @contextmanager
    def _held(self) -> Generator[Writer]:
        with self._lock:
            if self._busy:
                raise JournalError(f"The journal {self.path} is in use by a sweep.")
            opened = self._writer is not None
            self._open_now()
            try:
                yield self._opened()
            finally:
                if not opened:
                    self._close_now()

    def __enter__(self) -> Self:
        with self._lock:
            self._open_now()
        return self

    def __exit__(self, *exc_info: object) -> None:
        with self._lock:
            self._close_now()

    def _open_now(self) -> None:
        if self._writer is None:
            writer, fresh, store = Writer(self._store, interval=self._interval), self._fresh, self._store
            try:
                writer.do_now(lambda: store.open(fresh=fresh))
            except BaseException:
                writer.stop_now()
                raise
            self._writer, self._fresh = writer, False
            self._finalizer = weakref.finalize(self, writer.stop_now)

    def _close_now(self) -> None:
        writer = self._release()
        ended = None if writer is None else writer.release()
        if ended is not None:
            ended.result()

    async def counts(self) -> JournalCounts:
        """Count what it holds. The journal must be open."""
        return await self._opened().do(self._store.counts)

    async def remove(self) -> None:
        """Close the journal and delete its file."""
        await self.aclose()
        await asyncio.to_thread(self.path.unlink, missing_ok=True)

    async def begin(
        self,
        options: Mapping[str, object],
        result_type: type[T],
        on_broken: Callable[[JournalError], None],
    ) -> Run[T]:
        """For the sweep: begin a run, opening the journal where it is not open.

        ``on_broken`` is called on the event loop when writing has failed. Raises JournalError where earlier
        runs had other options, or another run is under way.
        """
        if self._busy:
            raise JournalError(f"The journal {self.path} is in use by another sweep.")
        self._busy = True
        opened = self._writer is not None
        try:
            await self.open()
            writer = self._opened()
            texts = texts_of(options)
            await writer.do(lambda: self._store.begin(texts))
        except BaseException:
            self._busy = False
            if not opened:
                await self.aclose()
            raise
        loop = asyncio.get_running_loop()

        def broken(error: JournalError) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
                loop.call_soon_threadsafe(on_broken, error)

        def ended() -> Writer | None:
            writer.on_broken = None
            self._busy = False
            return None if opened else self._release()

        writer.on_broken = broken
        since = None if self._max_age is None else self._now() - self._max_age
        return Run(self._store, writer, result_type, since, ended)

    def _opened(self) -> Writer:
        if self._writer is None:
            raise JournalError(f"The journal {self.path} is not open.")
        return self._writer
