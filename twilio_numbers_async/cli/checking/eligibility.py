"""``twilio-numbers eligibility``: can numbers stay with their carrier and be hosted by Twilio?"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ...models.sids import check_sid
from ..connection import Where, connected
from ..exit_codes import FAILED, USAGE, Stop, interruptible, settled
from ..group_options import Concurrency, Force
from ..options import BaseUrl, Country, Encoding, HeaderRow, Json, Sheet, UseSandbox, country_of
from ..sweep.plan import Options, Plan
from ..sweep.survey import refuse_unplaced, survey
from ..sweep.sweeping import Sweeping
from ..tables import JsonLines, Reading
from .check_table import show
from .eligibility_answers import ADDED, cells, question, state

__all__ = ["eligibility"]

_DEFAULT_OUT = Path("eligibility.csv")


def eligibility(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A file with the numbers, as sweep reads them; - for standard input.",
            metavar="FILE",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to write what is said of the file: .csv, .tsv, .jsonl (each with or without .gz), .xlsx or "
            ".parquet. eligibility.csv by default, with --json none.",
            metavar="FILE",
        ),
    ] = None,
    hosting_account: Annotated[
        str | None,
        typer.Option(
            help="The account that would host them, by default the one that signs in.", metavar="AC..."
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="The column with the numbers, by name or by position from 1. Of several the first filled one of each "
            "row is checked.",
            metavar="NAME",
        ),
    ] = None,
    every_column: Annotated[
        bool, typer.Option("--every-column", help="Check the numbers of all such columns, a row for each.")
    ] = False,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    force: Force = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget the journal of a run that was cut short, and start again.")
    ] = False,
    json: Json = False,
    concurrency: Concurrency = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Check whether numbers can be hosted: Twilio's messages on a number that stays with its carrier.

    A few numbers are printed as check prints them. With --from FILE there is one row for each row of it, in the same
    order, columns kept, and a journal beside it: after Ctrl-C, a crash or failures the same command goes on where it
    was.

    Exit codes: 0 everything was answered, 1 some failed or cannot be a number, 2 usage (also where it is not clear
    which column or which country), 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        if bool(numbers) == (file is not None):
            raise Stop("Give the numbers, or a file with them (--from FILE)", USAGE)
        if hosting_account is not None:
            check_sid(hosting_account, "AC", "--hosting-account")
        where = Where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
        where.check()
        region = country_of(country)
        if file is None:
            if out is not None:
                raise Stop("--out is for a file (--from FILE)", USAGE)
            given = numbers or []
            if country is None:
                refuse_unplaced(survey(given), "number")
            code = interruptible(lambda: _check(given, region, hosting_account, where, json=json))
        else:
            options = Options(
                where=where,
                out=out or (None if json else _DEFAULT_OUT),
                reading=Reading(
                    columns=tuple(column or ()), sheet=sheet, header_row=header_row, encoding=encoding
                ),
                every_column=every_column,
                country=region,
                any_country=country is not None,
                force=force,
                json=json,
                fresh=fresh,
            )
            code = _sweep(file, options, hosting_account)
    raise typer.Exit(code)


def _sweep(file: str, options: Options, hosting_account: str | None) -> int:
    plan = Plan(file, options)
    try:
        plan.say()
        return interruptible(Sweeping(plan, question(hosting_account)).run)
    finally:
        plan.close()


async def _check(
    numbers: Sequence[str], country: str | None, hosting_account: str | None, where: Where, *, json: bool
) -> int:
    answers: list[Mapping[str, object]] = []
    failed = False
    async with (
        connected(where) as client,
        client.eligibility.sweep(
            numbers, country=country, hosting_account_sid=hosting_account, ordered=True
        ) as found,
    ):
        async for outcome in found:
            failed |= state(outcome) in ("failed", "invalid")
            answers.append(cells(outcome))
    if json:
        lines = JsonLines(sys.stdout.buffer, ["input", *ADDED])
        for number, answer in zip(numbers, answers, strict=True):
            lines.write([number, *map(answer.get, ADDED)])
    else:
        show(numbers, answers, "eligible", with_code=False)
    return FAILED if failed else 0
