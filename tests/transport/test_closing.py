"""Calls that wait or are under way end when the client is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server, reply, send_and_stall
from twilio_numbers_async import AdaptiveGate, FixedGate, TwilioNumbers
from twilio_numbers_async.errors import TransportError
from twilio_numbers_async.transport.client_state import Runtime

from .raw_client import ACCOUNT, NUMBER, PORT_IN, SECRET, numbers, port_in_create, portable_reply

REFUSED = reply(b'{"code": 20429}', 429, {"Retry-After": "30"})
CALLS: dict[str, Callable[[TwilioNumbers], Awaitable[Any]]] = {
    "fetch": lambda twilio: twilio.portability.fetch(NUMBER),
    "cancel": lambda twilio: twilio.port_ins.cancel(PORT_IN),
    "create": lambda twilio: twilio.port_ins.create(port_in_create()),
    "page": lambda twilio: twilio.port_ins.list().first(),
}


def opened(url: str, **options: Any) -> TwilioNumbers:
    return TwilioNumbers(ACCOUNT, SECRET, base_url=url, runtime=Runtime(), **options)


async def until_paused(twilio: TwilioNumbers, waiting: int) -> None:
    """Until so many calls wait: in line, or for another try."""
    while (seen := twilio.gate.snapshot()).waiting + seen.waiting_to_retry < waiting or not seen.paused:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("deadline", [None, 100.0])
async def test_what_waits_in_a_pause_of_the_gate_ends_at_once(call: str, deadline: float | None) -> None:
    async with raw_server(REFUSED) as server, asyncio.timeout(20):
        twilio = opened(server.url, deadline=deadline)
        async with twilio:
            first = asyncio.ensure_future(twilio.portability.fetch("+14155550199"))
            await until_paused(twilio, 1)
            second = asyncio.ensure_future(CALLS[call](twilio))
            await until_paused(twilio, 2)
        for waited in (first, second):
            with pytest.raises(TransportError, match="The client was closed while the call waited") as caught:
                await waited
            assert not caught.value.may_have_been_processed
            assert not caught.value.is_transient
        seen = twilio.gate.snapshot()
        assert (seen.in_flight, seen.waiting, seen.waiting_to_retry) == (0, 0, 0)
        assert len(server.received) == 1


async def test_many_in_line_end_and_leave_the_gate_as_it_was() -> None:
    gate = FixedGate(2)
    async with raw_server(REFUSED, portable_reply()) as server, asyncio.timeout(20):
        async with opened(server.url, concurrency=gate) as twilio:
            calls = [asyncio.ensure_future(twilio.portability.fetch(number)) for number in numbers(50)]
            await until_paused(twilio, 49)
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(one, TransportError) for one in ended) >= 49
        seen = gate.snapshot()
        assert (seen.in_flight, seen.waiting, seen.waiting_to_retry) == (0, 0, 0)


async def test_the_calls_of_another_client_wait_on() -> None:
    gate = AdaptiveGate()
    refused = reply(b'{"code": 20429}', 429, {"Retry-After": "1"})
    async with (
        raw_server(refused, portable_reply()) as server,
        asyncio.timeout(20),
        opened(server.url, concurrency=gate) as other,
    ):
        twilio = opened(server.url, concurrency=gate)
        await twilio.open()
        mine = asyncio.ensure_future(twilio.portability.fetch(NUMBER))
        await until_paused(twilio, 1)
        theirs = asyncio.ensure_future(other.portability.fetch(NUMBER))
        await until_paused(twilio, 2)
        await twilio.close()
        with pytest.raises(TransportError, match="was closed while the call waited"):
            await mine
        assert (await theirs).portable


async def test_a_call_that_was_lost_before_it_waited_may_have_been_carried_out() -> None:
    """Its first request broke, its second was refused: it waits when the client is closed."""

    async def break_off(connection: Connection, _: Received) -> None:
        connection.close()

    async with raw_server(break_off, REFUSED) as server, asyncio.timeout(20):
        async with opened(server.url) as twilio:
            call = asyncio.ensure_future(twilio.port_ins.cancel(PORT_IN))
            await until_paused(twilio, 1)
        with pytest.raises(TransportError, match="was closed while the call waited") as caught:
            await call
        assert caught.value.may_have_been_processed


class Silent:
    """Never answers, and tells when it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def __call__(self, connection: Connection, _: Received) -> None:
        self.asked.set()
        await connection.until_left()


