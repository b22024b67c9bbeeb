"""The line for permits, and the gates of those who know their limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from twilio_numbers_async import InvalidArgumentError
from twilio_numbers_async.gate import AdaptiveGate, FixedGate, Gate, GateSnapshot, RateGate, Signal

from .driving import turn, visitors
from .simulated import World


def fixed(limit: int, world: World) -> FixedGate:
    return FixedGate(limit, clock=world.clock, call_later=world.call_later)


async def test_issues_as_many_permits_as_its_limit_and_serves_the_line_in_order() -> None:
    gate = FixedGate(2)
    people, order = await visitors(gate, "abcd")
    assert order == ["a", "b"]
    assert gate.snapshot() == GateSnapshot(
        limit=2, in_flight=2, waiting=2, refusals=0, ceiling=None, paused=0.0
    )
    people["b"].leave()
    await turn()
    assert order == ["a", "b", "c"]
    people["a"].leave()
    people["c"].leave()
    await turn()
    people["d"].leave()
    assert gate.snapshot().in_flight == gate.snapshot().waiting == 0


async def test_nobody_gets_past_the_line() -> None:
    gate = FixedGate(1)
    people, order = await visitors(gate, "ab")
    people["a"].leave()
    assert gate.try_acquire() is None, "the permit is b's, though b has not woken up yet"
    await turn()
    assert order == ["a", "b"]
    people["b"].leave()
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.ACCEPTED)


async def test_a_waiter_that_is_cancelled_leaves_the_line() -> None:
    gate = FixedGate(1)
    people, order = await visitors(gate, "abc")
    people["b"].task.cancel()
    await turn()
    assert gate.snapshot().waiting == 1
    people["a"].leave()
    await turn()
    assert order == ["a", "c"]
    people["c"].leave()
    assert gate.snapshot().in_flight == 0


async def test_a_waiter_cancelled_just_after_it_was_woken_hands_its_permit_on() -> None:
    gate = FixedGate(1)
    people, order = await visitors(gate, "abc")
    people["a"].leave()
    people["b"].task.cancel()
    await turn()
    assert people["b"].task.cancelled()
    assert order == ["a", "c"]
    people["c"].leave()
    assert gate.snapshot().in_flight == 0


async def test_the_last_waiter_cancelled_after_it_was_woken_leaves_its_permit_free() -> None:
    gate = FixedGate(1)
    people, _ = await visitors(gate, "ab")
    people["a"].leave()
    people["b"].task.cancel()
    await turn()
    assert gate.snapshot().in_flight == 0
    assert gate.try_acquire() is not None


async def test_a_waiter_that_was_cancelled_while_a_permit_came_is_passed_over() -> None:
    gate = FixedGate(1)
    people, order = await visitors(gate, "abc")
    people["b"].task.cancel()  # it has not left the line yet
    people["a"].leave()
    await turn()
    assert order == ["a", "c"]
    assert gate.snapshot().in_flight == 1


async def test_a_permit_can_be_given_back_once_only() -> None:
    gate = FixedGate(1)
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.UNKNOWN)
    with pytest.raises(RuntimeError):
        gate.release(permit, Signal.UNKNOWN)


async def test_a_retry_after_pauses_the_gate_and_not_what_is_under_way() -> None:
    world = World()
    gate = fixed(3, world)
    first, second = gate.try_acquire(), gate.try_acquire()
    assert first is not None
    assert second is not None
    gate.release(first, Signal.REFUSED, retry_after=2.0)
    assert gate.try_acquire() is None
    people, order = await visitors(gate, "ab")
    assert gate.snapshot().paused == 2.0
    gate.release(second, Signal.ACCEPTED)
    world.pass_time(1.9)
    await turn()
    assert order == []
    world.pass_time(0.2)
    await turn()
    assert order == ["a", "b"]
    assert gate.snapshot().paused == 0.0
    assert gate.snapshot().refusals == 1
    for visitor in people.values():
        visitor.leave()


@pytest.mark.parametrize("adaptive", [False, True])
async def test_an_answer_that_was_accepted_may_ask_for_a_pause_too(adaptive: bool) -> None:
    world = World()
    gate = AdaptiveGate(clock=world.clock, call_later=world.call_later) if adaptive else fixed(3, world)
    limit = gate.snapshot().limit
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.ACCEPTED, retry_after=2.0)
    seen = gate.snapshot()
    assert (seen.paused, seen.refusals, seen.limit) == (2.0, 0, limit)
    assert gate.try_acquire() is None
    world.pass_time(2.0)
    assert gate.try_acquire() is not None


async def test_a_pause_ends_for_those_who_do_not_wait_too() -> None:
    world = World()
    gate = fixed(1, world)
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.REFUSED, retry_after=1.0)
    world.pass_time(1.0)
    assert gate.try_acquire() is not None
    assert world.alarms == [], "nobody waited, so nobody had to be woken"


async def test_the_longest_pause_counts_and_there_is_a_limit_to_it() -> None:
    world = World()
    gate = fixed(4, world)
    permits = [gate.try_acquire() for _ in range(4)]
    pauses: list[float] = []
    for permit, seconds in zip(permits, (5.0, 1.0, 3600.0, float("nan")), strict=True):
        assert permit is not None
        gate.release(permit, Signal.REFUSED, retry_after=seconds)
        pauses.append(gate.snapshot().paused)
    assert pauses == [5.0, 5.0, 60.0, 60.0]


async def test_a_longer_pause_from_outside_moves_the_alarm_too() -> None:
    """Nothing is under way whose end would set it."""
    world = World()
    gate = fixed(1, world)
    gate.pause(1.0)
    _, order = await visitors(gate, "a")
    gate.pause(3.0)
    world.pass_time(2.0)
    await turn()
    assert order == []
    world.pass_time(1.0)
    await turn()
    assert order == ["a"]


async def test_a_longer_pause_moves_the_alarm() -> None:
    world = World()
    gate = fixed(2, world)
    first, second = gate.try_acquire(), gate.try_acquire()
    assert first is not None
    assert second is not None
    gate.release(first, Signal.REFUSED, retry_after=1.0)
    _, order = await visitors(gate, "a")
    gate.release(second, Signal.REFUSED, retry_after=3.0)
    world.pass_time(2.0)
    await turn()
    assert order == []
    world.pass_time(1.0)
    await turn()
    assert order == ["a"]


async def test_no_alarm_is_left_when_the_last_waiter_gives_up() -> None:
    world = World()
    gate = fixed(1, world)
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.REFUSED, retry_after=30.0)
    people, _ = await visitors(gate, "ab")
    assert [alarm.open for alarm in world.alarms] == [True]
    people["a"].task.cancel()
    await turn()
    assert [alarm.open for alarm in world.alarms] == [True]
    people["b"].task.cancel()
    await turn()
    assert not any(alarm.open for alarm in world.alarms)


def test_one_gate_serves_one_event_loop_after_the_other() -> None:
    gates: list[Gate] = [FixedGate(2), AdaptiveGate(initial=2), RateGate(10_000.0)]

    async def use(gate: Gate) -> int:
        async def one() -> None:
            permit = await gate.acquire()
            await asyncio.sleep(0)
            gate.release(permit, Signal.ACCEPTED)

        await asyncio.gather(*(one() for _ in range(10)))
        return gate.snapshot().in_flight

    for gate in gates:
        assert [asyncio.run(use(gate)), asyncio.run(use(gate))] == [0, 0]


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "5"])
def test_a_limit_that_is_no_count_is_refused(limit: int) -> None:
    with pytest.raises(InvalidArgumentError, match="limit must be a whole number of at least 1") as caught:
        FixedGate(limit)
    assert caught.value.argument == "limit"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("initial", lambda: AdaptiveGate(initial=0)),
        ("minimum", lambda: AdaptiveGate(minimum=0)),
        ("maximum", lambda: AdaptiveGate(maximum=0)),
    ],
)
def test_the_adaptive_gate_names_the_bound_that_is_wrong(name: str, make: Callable[[], AdaptiveGate]) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        make()
    assert caught.value.argument == name


def test_the_adaptive_gate_refuses_bounds_that_contradict_each_other() -> None:
    with pytest.raises(InvalidArgumentError, match=r"maximum must be at least minimum \(10\), not 5"):
        AdaptiveGate(minimum=10, maximum=5)
