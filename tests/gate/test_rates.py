"""The gates that count requests a second: the one that is told its rate, and the one that is refused."""

from __future__ import annotations

import asyncio

import pytest

from twilio_numbers_async import InvalidArgumentError
from twilio_numbers_async.gate import AdaptiveGate, FixedLimit, GateQueue, RateGate, RateLimit, Signal

from .driving import take, turn, visitors
from .simulated import World

SECONDS = 0.02
"""Seconds that a request takes."""


class Callers:
    """So many who ask again and again."""

    def __init__(self, world: World, gate: GateQueue, callers: int) -> None:
        self.world = world
        self.gate = gate
        self.times: list[float] = []
        for _ in range(callers):
            self.ask()

    def ask(self) -> None:
        permit = self.gate.try_acquire()
        if permit is not None:
            self.start(permit)
        else:
            self.gate.enqueue().add_done_callback(lambda place: self.start(place.result()))

    def start(self, permit: int) -> None:
        self.times.append(self.world.now)
        self.world.at(SECONDS, lambda: self.end(permit))

    def end(self, permit: int) -> None:
        self.gate.release(permit, Signal.ACCEPTED)
        self.ask()

    def most_within(self, seconds: float) -> int:
        """The most starts in any span of so many seconds."""
        later = 0
        most = 0
        for index, at in enumerate(self.times):
            while later < len(self.times) and self.times[later] < at + seconds:
                later += 1
            most = max(most, later - index)
        return most


class CallersPerSecond(Callers):
    """Those who ask an account that allows so many a second, whatever is under way."""

    def __init__(self, world: World, gate: GateQueue, callers: int, allowed: int) -> None:
        self.allowed = allowed
        self.answered = self.refused = 0
        self._second, self._used = 0, 0
        super().__init__(world, gate, callers)

    def start(self, permit: int) -> None:
        if int(self.world.now) != self._second:
            self._second, self._used = int(self.world.now), 0
        self._used += 1
        if self._used <= self.allowed:
            super().start(permit)
        else:
            self.refused += 1
            self.world.at(0.0005, lambda: self.refuse(permit))

    def end(self, permit: int) -> None:
        self.answered += 1
        super().end(permit)

    def refuse(self, permit: int) -> None:
        self.gate.release(permit, Signal.REFUSED, code=14107)
        delay = self.gate.retry_delay(self.world.random.random())
        assert delay is not None
        self.world.at(delay, self.ask)


async def test_a_rate_gate_spaces_requests_evenly() -> None:
    world = World()
    gate = RateGate(10.0, clock=world.clock, call_later=world.call_later)
    people, order = await visitors(gate, "abcd")
    counts: list[int] = []
    for _ in range(4):
        counts.append(len(order))
        world.pass_time(0.1 + 1e-9)
        await turn()
    assert counts == [1, 2, 3, 4]
    assert gate.snapshot().limit is None
    assert gate.snapshot().in_flight == 4, "it does not mind how many are under way"
    for visitor in people.values():
        visitor.leave()
    assert not any(alarm.open for alarm in world.alarms)


async def test_a_rate_gate_lets_a_burst_start_after_a_quiet_time() -> None:
    world = World()
    gate = RateGate(10.0, burst=3, clock=world.clock, call_later=world.call_later)

    def at_once() -> int:
        return sum(gate.try_acquire() is not None for _ in range(10))

    assert at_once() == 3
    world.pass_time(0.1 + 1e-9)
    assert at_once() == 1
    world.pass_time(60.0)
    assert at_once() == 3


async def test_the_line_of_a_real_loop_moves_on_after_a_pause() -> None:
    gate = RateGate(1000.0)
    permits = await asyncio.gather(*(gate.acquire() for _ in range(3)))
    assert len(permits) == gate.snapshot().in_flight == 3
    assert gate.snapshot().waiting == 0


async def test_a_rate_below_one_a_minute_is_kept_too() -> None:
    world = World()
    gate = RateGate(0.01, clock=world.clock, call_later=world.call_later)
    assert gate.try_acquire() is not None
    world.pass_time(99.0)
    assert gate.try_acquire() is None
    world.pass_time(1.1)
    assert gate.try_acquire() is not None


async def test_a_rate_gate_honours_a_retry_after() -> None:
    world = World()
    gate = RateGate(10.0, clock=world.clock, call_later=world.call_later)
    permit = gate.try_acquire()
    assert permit is not None
    gate.release(permit, Signal.REFUSED, retry_after=5.0)
    world.pass_time(4.9)
    assert gate.try_acquire() is None
    world.pass_time(0.2)
    assert gate.try_acquire() is not None


