"""A sweep from its first row to its last, with its results, its progress and its end."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

from ..._finish import finish
from ..._util import counted
from ...client import TwilioNumbers
from ...errors import NotFoundError, TransportError, TwilioNumbersError
from ...report import Reason, Sample, Samples, State, read_samples, write_report, write_samples
from ...report.result_columns import added_names
from ...sweep import Journal, JournalError, Outcome, Sweep, may_pass
from ..connection import Connection
from ..exit_codes import FAILED, INTERRUPTED, USAGE, Stop, run, tell
from ..tables import JsonLines, TableError, TableWriter, read_records, unique
from .picking import Number
from .plan import ListOptions, Plan, timeline_of
from .progress import Ceiling, Pace, Status, display
from .question import Question
from .summary import say_reasons

__all__ = ["sweep_file"]

_TICK = 0.1
_LOST_IN_A_ROW = 100
_ALL_MISSING = 20


def sweep_file(
    file: str, options: ListOptions, connection: Connection, default_out: Path, question: Question
) -> int:
    """Ask a question about every number of a file; returns the exit code."""
    plan = Plan(file, options, connection, default_out, question)
    try:
        plan.say()
        sweep = SweepRun(plan)
        code = run(sweep.run())
        if code in (0, FAILED):
            sweep.report()
        return code
    finally:
        plan.close()


class SweepRun:
    """One run over a plan, which asks a question about every number."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._question = plan.question
        self._options = plan.options
        self._table = plan.table
        self._several = plan.picking.several
        self._again: Iterator[tuple[int, Number]] | None = None  # the numbers, read again
        self._reasons: Counter[Reason] = Counter()
        self._states: Counter[State] = Counter()
        self._done = 0
        self._answered = 0
        self._fresh_answers = 0
        self._lost = 0
        self._refused = 0
        self._missing: list[NotFoundError] = []
        self._writer: TableWriter | None = None
        self._lines: JsonLines | None = None
        self._samples = Samples(read_samples(timeline_of(plan.out)) if plan.out and plan.resumed else ())
        self._display = display()
        self._started = time.monotonic()

    async def run(self) -> int:
        """Run the sweep; returns the exit code. Raises Stop, and the errors that end a sweep."""
        journal = self._journal()
        try:
            if journal is not None:
                await self._open(journal)
            self._open_outputs()
            await self._ask(journal)
            code = await self._finish(journal)
        except asyncio.CancelledError:
            code = self._interrupted()
        except JournalError as error:
            self._discard()
            raise self._of_journal(error) from None
        except (Stop, TableError, TwilioNumbersError, BrokenPipeError):
            self._keep_answers()
            if journal is not None and not self._answered and not self._plan.resumed:
                await journal.remove()
            raise
        except OSError as error:
            self._discard()
            where = self._plan.out or "The output"
            raise Stop(f"{where} cannot be written: {error.strerror or error}", FAILED) from None
        except BaseException:
            self._discard()
            raise
        finally:
            self._display.close()
            if journal is not None:
                await journal.aclose()
        return code

    def report(self) -> None:
        """Write the page of --report."""
        path, out = self._options.report, self._plan.out
        if path is not None and out is not None:
            write_report(read_records(str(out)), path, timeline=self._samples)
            tell(f"{path} shows the results.")

    # Asking

    def _journal(self) -> Journal | None:
        path = self._plan.journal
        if path is None:
            return None
        return Journal(path, max_age=self._plan.max_age, fresh=self._options.fresh)

    async def _open(self, journal: Journal) -> None:
        await journal.open()
        if self._plan.resumed:
            counts = await journal.counts()
            tell(f"Going on with {journal.path}, which has the answers for {counts.answered:,} numbers.")

    def _open_outputs(self) -> None:
        if self._options.json:
            names = [*unique(self._table.columns), *added_names(self._table.columns, self._plan.added)]
            self._lines = JsonLines(sys.stdout.buffer, names)
        if self._plan.out is not None:
            self._writer = TableWriter(self._plan.out, self._table, self._plan.added)

    async def _ask(self, journal: Journal | None) -> None:
        async with self._plan.connection.open() as client:
            sweep = self._question.start(client, self._plan.numbers(), self._plan.country, journal)
            async with self._watched(client, sweep), sweep as outcomes:
                async for outcome in outcomes:
                    self._take(outcome)

    def _take(self, outcome: Outcome[Any]) -> None:
        while self._done < outcome.index:  # a sweep that was stopped leaves gaps
            missing = _never_answered(self._done, self._read_again(self._done))
            self._write(missing.input, self._question.cells(missing), "failed")
        cells = self._question.cells(outcome)
        reason = self._question.reason(outcome, cells)
        self._reasons[reason] += 1
        self._write(outcome.input, cells, reason.state)
        if outcome.error is not None and outcome.phone_number is not None and not may_pass(outcome.error):
            self._refused += 1
        if outcome.error is None:
            self._answered += 1
            if not outcome.from_journal:
                self._fresh_answers += 1
                self._lost = 0
        elif isinstance(outcome.error, NotFoundError):
            if not outcome.from_journal:
                self._missing.append(outcome.error)
                self._refuse_wrong_address(_ALL_MISSING)
        elif isinstance(outcome.error, TransportError) and outcome.error.is_transient:
            self._lost += 1
            never = not self._fresh_answers and not outcome.error.may_have_been_processed
            if never or self._lost >= _LOST_IN_A_ROW:
                raise Stop(f"{self._server} cannot be reached: {outcome.error}", FAILED)

    @property
    def _server(self) -> str:
        return self._plan.connection.base_url or "Twilio"

    def _refuse_wrong_address(self, least: int) -> None:
        """Raise Stop if the server answers 404 to every number: then its address is wrong, not the numbers."""
        if len(self._missing) < least or self._fresh_answers or self._asked_otherwise():
            return
        option = "--base-url" if self._plan.connection.base_url else "the edge and region"
        raise Stop(
            f"{self._server} answers 404 to everything ({self._missing[0]}): is {option} right? "
            "Nothing of that is kept.",
            FAILED,
        )

    def _asked_otherwise(self) -> bool:
        """True if there were other failures than 404."""
        return self._states["failed"] > len(self._missing)

    def _read_again(self, index: int) -> Number:
        """The number at a position, which no outcome has brought back. Positions only grow."""
        self._again = self._again or enumerate(self._plan.numbers())
        return next(number for position, number in self._again if position == index)

    def _write(self, number: Number, cells: list[object], state: State) -> None:
        row = [*number.row.cells, *([number.column] if self._several else ()), *cells]
        if self._writer is not None:
            self._writer.write_row(row)
        if self._lines is not None:
            self._lines.write(row)
        self._states[state] += 1
        self._done += 1

    @contextlib.asynccontextmanager
    async def _watched(self, client: TwilioNumbers, sweep: Sweep[Any]) -> AsyncGenerator[None]:
        watch = asyncio.create_task(self._watch(client, sweep))
        try:
            yield
        finally:
            watch.cancel()
            [ended] = await finish(asyncio.gather(watch, return_exceptions=True))
            if isinstance(ended, Exception):
                raise ended

    async def _watch(self, client: TwilioNumbers, sweep: Sweep[Any]) -> None:
        pace, ceiling = Pace(), Ceiling()
        try:
            while True:
                self._look(client, sweep, pace, ceiling)
                await asyncio.sleep(_TICK)
        finally:
            self._look(client, sweep, pace, ceiling)

    def _look(self, client: TwilioNumbers, sweep: Sweep[Any], pace: Pace, ceiling: Ceiling) -> None:
        gate, progress = client.gate.snapshot(), sweep.progress()
        if (line := ceiling(gate.ceiling)) is not None:
            self._display.note(line)
        self._samples.add(
            Sample(
                at=time.time(),
                done=self._done,
                in_flight=gate.in_flight,
                limit=gate.limit,
                ceiling=gate.ceiling,
                refusals=gate.refusals,
            )
        )
        self._display.show(
            Status(
                done=self._done,
                total=self._plan.found.numbers,
                rate=pace(time.monotonic(), self._done - progress.from_journal),
                in_flight=gate.in_flight,
                limit=gate.limit,
                ceiling=gate.ceiling,
                states=self._states,
                labels=self._question.labels,
            )
        )
        if self._lines is not None:
            with contextlib.suppress(OSError):  # the next row says it
                sys.stdout.flush()

    # Ending

    async def _finish(self, journal: Journal | None) -> int:
        self._refuse_wrong_address(1 if self._missing and self._missing[0].code is None else 2)
        self._commit(whole=True)
        self._display.close()
        failed = self._states["failed"]
        took = time.monotonic() - self._started
        where = "" if self._plan.out is None else f", written to {self._plan.out}"
        tell(f"{counted(self._done, 'row')} in {took:,.1f} s{where}.")
        say_reasons(self._reasons, sys.stderr if self._options.json else sys.stdout)
        if journal is not None and not failed and not self._options.keep_journal:
            await journal.remove()
        elif journal is not None and failed:
            self._tell_what_is_kept(failed, journal)
        if self._done and self._states["invalid"] == self._done:
            tell("Nothing in these rows can be a phone number: is it the right column (--column)?")
            return FAILED
        return FAILED if failed else 0

    def _tell_what_is_kept(self, failed: int, journal: Journal) -> None:
        transient = failed - self._refused
        if transient:
            rows = "1 row has" if transient == 1 else f"{transient:,} rows have"
            tell(f"{rows} no answer. The same command asks for what is missing again ({journal.path}).")
        if self._refused:
            rows = "1 row was" if self._refused == 1 else f"{self._refused:,} rows were"
            tell(
                f"{rows} refused for good, and {journal.path} keeps that: the same command does not ask for them "
                "again, --fresh --force asks for everything."
            )

    def _interrupted(self) -> int:
        self._commit(whole=False)
        self._display.close()
        kept = f" are in {self._writer.part}" if self._writer is not None and self._done > 0 else " were done"
        again = "" if self._plan.journal is None else " The same command goes on from there."
        tell(f"Stopped: {self._done:,} of {self._plan.found.numbers:,} rows{kept}.{again}")
        return INTERRUPTED

    def _keep_answers(self) -> None:
        if not self._answered:
            self._discard()
            return
        self._commit(whole=False)
        if self._writer is not None:
            self._display.close()
            tell(f"{self._done:,} of {self._plan.found.numbers:,} rows are in {self._writer.part}.")

    def _commit(self, *, whole: bool) -> None:
        """Move the results into their place; keep incomplete results beside it."""
        if self._writer is None:
            return
        if whole:
            self._writer.commit()
        elif self._done:
            self._writer.keep()
        else:
            self._discard()
            return
        if self._question.has_report:
            write_samples(timeline_of(self._writer.path), self._samples)

    def _discard(self) -> None:
        if self._writer is not None:
            self._writer.discard()

    def _of_journal(self, error: JournalError) -> Stop:
        if self._fresh_answers:
            return Stop(str(error), FAILED)
        return Stop(f"{error} (--fresh forgets what it has, --out NAME makes another one beside it.)", USAGE)


def _never_answered(index: int, number: Number) -> Outcome[Any]:
    error = TwilioNumbersError("The sweep was stopped before the answer came")
    return Outcome(index, number, None, None, error)
