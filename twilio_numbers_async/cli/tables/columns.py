"""Which row is the header, and which column holds the phone number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .source import TableError

__all__ = ["column_names", "find_column", "is_header", "looks_like_number", "unique"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# From the surest to the weakest. A column of a surer rank wins over one of a weaker rank.
_EXACT = _words(
    "phonenumber phonenumbers phone phones phonenumbere164 e164 e164number msisdn telephonenumber telephone "
    "tel telno phoneno phonenr telefon telefonnummer rufnummer handynummer telefono telefone téléphone"
)
_MOBILE = _words(
    "mobile mobilephone mobilenumber mobileno cell cellphone cellnumber landline homephone workphone handy "
    "movil celular did didnumber tn"
)
_PART = re.compile(r"phone|telefon|mobile|msisdn|e164")
_WEAK = _words("number numbers nummer numero numéro contactnumber contact")

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
_NUMBER = re.compile(r"(?:tel:)?[+(]?[\d(][\d\s().\-/\u2010-\u2015\u00a0]*\d", re.IGNORECASE)
_PLACEHOLDERS = frozenset(
    ("", "-", "--", "?", "n/a", "na", "nan", "nil", "none", "null", "tbd", "unknown", "invalid")
)
_MIN_SHARE = 0.5


def looks_like_number(cell: object) -> bool:
    """True for a cell that looks like a phone number, whether it is one or not."""
    text = str(cell).strip() if cell is not None and not isinstance(cell, bool) else ""
    if not _NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return False
    digits = sum(character.isdigit() for character in text)
    # Bare digits are a customer's id or a postcode more often than a number of the short kind.
    return (10 if text.isdigit() else 7) <= digits <= 15


def is_header(first: Sequence[str], sample: Sequence[Sequence[object]], wanted: str | None) -> bool:
    """Tell whether the first row of a table names its columns.

    It does if it has the name asked for or one that is known; it does not if it has a phone number. Between
    the two it is a header if it has several cells, all filled and different and without digits, and numbers
    stand below one of them: a header taken for a row shows as one invalid number, a row taken for a header
    would be lost.
    """
    cells = [cell.strip() for cell in first]
    if (
        wanted is not None
        and not wanted.isdigit()
        and wanted.casefold() in (cell.casefold() for cell in cells)
    ):
        return True
    if any(looks_like_number(cell) for cell in cells):
        return False
    if any(_rank(cell) < 4 for cell in cells):
        return True
    folded = [cell.casefold() for cell in cells]
    if any(map(str.isdigit, "".join(cells))) or len(set(folded)) < len(folded) or "" in folded:
        return False
    below = _by_content(len(cells), sample)
    return len(cells) > 1 and bool(below) and not any(folded[index] in _PLACEHOLDERS for index in below)


def column_names(header: Sequence[str] | None, width: int) -> list[str]:
    """The names of all columns: the header's, and ``column_3`` where it has none."""
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
    result: list[str] = []
    for position, given in enumerate(names, start=1):
        name = given if given.strip() else f"column_{position}"
        count = 2
        while name in used or (name != given and name in seen):
            name = f"{given.strip() or 'column'}_{count}"
            count += 1
        used.add(name)
        result.append(name)
    return result


def find_column(
    names: Sequence[str], sample: Sequence[Sequence[object]], wanted: str | None, *, named: bool
) -> int:
    """The position of the phone column.

    ``wanted`` is its name (case matters only where two names differ in nothing else) or its position from 1;
    None finds it by name, then by what the cells look like. ``named`` is False where the file has no header.
    Raises TableError that lists the columns.
    """
    if wanted is not None:
        return _asked_for(names, wanted, named=named)
    if len(names) == 1:
        return 0
    filled = _by_content(len(names), sample)
    best = _by_name(names, filled) if named else []
    found = best or filled
    if len(found) == 1:
        return found[0]
    raise _unclear(names, found, named=named)


def _by_name(names: Sequence[str], filled: Sequence[int]) -> list[int]:
    """The columns with the surest names. A sure one needs no proof; "phone type" stands beside the number."""
    ranked = [(rank, index) for index, name in enumerate(names) if (rank := _rank(name)) < 4]
    proved = [(rank, index) for rank, index in ranked if rank == 0 or index in filled]
    if not proved and not filled:
        proved = [(rank, index) for rank, index in ranked if rank == 1]
    return [index for rank, index in proved if rank == min(proved)[0]]


def _asked_for(names: Sequence[str], wanted: str, *, named: bool) -> int:
    exact = [index for index, name in enumerate(names) if name == wanted]
    folded = [
        index for index, name in enumerate(names) if name.strip().casefold() == wanted.strip().casefold()
    ]
    for found in (exact, folded):
        if len(found) == 1:
            return found[0]
        if found:
            places = ", ".join(str(index + 1) for index in found)
            raise TableError(f"Several columns are named {wanted!r}: name one by its position ({places})")
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    hint = "" if named else " (the file has no header: name a column by its position, --column 1 the first)"
    raise TableError(f"There is no column {wanted!r}. The columns are: {_listed(names)}{hint}")


def _unclear(names: Sequence[str], found: Sequence[int], *, named: bool) -> TableError:
    if found:
        candidates = ", ".join(names[index] for index in found)
        reason = f"More than one column may hold the phone number: {candidates}."
    else:
        reason = "No column is obviously the one with the phone number."
    example = names[found[0] if found else 0] if named else str((found[0] if found else 0) + 1)
    option = f'"{example}"' if re.search(r"[^\w.-]", example) else example
    return TableError(f"{reason} The columns are: {_listed(names)}. Say which: --column {option}")


def _listed(names: Sequence[str], most: int = 50) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(name) if not name.strip() else name for name in names[:most]) + more


def _rank(name: str) -> int:
    """0 is a sure name of a phone column, 3 a weak one, 4 none."""
    folded = "".join(character for character in name.casefold() if character.isalnum())
    if folded in _EXACT:
        return 0
    if folded in _MOBILE:
        return 1
    if _PART.search(folded):
        return 2
    return 3 if folded in _WEAK else 4


def _by_content(width: int, sample: Sequence[Sequence[object]]) -> list[int]:
    """The columns whose filled cells mostly look like phone numbers."""
    found: list[int] = []
    for index in range(width):
        cells = [row[index] for row in sample if index < len(row) and str(row[index] or "").strip()]
        if cells and sum(map(looks_like_number, cells)) >= _MIN_SHARE * len(cells):
            found.append(index)
    return found
