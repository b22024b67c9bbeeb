"""A journal's file that is not as it was written: what SQLite's failures mean, and how a changed byte is noticed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from zlib import crc32

__all__ = ["checksum", "reason_of"]

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


def reason_of(error: sqlite3.Error, reasons: Mapping[int, str]) -> str:
    """The reason by SQLite's code; ``SQLITE_CORRUPT`` has the one for every kind of damage.

    Never SQLite's own words: some of them repeat what is in the file.
    """
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own, which it raises for text that is none
        return reasons[sqlite3.SQLITE_CORRUPT]
    code &= 0xFF  # the rest says more than is needed
    if code in _DAMAGE:
        code = sqlite3.SQLITE_CORRUPT
    return reasons.get(code) or f"cannot be used ({error.sqlite_errorname})"


def checksum(
    key: bytes | str,
    result: bytes | str | None,
    error: bytes | str | None,
    transient: int,
    checked_at: int,
    run: int,
) -> int:
    """32 bits of a row's values. Text is the same as its bytes."""
    parts = _measured(key), _measured(result), _measured(error), transient, checked_at, run
    return crc32(b"%b,%b,%b,%d,%d,%d" % parts)


def _measured(text: bytes | str | None) -> bytes:
    if text is None:
        return b"-"
    raw = text.encode() if isinstance(text, str) else text
    return b"%d:%b" % (len(raw), raw)
