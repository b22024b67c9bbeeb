"""Files with phone numbers, which their owner alone may read."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

__all__ = ["private", "replaced"]


def private(path: Path) -> BinaryIO:
    """Open a file for writing that its owner alone may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such modes
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)  # an existing file keeps its mode otherwise
    return cast("BinaryIO", os.fdopen(descriptor, "wb"))


def replaced(path: Path, *chunks: bytes) -> None:
    """Write a private file beside ``path``, and move it there when it is whole."""
    part = path.with_name(path.name + ".part")
    try:
        with private(part) as file:
            file.writelines(chunks)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
