"""The names of columns: made up where they are missing, unique, and as the value of --column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .source import TableError

__all__ = ["LISTED", "column_names", "find_column", "listed", "option_for", "unique"]

LISTED = 8
"""The most names in a message."""


def column_names(header: Sequence[str] | None, width: int) -> list[str]:
    """The names of all columns: the header's, and ``column_3`` for one without a name."""
    names = [] if header is None else list(header)
    taken = set(names)
    for position in range(len(names) + 1, width + 1):
        name = f"column_{position}"
        while name in taken:
            name += "_"
        names.append(name)
        taken.add(name)
    return names


def unique(names: Sequence[str]) -> list[str]:
    """The same names, none empty and none twice (``phone``, ``phone_2``), as JSON and Parquet need them."""
    seen: set[str] = set(names)
    used: set[str] = set()
    counts: dict[str, int] = {}
    result: list[str] = []
    for position, given in enumerate(names, start=1):
        name = given if given.strip() else f"column_{position}"
        base = given.strip() or "column"
        count = counts.get(base, 2)
        while name in used or (name != given and name in seen):
            name = f"{base}_{count}"
            count += 1
            counts[base] = count
        used.add(name)
        result.append(name)
    return result


def find_column(names: Sequence[str], wanted: str, *, named: bool) -> int:
    """The position of the column that the user names.

    ``wanted`` is its name (case matters only where two names differ in nothing else) or its position from 1.
    ``named`` is False where the file has no header. Raises TableError that lists the columns.
    """
    exact = [index for index, name in enumerate(names) if name == wanted]
    folded = [
        index for index, name in enumerate(names) if name.strip().casefold() == wanted.strip().casefold()
    ]
    for found in (exact, folded):
        if len(found) == 1:
            return found[0]
        if found and not _is_position(names, wanted):
            places = ", ".join(str(index + 1) for index in found[:LISTED])
            example = f"--column {found[0] + 1}"
            raise TableError(
                f"Several columns are named {wanted!r}: name one by its position ({places}), such as {example}"
            )
    if _is_position(names, wanted):
        return int(wanted) - 1
    hint = "" if named else " (the file has no header: name a column by its position, --column 1 the first)"
    raise TableError(f"There is no column {wanted!r}. The columns are: {listed(names)}{hint}")


def _is_position(names: Sequence[str], wanted: str) -> bool:
    return wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names)


def option_for(names: Sequence[str], index: int, *, named: bool) -> str:
    """The value of --column for a column: its name, or its position if the name is not enough."""
    name = names[index]
    folded = [other.strip().casefold() for other in names]
    if not named or not name.strip() or folded.count(name.strip().casefold()) > 1 or not name.isprintable():
        return str(index + 1)
    return f'"{name}"' if re.search(r"[^\w.-]", name) else name


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return ", ".join(repr(name) if not name.strip() else name for name in names[:LISTED]) + more
