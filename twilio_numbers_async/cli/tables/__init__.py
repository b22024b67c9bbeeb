"""Tables: the customer's files, and the same with results."""

from __future__ import annotations

from .cells import text_of
from .column_names import unique
from .formats import format_of
from .reading import Reading, Row, Table, open_table, read_records
from .source import STDIN, TableError
from .writing import ADDED, JsonLines, TableWriter, output_format, part_of
from .xlsx_writer import refuse_long_cells, refuse_too_large

__all__ = [
    "ADDED",
    "STDIN",
    "JsonLines",
    "Reading",
    "Row",
    "Table",
    "TableError",
    "TableWriter",
    "format_of",
    "open_table",
    "output_format",
    "part_of",
    "read_records",
    "refuse_long_cells",
    "refuse_too_large",
    "text_of",
    "unique",
]
