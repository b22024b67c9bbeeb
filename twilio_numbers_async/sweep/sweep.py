"""One async call over many inputs: bounded, in order if wanted, each key asked once, with a journal if wanted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar

from ..errors import ConfigurationError
from .engine import Engine
from .outcome import Outcome, Progress
from .policy import SweepPolicy

__all__ = ["Sweep"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the input
K = TypeVar("K")

_HOW = "read it with `async with sweep as outcomes: async for outcome in outcomes: ...`"


class Sweep(Engine[T]):
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
        super().__init__(call, inputs, policy)
        self._entered = self._begun = False
        self._iterator: AsyncGenerator[Outcome[T], None] | None = None

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
