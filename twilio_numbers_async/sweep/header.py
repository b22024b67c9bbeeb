"""The header of a journal's file, which is read before SQLite may touch the file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import JournalError

__all__ = ["APPLICATION_ID", "IN_USE", "OPEN", "VERSION", "WITHOUT_CHECKSUMS", "identity_of"]

_MAGIC = b"SQLite format 3\0"
APPLICATION_ID = 0x544E4A31  # "TNJ1"
VERSION = 2
WITHOUT_CHECKSUMS = 1
"""The version of 0.1.0."""
IN_USE = "is in use by another sweep"

# The files that this process has open. To open and close one of them once more would drop SQLite's lock on it
# (POSIX locks go with the first descriptor that is closed), so such a file is not touched at all.
OPEN: set[tuple[int, int]] = set()


def identity_of(path: Path) -> tuple[int, int]:
    """Look at the file before SQLite may touch it; return which file it is. Raises JournalError for another file."""
    if path.exists():
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise JournalError(f"The journal {path} is not a file.")
        if (status.st_dev, status.st_ino) in OPEN:
            raise JournalError(f"The journal {path} {IN_USE}.")
    # Phone numbers are nobody else's business: the file is the owner's alone.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        header = os.read(descriptor, 100)
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    identity = status.st_dev, status.st_ino
    if not header:
        return identity
    if len(header) < 100 or header[:16] != _MAGIC or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise JournalError(f"{path} is no journal: give another path.")
    version = int.from_bytes(header[60:64], "big")
    if version not in {WITHOUT_CHECKSUMS, VERSION}:
        raise JournalError(
            f"The journal {path} is of version {version}, and this package reads version {VERSION}:"
            " give another path, or finish it with the package that began it."
        )
    return identity
