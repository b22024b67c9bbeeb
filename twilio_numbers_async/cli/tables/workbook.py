"""Workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods. The only import of python-calamine, and a lazy one."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import filterfalse, islice
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree as ET

from .column_names import listed
from .file_signatures import is_encrypted
from .phone_columns import looks_like_number
from .source import MOST, Source, TableError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["Sheet"]

_EXTRA = "this is an Excel workbook: pip install 'twilio-numbers-async[excel]'"
_ODS_EXTRA = "this is a workbook: pip install 'twilio-numbers-async[excel]'"
_MOST_CELLS = 50_000_000  # with 24 bytes each in memory, filled or not
_MOST_UNPACKED = 2_147_483_648
_CHUNK = 65_536  # unpacked and searched within the cache of a processor
_WIDE = 128  # with 32,767 characters in each cell at the most, narrower rows are short enough
_WHOLE = 1e15  # all numbers of a workbook are floats; up to here they keep every digit
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_row = re.compile(rb'row\s[^>]*?\br="(\d{1,7})"')
# They begin with plain letters, which makes the search fast.
_far_cell = re.compile(rb'r="[A-Z]{2,3}\d')
_far_cells = re.compile(rb'r="([A-Z]{2,3})\d{1,7}"')
_errors = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*?\br="([A-Z]{1,3})(\d{1,7})")(?=[^>]*?\bt="e")[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)


class Sheet:
    """A sheet of a workbook, held in memory: ``rows`` are the cells of each from row 1 on, with its number.

    ``wanted`` is the sheet's name or its position from 1; None takes the only one that is shown and has cells.
    Raises TableError, also where the extra ``excel`` is missing.
    """

    def __init__(self, source: Source, wanted: str | None) -> None:
        self._source = source
        self._book = book = _opened(source)
        shown = _sheets(book)
        if not shown:
            raise TableError(f"{source.name} has no sheet with cells")
        names = [name for name, _ in shown]
        self.name: str = self._chosen(names, wanted) if wanted is not None else self._only(shown)
        # The reader takes errors in cells for empty cells: here they are by row.
        self._faults = self._looked_through(self.name)
        try:
            self._sheet = book.get_sheet_by_name(self.name)
        except Exception as error:  # noqa: BLE001 - a damaged file makes the reader raise anything
            raise self._damaged(error) from None
        # The reader begins with row 1, but with the first column that has a cell.
        self._left: int = 0 if self._sheet.start is None else self._sheet.start[1]
        self._counted: int | None = None
        self.others: list[str] = [name for name in names if name != self.name]

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """The rows that are not blank. Raises TableError for one that is too long."""
        before: list[object] = [""] * self._left
        for number, cells in self._read():
            if any(cells) or _has_zero(cells):
                for cell in cells:
                    if type(cell) is not str:
                        cells = [_plain(cell) for cell in cells]
                        break
                yield number, [*before, *cells] if before else cells

    def column(self, position: int) -> Iterator[object]:
        """The cells of one column, from the rows that are not blank. Raises TableError as ``rows`` does."""
        place = position - self._left
        filled = 0
        for _, cells in self._read():
            if any(cells) or _has_zero(cells):
                filled += 1
                cell = cells[place] if 0 <= place < len(cells) else ""
                yield cell if type(cell) is str else _plain(cell)
        self._counted = filled

    def _read(self) -> Iterator[tuple[int, list[object]]]:
        """All rows as the reader gives them, with the errors in their cells and none that is too long."""
        if self._sheet.start is None:
            return iter(())
        rows = enumerate(cast("Iterator[list[object]]", self._sheet.iter_rows()), start=1)
        return self._checked(rows) if self._faults or self.width - self._left > _WIDE else rows

    def _checked(self, rows: Iterator[tuple[int, list[object]]]) -> Iterator[tuple[int, list[object]]]:
        for number, cells in rows:
            if number in self._faults:
                cells = _patched(cells, self._faults[number], self._left)
            if len(cells) > _WIDE and sum(len(cell) for cell in cells if isinstance(cell, str)) > MOST:
                raise TableError(f"{self._source.name}, row {number}: longer than {MOST // 1_048_576} MB")
            yield number, cells

    @property
    def width(self) -> int:
        """Columns up to the last that has a cell."""
        end = self._sheet.end
        return 0 if end is None else end[1] + 1

    def count(self, limit: int | None) -> int:
        """Count the rows that are not blank, up to ``limit``. A column that was read has counted them all."""
        if limit is not None:
            return sum(1 for _ in islice(self.rows(), limit))
        if self._counted is None:
            without_value = filterfalse(any, (cells for _, cells in self._read()))
            end = self._sheet.end
            self._counted = (
                0 if end is None else end[0] + 1 - sum(not _has_zero(one) for one in without_value)
            )
        return self._counted

    def close(self) -> None:
        with contextlib.suppress(Exception):  # it says that it was closed
            self._book.close()

    def _chosen(self, names: list[str], wanted: str) -> str:
        if wanted in names:
            return wanted
        folded = [name for name in names if name.casefold().strip() == wanted.casefold().strip()]
        if len(folded) == 1:
            return folded[0]
        if wanted.isdigit() and 1 <= int(wanted) <= len(names):
            return names[int(wanted) - 1]
        raise TableError(f"{self._source.name} has no sheet {wanted!r}. The sheets are: {listed(names)}")

    def _only(self, shown: list[tuple[str, bool]]) -> str:
        visible = [name for name, is_shown in shown if is_shown] or [name for name, _ in shown]
        if len(visible) == 1:
            return visible[0]
        filled = {name: count for name in visible if (count := self._numbers_in(name)) is not None}
        if len(filled) == 1:
            return next(iter(filled))
        # Those with the most numbers first, and in the order of the workbook where none has any.
        ranked = sorted(filled or visible, key=lambda name: -(filled.get(name) or 0))
        described = [f"{name}{_with_numbers(filled.get(name))}" for name in ranked]
        raise TableError(
            f'{self._source.name} has several sheets: {listed(described)}. Say which: --sheet "{ranked[0]}"'
        )

    def _numbers_in(self, name: str) -> int | None:
        """The count of rows with what looks like a phone number; None if a sheet has no cells."""
        self._looked_through(name)
        try:
            sheet = self._book.get_sheet_by_name(name)
            if sheet.start is None:
                return None
            return sum(any(map(looks_like_number, cells)) for cells in sheet.iter_rows())
        except Exception as error:  # noqa: BLE001 - a damaged file makes the reader raise anything
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> TableError:
        return TableError(f"{self._source.name} is not a workbook, or it is damaged: {error}")

    def _looked_through(self, name: str) -> Mapping[int, list[tuple[int, str]]]:
        """Look a sheet through before it is loaded: every cell up to the last row and column takes memory."""
        with contextlib.suppress(zipfile.BadZipFile, KeyError, OSError), self._source.open() as data:
            archive = zipfile.ZipFile(data)
            part = _part_of(archive, name)
            if part is not None:
                with archive.open(part) as xml:
                    return self._scanned(name, iter(lambda: xml.read(_CHUNK), b""))
        return {}

    def _scanned(self, name: str, chunks: Iterator[bytes]) -> Mapping[int, list[tuple[int, str]]]:
        faults: dict[int, list[tuple[int, str]]] = {}
        last_row, last_column, kept = 0, 26, b""
        for chunk in chunks:
            window = kept + chunk
            if _far_cell.search(window):
                last_column = max([last_column, *map(_number_of, set(_far_cells.findall(window)))])
            row = _row.match(window, max(window.rfind(b"row "), 0))
            last_row = last_row if row is None else max(last_row, int(row[1]))
            if last_row * last_column > _MOST_CELLS:
                raise TableError(
                    f"{self._source.name}, sheet {name!r}: it reaches to row {last_row:,} and column {last_column:,}, "
                    "too far to be read. Delete the rows and columns behind the table, or save it as CSV"
                )
            if b't="e"' in window:
                for column, row, text in _errors.findall(window):
                    faults.setdefault(int(row), []).append(
                        (_number_of(column), text.decode(errors="replace"))
                    )
            kept = (
                window[window.rfind(b"<", max(0, len(window) - 4_096)) :] if b"<" in window[-4_096:] else b""
            )
        return faults


def _opened(source: Source) -> CalamineWorkbook:
    try:
        import python_calamine as calamine
    except ModuleNotFoundError:
        is_ods = str(source.name).casefold().endswith(".ods")
        raise TableError(f"{source.name}: {_ODS_EXTRA if is_ods else _EXTRA}") from None
    _refuse_huge(source)
    try:
        with source.open() as data:
            return calamine.CalamineWorkbook.from_filelike(data)
    except calamine.PasswordError:
        raise TableError(f"{source.name} has a password: save it without one") from None
    except Exception as error:  # noqa: BLE001 - a damaged file makes the reader raise anything
        words = str(error)
        with source.open() as data:
            has_password = is_encrypted(data)
        if has_password or "password" in words.casefold() or "encrypt" in words.casefold():
            raise TableError(f"{source.name} has a password: save it without one") from None
        raise TableError(f"{source.name} is not a workbook, or it is damaged: {words}") from None


def _refuse_huge(source: Source) -> None:
    """Raise TableError for a zip archive that unpacks to more than memory holds."""
    with (
        source.open() as data,
        contextlib.suppress(zipfile.BadZipFile, OSError),
        zipfile.ZipFile(data) as archive,
    ):
        if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
            raise TableError(f"{source.name} unpacks to more than 2 GB: save the table as CSV")


def _sheets(book: CalamineWorkbook) -> list[tuple[str, bool]]:
    """The sheets with cells, and which of them are shown."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        (sheet.name, sheet.visible == SheetVisibleEnum.Visible)
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of a sheet in an .xlsx; None if it is not found, as in .xlsb and .ods."""
    with contextlib.suppress(ET.ParseError, KeyError):
        # Entities that multiply are refused by the parser itself since expat 2.4.1.
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        for one in book.iter():
            if one.tag.endswith("}sheet") and one.get("name") == sheet:
                target = targets.get(one.get(_RELATIONS) or one.get(_STRICT_RELATIONS), "")
                return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return None


def _has_zero(cells: list[object]) -> bool:
    """True for a row without text that is not blank: it holds a 0 or a False."""
    return any(cell != "" for cell in cells)


def _patched(cells: list[object], faults: list[tuple[int, str]], left: int) -> list[object]:
    for column, text in faults:
        place = column - 1 - left
        if 0 <= place < len(cells) and cells[place] == "":
            cells[place] = text
    return cells


def _plain(cell: object) -> object:
    """Whole numbers as integers, times as text."""
    if type(cell) is float and cell.is_integer() and -_WHOLE < cell < _WHOLE:
        return int(cell)
    return str(cell) if isinstance(cell, dt.timedelta) else cell


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _with_numbers(count: int | None) -> str:
    return f" ({count:,} {'row' if count == 1 else 'rows'} with numbers)" if count else ""
