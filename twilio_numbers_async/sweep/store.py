"""The journal's file: SQLite, used from one thread only.

Python gives up its lock for every step that SQLite makes and has to win it back from the event loop, so every
statement here does all its rows in one step: they go in and come out as one JSON text.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import msgspec

from ..errors import TwilioNumbersError

__all__ = ["JournalCounts", "JournalError", "Kept", "Store", "Written"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = 0x544E4A31  # "TNJ1"
_VERSION = 1

_SCHEMA = (
    "CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE runs (run INTEGER PRIMARY KEY)",
    "CREATE TABLE inputs (position INTEGER PRIMARY KEY, digest INTEGER NOT NULL)",
    """CREATE TABLE outcomes (key TEXT PRIMARY KEY, result TEXT, error TEXT, passing INTEGER NOT NULL,
    checked_at INTEGER NOT NULL, run INTEGER NOT NULL)""",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)
_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -8000",
)
_WRITE = "INSERT OR REPLACE INTO outcomes VALUES "
_BLOCK = 160  # rows a statement: 800 values, where old SQLites take 999
_LOOK_UP = (
    "SELECT json_group_array(json_array(key, result, error, checked_at, run != ?)) FROM outcomes"
    " WHERE key IN (SELECT value FROM json_each(?)) AND (run = ? OR (NOT passing AND checked_at >= ?))"
)
_ADD_INPUTS = "INSERT INTO inputs SELECT key + ?, value FROM json_each(?)"
_COUNTS = (
    "SELECT (SELECT count(*) FROM inputs), count(*) FILTER (WHERE NOT passing),"
    " count(*) FILTER (WHERE passing) FROM outcomes"
)

Kept: TypeAlias = tuple[str, str | None, str | None, int, bool]
"""Key, result and error (JSON), microseconds since 1970, whether an earlier run wrote it."""
Written: TypeAlias = tuple[str, str | None, str | None, bool, int]
"""Key, result and error (JSON), whether it is to be asked again, microseconds since 1970."""

_kept = msgspec.json.Decoder(list[Kept], strict=False)


class JournalError(TwilioNumbersError):
    """A journal that cannot be used: of another sweep, in use, no journal, or it cannot be written.

    Nothing in it was changed or lost.
    """


class JournalCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal holds."""

    read: int
    """Inputs that were read so far, by the run that came farthest."""
    answered: int
    """Distinct keys that are not asked again."""
    passing: int
    """Distinct keys whose failure may pass: the next run asks them again."""


