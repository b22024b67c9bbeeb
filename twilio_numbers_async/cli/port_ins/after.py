"""``twilio-numbers port-ins replan``, ``finish`` and ``report``: what is done once the carrier has answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from ..._util import counted
from ...client import TwilioNumbers
from ...errors import JournalError, RequestTimeoutError
from ...models import IncomingPhoneNumber, PortIn
from ...models.sids import check_sid
from ...porting.numbers import PortInNumber
from ...porting.replan import PortInReplan
from ...report.masking import mask_number
from ...report.port_ins import write_port_in_report
from ...report.steps import read_history
from ...sweep import Outcome
from ..commands import command
from ..confirm import ask
from ..connection import BulkConnection, Connection
from ..exit_codes import FAILED, INTERRUPTED, Stop, code_of, tell
from ..journals import default_journal
from ..numbers.settings import SettingOptions
from ..options import FileOptions, Force, NumberColumn, ShowNumbers, Yes, country_of
from ..output import Listing, Output, plain
from ..sweep.plan import refuse_existing
from .commands import Sid, port_ins
from .corrections import HELP, replanned
from .following import under_way
from .numbers import e164_of, read_numbers

__all__ = ["port_ins"]

_CORRECTIONS = {"Number": 16, "Its SID": 34, "Code": 6, "To correct": 22, "Given": 6, "What to do": 0}
_FINISHED = {"Number": 16, "Its SID": 34, "Outcome": 15, "": 0}


@command(port_ins, "replan", epilog=HELP)
async def replan(
    sid: Sid,
    output: Output,
    connection: Connection,
    corrections: Annotated[
        Path | None,
        typer.Option(help="What was corrected (TOML); see below.", metavar="TOML"),
    ] = None,
    create: Annotated[
        bool,
        typer.Option(
            "--create", help="Cancel the numbers in the old request, and create the new one. It asks first."
        ),
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="The record of what was created, so that nothing is created twice; SID.journal by default.",
            metavar="FILE",
        ),
    ] = None,
    show_numbers: ShowNumbers = False,
    yes: Yes = False,
) -> int:
    """Plan the rejected and not portable numbers of a port-in again, and say what each needs.

    A line has the number and its SID, Twilio's code, what to correct, whether it was given, and what to do. Without
    --create nothing is sent. After Ctrl-C, a crash or failures the same command creates what is left.

    Exit codes: 0 the plan is ready, or all is created, 1 it is not, 2 usage, 3 the credentials were refused, 130
    interrupted.
    """
    check_sid(sid, "KW", "SID")
    async with connection.open() as client:
        if journal is None and not connection.sandbox:
            journal = Path(f"{sid}.journal")
        port_in = await client.port_ins.fetch(sid)
        created = await client.port_ins.created_numbers(journal) if journal is not None else {}
        plan = replanned(port_in, corrections, created)
        _print_corrections(plan, output, show_numbers=show_numbers)
        if created and not plan.requests:
            for each in sorted(set(created.values()) - {sid}):
                tell(f"{each} was created before.")
            return 0
        for line in plan.summary.splitlines():
            tell(plain(line))
        if not create or not plan.is_ready:
            return 0 if plan.is_ready else FAILED
        going = {one.index for one in plan.corrections if one.is_given} - {one.index for one in plan.left_out}
        question = (
            f"Cancel {counted(len(going), 'number')} of {sid}, and create"
            f" {counted(len(plan.requests), 'port-in request')} with them?"
        )
        ask(question, yes=yes, done="created")
        await _cancel(client, port_in, going)
        tell(f"{counted(len(going), 'number')} of {sid} canceled.")
        return await _create_again(client, plan, journal)


def _print_corrections(plan: PortInReplan, output: Output, *, show_numbers: bool) -> None:
    listing = Listing(_CORRECTIONS, output)
    for one in plan.corrections:
        number = one.phone_number if show_numbers else mask_number(one.phone_number or "")
        record: dict[str, object] = {
            "phone_number": number,
            "port_in_phone_number_sid": one.phone_number_sid,
            "code": one.code,
            "to_correct": one.kind,
            "given": one.is_given,
            "advice": None if one.is_given else one.message,
        }
        kind, given = one.kind.value.replace("_", " "), "yes" if one.is_given else "no"
        listing.row([number, one.phone_number_sid, one.code, kind, given, record["advice"]], record)


async def _cancel(client: TwilioNumbers, port_in: PortIn, going: set[int]) -> None:
    """Cancel the numbers that go into the new request, but for those that an earlier run has canceled."""
    for index, number in enumerate(port_in.phone_numbers or ()):
        status, sid = number.port_in_phone_number_status, number.port_in_phone_number_sid
        if index in going and sid and not (status is not None and status.is_terminal):
            await client.port_in_phone_numbers.cancel(port_in.port_in_request_sid or "", sid)


async def _create_again(client: TwilioNumbers, plan: PortInReplan, journal: Path | None) -> int:
    outcomes = await client.port_ins.create_all(plan, journal=journal)
    for outcome in outcomes:
        if outcome.ok:
            tell(
                f"{outcome.result.port_in_request_sid} {'was created before' if outcome.from_journal else 'created'}."
            )
        else:
            tell(f"Not created: {outcome.error}")
    return code_of(one.error for one in outcomes)


@command(port_ins, "finish")
async def finish(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="The numbers: any table that the sweep command reads; - for standard input."
        ),
    ],
    files: FileOptions,
    settings: SettingOptions,
    output: Output,
    connection: BulkConnection,
    column: NumberColumn = None,
    messaging_service: Annotated[
        str | None, typer.Option(help="The messaging service to add them to.", metavar="MG...")
    ] = None,
    trunk: Annotated[str | None, typer.Option(help="The SIP trunk to add them to.", metavar="TK...")] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            min=0, help="Seconds to wait for each number; as long as it takes by default.", metavar="SECONDS"
        ),
    ] = None,
    interval: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks at the account.", metavar="SECONDS")
    ] = 60.0,
    journal: Annotated[
        Path | None,
        typer.Option(help="The record of what is finished; by default beside FILE.", metavar="FILE"),
    ] = None,
    show_numbers: ShowNumbers = False,
) -> int:
    """Put ported or hosted numbers to work: wait until the account has each, set options, attach it.

    A line has the number and its SID, and the outcome. To do it again changes nothing; the journal keeps what is
    finished, so that after Ctrl-C, a crash or failures the same command goes on where it was.

    Exit codes: 0 all are finished, 1 some are not, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    options = settings.read()
    if journal is None and not connection.sandbox:
        journal = default_journal(file, connection.base_url, "finish")
    region = country_of(files.country)
    read = read_numbers(file, files.reading(column), pin_column=None, country=files.country)
    numbers = [_e164(each, region) for each in read.inputs]
    tell(
        f"{read.name}: {counted(len(numbers), 'row')}. A look every {interval:g} s for those that are not there yet."
    )
    states: Counter[str] = Counter()
    listing = Listing(_FINISHED, output)
    async with connection.open() as client:
        sweep = client.incoming_phone_numbers.finish(
            numbers,
            options=options,
            messaging_service_sid=messaging_service,
            trunk_sid=trunk,
            timeout=wait,
            interval=interval,
            journal=journal,
        )
        try:
            async with sweep as outcomes:
                async for outcome in outcomes:
                    states[_show_finished(listing, outcome, show_numbers=show_numbers)] += 1
        except JournalError as error:
            raise Stop(f"{error} --journal FILE names another one.", FAILED) from None
        except asyncio.CancelledError:
            done = f"Stopped with {sum(states.values()):,} of {len(numbers):,} done."
            tell(f"{done} The same command goes on where it was." if journal else done)
            return INTERRUPTED
    tell(
        ", ".join(f"{count:,} {state}" for state, count in states.items()) + "." if states else "No numbers."
    )
    return 0 if set(states) <= {"finished", "finished before"} else FAILED


