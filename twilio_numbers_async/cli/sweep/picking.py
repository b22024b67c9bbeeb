"""The cells of a row that are checked: the one of a column, the first filled one of several, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import msgspec

from ..tables import Row, text_of, unique
from ..tables.phone_columns import holds_number

__all__ = ["Number", "Picking"]


class Number(str):
    """The text of a number, with its row and, if several columns are checked, the name of its column."""

    __slots__ = ("column", "row")
    row: Row
    column: str | None

    def __new__(cls, text: str, row: Row, column: str | None = None) -> Self:
        self = str.__new__(cls, text)
        self.row = row
        self.column = column
        return self


class Picking(msgspec.Struct, frozen=True):
    """The positions of the columns with the numbers. ``every``: all of them are checked, not the first filled one."""

    positions: tuple[int, ...]
    every: bool
    columns: list[str]

    @property
    def several(self) -> bool:
        """True if the column of each number is written beside it."""
        return self.every or len(self.positions) > 1

    @property
    def titles(self) -> list[str]:
        """The columns that are checked as the header has them, with the position where that is not enough."""
        return [
            f"{name!r} (column {position + 1})"
            if not name.strip() or self.columns.count(name) > 1
            else repr(name)
            for position, name in ((position, self.columns[position]) for position in self.positions)
        ]

    @property
    def names(self) -> list[str]:
        """The names of the columns that are checked, as results have them."""
        names = unique(self.columns)
        return [names[position] for position in self.positions]

    def numbers(self, row: Row) -> Sequence[Number]:
        """The numbers of a row, at least one."""
        if not self.every and len(self.positions) == 1:
            return (Number(text_of(row.cells[self.positions[0]]), row),)
        cells: list[tuple[str, object]] = [
            (name, row.cells[position]) for name, position in zip(self.names, self.positions, strict=True)
        ]
        filled = [Number(text_of(cell), row, name) for name, cell in cells if holds_number(cell)]
        filled = (
            filled or [Number(text, row, name) for name, cell in cells if (text := text_of(cell)).strip()][:1]
        )
        return (filled if self.every else filled[:1]) or [Number("", row)]
