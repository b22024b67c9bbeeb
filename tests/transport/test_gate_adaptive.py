"""How the adaptive gate finds an allowance and stays at it: single steps, then whole sweeps in simulated time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from twilio_numbers_async.transport.gate import AdaptiveGate, FixedGate, Signal

from .simulated import Account, Program, World

SEEDS = (1,)  # add some after a change of the algorithm


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


def share(account: Account) -> float:
    used, there = account.meter()
    return used / there


def sweep(
    gate: Callable[[World], AdaptiveGate | FixedGate], cap: int, latency: float, numbers: int, seed: int
) -> tuple[float, Program]:
    world = World(seed)
    account = Account(world, cap, latency)
    program = Program(world, account, gate(world), numbers)
    program.start()
    world.run(lambda: program.done)
    return share(account), program


def adaptive(world: World) -> AdaptiveGate:
    return AdaptiveGate(clock=world.clock, call_later=world.call_later)


@pytest.mark.parametrize("seed", SEEDS)
class TestSweeps:
    """The figures that the benchmark shows over sockets, here without the machine's noise."""

    @pytest.mark.parametrize(
        ("cap", "latency", "numbers", "use", "refused"),
        [
            (50, 0.03, 20_000, 0.985, 0.005),
            (1, 0.03, 500, 0.85, 0.05),
            (5, 0.05, 2_000, 0.85, 0.01),
            (50, 0.2, 10_000, 0.85, 0.01),
            (500, 1.0, 20_000, 0.85, 0.01),
            (50, 0.1, 2_000, 0.85, 0.05),
            (10, 0.005, 5_000, 0.95, 0.01),
            (10, 5.0, 2_000, 0.95, 0.01),
            (200, 0.1, 20_000, 0.9, 0.01),
        ],
    )
    def test_finds_the_allowance_and_uses_it(
        self, seed: int, cap: int, latency: float, numbers: int, use: float, refused: float
    ) -> None:
        knowing, _ = sweep(lambda world: FixedGate(cap, clock=world.clock), cap, latency, numbers, seed)
        finding, program = sweep(adaptive, cap, latency, numbers, seed)
        assert program.answered == numbers
        assert finding >= use * knowing
        assert program.refused <= refused * program.sent

    def test_a_restless_machine_does_not_mislead_it(self, seed: int) -> None:
        """Connections take a while to open, and either side stands still for a moment now and then."""
        world = World(seed)
        account = Account(world, 50, 0.03)
        program = Program(world, account, adaptive(world), 20_000, connect=0.02, stall=0.02)
        program.start()
        world.run(lambda: program.done)
        assert share(account) >= 0.9
        assert program.refused <= 0.006 * program.sent
        assert program.gate.snapshot().limit in range(48, 60)

    @pytest.mark.parametrize(("before", "after"), [(50, 25), (50, 100)])
    def test_follows_an_allowance_that_changes(self, seed: int, before: int, after: int) -> None:
        world = World(seed)
        account = Account(world, before, 0.03)
        program = Program(world, account, adaptive(world), 20_000)
        program.start()
        world.run(lambda: program.answered >= 10_000)
        used, there = account.meter()
        account.set_cap(after)
        world.run(lambda: program.done)
        used_in_all, there_in_all = account.meter()
        assert (used_in_all - used) / (there_in_all - there) >= 0.90
        assert used_in_all / there_in_all >= 0.90
        assert program.refused <= 0.01 * program.sent

    @pytest.mark.parametrize("apart", [0.0, 0.5, 1.0])
    def test_two_programs_share_it(self, seed: int, apart: float) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03)
        programs = [Program(world, account, adaptive(world), 20_000) for _ in range(2)]
        for index, program in enumerate(programs):
            program.start(index * apart)
        world.run(lambda: any(program.done for program in programs))
        less, more = sorted(program.answered for program in programs)
        assert share(account) >= 0.93
        assert less >= more / 3
        assert sum(program.refused for program in programs) <= 0.02 * sum(
            program.sent for program in programs
        )

    def test_one_that_joins_late_gets_its_part(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03)
        first, second = (Program(world, account, adaptive(world), 10**6) for _ in range(2))
        first.start()
        second.start(5.0)
        world.run(lambda: world.now >= 23.0)
        before = first.answered, second.answered
        world.run(lambda: world.now >= 25.0)
        assert second.answered - before[1] >= (first.answered - before[0]) / 3

    def test_takes_over_what_another_program_leaves(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03)
        stays = Program(world, account, adaptive(world), 10**6)
        leaves = Program(world, account, adaptive(world), 5_000)
        stays.start()
        leaves.start()
        world.run(lambda: leaves.done)
        end = world.now + 2.0
        world.run(lambda: world.now >= end)
        assert stays.gate.snapshot().limit in range(48, 53)

    def test_a_trickle_neither_shrinks_nor_inflates_it(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.1)
        program = Program(world, account, adaptive(world), 2_000)
        program.start()
        world.run(lambda: program.done)
        before = program.gate.snapshot()
        for _ in range(300):
            world.pass_time(1.0)
            program.ask(1)
        world.run(lambda: program.done)
        assert program.gate.snapshot().limit == before.limit
        assert program.refused == before.refusals

    def test_a_storm_of_5xx_halves_it_at_most_and_is_over_soon(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03)
        program = Program(world, account, adaptive(world), 20_000)
        program.start()
        world.run(lambda: world.now >= 3.0)
        account.failing = 1.0
        world.run(lambda: world.now >= 5.0)
        assert program.gate.snapshot().limit == 25
        account.failing = 0.0
        world.run(lambda: world.now >= 5.3)
        assert program.gate.snapshot().limit in range(48, 52)

    def test_a_few_5xx_cost_nothing(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03, failing=0.01)
        program = Program(world, account, adaptive(world), 10_000)
        program.start()
        world.run(lambda: program.done)
        assert share(account) >= 0.92

    def test_a_server_that_always_names_a_retry_after_is_not_provoked(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03, retry_after=1.0)
        program = Program(world, account, adaptive(world), 20_000)
        program.start()
        world.run(lambda: program.done)
        assert share(account) >= 0.8
        assert program.refused <= 20

    def test_the_header_does_no_harm_when_alone(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 50, 0.03, header=True)
        program = Program(world, account, adaptive(world), 10_000)
        program.start()
        world.run(lambda: program.done)
        assert share(account) >= 0.94
        assert program.refused <= 0.005 * program.sent

    def test_far_away_servers_are_kept_busy_too(self, seed: int) -> None:
        """With 50 ms each way a gate that stops at the allowance leaves a third of it unused."""
        world = World(seed)
        account = Account(world, 50, 0.2)
        program = Program(world, account, adaptive(world), 10_000, wire=0.05)
        program.start()
        world.run(lambda: program.done)
        assert share(account) >= 0.75
        assert program.refused <= 0.02 * program.sent