def _e164(item: PortInNumber, region: str | None) -> str:
    """The number of a row; what is none stays as it is, and is an outcome."""
    text = str(item if isinstance(item, str) else item.phone_number or "")
    return e164_of(text, region) or text


def _show_finished(listing: Listing, outcome: Outcome[IncomingPhoneNumber], *, show_numbers: bool) -> str:
    number = outcome.phone_number or str(outcome.input)
    state = "finished before" if outcome.from_journal else "finished"
    if not outcome.ok:
        state = "not there" if isinstance(outcome.error, RequestTimeoutError) else "failed"
    record: dict[str, Any] = {
        "phone_number": number if show_numbers else mask_number(number),
        "sid": outcome.result.sid if outcome.ok else None,
        "outcome": state,
        "error": None if outcome.ok else str(outcome.error) or type(outcome.error).__name__,
    }
    listing.row(list(record.values()), record)
    return state


@command(port_ins, "report")
async def report(
    connection: Connection,
    sids: Annotated[
        list[str] | None,
        typer.Argument(metavar="SID...", help="The requests (KW...); by default all that have not ended."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            help="The lines of port-ins watch --json: when each step began. Twilio says it of the last step only.",
            metavar="FILE",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The page (HTML).", metavar="FILE")] = Path("port-ins.html"),
    mask: Annotated[
        bool,
        typer.Option("--mask", help="Show only the last four digits of each number, and no customer."),
    ] = False,
    force: Force = False,
) -> None:
    """Make one self-contained page about port-ins: where each number stands, how long steps take, who has to act."""
    for each in sids or ():
        check_sid(each, "KW", "SID")
    refuse_existing(out, force=force)
    seen = [] if history is None else [*read_history(history)]
    async with connection.open() as client:
        found = [await client.port_ins.fetch(each) for each in sids or await under_way(client)]
    write_port_in_report(found, out, history=seen, mask=mask)
    tell(f"{out} shows {counted(len(found), 'port-in request')}.")