def _told(method: Callable[Concatenate[Store, _P], _R]) -> Callable[Concatenate[Store, _P], _R]:
    """Turn what SQLite and the file system raise into a JournalError that says what to do."""

    @wraps(method)
    def guarded(self: Store, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(self, *args, **kwargs)
        except sqlite3.Error as error:
            raise JournalError(self.explain(error)) from error
        except OSError as error:
            raise JournalError(f"The journal {self.path} cannot be opened: {error.strerror}.") from error

    return guarded


_REASONS = {
    sqlite3.SQLITE_BUSY: "is in use by another sweep",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full. What it had is kept: make room and run again",
    sqlite3.SQLITE_IOERR: "cannot be written or read. What it had is kept: see to the disk and run again",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is its folder there, and may it be written to?",
    sqlite3.SQLITE_NOTADB: "is no journal: give another path",
    sqlite3.SQLITE_CORRUPT: "is damaged: move it away and start again",
}

# The files that this process has open. To open and close one of them once more would drop SQLite's lock on it
# (POSIX locks go with the first descriptor that is closed), so such a file is not touched at all.
_OPEN: set[tuple[int, int]] = set()
_opening = threading.Lock()


class Store:
    """A journal's tables. Every method raises JournalError, and then has changed nothing for good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._run = 0
        self._read = 0

    def explain(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", None)
        reason = None if code is None else _REASONS.get(code & 0xFF)
        return f"The journal {self.path} {reason or f'cannot be used: {error}'}."

    @_told
    def open(self, *, fresh: bool = False) -> None:
        """Lock the file, making it where there is none; ``fresh`` empties it."""
        with _opening:
            self._open(fresh)

    def _open(self, fresh: bool) -> None:
        identity = self._refuse_other_files()
        db = sqlite3.connect(self.path, timeout=0, isolation_level=None, cached_statements=16)
        try:
            # Held until the file is closed, by the operating system: it ends with the process, however that ends.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            if not _value(db, "PRAGMA user_version"):
                for statement in _SCHEMA:
                    db.execute(statement)
            elif fresh:
                for table in ("options", "runs", "inputs", "outcomes"):
                    db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
            db.execute("COMMIT")
            for statement in _SETTINGS:
                db.execute(statement)
        except BaseException:
            db.close()
            raise
        self._db = db
        self._identity = identity
        _OPEN.add(identity)

    def _refuse_other_files(self) -> tuple[int, int]:
        """Look at the file before SQLite may touch it; says which file it is."""
        if self.path.exists():
            status = self.path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise JournalError(f"The journal {self.path} is not a file.")
            if (status.st_dev, status.st_ino) in _OPEN:
                raise JournalError(f"The journal {self.path} {_REASONS[sqlite3.SQLITE_BUSY]}.")
        # Phone numbers are nobody else's business: the file is the owner's alone.
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            header = os.read(descriptor, 100)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        identity = status.st_dev, status.st_ino
        if not header:
            return identity
        if (
            len(header) < 100
            or header[:16] != _MAGIC
            or int.from_bytes(header[68:72], "big") != _APPLICATION_ID
        ):
            raise JournalError(f"{self.path} is no journal: give another path.")
        version = int.from_bytes(header[60:64], "big")
        if version != _VERSION:
            raise JournalError(
                f"The journal {self.path} is of version {version}, and this package reads version {_VERSION}:"
                " give another path, or finish it with the package that began it."
            )
        return identity

    @_told
    def begin(self, options: Mapping[str, str]) -> None:
        """Begin a run. Raises JournalError where earlier ones had other options (JSON by name)."""
        db = self._opened()
        earlier: dict[str, str] = dict(db.execute("SELECT name, value FROM options").fetchall())
        run = _value(db, "SELECT coalesce(max(run), 0) + 1 FROM runs")
        if run > 1 and earlier != options:
            names = {*earlier.items()} ^ {*options.items()}
            raise JournalError(
                f"The journal {self.path} is of a sweep with other options"
                f" ({', '.join(sorted({name for name, _ in names}))}): give the same, or another journal."
            )
        with db:
            db.execute("BEGIN")
            db.executemany("INSERT OR REPLACE INTO options VALUES (?, ?)", options.items())
            db.execute("INSERT INTO runs VALUES (?)", (run,))
        self._run = run
        self._read = _value(db, "SELECT coalesce(max(position) + 1, 0) FROM inputs")

    @property
    def read(self) -> int:
        """How many inputs the journal knows."""
        return self._read

    @_told
    def add_inputs(self, start: int, digests: Sequence[int]) -> None:
        """Note the inputs from a position on. Those of earlier runs may have been others: answers go by their key."""
        db = self._opened()
        known = min(max(self._read - start, 0), len(digests))
        if known < len(digests):
            self._transaction()
            db.execute(_ADD_INPUTS, (start + known, msgspec.json.encode(digests[known:]).decode()))
            self._read = start + len(digests)

    @_told
    def write(self, rows: Sequence[Written]) -> None:
        """Keep outcomes; they last from the next commit on."""
        self._transaction()
        # What the statement says itself need not be bound: most rows have no error and are not asked again.
        answers = [
            (key, result, at) for key, result, error, passing, at in rows if error is None and not passing
        ]
        others = [row for row in rows if row[2] is not None or row[3]]
        self._write(f"(?,?,NULL,0,?,{self._run})", answers)
        self._write(f"(?,?,?,?,?,{self._run})", others)

    def _write(self, form: str, rows: Sequence[tuple[str | int | None, ...]]) -> None:
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            self._opened().execute(_WRITE + ",".join([form] * len(block)), [*chain.from_iterable(block)])

    @_told
    def look_up(self, keys: Sequence[str], since: int) -> list[Kept]:
        """What is known of these keys: all of this run, and answers of earlier ones that are not older than that."""
        return _kept.decode(
            _value(self._opened(), _LOOK_UP, self._run, msgspec.json.encode(keys).decode(), self._run, since)
        )

    @_told
    def counts(self) -> JournalCounts:
        read, answered, passing = self._opened().execute(_COUNTS).fetchone()
        return JournalCounts(read=read, answered=answered, passing=passing)

    @_told
    def commit(self) -> None:
        if self._db is not None and self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file without a commit: what was not committed is dropped."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None
        if self._identity is not None:
            _OPEN.discard(self._identity)
            self._identity = None

    def _transaction(self) -> None:
        if not self._opened().in_transaction:
            self._opened().execute("BEGIN IMMEDIATE")

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise JournalError(f"The journal {self.path} is not open.")
        return self._db


def _value(db: sqlite3.Connection, statement: str, *values: str | int) -> Any:
    return db.execute(statement, values).fetchone()[0]
