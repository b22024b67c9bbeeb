"""The outcomes of a sweep, their order, and the requests that it makes."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator

import pytest

from twilio_numbers_async.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    InvalidRequestError,
    PermissionDeniedError,
    ServerError,
    TwilioNumbersError,
)
from twilio_numbers_async.sweep import Outcome, Sweep, SweepPolicy

from .calls import (
    NOON,
    Answer,
    Calls,
    always,
    at_once,
    collect,
    never,
    number,
    numbers,
    read_into,
    settle,
    sweep,
)


async def test_every_input_has_one_outcome() -> None:
    outcomes = await collect(sweep(at_once, numbers(1000)))

    assert sorted(outcome.index for outcome in outcomes) == list(range(1000))
    for outcome in outcomes:
        assert outcome.ok
        assert outcome.input == outcome.phone_number == number(outcome.index)
        assert outcome.result == Answer(phone_number=number(outcome.index))
        assert outcome.checked_at == NOON
        assert not outcome.from_journal


async def test_outcomes_come_as_they_finish() -> None:
    calls = Calls()
    async with sweep(calls, numbers(3)) as outcomes:
        iterator = aiter(outcomes)
        first = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(3)
        calls.answer(number(2))
        assert (await first).index == 2
        calls.answer()
        assert [outcome.index async for outcome in iterator] == [0, 1]


async def test_ordered_outcomes_come_in_the_order_of_the_inputs() -> None:
    calls = Calls()
    async with sweep(calls, [*numbers(5), "no number", number(1)], ordered=True) as outcomes:
        iterator = aiter(outcomes)
        first = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(5)
        calls.answer(*numbers(5)[1:])
        await settle()
        assert not first.done()
        calls.answer(number(0))
        assert (await first).index == 0
        assert [outcome.index async for outcome in iterator] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("ordered", [True, False])
async def test_no_more_is_read_than_the_calls_need(ordered: bool) -> None:
    read = 0

    def inputs() -> Iterator[str]:
        nonlocal read
        for text in numbers(2_000):
            read += 1
            yield text

    calls = Calls()
    async with sweep(calls, inputs(), ordered=ordered, width=10) as outcomes:
        iterator = aiter(outcomes)
        first = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(10)
        await settle()
        assert 100 <= read <= 300
        calls.answer(number(0))
        assert (await first).index == 0


async def test_ordered_reads_only_so_far_ahead_of_a_slow_call() -> None:
    read = 0

    def inputs() -> Iterator[str]:
        nonlocal read
        for text in numbers(20_000):
            read += 1
            yield text

    released = asyncio.Event()

    async def call(text: str) -> Answer:
        if text == number(0):
            await released.wait()
        return await at_once(text)

    under_test = sweep(call, inputs(), ordered=True)
    async with under_test as outcomes:
        iterator = aiter(outcomes)
        first = asyncio.ensure_future(anext(iterator))
        for _ in range(1_000):
            before = read
            await settle()
            if read == before and under_test.progress().in_flight == 1:
                break
        assert under_test.progress().in_flight == 1
        assert read > 9_000
        assert read <= 10_100
        assert not first.done()
        released.set()
        assert (await first).index == 0
        rest = [outcome.index async for outcome in iterator]
    assert rest == list(range(1, 20_000))


async def test_inputs_are_read_lazily() -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            yield number(read)
            read += 1

    calls = Calls()
    async with sweep(calls, endless(), width=5) as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await calls.until_asked(5)
        await settle()
        assert len(calls.asked) == 5
        assert read < 500
        calls.answer(number(0))
        assert (await first).phone_number == number(0)


async def test_async_inputs_that_take_their_time_hold_nothing_back() -> None:
    more: asyncio.Queue[str | None] = asyncio.Queue()

    async def inputs() -> AsyncIterator[str]:
        while (text := await more.get()) is not None:
            yield text

    async with sweep(at_once, inputs()) as outcomes:
        iterator = aiter(outcomes)
        for index in range(3):
            more.put_nowait(number(index))
            assert (await anext(iterator)).index == index
        for index in range(3, 1000):
            more.put_nowait(number(index))
        more.put_nowait(None)
        assert len([outcome async for outcome in iterator]) == 997


async def test_a_sync_iterable_that_takes_its_time_is_not_read_in_advance() -> None:
    time = 0.0

    def slow() -> Iterator[str]:
        nonlocal time
        for text in numbers(10):
            time += 1.0
            yield text

    asked_when: list[float] = []

    async def call(text: str) -> Answer:
        asked_when.append(time)
        return Answer(phone_number=text)

    await collect(sweep(call, slow(), clock=lambda: time))
    assert asked_when[0] == 1.0


@pytest.mark.parametrize("inputs", [[], ()])
async def test_no_inputs_no_outcomes(inputs: list[str]) -> None:
    assert await collect(sweep(at_once, inputs)) == []


@pytest.mark.parametrize("inputs", [number(0), b"+15552000000", 7])
def test_what_cannot_be_inputs_is_refused_at_once(inputs: list[str]) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        sweep(at_once, inputs)
    assert refused.value.argument == "inputs"


async def test_width_bounds_the_calls_and_may_change() -> None:
    calls = Calls()
    width = 3
    under_test = sweep(calls, numbers(100), width=lambda _: width)
    async with under_test as outcomes:
        reading = asyncio.ensure_future(_all(outcomes))
        await calls.until_asked(3)
        await settle()
        assert len(calls.waiting) == 3

        width = 8
        calls.answer(number(0))
        await calls.until_asked(9)
        await settle()
        assert len(calls.waiting) == 8

        width = 2
        calls.answer(*list(calls.waiting)[:6])
        await settle()
        assert len(calls.asked) == 9
        assert len(calls.waiting) == 2
        calls.answer(next(iter(calls.waiting)))
        await settle()
        assert len(calls.asked) == 10

        width = 0  # still one at a time: a sweep always goes on
        while not reading.done():
            calls.answer()
            await settle()
        assert len(await reading) == 100
    assert calls.most == 8


async def test_a_width_that_falls_while_all_wait_for_inputs_leaves_somebody_to_ask() -> None:
    more: asyncio.Queue[str] = asyncio.Queue()

    async def inputs() -> AsyncIterator[str]:
        while True:
            yield await more.get()

    calls = Calls()
    width = 6
    async with sweep(calls, inputs(), width=lambda _: width) as outcomes:
        iterator = aiter(outcomes)
        for text in numbers(6):
            more.put_nowait(text)
        first = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(6)
        calls.answer()
        await first
        for _ in range(5):
            await anext(iterator)
        await settle()

        width = 1
        more.put_nowait(number(6))
        more.put_nowait(number(7))
        seventh = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(7)
        await settle()
        assert len(calls.asked) == 7
        calls.answer()
        assert (await seventh).index == 6


async def test_a_key_that_comes_again_is_asked_once() -> None:
    calls = Calls()
    inputs = [number(0), "+1 555 200 0000", number(1), number(0)]
    async with sweep(calls, [*inputs], ordered=True) as outcomes:
        reading = asyncio.ensure_future(_all(outcomes))
        await calls.until_asked(2)
        calls.answer()
        got = await reading

    assert calls.asked == numbers(2)
    assert [outcome.input for outcome in got] == inputs
    assert [outcome.phone_number for outcome in got] == [number(0), number(0), number(1), number(0)]
    assert got[0].result is got[1].result is got[3].result


async def test_a_key_is_remembered_for_so_many_others() -> None:
    asked: list[str] = []

    async def call(text: str) -> Answer:
        asked.append(text)
        return await at_once(text)

    def inputs() -> Iterator[str]:
        for text in numbers(1000):
            yield text
            yield number(0)  # never the oldest: it comes again and again
        yield from (number(1), number(999), number(0))

    outcomes = await collect(sweep(call, inputs(), remember=20))

    assert len(outcomes) == 2003
    assert asked.count(number(0)) == 1
    assert asked.count(number(999)) == 1
    assert asked.count(number(1)) == 2


async def test_many_equal_inputs_of_a_slow_call_do_not_pile_up() -> None:
    calls = Calls()
    under_test = sweep(calls, (number(0) for _ in range(100_000)))
    async with under_test as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await calls.until_asked(1)
        await settle()
        assert under_test.progress().read < 1000
        calls.answer()
        await first


async def test_what_cannot_be_asked_is_an_outcome_without_a_call() -> None:
    calls = Calls()
    [outcome] = await collect(sweep(calls, ["nobody"]))

    assert calls.asked == []
    assert not outcome.ok
    assert isinstance(outcome.error, InvalidArgumentError)
    assert (outcome.input, outcome.phone_number, outcome.result) == ("nobody", None, None)
    assert outcome.checked_at is None


async def test_a_failure_is_an_outcome() -> None:
    async def call(text: str) -> Answer:
        if text == number(1):
            raise ServerError("down", status=503)
        if text == number(2):
            raise ZeroDivisionError
        return await at_once(text)

    first, second, third = await collect(sweep(call, numbers(3), ordered=True))

    assert first.ok
    assert isinstance(second.error, ServerError)
    assert second.phone_number == number(1)
    assert second.checked_at == NOON
    assert second.error.__traceback__ is None  # an expected one does not keep the frames it came through
    assert (type(third.error), str(third.error)) == (TwilioNumbersError, "ZeroDivisionError")
    bug = third.error.__cause__
    assert isinstance(bug, ZeroDivisionError)
    assert "call" in traceback.format_exception(bug)[-2]  # of a bug one wants to know the place


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("no", status=401),
        PermissionDeniedError("no", status=403),
        ConfigurationError("The client is closed."),
    ],
)
@pytest.mark.parametrize("ordered", [False, True])
async def test_refused_credentials_end_the_sweep_after_what_is_under_way(
    error: Exception, ordered: bool
) -> None:
    calls = Calls()
    got: list[Outcome[Answer]] = []
    reading = asyncio.ensure_future(read_into(got, sweep(calls, numbers(1000), width=4, ordered=ordered)))
    await calls.until_asked(4)
    calls.fail(number(1), error)
    await settle()
    assert not reading.done()
    calls.fail(number(3), error)  # of these one is enough
    calls.answer(number(2), number(0))

    with pytest.raises(type(error)) as raised:
        await reading
    assert raised.value is error
    assert {outcome.index for outcome in got} == {0, 2}
    assert calls.asked == numbers(4)
    if ordered:
        assert [outcome.index for outcome in got] == [0, 2]


async def test_what_is_fatal_may_be_said() -> None:
    async def call(text: str) -> Answer:
        raise InvalidRequestError("no", status=400)

    with pytest.raises(InvalidRequestError):
        await collect(sweep(call, numbers(5), is_fatal=always))
    outcomes = await collect(sweep(call, numbers(5), is_fatal=never))
    assert len(outcomes) == 5


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_inputs_that_break_are_raised_after_all_that_came_before(asynchronous: bool) -> None:
    def broken() -> Iterator[str]:
        yield from numbers(250)
        raise OSError("the file has gone")

    async def broken_too() -> AsyncIterator[str]:
        for text in broken():
            yield text

    got: list[Outcome[Answer]] = []
    with pytest.raises(OSError, match="the file has gone"):
        await read_into(got, sweep(at_once, broken_too() if asynchronous else broken()))
    assert sorted(outcome.index for outcome in got) == list(range(250))


async def test_inputs_that_break_at_once_are_raised() -> None:
    def broken() -> Iterator[str]:
        raise OSError("the file has gone")
        yield

    got: list[Outcome[Answer]] = []
    broken_sweep = sweep(at_once, broken())
    with pytest.raises(OSError, match="the file has gone"):
        await read_into(got, broken_sweep)
    assert got == []
    assert broken_sweep.progress().read == 0


async def test_a_key_function_that_breaks_is_raised_after_all_that_came_before() -> None:
    def key(text: str) -> str:
        if text == number(7):
            raise LookupError("a bug")
        return text

    got: list[Outcome[Answer]] = []
    with pytest.raises(LookupError):
        await read_into(got, sweep(at_once, numbers(20), key=key))
    assert sorted(outcome.index for outcome in got) == list(range(7))


async def test_a_key_function_that_takes_its_time_lets_others_run() -> None:
    time = 0.0
    turns: list[int] = []

    async def other() -> None:
        while len(turns) < 5:
            turns.append(keyed)
            await asyncio.sleep(0)

    keyed = 0

    def key(text: str) -> str:
        nonlocal time, keyed
        time += 0.003
        keyed += 1
        return text

    watching = asyncio.ensure_future(other())
    await collect(sweep(at_once, numbers(50), key=key, clock=lambda: time))
    await watching
    assert turns[-1] < 50


async def test_a_width_that_breaks_ends_the_sweep() -> None:
    asked = 0

    def width(_: int) -> int:
        if asked == 3:
            raise LookupError("a bug")
        return 1

    async def call(text: str) -> Answer:
        nonlocal asked
        asked += 1
        return await at_once(text)

    with pytest.raises(LookupError):
        await collect(sweep(call, numbers(20), width=width))


async def test_what_was_answered_does_not_pile_up_before_a_slow_reader() -> None:
    calls = 0

    async def call(text: str) -> Answer:
        nonlocal calls
        calls += 1
        return await at_once(text)

    got = 0
    async with sweep(call, numbers(20_000), width=10) as outcomes:
        async for outcome in outcomes:
            assert outcome.ok
            if got % 1000 == 0:
                await settle()
                assert calls - got < 100
            got += 1
    assert calls == got == 20_000


async def test_a_call_that_never_waits_does_not_run_ahead_of_the_reader() -> None:
    calls = 0

    async def call(text: str) -> Answer:
        nonlocal calls
        calls += 1
        return Answer(phone_number=text)

    async with sweep(call, numbers(20_000), width=10) as outcomes:
        got = 0
        async for _ in outcomes:
            got += 1
            assert calls - got < 100


async def test_other_results_and_other_keys() -> None:
    async def call(key: tuple[str, int]) -> int:
        await asyncio.sleep(0)
        return key[1] * 2

    def key(row: dict[str, int]) -> tuple[str, int]:
        return ("row", row["n"])

    under_test = Sweep(call, [{"n": 4}, {"n": 4}], SweepPolicy(key=key, width=lambda _: 2))
    async with under_test as outcomes:
        got = [outcome async for outcome in outcomes]
    assert [outcome.result for outcome in got] == [8, 8]
    assert [outcome.phone_number for outcome in got] == [None, None]
    assert under_test.progress().asked == 1


async def test_progress_says_how_far_it_is() -> None:
    time = 100.0
    calls = Calls()
    inputs = [number(0), "nobody", number(1), number(1), number(2), number(3)]
    under_test = sweep(calls, inputs, width=3, clock=lambda: time)

    before = under_test.progress()
    assert (before.total, before.done, before.elapsed, before.rate) == (6, 0, 0.0, 0.0)

    async with under_test as outcomes:
        reading = asyncio.ensure_future(_all(outcomes))
        await calls.until_asked(3)
        time = 102.0
        now = under_test.progress()
        assert (now.read, now.asked, now.in_flight, now.elapsed) == (6, 3, 3, 2.0)
        calls.answer(number(0), number(1))
        calls.fail(number(2), ServerError("down", status=500))
        await calls.until_asked(4)
        calls.answer()
        await reading
        time = 110.0
    ended = under_test.progress()
    assert (ended.done, ended.ok, ended.failed, ended.invalid) == (6, 4, 1, 1)
    assert (ended.asked, ended.in_flight, ended.from_journal) == (4, 0, 0)
    assert (ended.elapsed, ended.rate) == (2.0, 2.0)


async def test_the_total_of_a_generator_is_not_known() -> None:
    assert sweep(at_once, (text for text in numbers(3))).progress().total is None


async def _all(outcomes: Sweep[Answer]) -> list[Outcome[Answer]]:
    return [outcome async for outcome in outcomes]
