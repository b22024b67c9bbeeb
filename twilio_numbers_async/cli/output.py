"""Rows for people and for programs: aligned on a terminal, separated by tabs elsewhere, JSON on request.

Titles stand above both kinds of rows; ``--no-header`` leaves them out for programs.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from typing import Annotated, Protocol, TypeVar

import msgspec
import typer

from .commands import OptionGroup
from .exit_codes import FAILED, Stop, tell
from .options import Json
from .tables import text_of

__all__ = [
    "Listing",
    "NoHeader",
    "Output",
    "moment",
    "plain",
    "print_json",
    "print_plan",
    "shown",
    "tell_plan",
]

T = TypeVar("T")

NoHeader = Annotated[bool, typer.Option("--no-header", help="Print rows for programs without their titles.")]


class Output(OptionGroup, frozen=True, kw_only=True):
    """The options of a command that prints rows."""

    json: Json = False
    no_header: NoHeader = False


class Listing:
    """Prints rows as they come. ``columns`` are the titles and their widths on a terminal."""

    def __init__(self, columns: Mapping[str, int], output: Output) -> None:
        self._widths = list(columns.values())
        self._json = output.json
        self._aligned = sys.stdout.isatty() and not output.json
        wanted = self._aligned or not output.no_header
        self._titles: Sequence[str] | None = list(columns) if wanted else None

    def row(self, cells: Sequence[object], record: object) -> None:
        """Print a row: its cells, or with --json its record."""
        if self._json:
            print_json(record)
            return
        if self._titles is not None:
            print(self._line(self._titles))
            self._titles = None
        print(self._line([plain(text_of(cell)) for cell in cells]), flush=True)

    def _line(self, texts: Sequence[str]) -> str:
        if not self._aligned:
            return "\t".join(texts)
        from rich.cells import cell_len  # only a terminal needs rich

        padded = (
            text + " " * (width - cell_len(text)) for text, width in zip(texts, self._widths, strict=True)
        )
        return "  ".join(padded).rstrip()


async def shown(items: AsyncIterable[T], show: Callable[[T], None]) -> int:
    """Show each item as it comes; returns their count."""
    count = 0
    async for item in items:
        show(item)
        count += 1
    return count


def moment(at: dt.datetime) -> str:
    """A time to the second, in UTC: ``2030-01-15T10:00:00Z``."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def print_json(record: object) -> None:
    """Print a record as one line of JSON."""
    print(msgspec.json.encode(record).decode(), flush=True)


class HasReadiness(Protocol):
    """A plan that may lack something."""

    @property
    def is_ready(self) -> bool: ...


class PlanText(Protocol):
    """A plan of a command, in words and as a record."""

    @property
    def plan(self) -> HasReadiness: ...
    def lines(self) -> Sequence[str]: ...
    def record(self) -> object: ...


def print_plan(planned: PlanText, output: Output) -> int:
    """Print a plan; returns the exit code, which says if it is ready."""
    if output.json:
        print_json(planned.record())
    else:
        for line in planned.lines():
            print(plain(line), flush=True)
    return 0 if planned.plan.is_ready else FAILED


def tell_plan(planned: PlanText) -> None:
    """Write a plan to standard error. Raises Stop if it is not ready."""
    for line in planned.lines():
        tell(plain(line))
    if not planned.plan.is_ready:
        raise Stop("Nothing was sent.", FAILED)


def plain(text: str) -> str:
    """The text in one line, without control characters."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)
