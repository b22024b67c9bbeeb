"""``twilio-numbers port-ins``: porting numbers to Twilio, from the plan to the last change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from ...models.sids import check_sid
from ..connection import Where, connected
from ..exit_codes import FAILED, USAGE, Stop, interruptible, settled, tell
from ..group_options import Yes, checked_where
from ..options import BaseUrl, Country, Encoding, HeaderRow, Json, Sheet, UseSandbox, country_of, reading_of
from ..output import counted
from ..tables import Reading
from .details import read_details
from .following import Filters, cancel, list_port_ins, read_state, show_port_in, watch
from .planning import Planned, create_port_ins, make_plan, show_plan
from .rows import default_journal, read_numbers

__all__ = ["port_ins"]

port_ins: typer.Typer = typer.Typer(
    help="Port numbers to Twilio, and follow how it goes.", no_args_is_help=True
)

_DETAILS_HELP = """\b
The file of --details is TOML:
  account_sid = "AC..."            # the account to port to
  documents = ["RD..."]            # uploaded ones; a utility bill among them
  target_date = 2030-01-15         # 7 days ahead or more (Japan: 10)
  time_range = ["10:00:00-08:00", "12:00:00-08:00"]
  notification_emails = ["name@example.com"]
  bundle_sid, portability_advance_carrier, auto_cancel_approval_numbers
  [losing_carrier]                 # as the losing carrier has it
  customer_name = "..."
  customer_type = "Business"       # or "Individual"
  account_number = "..."           # for mobile numbers
  account_telephone_number = "+1..."
  authorized_representative = "..."
  authorized_representative_email = "..."
  address_sid = "AD..."            # or a table:
  [losing_carrier.address]         # street, street_2, city, state, zip, country
  [pins]                           # by number; or a column pin in FILE
  "+1..." = "1234"
Only account_sid, documents, and of [losing_carrier] the customer's name, the
representative and an address must be there. A key that is not known is an error."""

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="The numbers: what the sweep command wrote, or any table that it reads; - for standard input.",
    ),
]
DetailsFile = Annotated[
    Path, typer.Option("--details", help="The customer's details (TOML); see below.", metavar="TOML")
]
Column = Annotated[
    str | None, typer.Option(help="The column with the numbers, by name or position from 1.", metavar="NAME")
]
PinColumn = Annotated[
    str | None,
    typer.Option(help="The column with the PINs; by default the one called pin.", metavar="NAME"),
]
CheckedOnly = Annotated[
    bool, typer.Option("--checked-only", help="Leave out numbers that nobody checked for portability.")
]
Sid = Annotated[str, typer.Argument(metavar="SID", help="The port-in request (KW...).")]
_DATES = ["%Y-%m-%d"]


@port_ins.command("plan", epilog=_DETAILS_HELP)
def plan_command(
    file: File,
    details: DetailsFile,
    column: Column = None,
    pin_column: PinColumn = None,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    checked_only: CheckedOnly = False,
    json: Json = False,
) -> None:
    """Show the port-ins that FILE makes, the numbers that do not go in, and what is wrong. Nothing is sent.

    Exit codes: 0 the plan is ready, 1 it has errors, 2 usage.
    """
    with settled():
        reading = reading_of(column, sheet, header_row, encoding)
        planned = _planned(file, details, reading, pin_column, country, checked_only=checked_only)
        code = show_plan(planned, json=json)
    raise typer.Exit(code)


@port_ins.command("create", epilog=_DETAILS_HELP)
def create_command(
    file: File,
    details: DetailsFile,
    column: Column = None,
    pin_column: PinColumn = None,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    checked_only: CheckedOnly = False,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="Where it is kept what was created, so that nothing is created twice; by default beside FILE.",
            metavar="FILE",
        ),
    ] = None,
    yes: Yes = False,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Show the plan, ask, and create its port-ins, each once.

    A request whose answer is lost is not sent again: it is looked for. The journal keeps what was created, and holds
    personal data. After Ctrl-C, a crash or failures the same command creates what is left.

    Exit codes: 0 all are created, 1 some are not or the plan has errors, 2 usage, 3 the credentials were refused,
    130 interrupted.
    """
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        if journal is None and not sandbox:  # what a sandbox of its own creates is gone with it
            journal = default_journal(file, base_url)
            if journal is None:
                raise Stop("Give --journal: there is no file to keep it beside", USAGE)
        reading = reading_of(column, sheet, header_row, encoding)
        planned = _planned(file, details, reading, pin_column, country, checked_only=checked_only)
        for line in planned.lines():
            tell(line)
        if not planned.plan.is_ready:
            raise Stop("Nothing was sent.", FAILED)
        code = interruptible(lambda: create_port_ins(planned, where, journal, yes=yes, json=json))
    raise typer.Exit(code)


