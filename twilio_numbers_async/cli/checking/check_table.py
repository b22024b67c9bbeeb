"""The answers of ``check`` and ``eligibility`` in print.

A person gets a table, or lines if a table would cut words. A program gets tabs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..narrow import BETWEEN, LAST, longest_word, widest, wrapped
from ..output import Listing, Output, plain
from ..tables import text_of

__all__ = ["show"]

_LEADING = ("phone_number_e164", "country", "number_type")
_TITLES = ("Number", "E.164", "Country", "Type")
_WHOLE = 2  # the number as it is written and as E.164 stay in one piece
_STYLES = {"true": "green", "false": "yellow"}
_WORDS = {"true": "yes", "false": "no"}
_INDENT = 4


def show(rows: Sequence[Mapping[str, object]], output: Output) -> None:
    """Print the answers, each a row by the names of its columns."""
    [verdict] = {"portable", "eligible"}.intersection(rows[0])
    titles = (*_TITLES, verdict.capitalize(), "Reason")
    if not sys.stdout.isatty():
        names = ["input", *_LEADING, verdict, "reason", *(name for name in ("code",) if name in rows[0])]
        code = ["Code"] if "code" in rows[0] else []
        listing = Listing(dict.fromkeys((*titles, *code, "What to do"), 0), output)
        for row in rows:
            listing.row([*map(row.get, names), row["error"] or row["advice"]], None)
        return
    lines = [_row(row, verdict) for row in rows]
    styles = [_STYLES.get(text_of(row[verdict]), "red") for row in rows]
    _print((*titles, "What to do"), lines, styles, verdict)


def _print(titles: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str], verdict: str) -> None:
    console = Console()
    columns = list(zip(titles, *rows, strict=True))
    widths = [*map(widest, columns[:_WHOLE]), *map(longest_word, columns[_WHOLE:])]
    widths[-1] = max(widths[-1], LAST)
    if sum(widths) + BETWEEN * len(widths) > console.width:
        for row, style in zip(rows, styles, strict=True):
            for line in _lines(row, console.width, verdict):
                console.print(Text(line, style=style), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, width in zip(titles, widths, strict=True):
        table.add_column(title, min_width=width)
    for row, style in zip(rows, styles, strict=True):
        table.add_row(*map(Text, row), style=style)
    console.print(table)


def _row(answer: Mapping[str, object], verdict: str) -> list[str]:
    names = ("input", *_LEADING, verdict, "reason", "code", "error", "advice")
    number, e164, region, kind, found, reason, code, error, advice = (
        plain(text_of(answer.get(name))) for name in names
    )
    return [number, e164, region, kind, _WORDS.get(found, ""), error or f"{reason} {code}".strip(), advice]


def _lines(row: Sequence[str], width: int, verdict: str) -> list[str]:
    """The answer about a number as lines."""
    number, e164, region, kind, found, said, advice = row
    words = {"yes": verdict, "no": f"not {verdict}"}
    says = words.get(found) or ("no answer" if e164 else "not a number" if number.strip() else "no number")
    parts = [", ".join(filter(None, (e164, region, kind))), said, advice]
    name = number if number.strip() else "(empty)"
    return [f"{name}: {says}", *(line for part in parts for line in wrapped(part, width, _INDENT))]
