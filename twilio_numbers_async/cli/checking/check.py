"""``twilio-numbers check``, and what ``eligibility`` shares with it: a question about a few numbers."""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Sequence
from typing import Annotated, Any

import typer

from ..connection import Connection
from ..exit_codes import FAILED
from ..options import Country, country_of
from ..output import Output
from ..sweep.question import PORTABILITY, Question
from ..sweep.survey import refuse_unplaced, survey
from ..tables import JsonLines
from .check_table import show

__all__ = ["check", "check_few"]


def check(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ],
    output: Output,
    connection: Connection,
    country: Country = None,
) -> Coroutine[Any, Any, int]:
    """Check a few numbers for portability.

    A terminal shows a table, or some lines for each number if the terminal is too narrow. A program gets a line of
    titles and a line for each number, with tabs between the cells.

    Exit codes: 0 all were answered, 1 some failed or cannot be a number, 2 usage (also if the country is not clear),
    3 the credentials were refused, 130 interrupted.
    """
    return check_few(PORTABILITY, numbers, country, connection, output)


async def check_few(
    question: Question, numbers: Sequence[str], country: str | None, connection: Connection, output: Output
) -> int:
    """Ask a question about a few numbers and print the answers; returns the exit code."""
    region = country_of(country)
    if country is None:
        refuse_unplaced(survey(numbers), "number")
    failed = False
    rows: list[dict[str, object]] = []
    async with connection.open() as client, question.start(client, numbers, region, None) as outcomes:
        async for outcome in outcomes:
            cells = question.cells(outcome)
            failed |= question.reason(outcome, cells).state in ("failed", "invalid")
            rows.append({"input": outcome.input, **dict(zip(question.added, cells, strict=True))})
    if output.json:
        lines = JsonLines(sys.stdout.buffer, ["input", *question.added])
        for row in rows:
            lines.write(list(row.values()))
    else:
        show(rows, output)
    return FAILED if failed else 0
