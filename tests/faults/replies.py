"""Replies that go wrong, most of them made of the answer that would have been right."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import struct
import zlib
from collections.abc import Callable

from tests.raw_server import Connection, Received, Reply

from .kinds import fine_bytes, own_answer

__all__ = [
    "CLOSE", "KEEP", "RESET", "STALL", "answer", "body_of", "bomb", "drip", "flood", "head", "heard", "packed", "raw",
    "reset",
]  # fmt: skip

CLOSE, RESET, STALL, KEEP = "close", "reset", "stall", "keep"
"""An action on the connection after the bytes."""


def head(status: int, *lines: str) -> bytes:
    """A status line and headers."""
    return "\r\n".join([f"HTTP/1.1 {status} X", "Content-Type: application/json", *lines, "", ""]).encode()


async def _end(connection: Connection, then: str) -> None:
    if then == CLOSE:
        connection.close()
    elif then == RESET:
        connection.reset()
    elif then == STALL:
        await connection.until_left()


def raw(data: bytes, then: str = CLOSE) -> Reply:
    """These bytes."""
    return body_of(lambda _status, _body: data, then)


def body_of(make: Callable[[int, bytes], bytes], then: str = CLOSE) -> Reply:
    """Send what ``make`` makes of the status and the body that would have been right."""

    async def send(connection: Connection, received: Received) -> None:
        status, body = own_answer(received)
        await connection.send(make(status, body))
        await _end(connection, then)

    return send


async def reset(connection: Connection, received: Received) -> None:
    """Reset the connection without a word."""
    connection.reset()


def answer(body: bytes, status: int | None = None, *lines: str, then: str = KEEP) -> Reply:
    """A whole answer with another body; the status that would have been right unless one is given."""

    def make(right: int, _: bytes) -> bytes:
        return head(status or right, f"Content-Length: {len(body)}", *lines) + body

    return body_of(make, then)


def packed(pack: Callable[[bytes], bytes], encoding: str = "gzip") -> Reply:
    """The right answer, compressed by ``pack``."""

    def make(status: int, body: bytes) -> bytes:
        content = pack(body)
        return head(status, f"Content-Encoding: {encoding}", f"Content-Length: {len(content)}") + content

    return body_of(make, KEEP)


async def heard() -> None:
    """Let the client read what was sent: on this machine it is there by the next turn of the loop."""
    for _ in range(4):
        await asyncio.sleep(0)


def drip(interval: float) -> Reply:
    """The right answer, a byte at a time."""

    async def send(connection: Connection, received: Received) -> None:
        for byte in fine_bytes(received):
            await connection.send(bytes([byte]))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(connection.until_left(), interval)
                return

    return send


def bomb(mebibytes: int, status: int) -> Reply:
    """An answer of a thousandth of its size."""

    async def send(connection: Connection, received: Received) -> None:
        await answer(_gzip_bomb(mebibytes), status, "Content-Encoding: gzip")(connection, received)

    return send


def flood(first: bytes, piece: bytes, mebibytes: float, last: bytes = b"") -> Reply:
    """``first``, and then ``piece`` over and over until that much was sent or the client has left."""

    async def send(connection: Connection, received: Received) -> None:
        await connection.send(first)
        for _ in range(int(mebibytes * (1 << 20) / len(piece))):
            if connection.writer.transport.is_closing():
                return
            await connection.send(piece)
        await connection.send(last)
        connection.close()

    return send


@functools.cache
def _gzip_bomb(mebibytes: int) -> bytes:
    """That many MiB of blanks, compressed a thousand times."""
    blanks = b" " * (1 << 20)
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it
    check = 0
    for _ in range(mebibytes):
        check = zlib.crc32(blanks, check)
    ends = packer.flush() + struct.pack("<II", check, mebibytes << 20)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + piece * mebibytes + ends
