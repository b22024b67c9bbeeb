"""Calls that a sweep has under way: as many as the gate allows, and no line that is of no use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.raw_server import Connection, RawServer, Received, json_reply, raw_server
from tests.transport.raw_client import client, numbers, portable_reply
from twilio_numbers_async import (
    AdaptiveGate,
    ConfigurationError,
    FixedGate,
    GateSnapshot,
    Portability,
    RateGate,
    TwilioNumbers,
)
from twilio_numbers_async.gate import Gate, Signal
from twilio_numbers_async.transport.client_state import Runtime

FINE, DOWN = portable_reply(), json_reply({}, 503)
COUNT = 200


class Held:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, connection: Connection, received: Received) -> None:
        await self.go.wait()
        await FINE(connection, received)


class Foreign:
    """A gate of somebody else's making."""

    def __init__(self, limit: int) -> None:
        self._gate = FixedGate(limit)

    def try_acquire(self) -> int | None:
        return self._gate.try_acquire()

    async def acquire(self) -> int:
        return await self._gate.acquire()

    def release(
        self, permit: int, signal: Signal, retry_after: float | None = None, concurrent: int | None = None
    ) -> None:
        self._gate.release(permit, signal, retry_after, concurrent)

    def snapshot(self) -> GateSnapshot:
        return self._gate.snapshot()


class SlowCache:
    """Keeps nothing, and takes its time for the first few keys."""

    def __init__(self, slow: int) -> None:
        self.go = asyncio.Event()
        self.asking = 0
        self._slow = slow

    async def get(self, key: str) -> Portability | None:
        if self._slow:
            self._slow -= 1
            self.asking += 1
            await self.go.wait()
            self.asking -= 1
        return None

    async def set(self, key: str, answer: Portability) -> None:
        pass


@asynccontextmanager
async def sweeping(twilio: TwilioNumbers, count: int = COUNT) -> AsyncGenerator[asyncio.Task[list[bool]]]:
    """A sweep that is read all the time."""

    async def sweep() -> list[bool]:
        async with twilio.portability.sweep(numbers(count)) as outcomes:
            return [outcome.ok async for outcome in outcomes]

    task = asyncio.create_task(sweep())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def finish(task: asyncio.Task[list[bool]], server: RawServer, at_once: int) -> None:
    assert await task == [True] * COUNT
    assert server.most_busy == at_once


@pytest.mark.parametrize(
    ("gate", "under_way", "in_line"),
    [
        pytest.param(FixedGate(20), 20, 0, id="a limit that stays needs no line"),
        pytest.param(FixedGate(3), 3, 4, id="few: the gate is not idle while the next call is prepared"),
        pytest.param(
            AdaptiveGate(initial=40, maximum=40), 40, 10, id="growing: who waits shows that more are wanted"
        ),
        pytest.param(Foreign(20), 20, 5, id="another gate may do as it likes"),
    ],
)
async def test_what_waits_in_line(gate: Gate, under_way: int, in_line: int) -> None:
    held = Held()
    async with (
        raw_server(held) as server,
        client(server.url, concurrency=gate) as twilio,
        sweeping(twilio) as task,
    ):
        await server.until_received(under_way)
        snapshot = gate.snapshot()
        assert (snapshot.in_flight, snapshot.waiting) == (under_way, in_line)
        held.go.set()
        await finish(task, server, under_way)


async def test_a_rate_is_kept_however_long_the_answers_take() -> None:
    gate, held = RateGate(100_000.0), Held()
    async with (
        raw_server(held) as server,
        client(server.url, concurrency=gate) as twilio,
        sweeping(twilio, 300) as task,
    ):
        await server.until_received(300)
        held.go.set()
        assert await task == [True] * 300


async def test_where_others_have_permits_a_sweep_waits_for_its_part() -> None:
    gate, held = FixedGate(20), Held()
    permits = [gate.try_acquire() for _ in range(15)]
    async with (
        raw_server(held) as server,
        client(server.url, concurrency=gate) as twilio,
        sweeping(twilio) as task,
    ):
        await server.until_received(5)
        assert gate.snapshot().waiting == 15
        for permit in permits:
            assert permit is not None
            gate.release(permit, Signal.ACCEPTED)
        await server.until_received(20)
        held.go.set()
        await finish(task, server, 20)


async def test_no_call_of_a_sweep_waits_where_the_limit_stays() -> None:
    waiting: list[int] = []
    async with (
        raw_server(FINE) as server,
        client(
            server.url, concurrency=20, on_response=lambda _: waiting.append(twilio.gate.snapshot().waiting)
        ) as twilio,
        sweeping(twilio) as task,
    ):
        assert await task == [True] * COUNT
    assert waiting == [0] * COUNT


async def test_calls_that_pause_before_they_try_again_leave_their_permits_to_others() -> None:
    waiting: list[int] = []
    pausing, go_on, held = 0, asyncio.Event(), Held()

    async def pause(seconds: float) -> None:
        nonlocal pausing
        pausing += 1
        await go_on.wait()

    async with (
        raw_server(DOWN, DOWN, DOWN, FINE, held) as server,
        client(
            server.url,
            concurrency=20,
            runtime=Runtime(sleep=pause),
            on_response=lambda _: waiting.append(twilio.gate.snapshot().waiting),
        ) as twilio,
        sweeping(twilio) as task,
    ):
        await server.until_received(4 + 20)
        snapshot = twilio.gate.snapshot()
        assert (pausing, snapshot.in_flight, snapshot.waiting) == (3, 20, 0)

        go_on.set()
        while twilio.gate.snapshot().waiting < 3:  # noqa: ASYNC110 - a gate tells nobody
            await asyncio.sleep(0)
        held.go.set()
        await finish(task, server, 20)
    assert waiting[-100:] == [0] * 100, "there are no more of them than before"


async def test_calls_that_ask_a_cache_leave_their_permits_to_others() -> None:
    cache, held = SlowCache(3), Held()
    async with (
        raw_server(FINE, held) as server,
        client(server.url, concurrency=20, cache=cache) as twilio,
        sweeping(twilio) as task,
    ):
        await server.until_received(1 + 20)
        snapshot = twilio.gate.snapshot()
        assert (cache.asking, snapshot.in_flight, snapshot.waiting) == (3, 20, 0)
        cache.go.set()
        held.go.set()
        await finish(task, server, 20)


async def test_a_client_whose_closing_is_cancelled_closes_its_sweeps_all_the_same(tmp_path: Path) -> None:
    """Calls under way are cancelled and are no failures of their own, and the journal is free."""
    journal = tmp_path / "results.journal"
    held = Held()
    async with raw_server(held) as server, client(server.url, concurrency=4) as twilio:
        sweep = twilio.portability.sweep(numbers(10), journal=journal)
        reading = asyncio.ensure_future(anext(aiter(sweep)))
        await server.until_received(4)
        closing = asyncio.ensure_future(twilio.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        with pytest.raises(ConfigurationError, match="closed before it had come to its end"):
            await reading
        held.go.set()
        await twilio.open()
        async with twilio.portability.sweep(numbers(10), journal=journal) as outcomes:
            assert [outcome.from_journal async for outcome in outcomes] == [False] * 10
