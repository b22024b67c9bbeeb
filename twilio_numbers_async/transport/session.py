"""The HTTP session: one exchange at a time, no retry, no gate. The only client-side user of aiohttp."""

from __future__ import annotations

import asyncio
import io
import itertools
import ssl as ssl_module
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

import aiohttp
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.payload import BytesIOPayload
from yarl import URL

from ..errors import ConfigurationError, ConnectError, RequestTimeoutError, TransportError
from .timers import TimeLimit

__all__ = ["HttpSession", "Outgoing", "RawAnswer"]

_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
_KEEPALIVE = 60.0
_NOT_OPEN = "The client is not open: use `async with client:` or `await client.open()`"
_CONNECT_FAILURES = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ConnectionTimeoutError,
)


RawAnswer = tuple[int, Mapping[str, str], bytes]
"""What came back: status, headers, the whole body."""


class Outgoing(NamedTuple):
    """The body of a POST."""

    content: bytes
    content_type: str
    fresh: bool = False
    """True to send it over a new connection, for which there is one use."""


class _TrackedBody(BytesIOPayload):
    """A body that knows whether any of it, and whether all of it, was handed to the connection."""

    started = False
    is_sent = False

    async def write_with_length(self, writer: Any, content_length: int | None) -> None:
        self.started = True
        await super().write_with_length(writer, content_length)
        self.is_sent = True


class _LoneRequest(aiohttp.ClientRequest):
    """A request with a connection of its own: no other request has its key in the pool of connections."""

    _serial = itertools.count()
    _mark: int | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        if self._mark is None:
            self._mark = next(self._serial)
        return super().connection_key._replace(proxy_headers_hash=self._mark)


def _lone_session(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """The same session for requests with a connection of their own: one that idles may be dead already."""
    return aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        request_class=_LoneRequest,
        headers=session.headers,
        cookie_jar=session.cookie_jar,
        timeout=_NO_TIMEOUT,
        trace_configs=session.trace_configs,
        trust_env=session.trust_env,
        proxy=getattr(session, "_default_proxy", None),  # a borrowed one may have it, and does not tell
        proxy_auth=getattr(session, "_default_proxy_auth", None),
    )


class HttpSession:
    """Opens and closes aiohttp's session, or borrows the caller's own."""

    def __init__(
        self,
        *,
        headers: Mapping[str, str],
        session: aiohttp.ClientSession | None = None,
        proxy: str | None = None,
        ssl: ssl_module.SSLContext | bool | None = None,
        trust_env: bool = False,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
    ) -> None:
        if session is not None and not isinstance(session, aiohttp.ClientSession):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("session must be an aiohttp.ClientSession, or None")
        if session is not None and trace_configs:
            raise ConfigurationError("trace_configs belong to a session of your own: give them to it")
        if session is not None and session.auth is not None:
            raise ConfigurationError(
                "A session with auth of its own cannot be used: Twilio has other credentials"
            )
        self._headers = dict(headers)
        self._borrowed = session
        self._session: aiohttp.ClientSession | None = None
        self._lone: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._proxy = None if proxy is None else _checked_proxy(proxy)
        self._ssl = ssl
        self._trust_env = trust_env
        self._trace_configs = list(trace_configs)
        self._options: dict[str, Any] = {}
        self._origins: dict[str, _Origin] = {}

    @property
    def connection_limit(self) -> int | None:
        """How many connections a borrowed session allows; None where there is no limit."""
        connector = None if self._borrowed is None else self._borrowed.connector
        if connector is None:
            return None
        limits = [limit for limit in (connector.limit, connector.limit_per_host) if limit]
        return min(limits, default=None)

    @property
    def is_open(self) -> bool:
        """True between open and close."""
        return self._session is not None

    def open(self) -> None:
        """Open the session in the running loop."""
        loop = asyncio.get_running_loop()
        self._origins.clear()
        self._options = {"allow_redirects": False}
        if self._borrowed is not None:
            # What the session does by itself with its answers must not change what an answer is here.
            self._options |= {"timeout": _NO_TIMEOUT, "raise_for_status": False, "auto_decompress": True}
            if self._ssl is not None:
                self._options["ssl"] = self._ssl
            self._session = self._borrowed
        else:
            self._session = aiohttp.ClientSession(
                # No limit here: the gate has it, and a wait in the connector would count in the timeout.
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=_KEEPALIVE, ssl=True if self._ssl is None else self._ssl
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=_NO_TIMEOUT,
                trace_configs=self._trace_configs,
            )
        self._loop, self._thread = loop, threading.get_ident()

    async def close(self) -> None:
        """Close the session; a borrowed one stays open. Twice is no error."""
        session, self._session, self._loop = self._session, None, None
        lone, self._lone = self._lone, None
        if lone is not None:
            await lone.close()
        if session is not None and session is not self._borrowed:
            await session.close()

    async def exchange(
        self,
        method: str,
        base: str,
        target: str,
        headers: Mapping[str, str] | None,
        limit: TimeLimit,
        body: Outgoing | None = None,
    ) -> RawAnswer:
        """Send one request and read its answer whole; the connection is free again when this returns.

        Raises ConnectError, RequestTimeoutError or TransportError.
        """
        session, loop = self._session, self._loop
        if session is None or loop is None:
            raise ConfigurationError(_NOT_OPEN)
        task = asyncio.current_task(loop)
        if task is None or threading.get_ident() != self._thread:
            raise ConfigurationError("The client was opened in another event loop")
        origin = self._origins.get(base) or self._learn(base)
        url = origin.url(target)
        options, sent = origin.options, None
        if body is not None or headers is not None or method == "DELETE":
            options, sent = self._own_options(origin, method, headers, body)
            if body is not None and body.fresh:
                session = self._lone = self._lone or _lone_session(session)
        limit.start(loop, task)
        try:
            response = await session.request(method, url, **options)
            try:
                content = await response.read()
            except BaseException:
                response.close()
                raise
            if sent is not None and not sent.is_sent and response.status < 300:
                raise TransportError("Twilio answered before the body was sent whole")
            return response.status, response.headers, content
        except asyncio.CancelledError:
            if limit.interrupted(task):
                raise RequestTimeoutError(
                    f"No answer within {limit.seconds:g} s",
                    may_have_been_processed=sent is None or sent.started,
                ) from None
            raise
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            _raise_ours(error, sent, session)
        finally:
            limit.stop(task)

    def _own_options(
        self, origin: _Origin, method: str, headers: Mapping[str, str] | None, body: Outgoing | None
    ) -> tuple[dict[str, Any], _TrackedBody | None]:
        """The options of a request that has something of its own."""
        options = dict(origin.options)
        if method == "DELETE" and self._borrowed is None:
            options["middlewares"] = (_OnceOnly(),)
        sent = dict(options.get("headers", ()))
        sent.update(headers or ())
        options["headers"] = sent
        if body is None:
            return options, None
        sent["Content-Type"] = body.content_type
        if body.fresh:
            sent["Connection"] = "close"
        payload = options["data"] = _TrackedBody(io.BytesIO(body.content), content_type=body.content_type)
        return options, payload

    def _learn(self, base: str) -> _Origin:
        """What each request to an origin needs, made once."""
        options = dict(self._options)
        if self._borrowed is not None:
            options["headers"] = self._headers
        proxy = self._proxy or (_proxy_from_environment(base) if self._trust_env else None)
        if proxy is not None:
            options["proxy"] = proxy
        origin = self._origins[base] = _Origin(base, options)
        return origin


