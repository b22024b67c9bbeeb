"""The table at the end of a sweep: counts by reason, with advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console

from ...report import Reason, in_order
from ..terminal_tables import print_table, widest, wrapped
from .progress import LABELS

__all__ = ["say_reasons"]

_TITLES = ("Rows", "Reason", "Code", "What to do")


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
    styles = [LABELS[reason.state][1] for reason, _ in ranked]
    digits = widest(count for count, *_ in rows)
    print_table(console, _TITLES, rows, styles, lambda row: _lines(row, digits, console.width), numeric=True)


def _lines(row: Sequence[str], digits: int, width: int) -> list[str]:
    """A row of the table as lines: the count and the reason, and below them the advice."""
    count, label, code, advice = row
    head = wrapped(f"{label} {code}".strip(), width, digits + 2)
    return [f"{count:>{digits}}  {head[0].lstrip()}", *head[1:], *wrapped(advice, width, digits + 2)]
