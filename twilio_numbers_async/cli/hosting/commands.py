"""``twilio-numbers hosting``: numbers that stay with their carrier, from the check to the last change."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ..._util import counted
from ...hosting.outcome import HostingOutcome
from ...hosting.watch import HostingChange
from ...models.sids import check_sid
from ...report.masking import mask_number
from ..checking.eligibility import HostingAccount, question
from ..commands import command, group
from ..confirm import ask
from ..connection import BulkConnection, Connection
from ..exit_codes import INTERRUPTED, code_of, tell
from ..journals import going_on, journal_beside, journal_option
from ..options import FileOptions, ShowNumbers, Yes
from ..output import Listing, Output, moment, print_plan, tell_plan
from ..sweep.plan import ListOptions
from ..sweep.run import sweep_file
from ..watching import WatchOptions, read_state, saved, show_changes
from ..words import in_commands
from .details import HELP, planned
from .planning import Planned

__all__ = ["hosting"]

hosting: typer.Typer = group(
    "Host numbers that stay with their carrier. Hosting is not open to every new customer of Twilio's."
)

_CREATED = {"Number": 16, "Outcome": 15, "Order": 34, "Status": 20, "Letter": 34, "What to do": 0}
_VERIFIED = {"Order": 34, "Status": 20, "Code": 0}
_CHANGES = {"Time": 20, "What": 6, "SID": 34, "Number": 16, "Was": 20, "Is": 20, "What to do": 0}


class PlanOptions(FileOptions, frozen=True, kw_only=True):
    """The options of a command that plans hosting from a file."""

    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="The results of hosting check; - for standard input."),
    ]
    details: Annotated[
        Path, typer.Option("--details", help="The numbers' owner (TOML); see below.", metavar="TOML")
    ]

    def planned(self) -> Planned:
        """Read the files, and plan. Raises Stop and TableError."""
        return planned(self.file, self.details, self.reading())


@command(hosting, "check")
def check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The numbers, in the formats of the sweep command.")
    ],
    options: ListOptions,
    connection: BulkConnection,
    bulk_size: Annotated[
        int,
        typer.Option(
            min=1, help="The most numbers of a bulk request; 1 checks them one by one.", metavar="N"
        ),
    ] = 1000,
    hosting_account: HostingAccount = None,
) -> int:
    """Check which numbers of FILE can be hosted, in bulk requests.

    There is one row for each row of FILE, in the same order, columns kept, in eligibility.csv or in the file of --out.
    A journal stands beside it: after Ctrl-C, a crash or failures the same command goes on where it was.

    Exit codes: 0 everything that can be a number was answered, 1 some failed or nothing can be a number, 2 usage, 3 the
    credentials were refused, 130 interrupted.
    """
    asked = question(hosting_account, None if bulk_size == 1 else bulk_size)
    return sweep_file(file, options, connection, Path("eligibility.csv"), asked)


@command(hosting, "plan", epilog=HELP)
def plan(options: PlanOptions, output: Output) -> int:
    """Show the orders that FILE makes, the numbers that are left out, and the faults. Nothing is sent.

    Exit codes: 0 the plan is ready, 1 it has faults, 2 usage.
    """
    return print_plan(options.planned(), output)


@command(hosting, "create", epilog=HELP)
async def create(
    options: PlanOptions,
    output: Output,
    connection: Connection,
    journal: Annotated[Path | None, journal_option("ordered")] = None,
    show_numbers: ShowNumbers = False,
    yes: Yes = False,
) -> int:
    """Show the plan, ask, and order its numbers, each once; then send the letter for those that are verified.

    A request whose answer is lost is not sent again: it is looked for. The journal keeps what was ordered, and holds
    phone numbers. After Ctrl-C, a crash or failures, and once orders are verified, the same command does what is left.

    Exit codes: 0 all are ordered, 1 some are not or the plan has faults, 2 usage, 3 the credentials were refused, 130
    interrupted.
    """
    journal = journal or journal_beside(options.file, connection, "hosting")
    planned = options.planned()
    tell_plan(planned)
    made = planned.plan
    async with connection.open() as client:
        ask(f"Order {counted(len(made.phone_numbers), 'number')}?", yes=yes, done="ordered")
        try:
            outcomes = await client.hosted_number_orders.create_all(made, journal=journal)
        except asyncio.CancelledError:
            tell(f"Stopped.{going_on(journal, 'ordered')}")
            return INTERRUPTED
    listing = Listing(_CREATED, output)
    states = Counter(_show_outcome(listing, outcome, show_numbers=show_numbers) for outcome in outcomes)
    tell(", ".join(f"{count:,} {state}" for state, count in states.items()) + ".")
    return code_of(one.error or one.letter_error for one in outcomes)


@command(hosting, "verify")
async def verify(
    sid: Annotated[str, typer.Argument(metavar="SID", help="The order (HR...).")],
    output: Output,
    connection: Connection,
    call_delay: Annotated[
        int | None,
        typer.Option(min=0, max=60, help="Seconds before the call.", metavar="SECONDS"),
    ] = None,
    call_extension: Annotated[
        str | None, typer.Option(help="The extension to dial once it is answered.", metavar="DIGITS")
    ] = None,
) -> None:
    """Let Twilio call the number of an order, to verify who owns it, and print the code that is to be typed.

    Twilio makes at most three calls for an order.
    """
    check_sid(sid, "HR", "SID")
    async with connection.open() as client:
        order = await client.hosted_number_orders.verify(
            sid, call_delay=call_delay, call_extension=call_extension
        )
    record: dict[str, object] = {
        "sid": order.sid, "status": order.status, "verification_code": order.verification_code,
    }  # fmt: skip
    Listing(_VERIFIED, output).row(list(record.values()), record)
    tell("Twilio calls the number now: the person who answers types the code.")


@command(hosting, "watch")
async def watch(
    options: WatchOptions,
    output: Output,
    connection: Connection,
    sids: Annotated[
        list[str] | None, typer.Argument(metavar="SID...", help="The orders (HR...); all by default.")
    ] = None,
) -> None:
    """Print a line for each change of hosted number orders and of their letters, until all have ended, or Ctrl-C.

    Without SIDs the account's orders are watched, new ones too, until Ctrl-C. The first status of an order is a change
    too, unless the order had ended before.
    """
    for each in sids or ():
        check_sid(each, "HR", "SID")
    state, listing = read_state(options.state), Listing(_CHANGES, output)
    async with connection.open() as client, saved(state, options.state):
        what = counted(len(sids), "order") if sids else "all orders"
        tell(f"Watching {what}: a look every {options.interval:g} s.")
        changes = client.hosted_number_orders.watch(sids or None, interval=options.interval, state=state)
        show = partial(_show_change, listing, show_numbers=options.show_numbers)
        await show_changes(changes, show, missing="An order is not there, or not this account's")


def _show_outcome(listing: Listing, outcome: HostingOutcome, *, show_numbers: bool) -> str:
    state = "ordered"
    if not outcome.ok:
        state = "unknown" if outcome.is_unknown else "not ordered"
    elif outcome.was_there or outcome.from_journal:
        state = "ordered before"
    order, error, number = outcome.result, outcome.error or outcome.letter_error, outcome.phone_number or ""
    record: dict[str, object] = {
        "phone_number": number if show_numbers else mask_number(number),
        "outcome": state,
        "hosted_number_order_sid": order and order.sid,
        "status": order and order.status,
        "signing_document_sid": order and order.signing_document_sid,
        "advice": outcome.advice and in_commands(outcome.advice),
        "error": None if error is None else str(error) or type(error).__name__,
    }
    listing.row([*list(record.values())[:5], record["error"] or record["advice"]], record)
    return state


def _show_change(listing: Listing, change: HostingChange, *, show_numbers: bool) -> None:
    number = None if change.order is None else change.order.phone_number
    seen_at = dt.datetime.now(dt.UTC)
    record: dict[str, object] = {
        "seen_at": seen_at,
        "kind": change.kind,
        "sid": change.sid,
        "phone_number": number if show_numbers or number is None else mask_number(number),
        "old_status": change.old_status,
        "new_status": change.new_status,
        "advice": change.advice and in_commands(change.advice),
    }
    listing.row([moment(seen_at), *list(record.values())[1:]], record)
