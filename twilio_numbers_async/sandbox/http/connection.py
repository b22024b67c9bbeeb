"""Connections with their time limits, and the server that holds them.

A request that aiohttp refuses to read is answered in Twilio's form and logged in one line.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from ..errors import Refusal, bad_request, headers_too_large
from ..options import Limits
from ..routing import JSON
from .notes import Notes

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_LINGER_SECONDS = 10.0
_FAREWELL_SECONDS = 2.0
_MAX_HEADERS = 128
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Connection(web.RequestHandler):
    """A connection of aiohttp that keeps the time since it began to wait for its client."""

    def __init__(
        self, server: Server, *, loop: asyncio.AbstractEventLoop, limits: Limits, notes: Notes
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=cast("logging.Logger", None),  # None switches it off
            keepalive_timeout=2 * max(limits.idle_timeout, limits.request_timeout),  # the watch is earlier
            lingering_time=min(_LINGER_SECONDS, limits.request_timeout),
            max_line_size=limits.max_line,
            max_field_size=limits.max_line + 1,  # one more, so that the error says which of the two it was
            max_headers=_MAX_HEADERS,
        )
        self._server = server
        self._limits = limits
        self._notes = notes
        self._farewell = min(_FAREWELL_SECONDS, limits.request_timeout)
        self._wire: asyncio.Transport | None = None
        self._body: StreamReader | None = None
        self._head_since: float | None = None
        self._idle_since = 0.0
        self._unread_since: float | None = None
        self._began = False
        self._busy = False
        self._refused = False
        self._gone: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        self._wire = cast("asyncio.Transport", transport)
        self._head_since = self._loop.time()
        self._server.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Note that the connection is closed."""
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        self._server.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of a head or of a body. After a refusal they are dropped."""
        if self._refused:
            return
        if self._body is None or self._body.is_eof():
            self._began = True
            if self._head_since is None and not self._busy:
                self._head_since = self._loop.time()
        super().data_received(data)
        if self._busy and self._messages and self._body is not None and not self._body.is_eof():
            # What follows a body that has not ended is the parser's refusal of it, of which aiohttp tells no reader.
            self._body.set_exception(web.RequestPayloadError())

    def pause_writing(self) -> None:
        """Note that the client does not read its answers."""
        self._unread_since = self._loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that the client reads again."""
        self._unread_since = None
        super().resume_writing()

    def enter(self, request: web.BaseRequest) -> None:
        """Begin a request: its head is complete."""
        self._busy = True
        self._body = request.content
        self._head_since, self._began = None, False

    def leave(self) -> None:
        """End a request: its answer is known."""
        self._busy = False
        self._idle_since = self._loop.time()
        if self._began:  # the next one has begun meanwhile
            self._head_since = self._idle_since

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse a request that is not HTTP, or too large, and close. Any other error is one of the sandbox."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        self._refused = self._busy = True
        refusal = _refusal(exc, self._limits.max_line)
        self._notes.say(f"head {refusal.status}", f"The sandbox refused a request: {refusal.message}")
        return _Farewell(self, refusal)

    async def part(self) -> None:
        """End the answers, and wait a moment for the client to read them: closing at once would lose them."""
        if self._wire is None or self._wire.is_closing():
            return
        self._gone = self._loop.create_future()
        self._wire.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._farewell):
                await self._gone

    def waits_since(self) -> float | None:
        """The time at which it began to wait for its client; None while it serves a request or is closing."""
        if self._busy or self._wire is None or self._wire.is_closing():
            return None
        return self._idle_since if self._head_since is None else self._head_since

    def check(self, now: float) -> None:
        """Close the connection if its client takes too long."""
        wire, patience = self._wire, self._limits.request_timeout
        if wire is None:
            return
        if wire.is_closing() and self._unread_since is None:
            self._unread_since = now
        if self._unread_since is not None:
            if now - self._unread_since > patience:
                self._notes.say("unread", "The sandbox left a client that does not read its answers")
                wire.abort()
        elif self._busy:
            return
        elif self._head_since is None:
            if now - self._idle_since > self._limits.idle_timeout:
                self.force_close()
        elif now - self._head_since > patience:
            if self._began:
                self._notes.say("head 408", "The sandbox left a client that sent half a request")
                self._refused = self._busy = True
                wire.write(_TOO_LATE)
                wire.write_eof()
                self._loop.call_later(self._farewell, self.force_close)
            else:
                self.force_close()


class Server(web.Server):
    """A server of aiohttp that watches its connections. ``open``: the present ones."""

    def __init__(self, handler: Handler, limits: Limits, notes: Notes) -> None:
        super().__init__(self._handle)
        self._answer = handler
        self._limits = limits
        self._notes = notes
        self.open: set[Connection] = set()
        self.changed: asyncio.Event = asyncio.Event()

    def __call__(self) -> Connection:
        """Make the object for a new connection."""
        return Connection(self, loop=self._loop, limits=self._limits, notes=self._notes)

    def lost(self, connection: Connection) -> None:
        """Forget a closed connection."""
        self.open.discard(connection)
        self.changed.set()

    def make_room(self, grace: float) -> None:
        """Close the connection that has waited for its client longest, if longer than ``grace`` seconds."""
        latest = self._loop.time() - grace
        waiting = [(since, each) for each in self.open if (since := each.waits_since()) is not None]
        since, longest = min(waiting, key=lambda pair: pair[0], default=(latest, None))
        if longest is not None and since < latest:
            longest.force_close()

    async def watch(self) -> None:
        """Check every connection now and then, until cancelled."""
        pause = min(self._limits.request_timeout, self._limits.idle_timeout, 4.0) / 4
        while True:
            await asyncio.sleep(pause)
            now = self._loop.time()
            for connection in tuple(self.open):
                connection.check(now)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = cast("Connection", request.protocol)
        connection.enter(request)
        try:
            return await self._answer(request)
        finally:
            connection.leave()


class _Farewell(web.Response):
    """The last answer of a connection, to a request that could not be read."""

    def __init__(self, connection: Connection, refusal: Refusal) -> None:
        super().__init__(status=refusal.status, body=refusal.body(), headers={"Content-Type": JSON})
        self.force_close()
        self._connection = connection

    async def write_eof(self, data: bytes = b"") -> None:
        await super().write_eof(data)
        await self._connection.part()


def _refusal(error: HttpProcessingError, max_line: int) -> Refusal:
    if isinstance(error, LineTooLong) and error.args[1] == max_line:
        return bad_request(f"The URL is longer than {max_line} bytes", 414)
    if isinstance(error, LineTooLong) or "Too many headers" in error.message:
        return headers_too_large()
    return bad_request("The request is not HTTP")
