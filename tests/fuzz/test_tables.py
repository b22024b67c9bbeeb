"""Tables that customers send."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.cli.tables import open_table

from .properties import ENDINGS, table
from .strategies import damaged, quick

_cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(',;|\t"\n\r '), max_size=12)
_lines = st.lists(
    st.lists(_cells | st.sampled_from(["+14155550100", "(415) 555-0100", "phone"]), max_size=4), max_size=6
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


def _written(rows: list[list[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


_contents = damaged(st.builds(_written, _lines, st.sampled_from(",;\t|"))) | st.binary(max_size=100)


@pytest.mark.parametrize("ending", ENDINGS)
@given(content=_contents, packed=st.booleans())
@quick
def test_a_table_is_read_or_refused(folder: Path, ending: str, content: bytes, packed: bool) -> None:
    table(folder / f"table{ending}", gzip.compress(content) if packed else content)


@given(
    st.lists(st.tuples(st.integers(2_000_000, 9_999_999), _cells), min_size=1, max_size=300),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
@settings(quick, max_examples=80)
def test_the_numbers_come_as_they_stand(
    folder: Path, rows: list[tuple[int, str]], delimiter: str, encoding: str
) -> None:
    numbers = [f"+1555{number}" for number, _ in rows]
    written = [["phone", "note"], *([number, note] for number, (_, note) in zip(numbers, rows, strict=True))]
    path = folder / "numbers.csv"
    path.write_bytes(_written(written, delimiter).decode().encode(encoding))
    opened = open_table(str(path))
    try:
        read = list(opened.rows())
    finally:
        opened.close()
    assert opened.columns == ["phone", "note"]
    assert [row.cells[0] for row in read] == numbers
