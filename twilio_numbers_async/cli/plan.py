"""What a sweep is to do, settled before anything is asked: what it reads, where it writes, what it goes on from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from .connection import Where
from .ending import USAGE, Stop, tell
from .tables import STDIN, Table, open_table, output_format

__all__ = ["Options", "Plan", "refuse_existing", "seconds", "timeline_of"]

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the ``sweep`` command."""

    where: Where
    out: Path | None
    column: str | None = None
    country: str | None = None
    limit: int | None = None
    force: bool = False
    json: bool = False
    fresh: bool = False
    keep_journal: bool = False
    max_age: float | None = None
    report: Path | None = None


class Plan:
    """A sweep that can begin. Raises Stop or TableError where it cannot; close() it at the end."""

    def __init__(self, file: str, options: Options) -> None:
        self.options = options
        self.out: Path | None = options.out
        self.journal: Path | None = (
            None if self.out is None else self.out.with_name(self.out.name + ".journal")
        )
        self.resumed: bool = self.journal is not None and self.journal.exists() and not options.fresh
        if options.report is not None and self.out is None:
            raise Stop("--report needs --out: the page is made of the results", USAGE)
        if self.out is not None:
            output_format(self.out)
            if file != STDIN and self.out.exists() and Path(file).exists() and self.out.samefile(file):
                raise Stop(f"{self.out} is the input itself: give another --out", USAGE)
        for path in (self.out, options.report):
            if path is not None:
                # What stands beside its journal was cut short, and is what this run goes on with.
                refuse_existing(path, force=options.force or self.resumed)
        options.where.check()
        self.table: Table = open_table(file, column=options.column, limit=options.limit)
        try:
            self.phone: int = self.table.find_phone(options.column)
        except BaseException:
            self.table.close()
            raise

    def say(self) -> None:
        """Tell what was understood."""
        table = self.table
        parts = [f"{table.name}: {table.total:,} rows"]
        if len(table.columns) > 1:
            parts.append(f"the numbers are in column {table.columns[self.phone]!r}")
        if self.options.country is not None:
            parts.append(f"those without a country code are read as {self.options.country} (--country)")
        tell(", ".join(parts) + ".")
        if table.surplus is not None:
            tell(
                f"Line {table.surplus} has more cells than the header: what is surplus stands in columns of its own."
            )

    def close(self) -> None:
        self.table.close()


def refuse_existing(path: Path, *, force: bool, option: str = "--out") -> None:
    """Raise Stop where a file cannot be written, or is there already."""
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
    """Where the samples of a sweep's gate are kept: beside its results."""
    return results.with_name(results.name + ".timeline")


def seconds(text: str) -> float:
    """The seconds of an age such as ``7d``, ``12h``, ``30m``, ``90s`` or ``2w``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", text.strip().casefold())
    if match is None:
        raise Stop(f"--max-age is a number and a unit, such as 7d, 12h, 30m or 90s, not {text!r}", USAGE)
    return float(match[1]) * _UNITS[match[2]]
