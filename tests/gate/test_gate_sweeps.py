"""The adaptive gate on whole sweeps, in simulated time: the figures that benchmarks/allowance.py shows over sockets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from twilio_numbers_async.gate import AdaptiveGate, FixedGate

from .simulated import Account, Program, World

SEEDS = (1,)  # add some after a change of the algorithm


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
    return AdaptiveGate(random=world.random.random, clock=world.clock, call_later=world.call_later)


@pytest.mark.parametrize("seed", SEEDS)
class TestSweeps:
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
            (200, 0.1, 10_000, 0.9, 0.01),
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

    @pytest.mark.parametrize(("before", "after", "latency"), [(50, 25, 0.03), (50, 100, 0.1)])
    def test_follows_an_allowance_that_changes(
        self, seed: int, before: int, after: int, latency: float
    ) -> None:
        world = World(seed)
        account = Account(world, before, latency)
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

    @pytest.mark.parametrize("apart", [0.0, 1.0])
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
        second.start(2.0)
        world.run(lambda: world.now >= 10.0)
        before = first.answered, second.answered
        world.run(lambda: world.now >= 12.0)
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
        assert stays.gate.snapshot().limit in range(44, 53)

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
        program = Program(world, account, adaptive(world), 10_000)
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

    def test_it_stops_growing_where_more_brings_no_more(self, seed: int) -> None:
        """A server without a limit, and a program that is busy all the time: more connections would only cost."""
        world = World(seed)
        account = Account(world, 10_000, 0.002)
        program = Program(world, account, adaptive(world), 20_000)
        program.start()
        world.run(lambda: program.done)
        limit = program.gate.snapshot().limit
        assert limit is not None
        assert limit <= 256
        assert program.gate.snapshot().ceiling is None

    def test_it_grows_where_answers_take_their_time(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 10_000, 1.0)
        program = Program(world, account, adaptive(world), 50_000)
        program.start()
        world.run(lambda: program.done or program.gate.limit == 1000)
        assert program.gate.snapshot().limit == 1000

    def test_it_grows_again_when_answers_begin_to_take_their_time(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 10_000, 0.002)
        program = Program(world, account, adaptive(world), 200_000)
        program.start()
        world.run(lambda: program.answered >= 10_000)
        account.latency = 1.0
        world.run(lambda: program.done or program.gate.limit == 1000)
        assert program.gate.snapshot().limit == 1000

    def test_a_refusal_where_it_had_stopped_growing_is_the_ceiling(self, seed: int) -> None:
        world = World(seed)
        account = Account(world, 10_000, 0.002)
        program = Program(world, account, adaptive(world), 20_000)
        program.start()
        world.run(lambda: program.answered >= 10_000)
        account.set_cap(20)
        account.latency = 0.02
        world.run(lambda: program.done)
        assert program.gate.snapshot().limit in range(18, 23)
        assert program.refused <= 0.01 * program.sent

    @pytest.mark.parametrize("after", range(100, 2100, 400))
    def test_a_bound_that_comes_later_holds(self, seed: int, after: int) -> None:
        """A client whose session has few connections may be given a gate that others have used before."""
        world = World(seed)
        account = Account(world, 10_000, 0.002)
        program = Program(world, account, adaptive(world), 4_000)
        program.start()
        world.run(lambda: program.answered >= after)
        gate = program.gate
        assert isinstance(gate, AdaptiveGate)
        gate.bound(2)
        while not program.done:
            limit = gate.snapshot().limit
            assert limit is not None
            assert limit <= 2
            world.pass_time(0.01)
