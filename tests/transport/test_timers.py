from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

import pytest

from tests.raw_server import raw_server
from twilio_numbers_async.transport.http.session import TimeLimit

from .raw_client import NUMBER, client, portable_reply

T = TypeVar("T")


class CountingLoop(asyncio.SelectorEventLoop):
    """Knows its timers that are still to come."""

    def __init__(self) -> None:
        super().__init__()
        self.handles: list[asyncio.TimerHandle] = []

    def call_at(  # type: ignore[override]  # the types of a callback's arguments are of no interest here
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = super().call_at(when, callback, *args, context=context)
        self.handles.append(handle)
        return handle

    @property
    def ahead(self) -> list[asyncio.TimerHandle]:
        return [handle for handle in self.handles if not handle.cancelled() and handle.when() > self.time()]


def run(main: Callable[[CountingLoop], Coroutine[Any, Any, T]]) -> T:
    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, CountingLoop)
        return runner.run(main(loop))


async def attempt(limit: TimeLimit, work: Coroutine[Any, Any, T]) -> T:
    """Await the work under a limit, as a request does."""
    task = running()
    limit.start(asyncio.get_running_loop(), task)
    try:
        return await work
    except asyncio.CancelledError:
        if limit.interrupted(task):
            raise TimeoutError from None
        raise
    finally:
        limit.stop(task)


def running() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def forever() -> None:
    await asyncio.Event().wait()


def test_many_attempts_share_one_timer_which_closing_drops() -> None:
    async def main(loop: CountingLoop) -> None:
        limit, go = TimeLimit(60.0), asyncio.Event()
        attempts = [asyncio.create_task(attempt(limit, go.wait())) for _ in range(100)]
        await asyncio.sleep(0)
        assert len(loop.ahead) == 1
        go.set()
        assert await asyncio.gather(*attempts) == [True] * 100
        assert len(loop.ahead) == 1
        limit.close()
        assert loop.ahead == []

    run(main)


def test_attempts_one_after_the_other_share_one_timer() -> None:
    async def main(loop: CountingLoop) -> None:
        limit = TimeLimit(60.0)
        for _ in range(10):
            await attempt(limit, asyncio.sleep(0))
        assert len(loop.handles) == 1
        limit.close()
        assert loop.ahead == []

    run(main)


def test_a_timer_with_nothing_to_watch_over_goes_by_itself() -> None:
    async def main(loop: CountingLoop) -> None:
        limit = TimeLimit(0.01)
        await attempt(limit, asyncio.sleep(0))
        await asyncio.sleep(0.02)
        assert len(loop.handles) == 2, "its own and that of the sleep"
        assert loop.ahead == []
        with pytest.raises(TimeoutError):
            await attempt(limit, forever())

    run(main)


def test_attempts_that_take_too_long_end_and_the_others_go_on() -> None:
    async def main(loop: CountingLoop) -> None:
        limit, go = TimeLimit(0.2), asyncio.Event()
        late = [asyncio.create_task(attempt(limit, forever())) for _ in range(3)]
        quick = asyncio.create_task(attempt(limit, asyncio.sleep(0, "done")))
        for task in late:
            with pytest.raises(TimeoutError):
                await task
        assert await quick == "done"
        later = asyncio.create_task(attempt(limit, go.wait()))
        await asyncio.sleep(0)
        go.set()
        assert await later
        assert [task.cancelling() for task in late] == [0, 0, 0], "the cancellation is taken back"
        assert len(loop.ahead) == 1

    run(main)


def test_an_attempt_that_starts_while_others_expire_has_its_own_time() -> None:
    async def main(loop: CountingLoop) -> None:
        limit = TimeLimit(0.05)
        outcomes: list[str] = []

        async def twice() -> None:
            for _ in range(2):
                with pytest.raises(TimeoutError):
                    await attempt(limit, forever())
                outcomes.append("late")

        await asyncio.gather(*(twice() for _ in range(5)))
        assert outcomes == ["late"] * 10
        assert loop.ahead == []

    run(main)


def test_slow_cleaning_up_after_a_timeout_delays_nobody_else() -> None:
    async def main(loop: CountingLoop) -> None:
        limit, go = TimeLimit(0.02), asyncio.Event()

        async def slow() -> None:
            try:
                await forever()
            finally:
                await go.wait()

        first = asyncio.create_task(attempt(limit, slow()))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await attempt(limit, forever())
        with pytest.raises(TimeoutError):
            await attempt(limit, forever())
        assert not first.done()
        go.set()
        with pytest.raises(TimeoutError):
            await first
        assert loop.ahead == []

    run(main)


@pytest.mark.parametrize("limit_first", [True, False])
def test_a_cancellation_by_the_caller_is_never_taken_for_a_timeout(limit_first: bool) -> None:
    async def main(loop: CountingLoop) -> None:
        limit = TimeLimit(0.02)
        due = loop.time() + limit.seconds
        task = asyncio.create_task(attempt(limit, forever()))
        await asyncio.sleep(0)
        # Both are due by the time that the loop looks again, and are done in this order before the task goes on.
        loop.call_at(due + (0.01 if limit_first else -0.01), task.cancel)
        while loop.time() < due + 0.02:
            pass
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert task.cancelling() == 1

    run(main)


def test_a_cancellation_from_before_is_not_the_limits() -> None:
    async def main(loop: CountingLoop) -> None:
        async def cleaning_up() -> str:
            try:
                await forever()
            except asyncio.CancelledError:
                # A request in a clean-up handler of a task that is being cancelled has its limit all the same.
                with pytest.raises(TimeoutError):
                    await attempt(TimeLimit(0.01), forever())
                raise
            return "never"

        task = asyncio.create_task(cleaning_up())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main)


def test_one_limit_serves_one_loop_after_the_other() -> None:
    limit = TimeLimit(0.02)

    async def main(loop: CountingLoop) -> None:
        with pytest.raises(TimeoutError):
            await attempt(limit, forever())
        assert loop.ahead == []

    run(main)
    run(main)


def test_attempts_of_a_loop_that_died_are_forgotten() -> None:
    limit = TimeLimit(0.02)

    async def abandoned(loop: CountingLoop) -> asyncio.Task[Any]:
        limit.start(loop, running())
        return running()

    task = run(abandoned)

    async def main(loop: CountingLoop) -> None:
        with pytest.raises(TimeoutError):
            await attempt(limit, forever())
        assert not limit.interrupted(task)
        limit.stop(task)
        assert loop.ahead == []

    run(main)


def test_closing_drops_the_timer_and_twice_is_no_error() -> None:
    async def main(loop: CountingLoop) -> None:
        limit = TimeLimit(60.0)
        limit.start(loop, running())
        limit.close()
        limit.close()
        assert loop.ahead == []
        limit.stop(running())

    run(main)


def test_closing_a_client_drops_the_timers_of_all_its_views() -> None:
    async def main(loop: CountingLoop) -> None:
        def limits() -> int:
            return sum("TimeLimit" in repr(handle) for handle in loop.ahead)

        async with raw_server(portable_reply()) as server:
            async with client(server.url) as twilio:
                for view in (twilio, twilio.with_options(timeout=60), twilio):
                    await view.portability.fetch(NUMBER)
                assert limits() == 2
                await twilio.with_options(deadline=5).portability.fetch(NUMBER)
                assert limits() == 2, "that of a deadline is for one call"
            assert limits() == 0

    run(main)
