"""Cancelling never interrupts clean-up: at every suspension point, once, late, twice and again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cancelling import HOW, How, cancelled_at, other_tasks
from tests.porting.details import FakeTime, checked, opened, outcomes, plan_of
from tests.sweep import calls as sweeping
from twilio_numbers_async._finish import finish
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.paging import Pager, RawPage
from twilio_numbers_async.porting.journal import PortInJournal
from twilio_numbers_async.porting.plan import PortInPlan
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sweep import Journal

how = pytest.mark.parametrize("how", HOW)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:  # in a loop of its own, so that every task here is the client's
        yield running


async def at_every_point(
    how: How, make: Callable[[], Coroutine[Any, Any, Any]], check: Callable[[], Coroutine[Any, Any, None]]
) -> int:
    """Cancel it at its first suspension point, its second, ..., until it comes to its end; says how many there are."""
    for point in range(1, 1000):
        try:
            await cancelled_at(point, how, make())
        except asyncio.CancelledError:
            assert other_tasks() == set(), point
            await check()
            continue
        assert other_tasks() == set()
        return point - 1
    raise AssertionError("it has no end")


# finish


async def steps(count: int, done: list[int]) -> str:
    for step in range(count):
        await asyncio.sleep(0)
        done.append(step)
    return "done"


@how
async def test_what_is_being_finished_comes_to_its_end(how: How) -> None:
    done: list[int] = []

    async def check() -> None:
        assert done == [0, 1, 2]
        done.clear()

    assert await finish(steps(3, [])) == "done"
    assert await at_every_point(how, lambda: finish(steps(3, done)), check) >= 1


async def test_a_failure_is_raised_and_is_the_cause_where_there_was_a_cancellation_too() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await finish(fail())
    with pytest.raises(asyncio.CancelledError) as caught:
        await cancelled_at(1, "once", finish(fail()))
    assert isinstance(caught.value.__cause__, OSError)


async def test_a_clean_up_that_is_cancelled_itself_is_no_endless_wait() -> None:
    work = asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.ensure_future(finish(work))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    both = asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.ensure_future(finish(both))
    await asyncio.sleep(0)
    waiting.cancel()
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_timeout_around_it_is_still_a_timeout() -> None:
    done: list[int] = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        done.append(1)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await finish(slow())
    assert done == [1]


# create_all


def plan() -> PortInPlan:
    requests = [plan_of([answer]).requests[0] for answer in outcomes(checked(2))]
    return PortInPlan(requests=requests, left_out=[], duplicates={}, problems=[])


@how
async def test_create_all_leaves_no_locked_journal_and_creates_each_once(
    sandbox: Sandbox, tmp_path: Path, how: How
) -> None:
    time, run = FakeTime(), 0

    def journal() -> Path:
        return tmp_path / f"{run}.journal"

    async with opened(sandbox, time) as twilio:

        async def create_all() -> Any:
            return await twilio.port_ins.create_all(plan(), journal=journal(), now=time.now)

        async def check() -> None:
            nonlocal run
            async with PortInJournal(journal()):
                pass
            created = await create_all()
            assert all(outcome.ok for outcome in created)
            # What was created was noted or is found: with each run there are two more, and no third.
            run += 1
            assert len(sandbox.port_in_sids) == 2 * run

        points = await at_every_point(how, create_all, check)
    assert points > 15


# sweeps


@how
async def test_a_sweep_leaves_no_locked_journal(tmp_path: Path, how: How) -> None:
    path = tmp_path / "sweep.journal"

    def run() -> Coroutine[Any, Any, Any]:
        path.unlink(missing_ok=True)
        return sweeping.collect(sweeping.sweep(sweeping.at_once, sweeping.numbers(30), journal=Journal(path)))

    async def check() -> None:
        async with Journal(path):
            pass

    assert await at_every_point(how, run, check) >= 3
    assert len(await sweeping.collect(sweeping.sweep(sweeping.at_once, sweeping.numbers(30)))) == 30


@how
async def test_a_journal_of_ones_own_is_closed(tmp_path: Path, how: How) -> None:
    path = tmp_path / "own.journal"

    async def use() -> None:
        async with Journal(path) as journal:
            await journal.counts()

    async def check() -> None:
        await use()

    assert await at_every_point(how, use, check) >= 3


@how
async def test_a_client_that_closes_ends_what_it_has(sandbox: Sandbox, tmp_path: Path, how: How) -> None:
    path, clients, left = (
        tmp_path / "client.journal",
        list[TwilioNumbers](),
        list[AsyncGenerator[Any, None]](),
    )

    async def use() -> None:
        async with sandbox.client() as twilio:
            clients.append(twilio)
            numbers = [f"+1415555{100 + index:04}" for index in range(20)]
            left.append(aiter(twilio.portability.sweep(numbers, journal=Journal(path))))
            await anext(left[-1])  # and no more, so that the client has a sweep to end

    async def check() -> None:
        async with Journal(path):
            pass
        await clients[-1].close()  # twice is no error
        while left:
            await left.pop().aclose()

    assert await at_every_point(how, use, check) >= 5


async def test_closing_the_client_from_a_call_of_its_sweep_does_not_lock_up(sandbox: Sandbox) -> None:
    async with sandbox.client() as twilio:
        numbers = (number async for number in closing(twilio))
        with pytest.raises(Exception, match=r"closed|not open"):
            async for _ in twilio.portability.sweep(numbers):
                pass
    assert other_tasks() == set()


async def closing(twilio: TwilioNumbers) -> AsyncIterator[str]:
    yield "+14155550100"
    await asyncio.ensure_future(twilio.close())
    yield "+14155550101"


# listings


@how
async def test_a_page_that_is_fetched_ahead_is_not_left_behind(how: How) -> None:
    under_way: set[int] = set()

    async def fetch(at: str | None) -> RawPage[int]:
        page = int(at or 0)
        under_way.add(page)
        try:
            await asyncio.sleep(0)
        finally:
            try:
                await finish(steps(3, []))  # such as a connection that is closed
            finally:
                under_way.discard(page)
        return RawPage([page], str(page + 1) if page < 3 else None)

    async def read() -> list[int]:
        found: list[int] = []
        async with aclosing(Pager(fetch, prefetch=1).pages()) as pages:
            async for page in pages:
                found += page.items
                await asyncio.sleep(0)
        return found

    async def check() -> None:
        assert not under_way

    assert await at_every_point(how, read, check) > 5


# the sandbox


@how
async def test_a_sandbox_frees_its_port(how: How) -> None:
    async def use(sandbox: Sandbox) -> None:
        async with sandbox, sandbox.client() as twilio:
            await twilio.portability.fetch("+14155550100")

    point = 0
    for point in range(1, 100):
        sandbox = Sandbox()
        try:
            await cancelled_at(point, how, use(sandbox))
            break
        except asyncio.CancelledError:
            with suppress(RuntimeError):  # it has no address yet
                port = int(sandbox.url.rpartition(":")[2])
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", port)
    assert point > 3
    assert other_tasks() == set()
