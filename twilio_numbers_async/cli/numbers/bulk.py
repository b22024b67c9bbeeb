"""One task for the numbers of a file: a dry run first, then one outcome for each row, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from ..._util import counted
from ...client import TwilioNumbers
from ...errors import InvalidArgumentError, NotFoundError, TwilioNumbersError
from ...models import IncomingPhoneNumber
from ..confirm import ask
from ..connection import Connection
from ..exit_codes import FAILED, INTERRUPTED, USAGE, Stop, tell
from ..output import Listing, Output, plain
from ..tables import Table, TableWriter
from ..words import worded
from .bulk_tasks import Task, Wanted
from .number_rows import NumberRow

__all__ = ["Given", "run_bulk"]

_SHOWN = 5
_PAGE = 1000
_FEW = 5
"""Numbers that are looked for one by one: a list of all may be long."""
_ADDED = {"sid": "text", "phone_number_e164": "text", "outcome": "text", "error": "text"}
_FINE = frozenset(
    {"updated", "transferred", "released", "unchanged", "would_update", "would_transfer", "would_release"}
)
_STOPPED = (
    "It was stopped before the answer came: the same command goes on, and leaves alone what is done already"
)


class Given(msgspec.Struct, frozen=True):
    """Numbers from the command line, in the shape of a table."""

    columns: tuple[str, ...] = ("number",)
    native: None = None
    place: str = "number"
    """The unit that the number of a row counts."""


class _Said(NamedTuple):
    """The outcome of a row."""

    outcome: str
    error: str | None = None


async def run_bulk(
    task: Task,
    table: Table | Given,
    rows: Sequence[NumberRow],
    output: Output,
    connection: Connection,
    *,
    out: Path | None,
    dry_run: bool,
    yes: bool,
) -> int:
    """Do ``task`` to the numbers that ``rows`` name; returns the exit code."""
    async with connection.open() as client:
        account = task.account or client.account_sid
        if account == task.other_account:
            raise Stop(f"The account {account} has these numbers: --to must be another one", USAGE)
        bulk = _Bulk(task, rows, account, table.place)
        await bulk.look(client)
        bulk.show()
        if bulk.count and not dry_run:
            question = f"{task.verb.capitalize()} {counted(bulk.count, 'number')}?"
            ask(question, yes=yes, done="changed")
        with _sink(table, out, output) as write:
            if dry_run:
                bulk.settle_rest(f"would_{task.verb}", None)
                bulk.hand_out(write)
                return bulk.finish(where=out)
            return await bulk.run(client, write, out=out)


class _Bulk:
    """The rows, the numbers they name, and their outcomes."""

    def __init__(self, task: Task, rows: Sequence[NumberRow], account: str, place: str) -> None:
        self._task = task
        self._rows = rows
        self._account = account
        self._place = place
        self._numbers: dict[str, IncomingPhoneNumber] = {}  # those that rows name, by SID and by phone number
        self._unclear: set[str] = set()  # phone numbers that the account has more than once
        self._said: list[_Said | None] = [None] * len(rows)
        self._places: dict[str, list[int]] = {}  # the rows of each number that is to be asked about
        self._wanted: dict[str, Wanted] = {}  # the settings for each of them
        self._handed_out = 0

    @property
    def count(self) -> int:
        """The count of numbers that the task will change."""
        return len(self._places)

    # Before

    async def look(self, client: TwilioNumbers) -> None:
        """Find the numbers of the rows, and the settings for each."""
        wanted = {row.name for row in self._rows} - {""}
        if len(wanted) > _FEW:
            count = await self._find(client, self._account, wanted)
            tell(f"The account {self._account} has {counted(count, 'number')}.")
        else:
            await self._find_few(client, self._account, wanted)
        other, missing = self._task.other_account, wanted - self._numbers.keys() - self._unclear
        if other is not None and missing:
            find = self._find if len(missing) > _FEW else self._find_few
            await find(client, other, missing)
        for index, row in enumerate(self._rows):
            number = self._numbers.get(row.name)
            if row.fault is not None:
                self._said[index] = _Said("invalid", row.fault)
            elif row.name in self._unclear:
                self._said[index] = _Said(
                    "invalid", "The account has this number more than once: give its SID"
                )
            elif number is None or number.sid is None:
                self._said[index] = _Said("not_found", f"The account {self._account} has no such number")
            else:
                self._places.setdefault(number.sid, []).append(index)
        for sid in list(self._places):
            self._settle_before(sid)

    async def _find(self, client: TwilioNumbers, account: str, wanted: set[str]) -> int:
        count = 0
        pager = client.incoming_phone_numbers.list(account_sid=account, page_size=_PAGE, prefetch=1)
        async for number in pager:
            count += 1
            for key in wanted.intersection((number.sid or "", number.phone_number or "")):
                known = self._numbers.setdefault(key, number)
                if known.sid != number.sid:
                    self._unclear.add(key)
        return count

    async def _find_few(self, client: TwilioNumbers, account: str, wanted: set[str]) -> None:
        numbers = client.incoming_phone_numbers
        for name in sorted(wanted):
            look = numbers.find if name[0] == "+" else numbers.fetch
            try:
                self._numbers[name] = await look(name, account_sid=account)
            except NotFoundError:
                continue
            except InvalidArgumentError:
                self._unclear.add(name)

    def _settle_before(self, sid: str) -> None:
        """Settle the rows of a number that need no request."""
        places = self._places[sid]
        fault = self._disagreement(places)
        wanted = {name: value for place in places for name, value in self._rows[place].options.items()}
        left = None if fault else self._task.left(self._number_of(places[0]), wanted)
        if left is not None:
            self._wanted[sid] = left
            return
        for place in places:
            self._said[place] = _Said("conflict", fault) if fault else _Said("unchanged")
        del self._places[sid]

    def _disagreement(self, places: Sequence[int]) -> str | None:
        """The fault of rows of one number that set the same thing to different values; None if there is none."""
        first: dict[str, tuple[int, object]] = {}
        for place in places:
            line = self._rows[place].row.line
            for name, value in self._rows[place].options.items():
                before, set_before = first.setdefault(name, (line, value))
                if set_before != value:
                    return (
                        f"{self._place.capitalize()}s {before:,} and {line:,} are the same number and set {name} to "
                        "different values: nothing is done to it"
                    )
        return None

    def show(self) -> None:
        """Print the dry run: the changes, and the rows without one."""
        task = self._task
        tell(f"To {task.verb}: {len(self._places):,} ({task.what}).")
        for sid, places in list(self._places.items())[:_SHOWN]:
            number = self._number_of(places[0])
            tell(plain(f"  {sid} {number.phone_number}: {task.change(number, self._wanted[sid])}"))
        if len(self._places) > _SHOWN:
            tell(f"  and {len(self._places) - _SHOWN:,} more")
        again = sum(map(len, self._places.values())) - len(self._places)
        if again:
            tell(f"{counted(again, 'row')} with a number that another row has too.")
        for outcome, count in sorted(Counter(said.outcome for said in self._said if said).items()):
            tell(f"{count:,} {outcome.replace('_', ' ')}.")
        for line in self._faults():
            tell(line)

    def _faults(self) -> Iterator[str]:
        """The first rows with a fault, with the fault."""
        wrong = [
            f"  {self._place} {row.row.line:,}: {said.error}"
            for row, said in zip(self._rows, self._said, strict=True)
            if said is not None and said.outcome in {"invalid", "conflict"}
        ]
        yield from map(plain, wrong[:_SHOWN])
        if len(wrong) > _SHOWN:
            yield f"  and {len(wrong) - _SHOWN:,} more that are wrong"

    # Doing it

    async def run(
        self, client: TwilioNumbers, write: Callable[[NumberRow, _Row], None], *, out: Path | None
    ) -> int:
        """Do the task. Every row has an outcome in the end, even if the task is cut short."""
        sids = list(self._places)
        self.hand_out(write)
        try:
            with _bar(len(sids), shown=out is not None) as advance:
                wanted = [(sid, self._wanted[sid]) for sid in sids]
                async with self._task.start(client, wanted) as outcomes:
                    async for outcome in outcomes:
                        self._take(sids[outcome.index], outcome.error)
                        self.hand_out(write)
                        advance()
        except (asyncio.CancelledError, TwilioNumbersError) as error:
            self.settle_rest("stopped", _STOPPED)
            self.hand_out(write)
            self.finish(where=out)
            if isinstance(error, TwilioNumbersError):
                raise
            return INTERRUPTED
        return self.finish(where=out)

    def _take(self, sid: str, error: Exception | None) -> None:
        said = _Said(self._task.done) if error is None else _Said("failed", worded(error))
        for place in self._places[sid]:
            self._said[place] = said

    def settle_rest(self, outcome: str, error: str | None) -> None:
        """Give every row that has no outcome yet the same one."""
        rest = _Said(outcome, error)
        self._said = [said or rest for said in self._said]

    def hand_out(self, write: Callable[[NumberRow, _Row], None]) -> None:
        """Write the rows whose outcome is known, in order, up to the first that has none."""
        while self._handed_out < len(self._rows) and (said := self._said[self._handed_out]) is not None:
            row = self._rows[self._handed_out]
            number = None if row.name in self._unclear else self._numbers.get(row.name)
            sid = row.sid if number is None else number.sid
            phone_number = row.phone_number if number is None else number.phone_number
            write(row, _Row(sid, phone_number, said.outcome, said.error))
            self._handed_out += 1

    def finish(self, *, where: Path | None) -> int:
        """Print the sums; returns the exit code."""
        counts = Counter(said.outcome for said in self._said if said)
        parts = ", ".join(f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in counts.most_common())
        written = f", written to {where}" if where else ""
        tell(f"{counted(len(self._rows), 'row')}: {parts or 'nothing to do'}{written}.")
        return 0 if _FINE.issuperset(counts) else FAILED

    def _number_of(self, place: int) -> IncomingPhoneNumber:
        return self._numbers[self._rows[place].name]


class _Row(NamedTuple):
    """The outcome of a row as it is written."""

    sid: str | None
    phone_number_e164: str | None
    outcome: str
    error: str | None


@contextlib.contextmanager
def _sink(
    table: Table | Given, out: Path | None, output: Output
) -> Generator[Callable[[NumberRow, _Row], None]]:
    """Give a function that writes an outcome: to the file, which is whole in the end, or to standard output."""
    if out is None:
        widths = {"Line": 5, "Given": 34, "SID": 34, "Number": 16, "Outcome": 14, "Error": 0}
        listing = Listing(widths, output)

        def show(row: NumberRow, said: _Row) -> None:
            record = {"line": row.row.line, "input": row.given, **said._asdict()}
            listing.row(list(record.values()), record)

        yield show
        return
    writer = TableWriter(out, table, _ADDED)
    try:
        yield lambda row, said: writer.write(row.row.cells, said._asdict())
    finally:
        # The record of the changes is worth more than a tidy folder, whatever ended the run.
        if writer.rows:
            writer.commit()
        else:
            writer.discard()


@contextlib.contextmanager
def _bar(total: int, *, shown: bool) -> Generator[Callable[[], None]]:
    """A bar on a terminal, if the rows themselves are not printed."""
    console = Console(stderr=True)
    if not shown or not sys.stderr.isatty() or console.is_dumb_terminal:
        yield lambda: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=False) as progress:
        bar = progress.add_task("", total=total)
        yield lambda: progress.advance(bar)
