"""The CSV form of a list: a header with the properties' names, and the columns in another order each time.

A nested value is JSON in its cell, null is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from random import Random

import msgspec

from ..routing import Reply


class CsvForm:
    """Writes rows as CSV. The orders of the columns come from ``seed``."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - nothing depends on it but an order

    def reply(
        self, kind: type[msgspec.Struct], rows: Iterable[msgspec.Struct], *, without: str = ""
    ) -> Reply:
        """An answer with rows of one kind, except for the property ``without``."""
        names = kind.__struct_fields__
        order = [place for place, name in enumerate(names) if name != without]
        self._random.shuffle(order)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([_column(names[place]) for place in order])
        for row in rows:
            values = msgspec.structs.astuple(row)
            writer.writerow([_cell(values[place]) for place in order])
        return Reply(200, text.getvalue().encode(), "text/csv;charset=utf-8")


def _column(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
