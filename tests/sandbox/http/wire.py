"""Bare connections to a sandbox: what an HTTP client would not send."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import basic

__all__ = ["Wire", "address", "head", "tracebacks", "warnings", "wire"]

PORTABILITY = "/v1/Porting/Portability/PhoneNumber/+16175550100"


class Wire:
    """A connection. What comes is read as it is asked for."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Send pieces, each on its way before the next one."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    async def answer(self) -> tuple[int, bytes]:
        """The status and the body of the next answer, which says its length."""
        async with asyncio.timeout(20):
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split()[1]), body

    async def rest(self) -> bytes:
        """Everything until the sandbox closes the connection."""
        async with asyncio.timeout(20):
            return await self.reader.read()


def address(sandbox: Sandbox) -> tuple[str, int]:
    host, _, port = sandbox.url.removeprefix("http://").rpartition(":")
    return host, int(port)


@contextlib.asynccontextmanager
async def wire(sandbox: Sandbox) -> AsyncGenerator[Wire]:
    """A connection to a sandbox of this process."""
    connection = Wire(*await asyncio.open_connection(*address(sandbox)))
    try:
        yield connection
    finally:
        connection.writer.close()
        with contextlib.suppress(OSError):
            await connection.writer.wait_closed()


def head(
    sandbox: Sandbox, method: str = "GET", path: str = PORTABILITY, *lines: str, auth: bool = True
) -> bytes:
    """The head of a request; ``lines`` are further headers."""
    signed = [f"Authorization: {basic(sandbox.account_sid, sandbox.auth_token)}"] if auth else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: sandbox", *signed, *lines, "", ""]).encode()


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The records that were logged with a traceback."""
    return [record.getMessage() for record in caplog.records if record.exc_info]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines that are seen without any setting."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name != "asyncio"  # slow callbacks, in dev mode
    ]
