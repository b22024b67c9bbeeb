"""The adaptive gate finds an allowance and stays at it, step by step."""

from __future__ import annotations

from twilio_numbers_async.gate import Signal

from .load import Load, held_at


class TestSteps:
    def test_it_starts_small_and_doubles_each_round_while_all_is_used(self) -> None:
        load = Load()
        assert load.limit == 5
        load.answer(5)
        assert load.limit == 10
        load.answer(10)
        assert load.limit == 20
        assert load.ceiling is None

    def test_its_limit_stays_only_while_it_holds(self) -> None:
        load = Load()
        assert not load.gate.is_settled, "it grows"
        load.answer(1)
        load.refuse()
        assert load.gate.is_settled
        load.probe()
        assert not load.gate.is_settled, "it probes"

    def test_it_does_not_grow_while_less_is_wanted(self) -> None:
        load = Load()
        for _ in range(100):
            permit = load.gate.try_acquire()
            assert permit is not None
            load.gate.release(permit, Signal.ACCEPTED)
        assert load.limit == 5

    def test_it_stays_within_its_bounds(self) -> None:
        load = Load(minimum=3, maximum=8)
        load.answer(100)
        assert load.limit == 8
        for _ in range(8):
            load.refuse()
            load.end(1)
        assert load.limit == 3
        assert Load(maximum=2).limit == 2
        assert Load(minimum=20).limit == 20

    def test_it_does_not_probe_past_its_maximum(self) -> None:
        load = Load(initial=10, maximum=9)
        load.refuse()
        load.answer(2000)
        assert load.limit == 9

    def test_the_longest_retry_after_does_not_keep_it_from_probing_for_ever(self) -> None:
        """A server may say any number, and the gate pauses for a minute at most."""
        load = Load(initial=10)
        load.refuse(retry_after=float("inf"))
        load.end(0)
        load.world.pass_time(3599.0)
        load.answer(2000)
        assert load.limit > 10

    def test_a_refusal_shows_the_ceiling(self) -> None:
        load = Load(initial=20)
        load.refuse()
        assert load.ceiling == 19
        assert load.limit == 18, "there may be others: it gives"
        load.end(18)
        assert load.gate.try_acquire() is None

    def test_a_burst_is_one_decrease_to_what_was_not_refused(self) -> None:
        load = Load(initial=64)
        load.fill()
        for permit in load.permits[:14]:
            load.gate.release(permit, Signal.REFUSED)
        assert load.ceiling == 50
        assert load.limit == 49, "there may be others: it gives one"
        assert load.gate.snapshot().refusals == 14

    def test_a_refusal_that_comes_late_changes_nothing(self) -> None:
        load = Load(initial=11)
        load.fill()
        late = load.permits.pop(0)
        load.refuse()
        load.answer(4)
        before = load.limit
        load.gate.release(late, Signal.REFUSED)
        assert load.limit == before

    def test_an_unclear_end_changes_nothing(self) -> None:
        load = held_at(20)
        load.fill()
        load.end(0)
        assert load.limit == 20

    def test_a_refusal_on_the_way_up_ends_it_at_what_is_under_way(self) -> None:
        load = held_at(50)
        load.probe()
        load.answer(12 + 13 + 8)
        assert load.ceiling == 55
        assert 55 < load.limit < 71
        reached = load.limit
        load.refuse()
        assert load.ceiling == reached - 1
        assert load.limit == reached - 2, "one is given: maybe others have gone, and more are there"

    def test_answers_to_older_permits_do_not_count_for_a_probe(self) -> None:
        load = held_at(50)
        load.fill()
        older = load.permits[0]
        load.probe()
        assert load.limit == 51
        for _ in range(200):
            load.fill()
            load.permits.pop()
            load.gate.release(older, Signal.ACCEPTED)
        assert load.limit == 51

    def test_lone_refusals_that_come_together_bring_it_down_to_what_is_left(self) -> None:
        load = Load(initial=40)
        permits = [load.gate.try_acquire() for _ in range(10)]
        for permit in permits[:3]:
            assert permit is not None
            load.gate.release(permit, Signal.REFUSED)
        assert load.limit == 7
        assert load.ceiling is None

    def test_lone_refusals_leave_room_for_a_few_calls(self) -> None:
        load = Load(initial=40)
        for _ in range(10):
            permit = load.gate.try_acquire()
            if permit is None:
                break
            load.gate.release(permit, Signal.REFUSED)
            load.world.pass_time(0.05)
        assert load.limit == 5

    def test_a_lone_refusal_in_quiet_times_is_forgotten_at_the_next_rush(self) -> None:
        load = Load(initial=10)
        permit = load.gate.try_acquire()
        assert permit is not None
        load.gate.release(permit, Signal.REFUSED)
        world = load.world
        world.pass_time(1.0)
        load.answer(5)
        assert load.limit == 10

    def test_failures_take_one_off_each_down_to_half_the_ceiling(self) -> None:
        load = held_at(20)
        load.fail()
        assert load.limit == 19
        for _ in range(100):
            load.fail()
        assert load.limit == 10
        load.answer(10)
        assert load.ceiling == load.limit == 20

    def test_failures_on_the_way_up_hold_it_back_a_little(self) -> None:
        def climb(failures: int) -> int:
            load = held_at(50)
            load.probe()
            load.answer(12 + 13)
            for _ in range(failures):
                load.fail()
            load.answer(10)
            return load.limit

        assert climb(2) < climb(0)

    def test_failures_before_a_ceiling_is_known_only_keep_it_from_growing(self) -> None:
        load = Load()
        for _ in range(100):
            load.fail()
        assert load.limit == 5

    def test_it_does_not_provoke_a_retry_after_often(self) -> None:
        load = held_at(10)
        load.probe()
        load.refuse(retry_after=2.0)
        load.world.pass_time(2.0)
        load.answer(5000)
        assert load.limit == 10
        load.world.pass_time(98.0)
        load.answer(20)
        assert load.limit > 10

    def test_room_that_the_answers_report_brings_the_next_probe_forward(self) -> None:
        def answers_until_probe(concurrent: int | None) -> int:
            load = held_at(25)
            load.probe()
            load.refuse(concurrent=50)
            answers = 0
            while load.limit <= 25:
                load.answer(1, concurrent)
                answers += 1
            return answers

        assert answers_until_probe(None) == answers_until_probe(50) == answers_until_probe(40) >= 100
        assert answers_until_probe(25) < answers_until_probe(None) / 3
