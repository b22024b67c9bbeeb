"""``twilio-numbers numbers update``, ``transfer`` and ``release``: one thing done to many numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from ..._util import counted
from ...models.sids import check_sid
from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from ..connection import BulkConnection
from ..exit_codes import USAGE, Stop, run, tell
from ..options import Account, FileOptions, Force, Yes, checked_account, country_of
from ..output import Output
from ..sweep.plan import check_out
from ..sweep.survey import refuse_unplaced, survey
from ..tables import STDIN, Table
from ..tables.column_names import listed
from .bulk import Given, run_bulk
from .bulk_tasks import Release, Task, Transfer, Update
from .number_rows import NumberRow, given_rows, is_a_sid, open_numbers, read_number_rows
from .settings import RowSettings, SettingOptions, option_of, row_settings

__all__ = ["checked_rows", "release", "transfer", "update"]

_FROM = typer.Option(
    "--from",
    help="The numbers, by SID (PN...) or as phone numbers: CSV, TSV, JSON Lines, one a line, each with or "
    "without gzip; workbooks; Parquet; - for standard input.",
    metavar="FILE",
)
From = Annotated[str, _FROM]


class BulkOptions(FileOptions, frozen=True, kw_only=True):
    """The options of a command that does one thing to many numbers."""

    column: Annotated[
        str | None,
        typer.Option(help="The column with the SIDs or numbers, by name or position from 1.", metavar="NAME"),
    ] = None
    out: Annotated[
        Path | None,
        typer.Option(
            help="The file for the outcome of every row: .csv, .tsv, .jsonl (each with or without .gz), .xlsx or "
            ".parquet. By default they are printed.",
            metavar="FILE",
        ),
    ] = None
    force: Force = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = (
        False
    )
    yes: Yes = False
    account: Account = None


def update(
    file: From,
    settings: SettingOptions,
    options: BulkOptions,
    output: Output,
    connection: BulkConnection,
    ignore_columns: Annotated[
        bool,
        typer.Option(
            "--ignore-columns", help="Set only the values of the options, not those of the file's columns."
        ),
    ] = False,
    empty_clears: Annotated[
        bool, typer.Option("--empty-clears", help="An empty cell clears what its column sets.")
    ] = False,
) -> int:
    """Set things on many numbers. It shows what would change, and asks before it changes anything.

    Options set the same on all. A column that is named like an option (voice_url, friendly_name, sms_url, trunk_sid
    ...) holds each row's own value; an empty cell changes nothing. If both are there, the option counts. Other columns
    are not used, and named.

    A number that has all the values is left alone, so after Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all is done, 1 some rows failed, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    setting = _Setting(settings.read(), options.account, ignore_columns, empty_clears)
    return _bulk(setting.understood, file, options, output, connection)


def transfer(
    file: From,
    to: Annotated[str, typer.Option(help="The account that gets the numbers.", metavar="AC...")],
    options: BulkOptions,
    output: Output,
    connection: BulkConnection,
    address_sid: Annotated[
        str | None, typer.Option(help="An address of that account.", metavar="AD...")
    ] = None,
    bundle_sid: Annotated[str | None, typer.Option(help="A bundle of that account.", metavar="BU...")] = None,
) -> int:
    """Move many numbers to another account of the same parent, signed in as the parent. It asks first.

    A number that is there already is left alone, so after Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all is done, 1 some rows failed, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    check_sid(to, "AC", "--to")
    for sid, prefix, name in ((address_sid, "AD", "--address-sid"), (bundle_sid, "BU", "--bundle-sid")):
        if sid:
            check_sid(sid, prefix, name)
    task = Transfer(to, options.account, address_sid, bundle_sid)
    return _bulk(lambda _table, _position: (task, None), file, options, output, connection)


def release(
    options: BulkOptions,
    output: Output,
    connection: BulkConnection,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Phone numbers, or their SIDs (PN...).")
    ] = None,
    file: Annotated[str | None, _FROM] = None,
) -> int:
    """Give numbers back: they are gone from the account, and others can buy them. It shows them, and asks first.

    Name them, or a file with them (--from). A number that the account does not have is named, and so is one that Twilio
    keeps. After Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all are released, 1 some are not, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    if bool(numbers) == (file is not None):
        raise Stop("Name the numbers to release, or a file with them (--from FILE)", USAGE)
    task = Release(checked_account(options.account))
    if file is not None:
        return _bulk(lambda _table, _position: (task, None), file, options, output, connection)
    if options.out is not None:
        check_out(options.out, STDIN, force=options.force)
    rows = checked_rows(numbers or [], options.country)
    return _run(task, Given(), rows, options, output, connection)


def checked_rows(numbers: Sequence[str], country: str | None) -> list[NumberRow]:
    """Rows of the numbers on the command line. Raises Stop for an argument that is no number."""
    if country is None:
        refuse_unplaced(survey(number for number in numbers if not is_a_sid(number)), "number")
    return given_rows(numbers, country_of(country))


class _Setting(NamedTuple):
    """An update before the columns of the file are known."""

    common: IncomingPhoneNumberOptions
    account: str | None
    ignore_columns: bool
    empty_clears: bool

    def understood(self, table: Table, position: int) -> tuple[Task, RowSettings | None]:
        """The task, and the settings of rows. Raises Stop if there is nothing to set."""
        columns = [] if self.ignore_columns or not table.named else table.columns
        settings, unused, overruled = row_settings(
            columns, position, self.common, format_=table.format, empty_clears=self.empty_clears
        )
        if not settings.common and not settings.columns:
            others = f" (its columns are: {listed(table.columns)})" if table.named else ""
            raise Stop(
                "Nothing to set: give --voice-url, --sms-url, ... or --set NAME=VALUE, or a file with a column that is "
                f"named like an option, such as voice_url{others}",
                USAGE,
            )
        if unused:
            tell(f"Not used: {_columns(unused)}.")
        if overruled:
            tell(f"Not used, since an option sets the same for every row: {_columns(overruled)}.")
        parts = [f"{name}={value}" for name, value in settings.common.items()]
        parts += [f"each row's {', '.join(settings.columns)}"] if settings.columns else []
        return Update(", ".join(parts), self.account), settings


def _columns(names: Sequence[str]) -> str:
    return f"column{'' if len(names) == 1 else 's'} {listed(names)}"


def _bulk(
    understood: Callable[[Table, int], tuple[Task, RowSettings | None]],
    file: str,
    options: BulkOptions,
    output: Output,
    connection: BulkConnection,
) -> int:
    checked_account(options.account)
    if options.out is not None:
        check_out(options.out, file, force=options.force)
    table, position = open_numbers(
        file, options.reading(options.column), lambda column: option_of(column) is not None
    )
    try:
        for note in table.notes:
            tell(note)
        task, settings = understood(table, position)
        region = country_of(options.country)
        rows = read_number_rows(table, position, region, None if settings is None else settings.of)
        if options.country is None:
            refuse_unplaced(survey(row.given for row in rows if row.sid is None))
        column = f", the numbers are in column {table.columns[position]!r}" if len(table.columns) > 1 else ""
        tell(f"{table.name}: {counted(len(rows), 'row')}{column}.")
        return _run(task, table, rows, options, output, connection)
    finally:
        table.close()


def _run(
    task: Task,
    table: Table | Given,
    rows: Sequence[NumberRow],
    options: BulkOptions,
    output: Output,
    connection: BulkConnection,
) -> int:
    work = run_bulk(
        task, table, rows, output, connection, out=options.out, dry_run=options.dry_run, yes=options.yes
    )
    return run(work)
