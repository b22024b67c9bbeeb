"""Bytes on the wire, and those that are not sent: connections, proxies, TLS, sessions of the caller's own."""

from __future__ import annotations

import asyncio
import base64
import errno
import gc
import gzip
import os
import shutil
import ssl as ssl_module
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.raw_server import (
    RawServer,
    Received,
    Reply,
    cut_after,
    drop,
    json_reply,
    raw_server,
    reply,
    send_and_stall,
    stall,
    unused_url,
    when,
)
from twilio_numbers_async import AdaptiveGate, CallWait, ClientOptions, FixedGate, GateChange, __version__
from twilio_numbers_async.errors import (
    ApiError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    RateLimitError,
    RequestTimeoutError,
    TransportError,
)
from twilio_numbers_async.transport.http.broken import our_error
from twilio_numbers_async.transport.retry import RetryPolicy

from .raw_client import (
    NUMBER,
    PORT_IN,
    SECRET,
    SHORT,
    client,
    numbers,
    port_in_create,
    portable_reply,
    tasks_left,
)

ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)
FINE = portable_reply()
CREATED = json_reply({"port_in_request_sid": PORT_IN}, 201)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def test_what_a_request_looks_like() -> None:
    async with raw_server(FINE) as server, client(server.url) as twilio:
        await twilio.portability.fetch(NUMBER)
    (received,) = server.received
    assert (received.method, received.target) == ("GET", f"/v1/Porting/Portability/PhoneNumber/{NUMBER}")
    assert received.headers["host"] == server.url.removeprefix("http://")
    assert received.headers["user-agent"] == f"twilio-numbers-async/{__version__}"
    assert received.body == b""
    assert "cookie" not in received.headers


async def test_connections_are_used_again() -> None:
    async with raw_server(FINE) as server, client(server.url) as twilio:
        for _ in range(3):
            await twilio.portability.fetch(NUMBER)
            await twilio.webhook_configuration.create()
        assert server.connections == 1
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(20)))
        assert server.connections <= 20
        before = server.connections
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(20)))
        assert server.connections == before


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_the_body_of_an_error_is_read_so_that_its_connection_can_be_used_again(status: int) -> None:
    script = [json_reply({"message": "no", "padding": "x" * 100_000}, status), FINE]
    async with raw_server(*script) as server, client(server.url, retry=ONCE) as twilio:
        with pytest.raises(ApiError):
            await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch(NUMBER)
    assert server.connections == 1


