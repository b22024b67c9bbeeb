"""Tables in and out: what a customer sends, and the same with what Twilio says."""

from __future__ import annotations

from .columns import unique
from .reading import Row, Table, format_of, open_table, read_records, text_of
from .source import STDIN, TableError
from .writing import ADDED, JsonLines, TableWriter, added_names, output_format

__all__ = [
    "ADDED",
    "STDIN",
    "JsonLines",
    "Row",
    "Table",
    "TableError",
    "TableWriter",
    "added_names",
    "format_of",
    "open_table",
    "output_format",
    "read_records",
    "text_of",
    "unique",
]
