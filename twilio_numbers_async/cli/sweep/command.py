"""``twilio-numbers sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..connection import BulkConnection
from .plan import SweepOptions
from .question import PORTABILITY
from .run import sweep_file

__all__ = ["sweep"]


def sweep(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="CSV, TSV, JSON Lines, one number a line, each with or without gzip; workbooks (.xlsx, .xlsm, .xlsb, "
            ".xls, .ods); Parquet; - for standard input.",
        ),
    ],
    options: SweepOptions,
    connection: BulkConnection,
) -> int:
    """Check many numbers for portability: one row for each row of FILE, in the same order, columns kept.

    The results are in results.csv, or in the file of --out. A journal beside them keeps the answers until everything
    is answered: after Ctrl-C, a crash or failures the same command goes on where it was. Until all rows are there the
    results are in a file that ends in .part. An existing --out is refused without --force, unless its journal is
    beside it. A file that ends in .timeline keeps the course of the sweep for the report command.

    Exit codes: 0 everything that can be a number was answered, 1 some failed or nothing can be a number, 2 usage (also
    if the column or the country is not clear), 3 the credentials were refused, 130 interrupted.
    """
    return sweep_file(file, options, connection, Path("results.csv"), PORTABILITY)
