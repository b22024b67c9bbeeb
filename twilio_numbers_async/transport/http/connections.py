"""Requests and answers of aiohttp that know their connection, and sessions that make a new one for each request."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import Mapping
from types import CoroutineType
from typing import Any

import aiohttp
import msgspec
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.payload import BytesIOPayload
from aiohttp.streams import StreamReader

from ...errors import TransportError
from .unpacking import ACCEPTED, Unpacker

__all__ = [
    "NO_TIMEOUT",
    "UNSENT",
    "DirectResponse",
    "FreshRequest",
    "RawAnswer",
    "Request",
    "Response",
    "TrackedBody",
    "UnaskedBytesError",
    "fresh_session",
    "read_up_to",
]

UNSENT: set[asyncio.Task[Any] | None] = set()
"""The tasks whose request has no connection yet."""

_UPGRADED = 101
_LONGEST_LINE = 8190  # of a head, as in aiohttp
NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class RawAnswer(msgspec.Struct, frozen=True):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    """The whole body, unpacked; None where it is larger than may be read."""
    connection: ResponseHandler | None
    """The connection, which may be in the pool again; None where only aiohttp knows it."""


class UnaskedBytesError(Exception):
    """The server has sent something before the request went out. Nothing was sent."""


class TrackedBody(BytesIOPayload):
    """A body that knows whether any of it, and whether all of it, was handed to the connection."""

    started: bool = False
    is_sent: bool = False

    def __init__(self, content: bytes, content_type: str) -> None:
        super().__init__(io.BytesIO(content), content_type=content_type)

    async def write_with_length(self, writer: Any, content_length: int | None) -> None:
        self.started = True
        await super().write_with_length(writer, content_length)
        self.is_sent = True


class Request(aiohttp.ClientRequest):
    """A request that is not sent over a connection on which an answer lies already."""

    DEFAULT_HEADERS = aiohttp.ClientRequest.DEFAULT_HEADERS | {hdrs.ACCEPT_ENCODING: ACCEPTED}

    def send(self, conn: Connection) -> CoroutineType[Any, Any, aiohttp.ClientResponse]:
        protocol = conn.protocol
        if protocol is not None and protocol.should_close:
            raise UnaskedBytesError
        UNSENT.discard(asyncio.current_task(self.loop))
        # super() costs more than all else here
        return aiohttp.ClientRequest.send(self, conn)  # type: ignore[return-value]  # any coroutine will do


class FreshRequest(Request):
    """A request with a connection of its own: no other request has its key in the pool of connections."""

    _serial = itertools.count()
    _mark: int | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        if self._mark is None:
            self._mark = next(self._serial)
        return super().connection_key._replace(proxy_headers_hash=self._mark)


class Response(aiohttp.ClientResponse):
    """An answer that still knows its connection once that is back in the pool."""

    protocol: ResponseHandler | None = None

    def start(self, connection: Connection) -> CoroutineType[Any, Any, aiohttp.ClientResponse]:
        self.protocol = connection.protocol
        return aiohttp.ClientResponse.start(self, connection)  # type: ignore[return-value]


class DirectResponse:
    """The head of an answer, and its body as it comes."""

    __slots__ = ("_connection", "content", "headers", "status")

    def __init__(
        self, connection: Connection, status: int, headers: Mapping[str, str], content: StreamReader
    ) -> None:
        self._connection = connection
        self.status: int = status
        self.headers: Mapping[str, str] = headers
        self.content: StreamReader = content

    @property
    def content_length(self) -> int | None:
        """The length that the head gives."""
        length = self.headers.get("Content-Length")
        return None if length is None else int(length)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def fresh_session(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """A session over the connections of ``session`` whose requests have a new connection each."""
    fresh = aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        request_class=FreshRequest,
        response_class=Response,
        headers=session.headers,
        cookie_jar=session.cookie_jar,
        timeout=NO_TIMEOUT,
        trust_env=session.trust_env,
        # A borrowed one may have these, and does not tell.
        proxy=getattr(session, "_default_proxy", None),
        middlewares=getattr(session, "_middlewares", ()),
        max_line_size=getattr(session, "_max_line_size", _LONGEST_LINE),
        max_field_size=getattr(session, "_max_field_size", _LONGEST_LINE),
    )
    proxy_auth = getattr(session, "_default_proxy_auth", None)
    if proxy_auth is not None:  # an argument that warns, and is gone in aiohttp 4
        fresh._default_proxy_auth = proxy_auth  # pyright: ignore[reportPrivateUsage]
    # An instrumentor adds its own to every session that is made: these are all there are to be.
    fresh.trace_configs[:] = session.trace_configs
    return fresh


async def read_up_to(response: aiohttp.ClientResponse | DirectResponse, most: int | None) -> bytes | None:
    """The whole body, unpacked. None if it is larger than ``most`` bytes; the connection is then closed.

    Raises TransportError for a connection that speaks another protocol from here on.
    """
    try:
        _refuse_upgrade(response)
        encoding = response.headers.get("Content-Encoding")
        if encoding and encoding.strip().lower() != "identity":
            body = await _unpack_up_to(response, Unpacker(encoding), most)
        else:
            body = await _join_up_to(response, most)
        if body is None:
            response.close()
    except BaseException:
        response.close()
        raise
    return body


def _refuse_upgrade(response: aiohttp.ClientResponse | DirectResponse) -> None:
    if response.status == _UPGRADED:
        raise TransportError(
            "The answer cannot be read: the server switched protocols (HTTP 101)", is_transient=False
        )


async def _join_up_to(response: aiohttp.ClientResponse | DirectResponse, most: int | None) -> bytes | None:
    if most is not None and (response.content_length or 0) > most:
        return None
    pieces: list[bytes] = []
    size = 0
    while piece := await response.content.readany():
        pieces.append(piece)
        size += len(piece)
        if most is not None and size > most:
            return None
    return b"".join(pieces)


async def _unpack_up_to(
    response: aiohttp.ClientResponse | DirectResponse, unpacker: Unpacker, most: int | None
) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    while packed := await response.content.readany():
        piece = unpacker.unpack(packed, 0 if most is None else most - size + 1)
        pieces.append(piece)
        size += len(piece)
        if most is not None and size > most:
            return None
    unpacker.finish()
    return b"".join(pieces)
