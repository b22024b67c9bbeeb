"""``twilio-numbers numbers update``, ``transfer`` and ``release``: one thing done to many numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from ...models.sids import check_sid
from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from ..exit_codes import USAGE, Stop, interruptible, settled, tell
from ..group_options import Account, Concurrency, Force, Yes, checked_where
from ..options import BaseUrl, Country, Encoding, HeaderRow, Json, Sheet, UseSandbox, country_of, reading_of
from ..output import counted
from ..sweep.plan import refuse_existing
from ..sweep.survey import refuse_unplaced, survey
from ..tables import STDIN, Reading, Table, output_format
from ..tables.columns import listed
from .bulk import BulkOptions, Given, run_bulk
from .bulk_tasks import Release, Task, Transfer, Update
from .number_options import FriendlyName, Set, SmsUrl, StatusCallback, VoiceUrl, read_settings
from .row_settings import RowSettings, option_of, row_settings
from .rows import NumberRow, given_rows, is_a_sid, open_numbers, read_number_rows

__all__ = ["checked_account", "checked_rows", "release", "transfer", "update"]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
_FROM = typer.Option(
    "--from",
    help="The numbers, by SID (PN...) or as phone numbers: CSV, TSV, JSON Lines, one a line, each with or "
    "without gzip; workbooks; Parquet; - for standard input.",
    metavar="FILE",
)
From = Annotated[str, _FROM]
Column = Annotated[
    str | None,
    typer.Option(help="The column with the SIDs or numbers, by name or position from 1.", metavar="NAME"),
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Write the outcome of every row there: .csv, .tsv, .jsonl (each with or without .gz), .xlsx or .parquet. "
        "By default they are printed.",
        metavar="FILE",
    ),
]


def update(
    file: From,
    voice_url: VoiceUrl = None,
    sms_url: SmsUrl = None,
    status_callback: StatusCallback = None,
    friendly_name: FriendlyName = None,
    more: Set = None,
    ignore_columns: Annotated[
        bool,
        typer.Option(
            "--ignore-columns", help="Set only what the options say, whatever the file's columns hold."
        ),
    ] = False,
    empty_clears: Annotated[
        bool, typer.Option("--empty-clears", help="An empty cell clears what its column sets.")
    ] = False,
    column: Column = None,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    account: Account = None,
    concurrency: Concurrency = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Set things on many numbers. It shows what would change, and asks before it changes anything.

    Options set the same on all. A column that is named like an option (voice_url, friendly_name, sms_url, trunk_sid
    ...) sets what each row says on its own number; an empty cell leaves it as it is. Where both are there, the option
    counts. Other columns are not used, and named.

    A number that has it all already is left alone, so after Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all is done, 1 some rows failed, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        options = {
            "voice_url": voice_url,
            "sms_url": sms_url,
            "status_callback": status_callback,
            "friendly_name": friendly_name,
        }
        settings = read_settings(options, more)
        where = checked_where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
        reading = reading_of(column, sheet, header_row, encoding)
        bulk = BulkOptions(where=where, out=out, json=json, yes=yes, dry_run=dry_run)
        setting = _Setting(settings, account, ignore_columns, empty_clears)
        code = _bulk(setting, file, reading, country, bulk, force=force)
    raise typer.Exit(code)


def transfer(
    file: From,
    to: Annotated[str, typer.Option(help="The account that gets the numbers.", metavar="AC...")],
    address_sid: Annotated[
        str | None, typer.Option(help="An address of that account.", metavar="AD...")
    ] = None,
    bundle_sid: Annotated[str | None, typer.Option(help="A bundle of that account.", metavar="BU...")] = None,
    column: Column = None,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    account: Account = None,
    concurrency: Concurrency = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Move many numbers to another account of the same parent, signed in as the parent. It asks first.

    A number that is there already is left alone, so after Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all is done, 1 some rows failed, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        check_sid(to, "AC", "--to")
        for sid, prefix, name in ((address_sid, "AD", "--address-sid"), (bundle_sid, "BU", "--bundle-sid")):
            if sid:
                check_sid(sid, prefix, name)
        where = checked_where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
        reading = reading_of(column, sheet, header_row, encoding)
        bulk = BulkOptions(where=where, out=out, json=json, yes=yes, dry_run=dry_run)
        task = Transfer(to, account, address_sid, bundle_sid)
        code = _bulk(_Same(task), file, reading, country, bulk, force=force)
    raise typer.Exit(code)


def release(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Phone numbers, or their SIDs (PN...).")
    ] = None,
    file: Annotated[str | None, _FROM] = None,
    column: Column = None,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    out: Out = None,
    json: Json = False,
    force: Force = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    account: Account = None,
    concurrency: Concurrency = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Give numbers back: they are gone from the account, and others can buy them. It shows them, and asks first.

    Name them, or a file with them (--from). A number that the account does not have is named, and so is one that Twilio
    keeps. After Ctrl-C or failures the same command does the rest.

    Exit codes: 0 all are released, 1 some are not, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        if bool(numbers) == (file is not None):
            raise Stop("Name the numbers to release, or a file with them (--from FILE)", USAGE)
        where = checked_where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
        bulk = BulkOptions(where=where, out=out, json=json, yes=yes, dry_run=dry_run)
        task = Release(checked_account(account))
        if file is not None:
            reading = reading_of(column, sheet, header_row, encoding)
            code = _bulk(_Same(task), file, reading, country, bulk, force=force)
        else:
            _check_out(out, force=force)
            rows = checked_rows(numbers or [], country)
            code = interruptible(lambda: run_bulk(task, Given(), rows, bulk))
    raise typer.Exit(code)


def checked_rows(numbers: Sequence[str], country: str | None) -> list[NumberRow]:
    """The numbers that were given by hand. Raises Stop for what is none."""
    if country is None:
        refuse_unplaced(survey(number for number in numbers if not is_a_sid(number)), "number")
    return given_rows(numbers, country_of(country))


def checked_account(account: str | None) -> str | None:
    """What --account was given. Raises InvalidArgumentError."""
    return None if account is None else check_sid(account, "AC", "--account")


class _Same(NamedTuple):
    """A task that is the same for every row."""

    task: Task

    @property
    def account(self) -> str | None:
        return self.task.account

    def understood(self, table: Table, position: int) -> tuple[Task, RowSettings | None]:
        return self.task, None


class _Setting(NamedTuple):
    """An update, before it is known what the columns of the file say."""

    common: IncomingPhoneNumberOptions
    account: str | None
    ignore_columns: bool
    empty_clears: bool

    def understood(self, table: Table, position: int) -> tuple[Task, RowSettings | None]:
        """The task, and what rows set. Raises Stop where there is nothing to set."""
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
            tell(f"Not used, since an option says it for every row: {_columns(overruled)}.")
        parts = [f"{name}={value}" for name, value in settings.common.items()]
        parts += [f"each row's {', '.join(settings.columns)}"] if settings.columns else []
        return Update(", ".join(parts), self.account), settings


def _columns(names: Sequence[str]) -> str:
    return f"column{'' if len(names) == 1 else 's'} {listed(names)}"


def _check_out(out: Path | None, *, force: bool, file: str = STDIN) -> None:
    if out is None:
        return
    output_format(out)
    if file != STDIN and out.exists() and Path(file).exists() and out.samefile(file):
        raise Stop(f"{out} is the input itself: give another --out", USAGE)
    refuse_existing(out, force=force)


def _bulk(
    what: _Same | _Setting,
    file: str,
    reading: Reading,
    country: str | None,
    options: BulkOptions,
    *,
    force: bool,
) -> int:
    checked_account(what.account)
    _check_out(options.out, force=force, file=file)
    table, position = open_numbers(file, reading, lambda column: option_of(column) is not None)
    try:
        for note in table.notes:
            tell(note)
        task, settings = what.understood(table, position)
        rows = read_number_rows(
            table, position, country_of(country), None if settings is None else settings.of
        )
        if country is None:
            refuse_unplaced(survey(row.given for row in rows if row.sid is None))
        column_of = (
            f", the numbers are in column {table.columns[position]!r}" if len(table.columns) > 1 else ""
        )
        tell(f"{table.name}: {counted(len(rows), 'row')}{column_of}.")
        return interruptible(lambda: run_bulk(task, table, rows, options))
    finally:
        table.close()
