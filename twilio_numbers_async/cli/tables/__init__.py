"""Tables in and out: what a customer sends, and the same with what Twilio says."""

from __future__ import annotations

from .cells import text_of
from .columns import unique
from .reading import Reading, Row, Table, format_of, open_table, read_records
from .source import STDIN, TableError
from .writing import ADDED, JsonLines, TableWriter, added_names, output_format, part_of, private
from .xlsx import refuse_too_large

__all__ = [
    "ADDED",
    "STDIN",
    "JsonLines",
    "Reading",
    "Row",
    "Table",
    "TableError",
    "TableWriter",
    "added_names",
    "format_of",
    "open_table",
    "output_format",
    "part_of",
    "private",
    "read_records",
    "refuse_too_large",
    "text_of",
    "unique",
]
