"""The format of a file, from its name, or from its first bytes if they know better."""

from __future__ import annotations

from itertools import islice
from typing import Literal

from .header import DEEPEST, named_delimiter
from .source import Source, TableError

__all__ = ["Format", "format_in", "format_of"]

Format = Literal["csv", "tsv", "jsonl", "lines", "parquet", "xlsx"]

_ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xlsb": "xlsx",
    ".xls": "xlsx",
    ".ods": "xlsx",
}


def format_of(path: str) -> Format | None:
    """The format in a file's name, or None."""
    name = path.casefold()
    if name.endswith((".parquet.gz", ".pq.gz")):
        raise TableError(
            f"{path}: Parquet compresses its columns itself and is not read or written through gzip"
        )
    plain = name.removesuffix(".gz")
    found: Format | None = None
    for ending, format_ in _ENDINGS.items():
        if plain.endswith(ending):
            found = format_
    if found == "xlsx" and plain != name:
        raise TableError(f"{path}: a workbook is compressed already and is not read or written through gzip")
    return found


def format_in(path: str, source: Source) -> Format:
    """The format of a file. The first bytes go before the name: files are renamed, and Excel saves under any name."""
    named = format_of(path)
    kind = source.kind
    if kind == "workbook":
        return "xlsx"
    if kind == "parquet":
        return "parquet"
    if named == "xlsx":
        source.encoding()  # raises TableError if it is not text
        named = None
    return named or _sniffed(source)


def _sniffed(source: Source) -> Format:
    """The format of the first lines, for a name without one (``-``, ``numbers.txt``)."""
    lines = [line for line in islice(source.lines(), DEEPEST) if line.strip()]
    first = lines[0] if lines else ""
    if first.lstrip().startswith("{"):
        return "jsonl"
    if named_delimiter(first) is not None:
        return "csv"
    for mark in "\t,;|":
        if mark in first or 2 * sum(mark in line for line in lines) > len(lines):
            return "tsv" if mark == "\t" else "csv"
    return "csv" if '"' in first else "lines"
