"""The rows of a file that name numbers of an account: by SID (``PN...``) or as phone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from ...errors import InvalidArgumentError, InvalidPhoneNumberError
from ...models.sids import check_sid
from ...phone import to_e164
from ..exit_codes import USAGE, Stop
from ..tables import Reading, Row, Table, TableError, open_table, text_of
from ..tables.phone_columns import MIN_SHARE, looks_like_number
from ..words import in_commands

__all__ = ["NumberRow", "given_rows", "is_a_sid", "open_numbers", "read_number_rows"]

_SAMPLE = 200
_sid = re.compile(r"PN[0-9a-fA-F]{32}").fullmatch
_means_a_sid = re.compile(r"[A-Z]{2}[0-9a-fA-F]{8,}").fullmatch


class NumberRow(NamedTuple):
    """A row with the number that it names, by SID or E.164, or with its fault."""

    row: Row
    given: str
    sid: str | None
    phone_number: str | None
    fault: str | None
    options: Mapping[str, object] = {}
    """The settings for the number."""

    @property
    def name(self) -> str:
        """The SID or the phone number; empty if there is a fault."""
        return "" if self.fault is not None else self.sid or self.phone_number or ""


def is_a_sid(text: str) -> bool:
    """True for the SID of a number."""
    return _sid(text) is not None


def _nowhere(_: str) -> bool:
    return False


def open_numbers(
    path: str, reading: Reading, is_other: Callable[[str], bool] = _nowhere
) -> tuple[Table, int]:
    """The table, and the position of the column with the numbers.

    Where no column is asked for it is found: a column of SIDs goes before one of phone numbers, and one whose name
    ``is_other`` is neither. Raises TableError.
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
        others = {index for index, name in enumerate(table.columns) if table.named and is_other(name)}
        return table, table.find_phones([] if column is None else [column], without=others)[0]
    except BaseException:
        table.close()
        raise


def read_number_rows(
    table: Table,
    position: int,
    country: str | None,
    options_of: Callable[[Row], Mapping[str, object]] | None = None,
) -> list[NumberRow]:
    """All rows. ``country`` is that of numbers without a country code, ``options_of`` gives the settings of a row."""
    rows = [_read(row, position, country) for row in table.rows()]
    return rows if options_of is None else [_with_options(row, options_of) for row in rows]


def given_rows(numbers: Sequence[str], country: str | None) -> list[NumberRow]:
    """A row for each number from the command line. Raises Stop that names an invalid one."""
    rows: list[NumberRow] = []
    for place, given in enumerate(numbers, start=1):
        row = _read(Row(place, [given]), 0, country)
        if row.fault is not None:
            which = f"Number {place}: " if len(numbers) > 1 else ""
            raise Stop(f"{which}{row.fault}", USAGE)
        rows.append(row)
    return rows


def _with_options(row: NumberRow, options_of: Callable[[Row], Mapping[str, object]]) -> NumberRow:
    if row.fault is not None:
        return row
    try:
        return row._replace(options=options_of(row.row))
    except (Stop, InvalidArgumentError) as error:
        return row._replace(fault=in_commands(str(error)))


def _has_sids(sample: Sequence[Row], index: int) -> bool:
    cells = [text for row in sample if (text := text_of(row.cells[index]).strip())]
    sids = sum(is_a_sid(text) for text in cells)
    # SIDs and phone numbers may stand in one column.
    return sids > 0 and sids + sum(map(looks_like_number, cells)) >= MIN_SHARE * len(cells)


def _only(table: Table, with_sids: Sequence[int]) -> int:
    if len(with_sids) > 1:
        names = ", ".join(table.columns[index] for index in with_sids)
        raise TableError(f"More than one column holds SIDs of numbers: {names}. Say which: --column NAME")
    return with_sids[0]


def _find_header(table: Table, sample: Sequence[Row], index: int) -> None:
    """Take the first row for the header if it has a word above the SIDs: the reader knows phone numbers only."""
    first = [text_of(cell) for cell in sample[0].cells]
    if not re.fullmatch(r"[^\W\d][\w .-]*", first[index].strip()) or is_a_sid(first[index].strip()):
        return
    table.take_first_row_as_header()


def _read(row: Row, position: int, country: str | None) -> NumberRow:
    given = text_of(row.cells[position]).strip()
    if is_a_sid(given):
        return NumberRow(row, given, given, None, None)
    try:
        if _means_a_sid(given):
            check_sid(given, "PN", "The SID of a number")
        return NumberRow(row, given, None, to_e164(given, country), None)
    except InvalidArgumentError as error:
        if not isinstance(error, InvalidPhoneNumberError):
            return NumberRow(row, given, None, None, in_commands(str(error)))
        words = "Neither a SID (PN and 32 hexadecimal digits) nor a phone number"
        return NumberRow(
            row, given, None, None, in_commands(str(error)) if any(map(str.isdigit, given)) else words
        )
