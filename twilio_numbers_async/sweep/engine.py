"""The engine of a sweep: it begins, asks and ends, and its outcomes wait to be read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from .._finish import finish
from ..errors import ConfigurationError, JournalError
from .answers import Answers, PendingKey
from .inputs import inputs_of
from .outcome_queue import OutcomeQueue
from .policy import SweepPolicy, phone_number_of
from .pool import Pool
from .reader import Reader
from .rows import columns_of

__all__ = ["Engine", "is_inside"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the input
K = TypeVar("K")

# What runs is held here, because the event loop holds its tasks weakly: a sweep that nobody reads any more lives
# until it is cleaned up.
running: set[Engine[Any]] = set()

# The sweeps whose own task runs: a clean-up ends these tasks, so they must not wait for its end.
_inside: ContextVar[frozenset[object]] = ContextVar("inside", default=frozenset())


def is_inside(sweep: object) -> bool:
    """True if a task of the sweep runs this."""
    return sweep in _inside.get()


class Engine(Generic[T]):
    """The base of a sweep: its calls, its beginning and its end."""

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
            begin=self._enter,
            width=policy.width,
            blocked=self._is_full,
            starved=lambda: self._reader.go_on(),
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
        self._failure: BaseException | None = None
        self._close_error: Exception | None = None
        self._stopping = self._orphaned = self._all_read = False
        self._pause: int | None = None  # the pool waits until so few are ready
        self._started_at: float | None = None
        self._ended_at: float | None = None

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

    def _enter(self) -> None:
        """Note that the task that runs is the sweep's own, and so are those that it makes."""
        _inside.set(_inside.get() | {self})

    async def _read(self) -> None:
        self._enter()
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
