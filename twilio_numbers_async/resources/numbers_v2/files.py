"""A file that goes with a supporting document: read whole and checked before anything is sent."""

from __future__ import annotations

import asyncio
import stat
from os import PathLike
from pathlib import Path

from ...errors import InvalidArgumentError
from ..document_sources import Content, checked_name, source_of

__all__ = ["MAX_FILE_SIZE", "read_file"]

MAX_FILE_SIZE = 5 * 1024 * 1024
_HEAD = 1024


async def read_file(file: Content, filename: str | None = None) -> tuple[bytes, str, str]:
    """The content of a PDF, JPEG or PNG, its name and its media type. Raises InvalidArgumentError."""
    own_name = None
    try:
        if isinstance(file, str | PathLike):
            path = Path(file)
            own_name = path.name
            content = await asyncio.to_thread(_read, path)
        elif isinstance(file, bytes | bytearray | memoryview):
            content = bytes(file)
        else:
            content = await _drain(file)
        _check_size(len(content))
        name, media_type = checked_name(content[:_HEAD], filename or own_name)
    except InvalidArgumentError as error:
        if error.argument == "document":  # what port-ins call it
            error.args = (str(error).replace("document", "file", 1),)
            error.argument = "file"
        raise
    return content, name, media_type


def _read(path: Path) -> bytes:
    reason = "it is no regular file"
    try:
        # Looked at first: to open a pipe would wait for its other end.
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as opened:
                return opened.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ValueError:  # a path with a NUL character
        reason = "its path is none"
    raise InvalidArgumentError(f"file cannot be read: {reason}", argument="file")


async def _drain(file: Content) -> bytes:
    source = source_of(file)
    pieces = bytearray()
    await source.open()
    while piece := await source.read():
        pieces += piece
        if len(pieces) > MAX_FILE_SIZE:
            break
    return bytes(pieces)


def _check_size(size: int) -> None:
    if size == 0:
        raise InvalidArgumentError("file is empty", argument="file")
    if size > MAX_FILE_SIZE:
        raise InvalidArgumentError(
            f"file is larger than the {MAX_FILE_SIZE // 1024**2} MB that are allowed", argument="file"
        )