@pytest.mark.parametrize("rate", [0.0, -1.0, float("inf"), float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(InvalidArgumentError, match="per_second must be a number above 0") as caught:
        RateGate(rate)
    assert caught.value.argument == "per_second"


def test_a_burst_of_none_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="burst"):
        RateGate(1.0, burst=0)


@pytest.mark.parametrize(
    ("rate", "workers"),
    [(50.0, None), (700.0, None), (700.0, 60), (1500.0, 60), (1500.0, None), (8_000.0, None)],
)
async def test_timers_that_come_late_cost_none_of_the_rate(rate: float, workers: int | None) -> None:
    """An event loop wakes at whole milliseconds, and now and then it has something else to do."""
    world = World(tick=0.001, stumble=0.004)
    gate = RateGate(rate, clock=world.clock, call_later=world.call_later)
    callers = Callers(world, gate, workers or int(3 * rate))
    await world.go_on(2.0)
    within = [at for at in callers.times if at >= 1.0]
    assert len(within) == pytest.approx(rate, rel=0.02)
    assert callers.most_within(0.05) <= 0.05 * rate + 0.008 * rate + 2, "evenly spaced but for late timers"


async def test_what_was_not_asked_for_is_not_made_up_for() -> None:
    world = World(tick=0.001)
    gate = GateQueue(FixedLimit(10), RateLimit(1000.0), clock=world.clock, call_later=world.call_later)
    callers = Callers(world, gate, 30)
    await world.go_on(1.0)
    assert len(callers.times) == pytest.approx(10 / SECONDS, rel=0.1), "ten at once are fewer"
    assert callers.most_within(0.01) <= 12


async def test_a_pause_is_not_made_up_for() -> None:
    world = World()
    gate = RateGate(100.0, clock=world.clock, call_later=world.call_later)
    permits = take(gate)
    gate.release(permits.pop(), Signal.REFUSED, 1.0)
    callers = Callers(world, gate, 40)
    await world.go_on(1.2)
    assert callers.times[0] == pytest.approx(1.0)
    assert len(callers.times) == pytest.approx(20, abs=1)


async def test_limits_combined_all_hold() -> None:
    world = World()
    gate = GateQueue(FixedLimit(3), RateLimit(10.0, burst=2), clock=world.clock, call_later=world.call_later)
    assert (gate.snapshot().limit, gate.snapshot().rate) == (3, 10.0)
    people, order = await visitors(gate, "abcde")
    assert order == ["a", "b"], "the burst"
    world.pass_time(0.1 + 1e-9)
    await turn()
    assert order == ["a", "b", "c"]
    world.pass_time(5.0)
    await turn()
    assert order == ["a", "b", "c"], "three are under way"
    assert not any(alarm.open for alarm in world.alarms), "time alone brings no permit"
    people["a"].leave()
    await turn()
    assert order == ["a", "b", "c", "d"]
    gate.bound(2)
    assert gate.snapshot().limit == 2


class TestHiddenRate:
    """An account that allows so many a second and says so in its refusals."""

    async def test_lowers_the_rate_and_not_the_number_at_once(self) -> None:
        world = World()
        gate = AdaptiveGate(initial=50, maximum=50, clock=world.clock, call_later=world.call_later)
        account = CallersPerSecond(world, gate, 50, allowed=200)
        await world.go_on(10.0)
        assert gate.snapshot().limit == 50
        refused, answered = account.refused, account.answered
        await world.go_on(20.0)
        assert account.answered - answered == pytest.approx(20 * 200, rel=0.1)
        assert account.refused - refused <= 0.05 * (account.answered - answered)
        assert gate.snapshot().rate == pytest.approx(200, rel=0.1)

    async def test_is_forgotten_when_it_is_gone(self) -> None:
        world = World()
        gate = AdaptiveGate(initial=4, maximum=4, clock=world.clock, call_later=world.call_later)
        account = CallersPerSecond(world, gate, 4, allowed=10)
        await world.go_on(5.0)
        assert gate.snapshot().rate is not None
        account.allowed = 10_000
        await world.go_on(100.0)
        assert gate.snapshot().rate is None

    @pytest.mark.parametrize("code", [None, 20429])
    def test_a_refusal_of_too_many_at_once_is_none_of_its_business(self, code: int | None) -> None:
        gate = AdaptiveGate(initial=20)
        permits = take(gate)
        gate.release(permits.pop(), Signal.REFUSED, code=code)
        assert (gate.snapshot().ceiling, gate.snapshot().rate) == (19, None)
        for _ in range(5):
            gate.release(permits.pop(), Signal.ACCEPTED)
        assert gate.snapshot().rate is None

    def test_a_call_refused_by_it_waits_for_another_second(self) -> None:
        gate = AdaptiveGate(initial=20)
        permits = take(gate)
        before = gate.retry_delay(0.5)
        gate.release(permits.pop(), Signal.REFUSED, code=14107)
        after = gate.retry_delay(0.5)
        assert before is not None
        assert after is not None
        assert before < 0.05 < 0.25 < after <= 1.0
