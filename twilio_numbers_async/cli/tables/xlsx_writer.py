"""Writing .xlsx. The only import of XlsxWriter, and a lazy one; it has no types: those in use stand here."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from .cells import text_of
from .source import TableError

if TYPE_CHECKING:

    class Format(Protocol): ...

    class Worksheet(Protocol):
        def write_string(self, row: int, column: int, text: str, format_: Format | None = None) -> int: ...
        def write_number(
            self, row: int, column: int, number: float, format_: Format | None = None
        ) -> int: ...
        def write_boolean(self, row: int, column: int, value: bool, format_: Format | None = None) -> int: ...
        def write_datetime(
            self, row: int, column: int, value: dt.date, format_: Format | None = None
        ) -> int: ...
        def set_column(self, first: int, last: int, width: float, format_: Format | None = None) -> int: ...
        def freeze_panes(self, row: int, column: int) -> None: ...

    class Workbook(Protocol):
        def add_worksheet(self, name: str) -> Worksheet: ...
        def add_format(self, properties: Mapping[str, object]) -> Format: ...
        def close(self) -> None: ...

    class XlsxModule(Protocol):
        def Workbook(self, where: BinaryIO, options: Mapping[str, object]) -> Workbook: ...  # noqa: N802


__all__ = ["MOST_CHARACTERS", "XlsxRows", "refuse_long_cells", "refuse_too_large", "require_xlsxwriter"]

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
"""Characters in a cell at the most."""
_EXACT = 10**15
"""Excel keeps fifteen digits of a number."""


class XlsxRows:
    """Writes rows as the only sheet of a workbook, one row in memory at a time.

    Text is text, whatever it looks like: no formula, no link, and no phone number that becomes a number.
    """

    def __init__(self, data: BinaryIO, columns: Sequence[str], added: Mapping[str, str]) -> None:
        self._data = data
        # The parts of the file wait here until they are packed.
        self._folder = tempfile.mkdtemp(prefix="twilio-numbers-")
        options = {"constant_memory": True, "in_memory": False, "tmpdir": self._folder}
        self._packed: BinaryIO = cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115
        self._book = _module().Workbook(self._packed, options)
        self._sheet = self._book.add_worksheet("Results")
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._is_text = [*[True] * len(columns), *(kind == "text" for kind in added.values())]
        bold = self._book.add_format({"bold": True})
        text = self._book.add_format({"num_format": "@"})
        for index, name in enumerate([*columns, *added]):
            self._sheet.set_column(
                index, index, min(max(len(name) + 2, 12), 40), text if self._is_text[index] else None
            )
        self._sheet.freeze_panes(1, 0)
        for index, name in enumerate([*columns, *added]):
            self._sheet.write_string(0, index, name[:MOST_CHARACTERS], bold)
        self._row = 0
        self._text = text

    def write(self, cells: Sequence[object]) -> None:
        self._row += 1
        for index, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._put(index, cell)

    def _put(self, index: int, cell: object) -> None:
        sheet, row = self._sheet, self._row
        if isinstance(cell, bool):
            sheet.write_boolean(row, index, cell)
        elif isinstance(cell, dt.datetime) and cell.year >= 1900:
            at = cell if cell.tzinfo is None else cell.astimezone(dt.UTC).replace(tzinfo=None)
            sheet.write_datetime(row, index, at, self._time)
        elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime) and cell.year >= 1900:
            sheet.write_datetime(row, index, cell, self._date)
        elif isinstance(cell, int | float) and abs(cell) < 10**7:
            sheet.write_number(row, index, cell)
        else:
            # Long numbers are ids and phone numbers. Excel would show only some of their digits.
            sheet.write_string(row, index, text_of(cell)[:MOST_CHARACTERS], self._text)

    def close(self) -> None:
        """Pack the workbook into the file."""
        if self._packed.closed:
            return
        try:
            with _told():
                self._book.close()
            self._packed.seek(0)
            shutil.copyfileobj(self._packed, self._data)
        finally:
            self._packed.close()
            shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def _told() -> Generator[None]:
    """Turn the errors of XlsxWriter into an OSError: its files cannot be written."""
    errors: type[Exception] = importlib.import_module("xlsxwriter.exceptions").XlsxFileError
    try:
        yield
    except errors as error:
        raise OSError(f"the workbook cannot be put together: {error}") from None


def refuse_too_large(path: Path, rows: int, columns: int) -> None:
    """Raise TableError for a table that no sheet of Excel can hold."""
    for most, count, what in ((_MOST_ROWS, rows + 1, "rows"), (_MOST_COLUMNS, columns, "columns")):
        if count > most:
            raise TableError(
                f"{path}: Excel holds {most:,} {what}, and there are {count:,}: write .csv or .parquet"
            )


def refuse_long_cells(place: str, number: int, cells: Sequence[object]) -> None:
    """Raise TableError for text that no cell of Excel can hold."""
    for cell in cells:
        if not isinstance(cell, int | float) and len(text_of(cell)) > MOST_CHARACTERS:
            raise TableError(
                f"{place.capitalize()} {number:,} has a cell of more than {MOST_CHARACTERS:,} characters, which Excel "
                "cannot hold: write .csv or .parquet"
            )


def require_xlsxwriter(path: Path) -> None:
    """Raise TableError if the extra is missing."""
    try:
        importlib.import_module("xlsxwriter")
    except ModuleNotFoundError:
        raise TableError(f"{path}: to write a workbook: pip install 'twilio-numbers-async[excel]'") from None


def _module() -> XlsxModule:
    return cast("XlsxModule", importlib.import_module("xlsxwriter"))
