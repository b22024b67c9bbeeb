"""GETs that go over aiohttp's connections without its session: when they do, and what they must not lose by it."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
from typing import Any

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler

from tests.raw_server import Connection, Received, drop, raw_server, reply
from twilio_numbers_async import ClientOptions
from twilio_numbers_async.errors import ConfigurationError, TransportError
from twilio_numbers_async.transport.http.direct import DirectOrigin, is_possible
from twilio_numbers_async.transport.retry import RetryPolicy

from .raw_client import NUMBER, PORT_IN, client, numbers, portable_reply

FINE = portable_reply()
ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)


@pytest.fixture
def session_requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods of the requests that aiohttp's session makes."""
    made: list[str] = []
    send = aiohttp.ClientRequest.send

    def counted(self: aiohttp.ClientRequest, connection: Any) -> Any:
        made.append(self.method)
        return send(self, connection)

    monkeypatch.setattr(aiohttp.ClientRequest, "send", counted)
    return made


async def test_a_get_does_without_the_session_and_all_else_does_not(session_requests: list[str]) -> None:
    async with raw_server(FINE) as server, client(server.url) as twilio:
        await twilio.portability.fetch(NUMBER)
        assert session_requests == []
        server.script = [reply(b"", 204)]
        await twilio.port_ins.cancel(PORT_IN)
        assert session_requests == ["DELETE"]


@pytest.mark.parametrize("name", ["traced", "trust_env", "proxy", "borrowed"])
async def test_what_a_user_can_set_keeps_the_session(name: str, session_requests: list[str]) -> None:
    async with raw_server(FINE) as server, aiohttp.ClientSession() as session:
        options: dict[str, ClientOptions] = {
            "traced": {"trace_configs": [aiohttp.TraceConfig()]},
            "trust_env": {"trust_env": True},
            "proxy": {"proxy": server.url, "base_url": "http://127.0.0.1:1"},
            "borrowed": {"session": session},
        }
        async with client(server.url, **options[name]) as twilio:
            await twilio.portability.fetch(NUMBER)
    assert session_requests == ["GET"]


async def test_an_aiohttp_that_lacks_a_name_is_used_by_its_session(
    monkeypatch: pytest.MonkeyPatch, session_requests: list[str]
) -> None:
    assert is_possible()
    kept = ResponseHandler.should_close
    monkeypatch.delattr(ResponseHandler, "should_close")
    assert not is_possible()
    async with raw_server(FINE) as server, client(server.url) as twilio:
        monkeypatch.setattr(ResponseHandler, "should_close", kept, raising=False)
        await twilio.portability.fetch(NUMBER)
    assert session_requests == ["GET"]


@pytest.mark.parametrize("name", ["_request", "request"])
async def test_those_who_patch_the_session_see_every_request(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Monitoring, recorders and stand-ins for servers do, before a client is opened or after."""
    seen: list[str] = []
    own = getattr(aiohttp.ClientSession, name)

    @functools.wraps(own)
    def patched(self: aiohttp.ClientSession, method: str, *arguments: Any, **more: Any) -> Any:
        seen.append(method)
        return own(self, method, *arguments, **more)

    async with raw_server(FINE) as server, client(server.url) as twilio:
        with monkeypatch.context() as patch:
            patch.setattr(aiohttp.ClientSession, name, patched)
            await twilio.portability.fetch(NUMBER)
            async with client(server.url) as later:
                await later.portability.fetch(NUMBER)
        assert seen == ["GET", "GET"]
        await twilio.portability.fetch(NUMBER)
        assert len(seen) == 2


def test_a_session_that_was_patched_before_the_import_is_known_for_it() -> None:
    program = """
import functools, aiohttp
own = aiohttp.ClientSession._request
if {patches}:
    aiohttp.ClientSession._request = functools.wraps(own)(lambda *a, **b: own(*a, **b))
from twilio_numbers_async.transport.http.direct import is_patched
assert is_patched(aiohttp.ClientSession) is {patches}
"""
    for patches in (True, False):
        subprocess.run([sys.executable, "-c", program.format(patches=patches)], check=True)


async def test_both_ways_send_the_same(session_requests: list[str]) -> None:
    async with raw_server(FINE) as server:
        for options in ({}, {"trace_configs": [aiohttp.TraceConfig()]}):
            async with client(server.url, headers={"X-Team": "porting"}, **options) as twilio:  # type: ignore[arg-type]
                await twilio.portability.fetch(NUMBER, country="US")
    direct, traced = server.received
    assert session_requests == ["GET"]
    assert direct.target == traced.target
    assert direct.headers == traced.headers


async def test_what_comes_before_the_answer_is_passed_over() -> None:
    async def hints_first(connection: Connection, received: Received) -> None:
        await connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
        await FINE(connection, received)

    async with raw_server(hints_first) as server, client(server.url, retry=ONCE) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert server.connections == 1


async def test_a_body_that_ends_with_its_connection_is_read() -> None:
    async def until_the_end(connection: Connection, received: Received) -> None:
        await connection.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"portable": true}')
        connection.close()

    async with raw_server(until_the_end) as server, client(server.url, retry=ONCE) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert server.connections == 2


async def test_bytes_that_came_while_a_connection_was_idle_close_it() -> None:
    async def twice(connection: Connection, received: Received) -> None:
        await FINE(connection, received)
        await reply(b'{"portable": false}')(connection, received)

    async with raw_server(twice, FINE) as server, client(server.url, retry=ONCE) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
        await asyncio.sleep(0)
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert server.connections == 2


async def test_connections_are_kept_and_none_is_left_open() -> None:
    async with raw_server(FINE) as server:
        async with client(server.url) as twilio:
            for _ in range(3):
                await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(5)))
            assert server.connections == 5
        await server.until(lambda server: not server.open)


@pytest.mark.parametrize("target", ["/v1/a b", "/v1/a\r\nX: y", "/v1/\x00", "/v1/ü"])
async def test_a_target_that_would_be_more_than_a_target_is_not_sent(target: str) -> None:
    async with raw_server(FINE) as server, aiohttp.ClientSession() as session:
        assert session.connector is not None
        origin = DirectOrigin(server.url, {}, session.connector)
        task = asyncio.current_task()
        assert task is not None
        with pytest.raises(ConfigurationError, match="cannot be sent"):
            await origin.request("GET", target, None, task, None)
        assert server.received == []
        with pytest.raises(ConfigurationError, match="cannot be sent"):
            DirectOrigin(server.url, {"X-Team": "a\r\nb"}, session.connector)


async def test_attempts_are_requests() -> None:
    async with raw_server(drop) as server, client(server.url, retry=RetryPolicy(max_attempts=4)) as twilio:
        with pytest.raises(TransportError) as error_info:
            await twilio.portability.fetch(NUMBER)
        assert error_info.value.attempts == len(server.received) == 4
