"""The table at the end: how many of which kind, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table

from ..report import Reason, State, in_order

__all__ = ["say_reasons"]

_STYLES: Mapping[State, str] = {
    "portable": "green",
    "not_portable": "yellow",
    "invalid": "bright_black",
    "failed": "red",
}


def say_reasons(reasons: Mapping[Reason, int], stream: TextIO) -> None:
    """Print the counts by reason with what to do next: a table on a terminal, plain lines elsewhere."""
    ranked = in_order(reasons)
    if not stream.isatty():
        width = max((len(f"{count:,}") for _, count in ranked), default=0)
        for reason, count in ranked:
            code = f" ({reason.code})" if reason.code else ""
            print(f"{count:>{width},}  {reason.label}{code}: {reason.advice}", file=stream)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Rows", justify="right")
    table.add_column("Reason")
    table.add_column("Code")
    table.add_column("What to do", ratio=1)
    for reason, count in ranked:
        table.add_row(f"{count:,}", reason.label, reason.code, reason.advice, style=_STYLES[reason.state])
    Console(file=stream).print(table)
