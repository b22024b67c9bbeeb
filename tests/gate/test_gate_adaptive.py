"""How the adaptive gate finds an allowance and stays at it, step by step."""

from __future__ import annotations

import pytest

from twilio_numbers_async.gate import AdaptiveGate, Signal

from .simulated import World


class Load:
    """Somebody who always wants more than a gate allows, and decides what the answers are."""

    def __init__(self, gate: AdaptiveGate) -> None:
        self.gate = gate
        self.permits: list[int] = []

    @property
    def limit(self) -> int:
        limit = self.gate.snapshot().limit
        assert limit is not None
        return limit

    @property
    def ceiling(self) -> int | None:
        return self.gate.snapshot().ceiling

    def fill(self) -> int:
        """Take all the permits there are; how many are held."""
        while (permit := self.gate.try_acquire()) is not None:
            self.permits.append(permit)
        return len(self.permits)

    def answer(self, answers: int, concurrent: int | None = None) -> None:
        """So many good answers one by one, each with everything in use."""
        for _ in range(answers):
            self.fill()
            self.gate.release(self.permits.pop(), Signal.ACCEPTED, None, concurrent)

    def refuse(self, *, retry_after: float | None = None, concurrent: int | None = None) -> None:
        """The last request is refused, all the others are under way."""
        self.fill()
        self.gate.release(self.permits.pop(), Signal.REFUSED, retry_after, concurrent)

    def fail(self) -> None:
        self.fill()
        self.gate.release(self.permits.pop(), Signal.FAILED)

    def end(self, down_to: int) -> None:
        """Requests end with nothing learnt from them."""
        while len(self.permits) > down_to:
            self.gate.release(self.permits.pop(), Signal.UNKNOWN)


def held_at(ceiling: int) -> Load:
    """A gate that has found its ceiling and had an answer since."""
    load = Load(AdaptiveGate(initial=ceiling + 1))
    load.refuse()
    load.answer(2)
    assert load.ceiling == load.limit == ceiling
    return load


