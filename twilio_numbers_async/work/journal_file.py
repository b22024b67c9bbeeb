"""A file in which long work is kept: SQLite, which syncs every change to the disk and locks the file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar
from zlib import crc32

from .._finish import finish
from .._sqlite import attempt, connect, value_of
from ..errors import JournalError

__all__ = ["JournalFile"]

T = TypeVar("T")


class JournalFile:
    """The file, or memory without a path. Only its owner may read it.

    A subclass says what it is for. Every row has a checksum, and all are looked at when it is opened. Every method
    raises JournalError for a file that is in use, is damaged, is none, is of another account, or cannot be written.
    ``account`` (``AC...``): the account whose work it keeps; None takes a file of any.
    """

    application_id: ClassVar[int]
    """The number that marks the file."""
    schema: ClassVar[Sequence[str]]
    """The statements that make its tables."""
    damaged: ClassVar[str]
    """A statement that gives 1 where a row is not as it was written; ``checksum(...)`` is there for it."""
    what: ClassVar[str]
    """The things that it is a journal of, in words."""
    upgrades: ClassVar[Mapping[int, Sequence[str]]] = {}
    """The statements that make it of an older file, by what marks that."""
    if_damaged: ClassVar[str] = (
        "Put back a copy of it, or look at what there is and go on with another journal"
    )
    """Advice about a damaged file."""

    def __init__(self, path: str | os.PathLike[str] | None, account: str | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._account = account
        # One thread, which SQLite wants. What it does is waited for, also when the caller is cancelled.
        self._thread = ThreadPoolExecutor(1, "journal-file")
        self._db: sqlite3.Connection  # from _open() on
        self._resources = ExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._do(self._open)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._do(self._resources.close)
        self._thread.shutdown(wait=False)

    async def write(self, statement: str, *values: str | None) -> None:
        """Change something. It is on the disk when this returns."""
        await self._do(lambda: self._db.execute(statement, values))

    async def rows(self, statement: str, *values: str | None) -> list[Any]:
        """Read something."""
        return await self._do(lambda: self._db.execute(statement, values).fetchall())

    async def _do(self, function: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await finish(loop.run_in_executor(self._thread, attempt, self._path, self._reasons, function))

    @property
    def _reasons(self) -> dict[int, str]:
        return {
            sqlite3.SQLITE_NOTADB: f"is no journal of {self.what}: give another path",
            sqlite3.SQLITE_CORRUPT: f"is damaged: what it says of {self.what} cannot be relied on, and nothing was "
            f"sent. {self.if_damaged}",
        }

    def _open(self) -> None:
        if self._path is not None:
            # What it holds is nobody else's business: the file is the owner's alone.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._db = db = self._resources.enter_context(closing(connect(self._path)))
        identity = value_of(db, "PRAGMA application_id")
        empty = not value_of(db, "SELECT count(*) FROM sqlite_master")
        is_ours = identity in {self.application_id, *self.upgrades}
        # SQLite takes the first bytes of a file for an empty database.
        is_new = empty and identity == 0 and not (self._path is not None and self._path.stat().st_size)
        if not is_ours and not is_new:
            raise JournalError(f"{self._path} is no journal of {self.what}: give another path.")
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("BEGIN EXCLUSIVE")
        for statement in self.schema if empty else self.upgrades.get(identity, ()):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {self.application_id}")
        self._check_account(db)
        # Before anything is sent: what the file lost would be created twice.
        is_whole = value_of(db, "PRAGMA integrity_check(1)") == "ok" and not value_of(db, self.damaged)
        if not is_whole or (is_ours and empty):
            raise JournalError(f"The journal {self._path} {self._reasons[sqlite3.SQLITE_CORRUPT]}.")
        db.execute("COMMIT")

    def _check_account(self, db: sqlite3.Connection) -> None:
        """Refuse the journal of another account, in which nothing would be found that this one has sent."""
        if self._account is None:
            return
        # The field takes 31 bits; 0 is a file that does not say.
        mark = crc32(self._account.encode()) >> 1 or 1
        if value_of(db, "PRAGMA user_version") not in {0, mark}:
            raise JournalError(
                f"The journal {self._path} is of another account: give another path, or use a client of its account."
            )
        db.execute(f"PRAGMA user_version = {mark}")
