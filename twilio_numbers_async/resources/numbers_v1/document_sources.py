"""Files of documents: read whole and checked before anything is sent, and sent in a form."""

from __future__ import annotations

import asyncio
import inspect
import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, TypeAlias, TypeVar, cast

from ..._finish import finish
from ...errors import InvalidArgumentError, invalid
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from ...transport.http.sending import Outgoing
from ...transport.http.upload import form_with_file

__all__ = ["MAX_SIZE", "AsyncReader", "Content", "File", "read_document", "read_file", "upload"]

T = TypeVar("T")

MAX_SIZE = 10 * 1024 * 1024
_MAX_FILE_SIZE = 5 * 1024 * 1024
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
    "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | AsyncReader | AsyncIterable[bytes]"
)


class File(NamedTuple):
    """A PDF, JPEG or PNG as it is sent."""

    content: bytes
    name: str
    media_type: str


async def read_document(document: Content, filename: str | None = None, *, most: int = MAX_SIZE) -> File:
    """Read a PDF, JPEG or PNG of ``most`` bytes. Raises InvalidArgumentError."""
    content, own_name = await _read_whole(document, most)
    return File(content, *_checked_name(content, filename or own_name))


async def read_file(file: Content, filename: str | None = None) -> File:
    """Read the file that goes with a supporting document. Raises InvalidArgumentError."""
    try:
        return await read_document(file, filename, most=_MAX_FILE_SIZE)
    except InvalidArgumentError as error:
        if error.argument == "document":  # what port-ins call it
            error.args = (str(error).replace("document", "file", 1),)
            error.argument = "file"
        raise


async def upload(caller: Caller, endpoint: Endpoint[T], fields: Mapping[str, str], file: File) -> T:
    """Send a file with the other fields of its form."""
    body, content_type = await form_with_file(
        fields, file_field="File", filename=file.name, media_type=file.media_type, content=file.content
    )
    return await caller.call(endpoint, body=Outgoing(body, content_type, endpoint.needs_fresh_connection))


async def _read_whole(document: Content, most: int) -> tuple[bytes, str | None]:
    """The content, of ``most`` bytes, and the file's name where there is one.

    Raises InvalidArgumentError for what is no document, is empty, is too large or cannot be read. What a stream raises
    is raised.
    """
    name: object = None
    if isinstance(document, str | os.PathLike):
        path = Path(document)
        # The file is a regular one that is opened here: it is closed by the time that a cancellation is raised.
        content = await finish(_in_thread(lambda: _content_at(path, most), "its path is none"))
        name = path.name
    elif isinstance(document, bytes | bytearray | memoryview):
        content = bytes(document)
    elif inspect.iscoroutinefunction(getattr(document, "read", None)):
        content = await _joined(_pieces(cast("AsyncReader", document)), most)
    elif isinstance(document, AsyncIterable):
        content = await _joined(document, most)
    elif callable(getattr(document, "read", None)):
        file, name = cast("BinaryIO", document), getattr(document, "name", None)
        content = await _in_thread(lambda: _rest_of(file, most), "it is closed")
    else:
        raise invalid(
            "document",
            "must be a path, bytes, a binary file or an async stream of bytes, "
            f"not {type(document).__name__}",
        )
    if not content:
        raise invalid("document", "is empty")
    if len(content) > most:
        raise invalid("document", f"is larger than the {most // 1024**2} MB that are allowed")
    return content, Path(name).name if isinstance(name, str) else None


def _checked_name(content: bytes, filename: str | None) -> tuple[str, str]:
    """The name and the media type that a file is sent with: what its content shows, and its extension confirms.

    Raises InvalidArgumentError where it is neither PDF, JPEG nor PNG, or where the two differ.
    """
    media_type = _media_type(content)
    if media_type is None:
        raise invalid("document", "must be a PDF, JPEG or PNG: its content is none of them")
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


def _media_type(content: bytes) -> str | None:
    if b"%PDF-" in content[:_HEAD]:
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return None


# At most a little more than is allowed is read: enough to know that it is too large.


async def _in_thread(read: Callable[[], bytes], value_error: str) -> bytes:
    """Read in a thread. It closes what it has opened, also if the caller no longer waits."""
    try:
        return await asyncio.to_thread(read)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except InvalidArgumentError:
        raise
    except ValueError:
        reason = value_error
    raise invalid("document", f"cannot be read: {reason}")


def _content_at(path: Path, most: int) -> bytes:
    # Looked at first: to open a pipe would wait for its other end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise invalid("document", "is no regular file")
    with path.open("rb") as file:
        return file.read(most + 1)


def _rest_of(file: BinaryIO, most: int) -> bytes:
    content = bytearray()
    while len(content) <= most and (piece := _checked_piece(file.read(_PIECE))):
        content += piece
    return bytes(content)


async def _joined(pieces: AsyncIterable[bytes], most: int) -> bytes:
    content = bytearray()
    async for piece in pieces:
        content += _checked_piece(piece)
        if len(content) > most:
            break
    return bytes(content)


async def _pieces(reader: AsyncReader) -> AsyncIterator[bytes]:
    while piece := _checked_piece(await reader.read(_PIECE)):
        yield piece


def _checked_piece(piece: object) -> bytes:
    if not isinstance(piece, bytes | bytearray):
        raise invalid("document", f"must be a stream of bytes, not of {type(piece).__name__}")
    return bytes(piece)
