"""A body that is read while it is sent: a form with one file (``multipart/form-data``)."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

__all__ = ["Source", "Upload"]


class Source(Protocol):
    """Where a file's content comes from."""

    @property
    def size(self) -> int | None:
        """Its length in bytes; None where only its end will tell."""
        ...

    @property
    def rereadable(self) -> bool:
        """True if it can be read from the start again."""
        ...

    async def rewind(self) -> None:
        """Go to the start."""
        ...

    async def read(self) -> bytes:
        """The next piece; ``b""`` at the end. What it raises ends the request half-way."""
        ...


class Upload:
    """The fields and the file of a form. Each time it is sent, the file is read anew.

    ``filename`` must be free of control characters.
    """

    def __init__(
        self, fields: Mapping[str, str], *, file_field: str, filename: str, media_type: str, source: Source
    ) -> None:
        boundary = uuid.uuid4().hex
        parts = [_part(boundary, f'name="{name}"') + f"{value}\r\n" for name, value in fields.items()]
        place = f'name="{file_field}"; filename="{_quoted(filename)}"\r\nContent-Type: {media_type}'
        self._head = "".join([*parts, _part(boundary, place)]).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._source = source
        self.content_type: str = f"multipart/form-data; boundary={boundary}"
        self.length: int | None = (
            None if source.size is None else len(self._head) + source.size + len(self._tail)
        )
        self.started: bool = False
        """True once any of it was handed to the connection, the last time that it was sent."""
        self.read_whole: bool = False
        """True once the file was read to its end, and all but the form's end was handed over."""
        self.failure: Exception | None = None
        """What the source raised."""

    @property
    def repeatable(self) -> bool:
        """True if it can be sent once more."""
        return not self.started or self._source.rereadable

    def __aiter__(self) -> AsyncIterator[bytes]:
        self.started = self.read_whole = False
        self.failure = None
        return _Pieces(self, self._source, self._head, self._tail)


class _Pieces:
    """One sending. No generator, because nobody would close one that is left half-way."""

    def __init__(self, upload: Upload, source: Source, head: bytes, tail: bytes) -> None:
        self._upload = upload
        self._source = source
        self._head = head
        self._tail = tail

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        upload = self._upload
        if upload.read_whole:
            raise StopAsyncIteration
        try:
            if self._head:
                await self._source.rewind()
                upload.started = True
                piece, self._head = self._head, b""
                return piece
            piece = await self._source.read()
        except Exception as failure:
            upload.failure = failure
            raise
        if piece:
            return piece
        upload.read_whole = True
        return self._tail


def _part(boundary: str, place: str) -> str:
    return f"--{boundary}\r\nContent-Disposition: form-data; {place}\r\n\r\n"


def _quoted(filename: str) -> str:
    # As browsers do it: UTF-8 as it is, and only the quote itself escaped.
    return filename.replace('"', "%22")
