"""``twilio-numbers sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..connection import Where
from ..exit_codes import interruptible, settled
from ..options import BaseUrl, Country, Encoding, HeaderRow, Json, Sheet, UseSandbox, country_of
from ..tables import Reading
from .plan import Options, Plan, seconds
from .sweeping import Sweeping

__all__ = ["sweep"]

_DEFAULT_OUT = Path("results.csv")


def sweep(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="CSV, TSV, JSON Lines, one number a line, each with or without gzip; workbooks (.xlsx, .xlsm, .xlsb, "
            ".xls, .ods); Parquet; - for standard input.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to write: .csv, .tsv, .jsonl (each with or without .gz), .xlsx or .parquet. "
            "results.csv by default, with --json none.",
            metavar="FILE",
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
        bool,
        typer.Option(
            "--every-column", help="Check the numbers of all such columns, and write a row for each number."
        ),
    ] = False,
    country: Country = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    encoding: Encoding = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at once; by default it finds out what is allowed.", metavar="N"),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read this many rows and no more.", metavar="N")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is at --out and --report.")] = False,
    json: Json = False,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Forget the journal of a sweep that was cut short, and start again."),
    ] = False,
    keep_journal: Annotated[
        bool, typer.Option("--keep-journal", help="Keep the journal when everything is answered.")
    ] = False,
    max_age: Annotated[
        str | None,
        typer.Option(
            help="Ask again for what the journal has that is older, such as 7d or 12h.", metavar="AGE"
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page that shows what was found (HTML).", metavar="FILE")
    ] = None,
) -> None:
    """Check many numbers for portability: one row for each row of FILE, in the same order, columns kept.

    It keeps a journal beside the results until everything is answered: after Ctrl-C, a crash or failures the
    same command goes on where it was. Until all rows are there the results are in a file that ends in .part. An
    existing --out is refused without --force, unless its journal is beside it. How the sweep went is kept in a file
    that ends in .timeline, which the report command shows.

    Exit codes: 0 everything that can be a number was answered, 1 some failed or nothing can be a number, 2 usage (also
    where it is not clear which column or which country), 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        options = Options(
            where=Where(sandbox=sandbox, base_url=base_url, concurrency=concurrency),
            out=out or (None if json else _DEFAULT_OUT),
            reading=Reading(
                columns=tuple(column or ()),
                limit=limit,
                sheet=sheet,
                header_row=header_row,
                encoding=encoding,
            ),
            every_column=every_column,
            country=country_of(country),
            any_country=country is not None,
            force=force,
            json=json,
            fresh=fresh,
            keep_journal=keep_journal,
            max_age=None if max_age is None else seconds(max_age),
            report=report,
        )
        plan = Plan(file, options)
        try:
            plan.say()
            sweeping = Sweeping(plan)
            code = interruptible(sweeping.run)
            if code in (0, 1):
                sweeping.report()
        finally:
            plan.close()
    raise typer.Exit(code)
