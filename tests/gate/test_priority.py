"""Single calls go before bulk calls, and bulk calls go on all the same."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from twilio_numbers_async.gate import AdaptiveGate, FixedGate, GateQueue, Signal

from .driving import take, turn


class Lines:
    """A gate of which all permits are held, and those who wait for one."""

    def __init__(self, gate: GateQueue) -> None:
        self.gate = gate
        self.permits = take(gate)
        self.order: list[str] = []
        self.places: dict[str, asyncio.Future[int]] = {}

    def wait(self, *names: str, bulk: bool = False) -> None:
        """Stand in line. Who gets a permit notes it, and holds it."""
        for name in names:
            place = self.gate.enqueue(bulk)
            place.add_done_callback(partial(self._served, name))
            self.places[name] = place

    def _served(self, name: str, place: asyncio.Future[int]) -> None:
        if self.places.get(name) is place:
            self.order.append(name)
            self.permits.append(place.result())

    async def free(self, permits: int = 1) -> None:
        for _ in range(permits):
            self.gate.release(self.permits.pop(0), Signal.ACCEPTED)
            await turn()


@pytest.mark.parametrize("gate", [FixedGate(2), AdaptiveGate(initial=2, maximum=2)])
async def test_single_calls_go_first_and_each_kind_in_order(gate: GateQueue) -> None:
    lines = Lines(gate)
    lines.wait("sweep 1", "sweep 2", bulk=True)
    lines.wait("call 1", "call 2")
    snapshot = gate.snapshot()
    assert (snapshot.waiting, snapshot.waiting_bulk) == (4, 2)
    assert (gate.ahead(), gate.ahead(bulk=True)) == (2, 4)
    await lines.free(4)
    assert lines.order == ["call 1", "call 2", "sweep 1", "sweep 2"]


async def test_where_both_wait_one_permit_in_five_is_for_bulk() -> None:
    lines = Lines(FixedGate(1))
    lines.wait(*"ABC", bulk=True)
    lines.wait(*"abcdefghijkl")
    await lines.free(15)
    assert "".join(lines.order) == "abcdAefghBijklC"


async def test_bulk_that_comes_later_waits_for_its_turn() -> None:
    lines = Lines(FixedGate(1))
    lines.wait(*"abcdefgh")
    await lines.free(3)
    lines.wait("A", bulk=True)
    await lines.free(6)
    assert "".join(lines.order) == "abcdefgAh"


async def test_neither_gets_past_those_who_wait() -> None:
    gate = FixedGate(1)
    lines = Lines(gate)
    lines.wait("sweep", bulk=True)
    gate.release(lines.permits.pop(), Signal.ACCEPTED)
    assert gate.try_acquire() is None
    await turn()
    assert lines.order == ["sweep"]


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_place_that_is_given_up_is_nobodys(bulk: bool) -> None:
    gate = FixedGate(1)
    lines = Lines(gate)
    lines.wait("a", "b", "c", bulk=bulk)
    gate.dequeue(lines.places["b"])
    gate.release(lines.permits.pop(), Signal.ACCEPTED)
    gate.dequeue(lines.places.pop("a"))  # it has just got its permit
    await turn()
    assert lines.order[-1] == "c"
    assert (gate.snapshot().in_flight, gate.snapshot().waiting, gate.snapshot().waiting_bulk) == (1, 0, 0)


async def test_waiting_is_acquire_for_bulk_too() -> None:
    gate = FixedGate(1)
    permit = await gate.acquire(bulk=True)
    sweep = asyncio.create_task(gate.acquire(bulk=True))
    await turn()
    call = asyncio.create_task(gate.acquire())
    await turn()
    gate.release(permit, Signal.ACCEPTED)
    await turn()
    assert call.done()
    assert not sweep.done()
    gate.release(call.result(), Signal.ACCEPTED)
    assert await sweep >= 0
