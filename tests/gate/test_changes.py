"""Reports of the gate about itself: records of its changes, a warning for long pauses, calls that pause."""

from __future__ import annotations

import logging

import pytest

from twilio_numbers_async.gate import AdaptiveGate, FixedGate, GateChange, RateGate, Signal

from .driving import take
from .simulated import World


def test_each_change_of_the_limit_is_told_with_its_cause() -> None:
    gate, seen = AdaptiveGate(initial=5), list[GateChange]()
    gate.on_change = seen.append
    permits = take(gate)
    gate.release(permits.pop(), Signal.ACCEPTED)
    permits += take(gate)
    gate.release(permits.pop(), Signal.REFUSED)
    gate.bound(3)
    assert [(change.limit_before, change.limit, change.cause) for change in seen] == [
        (5, 6, None),
        (6, 5, Signal.REFUSED),
        (5, 3, None),
    ]
    assert [change.in_flight for change in seen] == [4, 5, 5]
    gate.on_change = None
    gate.bound(2)
    assert len(seen) == 3


def test_a_pause_is_told() -> None:
    world, seen = World(), list[GateChange]()
    gate = RateGate(10.0, clock=world.clock, call_later=world.call_later)
    gate.on_change = seen.append
    gate.release(take(gate)[0], Signal.REFUSED, 2.0)
    assert seen == [
        GateChange(limit=None, limit_before=None, paused=2.0, rate=10.0, in_flight=0, cause=Signal.REFUSED)
    ]


def test_a_broken_hook_costs_no_permit(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: GateChange) -> None:
        raise ValueError

    gate = AdaptiveGate(initial=5)
    gate.on_change = broken
    permits = take(gate)
    gate.release(permits.pop(), Signal.ACCEPTED)
    assert gate.snapshot().limit == 6
    assert [record.getMessage() for record in caplog.records] == ["on_change failed"]


def test_a_long_pause_is_worth_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    gate = FixedGate(4, clock=world.clock, call_later=world.call_later)
    permits = take(gate)
    for asked in (5.0, 7.0, 12.5):
        gate.release(permits.pop(), Signal.REFUSED, asked)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    (record,) = caplog.records
    assert record.name == "twilio_numbers_async.calls"
    assert record.getMessage().startswith("gate.paused: no request for 7.0 s")
    assert record.__dict__["event"] == "gate.paused"
    world.pass_time(20.0)
    gate.release(permits.pop(), Signal.REFUSED, 6.0)
    assert len(caplog.records) == 2


def test_calls_that_pause_are_counted_by_who_makes_them() -> None:
    gate = FixedGate(4)
    gate.retrying += 2
    assert gate.snapshot().waiting_to_retry == 2
    gate.retrying -= 1
    assert gate.snapshot().waiting_to_retry == 1


def test_a_process_that_can_open_no_more_shows_a_ceiling_and_no_refusal() -> None:
    gate = AdaptiveGate(initial=20)
    permits = take(gate)
    for permit in permits[:4]:
        gate.release(permit, Signal.LIMITED)
    assert (gate.snapshot().limit, gate.snapshot().ceiling, gate.snapshot().refusals) == (16, 16, 0)


def test_a_fixed_gate_takes_no_notice_of_it() -> None:
    gate = FixedGate(3)
    for permit in take(gate):
        gate.release(permit, Signal.LIMITED)
    assert (gate.snapshot().limit, gate.snapshot().in_flight) == (3, 0)


def test_the_pause_between_two_tries_is_left_to_the_policy_where_nobody_adapts() -> None:
    assert FixedGate(3).retry_delay(0.5) is None
    assert RateGate(3.0).retry_delay(0.5) is None


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 0.010), (0.5, 0.020), (1.0, 0.030)])
def test_an_adaptive_gate_tries_again_soon(random: float, seconds: float) -> None:
    assert AdaptiveGate().retry_delay(random) == pytest.approx(seconds)
