"""A raw HTTP server that misbehaves on purpose: it answers with the bytes it is told, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RawServer", "Received", "Reply", "cut_after", "drop", "json_reply", "raw_server", "reply", "stall"]


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    """Which connection it came on, from 0."""


class Connection:
    """What a reply writes to."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()


Reply = Callable[[Connection, Received], Awaitable[None]]


def reply(
    body: bytes | str = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    content_type: str = "application/json",
) -> Reply:
    """A complete answer."""
    content = body.encode() if isinstance(body, str) else body

    async def send(connection: Connection, received: Received) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", f"Content-Type: {content_type}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        await connection.send("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    return send


def json_reply(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A complete answer with a JSON body."""
    return reply(json.dumps(document), status, headers)


async def drop(connection: Connection, received: Received) -> None:
    """Close without a word."""
    connection.close()


async def stall(connection: Connection, received: Received) -> None:
    """Never answer; the connection stays open."""
    await asyncio.Event().wait()


def cut_after(data: bytes) -> Reply:
    """Send these bytes and close."""

    async def send(connection: Connection, received: Received) -> None:
        await connection.send(data)
        connection.close()

    return send


@dataclass
class RawServer:
    """``url``, what was ``received``, how many ``connections`` were made, and the ``script`` of replies."""

    url: str = ""
    script: list[Reply] = field(default_factory=list[Reply])
    """The replies to the requests in their order; the last one answers all that follow."""
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0

    def next_reply(self) -> Reply:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextlib.asynccontextmanager
async def raw_server(*script: Reply) -> AsyncIterator[RawServer]:
    """A server on a free port of this machine."""
    server = RawServer(script=list(script))
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = server.connections
        server.connections += 1
        try:
            while (received := await _read_request(reader, number)) is not None:
                server.received.append(received)
                await server.next_reply()(Connection(writer), received)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ")
    headers = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body, connection)