async def test_cookies_are_not_kept() -> None:
    async with (
        raw_server(reply(b"{}", headers={"Set-Cookie": "a=b; Path=/"})) as server,
        client(server.url) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch(NUMBER)
    assert "cookie" not in server.received[1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with raw_server(FINE) as elsewhere:
        away = reply(b"", status, {"Location": f"{elsewhere.url}/v1/x"})
        async with raw_server(away) as server, client(server.url) as twilio:
            for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
                with pytest.raises(ApiError, match="redirect") as caught:
                    await call
                assert caught.value.status == status
        assert elsewhere.connections == 0


# ---- broken answers


@pytest.mark.parametrize(
    "broken",
    [
        drop,
        cut_after(b"HTTP/1.1 200"),
        cut_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
        cut_after(HEAD + b"Content-Length: 100\r\n\r\n"),
        cut_after(HEAD + b'Content-Length: 100\r\n\r\n{"portable": true}'),
        cut_after(HEAD + b'Transfer-Encoding: chunked\r\n\r\n12\r\n{"portable": true}'),
        cut_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"),
        cut_after(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
        cut_after(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        cut_after(HEAD + b"Content-Length: -1\r\n\r\n{}"),
        cut_after(b"SSH-2.0-OpenSSH_9.6\r\n"),
        cut_after(b"\x00\xff\x00\xff" * 100),
        cut_after(b"HTTP/1.1 abc OK\r\n\r\n"),
        cut_after(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
        cut_after(b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n"),
    ],
)
async def test_a_broken_answer_is_a_transport_error(broken: Reply) -> None:
    async with raw_server(broken) as server, client(server.url, retry=ONCE) as twilio:
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(TransportError) as caught:
                await call
            assert type(caught.value) is TransportError
            assert caught.value.may_have_been_processed
            assert NUMBER not in str(caught.value)
            assert server.url not in str(caught.value)
        await server.until(lambda server: not server.open)
    assert [received.method for received in server.received].count("POST") == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b'{"portable": "maybe"}'])
async def test_an_answer_that_is_whole_but_makes_no_sense_is_a_decode_error(body: bytes) -> None:
    async with (
        raw_server(reply(body, headers={"Twilio-Request-Id": "RQ1"})) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(DecodeError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert caught.value.request_id == "RQ1"
    assert len(server.received) == 1


async def test_an_answer_with_too_many_headers_is_told_and_not_asked_for_again() -> None:
    many = "".join(f"X-{number}: y\r\n" for number in range(300))
    async with raw_server(cut_after(HEAD + f"{many}\r\n".encode())) as server, client(server.url) as twilio:
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(TransportError, match="cannot be read: it has too many headers") as caught:
                await call
            assert not caught.value.is_transient
    assert [received.method for received in server.received] == ["GET", "POST"]


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    async with (
        raw_server(cut_after(HEAD + b'Connection: close\r\n\r\n{"portable": true}')) as server,
        client(server.url) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable


async def test_a_compressed_answer_is_read() -> None:
    async with (
        raw_server(
            reply(gzip.compress(b'{"portable": true}'), headers={"Content-Encoding": "gzip"})
        ) as server,
        client(server.url) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable


async def test_identity_in_capitals_is_no_packing() -> None:
    plain = reply(b'{"portable": true}', headers={"Content-Encoding": "Identity"})
    async with raw_server(plain) as server, client(server.url) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable


async def test_an_answer_that_comes_in_two_is_one() -> None:
    go = asyncio.Event()

    async def slowly(connection: Any, received: Received) -> None:
        await connection.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{")
        await go.wait()
        await connection.send(b'"portable": true}')

    async with raw_server(slowly) as server, client(server.url) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        go.set()
        assert (await call).portable


# ---- nobody there


# As aiohttp puts it if a connection breaks while the body is written.
WRITING = "Can not write request body for https://gateway.example.com/secret/IncomingPhoneNumbers/PN0"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.ClientOSError(errno.EPIPE, WRITING), os.strerror(errno.EPIPE)),
        (aiohttp.ClientOSError(None, WRITING), "ClientOSError"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"), "Connection reset by peer"),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError"),
    ],
)
def test_no_url_is_in_the_words_for_a_broken_connection(error: aiohttp.ClientError, words: str) -> None:
    assert str(our_error(error, was_sent=True)) == f"The connection broke: {words}"


async def test_nobody_listens() -> None:
    async with client(await unused_url(), retry=ONCE) as twilio:
        with pytest.raises(ConnectError, match="No connection: Connect") as caught:
            await twilio.port_ins.create(port_in_create())
    assert not caught.value.may_have_been_processed


async def test_no_such_host() -> None:
    async with client("", base_url="https://no-such-host.invalid", retry=ONCE) as twilio:
        with pytest.raises(ConnectError) as caught:
            await twilio.port_ins.create(port_in_create())
    assert not caught.value.may_have_been_processed


class LateResolver(AbstractResolver):
    """Gives up on every host."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise TimeoutError

    async def close(self) -> None:
        """Nothing is to be closed."""


async def test_an_address_that_a_session_of_ones_own_does_not_find_in_time() -> None:
    connector = aiohttp.TCPConnector(resolver=LateResolver())
    async with (
        aiohttp.ClientSession(connector=connector) as own,
        client("", base_url="https://gateway.example.com", retry=ONCE, session=own) as twilio,
    ):
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(ConnectError, match="No connection: ConnectionTimeoutError") as caught:
                await call
            assert not caught.value.may_have_been_processed
            assert (caught.value.errno, caught.value.__cause__) == (None, None)


# ---- connections that went stale


def traced() -> ClientOptions:
    return {"trace_configs": [aiohttp.TraceConfig()]}


@pytest.mark.parametrize("options", [dict, traced], ids=["direct", "over the session"])
async def test_a_get_over_a_stale_connection_is_sent_again_at_once(
    options: Callable[[], ClientOptions],
) -> None:
    waits: list[CallWait | GateChange] = []
    given: ClientOptions = {
        "retry": RetryPolicy(max_attempts=2, first_delay=60.0),
        "on_event": waits.append,
        **options(),
    }
    async with raw_server(FINE) as server, client(server.url, **given) as twilio:
        await twilio.portability.fetch(NUMBER)
        server.script = [drop, FINE]
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert server.connections == 2
        assert [wait.seconds for wait in waits if isinstance(wait, CallWait)] == [0.0]

        # What must be sent once is sent once: aiohttp does not send it again by itself.
        server.script = [drop, FINE]
        with pytest.raises(TransportError) as error_info:
            await twilio.with_options(retry=ONCE).portability.fetch(NUMBER)
        assert error_info.value.attempts == 1
        assert error_info.value.was_disconnected
    assert len(server.received) == 4


async def test_a_post_that_must_not_be_repeated_goes_over_a_connection_of_its_own() -> None:
    async def closing_what_is_used_twice(connection: Any, received: Received) -> None:
        uses = sum(each.connection == received.connection for each in server.received)
        await (drop if uses > 1 else CREATED)(connection, received)

    async with raw_server(FINE) as server, client(server.url, retry=ONCE) as twilio:
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(5)))
        pooled = {received.connection for received in server.received}
        server.script = [closing_what_is_used_twice]
        for _ in range(3):
            await twilio.port_ins.create(port_in_create())
        posts = [received for received in server.received if received.method == "POST"]
        assert len({received.connection for received in posts}) == 3
        assert not pooled & {received.connection for received in posts}
        assert {received.headers["connection"] for received in posts} == {"close"}
        server.script = [FINE]
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(10)))
        fresh = {received.connection for received in posts}
        assert not fresh & {received.connection for received in server.received if received.method == "GET"}
    await server.until(lambda server: not server.open)


async def test_ports_at_once_have_a_connection_each() -> None:
    async with raw_server(CREATED) as server, client(server.url) as twilio:
        await asyncio.gather(*(twilio.port_ins.create(port_in_create([number])) for number in numbers(5)))
        assert server.connections == 5
        await asyncio.gather(*(twilio.port_ins.create(port_in_create([number])) for number in numbers(5)))
        assert server.connections == 10
    assert len(server.received) == 10


@pytest.mark.parametrize("own_session", [False, True])
async def test_a_stale_connection_makes_no_port_in_unclear(own_session: bool) -> None:
    """The server closes its idle connections just when a port-in is to be created."""
    session = aiohttp.ClientSession() if own_session else None
    async with raw_server(FINE) as server, client(server.url, session=session, retry=ONCE) as twilio:
        for _ in range(3):
            server.script = [FINE]
            await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(5)))
            server.hang_up()
            server.script = [CREATED]
            assert (await twilio.port_ins.create(port_in_create())).port_in_request_sid == PORT_IN
    if session is not None:
        assert not session.closed
        await session.close()
    assert sum(received.method == "POST" for received in server.received) == 3


# ---- time limits


@pytest.mark.parametrize(
    "slow",
    [stall, send_and_stall(b"HTTP/1.1 200 OK\r\n"), send_and_stall(HEAD + b"Content-Length: 9\r\n\r\n{")],
)
async def test_an_answer_that_does_not_come_in_time(slow: Reply) -> None:
    async with raw_server(slow) as server, client(server.url, timeout=SHORT, retry=ONCE) as twilio:
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(RequestTimeoutError, match=r"within 0\.3 s") as caught:
                await call
            assert caught.value.may_have_been_processed
        await server.until(lambda server: not server.open)
        server.script = [FINE]
        assert (await twilio.with_options(timeout=30.0).portability.fetch(NUMBER)).portable


async def test_a_connection_that_is_not_made_in_time_sent_nothing() -> None:
    """TLS with a server that does not speak it: the handshake never ends."""
    left = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    listener = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        async with client("", base_url=f"https://127.0.0.1:{port}", timeout=0.05, retry=ONCE) as twilio:
            with pytest.raises(RequestTimeoutError) as caught:
                await twilio.port_ins.create(port_in_create())
        assert not caught.value.may_have_been_processed
        await left.wait()
    finally:
        listener.close()
        await listener.wait_closed()


async def test_a_caller_that_gives_up_leaves_no_connection() -> None:
    async with raw_server(stall) as server, client(server.url) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await server.until(lambda server: not server.open)
        assert call.cancelled()


async def test_the_callers_own_timeout_stays_the_callers() -> None:
    async with raw_server(stall) as server, client(server.url) as twilio:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.05):
                await twilio.portability.fetch(NUMBER)
        assert not isinstance(caught.value, TransportError)
        await server.until(lambda server: not server.open)


# ---- a session of the caller's own


async def test_a_session_of_ones_own_stays_open_and_as_it_was() -> None:
    async with aiohttp.ClientSession(headers={"X-Own": "1"}) as session, raw_server(FINE) as server:
        async with client(server.url, session=session) as twilio:
            await twilio.portability.fetch(NUMBER)
            await twilio.webhook_configuration.create()
            await twilio.port_ins.create(port_in_create())
        assert not session.closed
        assert dict(session.headers) == {"X-Own": "1"}
        await (await session.get(f"{server.url}/else")).read()
        *ours, theirs = server.received
        assert "authorization" not in theirs.headers
        assert theirs.headers["user-agent"].startswith("Python")
        assert all(each.headers["authorization"].startswith("Basic ") for each in ours)
        assert all(each.headers["user-agent"].startswith("twilio-numbers-async/") for each in ours)


async def test_a_session_of_ones_own_may_be_stricter_than_we_are() -> None:
    """raise_for_status, timeouts and headers of the session do not change what an answer is."""
    strict = aiohttp.ClientSession(
        raise_for_status=True,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=1e-9),
        headers={"Authorization": "Bearer theirs", "Connection": "keep-alive"},
    )
    packed = reply(gzip.compress(b'{"portable": true}'), headers={"Content-Encoding": "gzip"})
    refused = json_reply({"code": 20429, "message": "Too many"}, 429)
    async with strict, raw_server(refused, packed) as server, client(server.url, session=strict) as twilio:
        with pytest.raises(RateLimitError):
            await twilio.with_options(retry=ONCE).portability.fetch(NUMBER)
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert all(each.headers["authorization"].startswith("Basic ") for each in server.received)


async def test_the_middlewares_and_limits_of_a_session_of_ones_own_are_there_for_orders_too() -> None:
    seen: list[str] = []

    async def middleware(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        seen.append(request.method)
        return await handler(request)

    own = aiohttp.ClientSession(middlewares=[middleware], max_field_size=40_000)
    created = json_reply({"port_in_request_sid": PORT_IN}, 201, {"X-Long": "x" * 20_000})
    async with own, raw_server(created) as server, client(server.url, session=own, retry=ONCE) as twilio:
        assert (await twilio.port_ins.create(port_in_create())).port_in_request_sid == PORT_IN
    assert seen == ["POST"]


async def test_an_error_of_a_middleware_of_ones_own_is_the_callers_to_see() -> None:
    async def middleware(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        raise ValueError("out of signatures")

    own = aiohttp.ClientSession(middlewares=[middleware])
    async with own, raw_server(FINE) as server, client(server.url, session=own) as twilio:
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(ValueError, match="out of signatures"):
                await call
        assert twilio.gate.snapshot().in_flight == 0
    assert server.received == []


async def test_netrc_and_a_session_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It would put other credentials in the place of Twilio's."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login them password other-word\n")
    monkeypatch.setenv("NETRC", str(netrc))
    own = aiohttp.ClientSession(trust_env=True)
    async with own, raw_server(FINE) as server, client(server.url, session=own) as twilio:
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(ConfigurationError, match=r"\.netrc") as caught:
                await call
            assert "other-word" not in str(caught.value)
        assert twilio.gate.snapshot().in_flight == 0
    assert server.received == []


async def test_a_session_with_credentials_of_its_own_is_refused() -> None:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        session = aiohttp.ClientSession(auth=aiohttp.BasicAuth("them", "s3cret"))
    async with session:
        with pytest.raises(ConfigurationError, match="auth") as caught:
            client("http://127.0.0.1:1", session=session)
    assert "s3cret" not in str(caught.value)


async def test_a_session_that_was_closed_is_told() -> None:
    session = aiohttp.ClientSession()
    async with client("http://127.0.0.1:1", session=session) as twilio:
        await session.close()
        with pytest.raises(ConfigurationError):
            await twilio.portability.fetch(NUMBER)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_session_that_is_closed_under_a_call_is_told(method: str) -> None:
    own = aiohttp.ClientSession()
    async with raw_server(stall) as server, client(server.url, session=own, retry=ONCE) as twilio:
        called = (
            twilio.portability.fetch(NUMBER) if method == "GET" else twilio.port_ins.create(port_in_create())
        )
        call = asyncio.ensure_future(called)
        await server.until_received(1)
        await own.close()
        with pytest.raises(TransportError, match="closed while the request was under way") as caught:
            await call
        assert caught.value.may_have_been_processed
        assert not caught.value.is_transient
        with pytest.raises(ConfigurationError, match="not open"):
            await twilio.portability.fetch(NUMBER)


async def test_trace_configs_belong_to_a_session_of_ones_own() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ConfigurationError, match="trace_configs"):
            client("http://127.0.0.1:1", session=session, trace_configs=[aiohttp.TraceConfig()])


@pytest.mark.parametrize(("limit", "limit_per_host", "most"), [(3, 0, 3), (0, 2, 2), (5, 2, 2), (2, 5, 2)])
async def test_the_gate_stays_within_the_connections_of_a_session_of_ones_own(
    limit: int, limit_per_host: int, most: int
) -> None:
    connector = aiohttp.TCPConnector(limit=limit, limit_per_host=limit_per_host)
    async with aiohttp.ClientSession(connector=connector) as session, raw_server(FINE) as server:
        for concurrency in (None, 10, FixedGate(10), AdaptiveGate(initial=10, minimum=10)):
            async with client(server.url, session=session, concurrency=concurrency) as twilio:
                await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(50)))
                snapshot = twilio.gate.snapshot()
                assert snapshot.limit is not None
                assert snapshot.limit <= most
        assert server.most_busy <= most
        assert len(server.received) == 200


async def test_a_session_of_ones_own_without_a_limit_bounds_nothing() -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        assert client("http://127.0.0.1:1", session=session, concurrency=5000).gate.snapshot().limit == 5000


async def test_two_clients_share_a_session() -> None:
    async with aiohttp.ClientSession() as session, raw_server(FINE) as server:
        async with client(server.url, session=session) as one, client(server.url, session=session) as other:
            await asyncio.gather(one.portability.fetch(NUMBER), other.portability.fetch(NUMBER))
        async with client(server.url, session=session) as again:
            await again.portability.fetch(NUMBER)
    assert len(server.received) == 3


# ---- tracing


async def test_trace_configs_are_handed_through() -> None:
    seen: list[str] = []
    trace = aiohttp.TraceConfig()

    async def on_start(
        session: aiohttp.ClientSession, context: object, params: aiohttp.TraceRequestStartParams
    ) -> None:
        seen.append(f"{params.method} {params.url.path}")

    async def on_end(
        session: aiohttp.ClientSession, context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        seen.append(f"{params.response.status}")

    trace.on_request_start.append(on_start)
    trace.on_request_end.append(on_end)
    async with (
        raw_server(portable_reply(), CREATED) as server,
        client(server.url, trace_configs=[trace]) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        await twilio.port_ins.create(port_in_create())
    assert seen == [
        f"GET /v1/Porting/Portability/PhoneNumber/{NUMBER}", "200", "POST /v1/Porting/PortIn", "201",
    ]  # fmt: skip


# ---- proxies


@pytest.fixture
def no_proxy_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_proxy_is_asked_in_place_of_the_server() -> None:
    async with raw_server(FINE) as proxy, raw_server(FINE) as server:
        with_password = proxy.url.replace("http://", "http://proxy-user:proxy-word@")
        async with client(server.url, proxy=with_password) as twilio:
            await twilio.portability.fetch(NUMBER)
            await twilio.port_ins.create(port_in_create())
            await twilio.port_ins.create(port_in_create())
        assert server.connections == 0
    get, *posts = proxy.received
    assert get.target == f"{server.url}/v1/Porting/Portability/PhoneNumber/{NUMBER}"
    assert get.headers["authorization"].startswith("Basic ")
    assert (
        get.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"proxy-user:proxy-word").decode()
    )
    assert len({received.connection for received in [get, *posts]}) == 3


async def test_the_proxy_of_a_session_of_ones_own_is_asked_for_orders_too() -> None:
    async with raw_server(FINE, CREATED) as proxy:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            own = aiohttp.ClientSession(
                proxy=proxy.url, proxy_auth=aiohttp.BasicAuth("proxy-user", "proxy-word")
            )
        async with own, client("http://127.0.0.1:1", session=own, retry=ONCE) as twilio:
            await twilio.portability.fetch(NUMBER)
            await twilio.port_ins.create(port_in_create())
    assert [received.target.partition("/v1")[0] for received in proxy.received] == ["http://127.0.0.1:1"] * 2
    password = "Basic " + base64.b64encode(b"proxy-user:proxy-word").decode()
    assert [received.headers["proxy-authorization"] for received in proxy.received] == [password] * 2


async def test_a_proxy_for_an_encrypted_server_is_asked_for_a_tunnel_and_told_nothing_else() -> None:
    async with raw_server(reply(b"", 407)) as proxy:
        for policy in (ONCE, RetryPolicy(max_attempts=2)):
            proxy.received.clear()
            async with client(
                "", base_url="https://gateway.example.com", proxy=proxy.url, retry=policy
            ) as twilio:
                with pytest.raises(ConnectError, match="proxy answered HTTP 407") as caught:
                    await twilio.port_ins.create(port_in_create())
            assert not caught.value.may_have_been_processed
            assert len(proxy.received) == policy.max_attempts
            assert {received.method for received in proxy.received} == {"CONNECT"}
            assert {received.target for received in proxy.received} == {"gateway.example.com:443"}
            assert "authorization" not in proxy.received[0].headers


async def test_a_proxy_where_nobody_listens() -> None:
    proxy = (await unused_url()).replace("http://", "http://proxy-user:proxy-word@")
    async with client("http://127.0.0.1:1", proxy=proxy, retry=ONCE) as twilio:
        with pytest.raises(ConnectError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert "proxy-word" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    "proxy",
    ["", "proxy.example.com:3128", "socks5://127.0.0.1:1", "http://", "http://proxy:port", "//proxy:1"],
)
def test_a_proxy_that_is_none_is_refused(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="proxy must be"):
        client("http://127.0.0.1:1", proxy=proxy)


@pytest.mark.usefixtures("no_proxy_in_the_environment")
@pytest.mark.parametrize("with_scheme", [True, False])
async def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, with_scheme: bool) -> None:
    async with raw_server(FINE) as proxy, raw_server(FINE) as server:
        monkeypatch.setenv("http_proxy", proxy.url if with_scheme else proxy.url.removeprefix("http://"))
        async with client(server.url) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert (proxy.connections, server.connections) == (0, 1), "only when it is asked to"
        async with client(server.url, trust_env=True) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert (proxy.connections, server.connections) == (1, 1)
        async with client(server.url, trust_env=True, proxy=server.url) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert (proxy.connections, server.connections) == (1, 2), "what is given goes first"
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with client(server.url, trust_env=True) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert (proxy.connections, server.connections) == (1, 3)
        monkeypatch.setenv("no_proxy", "example.com")
        async with client(server.url, trust_env=True) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert (proxy.connections, server.connections) == (2, 3)


@pytest.mark.usefixtures("no_proxy_in_the_environment")
async def test_a_proxy_of_the_environment_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://user:proxy-word@127.0.0.1:1")
    async with client("http://127.0.0.1:1", trust_env=True) as twilio:
        with pytest.raises(ConfigurationError, match="proxy must be") as caught:
            await twilio.portability.fetch(NUMBER)
    assert "proxy-word" not in str(caught.value)


async def test_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login them password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with raw_server(FINE) as server, client(server.url, trust_env=True) as twilio:
        await twilio.portability.fetch(NUMBER)
        assert SECRET in base64.b64decode(server.received[0].headers["authorization"].split()[1]).decode()


# ---- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a self-signed certificate for localhost, made now."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def serving(certificate: Path) -> ssl_module.SSLContext:
    context = ssl_module.create_default_context(ssl_module.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def by_name(server: RawServer) -> str:
    return server.url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("own_session", [False, True])
async def test_a_certificate_that_nobody_knows_is_refused(certificate: Path, own_session: bool) -> None:
    session = aiohttp.ClientSession() if own_session else None
    async with (
        raw_server(FINE, ssl=serving(certificate)) as server,
        client(by_name(server), retry=ONCE, session=session) as twilio,
    ):
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(ConnectError) as caught:
                await call
            assert not caught.value.may_have_been_processed
    assert server.received == []
    if session is not None:
        await session.close()


@pytest.mark.parametrize("own_session", [False, True])
@pytest.mark.parametrize("context", [False, True])
async def test_tls_with_a_context_of_ones_own_or_unchecked(
    certificate: Path, context: bool, own_session: bool
) -> None:
    ssl = ssl_module.create_default_context(cafile=f"{certificate}.crt") if context else False
    session = aiohttp.ClientSession() if own_session else None
    async with (
        raw_server(FINE, FINE, CREATED, ssl=serving(certificate)) as server,
        client(by_name(server), ssl=ssl, session=session) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch(NUMBER)
        await twilio.port_ins.create(port_in_create())
        await twilio.port_ins.create(port_in_create())
    assert server.connections == 3
    if session is not None:
        await session.close()


async def test_a_certificate_for_another_host_is_refused(certificate: Path) -> None:
    context = ssl_module.create_default_context(cafile=f"{certificate}.crt")
    async with (
        raw_server(FINE, ssl=serving(certificate)) as server,
        client(server.url, ssl=context, retry=ONCE) as twilio,
    ):
        for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
            with pytest.raises(ConnectError):
                await call
    assert server.received == []


async def test_a_certificate_with_another_fingerprint_is_refused(certificate: Path) -> None:
    connector = aiohttp.TCPConnector(ssl=aiohttp.Fingerprint(b"\x00" * 32))
    async with (
        raw_server(FINE, ssl=serving(certificate)) as server,
        aiohttp.ClientSession(connector=connector) as own,
        # By its address: a name may have several, of which the last one tried is told.
        client(by_name(server).replace("localhost", "127.0.0.1"), retry=ONCE, session=own) as twilio,
    ):
        calls: list[tuple[Any, Any]] = [
            (twilio.portability.fetch, NUMBER), (twilio.port_ins.create, port_in_create()),
        ]  # fmt: skip
        for method, argument in calls:
            with pytest.raises(ConnectError, match="No connection: ServerFingerprintMismatch") as caught:
                await method(argument)
            assert not caught.value.may_have_been_processed
    assert server.received == []


# ---- open and closed


async def test_closing_leaves_no_connection_and_no_task() -> None:
    before = tasks_left()
    async with raw_server(FINE) as server:
        async with client(server.url) as twilio:
            await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(10)))
            await twilio.port_ins.create(port_in_create())
        await server.until(lambda server: not server.open)
    assert tasks_left() - before == set()


async def test_closing_with_calls_under_way_ends_them() -> None:
    go = asyncio.Event()
    async with raw_server(when(go, FINE)) as server:
        twilio = client(server.url, concurrency=3)
        await twilio.open()
        calls: list[asyncio.Task[Any]] = [
            asyncio.create_task(twilio.portability.fetch(number)) for number in numbers(10)
        ]
        calls.append(asyncio.create_task(twilio.port_ins.create(port_in_create())))
        await server.until_received(3)
        await twilio.close()
        async with asyncio.timeout(5):
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, TransportError | ConfigurationError) for outcome in outcomes)
        go.set()
    assert len(server.received) == 3


async def test_closing_while_an_order_connects_over_a_session_of_ones_own() -> None:
    """The session stays open; what is under way over it ends, before it is sent."""
    trace = aiohttp.TraceConfig()

    async def close(*_: object) -> None:
        await twilio.close()

    trace.on_connection_create_end.append(close)
    own = aiohttp.ClientSession(trace_configs=[trace])
    async with own, raw_server(CREATED) as server, client(server.url, session=own) as twilio:
        with pytest.raises(TransportError, match="closed while the request was under way") as caught:
            await twilio.port_ins.create(port_in_create())
        assert not caught.value.may_have_been_processed
        assert not own.closed
        assert twilio.gate.snapshot().in_flight == 0
    gc.collect()  # no session is left that complains
    await server.until(lambda server: not server.open)
    assert server.received == []
