"""Writing tables: CSV, TSV and JSON Lines, each with or without gzip, Parquet and .xlsx, by the name's ending.

Rows go to ``NAME.part``, which its owner alone may read. The file is moved into place when it is whole: there is never
half a file.

The input's cells are written as they were read. The cells that are added come from Twilio and from this
package; one that a spreadsheet would take for a formula (``=``, ``-``, ``@`` in front, or ``+`` that is not
the start of an E.164 number) gets an apostrophe in front.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import gzip
import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import msgspec

from ...report.files import private
from ...report.result_columns import PORTABILITY_COLUMNS, added_names
from .cells import text_of
from .column_names import unique
from .formats import Format, format_of
from .parquet import ParquetRows
from .source import TableError
from .xlsx_writer import XlsxRows, require_xlsxwriter

__all__ = ["ADDED", "JsonLines", "TableWriter", "output_format", "part_of"]

ADDED: Mapping[str, str] = {column.name: column.kind for column in PORTABILITY_COLUMNS}
"""The columns that a sweep adds, in order, with their kinds."""

_BUFFER = 65_536  # characters
_RISKY = frozenset("=@\t\r\n-+")
_FORMULA = re.compile(r"[=@\t\r\n-]|\+(?!\d+$)")
_quoted = re.compile(r'["\r\n]').search


class Shape(Protocol):
    """The input's own columns, and its Arrow schema if it is Parquet."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def native(self) -> object: ...


class _Rows(Protocol):
    def write(self, cells: Sequence[object]) -> None: ...
    def close(self) -> None: ...


class TableWriter:
    """Writes the rows of ``table`` with the added columns to ``path``.

    ``commit`` moves the file into place, ``keep`` leaves it as ``NAME.part``, ``discard`` deletes it.
    Raises TableError where the place cannot be written or cannot hold the table, and OSError when the disk is full.
    """

    def __init__(self, path: Path, table: Shape, added: Mapping[str, str] = ADDED) -> None:
        format_ = output_format(path)
        self.path = path
        self.rows: int = 0
        self.part: Path = part_of(path)
        self._added = list(added)
        names = dict(zip(added_names(table.columns, added), added.values(), strict=True))
        try:
            self._file = private(self.part)
        except OSError as error:
            raise TableError(f"{path} cannot be written: {error.strerror or error}") from None
        self._data = _packed(self._file, path)
        try:
            self._sink = _sink(self._data, format_, table, names)
        except BaseException:
            self._file.close()
            self.part.unlink()
            raise

    def write(self, cells: Sequence[object], added: Mapping[str, object]) -> None:
        """Write the input's cells and the added ones (a missing one is empty)."""
        self.write_row([*cells, *map(added.get, self._added)])

    def write_row(self, cells: Sequence[object]) -> None:
        """Write a whole row: the input's cells, and behind them the added ones in order."""
        self._sink.write(cells)
        self.rows += 1

    def commit(self) -> None:
        """Bring everything to the disk and move it into place."""
        try:
            self._finish()
            self.part.replace(self.path)
        except OSError:
            self.discard()
            raise

    def keep(self) -> None:
        """Bring everything to the disk and leave it as ``NAME.part``."""
        try:
            self._finish()
        except OSError:
            self.discard()
            raise

    def _finish(self) -> None:
        self._sink.close()
        if self._data is not self._file:
            self._data.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Delete the part; nothing happens after a commit."""
        for part in (self._sink, self._data, self._file):
            with contextlib.suppress(OSError, ValueError):  # a full disk: the buffers have nowhere to go
                part.close()
        self.part.unlink(missing_ok=True)


def output_format(path: Path) -> Format:
    """The format to write, from the ending of the name."""
    format_ = format_of(path.name)
    if format_ is None:
        raise TableError(
            f"{path}: the name's ending tells the format: .csv, .tsv or .jsonl, each with or without .gz, "
            ".parquet or .xlsx"
        )
    if format_ == "xlsx":
        if not path.name.casefold().endswith(".xlsx"):
            raise TableError(f"{path}: workbooks are written as .xlsx")
        require_xlsxwriter(path)
    return format_


def part_of(path: Path) -> Path:
    """The place of the rows until all are there."""
    return path.with_name(path.name + ".part")


def _sink(data: BinaryIO, format_: Format, table: Shape, added: Mapping[str, str]) -> _Rows:
    if format_ == "parquet":
        return ParquetRows(data, unique(table.columns), added, table.native)
    if format_ == "jsonl":
        return JsonLines(data, [*unique(table.columns), *added])
    if format_ == "xlsx":
        return XlsxRows(data, table.columns, added)
    return _TextSink(data, [*table.columns, *added], len(table.columns), format_)


class _TextSink:
    def __init__(self, data: BinaryIO, header: Sequence[str], kept: int, format_: Format) -> None:
        self._data = data
        self._text = io.StringIO(newline="")
        self._delimiter = "\t" if format_ == "tsv" else ","
        self._writer = csv.writer(self._text, delimiter=self._delimiter, lineterminator="\n")
        self._writer.writerow(header)
        self._kept = kept

    def write(self, cells: Sequence[object]) -> None:
        kept = self._kept
        row = [cell if type(cell) is str else text_of(cell) for cell in cells[:kept]]
        row += [
            "" if cell is None else cell if type(cell) is str and cell[:1] not in _RISKY else _harmless(cell)
            for cell in cells[kept:]
        ]
        line = self._delimiter.join(row)
        # Most rows need no quotes. For these a join gives what the writer gives, in a fifth of the time.
        if line and line.count(self._delimiter) == len(row) - 1 and not _quoted(line):
            self._text.write(f"{line}\n")
        else:
            self._writer.writerow(row)
        if self._text.tell() >= _BUFFER:
            self.close()

    def close(self) -> None:
        self._data.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


class JsonLines:
    """Writes rows as JSON Lines: one object a row."""

    def __init__(self, data: BinaryIO, names: Sequence[str]) -> None:
        self._data = data
        self._names = names
        self._encoder = msgspec.json.Encoder()
        self._buffer = bytearray()

    def write(self, cells: Sequence[object]) -> None:
        self._encoder.encode_into(dict(zip(self._names, cells, strict=True)), self._buffer)
        self._buffer += b"\n"
        self._data.write(self._buffer)

    def close(self) -> None:
        """Do nothing: no rows are held back."""


def _harmless(cell: object) -> str:
    if cell is True or cell is False:
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return _moment(cell)
    text = cell if type(cell) is str else text_of(cell)
    return "'" + text if text[:1] in _RISKY and _FORMULA.match(text) else text


def _moment(moment: dt.datetime) -> str:
    """ISO 8601 to the millisecond."""
    if moment.tzinfo is not dt.UTC:
        return moment.isoformat(timespec="milliseconds")
    # Much quicker than isoformat. It ends in Z, and leaves out a fraction of 0.
    text: str = msgspec.to_builtins(moment)
    return f"{text[:23]}+00:00" if moment.microsecond else f"{text[:19]}.000+00:00"


def _packed(data: BinaryIO, path: Path) -> BinaryIO:
    if not path.name.casefold().endswith(".gz"):
        return data
    # No name and no time in it: the same rows give the same bytes.
    return cast("BinaryIO", gzip.GzipFile(filename="", fileobj=data, mode="wb", compresslevel=6, mtime=0))