@port_ins.command("upload")
def upload_command(
    document: Annotated[
        Path, typer.Argument(metavar="DOCUMENT", help="A PDF, JPEG or PNG of at most 10 MB.")
    ],
    document_type: Annotated[
        str, typer.Option("--type", help="What it is.", metavar="TEXT")
    ] = "utility_bill",
    name: Annotated[str | None, typer.Option(help="The name that it is given.", metavar="TEXT")] = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Upload a document that a port-in needs, and print its SID for documents of --details.

    Every port-in needs a utility bill, dated within 30 days.
    """
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _upload(where, document, document_type, name))
    raise typer.Exit(code)


@port_ins.command("list")
def list_command(
    status: Annotated[
        str | None, typer.Option(help="Only those, such as 'In Review'.", metavar="STATUS")
    ] = None,
    created_after: Annotated[dt.datetime | None, typer.Option(formats=_DATES, metavar="YYYY-MM-DD")] = None,
    created_before: Annotated[dt.datetime | None, typer.Option(formats=_DATES, metavar="YYYY-MM-DD")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="List so many and no more.", metavar="N")] = None,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """List the account's port-in requests."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        filters = Filters(
            status=status,
            created_after=created_after and created_after.date(),
            created_before=created_before and created_before.date(),
            limit=limit,
        )
        code = interruptible(lambda: list_port_ins(where, filters, json=json))
    raise typer.Exit(code)


@port_ins.command("show")
def show_command(sid: Sid, json: Json = False, sandbox: UseSandbox = False, base_url: BaseUrl = None) -> None:
    """Show a port-in request and each of its numbers."""
    with settled():
        check_sid(sid, "KW", "SID")
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: show_port_in(where, sid, json=json))
    raise typer.Exit(code)


@port_ins.command("cancel")
def cancel_command(
    sid: Sid,
    number: Annotated[
        list[str] | None,
        typer.Option(help="Only this number of it (PU...). May be given several times.", metavar="SID"),
    ] = None,
    yes: Yes = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Cancel a port-in request, or some of its numbers. It asks first."""
    with settled():
        check_sid(sid, "KW", "SID")
        number_sids = list(dict.fromkeys(number or ()))
        for each in number_sids:
            check_sid(each, "PU", "--number")
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: cancel(where, sid, number_sids, yes=yes))
    raise typer.Exit(code)


@port_ins.command("watch")
def watch_command(
    sids: Annotated[
        list[str] | None, typer.Argument(metavar="SID...", help="The requests (KW...); all by default.")
    ] = None,
    interval: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks.", metavar="SECONDS")
    ] = 60.0,
    state: Annotated[
        Path | None,
        typer.Option(
            help="A file that keeps what was seen, so that the next watch goes on from there.", metavar="FILE"
        ),
    ] = None,
    show_numbers: Annotated[
        bool,
        typer.Option("--show-numbers", help="Show phone numbers whole (the last four digits by default)."),
    ] = False,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Print a line for each change of port-ins and of their numbers, until all of them have ended, or Ctrl-C.

    A line has the time it was seen, the request's SID, the number and its SID, the status before and now, and what to
    do. What is found first is a change too, but for requests that had ended before.
    """
    with settled():
        for each in sids or ():
            check_sid(each, "KW", "SID")
        where = checked_where(sandbox=sandbox, base_url=base_url)
        seen = read_state(state)
        code = interruptible(
            lambda: watch(
                where, sids or None, seen, state, interval=interval, show_numbers=show_numbers, json=json
            )
        )
    raise typer.Exit(code)


def _planned(
    file: str,
    details: Path,
    reading: Reading,
    pin_column: str | None,
    country: str | None,
    *,
    checked_only: bool,
) -> Planned:
    region = country_of(country)
    given = read_details(details)
    numbers = read_numbers(file, reading, pin_column=pin_column, country=country)
    for note in numbers.notes:
        tell(note)
    parts = [f"{numbers.name}: {counted(len(numbers.lines), 'row')}"]
    parts.append("as the sweep command wrote them" if numbers.checked else f"numbers in {numbers.column!r}")
    if numbers.pin_column is not None:
        parts.append(f"PINs in {numbers.pin_column!r}")
    tell(", ".join(parts) + ".")
    return make_plan(numbers, given, region, checked_only=checked_only)


async def _upload(where: Where, path: Path, document_type: str, name: str | None) -> int:
    async with connected(where) as client:
        document = await client.documents.upload(path, document_type=document_type, friendly_name=name)
    print(document.sid, flush=True)
    return 0
