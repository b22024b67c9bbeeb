"""``twilio-numbers check``, and the part it shares with ``eligibility``: a question about a few numbers."""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any

import typer

from ..connection import Connection
from ..exit_codes import FAILED
from ..options import Country, country_of
from ..output import Listing, Output
from ..sweep.question import PORTABILITY, Question
from ..sweep.survey import refuse_unplaced, survey
from ..tables import JsonLines

__all__ = ["check", "check_few"]

_LEADING = ("phone_number_e164", "country", "number_type")
_TITLES = ("Number", "E.164", "Country", "Type")


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
        _show(rows, output)
    return FAILED if failed else 0


def _show(rows: Sequence[Mapping[str, object]], output: Output) -> None:
    """Print the answers, each a row by the names of its columns."""
    [verdict] = {"portable", "eligible"}.intersection(rows[0])
    if not sys.stdout.isatty():
        names = ["input", *_LEADING, verdict, "reason", *(name for name in ("code",) if name in rows[0])]
        code = ["Code"] if "code" in rows[0] else []
        listing = Listing(
            dict.fromkeys((*_TITLES, verdict.capitalize(), "Reason", *code, "What to do"), 0), output
        )
        for row in rows:
            listing.row([*map(row.get, names), row["error"] or row["advice"]], None)
        return
    from .answers_table import print_answers  # a terminal alone needs rich

    print_answers(rows, verdict)
