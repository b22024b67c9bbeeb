"""Which port-ins were asked for, kept in a file: written before each request is sent, and again when it is answered."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from .._finish import finish
from ..errors import JournalError
from ..models import PortIn, PortInCreate
from ..models.base import decode
from ..models.discreet import Discreet
from ..sweep.damage import checksum, reason_of

__all__ = ["Intent", "PortInJournal", "key_of"]

T = TypeVar("T")

_APPLICATION_ID = 0x544E5032  # "TNP2"
_WITHOUT_CHECKSUMS = 0x544E5031  # "TNP1", of version 0.1.0
_SCHEMA = (
    # before: the port-ins that were there before the run sent anything; since: the day that they were listed from.
    "CREATE TABLE runs (run INTEGER PRIMARY KEY, since TEXT NOT NULL, before TEXT NOT NULL, checksum INTEGER)",
    # answer: NULL from just before the request is sent until its fate is known. lost_at: when it was given up.
    """CREATE TABLE port_ins (key TEXT PRIMARY KEY, run INTEGER NOT NULL, sent_at TEXT NOT NULL, lost_at TEXT,
    numbers TEXT NOT NULL, answer TEXT, checksum INTEGER)""",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)
_UPGRADE = (
    "ALTER TABLE runs ADD COLUMN checksum INTEGER",
    "UPDATE runs SET checksum = checksum(since, before)",
    # It took an answer without a SID for a confirmation: such a port-in is looked up now.
    "UPDATE port_ins SET answer = NULL WHERE coalesce(json_extract(answer, '$.port_in_request_sid'), '') = ''",
    "ALTER TABLE port_ins ADD COLUMN checksum INTEGER",
    "UPDATE port_ins SET checksum = checksum(key, run, sent_at, lost_at, numbers, answer)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)
_DAMAGED = (
    "SELECT EXISTS (SELECT 1 FROM runs WHERE checksum IS NOT checksum(since, before))"
    " OR EXISTS (SELECT 1 FROM port_ins"
    " WHERE checksum IS NOT checksum(key, run, sent_at, lost_at, numbers, answer)"
    " OR NOT EXISTS (SELECT 1 FROM runs WHERE runs.run = port_ins.run))"
)
_REASONS = {
    sqlite3.SQLITE_BUSY: "is in use",
    sqlite3.SQLITE_NOTADB: "is no journal of port-ins: give another path",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: its folder must be there, and it must be a file",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_CORRUPT: (
        "is damaged: what it says of port-ins cannot be relied on, and nothing was sent. See with"
        " twilio.port_ins.list() which port-ins there are, and go on with a plan without their numbers and with"
        " another journal, or put back a copy of it"
    ),
}


class Intent(Discreet, msgspec.Struct, frozen=True):
    """A port-in that is about to be asked for, or was, with an answer that never came."""

    key: str
    sent_at: dt.datetime
    lost_at: dt.datetime | None
    """When its answer was given up; None where the process ended before that."""
    numbers: frozenset[str]
    since: dt.date
    before: frozenset[str]
    """The SIDs of the port-ins that cannot be this one."""


def key_of(request: PortInCreate) -> str:
    """What makes a port-in the same one: the account and the numbers, whatever the other details."""
    numbers = sorted(entry.phone_number for entry in request.phone_numbers)
    return hashlib.sha256("\n".join([request.account_sid, *numbers]).encode()).hexdigest()


class PortInJournal:
    """The file, or memory without a path. SQLite, which syncs every change to the disk and locks the file.

    It holds phone numbers and the customer's details, so only its owner may read it. Every row has a checksum, and all
    are looked at when it is opened. Every method raises JournalError for a file that is in use, is damaged, is none, or
    cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self._path = None if path is None else Path(path)
        # One thread, which SQLite wants. What it does is waited for, also when the caller is cancelled.
        self._thread = ThreadPoolExecutor(1, "port-in-journal")
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

    async def created(self) -> list[tuple[str, list[str], PortIn]]:
        """What was created: the keys, the numbers that were asked for, and the port-ins."""
        rows = await self._do(
            lambda: self._all("SELECT key, numbers, answer FROM port_ins WHERE answer IS NOT NULL")
        )
        return [(key, numbers.split(), decode(PortIn, answer)) for key, numbers, answer in rows]

    async def unsettled(self) -> list[Intent]:
        """What was sent, or nearly, and not answered."""
        rows = await self._do(
            lambda: self._all(
                "SELECT key, sent_at, lost_at, numbers, since, before FROM port_ins JOIN runs USING (run)"
                " WHERE answer IS NULL ORDER BY port_ins.rowid"
            )
        )
        return [
            Intent(
                key,
                dt.datetime.fromisoformat(sent_at),
                dt.datetime.fromisoformat(lost_at) if lost_at else None,
                frozenset(numbers.split()),
                dt.date.fromisoformat(since),
                frozenset(before.split()),
            )
            for key, sent_at, lost_at, numbers, since, before in rows
        ]

    async def begin(self, since: dt.date, before: Iterable[str]) -> None:
        """Begin a run: these port-ins, listed from that day on, are there already."""
        values = since.isoformat(), " ".join(before)
        await self._do(
            lambda: self._write(
                "INSERT INTO runs (since, before, checksum) VALUES (?1, ?2, checksum(?1, ?2))", values
            )
        )

    async def intend(self, key: str, numbers: Iterable[str], at: dt.datetime) -> None:
        """Note that a port-in is about to be asked for. It is on the disk when this returns."""
        values = key, at.isoformat(), " ".join(numbers)
        await self._do(
            lambda: self._write(
                "INSERT OR REPLACE INTO port_ins (key, run, sent_at, numbers, checksum)"
                " SELECT ?1, max(run), ?2, ?3, checksum(?1, max(run), ?2, NULL, ?3, NULL) FROM runs",
                values,
            )
        )

    async def lose(self, key: str, at: dt.datetime) -> None:
        """Note that its answer will not come."""
        values = at.isoformat(), key
        await self._do(
            lambda: self._write(
                "UPDATE port_ins SET lost_at = ?1,"
                " checksum = checksum(key, run, sent_at, ?1, numbers, answer) WHERE key = ?2",
                values,
            )
        )

    async def record(self, key: str, port_in: PortIn) -> None:
        """Note that it was created."""
        values = msgspec.json.encode(port_in).decode(), key
        await self._do(
            lambda: self._write(
                "UPDATE port_ins SET answer = ?1,"
                " checksum = checksum(key, run, sent_at, lost_at, numbers, ?1) WHERE key = ?2",
                values,
            )
        )

    async def forget(self, key: str) -> None:
        """Note that it was not created."""
        await self._do(lambda: self._write("DELETE FROM port_ins WHERE key = ?", (key,)))

    async def _do(self, function: Callable[[], T]) -> T:
        try:
            return await finish(asyncio.get_running_loop().run_in_executor(self._thread, function))
        except sqlite3.Error as error:
            reason = reason_of(error, _REASONS)
        except UnicodeDecodeError:  # in the words of an error of SQLite
            reason = _REASONS[sqlite3.SQLITE_CORRUPT]
        except OSError as error:
            reason = f"cannot be opened: {error.strerror}"
        # Here, where what was raised is no longer its context: SQLite repeats what is in the file.
        raise JournalError(f"The journal {self._path} {reason}.")

    def _open(self) -> None:
        if self._path is not None:
            # Phone numbers are nobody else's business: the file is the owner's alone.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db = sqlite3.connect(self._path or ":memory:", timeout=0, isolation_level=None)
        self._db = self._resources.enter_context(closing(db))
        db.create_function("checksum", -1, checksum, deterministic=True)
        identity = _value(db, "PRAGMA application_id")
        empty = not _value(db, "SELECT count(*) FROM sqlite_master")
        if identity not in {_APPLICATION_ID, _WITHOUT_CHECKSUMS} and not (empty and identity == 0):
            raise JournalError(f"{self._path} is no journal of port-ins: give another path.")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # the lock of the first change is held until the end
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("BEGIN EXCLUSIVE")
        for statement in _SCHEMA if empty else _UPGRADE if identity == _WITHOUT_CHECKSUMS else ():
            db.execute(statement)
        # Before anything is sent: a port-in that the file lost would be asked for twice.
        if _value(db, "PRAGMA integrity_check(1)") != "ok" or _value(db, _DAMAGED):
            raise JournalError(f"The journal {self._path} {_REASONS[sqlite3.SQLITE_CORRUPT]}.")
        db.execute("COMMIT")

    def _write(self, statement: str, values: Sequence[str]) -> None:
        self._db.execute(statement, values)

    def _all(self, statement: str) -> list[Any]:
        return self._db.execute(statement).fetchall()


def _value(db: sqlite3.Connection, statement: str) -> Any:
    return db.execute(statement).fetchone()[0]