class _OnceOnly:
    """Keeps aiohttp from sending a DELETE again by itself.

    It would hide that the first may have been carried out, and a 404 for the second would look like a failure.
    A session of the caller's own keeps its middlewares instead.
    """

    sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self.sent:
            raise TransportError("The connection broke before an answer came")
        self.sent = True
        return await handler(request)


class _Origin:
    """A host that is asked, with what each request to it has."""

    __slots__ = ("_prefix", "_root", "options")

    def __init__(self, base: str, options: dict[str, Any]) -> None:
        parts = urlsplit(base)
        self._root = URL(f"{parts.scheme}://{parts.netloc}")
        self._prefix = parts.path
        self.options = options

    def url(self, target: str) -> URL:
        """The URL of a path and query that are quoted already."""
        if "?" not in target:
            return self._root.with_path(self._prefix + target, encoded=True)
        # yarl quotes a query again that it is given apart.
        path, _, query = target.partition("?")
        return URL(f"{self._root.with_path(self._prefix + path, encoded=True)}?{query}", encoded=True)


def _proxy_from_environment(base: str) -> str | None:
    # Read once an origin, and without .netrc: aiohttp asks both again in a thread for each request.
    parts = urlsplit(base)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy:
        return None
    return _checked_proxy(proxy if "://" in proxy else f"http://{proxy}")


def _checked_proxy(proxy: str) -> str:
    try:
        parts = urlsplit(proxy)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        fits = False
    if not fits:
        raise ConfigurationError("proxy must be a URL such as http://proxy.example.com:3128")
    return proxy


def _raise_ours(
    error: aiohttp.ClientError | OSError | RuntimeError,
    body: _TrackedBody | None,
    session: aiohttp.ClientSession,
) -> NoReturn:
    if isinstance(error, RuntimeError):
        if session.closed:
            raise ConfigurationError(_NOT_OPEN) from None
        raise error
    if isinstance(error, aiohttp.ClientHttpProxyError):
        raise ConnectError(f"The proxy answered HTTP {error.status}", may_have_been_processed=False) from None
    reason = _reason(error)
    if isinstance(error, _CONNECT_FAILURES):
        raise ConnectError(f"No connection: {reason}", may_have_been_processed=False) from error
    sent = body is None or body.started
    raise TransportError(f"The connection broke: {reason}", may_have_been_processed=sent) from None


def _reason(error: BaseException) -> str:
    """The reason without the URL, which has the number in it."""
    os_error = getattr(error, "os_error", error)
    words = getattr(os_error, "strerror", None)
    if isinstance(words, str) and words:
        return words
    return type(error).__name__