class TestSteps:
    def test_it_starts_small_and_doubles_each_round_while_all_is_used(self) -> None:
        load = Load(AdaptiveGate())
        assert load.limit == 5
        load.answer(5)
        assert load.limit == 10
        load.answer(10)
        assert load.limit == 20
        assert load.ceiling is None

    def test_its_limit_stays_only_while_it_holds(self) -> None:
        load = Load(AdaptiveGate())
        assert not load.gate.is_settled, "it grows"
        load.answer(1)
        load.refuse()
        assert load.gate.is_settled
        ceiling = load.limit
        while load.limit == ceiling:
            assert load.gate.is_settled
            load.answer(1)
        assert not load.gate.is_settled, "it probes"

    def test_it_does_not_grow_while_less_is_wanted(self) -> None:
        gate = AdaptiveGate()
        for _ in range(100):
            permit = gate.try_acquire()
            assert permit is not None
            gate.release(permit, Signal.ACCEPTED)
        assert gate.snapshot().limit == 5

    def test_it_stays_within_its_bounds(self) -> None:
        load = Load(AdaptiveGate(minimum=3, maximum=8))
        load.answer(100)
        assert load.limit == 8
        for _ in range(8):
            load.refuse()
            load.end(1)
        assert load.limit == 3
        assert Load(AdaptiveGate(maximum=2)).limit == 2
        assert Load(AdaptiveGate(minimum=20)).limit == 20

    def test_it_does_not_probe_past_its_maximum(self) -> None:
        load = Load(AdaptiveGate(initial=10, maximum=9))
        load.refuse()
        load.answer(2000)
        assert load.limit == 9

    def test_a_refusal_shows_the_ceiling(self) -> None:
        load = Load(AdaptiveGate(initial=20))
        load.refuse()
        assert load.ceiling == load.limit == 19
        assert load.fill() == 19, "the refused one is not replaced before an answer frees a place"

    def test_a_burst_is_one_decrease_to_what_was_not_refused(self) -> None:
        load = Load(AdaptiveGate(initial=64))
        load.fill()
        for permit in load.permits[:14]:
            load.gate.release(permit, Signal.REFUSED)
        assert load.ceiling == load.limit == 50
        assert load.gate.snapshot().refusals == 14

    def test_a_straggler_of_the_burst_is_no_reason_to_yield(self) -> None:
        load = Load(AdaptiveGate(initial=64))
        load.refuse()
        load.end(62)
        load.refuse()
        assert load.limit == 62

    def test_a_refusal_that_comes_late_changes_nothing(self) -> None:
        load = Load(AdaptiveGate(initial=11))
        load.fill()
        late = load.permits.pop(0)
        load.refuse()
        load.answer(2)
        load.gate.release(late, Signal.REFUSED)
        assert load.limit == 10

    def test_an_unclear_end_changes_nothing(self) -> None:
        load = held_at(20)
        load.fill()
        load.end(0)
        assert load.limit == 20

    def test_it_probes_and_waits_longer_each_time_it_is_refused(self) -> None:
        load = held_at(50)
        waits: list[int] = []
        for _ in range(5):
            answers = 0
            while load.limit == 50:
                load.answer(1)
                answers += 1
            assert load.limit == 51
            load.refuse()
            load.answer(2)
            assert load.limit == 50
            waits.append(answers + 2)
        assert waits == [100, 200, 400, 400, 400]

    def test_a_low_limit_is_probed_once_in_a_hundred_rounds_at_least(self) -> None:
        load = Load(AdaptiveGate(initial=2))
        load.refuse()
        probes = 0
        for _ in range(1000):
            load.answer(1)
            if load.limit == 2:
                probes += 1
                load.refuse()
        assert 12 <= probes <= 16

    def test_after_a_probe_that_went_well_it_goes_on_in_growing_steps(self) -> None:
        load = held_at(50)
        load.answer(98)
        assert load.limit == 51
        found: list[int] = []
        while load.limit < 200:
            load.answer(1)
            if load.ceiling not in found:
                found.append(load.ceiling or 0)
        assert found == [50, 51, 55, 71, 135]

    def test_a_refusal_on_the_way_up_ends_it_at_what_is_under_way(self) -> None:
        load = held_at(50)
        load.answer(98 + 12 + 13 + 8)
        assert load.ceiling == 55
        assert 55 < load.limit < 71
        reached = load.limit
        load.refuse()
        assert load.ceiling == load.limit == reached - 1

    def test_failures_on_the_way_up_hold_it_back_a_little(self) -> None:
        def climb(failures: int) -> int:
            load = held_at(50)
            load.answer(98 + 12 + 13)
            for _ in range(failures):
                load.fail()
            load.answer(10)
            return load.limit

        assert climb(2) < climb(0)

    def test_answers_to_older_permits_do_not_count_for_a_probe(self) -> None:
        load = held_at(50)
        load.fill()
        older = load.permits[0]
        load.answer(98)
        assert load.limit == 51
        for _ in range(200):
            load.fill()
            load.permits.pop()
            load.gate.release(older, Signal.ACCEPTED)
        assert load.limit == 51

    def test_a_refusal_while_holding_gives_up_a_share(self) -> None:
        load = held_at(49)
        load.refuse()
        assert load.limit == 48 - 3

    def test_after_that_it_probes_at_the_common_pace_and_takes_one_at_a_time(self) -> None:
        load = held_at(49)
        load.refuse()
        load.end(45)
        load.answer(6 * 45 - 1)
        assert load.limit == 45
        load.answer(1)
        assert load.limit == 46
        load.answer(11)
        assert load.ceiling == 46
        assert load.limit == 47

    def test_when_nobody_refuses_for_long_it_counts_as_alone_and_grows_fast(self) -> None:
        load = held_at(49)
        load.refuse()
        load.end(45)
        load.answer(2000)
        assert load.limit == 1000

    def test_refusals_with_no_answer_between_them_bring_it_down_fast(self) -> None:
        load = held_at(500)
        refusals = 0
        while load.fill() > 250:
            load.refuse()
            refusals += 1
            load.end(load.limit - 1)
        assert refusals <= 6

    def test_it_climbs_back_at_once_to_where_it_was_last_refused(self) -> None:
        load = held_at(64)
        for _ in range(3):
            load.refuse()
            load.end(load.limit - 1)
        low, ceiling = load.limit, load.ceiling
        assert ceiling is not None
        assert low < ceiling
        load.answer(ceiling - low)
        assert load.limit == ceiling
        load.answer(50)
        assert load.limit == ceiling

    def test_with_nothing_under_way_a_refusal_makes_it_wait_longer_and_longer(self) -> None:
        world = World()
        load = Load(AdaptiveGate(initial=1, clock=world.clock, call_later=world.call_later))
        pauses: list[float] = []
        for _ in range(8):
            load.refuse()
            pauses.append(load.gate.snapshot().paused)
            world.pass_time(pauses[-1])
        assert pauses == pytest.approx([0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0])
        load.answer(100)
        load.end(0)
        permit = load.gate.try_acquire()
        assert permit is not None
        load.gate.release(permit, Signal.REFUSED)
        assert load.gate.snapshot().paused < 0.05

    def test_a_lone_refusal_in_quiet_times_is_forgotten_at_the_next_rush(self) -> None:
        world = World()
        gate = AdaptiveGate(initial=40, clock=world.clock, call_later=world.call_later)
        permit = gate.try_acquire()
        assert permit is not None
        gate.release(permit, Signal.REFUSED)
        world.pass_time(1.0)
        load = Load(gate)
        load.answer(63)
        assert load.limit == 64

    def test_lone_refusals_that_come_together_bring_it_down_to_what_is_left(self) -> None:
        load = Load(AdaptiveGate(initial=40))
        permits = [load.gate.try_acquire() for _ in range(10)]
        for permit in permits[:6]:
            assert permit is not None
            load.gate.release(permit, Signal.REFUSED)
        assert load.limit == 4
        assert load.ceiling is None

    def test_failures_take_one_off_each_down_to_half_the_ceiling(self) -> None:
        load = held_at(20)
        load.fail()
        assert load.limit == 19
        for _ in range(100):
            load.fail()
        assert load.limit == 10
        load.answer(10)
        assert load.ceiling == load.limit == 20

    def test_failures_before_a_ceiling_is_known_only_keep_it_from_growing(self) -> None:
        load = Load(AdaptiveGate())
        for _ in range(100):
            load.fail()
        assert load.limit == 5

    def test_it_does_not_provoke_a_retry_after_often(self) -> None:
        world = World()
        load = Load(AdaptiveGate(initial=11, clock=world.clock, call_later=world.call_later))
        load.refuse(retry_after=2.0)
        world.pass_time(2.0)
        load.answer(5000)
        assert load.limit == 10
        world.pass_time(98.0)
        load.answer(10)
        assert load.limit == 11

    def test_room_that_the_answers_report_brings_the_next_probe_forward(self) -> None:
        def answers_until_probe(concurrent: int | None) -> int:
            load = Load(AdaptiveGate(initial=26))
            load.refuse(concurrent=50)
            answers = 0
            while load.limit == 25:
                load.answer(1, concurrent)
                answers += 1
            return answers

        assert answers_until_probe(None) == answers_until_probe(50) == answers_until_probe(40) == 50
        assert answers_until_probe(25) == 13
