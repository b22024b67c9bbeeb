"""Unpacking compressed bodies: aiohttp's own way takes a body that was cut for a whole one."""

from __future__ import annotations

import zlib

from ...errors import TransportError

__all__ = ["ACCEPTED", "Unpacker"]

ACCEPTED = "gzip, deflate"
"""The Accept-Encoding of every request."""
_GZIP, _ZLIB, _BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Unpacker:
    """Unpacks one body of the Content-Encoding ``encoding``. Raises TransportError for one that is not known."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in {"gzip", "x-gzip", "deflate"}:
            name = "".join(
                character for character in encoding[:40] if character.isalnum() or character in "-, "
            )
            raise TransportError(
                f"The answer cannot be read: its Content-Encoding is {name!r}", is_transient=False
            )
        self._stream: zlib._Decompress | None = None  # pyright: ignore[reportPrivateUsage]

    def unpack(self, packed: bytes, most: int) -> bytes:
        """Unpack a piece, to at most ``most`` bytes; 0 for no limit."""
        pieces: list[bytes] = []
        size = 0
        try:
            while packed:
                if self._stream is None or self._stream.eof:  # a gzip may have several parts
                    self._stream = zlib.decompressobj(self._window(packed))
                piece = self._stream.decompress(packed, most - size if most else 0)
                pieces.append(piece)
                packed = self._stream.unused_data
                size += len(piece)
                if most and size >= most:
                    break
        except zlib.error:
            raise TransportError(f"The connection broke: the body is no {self._encoding}") from None
        return b"".join(pieces)

    def finish(self) -> None:
        """The body has come to its end. Raises TransportError where it is cut."""
        if self._stream is not None and not self._stream.eof:
            raise TransportError("The connection broke: the body is cut short")

    def _window(self, packed: bytes) -> int:
        if self._encoding != "deflate":
            return _GZIP
        return _ZLIB if packed[0] & 0x0F == zlib.DEFLATED else _BARE  # some leave zlib's head out
