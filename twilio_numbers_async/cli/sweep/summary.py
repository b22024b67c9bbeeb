"""The table at the end of a sweep: counts by reason, with advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...report import Reason, State, in_order
from ..narrow import BETWEEN, LAST, longest_word, widest, wrapped

__all__ = ["say_reasons"]

_TITLES = ("Rows", "Reason", "Code", "What to do")
_STYLES: Mapping[State, str] = {
    "portable": "green",
    "not_portable": "yellow",
    "invalid": "bright_black",
    "failed": "red",
}


def say_reasons(reasons: Mapping[Reason, int], stream: TextIO) -> None:
    """Print the counts by reason with advice: a table on a terminal, plain lines elsewhere."""
    ranked = in_order(reasons)
    if not stream.isatty():
        width = max((len(f"{count:,}") for _, count in ranked), default=0)
        for reason, count in ranked:
            code = f" ({reason.code})" if reason.code else ""
            print(f"{count:>{width},}  {reason.label}{code}: {reason.advice}", file=stream)
        return
    console = Console(file=stream)
    rows = [[f"{count:,}", reason.label, reason.code, reason.advice] for reason, count in ranked]
    styles = [_STYLES[reason.state] for reason, _ in ranked]
    widths = [longest_word(column) for column in zip(_TITLES, *rows, strict=True)]
    widths[-1] = max(widths[-1], LAST)
    if sum(widths) + BETWEEN * len(widths) > console.width:
        digits = widest(count for count, *_ in rows)
        for row, style in zip(rows, styles, strict=True):
            for line in _lines(row, digits, console.width):
                console.print(Text(line, style=style), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, width in zip(_TITLES, widths, strict=True):
        table.add_column(title, min_width=width, justify="right" if title == "Rows" else "left")
    table.columns[-1].ratio = 1
    for row, style in zip(rows, styles, strict=True):
        table.add_row(*map(Text, row), style=style)
    console.print(table)


def _lines(row: Sequence[str], digits: int, width: int) -> list[str]:
    """A row of the table as lines: the count and the reason, and below them the advice."""
    count, label, code, advice = row
    head = wrapped(f"{label} {code}".strip(), width, digits + 2)
    return [f"{count:>{digits}}  {head[0].lstrip()}", *head[1:], *wrapped(advice, width, digits + 2)]
