"""``twilio-numbers check``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from ..connection import Connection
from ..exit_codes import FAILED
from ..options import Country, country_of
from ..output import Output
from ..sweep.survey import refuse_unplaced, survey
from ..sweep.sweep_rows import added_cells, reason_for
from ..tables import ADDED, JsonLines
from .check_table import show

__all__ = ["check"]


async def check(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ],
    output: Output,
    connection: Connection,
    country: Country = None,
) -> int:
    """Check a few numbers for portability.

    A terminal shows a table, or some lines for each number if the terminal is too narrow. A program gets a line of
    titles and a line for each number, with tabs between the cells.

    Exit codes: 0 all were answered, 1 some failed or cannot be a number, 2 usage (also if the country is not clear),
    3 the credentials were refused, 130 interrupted.
    """
    region = country_of(country)
    if country is None:
        refuse_unplaced(survey(numbers), "number")
    answers: list[Mapping[str, object]] = []
    failed = False
    async with (
        connection.open() as client,
        client.portability.sweep(numbers, country=region, ordered=True) as found,
    ):
        async for outcome in found:
            failed |= reason_for(outcome).state in ("failed", "invalid")
            answers.append(added_cells(outcome))
    if output.json:
        lines = JsonLines(sys.stdout.buffer, ["input", *ADDED])
        for number, answer in zip(numbers, answers, strict=True):
            lines.write([number, *map(answer.get, ADDED)])
    else:
        show(numbers, answers, output)
    return FAILED if failed else 0
