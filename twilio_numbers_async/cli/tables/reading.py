"""Reading tables: CSV, TSV, JSON Lines, one number a line, each with or without gzip; workbooks; Parquet.

A table is read twice. The first reading finds its columns, its phone column, its length and its faults, before
anything is sent. The second gives row after row as the sweep asks for them. Each holds a few rows; only the sheet of a
workbook is held in memory whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import cast

import msgspec

from .cells import text_of
from .column_names import column_names, find_column, listed, unique
from .formats import Format, format_in
from .header import DEEPEST, delimiter_of, find_header, named_delimiter
from .parquet import parquet_rows, parquet_schema
from .phone_columns import holds_number, phone_columns, unclear
from .source import Source, TableError
from .text_rows import Row, delimited, objects, row_of
from .workbook import Sheet

__all__ = ["Reading", "Row", "Table", "open_table", "read_records"]

_SAMPLE = 200
_SAMPLE_CELLS = 200_000
_SHOWN = 60


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The way to read a table, as far as the user says it.

    ``columns`` are asked for: a row with such a name is the header. ``limit``: rows at the most. ``sheet``: name or
    position from 1. ``header_row``: the line or row of the header from 1, 0 for none. ``encoding``: Python's name.
    """

    columns: tuple[str, ...] = ()
    limit: int | None = None
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None


