"""``twilio-numbers report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..report import read_samples, write_report
from .exit_codes import tell
from .options import Force
from .sweep.plan import refuse_existing, timeline_of
from .tables import read_records

__all__ = ["report"]


def report(
    results: Annotated[Path, typer.Argument(help="A file that the sweep command wrote.", metavar="RESULTS")],
    out: Annotated[Path, typer.Option(help="The page (HTML).", metavar="FILE")] = Path("report.html"),
    mask: Annotated[
        bool,
        typer.Option(
            "--mask", help="Show only the last four digits of each number, and no column of the input."
        ),
    ] = False,
    force: Force = False,
) -> None:
    """Make one self-contained page of a sweep's results: sums, reasons, timeline, and a table to search."""
    refuse_existing(out, force=force)
    write_report(read_records(str(results)), out, mask=mask, timeline=read_samples(timeline_of(results)))
    tell(f"{out} shows the results.")
