"""``twilio-numbers compliance``: what a country requires, and how to get it approved."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated

import typer

from ...models.numbers_v2.end_users import EndUserKind
from ...models.sids import check_sid
from ..exit_codes import USAGE, Stop, interruptible, settled
from ..group_options import Yes, checked_where
from ..options import BaseUrl, Json, UseSandbox
from ..port_ins.rows import default_journal
from .creating import create_bundle, show_plan
from .details import read_bundle_file
from .showing import show_expiring, show_needs, show_status

__all__ = ["compliance"]

compliance: typer.Typer = typer.Typer(
    help="Know what a country requires for its numbers, and get it approved.", no_args_is_help=True
)

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

File = Annotated[Path, typer.Argument(metavar="FILE", help="What the customer provides (TOML); see below.")]


@compliance.command("needs")
def needs_command(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="ISO 3166-1 alpha-2, such as GB.")],
    number_type: Annotated[str, typer.Argument(metavar="KIND", help="local, mobile, national or toll-free.")],
    individual: Annotated[
        bool,
        typer.Option(
            "--individual/--business", help="The kind of customer: a person, or a business (the default)."
        ),
    ] = False,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Show what must be provided for a kind of numbers in a country: fields, and documents with their alternatives."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        kind = EndUserKind.INDIVIDUAL if individual else EndUserKind.BUSINESS
        code = interruptible(lambda: show_needs(where, country, number_type, kind, json=json))
    raise typer.Exit(code)


@compliance.command("plan", epilog=_FILE_HELP)
def plan_command(
    file: File, json: Json = False, sandbox: UseSandbox = False, base_url: BaseUrl = None
) -> None:
    """Show what is missing or wrong in FILE. Twilio is asked for the regulation, and nothing is created.

    Exit codes: 0 it is ready, 1 something is missing or wrong, 2 usage, 3 the credentials were refused.
    """
    with settled():
        given = read_bundle_file(file)
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: show_plan(where, given, json=json))
    raise typer.Exit(code)


@compliance.command("create", epilog=_FILE_HELP)
def create_command(
    file: File,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="Where it is kept what was created, so that nothing is created twice; beside FILE."
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is approved or rejected.")] = False,
    yes: Yes = False,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Create the bundle of FILE and submit it: the address, the end user, the documents, the bundle, each once.

    After Ctrl-C, a crash or a failure the same command goes on. After a rejection mend FILE and run it again: the same
    bundle is submitted with what has changed.

    Exit codes: 0 it is in review (with --wait: approved), 1 something is wrong or it was rejected, 2 usage, 3 the
    credentials were refused, 130 interrupted.
    """
    with settled():
        given = read_bundle_file(file)
        where = checked_where(sandbox=sandbox, base_url=base_url)
        if journal is None and not sandbox:  # what a sandbox of its own creates is gone with it
            journal = default_journal(str(file), base_url, "bundle")
        code = interruptible(lambda: create_bundle(where, given, journal, yes=yes, wait=wait, json=json))
    raise typer.Exit(code)


@compliance.command("status")
def status_command(
    sids: Annotated[
        list[str] | None, typer.Argument(metavar="SID...", help="The bundles (BU...); all by default.")
    ] = None,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Show how far bundles are; of those that are named and were rejected, what to correct."""
    with settled():
        for each in sids or ():
            check_sid(each, "BU", "SID")
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: show_status(where, sids or [], json=json))
    raise typer.Exit(code)


@compliance.command("expiring")
def expiring_command(
    within: Annotated[
        str, typer.Option(help="How soon: days or weeks, such as 60d or 8w.", metavar="60d")
    ] = "60d",
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Show the bundles whose approval ends soon.

    Exit codes: 0 there are none, 1 there are some (or it failed), 2 usage, 3 the credentials were refused.
    """
    with settled():
        span = _span(within)
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: show_expiring(where, span, json=json))
    raise typer.Exit(code)


def _span(text: str) -> dt.timedelta:
    found = re.fullmatch("([0-9]{1,4})([dw])", text)
    if found is None:
        raise Stop("--within must be days or weeks, such as 60d or 8w", USAGE)
    return dt.timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