class Table:
    """A table that was looked through once: ``columns``, ``total`` rows.

    ``notes`` say what was found out: the encoding, the rows above the header, that there is none, cells
    beyond it (they are in columns of their own, ``column_4`` ...). ``native`` is the Arrow schema of a Parquet file.
    """

    def __init__(self, source: Source, format_: Format, reading: Reading) -> None:
        self._source = source
        self._reading = reading
        self._limit = reading.limit
        self._delimiter: str | None = None
        self._skipped = 0  # rows, the header included
        self._lines_skipped = 0
        self._sheet: Sheet | None = None
        self.name: str = source.name
        self.path: Path | None = source.path
        self.format: Format = format_
        self.native: object = None
        self.named: bool = True
        self.surplus: int | None = None
        self.columns: list[str] = []
        self._total: int | None = None
        self.notes: list[str] = []
        self._refuse_what_does_not_apply()
        if format_ == "parquet":
            self.native, self.columns, total = parquet_schema(source)
            self._total = total if self._limit is None else min(self._limit, total)
        elif format_ == "jsonl":
            self._total = self._scan_objects()
        else:
            if format_ == "xlsx":
                self._sheet = Sheet(source, reading.sheet)
                if self._sheet.others:
                    self.notes.append(
                        f"{self.name}: sheet {self._sheet.name!r} is read, and not {listed(self._sheet.others)} "
                        "(--sheet)."
                    )
            self._total = self._scan_cells()
        if source.note is not None:
            self.notes.insert(0, source.note)
        if not self.columns:
            raise TableError(f"{self.name} is empty")

    @property
    def total(self) -> int:
        """The count of rows. A workbook's are counted when they are asked for, or when one column was read."""
        if self._total is None and self._sheet is not None:
            return self._sheet.count(self._last()) - self._skipped
        return self._total or 0

    @property
    def place(self) -> str:
        """The unit that the number of a row counts."""
        return "row" if self.format in ("xlsx", "parquet") else "line"

    def find_phone(self, wanted: str | None) -> int:
        """The position of the phone column, from its name, its cells, or ``wanted`` (a name or a position)."""
        return self.find_phones([wanted] if wanted is not None else [])[0]

    def find_phones(
        self, wanted: Sequence[str], *, every: bool = False, advice: str = "", without: Collection[int] = ()
    ) -> list[int]:
        """The positions of the phone columns: those asked for, or the only one with numbers, or ``every`` one.

        Those ``without`` are known to be for something else.

        Raises TableError for columns that are not there, and where several hold numbers or none does.
        """
        if wanted:
            found = [find_column(self.columns, name, named=self.named) for name in wanted]
            return list(dict.fromkeys(found))
        if len(self.columns) == 1:
            return [0]
        found = phone_columns(self.columns, self._sample(), named=self.named).all
        candidates = [index for index in found if index not in without]
        if len(candidates) == 1:
            return candidates
        counts = self._counted(candidates)
        filled = [index for index in candidates if counts[index]]
        if len(filled) == 1 or (every and filled):
            return filled
        if not filled and candidates:
            filled = candidates
        pairs = [(index, counts[index]) for index in filled]
        raise unclear(self.columns, pairs, self.total, named=self.named, extra=advice if pairs else "")

    def _sample(self) -> list[list[object]]:
        most = max(5, min(_SAMPLE, _SAMPLE_CELLS // len(self.columns)))
        return [row.cells for row in islice(self.rows(), most)]

    def _counted(self, columns: Sequence[int]) -> Mapping[int, int]:
        """The count of rows with a number, for each of these columns."""
        counts: Counter[int] = Counter()
        if columns:
            for row in self.rows():
                for index in columns:
                    counts[index] += holds_number(row.cells[index])
        return counts

    def take_first_row_as_header(self) -> None:
        """Take the first row as the header."""
        first = next(self.rows())
        self.columns = [text_of(cell) for cell in first.cells]
        self.named = True
        self.notes = [note for note in self.notes if "no header" not in note]
        self._skipped += 1
        self._total = None if self._total is None else self._total - 1

    def rows(self) -> Iterator[Row]:
        """All rows in order, read as they are asked for. Blank lines are no rows."""
        return map(row_of, islice(self._filled(), self._limit))

    def cells(self, position: int) -> Iterator[object]:
        """The cells of one column, from all rows in order: quicker than the rows themselves."""
        if self._sheet is not None and self._sheet.width <= len(self.columns):
            return islice(self._sheet.column(position), self._skipped, self._last())
        return (cells[position] for _, cells in islice(self._filled(), self._limit))

    def close(self) -> None:
        if self._sheet is not None:
            self._sheet.close()
        self._source.close()

    def _refuse_what_does_not_apply(self) -> None:
        reading, kind = self._reading, self.format
        wrong = {
            "--sheet": reading.sheet is not None and kind != "xlsx",
            "--header-row": reading.header_row is not None and kind in ("jsonl", "parquet"),
            "--encoding": reading.encoding is not None and kind in ("xlsx", "parquet"),
        }
        for option, is_wrong in wrong.items():
            if is_wrong:
                raise TableError(f"{option} is not for such a file: {self.name}")

    def _filled(self) -> Iterator[tuple[int, list[object]]]:
        """All rows, each with as many cells as there are columns."""
        if self.format == "parquet":
            return enumerate(parquet_rows(self._source), start=1)
        if self.format == "jsonl":
            return (
                (line, [record.get(column) for column in self.columns])
                for line, record in objects(self._source)
            )
        rows = islice(self._cells(), self._skipped, None)
        is_filled = self._sheet is not None and self._sheet.width == len(self.columns)
        return rows if is_filled else self._padded(rows)

    def _padded(self, rows: Iterator[tuple[int, list[object]]]) -> Iterator[tuple[int, list[object]]]:
        width = len(self.columns)
        for row in rows:
            line, given = row
            if len(given) == width:
                yield row
                continue
            filled = _trimmed(given, width)
            if len(filled) > width:
                raise TableError(f"{self.name}, line {line}: the file has changed while it was read")
            yield line, [*filled, *[""] * (width - len(filled))]

    def _cells(self) -> Iterator[tuple[int, list[object]]]:
        if self._sheet is not None:
            return self._sheet.rows()
        lines = self._source.lines()
        if self.format == "lines":
            stripped = ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1))
            return ((number, [line]) for number, line in stripped if line.strip())
        skipped = self._lines_skipped
        rows = delimited(islice(lines, skipped, None), self._delimiter or ",", self.name, skipped + 1)
        return cast("Iterator[tuple[int, list[object]]]", rows)

    def _scan_cells(self) -> int | None:
        if self.format in ("csv", "tsv"):
            self._find_delimiter()
        wanted, limit = self._reading.columns, self._limit
        sample = list(islice(self._cells(), _SAMPLE if limit is None else min(_SAMPLE, limit + DEEPEST)))
        if not sample:
            return 0
        header = self._header(sample, wanted)
        first = header if header is not None else sample[0][1]
        width, total = len(first), 0
        most = self._last()
        rows = islice(self._cells(), self._skipped, most)
        is_sheet = self._sheet is not None and self._sheet.width <= width
        for line, given in () if is_sheet else rows:
            total += 1
            if len(given) > width:
                cells = _trimmed(given, width)
                if len(cells) > width:
                    width = len(cells)
                    self.surplus = self.surplus if self.surplus is not None else line
        if not self.named and self.format == "lines":
            self.columns = ["number"]
        else:
            self.columns = column_names([*map(text_of, first)] if self.named else None, width)
        self._tell_what_was_found(sample)
        return None if is_sheet else total

    def _header(
        self, sample: Sequence[tuple[int, list[object]]], wanted: Sequence[str]
    ) -> list[object] | None:
        """The header's cells, None if there is none; the rows up to it are skipped from now on."""
        asked = self._reading.header_row
        if asked is None:
            index = find_header([cells for _, cells in sample], wanted)
        elif asked == 0:
            index = None
        else:
            place = next((place for place, (line, _) in enumerate(self._cells()) if line == asked), None)
            if place is None:
                raise TableError(f"--header-row: {self.name} has nothing in {self.place} {asked:,}")
            index = place
        self.named = index is not None
        if index is None:
            return None
        self._skipped = index + 1
        row = sample[index] if index < len(sample) else next(islice(self._cells(), index, None))
        cells = row[1]
        while len(cells) > 1 and cells[-1] == "" and self.format == "xlsx":
            cells = cells[:-1]
        return cells

    def _tell_what_was_found(self, sample: Sequence[tuple[int, list[object]]]) -> None:
        above = sample[: max(self._skipped - 1, 0)]
        if above:
            lines = (
                f"{self.place} {above[0][0]}"
                if len(above) == 1
                else (f"{self.place}s {above[0][0]} to {above[-1][0]}")
            )
            shown = " / ".join(_shown(cells) for _, cells in above[:3])
            self.notes.append(f"{self.name}: {lines}, above the header, left out: {shown}.")
        if not self.named:
            self.surplus = None  # without a header no row is too long
            is_list = len(self.columns) == 1 and holds_number(sample[0][1][0])
            if not is_list and self._reading.header_row is None:
                shown = " / ".join(_shown(cells) for _, cells in sample[:3])
                self.notes.append(
                    f"{self.name} has no header that could be found (--header-row N names it). "
                    f"The first rows: {shown}."
                )
        elif self.surplus is not None:
            self.notes.append(
                f"{self.place.capitalize()} {self.surplus:,} has more cells than the header: what is surplus stands "
                "in columns of its own."
            )

    def _last(self) -> int | None:
        """The count of rows to read, those up to the header included; None for all."""
        return None if self._limit is None else self._skipped + self._limit

    def _find_delimiter(self) -> None:
        lines = list(islice(self._source.lines(), DEEPEST))
        named = named_delimiter(lines[0]) if lines else None
        if named is not None:
            self._delimiter, self._lines_skipped = named, 1
        else:
            self._delimiter = "\t" if self.format == "tsv" else delimiter_of(lines)

    def _scan_objects(self) -> int:
        columns: dict[str, None] = {}
        total = 0
        for _, record in islice(objects(self._source), self._limit):
            total += 1
            if not columns.keys() >= record.keys():
                columns.update(dict.fromkeys(record))
        self.columns = list(columns)
        return total


