"""Reading tables: CSV, TSV, JSON Lines, one number a line, each with or without gzip, and Parquet.

A table is read twice: once to know its columns, its phone column and its length, and to find what is wrong
with it before anything is asked; then row by row as the sweep asks. Neither holds more than a few rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Literal, NamedTuple, cast

import msgspec

from .columns import column_names, find_column, is_header, unique
from .parquet import parquet_rows, parquet_schema
from .source import Source, TableError

__all__ = ["Format", "Row", "Table", "format_of", "open_table", "read_records", "text_of"]

Format = Literal["csv", "tsv", "jsonl", "lines", "parquet"]

_ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_SAMPLE = 200
_CELL_LIMIT = 131_072
# No text line is this: it comes back as a row of its own unless an open quote has swallowed it.
_END = "\x00end of the table\x00"


class Row(NamedTuple):
    """A row of the input: the line it starts on (from 1) and its cells, as many as the table has columns."""

    line: int
    cells: list[object]


class Table:
    """A table that was looked through once: ``columns``, ``total`` rows.

    ``surplus`` is the line of the first row with more cells than the header, or None: its cells are in
    columns of their own (``column_4`` ...). ``native`` is the Arrow schema of a Parquet file.
    """

    def __init__(self, source: Source, format_: Format, wanted: str | None, limit: int | None) -> None:
        self._source = source
        self._limit = limit
        self._delimiter = ","
        self.name: str = source.name
        self.path: Path | None = source.path
        self.format: Format = format_
        self.native: object = None
        self.named: bool = True
        self.surplus: int | None = None
        self.columns: list[str] = []
        self.total: int
        if format_ == "parquet":
            self.native, self.columns, self.total = parquet_schema(source)
            self.total = self.total if limit is None else min(limit, self.total)
        elif format_ == "jsonl":
            self.total = self._scan_objects()
        else:
            self.total = self._scan_cells(wanted)
        if not self.columns:
            raise TableError(f"{self.name} is empty")

    def find_phone(self, wanted: str | None) -> int:
        """The position of the phone column, told by its name, its cells, or ``wanted`` (a name or a position)."""
        sample = [row.cells for row in islice(self.rows(), _SAMPLE)]
        return find_column(self.columns, sample, wanted, named=self.named)

    def rows(self) -> Iterator[Row]:
        """All rows in order, read as they are asked for. Blank lines are no rows."""
        return islice(self._rows(), self._limit)

    def close(self) -> None:
        self._source.close()

    def _rows(self) -> Iterator[Row]:
        if self.format == "parquet":
            for number, cells in enumerate(parquet_rows(self._source), start=1):
                yield Row(number, cells)
        elif self.format == "jsonl":
            for line, record in _objects(self._source):
                yield Row(line, [record.get(column) for column in self.columns])
        else:
            width = len(self.columns)
            rows = self._cells()
            if self.named:
                next(rows, None)
            for line, given in rows:
                filled = _trimmed(given, width)
                if len(filled) > width:
                    raise TableError(f"{self.name}, line {line}: the file has changed while it was read")
                yield Row(line, [*filled, *[""] * (width - len(filled))])

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        lines = self._source.lines()
        if self.format == "lines":
            stripped = ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1))
            return ((number, [line]) for number, line in stripped if line.strip())
        return _delimited(lines, self._delimiter, self.name)

    def _scan_cells(self, wanted: str | None) -> int:
        if self.format != "lines":
            self._delimiter = _delimiter(self._first_line(), self.format)
        rows = self._cells()
        sample = list(islice(rows, _SAMPLE if self._limit is None else min(_SAMPLE, self._limit + 1)))
        if not sample:
            return 0
        first = sample[0][1]
        self.named = is_header(first, [cells for _, cells in sample[1:]], wanted)
        most = None if self._limit is None else self._limit + self.named
        width, total = len(first), 0
        for line, given in islice(chain(sample, rows), most):
            total += 1
            cells = _trimmed(given, width)
            if len(cells) > width:
                width = len(cells)
                self.surplus = self.surplus if self.surplus is not None else line
        if not self.named and self.format == "lines":
            self.columns = ["number"]
        else:
            self.columns = column_names(first if self.named else None, width)
        if not self.named:
            self.surplus = None  # without a header no row is too long
        return total - self.named

    def _first_line(self) -> str:
        return next((line for line in self._source.lines() if line.strip()), "")

    def _scan_objects(self) -> int:
        columns: dict[str, None] = {}
        total = 0
        for _, record in islice(_objects(self._source), self._limit):
            total += 1
            if not columns.keys() >= record.keys():
                columns.update(dict.fromkeys(record))
        self.columns = list(columns)
        return total


def open_table(path: str, *, column: str | None = None, limit: int | None = None) -> Table:
    """Look a table through. Raises TableError that says what to mend.

    ``path`` is ``-`` for standard input, ``column`` a column that is asked for (a first row that has its name
    is the header), ``limit`` the most rows to read.
    """
    source = Source(path)
    try:
        return Table(source, format_of(path) or _sniffed(source), column, limit)
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


def format_of(path: str) -> Format | None:
    """The format that a file's name tells, or None."""
    name = path.casefold()
    if name.endswith((".parquet.gz", ".pq.gz")):
        raise TableError(
            f"{path}: Parquet compresses its columns itself and is not read or written through gzip"
        )
    name = name.removesuffix(".gz")
    return next((format_ for ending, format_ in _ENDINGS.items() if name.endswith(ending)), None)


