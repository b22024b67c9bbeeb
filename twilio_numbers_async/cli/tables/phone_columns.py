"""The columns with phone numbers, found by their names and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from .column_names import LISTED, listed, option_for
from .source import TableError

__all__ = [
    "MIN_SHARE",
    "Candidates",
    "by_content",
    "holds_number",
    "looks_like_number",
    "phone_columns",
    "rank_of",
    "unclear",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# From the surest to the weakest.
_EXACT = _words(
    "phonenumber phonenumbers phone phones phonenumbere164 e164 e164number msisdn telephonenumber telephone "
    "tel telno phoneno phonenr telefon telefonnummer rufnummer handynummer telefono telefone téléphone teléfono"
)
_MOBILE = _words(
    "mobile mobilephone mobilenumber mobileno cell cellphone cellnumber landline homephone workphone handy "
    "movil móvil celular did didnumber tn fax faxnumber faxno telefax"
)
_PART = re.compile(r"phone|telefon|telefón|mobile|mobil|msisdn|e164|fax|rufnummer|landline")
_WEAK = _words("number numbers nummer numero numéro número contactnumber contact")
# Names of columns with as many digits as a phone number.
_OTHER = re.compile(
    r"\b(?:id|ids|uuid|no|nr|ref|reference|code|key|order|invoice|account|acct|sku|ean|upc|gtin|isbn|imei|imsi|iccid|"
    r"serial|zip|zipcode|plz|postal|postcode|date|time|timestamp|created|updated|modified|amount|price|total|sum|qty|"
    r"tax|vat|ssn|npi|siret|siren|duns|iban|bic|bank|card|record|index|row|customer|client|case|ticket|lat|lon|lng)\b"
)
# Bare digits that are probably a phone number: of North America, or with a trunk prefix.
_PLAUSIBLE = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}|0\d{8,10}").fullmatch

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
_NUMBER = re.compile(r"(?:tel:)?[+(]?[\d(][\d\s().\-/\u2010-\u2015\u00a0]*\d(?:\.0)?", re.IGNORECASE)
_WRITTEN = re.compile(r"[+(]|\d[\s\-\u2010-\u2015\u00a0]\d")
MIN_SHARE = 0.5
"""The share of the filled cells of a column that must look like numbers."""


def looks_like_number(cell: object) -> bool:
    """True for a cell that looks like a phone number, whether it is one or not."""
    text = str(cell).strip() if cell is not None and not isinstance(cell, bool) else ""
    if not _NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return False
    text = text.removesuffix(".0")
    digits = sum(character.isdigit() for character in text)
    # Seven or eight bare digits are more often a customer's id or a postcode.
    return (9 if text.isdigit() else 7) <= digits <= 15


def holds_number(cell: object) -> bool:
    """True for a cell with so many digits that a phone number may be in it, however it is written."""
    return cell is not None and sum(map(str.isdecimal, str(cell))) >= 5


class Candidates(msgspec.Struct, frozen=True):
    """The columns that may hold the phone number: by their cells, and by their name alone."""

    by_cells: list[int]
    by_name: list[int]

    @property
    def all(self) -> list[int]:
        return sorted({*self.by_cells, *self.by_name})


def phone_columns(names: Sequence[str], sample: Sequence[Sequence[object]], *, named: bool) -> Candidates:
    """The columns that may hold phone numbers, judged by a sample of the rows."""
    found = by_content(len(names), sample)
    if not named:
        return Candidates(sorted(found), [])
    ranks = [rank_of(name) for name in names]
    filled = by_filling(len(names), sample)
    cells = frozenset(
        index
        for index in found
        if ranks[index] < 4 or (not _OTHER.search(_spaced(names[index])) and _are_written(sample, index))
    )
    if not cells:
        cells = frozenset(index for index in found if not _OTHER.search(_spaced(names[index]))) or found
    # The surest names need no proof. Other good names count if the column is empty: it may be filled further down.
    named_so = [
        index
        for index, rank in enumerate(ranks)
        if rank < 3 and index not in found and (rank == 0 or index not in filled)
    ]
    if not cells and not named_so:
        named_so = [index for index, rank in enumerate(ranks) if rank == 1]
    return Candidates(sorted(cells), named_so)


def unclear(
    names: Sequence[str], counts: Sequence[tuple[int, int]], total: int, *, named: bool, extra: str = ""
) -> TableError:
    """The error for several columns with numbers, or none. ``counts`` are their positions with the rows filled."""
    if not counts:
        return TableError(
            f"No column is obviously the one with the phone number. The columns are: {listed(names)}. "
            f"Say which: --column {option_for(names, 0, named=named)}{extra}"
        )
    shown = ", ".join(f"{names[index]} ({count:,} of {total:,} rows)" for index, count in counts[:LISTED])
    more = f" and {len(counts) - LISTED:,} more" if len(counts) > LISTED else ""
    best = max(counts, key=lambda one: (one[1], -one[0]))[0]
    return TableError(
        f"Several columns hold phone numbers: {shown}{more}. Say which: "
        f"--column {option_for(names, best, named=named)}{extra}"
    )


def rank_of(name: str) -> int:
    """0 is a sure name of a phone column, 3 a weak one, 4 none."""
    folded = "".join(character for character in name.casefold() if character.isalnum())
    if folded in _EXACT:
        return 0
    if folded in _MOBILE:
        return 1
    if _PART.search(folded):
        return 2
    return 3 if folded in _WEAK else 4


def by_content(width: int, sample: Sequence[Sequence[object]]) -> frozenset[int]:
    """The columns whose filled cells mostly look like phone numbers."""
    filled, like = [0] * width, [0] * width
    for row in sample:
        for index, cell in enumerate(row[:width]):
            if cell is not None and str(cell).strip():
                filled[index] += 1
                like[index] += looks_like_number(cell)
    return frozenset(
        index for index in range(width) if filled[index] and like[index] >= MIN_SHARE * filled[index]
    )


def by_filling(width: int, sample: Iterable[Sequence[object]]) -> frozenset[int]:
    """The columns that have a cell."""
    return frozenset(
        index
        for row in sample
        for index, cell in enumerate(row[:width])
        if cell is not None and str(cell).strip()
    )


def _are_written(sample: Sequence[Sequence[object]], index: int) -> bool:
    """True if some cells are written as people write phone numbers, or most of them may be ones in bare digits."""
    cells = [str(row[index]).strip() for row in sample if index < len(row) and looks_like_number(row[index])]
    plausible = sum(_PLAUSIBLE(cell) is not None for cell in cells)
    return 2 * plausible > len(cells) or any(map(_WRITTEN.search, cells))


def _spaced(name: str) -> str:
    """The words of a name, in small letters: ``CustomerId`` and ``customer_id`` are two."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).casefold().strip()
