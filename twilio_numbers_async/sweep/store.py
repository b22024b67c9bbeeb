"""The journal's file: SQLite, used from one thread only.

Python gives up its lock for every step that SQLite makes and has to win it back from the event loop, so every
statement here does all its rows in one step: they go in and come out as one JSON text.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar, overload

import msgspec

from .._sqlite import attempt, connect, outcome_checksum, value_of
from ..errors import JournalError
from .header import APPLICATION_ID, IN_USE, OPEN, VERSION, WITHOUT_CHECKSUMS, identity_of

__all__ = ["JournalCounts", "Kept", "Standing", "Store", "Written"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_SCHEMA = (
    "CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE runs (run INTEGER PRIMARY KEY)",
    "CREATE TABLE inputs (position INTEGER PRIMARY KEY, digest INTEGER NOT NULL)",
    """CREATE TABLE outcomes (key TEXT PRIMARY KEY, result TEXT, error TEXT, passing INTEGER NOT NULL,
    checked_at INTEGER NOT NULL, run INTEGER NOT NULL, checksum INTEGER NOT NULL)""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)
# As blobs, which are handed over as they are, whatever is in them.
_COLUMNS = "CAST(key AS BLOB), CAST(result AS BLOB), CAST(error AS BLOB), passing, checked_at, run"
_UPGRADE = (
    "ALTER TABLE outcomes ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
    f"UPDATE outcomes SET checksum = checksum({_COLUMNS})",  # noqa: S608 - the columns stand above
    f"PRAGMA user_version = {VERSION}",
)
_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -8000",
)
_WRITE = "INSERT OR REPLACE INTO outcomes VALUES "
_BLOCK = 160  # rows a statement: 960 values, where old SQLites take 999
_WANTED = (
    " FROM outcomes WHERE key IN (SELECT value FROM json_each(?))"
    " AND (run = ? OR (NOT passing AND checked_at >= ?))"
)
_LOOK_UP = (
    "SELECT CAST(json_group_array(json_array(key, result, error, passing, checked_at, run, checksum)) AS BLOB)"
    + _WANTED
)
_LOOK_UP_ONE_BY_ONE = (
    "SELECT CAST(key AS BLOB), CAST(result AS BLOB), CAST(error AS BLOB), CAST(passing AS INTEGER),"
    " CAST(checked_at AS INTEGER), CAST(run AS INTEGER), CAST(checksum AS INTEGER)" + _WANTED
)
_STANDING = (
    "SELECT json_group_array(json_array(key, passing, checked_at)) FROM outcomes"  # noqa: S608 - the columns stand above
    f" WHERE key IN (SELECT value FROM json_each(?)) AND checksum = checksum({_COLUMNS})"
)
_ADD_INPUTS = "INSERT INTO inputs SELECT key + ?, value FROM json_each(?)"
_COUNTS = (
    "SELECT (SELECT count(*) FROM inputs), count(*) FILTER (WHERE NOT passing),"
    " count(*) FILTER (WHERE passing) FROM outcomes"
)

Kept: TypeAlias = tuple[str, str | None, str | None, int, bool]
"""Key, result and error (JSON), microseconds since 1970, whether an earlier run wrote it."""
_Row: TypeAlias = tuple[str, str | None, str | None, int, int, int, int]
"""Key, result and error, passing, microseconds since 1970, run, checksum."""
_RawRow: TypeAlias = tuple[bytes, bytes | None, bytes | None, int, int, int, int]
"""The same before anybody knows that its text is text."""
_Values: TypeAlias = tuple[str | int | None, ...]
Written: TypeAlias = tuple[str, str | None, str | None, bool, int]
"""Key, result and error (JSON), whether it is to be asked again, microseconds since 1970."""

_rows = msgspec.json.Decoder(list[_Row])
Standing: TypeAlias = tuple[str, bool, int]
"""Key, whether it is to be asked again, microseconds since 1970."""

_standing = msgspec.json.Decoder(list[Standing], strict=False)


class JournalCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of what a journal holds."""

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
        return attempt(self.path, _REASONS, lambda: method(self, *args, **kwargs))

    return guarded


_REASONS = {
    sqlite3.SQLITE_BUSY: IN_USE,
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full. What it had is kept: make room and run again",
    sqlite3.SQLITE_IOERR: "cannot be written or read. What it had is kept: see to the disk and run again",
    sqlite3.SQLITE_NOTADB: "is no journal: give another path",
    sqlite3.SQLITE_CORRUPT: (
        "is damaged: move it away and run again, which asks about everything anew, or put back a copy of it"
    ),
}

_opening = threading.Lock()


class Store:
    """A journal's tables. Every method raises JournalError, and then has changed nothing for good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._run = 0
        self._read = 0

    @_told
    def open(self, *, fresh: bool = False) -> None:
        """Lock the file, making it where there is none; ``fresh`` empties it."""
        with _opening:
            self._open(fresh)

    def _open(self, fresh: bool) -> None:
        identity = identity_of(self.path)
        db = connect(self.path)
        try:
            db.execute("BEGIN EXCLUSIVE")
            version = value_of(db, "PRAGMA user_version")
            for statement in {0: _SCHEMA, WITHOUT_CHECKSUMS: _UPGRADE}.get(version, ()):
                db.execute(statement)
            if fresh:
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
        OPEN.add(identity)

    @_told
    def begin(self, options: Mapping[str, str]) -> None:
        """Begin a run. Raises JournalError where earlier ones had other options (JSON by name)."""
        db = self._opened()
        run = self._runs() + 1
        if run > 1:
            self._compare(options, ())
        self.commit()  # what a look at pending chunks has noted
        with db:
            db.execute("BEGIN")
            db.executemany("INSERT OR REPLACE INTO options VALUES (?, ?)", options.items())
            db.execute("INSERT INTO runs VALUES (?)", (run,))
        self._run = run
        self._read = self._inputs()

    @_told
    def join(self, options: Mapping[str, str]) -> None:
        """Go on with the last run, or begin one. Raises JournalError as ``begin`` does."""
        run = self._runs()
        if run == 0:
            self.begin(options)
        else:
            self._compare(options, ())
            self._run = run

    @_told
    def expect(self, options: Mapping[str, str]) -> None:
        """Raise JournalError where earlier runs had other options; the account may be left out."""
        if self._runs():
            self._compare(options, () if "account_sid" in options else {"account_sid"})
        self._read = self._inputs()

    def _compare(self, options: Mapping[str, str], left_out: Collection[str]) -> None:
        earlier: dict[str, str] = dict(self._opened().execute("SELECT name, value FROM options").fetchall())
        other = {name for name, _ in {*earlier.items()} ^ {*options.items()}}.difference(left_out)
        if not other:
            return
        # What is damaged may have anything in the place of the names.
        if not all(isinstance(name, str) and name.isidentifier() for name in other):
            raise JournalError(f"The journal {self.path} {_REASONS[sqlite3.SQLITE_CORRUPT]}.")
        raise JournalError(
            f"The journal {self.path} is of a sweep with other options"
            f" ({', '.join(sorted(other))}): give the same, or another journal."
        )

    def _runs(self) -> int:
        return int(value_of(self._opened(), "SELECT coalesce(max(run), 0) FROM runs"))

    def _inputs(self) -> int:
        return int(value_of(self._opened(), "SELECT coalesce(max(position) + 1, 0) FROM inputs"))

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
        run = self._run
        answers: list[_Values] = []
        others: list[_Values] = []
        for key, result, error, transient, at in rows:
            total = outcome_checksum(key, result, error, transient, at, run)
            if error is None and not transient:
                answers.append((key, result, at, total))
            else:
                others.append((key, result, error, transient, at, total))
        self._write(f"(?,?,NULL,0,?,{run},?)", answers)
        self._write(f"(?,?,?,?,?,{run},?)", others)

    def _write(self, form: str, rows: Sequence[_Values]) -> None:
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            self._opened().execute(_WRITE + ",".join([form] * len(block)), [*chain.from_iterable(block)])

    @_told
    def look_up(self, keys: Sequence[str], since: int) -> tuple[list[Kept], int]:
        """Look these keys up: all outcomes of this run, and answers of earlier runs that are not older than that.

        The number beside it is how many rows are left out, because they are not as they were written.
        """
        db, values = self._opened(), (msgspec.json.encode(keys).decode(), self._run, since)
        rows: Sequence[_Row | _RawRow]
        try:
            rows = _rows.decode(value_of(db, _LOOK_UP, *values))
        except (sqlite3.OperationalError, msgspec.MsgspecError, UnicodeDecodeError):
            rows = db.execute(_LOOK_UP_ONE_BY_ONE, values).fetchall()
        kept: list[Kept] = [
            (_text(key), _text(result), _text(error), at, run != self._run)
            for key, result, error, transient, at, run, total in rows
            if total == outcome_checksum(key, result, error, transient, at, run)
        ]
        return kept, len(rows) - len(kept)

    @_told
    def standing(self, keys: Sequence[str]) -> list[Standing]:
        """The standing of those keys that are known. A row that is not as it was written does not count."""
        return _standing.decode(value_of(self._opened(), _STANDING, msgspec.json.encode(keys).decode()))

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
            OPEN.discard(self._identity)
            self._identity = None

    def _transaction(self) -> None:
        if not self._opened().in_transaction:
            self._opened().execute("BEGIN IMMEDIATE")

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise JournalError(f"The journal {self.path} is not open.")
        return self._db


@overload
def _text(text: bytes | str) -> str: ...
@overload
def _text(text: bytes | str | None) -> str | None: ...
def _text(text: bytes | str | None) -> str | None:
    return text.decode() if isinstance(text, bytes) else text
