"""How the adaptive gate finds an allowance and stays at it, step by step."""

from __future__ import annotations

import pytest

from twilio_numbers_async.gate import AdaptiveLimit, GateQueue, Signal

from .simulated import World


class Load:
    """Somebody who always wants more than a gate allows, and decides what the answers are."""

    def __init__(
        self, *, initial: int = 5, minimum: int = 1, maximum: int = 1000, world: World | None = None
    ) -> None:
        self.world = world or World()
        self.adaptive = AdaptiveLimit(initial=initial, minimum=minimum, maximum=maximum, random=lambda: 0.5)
        self.gate = GateQueue(self.adaptive, clock=self.world.clock, call_later=self.world.call_later)
        self.permits: list[int] = []

    @property
    def is_alone(self) -> bool:
        return self.adaptive.sharing.is_alone(self.world.now)

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

    def refuse_one(self) -> None:
        """One request, with nothing else under way, is refused."""
        permit = self.gate.try_acquire()
        assert permit is not None
        self.gate.release(permit, Signal.REFUSED)

    def refuse_below(self, level: int) -> None:
        """The last request is refused, with fewer than so many of ours under way."""
        self.fill()
        self.end(level)
        self.gate.release(self.permits.pop(), Signal.REFUSED)

    def probe_up(self) -> None:
        """Good answers until it probes."""
        while self.gate.is_settled:
            self.answer(1)

    def probe(self) -> int:
        """Good answers until the limit has been raised to one above what was known; how many it took."""
        ceiling, answers = self.ceiling or 0, 0
        while self.limit <= ceiling:
            self.answer(1)
            answers += 1
        return answers


def found(ceiling: int) -> Load:
    """A gate that has found its ceiling and does not know yet whether it is alone."""
    load = Load(initial=ceiling + 1)
    load.refuse()
    load.answer(1)
    return load


def held_at(ceiling: int) -> Load:
    """A gate that has found its ceiling, and found out that it is alone."""
    load = found(ceiling)
    while not load.is_alone:
        load.probe()
        load.refuse()
        load.answer(min(2, ceiling))
    assert load.ceiling == load.limit == ceiling
    return load


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
        assert load.ceiling == load.limit == reached - 1

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


class TestAlone:
    def test_three_gifts_that_nobody_took_prove_it(self) -> None:
        load = found(20)
        for _ in range(4):
            assert not load.is_alone
            load.probe()
            load.refuse()
            load.answer(1)
        assert load.is_alone
        assert load.limit == 20, "it gives no more"

    def test_one_refused_lower_does_not(self) -> None:
        load = found(20)
        load.probe()
        load.refuse()
        load.answer(2)
        load.probe()
        load.refuse_below(20)
        assert load.ceiling == 19
        load.answer(2)
        assert not load.is_alone
        load.probe()
        load.refuse()
        assert not load.is_alone, "three anew"

    def test_it_probes_and_waits_longer_each_time_it_is_refused(self) -> None:
        load = found(50)
        waits: list[int] = []
        for _ in range(10):
            waits.append(load.probe())
            load.refuse()
        assert waits[-3:] == [400, 400, 400]
        assert max(waits[:2]) < 200

    def test_where_only_one_is_allowed_six_refused_probes_do(self) -> None:
        load = found(1)
        probes = 0
        while not load.is_alone:
            load.probe()
            load.refuse()
            load.answer(1)
            probes += 1
        assert probes == 7, "the first has none before it"

    def test_a_low_limit_is_probed_once_in_a_hundred_rounds_at_least(self) -> None:
        load = held_at(1)
        probes = 0
        for _ in range(1000):
            load.answer(1)
            if load.limit == 2:
                probes += 1
                load.refuse()
        assert 9 <= probes <= 16

    def test_after_a_probe_that_went_well_it_goes_on_in_growing_steps(self) -> None:
        load = held_at(50)
        load.probe()
        assert load.limit == 51
        ceilings: list[int] = []
        while load.limit < 200:
            load.answer(1)
            if load.ceiling not in ceilings:
                ceilings.append(load.ceiling or 0)
        assert ceilings == [50, 51, 55, 71, 135]

    def test_a_permit_stays_unused_for_most_of_a_round_about_once_a_second(self) -> None:
        load = held_at(20)
        lower = 0
        for _ in range(400):  # 20 rounds of 0.2 s
            load.world.pass_time(0.01)
            load.answer(1)
            lower += load.limit == 19
            if load.limit > 20:
                load.refuse()
        assert 2 * 17 <= lower <= 4 * 18

    @pytest.mark.parametrize(("ceiling", "seconds"), [(3, 0.01), (5, 0.5)])
    def test_a_vacancy_costs_little(self, ceiling: int, seconds: float) -> None:
        """The smallest accounts have none, and slow ones one less often."""
        load = held_at(ceiling)
        unused = answers = 0
        for _ in range(ceiling * 100):
            load.world.pass_time(seconds)
            load.answer(1)
            answers += 1
            unused += max(0, ceiling - load.limit)
            if load.limit > ceiling:
                load.refuse()
        assert unused <= 0.015 * answers * ceiling


