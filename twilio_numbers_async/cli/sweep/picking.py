"""Which cells of a row are checked: the one of a column, the first filled one of several, or all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ..tables import ADDED, Row, text_of, unique
from ..tables.columns import holds_number

__all__ = ["Picking"]


class Picking(msgspec.Struct, frozen=True):
    """The columns with the numbers (their positions), and whether ``every`` one is checked."""

    positions: tuple[int, ...]
    every: bool
    columns: list[str]

    @property
    def added(self) -> Mapping[str, str]:
        """The columns that the sweep adds: of several columns it says which."""
        return ADDED if not self.several else {"phone_column": "text", **ADDED}

    @property
    def several(self) -> bool:
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

    def texts(self, row: Row) -> Sequence[tuple[str | None, str]]:
        """The numbers of a row, each with the name of its column where there are several. There is one at least."""
        if not self.every and len(self.positions) == 1:
            cell = row.cells[self.positions[0]]
            return ((None, cell if type(cell) is str else text_of(cell)),)
        cells: list[tuple[str | None, object]] = [
            (name, row.cells[position]) for name, position in zip(self.names, self.positions, strict=True)
        ]
        filled: list[tuple[str | None, str]] = [
            (name, text_of(cell)) for name, cell in cells if holds_number(cell)
        ]
        filled = filled or [(name, text) for name, cell in cells if (text := text_of(cell)).strip()][:1]
        return (filled if self.every else filled[:1]) or [(None, "")]
