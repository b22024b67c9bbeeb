"""Leaving a sweep: early, cancelled, failing, by garbage collection, at the end of the loop. Nothing stays behind."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.errors import ConfigurationError
from twilio_numbers_async.sweep import Journal, Sweep, engine

from .calls import Answer, Calls, at_once, number, numbers, other_tasks, settle, sweep


class Inputs:
    """Generators that tell whether they were closed."""

    def __init__(self) -> None:
        self.closed = False
        self.task: asyncio.Task[Any] | None = None

    def sync(self, count: int = 100_000) -> Generator[str, None, None]:
        try:
            yield from numbers(count)
        finally:
            self.closed = True

    async def asynchronous(self, count: int = 100_000) -> AsyncGenerator[str, None]:
        # What holds a timeout open has to be closed by the task that opened it.
        try:
            async with asyncio.timeout(60):
                for text in numbers(count):
                    yield text
        finally:
            self.closed = True

    def made(self, kind: str) -> Generator[str, None, None] | AsyncGenerator[str, None]:
        return self.sync() if kind == "sync" else self.asynchronous()


@pytest.fixture(params=["sync", "asynchronous"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_breaking_off_cleans_up_at_once(kind: str) -> None:
    calls, inputs = Calls(), Inputs()
    async with sweep(calls, inputs.made(kind)) as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await calls.until_asked(10)
        calls.answer(number(0))
        await first
    assert not other_tasks()
    assert inputs.closed
    assert not calls.waiting
    assert len(calls.cancelled) >= 9


async def test_a_loop_that_is_broken_off_inside_async_with_cleans_up_at_once(kind: str) -> None:
    inputs = Inputs()
    async with sweep(at_once, inputs.made(kind)) as outcomes:
        async for outcome in outcomes:
            if outcome.index >= 100:
                break
    assert not other_tasks()
    assert inputs.closed


async def test_a_failing_body_cleans_up_at_once(kind: str) -> None:
    inputs = Inputs()

    async def read() -> None:
        async with sweep(at_once, inputs.made(kind)) as outcomes:
            async for _ in outcomes:
                raise LookupError

    with pytest.raises(LookupError):
        await read()
    assert not other_tasks()
    assert inputs.closed


@pytest.mark.parametrize("waiting", [True, False])
async def test_cancelling_the_reader_cleans_up_at_once(kind: str, waiting: bool) -> None:
    calls, inputs = Calls(), Inputs()
    reached = asyncio.Event()

    async def read() -> None:
        async with sweep(calls, inputs.made(kind)) as outcomes:
            async for _ in outcomes:
                reached.set()
                await asyncio.get_running_loop().create_future()

    reading = asyncio.ensure_future(read())
    await calls.until_asked(10)
    if not waiting:
        calls.answer(number(3))
        await reached.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not other_tasks()
    assert inputs.closed
    assert not calls.waiting


async def test_calls_that_end_slowly_are_waited_for() -> None:
    ended: list[str] = []
    calls = Calls()
    release = asyncio.Event()

    async def call(text: str) -> Answer:
        try:
            return await calls(text)
        finally:
            await release.wait()
            ended.append(text)

    async def read() -> None:
        async with sweep(call, numbers(3)) as outcomes:
            async for _ in outcomes:
                pass

    reading = asyncio.ensure_future(read())
    await calls.until_asked(3)
    reading.cancel()
    await settle()
    assert not reading.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert sorted(ended) == numbers(3)


async def test_a_call_that_swallows_its_cancellation_is_asked_nothing_more() -> None:
    asked: list[str] = []

    async def stubborn(text: str) -> Answer:
        asked.append(text)
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            return Answer(phone_number=text)
        raise AssertionError

    under_test = sweep(stubborn, numbers(100), width=2)
    async with under_test as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await settle()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert not other_tasks()
    assert len(asked) == 2


async def test_cancelling_the_clean_up_does_not_interrupt_it() -> None:
    calls = Calls()
    release = asyncio.Event()

    async def call(text: str) -> Answer:
        try:
            return await calls(text)
        finally:
            await release.wait()

    async def read() -> None:
        async with sweep(call, numbers(3)) as outcomes:
            async for _ in outcomes:
                pass

    reading = asyncio.ensure_future(read())
    await calls.until_asked(3)
    for _ in range(3):  # the loop, then what is around it, and once more
        reading.cancel()
        await settle()
    assert not reading.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not other_tasks()


async def test_a_call_that_is_cancelled_by_others_ends_the_sweep() -> None:
    async def call(text: str) -> Answer:
        if text == number(2):
            raise asyncio.CancelledError
        return await at_once(text)

    async def read() -> None:
        async with sweep(call, numbers(100)) as outcomes:
            async for _ in outcomes:
                pass

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(read())
    assert not other_tasks()


async def test_a_bare_loop_that_is_broken_off_is_cleaned_up_by_the_loop(kind: str) -> None:
    inputs = Inputs()
    async for _ in sweep(at_once, inputs.made(kind)):
        break
    await settle()
    assert not other_tasks()
    assert inputs.closed


async def test_a_bare_loop_that_runs_to_its_end_leaves_nothing() -> None:
    count = 0
    async for _ in sweep(at_once, numbers(500)):
        count += 1
    assert count == 500
    assert not other_tasks()


async def test_a_sweep_that_nobody_holds_is_not_destroyed_under_its_tasks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls = Calls()
    iterator = aiter(sweep(calls, numbers(100)))
    first = asyncio.ensure_future(anext(iterator))
    await calls.until_asked(10)
    calls.answer(number(0))
    await first
    del iterator, first
    gc.collect()
    await settle()
    gc.collect()
    assert not other_tasks()
    assert not calls.waiting
    assert not caplog.records


async def test_whoever_holds_the_registry_can_close_what_runs() -> None:
    registry: set[Sweep[Any]] = set()
    calls = Calls()
    under_test = sweep(calls, numbers(100), registry=registry)
    assert not registry

    got: list[int] = []

    async def read() -> None:
        async for outcome in under_test:
            got.append(outcome.index)

    reading = asyncio.ensure_future(read())
    await calls.until_asked(10)
    assert registry == {under_test}
    calls.answer(number(4))
    await under_test.aclose()
    assert not registry
    with pytest.raises(ConfigurationError, match="closed before"):
        await reading
    assert got == [4]
    assert not other_tasks()
    await under_test.aclose()  # once more does nothing


async def test_closing_inside_the_loop_ends_it() -> None:
    got = 0

    async def read() -> None:
        nonlocal got
        async with sweep(at_once, numbers(10_000)) as outcomes:
            async for _ in outcomes:
                got += 1
                await outcomes.aclose()

    with pytest.raises(ConfigurationError, match="closed before"):
        await read()
    assert 0 < got < 1000


async def test_closing_from_a_call_does_not_lock_up() -> None:
    async def call(text: str) -> Answer:
        await under_test.aclose()
        raise AssertionError

    under_test = sweep(call, numbers(10))
    with pytest.raises(ConfigurationError, match="closed before"):
        async for _ in under_test:
            pass


async def test_a_sweep_can_be_read_once() -> None:
    async with sweep(at_once, numbers(3)) as outcomes:
        assert len([outcome async for outcome in outcomes]) == 3
        with pytest.raises(ConfigurationError, match="once"):
            aiter(outcomes)


async def test_a_closed_sweep_says_so() -> None:
    under_test = sweep(at_once, numbers(3))
    await under_test.aclose()
    with pytest.raises(ConfigurationError, match="closed"):
        await anext(aiter(under_test))


async def test_a_sweep_that_was_never_read_closes_its_inputs(kind: str) -> None:
    inputs = Inputs()
    made = inputs.made(kind)
    async with sweep(at_once, made):
        pass
    if isinstance(made, Generator):
        assert list(made) == []
    else:
        assert [text async for text in made] == []


async def test_inputs_that_do_not_let_themselves_be_closed_are_heard_of() -> None:
    async def inputs() -> AsyncIterator[str]:
        try:
            while True:
                yield number(0)
                await asyncio.get_running_loop().create_future()
        finally:
            raise OSError("cannot be closed")

    with pytest.raises(OSError, match="cannot be closed"):
        async with sweep(at_once, inputs()) as outcomes:
            await anext(aiter(outcomes))

    async def read() -> None:
        async with sweep(at_once, inputs()) as outcomes:
            await anext(aiter(outcomes))
            raise LookupError

    with pytest.raises(LookupError) as raised:
        await read()
    assert "cannot be closed" in raised.value.__notes__[0]


async def test_inputs_that_go_on_when_cancelled_are_closed_all_the_same() -> None:
    closed = False

    async def inputs() -> AsyncIterator[str]:
        nonlocal closed
        try:
            yield number(0)
            while True:
                try:
                    await asyncio.get_running_loop().create_future()
                except asyncio.CancelledError:
                    yield number(1)
        finally:
            closed = True

    async with sweep(at_once, inputs()) as outcomes:
        await anext(aiter(outcomes))
    assert closed
    assert not other_tasks()


async def test_inputs_that_broke_unnoticed_are_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def inputs() -> AsyncIterator[str]:
        for text in numbers(400):
            yield text
        raise LookupError

    calls = Calls()
    async with sweep(calls, inputs()) as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await calls.until_asked(10)
        calls.answer(number(0))
        await first
    gc.collect()
    assert not caplog.records


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("journalled", [False, True])
def test_the_end_of_the_loop_ends_a_sweep_that_was_broken_off(
    turns: int, journalled: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "asyncio")
    inputs = Inputs()
    journal = Journal(tmp_path / "journal") if journalled else None

    async def main() -> None:
        async for _ in sweep(at_once, inputs.sync(), journal=journal):
            break
        for _ in range(turns):  # the clean-up has begun, or not
            await asyncio.sleep(0)

    async def again() -> None:
        async with Journal(tmp_path / "journal"):
            pass

    asyncio.run(main())
    gc.collect()
    assert not engine.running
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join()
    asyncio.run(again())


def test_a_clean_up_that_the_end_of_the_loop_cuts_short_lets_go_of_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    registry: set[Sweep[Any]] = set()

    async def main() -> None:
        calls = Calls()

        async def call(text: str) -> Answer:
            try:
                return await calls(text)
            finally:
                await asyncio.shield(asyncio.get_running_loop().create_future())

        under_test = sweep(call, numbers(20), journal=Journal(path), registry=registry)
        reading = asyncio.ensure_future(anext(aiter(under_test)))
        await calls.until_asked(10)
        reading.cancel()
        await settle()
        assert not reading.done() or other_tasks()
        assert registry == {under_test}

    async def again() -> None:
        async with Journal(path) as journal:
            assert (await journal.counts()).read == 20

    asyncio.run(main())
    assert not engine.running
    assert not registry
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join()
    asyncio.run(again())


def test_a_loop_that_cancels_its_tasks_and_closes_nothing_ends_a_sweep_too(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    held: list[AsyncGenerator[Any, None]] = []

    async def main() -> None:
        held.append(aiter(sweep(at_once, numbers(100_000), journal=Journal(path))))
        await anext(held[0])

    async def again() -> None:
        async with Journal(path) as journal:
            assert (await journal.counts()).answered > 0

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.wait(tasks))
    loop.close()
    assert not engine.running
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join()
    asyncio.run(again())


async def test_a_journal_of_ones_own_survives_such_an_end(tmp_path: Path) -> None:
    async with Journal(tmp_path / "journal") as journal:
        run = await journal.begin({}, int, lambda error: None)
        run.abandon()
        run.abandon()
        await run.finish()
        again = await journal.begin({}, int, lambda error: None)
        await again.finish()


async def test_closing_by_hand_tells_what_went_wrong() -> None:
    async def inputs() -> AsyncIterator[str]:
        try:
            yield number(0)
            await asyncio.get_running_loop().create_future()
        finally:
            raise OSError("cannot be closed")

    under_test = sweep(at_once, inputs())
    iterator = aiter(under_test)
    await anext(iterator)
    with pytest.raises(OSError, match="cannot be closed"):
        await under_test.aclose()
    with pytest.raises(ConfigurationError, match="closed before"):
        await anext(iterator)


async def test_inputs_that_are_iterators_of_another_kind() -> None:
    class Counting:
        """No generator: it has nothing to close."""

        def __init__(self) -> None:
            self.count = 0

        def __aiter__(self) -> Counting:
            return self

        async def __anext__(self) -> str:
            self.count += 1
            return number(self.count)

    async with sweep(at_once, Counting()) as outcomes:
        assert (await anext(aiter(outcomes))).ok
    async with sweep(at_once, Counting()):
        pass
    assert not other_tasks()
