"""Detection of the delimiter and of the header row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from .phone_columns import by_content, looks_like_number, rank_of

__all__ = ["DEEPEST", "delimiter_of", "find_header", "named_delimiter"]

_MARKS = ",;\t|"
_BEFORE_A_CELL = frozenset(("\n", "\r", *_MARKS))
DEEPEST = 30
"""Rows of the table that may be above the header or the header itself."""
_PLACEHOLDERS = frozenset(
    ("", "-", "--", "?", "n/a", "na", "nan", "nil", "none", "null", "tbd", "unknown", "invalid")
)


def named_delimiter(first: str) -> str | None:
    """The separator that a first line ``sep=;`` names, as Excel writes it."""
    match = re.fullmatch(r'\ufeff?"?sep=(.)"?', first.rstrip("\r\n"), re.IGNORECASE)
    return None if match is None else match[1]


def delimiter_of(lines: Sequence[str]) -> str:
    """The delimiter that most lines have outside of quotes. A title may have a comma and the rows below semicolons.

    Among equals it is the one that more lines at the end have, and then the one that the first line has more often.
    """
    bare = [line for line in re.split(r"\r\n?|\n", _outside_of_quotes("".join(lines))) if line.strip()]

    def weight(mark: str) -> tuple[int, int, int]:
        counts = [line.count(mark) for line in bare]
        at_the_end = len(list(takewhile(bool, reversed(counts))))
        return sum(map(bool, counts)), at_the_end, counts[0] if counts else 0

    return max(_MARKS, key=weight)  # among equals the first mark, the comma


def _outside_of_quotes(text: str) -> str:
    """The text without its quoted cells, which may hold marks and line ends. A quote inside a cell is a character."""
    first, *others = text.split('"')
    kept, last, is_open = [first], (first.rstrip(" ") or "\n")[-1], False
    for piece in others:
        is_open, was_open = not is_open and (not last or last in _BEFORE_A_CELL), is_open
        if not is_open:
            kept.append(piece)
            # Two quotes in a cell stand for one: the second opens the cell again.
            last = (piece.rstrip(" ") or ("" if was_open else '"'))[-1:]
    return "".join(kept)


def find_header(sample: Sequence[Sequence[object]], wanted: Sequence[str]) -> int | None:
    """The index of the row that names the columns: the first one, or one below a title; None if there is none.

    A row is a header if it has a name asked for or one that is known; it is none if it has a phone number. Between
    the two it is a header if it has several cells, all filled and different and without digits, and numbers
    stand below one of them: a header taken for a row shows as one invalid number, a row taken for a header
    would be lost. Above it there may be rows with fewer cells and no number.
    """
    rows = [[str(cell).strip() if cell is not None else "" for cell in row] for row in sample]
    filled = [sum(map(bool, row)) for row in rows]
    usual = sorted(filled)[len(filled) // 2] if filled else 0
    widest = 0
    for index, cells in enumerate(rows[:DEEPEST]):
        is_title = 2 * filled[index] <= usual
        stands_out = filled[index] > widest or filled[index] == widest == 1
        if (
            not is_title
            and stands_out
            and _is_header(cells, sample[index + 1 :], wanted, is_first=index == 0)
        ):
            return index
        if any(looks_like_number(cell) for cell in sample[index]):
            break
        widest = max(widest, filled[index])
    # A first row that is narrower than the rest may still be the header.
    is_header = bool(rows) and _is_header(rows[0], sample[1:], wanted, is_first=True)
    return 0 if is_header else None


def _is_header(
    cells: Sequence[str], below: Sequence[Sequence[object]], wanted: Sequence[str], *, is_first: bool
) -> bool:
    folded = [cell.casefold() for cell in cells]
    if any(name.casefold() in folded for name in wanted if not name.isdigit()):
        return True
    if any(looks_like_number(cell) for cell in cells):
        return False
    # A word that comes again below is a value, such as "mobile" in a column of kinds.
    known = [
        index
        for index, cell in enumerate(cells)
        if rank_of(cell) < 4 and not any(folded[index] == _folded(row, index) for row in below)
    ]
    if known and (is_first or not by_content(len(cells), below).isdisjoint(known)):
        return True  # a title may have such a word too, so from the second row on numbers must stand below
    while len(folded) > 1 and not folded[-1]:
        folded = folded[:-1]
    if any(map(str.isdigit, "".join(folded))) or len(set(folded)) < len(folded) or "" in folded:
        return False
    found = by_content(len(folded), below)
    return len(folded) > 1 and bool(found) and not any(folded[index] in _PLACEHOLDERS for index in found)


def _folded(row: Sequence[object], index: int) -> str:
    return str(row[index]).strip().casefold() if index < len(row) else ""
