"""Files of SQLite that this package writes: opened by one program at a time, with checksums, failures in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import msgspec

from .errors import JournalError

__all__ = ["attempt", "checksum", "connect", "outcome_checksum", "value_of"]

T = TypeVar("T")

# Every statement of ours is right, so that these come of what is in the file.
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_MISMATCH,
    }
)
_REASONS = {
    sqlite3.SQLITE_BUSY: "is in use",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: its folder must be there, and it must be a file",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
}


def connect(path: Path | None) -> sqlite3.Connection:
    """Open a file, or memory. The lock of the first statement is held until the connection is closed.

    Statements have ``checksum(...)``. The operating system ends the lock with the process, however that ends.
    """
    db = sqlite3.connect(path or ":memory:", timeout=0, isolation_level=None, cached_statements=16)
    db.create_function("checksum", -1, checksum, deterministic=True)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    return db


def value_of(db: sqlite3.Connection, statement: str, *values: str | int) -> Any:
    """The first value of the first row."""
    return db.execute(statement, values).fetchone()[0]


def attempt(path: Path | None, reasons: Mapping[int, str], function: Callable[[], T]) -> T:
    """Call ``function``. What SQLite and the file system raise becomes a JournalError that says what to do.

    ``reasons``: by SQLite's code, besides the common ones; ``SQLITE_CORRUPT`` has the one for every kind of damage.
    """
    try:
        return function()
    except sqlite3.Error as error:
        reason = _reason_of(error, reasons)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        reason = reasons[sqlite3.SQLITE_CORRUPT]
    except OSError as error:
        reason = f"cannot be opened: {error.strerror}"
    # Here, where what was raised is no longer its context: SQLite repeats what is in the file.
    raise JournalError(f"The journal {path} {reason}.")


def _reason_of(error: sqlite3.Error, reasons: Mapping[int, str]) -> str:
    """Never SQLite's own words: some of them repeat what is in the file."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own, which it raises for text that is none
        return reasons[sqlite3.SQLITE_CORRUPT]
    code &= 0xFF  # the rest says more than is needed
    if code in _DAMAGE:
        code = sqlite3.SQLITE_CORRUPT
    return reasons.get(code) or _REASONS.get(code) or f"cannot be used ({error.sqlite_errorname})"


def checksum(*values: bytes | str | int | None) -> int:
    """32 bits of a row's values. Text is the same as its bytes."""
    return crc32(b",".join(b"%d" % value if isinstance(value, int) else _measured(value) for value in values))


def outcome_checksum(
    key: bytes | str,
    result: bytes | str | None,
    error: bytes | str | None,
    transient: int,
    checked_at: int,
    run: int,
) -> int:
    """The checksum of an outcome's row, quickly: there may be millions."""
    parts = _measured(key), _measured(result), _measured(error), transient, checked_at, run
    return crc32(b"%b,%b,%b,%d,%d,%d" % parts)


def _measured(text: bytes | str | None) -> bytes:
    if text is None:
        return b"-"
    raw = text.encode() if isinstance(text, str) else text
    return b"%d:%b" % (len(raw), raw)
