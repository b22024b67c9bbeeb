"""Tables of text for people, and lines on a terminal that is too narrow for a table: no word is cut."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_table", "widest", "wrapped"]

_BETWEEN = 3
"""Columns between two cells of a table."""
_LAST = 24
"""The least width of the last column, which holds sentences."""


def print_table(
    console: Console,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    styles: Sequence[str],
    lines_of: Callable[[Sequence[str]], Iterable[str]],
    *,
    whole: int = 0,
    numeric: bool = False,
) -> None:
    """Print rows as a table, or as the lines that ``lines_of`` makes of them if a table would cut words.

    The first ``whole`` columns are never broken. ``numeric``: the first column holds counts, and the last one fills the
    line.
    """
    columns = list(zip(titles, *rows, strict=True))
    widths = [widest(column) for column in columns[:whole]]
    widths += [widest(word for text in column for word in text.split()) for column in columns[whole:]]
    widths[-1] = max(widths[-1], _LAST)
    if sum(widths) + _BETWEEN * len(widths) > console.width:
        for row, style in zip(rows, styles, strict=True):
            for line in lines_of(row):
                console.print(Text(line, style=style), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, width in zip(titles, widths, strict=True):
        table.add_column(title, min_width=width)
    if numeric:
        table.columns[0].justify = "right"
        table.columns[-1].ratio = 1
    for row, style in zip(rows, styles, strict=True):
        table.add_row(*map(Text, row), style=style)
    console.print(table)


def widest(texts: Iterable[str]) -> int:
    """The width of the longest text."""
    return max(map(cell_len, texts), default=0)


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """The text in lines of at most ``width`` columns, ``indent`` of them blank. A longer word is not cut."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