class TestOthers:
    def test_a_refusal_while_holding_is_news_of_others_and_it_gives_half(self) -> None:
        load = held_at(49)
        load.refuse()
        assert not load.is_alone
        assert load.ceiling == 48
        assert load.limit == 24

    def test_later_ones_cost_just_the_permit_that_was_refused(self) -> None:
        load = held_at(49)
        load.refuse()
        load.answer(1)
        load.refuse()
        assert load.limit == 23

    def test_a_straggler_of_the_burst_only_corrects_the_count(self) -> None:
        load = held_at(49)
        load.fill()
        load.gate.release(load.permits.pop(), Signal.REFUSED)
        load.gate.release(load.permits.pop(), Signal.REFUSED)
        assert (load.limit, load.ceiling) == (23, 47)

    def test_they_are_kept_in_mind_for_a_while(self) -> None:
        load = held_at(20)
        load.refuse()
        load.world.pass_time(19.9)
        assert not load.is_alone
        load.world.pass_time(0.2)
        assert load.is_alone

    def test_a_probe_refused_lower_than_the_last_keeps_them_in_mind(self) -> None:
        load = held_at(20)
        load.refuse()  # 19 allowed, 10 used
        load.answer(1)
        load.probe_up()
        load.refuse()
        first = load.ceiling
        load.world.pass_time(15.0)
        load.answer(1)
        load.probe_up()
        load.refuse_below(first or 0)
        load.world.pass_time(15.0)
        assert not load.is_alone

    @pytest.mark.parametrize(
        ("allowed", "gifts"),
        [
            (1, [0] * 10),
            (2, [0, 0, 0, 0, 0, 0, 1]),
            (3, [0, 0, 1]),
            (5, [1, 1, 1]),
            (20, [2, 3, 3]),
            (100, [11]),
        ],
    )
    def test_what_it_gives_after_a_refused_probe(self, allowed: int, gifts: list[int]) -> None:
        sharing = Load().adaptive.sharing
        sharing.notice(0.0)
        assert [sharing.gift(allowed, 1.0) for _ in gifts] == gifts

    def test_while_it_does_not_know_it_gives_one_at_the_most(self) -> None:
        sharing = Load().adaptive.sharing
        assert [sharing.gift(100, 0.0) for _ in range(3)] == [1, 1, 1]

    def test_whoever_has_more_gives_more_and_nobody_all(self) -> None:
        sharing = Load().adaptive.sharing
        sharing.notice(0.0)
        given = [sum(sharing.gift(n, 1.0) for _ in range(100)) for n in range(1, 200)]
        assert given == sorted(given)
        assert all(sharing.gift(n, 1.0) < n for n in range(1, 200))

    def test_how_long_it_holds(self) -> None:
        sharing = Load().adaptive.sharing
        first = [sharing.hold(10, 0.0) for _ in range(3)]
        assert first == [15, 22, 34], "soon, at the start"
        assert [sharing.hold(n, 0.0) for n in (1, 2, 5, 20, 100)] == [9, 36, 56, 56, 200]
        assert [sharing.hold(20, 0.0, good) for good in range(4)] == [56, 17, 5, 2]

    def test_it_holds_no_longer_than_a_second_and_a_half(self) -> None:
        """But for two rounds, where those take longer."""
        sharing = Load().adaptive.sharing
        for _ in range(4):
            sharing.hold(10, 0.0)
        sharing.held(5.6 * 0.3)  # a round of 0.3 s
        assert sharing.hold(10, 2.0) == 50
        assert sharing.hold(20, 2.0) == 56
        sharing.held(2.0 + 2.8 * 5.0)
        assert sharing.hold(10, 20.0) == 20

    def test_steps_double_after_some_good_probes(self) -> None:
        load = found(20)
        seen: list[int] = []
        for _ in range(400):
            load.answer(1)
            if load.limit not in seen:
                seen.append(load.limit)
        assert seen[:5] == [19, 20, 21, 22, 23]
        assert load.limit > 200, "there is nobody"

    def test_with_nothing_under_way_a_refusal_makes_it_wait_tens_of_milliseconds(self) -> None:
        load = Load(initial=1)
        pauses: list[float] = []
        for _ in range(300):
            load.refuse()
            pauses.append(load.gate.snapshot().paused)
            load.world.pass_time(pauses[-1] + 1e-9)
        assert pauses[0] == pytest.approx(0.030)
        assert sum(pauses[:100]) == pytest.approx(3.0)
        assert pauses[-1] == pytest.approx(2 / 3), "after three seconds they grow, up to a second"
        assert not load.is_alone
        load.answer(1)
        load.end(0)
        load.refuse_one()
        assert load.gate.snapshot().paused == pytest.approx(0.030)

    def test_whoever_lost_all_starts_again_from_one(self) -> None:
        load = held_at(5)
        load.fill()
        while load.permits:
            load.gate.release(load.permits.pop(), Signal.REFUSED)
        load.world.pass_time(0.05)
        load.refuse_one()
        assert (load.limit, load.ceiling) == (1, None)
        load.world.pass_time(0.05)
        load.answer(4)
        assert load.limit == 5, "it grows as at the start"

    def test_a_cap_that_fell_is_found_at_once(self) -> None:
        load = held_at(50)
        load.fill()
        refused = 0
        while load.fill() > 25:
            load.gate.release(load.permits.pop(), Signal.REFUSED)
            refused += 1
        assert refused <= 26


class TestConcurrentRequests:
    """Answers that carry Twilio-Concurrent-Requests: what the account has under way."""

    def found(self) -> Load:
        """Others are in mind, and the account has been found to allow 40."""
        load = held_at(20)
        load.refuse(concurrent=40)  # 19 allowed, 10 used
        load.answer(2, 40)
        return load

    def test_a_full_account_is_not_probed_and_given_to_all_the_same(self) -> None:
        load = self.found()
        refusals = load.gate.snapshot().refusals
        limits: list[int] = []
        for _ in range(200):
            load.answer(1, 40)
            limits.append(load.limit)
        assert limits == sorted(limits, reverse=True)
        assert load.limit < 8
        assert load.gate.snapshot().refusals == refusals

    def test_an_account_with_room_is(self) -> None:
        load = self.found()
        load.answer(60, 38)
        assert load.limit > 10

    def test_it_looks_more_often(self) -> None:
        sharing = self.found().adaptive.sharing
        while sharing.hold(20, 0.0) < 22:
            pass  # the first holds, which are short anyhow
        sharing.is_visible = False
        assert sharing.hold(20, 0.0) == 56
        sharing.is_visible = True
        assert sharing.hold(20, 0.0) == 22
