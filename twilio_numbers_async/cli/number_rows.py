"""The rows of a file that name numbers of an account: by SID (``PN...``) or as phone numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ..errors import InvalidPhoneNumberError
from ..phone import to_e164
from .tables import Reading, Row, Table, TableError, open_table, text_of
from .tables.columns import looks_like_number

__all__ = ["NumberRow", "open_numbers", "read_number_rows"]

_SAMPLE = 200
_MIN_SHARE = 0.5
_is_sid = re.compile(r"PN[0-9a-fA-F]{32}").fullmatch


class NumberRow(NamedTuple):
    """A row, and the number that it names: its SID or its E.164, or why it names none."""

    row: Row
    given: str
    sid: str | None
    phone_number: str | None
    fault: str | None


def open_numbers(path: str, reading: Reading) -> tuple[Table, int]:
    """The table, and the position of the column with the numbers.

    Where no column is asked for it is found: a column of SIDs goes before one of phone numbers.
    Raises TableError.
    """
    table = open_table(path, reading)
    column = reading.columns[0] if reading.columns else None
    try:
        sample = list(islice(table.rows(), _SAMPLE))
        with_sids = [index for index in range(len(table.columns)) if _has_sids(sample, index)]
        if with_sids and not table.named:
            _find_header(table, sample, with_sids[0])
        if with_sids and column is None:
            return table, _only(table, with_sids)
        return table, table.find_phone(column)
    except BaseException:
        table.close()
        raise


def read_number_rows(table: Table, position: int, country: str | None) -> list[NumberRow]:
    """All rows. ``country`` is that of numbers without a country code."""
    return [_read(row, position, country) for row in table.rows()]


def _has_sids(sample: Sequence[Row], index: int) -> bool:
    cells = [text for row in sample if (text := text_of(row.cells[index]).strip())]
    sids = sum(_is_sid(text) is not None for text in cells)
    # SIDs and phone numbers may stand in one column.
    return sids > 0 and sids + sum(map(looks_like_number, cells)) >= _MIN_SHARE * len(cells)


def _only(table: Table, with_sids: Sequence[int]) -> int:
    if len(with_sids) > 1:
        names = ", ".join(table.columns[index] for index in with_sids)
        raise TableError(f"More than one column holds SIDs of numbers: {names}. Say which: --column NAME")
    return with_sids[0]


def _find_header(table: Table, sample: Sequence[Row], index: int) -> None:
    """Take the first row for the header if it has a word where the SIDs are: the reader knows phone numbers only."""
    first = [text_of(cell) for cell in sample[0].cells]
    if not re.fullmatch(r"[^\W\d][\w .-]*", first[index].strip()) or _is_sid(first[index].strip()):
        return
    table.take_first_row_as_header()


def _read(row: Row, position: int, country: str | None) -> NumberRow:
    given = text_of(row.cells[position]).strip()
    if _is_sid(given):
        return NumberRow(row, given, given, None, None)
    try:
        return NumberRow(row, given, None, to_e164(given, country), None)
    except InvalidPhoneNumberError as error:
        words = "Neither a SID (PN and 32 hexadecimal digits) nor a phone number"
        return NumberRow(row, given, None, None, str(error) if any(map(str.isdigit, given)) else words)
