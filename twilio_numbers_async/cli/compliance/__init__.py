"""``twilio-numbers compliance``: a country's requirements, and their approval."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ..._util import counted
from ...models.numbers_v2.end_users import EndUserKind
from ...models.sids import check_sid
from ..commands import command, group
from ..connection import Connection
from ..exit_codes import FAILED, USAGE, Stop, tell
from ..journals import default_journal, journal_option
from ..options import Yes
from ..output import Listing, Output, plain, shown
from .bundles import BUNDLES, create_bundle, print_needs, print_plan, show_bundle
from .details import plan_of, read_bundle_file

__all__ = ["compliance"]

compliance: typer.Typer = group("Know what a country requires for its numbers, and get it approved.")

_FILE_HELP = """\b
FILE is TOML:
  country = "GB"
  number_type = "local"            # as compliance needs names it
  end_user_type = "business"       # or "individual"
  email = "name@example.com"       # who hears of the review
  friendly_name, status_callback   # if you like
  [end_user]                       # the fields that compliance needs shows
  business_name = "..."
  [address]                        # or address = "AD..."
  customer_name, street, street_secondary, city, region, postal_code, iso_country
  [[documents]]                    # one for each
  type = "..."
  file = "excerpt.pdf"             # beside FILE; PDF, JPEG or PNG, 5 MB at most
  attributes = { document_number = "..." }
A date is written 1990-12-31. A key that is not known is an error."""

File = Annotated[Path, typer.Argument(metavar="FILE", help="The customer's details (TOML); see below.")]


@command(compliance, "needs")
async def needs(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="ISO 3166-1 alpha-2, such as GB.")],
    number_type: Annotated[str, typer.Argument(metavar="KIND", help="local, mobile, national or toll-free.")],
    output: Output,
    connection: Connection,
    individual: Annotated[
        bool,
        typer.Option(
            "--individual/--business", help="The kind of customer: a person, or a business (the default)."
        ),
    ] = False,
) -> None:
    """Show the requirements for a kind of numbers in a country: fields, and documents with their alternatives."""
    kind = EndUserKind.INDIVIDUAL if individual else EndUserKind.BUSINESS
    async with connection.open() as client:
        regulation = await client.regulations.find(country, number_type, kind)
    print_needs(regulation.needs(), output)


@command(compliance, "plan", epilog=_FILE_HELP)
async def plan(file: File, output: Output, connection: Connection) -> int:
    """Show the faults of FILE. The regulation is fetched from Twilio, and nothing is created.

    Exit codes: 0 it is ready, 1 something is missing or wrong, 2 usage, 3 the credentials were refused.
    """
    given = read_bundle_file(file)
    async with connection.open() as client:
        found = await plan_of(client, given)
    print_plan(found, output)
    return 0 if found.is_ready else FAILED


@command(compliance, "create", epilog=_FILE_HELP)
async def create(
    file: File,
    output: Output,
    connection: Connection,
    journal: Annotated[Path | None, journal_option("created")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is approved or rejected.")] = False,
    yes: Yes = False,
) -> int:
    """Create the bundle of FILE and submit it: the address, the end user, the documents, the bundle, each once.

    After Ctrl-C, a crash or a failure the same command goes on. After a rejection correct FILE and run the same command
    again: the same bundle is submitted with the changes.

    Exit codes: 0 it is in review (with --wait: approved), 1 something is wrong or it was rejected, 2 usage, 3 the
    credentials were refused, 130 interrupted.
    """
    given = read_bundle_file(file)
    if journal is None and not connection.sandbox:  # the command's own sandbox is gone afterwards
        journal = default_journal(str(file), connection.base_url, "bundle")
    async with connection.open() as client:
        return await create_bundle(client, given, journal, output, yes=yes, wait=wait)


@command(compliance, "status")
async def status(
    output: Output,
    connection: Connection,
    sids: Annotated[
        list[str] | None, typer.Argument(metavar="SID...", help="The bundles (BU...); all by default.")
    ] = None,
) -> None:
    """Show the status of bundles, and for a named one that was rejected the corrections it needs."""
    for each in sids or ():
        check_sid(each, "BU", "SID")
    listing = Listing(BUNDLES, output)
    async with connection.open() as client:
        for sid in sids or ():
            reviewed = await client.bundles.wait(sid, until=lambda _: True)  # one look
            show_bundle(listing, reviewed, reviewed.problems)
            if not output.json:
                for one in reviewed.problems:
                    tell(plain(str(one)))
        if not sids:
            count = await shown(client.bundles.list(), partial(show_bundle, listing))
            tell(f"{counted(count, 'bundle')}.")


@command(compliance, "expiring")
async def expiring(
    output: Output,
    connection: Connection,
    within: Annotated[
        str, typer.Option(help="The time ahead: days or weeks, such as 60d or 8w.", metavar="60d")
    ] = "60d",
) -> int:
    """Show the bundles whose approval ends soon.

    Exit codes: 0 there are none, 1 there are some (or it failed), 2 usage, 3 the credentials were refused.
    """
    span = _span(within)
    show = partial(show_bundle, Listing(BUNDLES, output))
    async with connection.open() as client:
        count = await shown(client.bundles.expiring(within=span), show)
    tell(f"{counted(count, 'approval')} {'ends' if count == 1 else 'end'} within {span.days} days.")
    return FAILED if count else 0


def _span(text: str) -> dt.timedelta:
    found = re.fullmatch("([0-9]{1,4})([dw])", text)
    if found is None:
        raise Stop("--within must be days or weeks, such as 60d or 8w", USAGE)
    return dt.timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
