"""``twilio-numbers check``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from ..connection import Where, connected
from ..exit_codes import FAILED, interruptible, settled
from ..options import BaseUrl, Country, Json, UseSandbox, country_of
from ..sweep.survey import refuse_unplaced, survey
from ..sweep.sweep_rows import added_cells, reason_for
from ..tables import ADDED, JsonLines
from .check_table import show

__all__ = ["check"]


def check(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ],
    country: Country = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
    json: Json = False,
) -> None:
    """Check a few numbers for portability.

    A terminal shows a table, or where that is too narrow some lines a number. A program gets a line of titles and a
    line a number, parted by tabs.

    Exit codes: 0 all were answered, 1 some failed or cannot be a number, 2 usage (also where it is not clear which
    country), 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        where = Where(sandbox=sandbox, base_url=base_url)
        where.check()
        region = country_of(country)
        if country is None:
            refuse_unplaced(survey(numbers), "number")
        code = interruptible(lambda: _check(numbers, region, where, json=json))
    raise typer.Exit(code)


async def _check(numbers: Sequence[str], country: str | None, where: Where, *, json: bool) -> int:
    answers: list[Mapping[str, object]] = []
    failed = False
    async with (
        connected(where) as client,
        client.portability.sweep(numbers, country=country, ordered=True) as found,
    ):
        async for outcome in found:
            failed |= reason_for(outcome).state in ("failed", "invalid")
            answers.append(added_cells(outcome))
    rows = [[number, *map(answer.get, ADDED)] for number, answer in zip(numbers, answers, strict=True)]
    if json:
        lines = JsonLines(sys.stdout.buffer, ["input", *ADDED])
        for row in rows:
            lines.write(row)
    else:
        show(numbers, answers)
    return FAILED if failed else 0
