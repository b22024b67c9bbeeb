"""Calls that wait in the gate's line: who gives up, who comes after, and how little each of them is."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import CoroutineType

import pytest

from tests.raw_server import RawServer, raw_server
from tests.transport.raw_client import NUMBER, client, numbers, portable_reply
from twilio_numbers_async import AdaptiveGate, FixedGate, Portability, RateGate, TwilioNumbers
from twilio_numbers_async.errors import TransportError
from twilio_numbers_async.gate import Gate, GateQueue, Signal

OTHER, THIRD = "+14155550101", "+14155550102"


@dataclass
class Line:
    """A client whose only permit somebody else has."""

    twilio: TwilioNumbers
    gate: GateQueue
    server: RawServer
    permit: int

    async def call(self, number: str) -> asyncio.Task[Portability]:
        """A call that has come as far as it can."""
        task = asyncio.create_task(self.twilio.portability.fetch(number))
        await asyncio.sleep(0)
        return task

    def let_go(self) -> None:
        """Let the first in line have the permit."""
        self.gate.release(self.permit, Signal.ACCEPTED)

    def paths(self) -> list[str]:
        """The numbers that were asked for."""
        return [request.path.rpartition("/")[2] for request in self.server.received]


@asynccontextmanager
async def line(gate: GateQueue | None = None) -> AsyncGenerator[Line]:
    gate = gate or FixedGate(1)
    permit = gate.try_acquire()
    assert permit is not None
    async with (
        raw_server(portable_reply()) as server,
        client(server.url, concurrency=gate) as twilio,
    ):
        yield Line(twilio, gate, server, permit)
        snapshot = gate.snapshot()
        assert (snapshot.in_flight, snapshot.waiting) == (0, 0), "all gave back what they had"


async def test_calls_are_made_in_the_order_in_which_they_lined_up() -> None:
    async with line() as scene:
        calls = [await scene.call(number) for number in (THIRD, NUMBER, OTHER)]
        assert scene.gate.snapshot().waiting == 3
        scene.let_go()
        await asyncio.gather(*calls)
        assert scene.paths() == [THIRD, NUMBER, OTHER]


async def test_a_call_that_is_cancelled_in_line_is_not_made() -> None:
    async with line() as scene:
        first, second = await scene.call(NUMBER), await scene.call(OTHER)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert scene.gate.snapshot().waiting == 1
        scene.let_go()
        assert (await second).portable
        assert scene.paths() == [OTHER]


async def test_a_call_cancelled_as_its_permit_comes_hands_it_on() -> None:
    async with line() as scene:
        first, second = await scene.call(NUMBER), await scene.call(OTHER)
        scene.let_go()
        first.cancel()
        assert (await second).portable
        assert first.cancelled()
        assert scene.paths() == [OTHER]


async def test_a_call_that_is_closed_in_line_leaves_it() -> None:
    async with line() as scene:
        call = scene.twilio.portability.fetch(NUMBER)
        call.send(None)
        assert scene.gate.snapshot().waiting == 1
        call.close()
        assert scene.gate.snapshot().waiting == 0
        again = await scene.call(NUMBER)
        scene.let_go()
        assert (await again).portable


async def test_calls_for_the_same_number_wait_as_one() -> None:
    async with line() as scene:
        calls = [await scene.call(NUMBER) for _ in range(5)]
        assert scene.gate.snapshot().waiting == 1
        scene.let_go()
        answers = await asyncio.gather(*calls)
        assert all(answer == answers[0] for answer in answers)
        assert scene.paths() == [NUMBER]


@pytest.mark.parametrize("has_permit", [False, True])
async def test_when_the_one_in_line_gives_up_the_next_for_the_same_number_lines_up(has_permit: bool) -> None:
    async with line() as scene:
        calls = [await scene.call(NUMBER) for _ in range(3)]
        other = await scene.call(OTHER)
        if has_permit:
            scene.let_go()
        calls[0].cancel()
        await asyncio.gather(calls[0], return_exceptions=True)
        if not has_permit:
            assert scene.gate.snapshot().waiting == 2
            scene.let_go()
        answers = await asyncio.gather(*calls[1:], other)
        assert [answer.portable for answer in answers] == [True] * 3
        assert scene.paths() == [OTHER, NUMBER]


async def test_who_gives_up_a_call_that_another_waits_in_line_for_takes_nothing_away() -> None:
    async with line() as scene:
        calls = [await scene.call(NUMBER) for _ in range(3)]
        calls[1].cancel()
        await asyncio.gather(calls[1], return_exceptions=True)
        scene.let_go()
        assert [answer.portable for answer in await asyncio.gather(calls[0], calls[2])] == [True] * 2
        assert scene.paths() == [NUMBER]


async def test_closing_ends_a_call_in_line_and_the_gate_keeps_its_permit() -> None:
    gate = FixedGate(1)
    permit = gate.try_acquire()
    assert permit is not None
    async with raw_server(portable_reply()) as server:
        async with client(server.url, concurrency=gate) as twilio:
            call = asyncio.create_task(twilio.portability.fetch(NUMBER))
            await asyncio.sleep(0)
        with pytest.raises(TransportError, match="was closed while the call waited") as ended:
            await call
        assert not ended.value.may_have_been_processed
        gate.release(permit, Signal.ACCEPTED)
        assert server.received == []
    assert gate.snapshot().in_flight == 0


class Noting(FixedGate):
    """One whose waiting is its own."""

    waits = 0

    async def acquire(self, bulk: bool = False) -> int:
        self.waits += 1
        return await super().acquire(bulk)


async def test_a_gate_that_waits_in_its_own_way_is_asked() -> None:
    gate = Noting(1)
    async with line(gate) as scene:
        calls = [await scene.call(number) for number in (NUMBER, OTHER)]
        calls[0].cancel()
        scene.let_go()
        assert (await calls[1]).portable
    assert gate.waits == 2


@pytest.mark.parametrize(
    "gate", [FixedGate(3), AdaptiveGate(), RateGate(2_000.0)], ids=lambda gate: type(gate).__name__
)
async def test_many_calls_get_through_each_of_the_gates(gate: Gate) -> None:
    asked = numbers(60)
    async with (
        raw_server(portable_reply()) as server,
        client(server.url, concurrency=gate) as twilio,
    ):
        await asyncio.gather(*(twilio.portability.fetch(number) for number in asked))
        assert sorted(request.path.rpartition("/")[2] for request in server.received) == sorted(asked)
    assert (gate.snapshot().in_flight, gate.snapshot().waiting) == (0, 0)


async def test_a_call_in_line_is_one_coroutine_and_no_more() -> None:
    def coroutines() -> int:
        gc.collect()  # those that earlier tests have left
        return sum(isinstance(thing, CoroutineType) for thing in gc.get_objects())

    async with line() as scene:
        before = coroutines()
        calls = [await scene.call(number) for number in numbers(100)]
        assert scene.gate.snapshot().waiting == 100
        assert coroutines() - before == 100
        scene.let_go()
        await asyncio.gather(*calls)
