"""Others on the account: the adaptive gate notices them, or that there are none, and gives them their part."""

from __future__ import annotations

import pytest

from twilio_numbers_async.gate import Signal

from .load import Load, found, held_at


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

    def test_one_refused_higher_does_not_either(self) -> None:
        """Somebody has given: whoever finds more each time is not alone."""
        load = found(5)
        for _ in range(12):
            load.probe()
            while not load.gate.is_settled:
                load.answer(1)
            load.probe()
            load.refuse()
            load.answer(1)
            assert not load.is_alone
        assert load.ceiling == 17

    @pytest.mark.parametrize("allowed", [19, 21])
    def test_another_level_than_the_last_means_that_there_may_be_others_again(self, allowed: int) -> None:
        load = held_at(20)
        load.probe()
        while load.limit <= allowed:
            load.answer(1)
        load.refuse_below(allowed + 1)
        assert load.ceiling == allowed
        assert not load.is_alone
        load.world.pass_time(30.0)
        assert not load.is_alone, "that is no matter of time"

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
            (2, [0] * 7 + [1]),
            (3, [0, 0, 0, 1]),
            (5, [0, 1, 1, 1]),
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
        assert [sharing.hold(n, 0.0) for n in (1, 20, 100)] == [11, 56, 200]
        sharing = Load().adaptive.sharing
        for _ in range(4):
            sharing.hold(20, 0.0)
        assert [sharing.hold(20, 0.0, good) for good in range(4)] == [56, 17, 5, 2]

    def test_whoever_has_less_than_usual_holds_no_longer_than_before(self) -> None:
        sharing = Load().adaptive.sharing
        for _ in range(4):
            sharing.hold(8, 0.0)
        assert sharing.hold(8, 0.0) == 7 * 8
        assert sharing.hold(4, 0.0) == 29, "the same seven rounds, and a little more"
        for _ in range(50):
            sharing.hold(4, 0.0)
        assert sharing.hold(4, 0.0) == 14 * 4, "it is usual now"

    def test_it_holds_no_longer_than_a_second_and_a_fifth(self) -> None:
        """But for two rounds, where those take longer."""
        sharing = Load().adaptive.sharing
        for _ in range(4):
            sharing.hold(10, 0.0)
        sharing.held(5.6 * 0.3)  # a round of 0.3 s
        assert sharing.hold(10, 2.0) == 40
        assert sharing.hold(20, 2.0) == 56
        sharing.held(2.0 + 2.8 * 5.0)
        assert sharing.hold(10, 20.0) == 20

    def test_a_hold_of_less_than_a_round_does_not_say_how_long_one_takes(self) -> None:
        sharing = Load().adaptive.sharing
        for _ in range(4):
            sharing.hold(10, 0.0)
        sharing.held(5.6 * 0.3)
        sharing.hold(10, 2.0, good=4)
        sharing.held(3.0)  # for one answer
        assert sharing.hold(10, 3.0) == 40

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
        assert pauses[0] == pytest.approx(0.0375)
        assert sum(pauses[:80]) == pytest.approx(3.0)
        assert pauses[-1] == pytest.approx(5 / 8), "after three seconds they grow, up to a second"
        assert not load.is_alone
        load.answer(1)
        load.end(0)
        load.refuse_one()
        assert load.gate.snapshot().paused == pytest.approx(0.0375)

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