def open_table(
    path: str, reading: Reading | None = None, *, column: str | None = None, limit: int | None = None
) -> Table:
    """Look a table through. Raises TableError with the place and the remedy.

    ``path`` is ``-`` for standard input; ``column`` and ``limit`` are short for a Reading with these alone.
    """
    reading = reading or Reading(columns=() if column is None else (column,), limit=limit)
    source = Source(path, reading.encoding)
    try:
        return Table(source, format_in(path, source), reading)
    except BaseException:
        source.close()
        raise


def read_records(path: str) -> Iterator[Mapping[str, object]]:
    """The rows of a table by their columns' names."""
    table = open_table(path)
    try:
        names = unique(table.columns)
        for row in table.rows():
            yield dict(zip(names, row.cells, strict=True))
    finally:
        table.close()


def _trimmed(cells: list[object], width: int) -> list[object]:
    """The cells without empty ones behind the last column."""
    filled = len(cells)
    while filled > width and (cells[filled - 1] is None or not str(cells[filled - 1]).strip()):
        filled -= 1
    return cells[:filled]


def _shown(cells: Sequence[object]) -> str:
    """The beginning of a row, for people."""
    filled = [text for cell in cells[:8] if (text := " ".join(text_of(cell).split()))]
    text = ", ".join(filled)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
