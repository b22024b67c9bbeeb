"""Rows for a person or for a program: aligned on a terminal, parted by tabs elsewhere, JSON on request.

The titles of the columns stand above both kinds of rows; ``--no-header`` leaves them out for a program.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import msgspec
from rich.cells import cell_len

from .chosen import HEADER
from .tables import text_of

__all__ = ["Listing", "counted", "plain", "print_json"]


class Listing:
    """Prints rows as they come. ``columns`` are the titles and their widths on a terminal."""

    def __init__(self, columns: Mapping[str, int], *, json: bool = False) -> None:
        self._widths = list(columns.values())
        self._json = json
        self._aligned = sys.stdout.isatty() and not json
        wanted = self._aligned or HEADER.get()
        self._titles: Sequence[str] | None = list(columns) if wanted else None

    def row(self, cells: Sequence[object], record: object) -> None:
        """Print a row: its cells, or with --json the record that they were taken from."""
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
        padded = (
            text + " " * (width - cell_len(text)) for text, width in zip(texts, self._widths, strict=True)
        )
        return "  ".join(padded).rstrip()


def print_json(record: object) -> None:
    """One JSON object on a line of standard output."""
    print(msgspec.json.encode(record).decode(), flush=True)


def plain(text: str) -> str:
    """The text in one line, without anything that a terminal or a table would obey."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def counted(count: int, thing: str) -> str:
    """``1 number``, ``2,000 numbers``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
