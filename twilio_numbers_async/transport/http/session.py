"""The HTTP session: one exchange at a time, no retry, no gate."""

from __future__ import annotations

import asyncio
import errno
import math
import ssl as ssl_module
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from weakref import WeakSet

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from ...errors import ConfigurationError, RequestTimeoutError, TransportError, TwilioNumbersError
from ..credentials import Secret
from ..waits import Waits
from .broken import our_error
from .connections import (
    NO_TIMEOUT,
    UNSENT,
    RawAnswer,
    Request,
    Response,
    UnaskedBytesError,
    fresh_session,
    read_up_to,
)
from .direct import DirectOrigin, is_patched, is_possible
from .proxies import check_tunnel, checked_proxy, proxy_from_environment
from .sending import Origin, Outgoing, Sending
from .unpacking import ACCEPTED

__all__ = ["OUT_OF_DESCRIPTORS", "HttpSession", "TimeLimit"]

OUT_OF_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE})
"""The errors of the system if this process, or the machine, may open no more connections."""

_KEEPALIVE = 60.0
_EXPIRED = float("-inf")
_LARGER_THAN_A_READ = 1_048_576  # so large that no free block will do for it
_BROKEN = (aiohttp.ClientError, HttpProcessingError, OSError)
_NOT_OPEN = "The client is not open: use `async with client:` or `await client.open()`"
_OTHER_CREDENTIALS = (
    "The session has trust_env, and .netrc has other credentials for this host: "
    "use a session without it, or leave session out and give trust_env to the client"
)


