"""A request without a body, over aiohttp's connections and parser and without the rest of its session.

The session does much that a GET of a client's own needs none of: redirects, cookies, timers, tracing, middlewares. What
is used here is public in aiohttp. `is_possible` says whether an installed aiohttp has all of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from types import FunctionType
from urllib.parse import urlsplit

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.http import RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

from ...errors import ConfigurationError
from ..credentials import Secret
from .connections import (
    NO_TIMEOUT,
    UNSENT,
    DirectResponse,
    RawAnswer,
    Request,
    UnaskedBytesError,
    read_up_to,
)

__all__ = ["DirectOrigin", "is_patched", "is_possible"]

_NEEDED: dict[type, tuple[str, ...]] = {
    aiohttp.TCPConnector: ("connect",),
    Connection: ("protocol", "transport", "release", "close"),
    ResponseHandler: ("set_response_params", "read", "should_close"),
}
_UNSAFE_IN_HEADER = re.compile(r"[\r\n\x00]")
_UPGRADED = 101
_NOT_YET = frozenset(range(100, 200)) - {_UPGRADED}  # statuses before the answer itself


_request: object = getattr(aiohttp.ClientSession, "_request", None)
_is_own = type(_request) is FunctionType and _request.__globals__["__name__"] == "aiohttp.client"
_OWN = _request if _is_own else None  # None if it was patched before
_OWN_PUBLIC = aiohttp.ClientSession.request


def is_patched(session: type[aiohttp.ClientSession]) -> bool:
    """True where somebody else makes, records or plays a session's requests, as monitoring and tests do.

    They expect to see all of them.
    """
    return getattr(session, "_request", None) is not _OWN or session.request is not _OWN_PUBLIC


def is_possible() -> bool:
    """True if this aiohttp has every name that a direct request uses."""
    return all(hasattr(owner, name) for owner, names in _NEEDED.items() for name in names)


class _KeyRequest(Request):
    """Stands for all requests to an origin where the connector looks for a connection."""

    _key: ConnectionKey | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        if self._key is None:
            self._key = super().connection_key
        return self._key


class DirectOrigin:
    """An origin, its connections, and the part of a head that all requests to it have."""

    __slots__ = ("_connector", "_prefix", "_request", "_rest")

    def __init__(self, base: str, headers: Mapping[str, str], connector: aiohttp.BaseConnector) -> None:
        """``base``: the origin, and the path before each target.

        Raises ConfigurationError for a header that cannot be sent.
        """
        loop = asyncio.get_running_loop()
        self._connector = connector
        self._prefix = urlsplit(base).path
        self._request = _KeyRequest("GET", URL(base), headers=headers, loop=loop)
        lines = [f"{name}: {value}" for name, value in self._request.headers.items()]
        for line in lines:
            _check_header(line)
        self._rest = " HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n"

    async def request(
        self,
        method: str,
        target: str,
        authorization: Secret | None,
        task: asyncio.Task[object],
        most: int | None,
    ) -> RawAnswer:
        """Send a request and read its answer, at most ``most`` bytes of its body.

        Raises UnaskedBytesError where nothing was sent because the server had spoken first, ConfigurationError where
        nothing can be sent, and what aiohttp raises.
        """
        if " " in target or not (target.isascii() and target.isprintable()):
            raise ConfigurationError("The path or query has characters that cannot be sent")
        connection = await self._connector.connect(self._request, [], NO_TIMEOUT)
        try:
            protocol, transport = connection.protocol, connection.transport
            if protocol is None or transport is None or protocol.should_close:
                raise UnaskedBytesError  # noqa: TRY301 - the connection is closed below
            # Bodies are unpacked here, and one without a length ends with the connection.
            protocol.set_response_params(read_until_eof=True, auto_decompress=False)
            UNSENT.discard(task)
            transport.write(self._head(method, target, authorization))
            message, content = await protocol.read()
            while message.code in _NOT_YET:
                message, content = await protocol.read()
            if _is_at_hand(message, content, most):
                body: bytes | None = content.read_nowait()
            else:
                response = DirectResponse(connection, message.code, message.headers, content)
                body = await read_up_to(response, most)
        except BaseException:
            connection.close()
            raise
        connection.release()
        return RawAnswer(message.code, message.headers, body, protocol)

    def _head(self, method: str, target: str, authorization: Secret | None) -> bytes:
        if authorization is None:
            return f"{method} {self._prefix}{target}{self._rest}\r\n".encode()
        _check_header(authorization.value)
        return f"{method} {self._prefix}{target}{self._rest}Authorization: {authorization.value}\r\n\r\n".encode()


def _is_at_hand(message: RawResponseMessage, content: StreamReader, most: int | None) -> bool:
    """True where the body came whole with the head, as most do, and can be taken as it is."""
    is_whole = content.is_eof() and (most is None or content.total_bytes <= most)
    return is_whole and message.code != _UPGRADED and "Content-Encoding" not in message.headers


def _check_header(line: str) -> None:
    if _UNSAFE_IN_HEADER.search(line) is not None:
        raise ConfigurationError("A header has characters that cannot be sent")
