"""The HTTP session: one exchange at a time, no retry, no gate. The only client-side user of aiohttp."""

from __future__ import annotations

import asyncio
import ssl as ssl_module
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

import aiohttp
from aiohttp.payload import BytesPayload
from yarl import URL

from ..errors import ConfigurationError, ConnectError, RequestTimeoutError, TransportError
from .timers import TimeLimit

__all__ = ["HttpSession", "RawAnswer", "Unsent"]

_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
_KEEPALIVE = 60.0
_CONNECT_FAILURES = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ConnectionTimeoutError,
)


class RawAnswer(NamedTuple):
    """What came back: status, headers, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unsent(NamedTuple):
    """What is to be sent: method, path and query, and for a POST its body."""

    method: str
    base: str
    target: str
    body: bytes | None = None
    content_type: str | None = None
    fresh: bool = False


class _TrackedBody(BytesPayload):
    """A body that knows whether any of it was handed to the connection."""

    started = False

    async def write(self, writer: Any) -> None:
        self.started = True
        await super().write(writer)

    async def write_with_length(self, writer: Any, content_length: int | None) -> None:
        self.started = True
        await super().write_with_length(writer, content_length)


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
        if session is not None and trace_configs:
            raise ConfigurationError("trace_configs belong to a session of your own: give them to it")
        self._headers = dict(headers)
        self._borrowed = session
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._proxy = proxy
        self._ssl = ssl
        self._trust_env = trust_env
        self._trace_configs = list(trace_configs)
        self._options: dict[str, Any] = {}
        self._proxies: dict[str, str | None] = {}
        self._origins: dict[str, tuple[URL, str]] = {}

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
        self._proxies.clear()
        self._options = {"allow_redirects": False}
        if self._borrowed is not None:
            self._options["timeout"] = _NO_TIMEOUT
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
        self._loop = loop

    async def close(self) -> None:
        """Close the session; a borrowed one stays open. Twice is no error."""
        session, self._session, self._loop = self._session, None, None
        if session is not None and session is not self._borrowed:
            await session.close()

    async def exchange(
        self, unsent: Unsent, headers: Mapping[str, str] | None, limit: TimeLimit
    ) -> RawAnswer:
        """Send one request and read its answer whole; the connection is free again when this returns.

        Raises ConnectError, RequestTimeoutError or TransportError.
        """
        session, loop = self._session, self._loop
        if session is None or loop is None or session.closed:
            raise ConfigurationError(
                "The client is not open: use `async with client:` or `await client.open()`"
            )
        if loop is not asyncio.get_running_loop():
            raise ConfigurationError("The client was opened in another event loop")
        url, options = self._prepare(unsent, headers)
        body = options.get("data")
        timer = limit.start(loop)
        try:
            response = await session.request(unsent.method, url, **options)
            try:
                content = await response.read()
            except BaseException:
                response.close()
                raise
            return RawAnswer(response.status, response.headers, content)
        except asyncio.CancelledError:
            if timer.was_the_cause():
                raise RequestTimeoutError(
                    f"No answer within {limit.seconds:g} s",
                    may_have_been_processed=body is None or body.started,
                ) from None
            raise
        except (aiohttp.ClientError, OSError) as error:
            _raise_ours(error, body)
        finally:
            limit.stop(timer)

    def _prepare(self, unsent: Unsent, headers: Mapping[str, str] | None) -> tuple[URL, dict[str, Any]]:
        origin, prefix = self._origins.get(unsent.base) or self._learn(unsent.base)
        path, _, query = unsent.target.partition("?")
        url = origin.with_path(prefix + path, encoded=True)
        if query:
            url = URL(f"{url}?{query}", encoded=True)
        options = self._options
        if unsent.body is None and headers is None and not self._proxies[unsent.base]:
            return url, options
        options = dict(options)
        sent = dict(self._headers) if self._borrowed is not None else {}
        sent.update(headers or ())
        if unsent.body is not None:
            options["data"] = _TrackedBody(unsent.body, content_type=unsent.content_type)
            sent["Content-Type"] = unsent.content_type or "application/octet-stream"
        if unsent.fresh:
            # A pool key of its own and no way back into the pool: the connection is always a new one.
            options["server_hostname"] = origin.host
            sent["Connection"] = "close"
        if sent:
            options["headers"] = sent
        if proxy := self._proxies[unsent.base]:
            options["proxy"] = proxy
        return url, options

    def _learn(self, base: str) -> tuple[URL, str]:
        parts = urlsplit(base)
        known = URL(f"{parts.scheme}://{parts.netloc}"), parts.path
        self._origins[base] = known
        self._proxies[base] = self._proxy or (_proxy_from_environment(base) if self._trust_env else None)
        return known


def _proxy_from_environment(base: str) -> str | None:
    # Read once an origin, and without .netrc: aiohttp asks both again in a thread for each request.
    parts = urlsplit(base)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _raise_ours(error: aiohttp.ClientError | OSError, body: _TrackedBody | None) -> NoReturn:
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
