"""``twilio-numbers eligibility``: can numbers stay with their carrier and be hosted by Twilio?"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ...models.sids import check_sid
from ..connection import BulkConnection, Connection
from ..exit_codes import FAILED, USAGE, Stop, run
from ..options import country_of
from ..output import NoHeader, Output
from ..sweep.plan import ListOptions
from ..sweep.survey import refuse_unplaced, survey
from ..sweep.sweeping import sweep_file
from ..tables import JsonLines
from .check_table import show
from .eligibility_answers import ADDED, cells, question, state

__all__ = ["eligibility"]


def eligibility(
    options: ListOptions,
    connection: BulkConnection,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A file with the numbers, in the formats of the sweep command; - for standard input.",
            metavar="FILE",
        ),
    ] = None,
    hosting_account: Annotated[
        str | None,
        typer.Option(
            help="The account that would host them, by default the one that signs in.", metavar="AC..."
        ),
    ] = None,
    no_header: NoHeader = False,
) -> int:
    """Check if numbers can be hosted: Twilio's messages on a number that stays with its carrier.

    A few numbers are printed like those of the check command. With --from FILE there is one row for each row of it, in
    the same order, columns kept, in eligibility.csv or in the file of --out. A journal stands beside it: after Ctrl-C,
    a crash or failures the same command goes on where it was.

    Exit codes: 0 everything was answered, 1 some failed or cannot be a number, 2 usage (also if the column or the
    country is not clear), 3 the credentials were refused, 130 interrupted.
    """
    if bool(numbers) == (file is not None):
        raise Stop("Give the numbers, or a file with them (--from FILE)", USAGE)
    if hosting_account is not None:
        check_sid(hosting_account, "AC", "--hosting-account")
    if file is not None:
        asked = question(hosting_account)
        return sweep_file(file, options, connection, Path("eligibility.csv"), asked)
    if options.out is not None:
        raise Stop("--out is for a file (--from FILE)", USAGE)
    if options.country is None:
        refuse_unplaced(survey(numbers or []), "number")
    output = Output(json=options.json, no_header=no_header)
    return run(_check(numbers or [], country_of(options.country), hosting_account, connection, output))


async def _check(
    numbers: Sequence[str],
    country: str | None,
    hosting_account: str | None,
    connection: Connection,
    output: Output,
) -> int:
    answers: list[Mapping[str, object]] = []
    failed = False
    async with (
        connection.open() as client,
        client.eligibility.sweep(
            numbers, country=country, hosting_account_sid=hosting_account, ordered=True
        ) as found,
    ):
        async for outcome in found:
            failed |= state(outcome) in ("failed", "invalid")
            answers.append(cells(outcome))
    if output.json:
        lines = JsonLines(sys.stdout.buffer, ["input", *ADDED])
        for number, answer in zip(numbers, answers, strict=True):
            lines.write([number, *map(answer.get, ADDED)])
    else:
        show(numbers, answers, output, "eligible", with_code=False)
    return FAILED if failed else 0
