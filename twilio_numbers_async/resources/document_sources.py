"""Where a document's content comes from: a file, bytes, or an async stream. What can be said before it is sent."""

from __future__ import annotations

import asyncio
import inspect
import os
import stat
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias, cast

from ..errors import InvalidArgumentError
from ..transport.upload import Source

__all__ = ["MAX_SIZE", "AsyncReader", "Content", "DocumentSource", "checked_name", "source_of"]

MAX_SIZE = 10 * 1024 * 1024
_HEAD = 1024  # a PDF's signature may stand anywhere in there
_PIECE = 64 * 1024

_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}


class AsyncReader(Protocol):
    """A stream with a coroutine ``read(size)``, such as an uploaded file of Starlette or an asyncio.StreamReader."""

    async def read(self, size: int, /) -> bytes: ...


Content: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | AsyncReader | AsyncIterable[bytes]"
)


class DocumentSource(Source, Protocol):
    """A source that is opened, looked at and closed."""

    @property
    def name(self) -> str | None:
        """The file's name, where there is one."""
        ...

    async def open(self) -> bytes:
        """Give its first bytes. Raises InvalidArgumentError for what is empty, too large or cannot be read."""
        ...

    async def close(self) -> None: ...


def source_of(document: Content) -> DocumentSource:
    """The source for what was given. Raises InvalidArgumentError for anything else."""
    if isinstance(document, str | os.PathLike):
        return _File(Path(document))
    if isinstance(document, bytes | bytearray | memoryview):
        return _Memory(bytes(document))
    read = getattr(document, "read", None)
    if read is not None and inspect.iscoroutinefunction(read):
        reader = cast("AsyncReader", document)
        return _Stream(lambda: reader.read(_PIECE))
    if isinstance(document, AsyncIterable):
        pieces = aiter(document)
        return _Stream(lambda: _next(pieces.__anext__))
    raise InvalidArgumentError(
        f"document must be a path, bytes or an async stream of bytes, not {type(document).__name__}",
        argument="document",
    )


def checked_name(head: bytes, filename: str | None) -> tuple[str, str]:
    """The name and the media type that a file is sent with: what its content shows, and its extension confirms.

    Raises InvalidArgumentError where it is neither PDF, JPEG nor PNG, or where the two differ.
    """
    media_type = _media_type(head)
    if media_type is None:
        raise InvalidArgumentError(
            "document must be a PDF, JPEG or PNG: its content is none", argument="document"
        )
    if filename is None:
        return f"document.{media_type.partition('/')[2]}", media_type
    if not filename.isprintable():
        raise InvalidArgumentError(
            "the document's file name must have no control characters and nothing that cannot be sent; "
            "give another one with filename=",
            argument="filename",
        )
    suffix = Path(filename).suffix.lower()
    if suffix not in _MEDIA_TYPES:
        raise InvalidArgumentError(
            f"the document's file name must end in one of {', '.join(_MEDIA_TYPES)}; give another one with filename=",
            argument="filename",
        )
    if _MEDIA_TYPES[suffix] != media_type:
        raise InvalidArgumentError(
            f"the document's file name ends in {suffix}, but its content is {media_type}", argument="filename"
        )
    return filename, media_type


def _media_type(head: bytes) -> str | None:
    if b"%PDF-" in head[:_HEAD]:
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return None


def _check_size(size: int) -> None:
    if size == 0:
        raise InvalidArgumentError("document is empty", argument="document")
    if size > MAX_SIZE:
        raise InvalidArgumentError(
            f"document is larger than the {MAX_SIZE // 1024**2} MB that are allowed", argument="document"
        )


class _File:
    """A file, read by threads."""

    rereadable = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        self.size: int | None = None
        self._left = 0
        self._file: BinaryIO  # from open() on
        self._resources = ExitStack()

    async def open(self) -> bytes:
        return await asyncio.to_thread(self._readable, self._open)

    async def rewind(self) -> None:
        self._left = self.size or 0
        await asyncio.to_thread(self._file.seek, 0)

    async def read(self) -> bytes:
        return await asyncio.to_thread(self._readable, self._read)

    async def close(self) -> None:
        await asyncio.to_thread(self._resources.close)

    def _open(self) -> bytes:
        # Looked at first: to open a pipe would wait for its other end.
        if not stat.S_ISREG(self._path.stat().st_mode):
            raise InvalidArgumentError("document is no regular file", argument="document")
        self._file = self._resources.enter_context(self._path.open("rb"))
        size = os.fstat(self._file.fileno()).st_size
        _check_size(size)
        self.size = size
        return self._file.read(_HEAD)

    def _read(self) -> bytes:
        piece = self._file.read(_PIECE)
        self._left -= len(piece)
        if self._left < 0 or (self._left > 0 and not piece):
            raise InvalidArgumentError(
                "document was changed while it was sent; it was not uploaded", argument="document"
            )
        return piece

    def _readable(self, action: Callable[[], bytes]) -> bytes:
        try:
            return action()
        except OSError as error:
            reason = error.strerror or type(error).__name__
        except InvalidArgumentError:
            raise
        except ValueError:  # a path with a NUL character
            reason = "its path is none"
        raise InvalidArgumentError(f"document cannot be read: {reason}", argument="document")


class _Memory:
    """Bytes."""

    name = None
    rereadable = True

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self.size = len(content)

    async def open(self) -> bytes:
        _check_size(self.size)
        return self._content[:_HEAD]

    async def rewind(self) -> None:
        self._at = 0

    async def read(self) -> bytes:
        piece = self._content[self._at : self._at + _PIECE]
        self._at += len(piece)
        return piece

    async def close(self) -> None:
        pass


class _Stream:
    """What comes in pieces, once. ``following`` gives the next one, ``b""`` at the end."""

    name = None
    size = None
    rereadable = False

    def __init__(self, following: Callable[[], Awaitable[object]]) -> None:
        self._following = following
        self._head = b""
        self._total = 0

    async def open(self) -> bytes:
        while len(self._head) < _HEAD and (piece := await self._take()):
            self._head += piece
        _check_size(self._total)
        return self._head

    async def rewind(self) -> None:
        pass  # asked for only while nothing but the head was read

    async def read(self) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return await self._take()

    async def close(self) -> None:
        pass  # it is the caller's

    async def _take(self) -> bytes:
        piece = await self._following()
        if not isinstance(piece, bytes | bytearray):
            raise InvalidArgumentError(
                f"document must be a stream of bytes, not of {type(piece).__name__}", argument="document"
            )
        piece = bytes(piece)
        self._total += len(piece)
        if self._total > MAX_SIZE:
            _check_size(self._total)
        return piece


async def _next(following: Callable[[], Awaitable[bytes]]) -> bytes:
    try:
        while not (piece := await following()):
            pass  # an empty piece is not the end
    except StopAsyncIteration:
        return b""
    return piece
