"""A line that has an end: one call too many is told so at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server, when
from twilio_numbers_async import FixedGate, GateFullError, TwilioNumbers
from twilio_numbers_async.errors import ConfigurationError

from .raw_client import client, numbers, portable_reply

OTHER = "+14155550199"
BULK = "EC" + "a" * 32


class Held:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, connection: Connection, received: Received) -> None:
        await self.go.wait()
        await portable_reply()(connection, received)


async def until_waiting(twilio: TwilioNumbers, count: int) -> None:
    while twilio.gate.snapshot().waiting < count:  # noqa: ASYNC110 - a gate tells nobody
        await asyncio.sleep(0)


async def fill(twilio: TwilioNumbers) -> list[asyncio.Task[Any]]:
    """One call under way and two in line."""
    calls = [asyncio.create_task(twilio.portability.fetch(number)) for number in numbers(3)]
    await until_waiting(twilio, 2)
    return calls


@pytest.mark.parametrize("options", [{}, {"deadline": 60.0}])
async def test_one_call_too_many_is_told_at_once_and_nothing_is_sent(options: dict[str, Any]) -> None:
    held = Held()
    async with (
        raw_server(held) as server,
        client(server.url, concurrency=1, max_waiting=2, **options) as twilio,
    ):
        calls = await fill(twilio)
        with pytest.raises(GateFullError, match="2 waiting"):
            await twilio.portability.fetch(OTHER)
        held.go.set()
        assert all(await asyncio.gather(*calls))
        assert len(server.received) == 3
        assert (await twilio.portability.fetch(OTHER)).portable, "there is room again"


async def test_a_view_may_have_an_end_where_the_client_has_none() -> None:
    held = Held()
    async with raw_server(held) as server, client(server.url, concurrency=1) as twilio:
        calls = await fill(twilio)
        with pytest.raises(GateFullError):
            await twilio.with_options(max_waiting=0).portability.fetch(OTHER)
        calls.append(asyncio.create_task(twilio.portability.fetch(OTHER)))
        held.go.set()
        assert all(await asyncio.gather(*calls))


async def test_sweeps_wait_all_the_same() -> None:
    held = Held()
    async with raw_server(held) as server, client(server.url, concurrency=1, max_waiting=2) as twilio:
        calls = await fill(twilio)

        async def sweep() -> list[bool]:
            async with twilio.portability.sweep(numbers(30)[10:]) as outcomes:
                return [outcome.ok async for outcome in outcomes]

        sweeping = asyncio.create_task(sweep())
        await until_waiting(twilio, 3)
        held.go.set()
        await asyncio.gather(*calls)
        assert await sweeping == [True] * 20


async def test_a_call_that_was_let_in_is_never_turned_away_later() -> None:
    """A refused call stands in line again, however long it is by then."""
    refuse, held = asyncio.Event(), Held()
    refused = when(refuse, json_reply({"code": 20429, "message": "Too many", "status": 429}, 429))
    async with raw_server(refused, held) as server, client(server.url, concurrency=FixedGate(1)) as twilio:
        hasty = twilio.with_options(max_waiting=0)
        first = asyncio.create_task(hasty.portability.fetch("+14155550100"))
        await server.until_received(1)
        other = asyncio.create_task(twilio.portability.fetch(OTHER))
        await until_waiting(twilio, 1)
        refuse.set()
        await server.until_received(2)  # the other one has the only permit now
        await until_waiting(twilio, 1)  # and the first is in line
        held.go.set()
        assert (await first).portable
        assert (await other).portable


async def test_a_wait_for_a_request_to_be_done_sits_it_out() -> None:
    held = Held()
    done = json_reply({"request_id": BULK, "status": "COMPLETE"})
    async with raw_server(held, held, done) as server, client(server.url, concurrency=1) as twilio:
        calls = [asyncio.create_task(twilio.portability.fetch(number)) for number in numbers(2)]
        await until_waiting(twilio, 1)
        waiting = asyncio.create_task(twilio.with_options(max_waiting=0).bulk_eligibility.wait(BULK))
        await asyncio.sleep(0)
        held.go.set()
        assert all(await asyncio.gather(*calls))
        assert (await waiting).status == "COMPLETE"


@pytest.mark.parametrize("max_waiting", [-1, True, 1.5, "many"])
def test_what_is_no_number_of_calls_is_refused(max_waiting: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_waiting"):
        TwilioNumbers("AC" + "a" * 32, "token", max_waiting=max_waiting)
