"""One async call over many inputs: bounded, in order if wanted, each key asked once, with a journal if wanted."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
)
from functools import partial
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

from .._finish import finish
from ..errors import ConfigurationError, JournalError
from .answers import Answers, PendingKey
from .inputs import inputs_of
from .inside import enter, is_inside
from .outcome import Outcome, Progress
from .outcome_queue import OutcomeQueue
from .policy import SweepPolicy, phone_number_of
from .pool import Pool
from .reader import Reader
from .rows import columns_of

__all__ = ["Sweep"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the input
K = TypeVar("K")

_HOW = "read it with `async with sweep as outcomes: async for outcome in outcomes: ...`"

# What runs is held here, because the event loop holds its tasks weakly: a sweep that nobody reads any more lives
# until it is cleaned up.
running: set[Sweep[Any]] = set()


class Sweep(Generic[T]):
    """One call over many inputs.

    ::

        async with sweep as outcomes:
            async for outcome in outcomes:
                ...

    yields one Outcome an input: as they finish, or in the order of the inputs. Inputs are read lazily, a little ahead.
    A key that comes again is asked once while it is in flight or among the last ones that are remembered; with a
    journal, once for all. A failure is an outcome. An error that every other call would have too, inputs that raise and
    a journal that cannot be used end the sweep: what is under way finishes and is yielded, then the loop raises.

    Leaving ``async with`` cleans up at once: calls under way are cancelled, the inputs closed, the journal committed. A
    bare ``async for`` works too; if it is left early, the event loop cleans up a little later. A sweep can be read
    once.

    ``call`` asks about one key; see SweepPolicy for the rest.
    """

    def __init__(
        self,
        call: Callable[[K], Awaitable[T]],
        inputs: Iterable[I] | AsyncIterable[I],
        policy: SweepPolicy[I, K, T],
    ) -> None:
        self._call: Callable[[Any], Awaitable[T]] = call
        self._journal = policy.checked_journal()
        self._policy: SweepPolicy[Any, Any, T] = policy
        self._inputs = inputs_of(inputs, policy.clock)
        self.key: Callable[[Any], Any] = policy.key
        self.options: Mapping[str, object] = policy.options
        # At hand, since each answer needs them.
        self._is_transient_error = policy.is_transient_error
        self._is_transient_result = policy.is_transient_result

        self._pool = Pool(
            self._ask,
            begin=partial(enter, self),
            width=policy.width,
            blocked=self._is_full,
            starved=self._read_on,
            failed=self._broke,
        )
        self._queue = OutcomeQueue[T](ordered=policy.ordered)
        self._answers = Answers(
            self._queue,
            columns=policy.columns or columns_of(policy.result_type),
            phone_number=policy.phone_number or phone_number_of,
            remember=policy.remember,
            now=policy.now,
        )
        self._reader = Reader(
            self._inputs,
            key=policy.key,
            answers=self._answers,
            queue=self._queue,
            pool=self._pool,
            ordered=policy.ordered,
            clock=policy.clock,
        )
        self._reading: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._iterator: AsyncGenerator[Outcome[T], None] | None = None
        self._failure: BaseException | None = None
        self._close_error: Exception | None = None
        self._entered = self._begun = self._stopping = self._orphaned = self._all_read = False
        self._pause: int | None = None  # the pool waits until so few are ready
        self._started_at: float | None = None
        self._ended_at: float | None = None

    # Reading it

    async def __aenter__(self) -> Self:
        self._entered = True
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            await self._close()
        finally:
            if isinstance(self._iterator, AsyncGeneratorType) and not self._iterator.ag_running:
                await self._iterator.aclose()
        failure = self._taken_close_error()
        if failure is not None:
            if error is None:
                raise failure
            error.add_note(f"The sweep could not be closed cleanly: {failure}")

    def __aiter__(self) -> AsyncGenerator[Outcome[T], None]:
        if self._begun:
            raise ConfigurationError("A sweep can be read once: make another one to read the inputs again.")
        self._begun = True
        iterator = self._outcomes()
        if self._entered:  # outside of ``async with`` only the loop that reads it may hold it: see there
            self._iterator = iterator
        return iterator

    async def _outcomes(self) -> AsyncGenerator[Outcome[T], None]:
        # Broken off, it is closed by the event loop as soon as nobody holds it any more.
        queue = self._queue
        try:
            await self._start()
            while True:
                while queue.ready:
                    outcome = queue.take()
                    self._taken()
                    yield outcome
                if not self._is_over():
                    await queue.wait()
                elif not queue.settle():
                    break
            await self._close()
            failure = self._failure or self._taken_close_error()
            if failure is not None:
                raise failure
        finally:
            await self._close()

    async def aclose(self) -> None:
        """End the sweep: cancel what is under way, close the inputs, commit the journal.

        If it is cancelled, it does all of this before it raises. A loop that still reads the sweep gets what is
        finished, and then a ConfigurationError.
        """
        await self._close()
        error = self._taken_close_error()
        if error is not None:
            raise error

    def _taken_close_error(self) -> Exception | None:
        error, self._close_error = self._close_error, None
        return error

    def __repr__(self) -> str:
        progress = self.progress()
        of = "" if progress.total is None else f" of {progress.total:,} inputs"
        if self._started_at is None:
            state = "closed" if self._closing is not None else f"not read yet, {_HOW}"
            return f"<{type(self).__name__}{of}: {state}>"
        under_way = "ended" if self._ended_at is not None else f"{progress.in_flight:,} in flight"
        return (
            f"<{type(self).__name__}{of}: {progress.done:,} done ({progress.ok:,} ok, {progress.failed:,} failed, "
            f"{progress.invalid:,} invalid), {under_way}>"
        )

    if not TYPE_CHECKING:  # type checkers say it themselves

        def __iter__(self) -> NoReturn:
            raise TypeError(f"A Sweep is no list: {_HOW}")

        def __await__(self) -> NoReturn:
            raise TypeError(f"A Sweep is not awaited itself: {_HOW}")

        def __enter__(self) -> NoReturn:
            raise TypeError(f"A Sweep is not entered with `with`: {_HOW}")

        def __exit__(self, *_: object) -> None: ...

    def progress(self) -> Progress:
        """Return the counts so far."""
        ended = self._policy.clock() if self._ended_at is None else self._ended_at
        elapsed = 0.0 if self._started_at is None else ended - self._started_at
        pool, queue = self._pool, self._queue
        return Progress(
            read=self._reader.read,
            done=queue.done,
            ok=queue.ok,
            failed=queue.failed,
            invalid=queue.invalid,
            from_journal=queue.from_journal,
            asked=pool.started,
            in_flight=pool.in_flight,
            elapsed=elapsed,
            rate=(pool.started - pool.in_flight) / elapsed if elapsed > 0 else 0.0,
            total=self._inputs.total,
        )

    def asks_again(self, outcome: Outcome[T]) -> bool:
        """True if the next run with a journal asks for this outcome's input again."""
        if outcome.error is not None:
            return outcome.checked_at is not None and self._is_transient_error(outcome.error)
        return outcome.result is not None and self._is_transient_result(outcome.result)

    # Beginning and ending

    async def _start(self) -> None:
        if self._closing is not None:
            raise ConfigurationError("The sweep is closed.")
        self._started_at = self._policy.clock()
        running.add(self)
        if self._policy.registry is not None:
            self._policy.registry.add(self)
        result_type = self._policy.result_type
        if self._journal is not None and result_type is not None:
            run = await self._journal.begin(self.options, result_type, self._stop)
            self._answers.run = run
            if self._closing is not None:  # while it was opened
                await run.finish()
                raise self._failure or ConfigurationError("The sweep is closed.")
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(self._reading_ended)

    async def _read(self) -> None:
        enter(self)
        await self._reader.run()

    def _stop(self, error: BaseException) -> None:
        """Ask nothing more; the loop raises the error when what is under way has finished."""
        if self._failure is None:
            self._failure = error
        self._stopping = True
        for pending in self._pool.stop():
            self._answers.drop(pending)
        if self._reading is not None:
            self._reading.cancel()
        self._queue.wake()

    def _is_over(self) -> bool:
        return self._all_read and not (self._pool.in_flight if self._stopping else self._answers.pending)

    async def _close(self) -> None:
        if self._closing is None:
            if not self._is_over():
                self._stop(ConfigurationError("The sweep was closed before it had come to its end."))
            self._closing = asyncio.create_task(self._clean_up())
            self._closing.add_done_callback(self._let_go)  # also when it is cancelled before it began
        if is_inside(self):
            await asyncio.shield(self._closing)  # the clean-up cancels this task, and waits for it
        else:
            await finish(self._closing)

    async def _clean_up(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        await self._pool.cancel()
        await self._try(self._inputs.aclose)
        if self._answers.run is not None:
            await self._try(self._answers.run.finish)

    def _let_go(self, _: object = None) -> None:
        if self._answers.run is not None:
            self._answers.run.abandon()  # finished already, unless the event loop is ending
        self._ended_at = self._policy.clock()
        running.discard(self)
        if self._policy.registry is not None:
            self._policy.registry.discard(self)
        self._queue.wake()

    async def _try(self, close: Callable[[], Awaitable[None]]) -> None:
        try:
            await close()
        except Exception as error:  # noqa: BLE001 - it is raised when the rest is closed too
            self._close_error = error

    def _reading_ended(self, task: asyncio.Task[None]) -> None:
        self._all_read = True
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if isinstance(error, Exception) and not isinstance(error, JournalError):
            self._failure = self._failure or error  # what was read before is asked all the same
        elif error is not None:
            self._broke(error)
        self._queue.wake()

    def _broke(self, error: BaseException) -> None:
        """A task of the sweep ended before its time: by a bug, or because it was cancelled."""
        if isinstance(error, asyncio.CancelledError) and not self._stopping:
            self._orphaned = True
        self._stop(error)
        if self._orphaned and self._closing is None and self._is_over():
            # The event loop is ending, perhaps with nobody left who reads this and would clean up.
            self._let_go()

    # The calls

    async def _ask(self, pending: PendingKey) -> None:
        try:
            result = await self._call(pending.key)
        except Exception as error:  # noqa: BLE001 - a failure is an outcome
            if self._policy.is_fatal(error):
                self._answers.drop(pending)
                self._stop(error)
            else:
                self._settle(pending, None, error, self._is_transient_error(error))
        else:
            self._settle(pending, result, None, self._is_transient_result(result))

    def _is_full(self, width: int) -> bool:
        """True if nothing more is asked until somebody takes what was answered."""
        most = max(64, 2 * width)
        if len(self._queue.ready) < most:
            return False
        self._pause = most // 2
        return True

    def _read_on(self) -> None:
        self._reader.go_on()

    def _taken(self) -> None:
        """Go on, after an outcome was taken, with what was held back for it."""
        self._reader.go_on()
        if self._pause is not None and len(self._queue.ready) <= self._pause:
            self._pause = None
            self._pool.dispatch()

    def _settle(
        self, pending: PendingKey, result: T | None, error: Exception | None, transient: bool
    ) -> None:
        try:
            self._answers.settle(pending, result, error, transient=transient)
        except JournalError as broken:
            self._stop(broken)
        self._queue.wake()
