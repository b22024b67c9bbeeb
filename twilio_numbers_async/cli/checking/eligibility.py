"""``twilio-numbers eligibility``: can numbers stay with their carrier and be hosted by Twilio?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...models.sids import check_sid
from ..connection import BulkConnection
from ..exit_codes import USAGE, Stop, run
from ..output import NoHeader, Output
from ..sweep.plan import ListOptions
from ..sweep.sweeping import sweep_file
from .check import check_few
from .eligibility_answers import question

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
    asked = question(hosting_account)
    if file is not None:
        return sweep_file(file, options, connection, Path("eligibility.csv"), asked)
    if options.out is not None:
        raise Stop("--out is for a file (--from FILE)", USAGE)
    output = Output(json=options.json, no_header=no_header)
    return run(check_few(asked, numbers or [], options.country, connection, output))
