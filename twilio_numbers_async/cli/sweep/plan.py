"""The plan of a sweep, made before anything is sent: its input, its output, and its journal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..._util import counted
from ..connection import Connection
from ..exit_codes import USAGE, Stop, tell
from ..options import FileOptions, Force, Json, country_of
from ..tables import (
    STDIN,
    Table,
    open_table,
    output_format,
    refuse_long_cells,
    refuse_too_large,
    text_of,
)
from .picking import Number, Picking
from .question import Question
from .survey import Survey, refuse_unplaced, survey

__all__ = ["ListOptions", "Plan", "SweepOptions", "check_out", "refuse_existing", "timeline_of"]

_SEVERAL = "; several times for the first filled one of each row; --every-column for all of them"
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


class ListOptions(FileOptions, frozen=True, kw_only=True):
    """The options of a command that asks about every number of a file."""

    out: Annotated[
        Path | None,
        typer.Option(
            help="The file for the results: .csv, .tsv, .jsonl (each with or without .gz), .xlsx or .parquet. "
            "By default a .csv file in this folder, with --json none.",
            metavar="FILE",
        ),
    ] = None
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="The column with the numbers, by name or by position from 1. Of several the first filled one of each "
            "row is checked.",
            metavar="NAME",
        ),
    ] = None
    every_column: Annotated[
        bool,
        typer.Option(
            "--every-column", help="Check the numbers of all columns that hold some, a row for each number."
        ),
    ] = False
    force: Force = False
    json: Json = False
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget the journal of a run that was cut short, and start again.")
    ] = False
    limit: int | None = None
    keep_journal: bool = False
    max_age: str | None = None
    report: Path | None = None


class SweepOptions(ListOptions, frozen=True, kw_only=True):
    """The options of the ``sweep`` command."""

    limit: Annotated[
        int | None, typer.Option(min=1, help="Read this many rows and no more.", metavar="N")
    ] = None
    keep_journal: Annotated[
        bool, typer.Option("--keep-journal", help="Keep the journal when everything is answered.")
    ] = False
    max_age: Annotated[
        str | None,
        typer.Option(
            help="Ask again for answers in the journal that are older, such as 7d or 12h.", metavar="AGE"
        ),
    ] = None
    report: Annotated[
        Path | None, typer.Option(help="Write a page about the results (HTML).", metavar="FILE")
    ] = None


class Plan:
    """A sweep that can begin. Raises Stop or TableError if it cannot; close() it at the end."""

    def __init__(
        self, file: str, options: ListOptions, connection: Connection, default_out: Path, question: Question
    ) -> None:
        self.options = options
        self.question = question
        self.connection = connection
        self._columns: Sequence[str] = options.column or ()
        self.country: str | None = country_of(options.country)
        self.max_age: float | None = None if options.max_age is None else _seconds(options.max_age)
        self.out: Path | None = options.out or (None if options.json else default_out)
        self.journal: Path | None = (
            None if self.out is None else self.out.with_name(self.out.name + ".journal")
        )
        self.resumed: bool = self.journal is not None and self.journal.exists() and not options.fresh
        if options.report is not None and self.out is None:
            raise Stop("--report needs --out: the page is made of the results", USAGE)
        # A file beside its journal was cut short; this run goes on with it.
        force = options.force or self.resumed
        if self.out is not None:
            check_out(self.out, file, force=force)
        if options.report is not None:
            refuse_existing(options.report, force=force)
        self.table: Table = open_table(file, options.reading(*self._columns, limit=options.limit))
        try:
            for note in self.table.notes:
                tell(note)
            self.picking: Picking = self._picked()
            column = {"phone_column": "text"} if self.picking.several else {}
            self.added: Mapping[str, str] = {**column, **question.added}
            self.found: Survey = survey(self._texts())
            if options.country is None:
                refuse_unplaced(self.found)
            if self.out is not None and output_format(self.out) == "xlsx":
                refuse_too_large(self.out, self.found.numbers, len(self.table.columns) + len(self.added))
        except BaseException:
            self.table.close()
            raise

    def _picked(self) -> Picking:
        every = self.options.every_column
        positions = self.table.find_phones(self._columns, every=every, advice=_SEVERAL)
        return Picking(tuple(positions), every, self.table.columns)

    def _texts(self) -> Iterator[str]:
        is_for_excel = self.out is not None and output_format(self.out) == "xlsx"
        if not is_for_excel and not self.picking.several:
            for cell in self.table.cells(self.picking.positions[0]):
                yield cell if type(cell) is str else text_of(cell)
            return
        for row in self.table.rows():
            if is_for_excel:
                refuse_long_cells(self.table.place, row.line, row.cells)
            yield from self.picking.numbers(row)

    def numbers(self) -> Iterator[Number]:
        """All numbers in order, each with its row."""
        rows, picking = self.table.rows(), self.picking
        if not picking.several:
            position = picking.positions[0]
            return (Number(text_of(row.cells[position]), row) for row in rows)
        return (number for row in rows for number in picking.numbers(row))

    def say(self) -> None:
        """Print how the input was understood."""
        table, found, country = self.table, self.found, self.country
        parts = [f"{table.name}: {counted(table.total, 'row')}"]
        if len(table.columns) > 1:
            names = ", ".join(self.picking.titles)
            parts.append(f"the numbers are in column{'s' if self.picking.several else ''} {names}")
        if self.picking.every:
            parts.append(f"{counted(found.numbers, 'row')} of results")
        if found.unplaced and country is not None:
            parts.append(f"{found.unplaced:,} without a country code are read as {country} (--country)")
        elif found.unplaced:
            parts.append(f"{found.unplaced:,} without a country code are no numbers (--country none)")
        if found.empty:
            parts.append(f"{found.empty:,} {'has' if found.empty == 1 else 'have'} no number")
        tell(", ".join(parts) + ".")

    def close(self) -> None:
        self.table.close()


def check_out(out: Path, file: str, *, force: bool) -> None:
    """Raise Stop or TableError if the outcomes of ``file`` cannot be written there."""
    output_format(out)
    if file != STDIN and out.exists() and Path(file).exists() and out.samefile(file):
        raise Stop(f"{out} is the input itself: give another --out", USAGE)
    refuse_existing(out, force=force)


def refuse_existing(path: Path, *, force: bool, option: str = "--out") -> None:
    """Raise Stop if a file cannot be written, or exists already."""
    folder = path.parent
    if path.is_dir():
        raise Stop(f"{path} is a folder", USAGE)
    if not folder.is_dir():
        raise Stop(f"{path} cannot be written: there is no folder {folder}", USAGE)
    if not os.access(folder, os.W_OK):
        raise Stop(f"{path} cannot be written: the folder is read-only", USAGE)
    if path.exists() and not force:
        raise Stop(f"{path} exists already: --force overwrites it, {option} NAME writes elsewhere", USAGE)


def timeline_of(results: Path) -> Path:
    """The file with the samples of a sweep's gate, beside its results."""
    return results.with_name(results.name + ".timeline")


def _seconds(text: str) -> float:
    """The seconds of an age such as ``7d``, ``12h``, ``30m``, ``90s`` or ``2w``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", text.strip().casefold())
    if match is None:
        raise Stop(f"--max-age is a number and a unit, such as 7d, 12h, 30m or 90s, not {text!r}", USAGE)
    return float(match[1]) * _UNITS[match[2]]