class TimeLimit:
    """A limit of ``seconds`` (inf: none) that many attempts share; each attempt has a task of its own.

    A timer per request costs about a tenth of what the request costs. With one limit for all, the first to start is
    the first to end, so one timer of the event loop serves them all. It stays when the last attempt is over, for those
    to come, until its time or until `close`.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        # When each attempt ends, and how often its task had been cancelled when it began; in the order of their
        # ends. A dict forgets from anywhere.
        self._running: dict[asyncio.Task[Any], tuple[float, int]] = {}
        self._handle: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(
        self,
        loop: asyncio.AbstractEventLoop,
        task: asyncio.Task[Any],
        timed: WeakSet[TimeLimit] | None = None,
    ) -> None:
        """Start the limit for the running task. It joins ``timed`` where that sets a timer."""
        if self._loop is not loop:  # what an earlier loop left behind cannot be interrupted any more
            self._loop, self._handle = loop, None
            self._running.clear()
        when = loop.time() + self.seconds
        self._running[task] = when, task.cancelling()
        if self._handle is None and when != math.inf:
            self._handle = loop.call_at(when, self._tick, loop)
            if timed is not None:
                timed.add(self)

    def interrupt(self, task: asyncio.Task[Any]) -> None:
        """End an attempt before its time."""
        when, cancelling = self._running[task]
        if when != _EXPIRED:
            self._running[task] = _EXPIRED, cancelling
            task.cancel()

    def interrupted(self, task: asyncio.Task[Any]) -> bool:
        """True if the limit, and not the caller, has cancelled the task. That cancellation is taken back."""
        when, cancelling = self._running.get(task, (0.0, 0))
        return when == _EXPIRED and task.uncancel() <= cancelling

    def stop(self, task: asyncio.Task[Any]) -> None:
        """The attempt is over."""
        self._running.pop(task, None)

    def close(self) -> None:
        """Drop the timer."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._handle = None
        now = loop.time()
        for task, (when, cancelling) in self._running.items():
            if when == _EXPIRED:
                continue  # interrupted already, on its way out
            if when > now:
                self._handle = loop.call_at(when, self._tick, loop)
                return
            self._running[task] = _EXPIRED, cancelling
            task.cancel()


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
        allow_insecure: bool = False,
    ) -> None:
        if session is not None and not isinstance(session, aiohttp.ClientSession):
            raise ConfigurationError("session must be an aiohttp.ClientSession, or None")
        if session is not None and trace_configs:
            raise ConfigurationError("trace_configs belong to a session of your own: give them to it")
        if getattr(session, "auth", None) is not None:  # aiohttp 4 has no such attribute
            raise ConfigurationError(
                "A session with auth of its own cannot be used: Twilio has other credentials"
            )
        # A session of the caller's own may ask for more than can be read here.
        self._headers = dict(headers) if session is None else {**headers, "Accept-Encoding": ACCEPTED}
        self._borrowed = session
        self._session: aiohttp.ClientSession | None = None
        self._connector: aiohttp.BaseConnector | None = None
        """The connections for direct requests; None if the session makes all requests."""
        self._fresh: aiohttp.ClientSession | None = None
        self._left: list[aiohttp.ClientSession] = []
        """Fresh ones of before, to be let go: aiohttp needs their connector while a request is under way."""
        self._under_way: dict[asyncio.Task[Any], TimeLimit | None] = {}
        """The requests under way; None for one that the closing of the client has ended."""
        self.waits: Waits = Waits()
        self._knows_requests = session is None
        """True where requests are of our own class, which tells when it has a connection."""
        self._trusts_pool = True
        self._timed: WeakSet[TimeLimit] = WeakSet()
        """The limits that may have a timer."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._was_open = False
        self._proxy = None if proxy is None else checked_proxy(proxy)
        self._ssl = ssl
        self._trust_env = trust_env
        self._trace_configs = list(trace_configs)
        self._allow_insecure = allow_insecure
        self._keywords: dict[str, Any] = {}
        self._origins: dict[str, Origin] = {}

    @property
    def connection_limit(self) -> int | None:
        """The number of connections that a borrowed session allows; None for no limit."""
        connector = None if self._borrowed is None else self._borrowed.connector
        if connector is None:
            return None
        limits = [limit for limit in (connector.limit, connector.limit_per_host) if limit]
        return min(limits, default=None)

    @property
    def is_open(self) -> bool:
        """True between open and close."""
        return self._session is not None

    @property
    def state(self) -> Literal["not opened yet", "open", "closed"]:
        """The state in words."""
        return "open" if self.is_open else "closed" if self._was_open else "not opened yet"

    @property
    def _may_use_proxy(self) -> bool:
        """True where a session's own headers could go to a proxy: aiohttp sends them there too."""
        return self._proxy is not None or self._trust_env

    def open(self) -> None:
        """Open the session in the running loop."""
        loop = asyncio.get_running_loop()
        self._origins.clear()
        self._keywords = {"allow_redirects": False, "auto_decompress": False}
        if self._borrowed is not None:
            # What the session does by itself with its answers must not change what an answer is here.
            self._keywords |= {"timeout": NO_TIMEOUT, "raise_for_status": False}
            if self._ssl is not None:
                self._keywords["ssl"] = self._ssl
            self._session = self._borrowed
        else:
            self._session = aiohttp.ClientSession(
                # No limit here: the gate has it, and a wait in the connector would count in the timeout.
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=_KEEPALIVE, ssl=True if self._ssl is None else self._ssl
                ),
                request_class=Request,
                response_class=Response,
                headers=None if self._may_use_proxy else self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=NO_TIMEOUT,
                trace_configs=self._trace_configs,
            )
            # A proxy, and those who trace, are in the session's care; instrumentation traces every session.
            is_plain = not self._may_use_proxy and not self._session.trace_configs
            self._connector = self._session.connector if is_plain and is_possible() else None
            # asyncio reads 256 KiB at a time. glibc maps and unmaps a block of that size for each read, a third
            # to a half of a call's time, until the process has freed a larger one.
            bytes(_LARGER_THAN_A_READ)
        self._was_open = True
        self._loop, self._thread = loop, threading.get_ident()

    async def close(self) -> None:
        """Close the session; a borrowed one stays open. Twice is no error."""
        session, self._session = self._session, None
        loop, self._loop = self._loop, None
        self.waits.end()
        if loop is asyncio.get_running_loop():
            self._end_requests()
            while self._timed:
                self._timed.pop().close()
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self._left.append(fresh)
            self._let_go()
        if session is not None and session is not self._borrowed:
            await session.close()

    def _end_requests(self) -> None:
        """End all requests that are under way.

        A borrowed session goes on with them. An own one would wait without end for the rest of a body, take what came
        of one without a length for the whole, and cancel a task that waits for a host's address.
        """
        for task, limit in self._under_way.items():
            if limit is not None:
                limit.interrupt(task)
                self._under_way[task] = None

    async def exchange(
        self,
        method: str,
        base: str,
        target: str,
        authorization: Secret | None,
        limit: TimeLimit,
        body: Outgoing | None = None,
        *,
        most: int | None = None,
        fresh: bool = False,
    ) -> RawAnswer:
        """Send one request and read its answer whole; the connection is free again when this returns.

        ``most`` is how many bytes of an unpacked body are read. Raises ConnectError, RequestTimeoutError or
        TransportError, and ConfigurationError where nothing can be sent.
        """
        session, loop, task = self._ready()
        sending: Sending
        sending = origin = self._origins.get(base) or self._learn(base)
        fresh = fresh or (body is not None and body.fresh) or not self._trusts_pool
        is_direct = method == "GET" and body is None and not fresh and not is_patched(type(session))
        direct = origin.direct if is_direct else None
        if direct is None:
            sending = origin.own(method, authorization, body, fresh=fresh)
            if fresh:
                session = self._fresh_one(session)
        failure: TwilioNumbersError | None
        limit.start(loop, task, self._timed)
        self._under_way[task] = limit
        if self._knows_requests or fresh:
            UNSENT.add(task)
        try:
            if direct is not None:
                try:
                    return await direct.request(method, target, authorization, task, most)
                except UnaskedBytesError:
                    sending = origin.own(method, authorization, body, fresh=True)
                    session = self._fresh_one(session)
            return await self._over_session(session, method, origin.url(target), sending, most)
        except asyncio.CancelledError:
            if not limit.interrupted(task):
                raise
            failure = self._interruption(task, limit, was_sent=sending.started and task not in UNSENT)
        except (*_BROKEN, RuntimeError, ValueError, TransportError, UnaskedBytesError) as error:
            failure = self._failure(error, was_sent=sending.started and task not in UNSENT)
            if failure is None:
                raise
        finally:
            UNSENT.discard(task)
            limit.stop(task)
            del self._under_way[task]
            self._let_go()
        raise failure  # outside of the handler: aiohttp's error, with the request in it, is not kept

    async def _over_session(
        self, session: aiohttp.ClientSession, method: str, url: URL, sending: Sending, most: int | None
    ) -> RawAnswer:
        try:
            response = await session.request(method, url, **sending.keywords)
        except UnaskedBytesError:
            # Nothing was sent, and that connection is closed: over a new one it cannot happen by accident.
            sending.keywords["headers"]["Connection"] = "close"
            response = await self._fresh_one(session).request(method, url, **sending.keywords)
        return _raw_answer(response, await read_up_to(response, most), sending)

    def _ready(self) -> tuple[aiohttp.ClientSession, asyncio.AbstractEventLoop, asyncio.Task[Any]]:
        """The session, and the loop and the task in which it is used. Raises ConfigurationError."""
        session, loop = self._session, self._loop
        if session is None or loop is None or (session is self._borrowed and session.closed):
            raise ConfigurationError(_NOT_OPEN)
        task = asyncio.current_task(loop)
        if task is None or threading.get_ident() != self._thread:
            raise ConfigurationError("The client was opened in another event loop")
        return session, loop, task

    def _interruption(self, task: asyncio.Task[Any], limit: TimeLimit, *, was_sent: bool) -> TransportError:
        """The error of a request that was ended: its time was over, or the client was closed."""
        if self._under_way[task] is None:
            return _closed(was_sent)
        return RequestTimeoutError(f"No answer within {limit.seconds:g} s", may_have_been_processed=was_sent)

    def _failure(self, error: Exception, *, was_sent: bool) -> TwilioNumbersError | None:
        """The package's own error for what went wrong; None for a bug."""
        if isinstance(error, TransportError):
            return error
        if isinstance(error, UnaskedBytesError):
            return TransportError("The server answered before it was asked", may_have_been_processed=False)
        if self._session is None or self._session.closed:
            return _closed(was_sent)
        if isinstance(error, _BROKEN):
            return our_error(error, was_sent=was_sent)
        if isinstance(error, ValueError) and self._session.trust_env and "AUTHORIZATION" in str(error):
            return ConfigurationError(_OTHER_CREDENTIALS)  # aiohttp refuses to choose
        return None

    def distrust(self, answer: RawAnswer) -> None:
        """Never use the connection of an answer again, as far as it is known."""
        if answer.connection is not None:
            answer.connection.close()
        else:
            self._trusts_pool = False  # which connection of a borrowed session it was, nobody tells

    def _let_go(self) -> None:
        """Give up the connector of the sessions that were left, once no request can be over one."""
        while self._left and not self._under_way:
            self._left.pop().detach()

    def _fresh_one(self, session: aiohttp.ClientSession) -> aiohttp.ClientSession:
        if self._session is None:
            raise ConfigurationError(_NOT_OPEN)
        if self._fresh is None:
            self._fresh = fresh_session(session)
        return self._fresh

    def _learn(self, base: str) -> Origin:
        """The parts that all requests to an origin have, made once."""
        keywords = dict(self._keywords)
        if self._borrowed is not None or self._may_use_proxy:
            keywords["headers"] = self._headers
        proxy = self._proxy or (proxy_from_environment(base) if self._trust_env else None)
        if proxy is not None:
            if not self._allow_insecure:
                check_tunnel(base, proxy)
            keywords["proxy"] = proxy
        middlewares = getattr(self._borrowed, "_middlewares", ())
        origin = self._origins[base] = Origin(base, keywords, middlewares)
        if self._connector is not None:
            origin.direct = DirectOrigin(base, self._headers, self._connector)
        return origin


def _closed(was_sent: bool) -> TransportError:
    return TransportError(
        "The client was closed while the request was under way",
        may_have_been_processed=was_sent,
        is_transient=False,
    )


def _raw_answer(response: aiohttp.ClientResponse, content: bytes | None, sending: Sending) -> RawAnswer:
    tracked = sending.tracked
    if tracked is not None and not tracked.is_sent and response.status < 300:
        raise TransportError("Twilio answered before the body was sent whole")
    protocol = response.protocol if isinstance(response, Response) else None
    if content is None and protocol is not None:
        protocol.close()  # it may be in the pool already
    return RawAnswer(response.status, response.headers, content, protocol)
