"""``twilio-numbers numbers update`` and ``transfer``: one thing done to many numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..models.sids import check_sid
from .bulk import BulkOptions, run_bulk
from .bulk_tasks import Task, Transfer, Update
from .ending import USAGE, Stop, interruptible, settled, tell
from .group_options import Account, Concurrency, Force, Yes, checked_where
from .listing import counted
from .number_rows import open_numbers, read_number_rows
from .options import BaseUrl, Country, Encoding, HeaderRow, Json, Sheet, UseSandbox, country_of, reading_of
from .plan import refuse_existing
from .settings import FriendlyName, Set, SmsUrl, StatusCallback, VoiceUrl, read_settings
from .survey import refuse_unplaced, survey
from .tables import STDIN, Reading, output_format

__all__ = ["checked_account", "transfer", "update"]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        help="The numbers, by SID (PN...) or as phone numbers: CSV, TSV, JSON Lines, one a line, each with or "
        "without gzip; workbooks; Parquet; - for standard input.",
        metavar="FILE",
    ),
]
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
    """Set the same things on many numbers. It shows what would change, and asks before it changes anything.

    A number that has them already is left alone, so after Ctrl-C or failures the same command does the rest.

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
        if not settings:
            raise Stop("Nothing to set: give --voice-url, --sms-url, ... or --set NAME=VALUE", USAGE)
        where = checked_where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
        reading = reading_of(column, sheet, header_row, encoding)
        bulk = BulkOptions(where=where, out=out, json=json, yes=yes, dry_run=dry_run)
        code = _bulk(Update(settings, account), file, reading, country, bulk, force=force)
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
        code = _bulk(
            Transfer(to, account, address_sid, bundle_sid), file, reading, country, bulk, force=force
        )
    raise typer.Exit(code)


def checked_account(account: str | None) -> str | None:
    """What --account was given. Raises InvalidArgumentError."""
    return None if account is None else check_sid(account, "AC", "--account")


def _bulk(
    task: Task, file: str, reading: Reading, country: str | None, options: BulkOptions, *, force: bool
) -> int:
    out = options.out
    checked_account(task.account)
    if out is not None:
        output_format(out)
        if file != STDIN and out.exists() and Path(file).exists() and out.samefile(file):
            raise Stop(f"{out} is the input itself: give another --out", USAGE)
        refuse_existing(out, force=force)
    table, position = open_numbers(file, reading)
    try:
        for note in table.notes:
            tell(note)
        rows = read_number_rows(table, position, country_of(country))
        if country is None:
            refuse_unplaced(survey(row.given for row in rows if row.sid is None))
        column_of = (
            f", the numbers are in column {table.columns[position]!r}" if len(table.columns) > 1 else ""
        )
        tell(f"{table.name}: {counted(len(rows), 'row')}{column_of}.")
        return interruptible(lambda: run_bulk(task, table, rows, options))
    finally:
        table.close()
