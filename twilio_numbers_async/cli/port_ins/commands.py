"""``twilio-numbers port-ins``: porting numbers to Twilio, from the plan to the last change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from ..._util import counted
from ...models.sids import check_sid
from ..commands import command, group
from ..connection import Connection
from ..exit_codes import run, tell
from ..journals import journal_beside, journal_option
from ..options import FileOptions, Limit, NumberColumn, Yes, country_of
from ..output import Listing, Output, print_plan, shown, tell_plan
from ..watching import WatchOptions
from .details import read_details
from .following import LISTED, cancel_port_in, listed, print_port_in, watch_port_ins
from .numbers import read_numbers
from .planning import Planned, create_port_ins, make_plan

__all__ = ["port_ins"]

port_ins: typer.Typer = group("Port numbers to Twilio, and follow how it goes.")

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

Sid = Annotated[str, typer.Argument(metavar="SID", help="The port-in request (KW...).")]
_DATES = ["%Y-%m-%d"]


class PlanOptions(FileOptions, frozen=True, kw_only=True):
    """The options of a command that plans port-ins from a file."""

    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The numbers: results of the sweep command, or any table that it reads; - for standard input.",
        ),
    ]
    details: Annotated[
        Path, typer.Option("--details", help="The customer's details (TOML); see below.", metavar="TOML")
    ]
    column: NumberColumn = None
    pin_column: Annotated[
        str | None,
        typer.Option(help="The column with the PINs; by default the one called pin.", metavar="NAME"),
    ] = None
    checked_only: Annotated[
        bool, typer.Option("--checked-only", help="Leave out numbers that were not checked for portability.")
    ] = False

    def planned(self) -> Planned:
        """Read the files, and plan. Raises Stop and TableError."""
        region = country_of(self.country)
        given = read_details(self.details)
        reading = self.reading(self.column)
        numbers = read_numbers(self.file, reading, pin_column=self.pin_column, country=self.country)
        for note in numbers.notes:
            tell(note)
        source = "results of the sweep command" if numbers.checked else f"numbers in {numbers.column!r}"
        parts = [f"{numbers.name}: {counted(len(numbers.lines), 'row')}", source]
        if numbers.pin_column is not None:
            parts.append(f"PINs in {numbers.pin_column!r}")
        tell(", ".join(parts) + ".")
        return make_plan(numbers, given, region, checked_only=self.checked_only)


@command(port_ins, "plan", epilog=_DETAILS_HELP)
def plan(options: PlanOptions, output: Output) -> int:
    """Show the port-ins that FILE makes, the numbers that are left out, and the faults. Nothing is sent.

    Exit codes: 0 the plan is ready, 1 it has errors, 2 usage.
    """
    return print_plan(options.planned(), output)


@command(port_ins, "create", epilog=_DETAILS_HELP)
def create(
    options: PlanOptions,
    output: Output,
    connection: Connection,
    journal: Annotated[Path | None, journal_option("created")] = None,
    yes: Yes = False,
) -> int:
    """Show the plan, ask, and create its port-ins, each once.

    A request whose answer is lost is not sent again: it is looked for. The journal keeps what was created, and holds
    personal data. After Ctrl-C, a crash or failures the same command creates what is left.

    Exit codes: 0 all are created, 1 some are not or the plan has errors, 2 usage, 3 the credentials were refused,
    130 interrupted.
    """
    journal = journal or journal_beside(options.file, connection, "port-ins")
    planned = options.planned()
    tell_plan(planned)
    return run(create_port_ins(planned, connection, journal, output, yes=yes))


@command(port_ins, "upload")
async def upload(
    document: Annotated[
        Path, typer.Argument(metavar="DOCUMENT", help="A PDF, JPEG or PNG of at most 10 MB.")
    ],
    connection: Connection,
    document_type: Annotated[
        str, typer.Option("--type", help="The type of document.", metavar="TEXT")
    ] = "utility_bill",
    name: Annotated[str | None, typer.Option(help="The document's name.", metavar="TEXT")] = None,
) -> None:
    """Upload a document that a port-in needs, and print its SID for documents of --details.

    Every port-in needs a utility bill, dated within 30 days.
    """
    async with connection.open() as client:
        uploaded = await client.documents.upload(document, document_type=document_type, friendly_name=name)
    print(uploaded.sid, flush=True)


@command(port_ins, "list")
async def list_port_ins(
    output: Output,
    connection: Connection,
    status: Annotated[
        str | None, typer.Option(help="Only those, such as 'In Review'.", metavar="STATUS")
    ] = None,
    created_after: Annotated[dt.datetime | None, typer.Option(formats=_DATES, metavar="YYYY-MM-DD")] = None,
    created_before: Annotated[dt.datetime | None, typer.Option(formats=_DATES, metavar="YYYY-MM-DD")] = None,
    limit: Limit = None,
) -> None:
    """List the account's port-in requests."""
    listing = Listing(LISTED, output)
    async with connection.open() as client:
        rows = client.port_ins.list(
            status=status,
            created_after=created_after and created_after.date(),
            created_before=created_before and created_before.date(),
            limit=limit,
            page_size=None if limit else 100,
        )
        count = await shown(rows, lambda row: listing.row(listed(row), row))
    tell(f"{counted(count, 'port-in request')}.")


@command(port_ins, "show")
async def show(sid: Sid, output: Output, connection: Connection) -> None:
    """Show a port-in request and each of its numbers."""
    check_sid(sid, "KW", "SID")
    async with connection.open() as client:
        print_port_in(await client.port_ins.fetch(sid), output)


@command(port_ins, "cancel")
async def cancel(
    sid: Sid,
    connection: Connection,
    number: Annotated[
        list[str] | None,
        typer.Option(help="Only this number of it (PU...). May be given several times.", metavar="SID"),
    ] = None,
    yes: Yes = False,
) -> int:
    """Cancel a port-in request, or some of its numbers. It asks first."""
    check_sid(sid, "KW", "SID")
    number_sids = list(dict.fromkeys(number or ()))
    for each in number_sids:
        check_sid(each, "PU", "--number")
    async with connection.open() as client:
        return await cancel_port_in(client, sid, number_sids, yes=yes)


@command(port_ins, "watch")
async def watch(
    options: WatchOptions,
    output: Output,
    connection: Connection,
    sids: Annotated[
        list[str] | None, typer.Argument(metavar="SID...", help="The requests (KW...); all by default.")
    ] = None,
) -> None:
    """Print a line for each change of port-ins and of their numbers, until all of them have ended, or Ctrl-C.

    A line has the time, the request's SID, the number and its SID, the status before and now, and the advice. The first
    status of a request is a change too, unless the request had ended before.
    """
    for each in sids or ():
        check_sid(each, "KW", "SID")
    await watch_port_ins(connection, sids or None, options, output)
