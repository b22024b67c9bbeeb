"""People before bulk: single calls go before a sweep's in the line of the gate that they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.raw_server import Connection, RawServer, Received, json_reply, raw_server
from tests.transport.raw_client import NUMBER, SHORT, client, numbers, portable, portable_reply
from twilio_numbers_async import (
    FixedGate,
    GateFullError,
    Outcome,
    Portability,
    RequestTimeoutError,
    Sweep,
    TwilioNumbers,
)
from twilio_numbers_async.gate import Signal

NUMBERS = numbers(40)
CALLS, SWEPT = NUMBERS[:10], NUMBERS[10:]


@dataclass
class Held:
    """Answers one request each time that it is let go."""

    waiting: list[asyncio.Event] = field(default_factory=list[asyncio.Event])
    free: bool = False

    async def __call__(self, connection: Connection, received: Received) -> None:
        if not self.free:
            event = asyncio.Event()
            self.waiting.append(event)
            await event.wait()
        await json_reply(portable(received.path.rpartition("/")[2]))(connection, received)

    def let_all_go(self) -> None:
        self.free = True
        for event in self.waiting:
            event.set()


@dataclass
class Scene:
    """A sweep that has the only permit, and more of its calls in line."""

    twilio: TwilioNumbers
    server: RawServer
    held: Held
    sweep: asyncio.Task[list[Outcome[Portability]]]

    async def asked(self, count: int) -> list[str]:
        """The numbers in the order in which they came, once there are so many."""
        await self.server.until_received(count)
        return [request.path.rpartition("/")[2] for request in self.server.received]

    async def waiting(self, count: int) -> None:
        while self.twilio.gate.snapshot().waiting < count:  # noqa: ASYNC110 - a gate tells nobody
            await asyncio.sleep(0)


@asynccontextmanager
async def sweeping(swept: list[str] = SWEPT) -> AsyncGenerator[Scene]:
    held = Held()
    async with raw_server(held) as server, client(server.url, concurrency=FixedGate(1)) as twilio:

        async def sweep() -> list[Outcome[Portability]]:
            async with twilio.portability.sweep(swept, ordered=True) as outcomes:
                return [outcome async for outcome in outcomes]

        task = asyncio.create_task(sweep())
        try:
            await server.until_received(1)
            scene = Scene(twilio, server, held, task)
            await scene.waiting(1)
            yield scene
            held.let_all_go()
            assert [outcome.ok for outcome in await task] == [True] * len(swept)
        finally:
            held.let_all_go()
            task.cancel()
            await asyncio.wait([task])


async def test_single_calls_go_before_the_sweep_that_has_the_permit() -> None:
    async with sweeping() as scene:
        calls = [asyncio.create_task(scene.twilio.portability.fetch(number)) for number in CALLS[:3]]
        bulk = scene.twilio.gate.snapshot().waiting_bulk
        await scene.waiting(bulk + 3)
        assert bulk > 0
        scene.held.let_all_go()
        await asyncio.gather(*calls)
        assert (await scene.asked(4))[1:4] == CALLS[:3]


async def test_a_sweep_goes_on_while_single_calls_fill_the_gate() -> None:
    async with sweeping() as scene:
        calls = [asyncio.create_task(scene.twilio.portability.fetch(number)) for number in CALLS]
        await scene.waiting(len(CALLS) + 1)
        scene.held.let_all_go()
        await asyncio.gather(*calls)
        asked = await scene.asked(12)
        assert asked[1:11] == [*CALLS[:4], SWEPT[1], *CALLS[4:8], SWEPT[2]]


async def test_a_view_says_otherwise() -> None:
    async with sweeping() as scene:
        gate = scene.twilio.gate
        bulk = gate.snapshot().waiting_bulk
        later = scene.twilio.with_options(priority="bulk")
        calls = [asyncio.create_task(later.portability.fetch(number)) for number in CALLS[:3]]
        await scene.waiting(bulk + 3)
        assert gate.snapshot().waiting_bulk == bulk + 3
        first = scene.twilio.with_options(priority="interactive").portability.sweep(CALLS[3:5])
        urgent = asyncio.create_task(collect(first))
        await scene.waiting(bulk + 5)
        assert gate.snapshot().waiting_bulk == bulk + 3
        scene.held.let_all_go()
        await asyncio.gather(*calls)
        await urgent
        asked = await scene.asked(5)
        assert asked[1:3] == CALLS[3:5]


async def collect(sweep: Sweep[Portability]) -> None:
    async with sweep as outcomes:
        async for outcome in outcomes:
            assert outcome.ok


async def test_a_call_for_a_number_that_stands_in_a_sweeps_line_does_not_wait_there() -> None:
    async with sweeping() as scene:
        call = asyncio.create_task(scene.twilio.portability.fetch(SWEPT[2]))
        bulk = scene.twilio.gate.snapshot().waiting_bulk
        await scene.waiting(bulk + 1)
        scene.held.let_all_go()
        assert (await call).phone_number == SWEPT[2]
        assert (await scene.asked(2))[1] == SWEPT[2]


async def test_a_sweep_joins_a_single_call() -> None:
    held = Held()
    async with raw_server(held) as server, client(server.url, concurrency=FixedGate(5)) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBERS[0]))
        await server.until_received(1)
        sweep = asyncio.create_task(collect(twilio.portability.sweep(NUMBERS[:2])))
        await server.until_received(2)
        held.let_all_go()
        await asyncio.gather(call, sweep)
        assert len(server.received) == 2


async def test_the_end_of_the_line_is_for_those_who_would_stand_in_it() -> None:
    async with sweeping() as scene:
        twilio = scene.twilio.with_options(max_waiting=1)
        call = asyncio.create_task(twilio.portability.fetch(CALLS[0]))
        bulk = scene.twilio.gate.snapshot().waiting_bulk
        await scene.waiting(bulk + 1)
        with pytest.raises(GateFullError, match="1 waiting"):
            await twilio.portability.fetch(CALLS[1])
        with pytest.raises(GateFullError):
            await twilio.with_options(priority="bulk").portability.fetch(CALLS[1])
        patient = asyncio.create_task(collect(twilio.portability.sweep(CALLS[2:5])))
        await scene.waiting(bulk + 2)
        scene.held.let_all_go()
        await asyncio.gather(call, patient)


async def test_a_single_call_that_gives_up_in_the_gate_fails_no_sweep() -> None:
    """The sweep had joined its request; neither the deadline nor the length of the queue is a limit of its own."""
    gate = FixedGate(1)
    permit = gate.try_acquire()
    assert permit is not None
    async with raw_server(portable_reply()) as server, client(server.url, concurrency=gate) as twilio:
        hasty = twilio.with_options(deadline=SHORT)
        single = asyncio.ensure_future(hasty.portability.fetch(NUMBER))
        await asyncio.sleep(0)
        outcomes = asyncio.ensure_future(swept(hasty.portability.sweep([NUMBER])))
        with pytest.raises(RequestTimeoutError):
            await single
        gate.release(permit, Signal.UNKNOWN)
        assert [outcome.ok for outcome in await outcomes] == [True]
    assert len(server.received) == 1


async def swept(sweep: Sweep[Portability]) -> list[Outcome[Portability]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]
