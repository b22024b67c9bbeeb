"""Text for a terminal that is too narrow for a table: no word is cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.cells import cell_len

__all__ = ["BETWEEN", "LAST", "longest_word", "widest", "wrapped"]

BETWEEN = 3
"""Columns between two cells of a table."""
LAST = 24
"""The least width of the last column, which holds sentences."""


def longest_word(texts: Iterable[str]) -> int:
    """The width of the longest word."""
    return widest(word for text in texts for word in text.split())


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
