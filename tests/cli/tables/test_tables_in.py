"""Reading tables: formats, encodings, headers, odd rows."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from twilio_numbers_async.cli.tables import TableError, open_table, read_records, text_of

ROWS = [["Ann", "+14155550100"], ["Zoë", "+14155550101"]]
CSV = "name,phone\nAnn,+14155550100\nZoë,+14155550101\n"


def cells(path: Path | str, *, column: str | None = None, limit: int | None = None) -> list[list[object]]:
    table = open_table(str(path), column=column, limit=limit)
    try:
        rows = [row.cells for row in table.rows()]
        assert table.total == len(rows)
        return rows
    finally:
        table.close()


def error(path: Path | str) -> str:
    with pytest.raises(TableError) as caught:
        cells(path)
    return str(caught.value)


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


Save = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("a.CSV", CSV.replace("\n", "\r\n")),
        ("a.csv", CSV.replace("\n", "\r")),
        ("a.csv", CSV.replace(",", ";")),
        ("a.csv", CSV.rstrip("\n")),
        ("a.csv", CSV.replace("Ann", '"Ann"') + "\n\n"),
        ("a.tsv", CSV.replace(",", "\t")),
        ("a.txt", CSV.replace(",", "\t")),
        ("a.txt", CSV),
        ("a", CSV.replace(",", "|")),
        ("a.csv", codecs.BOM_UTF8 + CSV.encode()),
        ("a.csv", CSV.encode("utf-16")),
        ("a.csv", codecs.BOM_UTF16_BE + CSV.encode("utf-16-be")),
        ("a.csv", CSV.encode("utf-32")),
        ("a.csv.gz", gzip.compress(CSV.encode("utf-16"), mtime=0)),
        ("a.csv", gzip.compress(CSV.encode(), mtime=0)),
        ("a", gzip.compress(CSV.encode(), mtime=0)),
        ("a.jsonl", '{"name":"Ann","phone":"+14155550100"}\n\n{"phone":"+14155550101","name":"Zoë"}'),
        ("a", '{"name":"Ann","phone":"+14155550100"}\n{"phone":"+14155550101","name":"Zoë"}'),
        (
            "a.ndjson.gz",
            gzip.compress(
                b'{"name":"Ann","phone":"+14155550100"}\n{"phone":"+14155550101","name":"Zo\\u00eb"}',
                mtime=0,
            ),
        ),
    ],
)
def test_every_format_gives_the_same_rows(save: Save, name: str, content: str | bytes) -> None:
    path = save(name, content)
    assert cells(path) == ROWS
    table = open_table(str(path))
    assert (table.columns, table.find_phone(None), table.named) == (["name", "phone"], 1, True)
    assert list(read_records(str(path))) == [dict(zip(("name", "phone"), row, strict=True)) for row in ROWS]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a"])
def test_one_number_a_line(save: Save, name: str) -> None:
    path = save(name, "(415) 555-0100\n\n 415.555.0101 \nfoo\n")
    assert cells(path) == [["(415) 555-0100"], [" 415.555.0101 "], ["foo"]]
    assert [row.line for row in open_table(str(path)).rows()] == [1, 3, 4]
    assert open_table(str(path)).find_phone(None) == 0


def test_a_first_line_that_names_the_column_is_no_number(save: Save) -> None:
    assert cells(save("a.txt", "Phone number\n4155550100\n")) == [["4155550100"]]
    assert cells(save("b.txt", "hello\n4155550100\n")) == [["hello"], ["4155550100"]]


def test_lines_of_bare_json_values(save: Save) -> None:
    assert cells(save("a.jsonl", '"+14155550100"\n14155550101\nnull\n')) == [
        ["+14155550100"],
        [14155550101],
        [None],
    ]


def test_json_lines_need_not_have_the_same_keys(save: Save) -> None:
    path = save("a.jsonl", '{"phone":"x"}\n{"name":"Ann","tags":["a"],"phone":null}\n')
    assert open_table(str(path)).columns == ["phone", "name", "tags"]
    assert cells(path) == [["x", None, None], [None, "Ann", ["a"]]]


def test_cells_that_are_missing_are_empty(save: Save) -> None:
    assert cells(save("a.csv", "name,phone,city\nAnn,+14155550100\nBob\n")) == [
        ["Ann", "+14155550100", ""],
        ["Bob", "", ""],
    ]


def test_surplus_cells_get_columns_of_their_own(save: Save) -> None:
    table = open_table(
        str(save("a.csv", "phone,name\n+14155550100,Ann\n+14155550101,Smith, Bob,Jr\n4155550102,C,, ,\n"))
    )
    assert table.columns == ["phone", "name", "column_3", "column_4"]
    assert table.surplus == 3
    assert [row.cells for row in table.rows()] == [
        ["+14155550100", "Ann", "", ""],
        ["+14155550101", "Smith", " Bob", "Jr"],
        ["4155550102", "C", "", " "],
    ]


def test_without_a_header_no_row_is_too_long(save: Save) -> None:
    table = open_table(str(save("a.csv", "+14155550100\n+14155550101,Ann\n")))
    assert (table.columns, table.surplus, table.named) == (["column_1", "column_2"], None, False)


def test_a_cell_may_hold_line_ends_and_rows_keep_their_line(save: Save) -> None:
    table = open_table(str(save("a.csv", 'name,phone\n"Ann\nB",+14155550100\n\nC,+14155550101\n')))
    assert [(row.line, row.cells[0]) for row in table.rows()] == [(2, "Ann\nB"), (5, "C")]


def test_limit_reads_no_further(save: Save) -> None:
    path = save("a.csv", "phone\n+14155550100\n+14155550101\n\xff".encode("latin-1"))
    assert cells(path, limit=1) == [["+14155550100"]]
    assert cells(save("a.jsonl", '{"phone":1}\n{"phone":2}\nx'), limit=2) == [[1], [2]]


def test_only_a_header_is_a_table_of_no_rows(save: Save) -> None:
    assert cells(save("a.csv", "name,phone\n")) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "is empty"),
        ("a.jsonl", "\n", "is empty"),
        ("a.csv", codecs.BOM_UTF16_LE + "phone\n1\n".encode("utf-16-le") + b"\x00\xd8", "not UTF-16"),
        ("a.csv", b"phone\n\x00\x01\x02\n", "neither text nor a table"),
        ("a.csv.gz", gzip.compress(CSV.encode() * 50, mtime=0)[:-20], "damaged or ends early"),
        ("a.csv", 'name,phone\n"Ann,1\nBob,2\n', "line 2: a quote is opened and never closed"),
        ("a.csv", 'name,phone\n"' + "x\n" * 70_000, "line 2: a cell of more than 131,072 characters"),
        ("a.jsonl", '{"phone":"1"}\n{"phone":\n', "line 2: not JSON"),
        ("a.json", '[\n{"phone":"1"}]', "jq -c"),
        ("a.jsonl", '["1"]\n', "line 1: a JSON array"),
        ("a.jsonl", '{"phone":"1"}\n"2"\n', "line 2: objects and bare values"),
        ("a.parquet", b"PAR1nonsense", "not a Parquet file"),
        ("a.parquet.gz", b"", "not read or written through gzip"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    save: Save, name: str, content: str | bytes, said: str
) -> None:
    message = error(save(name, content))
    assert said in message
    assert name in message


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in error(tmp_path / "none.csv")
    assert "is a folder" in error(tmp_path)


def test_a_file_that_grows_wider_while_it_is_read_is_noticed(save: Save) -> None:
    path = save("a.csv", CSV)
    table = open_table(str(path))
    save("a.csv", CSV + "a,b,c\n")
    with pytest.raises(TableError, match="line 4: the file has changed"):
        list(table.rows())


def test_standard_input_is_read_once_and_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(CSV.encode(), mtime=0))))
    table = open_table("-")
    assert table.name == "standard input"
    assert [row.cells for row in table.rows()] == ROWS
    assert [row.cells for row in table.rows()] == ROWS
    table.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    feeder = threading.Thread(target=path.write_text, args=(CSV,))
    feeder.start()
    assert cells(path) == ROWS
    feeder.join()


def test_parquet_comes_with_its_types(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    data = {"id": [1, 2, 3], "phone": ["+14155550100", None, "x"], "seen": [1.5, None, 2.0]}
    parquet.write_table(pyarrow.table(data), path)
    assert cells(path) == [[1, "+14155550100", 1.5], [2, None, None], [3, "x", 2.0]]
    assert cells(path, limit=2) == [[1, "+14155550100", 1.5], [2, None, None]]
    unnamed = path.rename(tmp_path / "a")
    assert open_table(str(unnamed)).columns == ["id", "phone", "seen"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), ("a", "a"), (14155550100, "14155550100"), (14155550100.0, "14155550100"), (1.5, "1.5"),
        (True, "true"), ([1, "a"], '[1,"a"]'), ({"a": None}, '{"a":null}'), (b"\xff", "/w=="),
    ],
)  # fmt: skip
def test_a_cell_as_text(cell: object, text: str) -> None:
    assert text_of(cell) == text
