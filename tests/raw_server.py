"""A raw HTTP server that misbehaves on purpose: it answers with the bytes it is told, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl as ssl_module
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

__all__ = [
    "Connection",
    "Greeting",
    "RawServer",
    "Received",
    "Reply",
    "cut_after",
    "drop",
    "json_reply",
    "raw_server",
    "reply",
    "send_and_stall",
    "stall",
    "unused_url",
    "when",
]


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    """The connection it came on, from 0."""

    @property
    def path(self) -> str:
        """The target without its query, as it came."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; the last one of each name."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def document(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)


class Connection:
    """The writer of a reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """Close with a TCP reset; what was sent and not read yet is lost."""
        at_once = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.writer.transport.abort()

    async def until_left(self) -> None:
        """Wait until the client has closed the connection."""
        while await self.reader.read(65536):
            pass


Reply = Callable[[Connection, Received], Awaitable[None]]
Greeting = Callable[[Connection, int], Awaitable[None]]
"""An action on a new connection, whose number it gets, before a request is read."""


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


def when(event: asyncio.Event, then: Reply) -> Reply:
    """An answer that is not given before the event."""

    async def send(connection: Connection, received: Received) -> None:
        await event.wait()
        await then(connection, received)

    return send


async def drop(connection: Connection, received: Received) -> None:
    """Close without a word."""
    connection.close()


async def stall(connection: Connection, received: Received) -> None:
    """Never answer; the connection stays open."""
    await connection.until_left()


def cut_after(data: bytes) -> Reply:
    """Send these bytes and close."""

    async def send(connection: Connection, received: Received) -> None:
        await connection.send(data)
        connection.close()

    return send


def send_and_stall(data: bytes) -> Reply:
    """Send these bytes and then nothing more; the connection stays open."""

    async def send(connection: Connection, received: Received) -> None:
        await connection.send(data)
        await connection.until_left()

    return send


@dataclass
class RawServer:
    """``url``, what was ``received``, how many ``connections`` were made, and the ``script`` of replies."""

    url: str = ""
    script: list[Reply] = field(default_factory=list[Reply])
    """The replies to the requests in their order; the last one answers all that follow."""
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])
    """The connections that neither side has closed."""
    busy: int = 0
    most_busy: int = 0
    """The most requests that were under way at once."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def next_reply(self) -> Reply:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def news(self) -> None:
        """Something has happened here."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def until(self, condition: Callable[[RawServer], bool]) -> None:
        """Wait for something to become true of this server."""
        async with asyncio.timeout(10):
            while not condition(self):
                await self._news.wait()

    async def until_received(self, count: int) -> None:
        """Wait until that many requests have come."""
        await self.until(lambda server: len(server.received) >= count)

    def hang_up(self) -> None:
        """Close every connection that is open."""
        for writer in list(self.open):
            writer.close()


@contextlib.asynccontextmanager
async def raw_server(
    *script: Reply,
    ssl: ssl_module.SSLContext | None = None,
    port: int = 0,
    greeting: Greeting | None = None,
) -> AsyncGenerator[RawServer]:
    """A server on ``port`` of this machine, or on a free one."""
    server = RawServer(script=list(script))
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = server.connections
        server.connections += 1
        server.open.add(writer)
        try:
            if greeting is not None:
                await greeting(Connection(reader, writer), number)
            while (received := await _read_request(reader, number)) is not None:
                server.received.append(received)
                server.busy += 1
                server.most_busy = max(server.most_busy, server.busy)
                server.news()
                try:
                    await server.next_reply()(Connection(reader, writer), received)
                finally:
                    server.busy -= 1
                    server.news()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            server.open.discard(writer)
            server.news()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", port, ssl=ssl, backlog=1000)
    host, bound = listener.sockets[0].getsockname()
    server.url = f"{'http' if ssl is None else 'https'}://{host}:{bound}"
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


async def unused_url() -> str:
    """A URL of this machine where nobody listens."""
    async with raw_server(drop) as server:
        return server.url


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ")
    headers: dict[str, str] = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    try:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except asyncio.IncompleteReadError:
        return None
    return Received(method, target, headers, body, connection)
