"""Stages on which a client meets the faults: plain HTTP, TLS, nobody at all, a resolver that fails."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import socket
import ssl as ssl_module
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.raw_server import Connection, RawServer, Reply, raw_server
from twilio_numbers_async.client import ClientOptions

from .kinds import fine
from .table import Fault

__all__ = ["STAGES", "Stage", "on_stage"]


@dataclass
class Stage:
    """A server with its fault, and how a client gets there."""

    url: str
    options: ClientOptions
    servers: list[RawServer]
    """The servers so far; the last one is there now."""
    mend: Callable[[], Awaitable[None]]
    session: aiohttp.ClientSession | None = None
    """The session that the client borrows."""

    async def left(self) -> None:
        """Wait until no connection is left."""
        if self.session is not None:
            await self.session.close()
        for server in self.servers:
            await server.until(lambda server: not server.open)

    @property
    def requests(self) -> int:
        """The requests that were read so far."""
        return sum(len(server.received) for server in self.servers)

    @property
    def connections(self) -> int:
        """The connections that were made so far."""
        return sum(server.connections for server in self.servers)


@functools.cache
def _authority() -> trustme.CA:
    return trustme.CA()


def _serving(certificate: trustme.LeafCert) -> ssl_module.SSLContext:
    context = ssl_module.SSLContext(ssl_module.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context


@functools.cache
def _sound() -> ssl_module.SSLContext:
    return _serving(_authority().issue_cert("localhost"))


@functools.cache
def _wrong_name() -> ssl_module.SSLContext:
    return _serving(_authority().issue_cert("elsewhere.example.com"))


@functools.cache
def _expired() -> ssl_module.SSLContext:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return _serving(
        _authority().issue_cert("localhost", not_before=yesterday - dt.timedelta(days=9), not_after=yesterday)
    )


@functools.cache
def _unknown_authority() -> ssl_module.SSLContext:
    return _serving(trustme.CA().issue_cert("localhost"))


@functools.cache
def _self_signed() -> ssl_module.SSLContext:
    """The certificate of an authority that nobody knows, used as a server's own."""
    context = ssl_module.SSLContext(ssl_module.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    return context


@functools.cache
def _trusting() -> ssl_module.SSLContext:
    context = ssl_module.create_default_context()
    _authority().configure_trust(context)  # pyright: ignore[reportUnknownMemberType]
    return context


class _Resolver(AbstractResolver):
    """A resolver that fails in its own way until it is mended."""

    def __init__(self, how: str) -> None:
        self.how = how

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self.how == "fails":
            raise OSError(socket.EAI_NONAME, "Name or service not known")
        if self.how == "hangs":
            await asyncio.Event().wait()
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        pass


@contextlib.asynccontextmanager
async def _plain(fault: Fault) -> AsyncGenerator[Stage]:
    """Plain HTTP."""
    script: list[Reply] = [fine] if fault.primed else []
    mended = False

    async def greet(connection: Connection, number: int) -> None:
        if fault.greeting is not None and not mended:
            await fault.greeting(connection, number)

    async with raw_server(*script, *fault.replies, greeting=greet) as server:

        async def mend() -> None:
            nonlocal mended
            mended = True
            server.script = [fine]

        yield Stage(server.url, ClientOptions(), [server], mend)


@contextlib.asynccontextmanager
async def _replaced(
    fault: Fault, first: ssl_module.SSLContext | None, second: ssl_module.SSLContext | None, *, closed: bool
) -> AsyncGenerator[Stage]:
    """A server that another one takes the place of; or nobody (``closed``) until there is one."""
    async with contextlib.AsyncExitStack() as later, contextlib.AsyncExitStack() as sooner:
        server = await sooner.enter_async_context(
            raw_server(*fault.replies, ssl=first, greeting=fault.greeting)
        )
        port = int(server.url.rpartition(":")[2])
        if closed:
            await sooner.aclose()

        async def mend() -> None:
            await sooner.aclose()
            stage.servers.append(await later.enter_async_context(raw_server(fine, ssl=second, port=port)))

        url = server.url if second is None else f"https://localhost:{port}"
        stage = Stage(
            url, ClientOptions() if second is None else ClientOptions(ssl=_trusting()), [server], mend
        )
        yield stage


def _nobody(fault: Fault) -> contextlib.AbstractAsyncContextManager[Stage]:
    return _replaced(fault, None, None, closed=True)


def _tls(
    first: Callable[[], ssl_module.SSLContext | None],
) -> Callable[[Fault], contextlib.AbstractAsyncContextManager[Stage]]:
    return lambda fault: _replaced(fault, first(), _sound(), closed=False)


def _dns(how: str) -> Callable[[Fault], contextlib.AbstractAsyncContextManager[Stage]]:
    @contextlib.asynccontextmanager
    async def stage(fault: Fault) -> AsyncGenerator[Stage]:
        resolver = _Resolver(how)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
        async with aiohttp.ClientSession(connector=connector) as session, _plain(fault) as inner:

            async def mend() -> None:
                resolver.how = ""
                await inner.mend()

            url = inner.url.replace("127.0.0.1", "twilio.localhost")
            yield Stage(url, ClientOptions(session=session), inner.servers, mend, session)

    return stage


@contextlib.asynccontextmanager
async def _borrowed(fault: Fault) -> AsyncGenerator[Stage]:
    """Plain HTTP, over a session of the caller's own."""
    async with aiohttp.ClientSession() as session, _plain(fault) as inner:
        yield Stage(inner.url, ClientOptions(session=session), inner.servers, inner.mend, session)


STAGES: dict[str, Callable[[Fault], contextlib.AbstractAsyncContextManager[Stage]]] = {
    "http": _plain,
    "borrowed session": _borrowed,
    "nobody": _nobody,
    "tls": _tls(_sound),
    "tls: wrong name": _tls(_wrong_name),
    "tls: expired": _tls(_expired),
    "tls: unknown authority": _tls(_unknown_authority),
    "tls: self-signed": _tls(_self_signed),
    "tls: plain server": _tls(lambda: None),
    "dns: fails": _dns("fails"),
    "dns: hangs": _dns("hangs"),
}


def on_stage(fault: Fault) -> contextlib.AbstractAsyncContextManager[Stage]:
    """The server of a fault, as long as this lasts."""
    return STAGES[fault.stage](fault)


async def plain_error(connection: Connection, number: int) -> None:
    """Answer a TLS greeting in plain HTTP."""
    await connection.reader.readexactly(9)
    await connection.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nNo TLS here")
    connection.close()


async def mute(connection: Connection, number: int) -> None:
    """Never read and never answer."""
    await connection.until_left()
