"""Files with phone numbers in them are their owner's alone."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

__all__ = ["private"]


def private(path: Path) -> BinaryIO:
    """A file to be written that its owner alone may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such modes
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)  # one that was there keeps its mode otherwise
    return cast("BinaryIO", os.fdopen(descriptor, "wb"))
