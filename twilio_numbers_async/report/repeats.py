"""Columns of the input that only repeat the number."""

from __future__ import annotations

import re

from .findings import Finding

__all__ = ["Repeats"]

_OTHER = re.compile(r"[^0-9]+")
_LETTER = re.compile(r"[^\W\d_]")
_LEAST = 6
"""The least count of digits; fewer are an extension, not a number."""


class Repeats:
    """Looks at the rows for columns whose cells are all the row's own number, however it is written there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._same: list[bool] | None = None
        self._seen = False

    def add(self, finding: Finding) -> None:
        """Look at a row. A row without a number tells nothing about its columns."""
        cells = finding.given[: self._most]
        if self._same is None:
            self._same = [True] * len(cells)
        if finding.number:
            self._seen = True
            self._same = [
                same and _is_number(cell, finding.number)
                for same, cell in zip(self._same, cells, strict=True)
            ]

    def columns(self) -> tuple[int, ...]:
        """The positions of the columns that repeat the number."""
        return tuple(index for index, same in enumerate(self._same or ()) if same and self._seen)


def _is_number(cell: str, number: str) -> bool:
    digits = _OTHER.sub("", cell).lstrip("0")
    return len(digits) >= _LEAST and number.endswith(digits) and _LETTER.search(cell) is None
