"""Lines of text as rows: delimited cells, and JSON."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, cast

import msgspec

from .source import MOST, Source, TableError

__all__ = ["Row", "delimited", "objects", "row_of"]

_CELL_LIMIT = 131_072
# Read behind the last line. It comes back as a row of its own, unless a quote is still open.
_END = "\x00end of the table\x00"


class Row(NamedTuple):
    """A row of the input: the line it starts on (from 1) and its cells, as many as the table has columns."""

    line: int
    cells: list[object]


# The same as Row(*pair), for a third of the time.
row_of: Callable[[tuple[int, list[object]]], Row] = partial(cast("Any", tuple).__new__, Row)


def delimited(lines: Iterable[str], delimiter: str, name: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of delimited lines, each with the line it starts on. ``start`` is the first line's number."""
    ended = False

    def end() -> Iterator[str]:
        nonlocal ended
        ended = True
        yield _END

    reader = csv.reader(chain(lines, end()), delimiter=delimiter)
    before = start - 1
    csv.field_size_limit(_CELL_LIMIT)
    try:
        for cells in reader:
            after = reader.line_num + before
            if after > start and sum(map(len, cells)) > MOST:
                raise TableError(f"{name}, line {start}: a row of more than {MOST // 1_048_576} MB")
            if cells:
                if ended and cells[-1].endswith(_END):
                    if cells == [_END]:
                        return
                    raise TableError(f"{name}, line {start}: a quote is opened and never closed")
                yield start, cells
            start = after + 1
    except csv.Error as error:
        reason = str(error)
        if "field limit" in reason:
            reason = f"a cell of more than {_CELL_LIMIT:,} characters; is a quote opened and never closed?"
        raise TableError(f"{name}, line {start}: {reason}") from None


def objects(source: Source) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects of JSON Lines, each with its line. A bare value becomes an object with a ``number``."""
    decoder = msgspec.json.Decoder()
    plain: bool | None = None
    for number, line in enumerate(source.lines(), start=1):
        if not line.strip():
            continue
        try:
            record: object = decoder.decode(line)
        except RecursionError:
            raise TableError(f"{source.name}, line {number}: nested too deeply") from None
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
