"""What ``check`` prints for a person: a table, or lines where a table would cut words; tabs for a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .listing import Listing, plain
from .narrow import BETWEEN, LAST, longest_word, widest, wrapped
from .tables import text_of

__all__ = ["show"]

_SHOWN = ("phone_number_e164", "country", "number_type", "portable", "reason", "code")
_LISTED = ("Number", "E.164", "Country", "Type", "Portable", "Reason", "Code", "What to do")
_TITLES = ("Number", "E.164", "Country", "Type", "Portable", "Reason", "What to do")
_WHOLE = 2  # the number as it is written and as E.164 stay in one piece
_STYLES = {"true": "green", "false": "yellow"}
_WORDS = {"true": "yes", "false": "no"}
_INDENT = 4


def show(numbers: Sequence[str], answers: Sequence[Mapping[str, object]]) -> None:
    """Print the answers, each to its number."""
    if not sys.stdout.isatty():
        listing = Listing(dict.fromkeys(_LISTED, 0))
        for number, answer in zip(numbers, answers, strict=True):
            said = answer.get("error") or answer.get("advice")
            listing.row([number, *map(answer.get, _SHOWN), said], None)
        return
    console = Console()
    rows = [_row(number, answer) for number, answer in zip(numbers, answers, strict=True)]
    styles = [_STYLES.get(text_of(answer.get("portable")), "red") for answer in answers]
    columns = list(zip(_TITLES, *rows, strict=True))
    widths = [*map(widest, columns[:_WHOLE]), *map(longest_word, columns[_WHOLE:])]
    widths[-1] = max(widths[-1], LAST)
    if sum(widths) + BETWEEN * len(widths) > console.width:
        for row, style in zip(rows, styles, strict=True):
            for line in _lines(row, console.width):
                console.print(Text(line, style=style), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, width in zip(_TITLES, widths, strict=True):
        table.add_column(title, min_width=width)
    for row, style in zip(rows, styles, strict=True):
        table.add_row(*map(Text, row), style=style)
    console.print(table)


def _row(number: str, answer: Mapping[str, object]) -> list[str]:
    e164, region, kind, portable, reason, code = (plain(text_of(answer.get(name))) for name in _SHOWN)
    said = plain(text_of(answer.get("error"))) or f"{reason} {code}".strip()
    advice = plain(text_of(answer.get("advice")))
    return [plain(number), e164, region, kind, _WORDS.get(portable, ""), said, advice]


def _lines(row: Sequence[str], width: int) -> list[str]:
    """A number's answer as lines."""
    number, e164, region, kind, portable, said, advice = row
    verdict = {"yes": "portable", "no": "not portable"}.get(portable, "no answer" if e164 else "not a number")
    parts = [", ".join(filter(None, (e164, region, kind))), said, advice]
    return [f"{number}: {verdict}", *(line for part in parts for line in wrapped(part, width, _INDENT))]