def text_of(cell: object) -> str:
    """A cell as text: ISO 8601 for dates, JSON for what is nested, nothing for None."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a column of numbers with gaps comes as floats
    if isinstance(cell, bool | list | dict):
        return msgspec.json.encode(cast("object", cell)).decode()
    if isinstance(cell, int | float):
        return str(cell)
    encoded: object = msgspec.to_builtins(cell)
    return encoded if isinstance(encoded, str) else msgspec.json.encode(encoded).decode()


def _sniffed(source: Source) -> Format:
    """The format that the first line tells, for a name that tells none (``-``, ``numbers.txt``)."""
    if source.head == b"PAR1":
        return "parquet"
    first = next((line for line in source.lines() if line.strip()), "")
    if first.lstrip().startswith("{"):
        return "jsonl"
    if "\t" in first:
        return "tsv"
    return "csv" if any(mark in first for mark in ',;|"') else "lines"


def _trimmed(cells: list[str], width: int) -> list[str]:
    """The cells without empty ones behind the last column."""
    filled = len(cells)
    while filled > width and not cells[filled - 1].strip():
        filled -= 1
    return cells[:filled]


def _delimiter(first: str, format_: Format) -> str:
    """What parts the cells: the mark that is most frequent in the first line, outside of quotes."""
    if format_ == "tsv":
        return "\t"
    bare = "".join(first.split('"')[::2])
    return max(",;\t|", key=bare.count)  # the first of equals: the comma


def _delimited(lines: Iterable[str], delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    start = 1
    cells: list[str] = []
    csv.field_size_limit(_CELL_LIMIT)
    while True:
        try:
            cells = next(reader)
        except csv.Error as error:
            reason = str(error)
            if "field limit" in reason:
                reason = (
                    f"a cell of more than {_CELL_LIMIT:,} characters; is a quote opened and never closed?"
                )
            raise TableError(f"{name}, line {start}: {reason}") from None
        if cells == [_END]:
            return
        if cells and cells[-1].endswith(_END):
            raise TableError(f"{name}, line {start}: a quote is opened and never closed")
        if cells:
            yield start, cells
        start = reader.line_num + 1


def _objects(source: Source) -> Iterator[tuple[int, dict[str, object]]]:
    decoder = msgspec.json.Decoder()
    plain: bool | None = None
    for number, line in enumerate(source.lines(), start=1):
        if not line.strip():
            continue
        try:
            record: object = decoder.decode(line)
        except msgspec.DecodeError as error:
            hint = (
                " (write one object a line: jq -c '.[]')"
                if number == 1 and line.lstrip().startswith("[")
                else ""
            )
            raise TableError(f"{source.name}, line {number}: not JSON: {error}{hint}") from None
        if isinstance(record, list):
            raise TableError(
                f"{source.name}, line {number}: a JSON array; write one object a line, as jq -c '.[]' does"
            )
        if plain is not None and plain is isinstance(record, dict):
            raise TableError(f"{source.name}, line {number}: objects and bare values are mixed")
        plain = not isinstance(record, dict)
        yield number, {"number": record} if plain else cast("dict[str, object]", record)