@pytest.mark.parametrize("call", CALLS)
async def test_what_is_under_way_over_a_borrowed_session_ends_at_once(call: str) -> None:
    silent = Silent()
    async with raw_server(silent) as server, aiohttp.ClientSession() as session, asyncio.timeout(20):
        async with opened(server.url, session=session) as twilio:
            under_way = asyncio.ensure_future(CALLS[call](twilio))
            await silent.asked.wait()
        with pytest.raises(TransportError, match="closed while the request was under way") as caught:
            await under_way
        assert caught.value.may_have_been_processed
        assert not session.closed
        assert len(server.received) == 1
        assert twilio.gate.snapshot().in_flight == 0


@pytest.mark.parametrize("trace_configs", [[], [aiohttp.TraceConfig()]])
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 100\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n12\r\n",
        b"\r\n",  # what ends such a body is the end of its connection
    ],
)
async def test_an_answer_of_which_half_has_come_is_no_answer(
    head: bytes, trace_configs: list[aiohttp.TraceConfig]
) -> None:
    half = send_and_stall(b"HTTP/1.1 200 OK\r\n" + head + b'{"portable": true}')
    async with raw_server(half) as server, asyncio.timeout(20):
        async with opened(server.url, trace_configs=trace_configs) as twilio:
            under_way = asyncio.ensure_future(twilio.portability.fetch(NUMBER))
            await server.until_received(1)
            await asyncio.sleep(0.01)  # the half comes, or not yet: the call ends either way
        with pytest.raises(TransportError, match="closed while the request was under way") as caught:
            await under_way
        assert caught.value.may_have_been_processed
        assert twilio.gate.snapshot().in_flight == 0
        await server.until(lambda server: not server.open)


async def test_a_call_that_waits_for_the_address_of_its_host_is_not_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, resolves = asyncio.Event(), asyncio.Event()

    async def never(*_: Any, **__: Any) -> Any:
        asked.set()
        await resolves.wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    async with asyncio.timeout(20), opened("http://localhost:9") as twilio:
        calls = [asyncio.ensure_future(twilio.portability.fetch(number)) for number in numbers(3)]
        await asked.wait()
        await twilio.close()
        for call in calls:
            with pytest.raises(TransportError, match="closed while the request was under way") as caught:
                await call
            assert not caught.value.may_have_been_processed
        assert twilio.gate.snapshot().in_flight == 0


async def test_a_client_that_is_opened_again_at_once_still_ends_what_was_under_way() -> None:
    silent = Silent()
    async with raw_server(silent) as server, aiohttp.ClientSession() as session, asyncio.timeout(20):
        twilio = opened(server.url, session=session)
        await twilio.open()
        under_way = asyncio.ensure_future(twilio.portability.fetch(NUMBER))
        await silent.asked.wait()
        await twilio.close()
        async with twilio:
            with pytest.raises(TransportError, match="closed while the request was under way"):
                await under_way
        assert len(server.received) == 1


async def test_a_call_that_was_cancelled_too_is_cancelled() -> None:
    silent = Silent()
    async with raw_server(silent) as server, aiohttp.ClientSession() as session, asyncio.timeout(20):
        async with opened(server.url, session=session) as twilio:
            under_way = asyncio.ensure_future(twilio.portability.fetch(NUMBER))
            await silent.asked.wait()
            under_way.cancel()
        with pytest.raises(asyncio.CancelledError):
            await under_way


async def test_the_client_works_again_when_it_is_opened_again() -> None:
    async with (
        raw_server(REFUSED, json_reply({"phone_number": NUMBER, "portable": True})) as server,
        asyncio.timeout(20),
    ):
        twilio = opened(server.url, concurrency=FixedGate(1, clock=lambda: clock[0]))
        clock = [0.0]
        async with twilio:
            call = asyncio.ensure_future(twilio.portability.fetch(NUMBER))
            await until_paused(twilio, 1)
        with pytest.raises(TransportError, match="was closed"):
            await call
        clock[0] = 31.0
        async with twilio:
            assert (await twilio.portability.fetch(NUMBER)).portable
