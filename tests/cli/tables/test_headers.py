"""Lists as they are handed in: titles above the header, separators, several phone columns, encodings, sizes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.cli.tables import Reading, Table, TableError, open_table
from twilio_numbers_async.cli.tables.column_names import option_for, unique

Opened = Callable[..., Table]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def opened(content: str | bytes, *, name: str = "a.csv", **reading: Any) -> Table:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_table(str(path), Reading(**reading))

    return opened


def cells(table: Table) -> list[list[object]]:
    return [row.cells for row in table.rows()]


EXPORT = """Customers of Harbour Dental,,,
Exported 2026-01-02 by Ann,,,

Name,Main Phone,Mobile,Fax
Ann,(415) 555-0100,,
Bob,(415) 555-0101,(415) 555-0102,
Cy,,(415) 555-0103,
"""


def test_a_header_below_a_title(opened: Opened) -> None:
    table = opened(EXPORT)
    assert table.columns == ["Name", "Main Phone", "Mobile", "Fax"]
    assert [row.line for row in table.rows()] == [5, 6, 7]
    assert table.total == 3
    [note] = table.notes
    assert note.endswith(
        "a.csv: lines 1 to 2, above the header, left out: Customers of Harbour Dental / Exported 2026-01-02 by Ann."
    )


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("Phone list\nPhone,Name\n4155550100,Ann\n", ["Phone", "Name"], 1),
        ("Customer phones\n\n\nName;Phone\nAnn;4155550100\n", ["Name", "Phone"], 1),
        ("Customers\nPhone\n4155550100\n4155550101\n", ["Phone"], 2),
        ("Report\nTotal,2\nwho,line\nAnn,4155550100\nBob,4155550101\n", None, 2),
        ("Title\na,b,c\nx,y,415-555-0100\n", ["a", "b", "c"], 1),
        ("phone\n4155550100\n", ["phone"], 1),
        ("name,phone\nAnn,none\n", ["name", "phone"], 1),
        ("phone\n4155550100,b,c,d\n", ["phone", "column_2", "column_3", "column_4"], 1),
    ],
)
def test_where_the_header_is(opened: Opened, text: str, columns: list[str] | None, rows: int) -> None:
    table = opened(text)
    if columns is not None:
        assert table.columns == columns
        assert table.total == rows
        assert table.named


def test_words_in_the_first_rows_are_no_header(opened: Opened) -> None:
    table = opened("Ann,mobile,n/a\nBob,mobile,n/a\nCy,home,415-555-0100\nDi,work,415-555-0101\n")
    assert not table.named
    assert table.total == 4


def test_without_a_header_the_first_rows_are_shown(opened: Opened) -> None:
    table = opened("Ann,(415) 555-0100\nBob,(415) 555-0101\nCy,(415) 555-0102\nDi,(415) 555-0103\n")
    [note] = table.notes
    assert "has no header that could be found (--header-row N names it)" in note
    assert "The first rows: Ann, (415) 555-0100 / Bob, (415) 555-0101 / Cy, (415) 555-0102." in note
    assert opened("4155550100\n4155550101\n").notes == [], "a plain list of numbers has none"
    long = opened(f"{'x' * 100},415-555-0100\n")
    assert f"{'x' * 60}..." in long.notes[0]


def test_the_header_row_that_is_said(opened: Opened) -> None:
    text = "a,b\nName,Phone\n\nAnn,4155550100\n"
    assert opened(text, header_row=2).columns == ["Name", "Phone"]
    table = opened(text, header_row=4)
    assert (table.columns, table.total) == (["Ann", "4155550100"], 0)
    without = opened(text, header_row=0)
    assert (without.columns, without.total) == (["column_1", "column_2"], 3)
    assert without.notes == []
    for row in (3, 9):
        with pytest.raises(TableError, match=f"--header-row: .*a.csv has nothing in line {row}"):
            opened(text, header_row=row)
    deep = opened("x,y\n" * 500 + "Name,Phone\nAnn,4155550100\n", header_row=501)
    assert (deep.columns, cells(deep)) == (["Name", "Phone"], [["Ann", "4155550100"]])


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
def test_a_first_line_that_names_the_separator(opened: Opened, first: str) -> None:
    for name in ("a.csv", "a.txt"):
        table = opened(f"{first}\r\nname;phone\r\nSmith, Bob;4155550100\r\n", name=name)
        assert table.columns == ["name", "phone"]
        assert [(row.line, row.cells) for row in table.rows()] == [(3, ["Smith, Bob", "4155550100"])]
    assert opened("sep=|\na|b\n1|415-555-0100\n").columns == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "Customers, all of them\nname;phone\nSmith, Bob;4155550100\nLee, Ann;4155550101\n",
        "name;phone\nSmith, Bob;4155550100\nLee, Ann;4155550101\n",
        "name|phone\nSmith, Bob|4155550100\n",
        "name\tphone\nSmith, Bob\t4155550100\n",
    ],
)
def test_the_separator_is_that_of_most_lines(opened: Opened, text: str) -> None:
    table = opened(text)
    assert table.columns == ["name", "phone"]
    assert cells(table)[0] == ["Smith, Bob", "4155550100"]


@pytest.mark.parametrize(
    "note",
    [
        '"\r\n;\r\n;0"',
        '"a;b\rc;d\ne;f;\n;g"',
        '"he said ""yes;no""\n;""\n;\n;\n;"',
        '"""\n;\n;\n;\n;"',
        '""',
        '5" pipe',
        '5"" pipe; 6"" pipe',
    ],
)
def test_a_mark_in_a_quoted_cell_of_many_lines_is_no_separator(opened: Opened, note: str) -> None:
    table = opened(f"phone,note\n4155550100,x\n4155550101,{note}\n")
    assert table.columns == ["phone", "note"]
    assert [row[0] for row in cells(table)] == ["4155550100", "4155550101"]


@pytest.mark.parametrize("note", ['"a, b,\n, c"', '3" pipe, 4" pipe', '"a, b" "c, d"', '""'])
def test_quotes_beside_semicolons(opened: Opened, note: str) -> None:
    table = opened(f'"phone";"note"\r\n4155550100;{note}\r\n4155550101; "x, y"\r\n')
    assert table.columns == ["phone", "note"]
    assert [row[0] for row in cells(table)] == ["4155550100", "4155550101"]


# Which column


def crm(mobile: int, main: int, total: int) -> str:
    rows = ["Name,Mobile,Main Phone,Phone,Fax"]
    for index in range(total):
        first = f"(415) 555-01{index % 100:02}" if index < mobile else ""
        second = f"(628) 555-01{index % 100:02}" if index < main else ""
        rows.append(f"N{index},{first},{second},,")
    return "\n".join(rows) + "\n"


def refused(table: Table, **more: Any) -> str:
    with pytest.raises(TableError) as caught:
        table.find_phones([], **more)
    return str(caught.value)


def test_two_columns_with_numbers_are_never_guessed_between(opened: Opened) -> None:
    said = refused(opened(crm(200, 300, 301)))
    assert said == (
        "Several columns hold phone numbers: Mobile (200 of 301 rows), Main Phone (300 of 301 rows). "
        'Say which: --column "Main Phone"'
    )


def test_an_empty_column_loses_whatever_it_is_called(opened: Opened) -> None:
    assert opened(crm(200, 0, 301)).find_phones([]) == [1]
    assert opened("Phone,MobilePhone\n,415-555-0100\n,415-555-0101\n").find_phones([]) == [1]


def test_a_column_that_is_filled_further_down_counts(opened: Opened) -> None:
    rows = "".join(
        f"415-555-01{index % 100:02},{'628-555-0100' if index > 400 else ''}\n" for index in range(500)
    )
    said = refused(opened("Main,MobilePhone\n" + rows))
    assert "Main (500 of 500 rows), MobilePhone (99 of 500 rows)" in said


def test_every_column_and_several_columns(opened: Opened) -> None:
    table = opened(crm(200, 300, 301))
    assert table.find_phones([], every=True) == [1, 2]
    assert table.find_phones(["mobile", "Main Phone", "Mobile"]) == [1, 2]
    assert table.find_phones(["3", "2"]) == [2, 1]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("id,created,phone\n1000000001,1700000000,4155550100\n", 2),
        ("customer_id,line\n2125550100,(415) 555-0100\n", 1),
        ("OrderId,Alternate\n4155550188,4155550100\n", 1),
        ("phone,phone type,phone ext\n4155550100,mobile,12\n", 0),
        ("Nom,Téléphone\nA,01 23 45 67 89\n", 1),
        ("Name,Phone\nA,61234567\nB,61234568\n", 1),
    ],
)
def test_what_only_looks_like_numbers_is_no_rival(opened: Opened, text: str, column: int) -> None:
    assert opened(text).find_phones([]) == [column]


@pytest.mark.parametrize(
    "text",
    [
        "phone,alternate\n4155550100,4155550101\n",
        "Phone,Fax\n4155550100,4155550101\n",
        "Phone,Notes 2\n4155550100,+1 415 555 0101\n",
        "phone,phone_number_e164\n4155550100,+14155550100\n",
        "Tel,Mobil\n089 12345678,0151 12345678\n",
    ],
)
def test_real_rivals(opened: Opened, text: str) -> None:
    assert "Several columns hold phone numbers" in refused(opened(text))


def test_advice_that_works(opened: Opened) -> None:
    text = "Phone,Name,Phone, \n4155550100,Ann,4155550101,415-555-0102\n,Bob,4155550103,\n"
    table = opened(text)
    said = refused(table)
    assert "Say which: --column 3" in said
    assert table.find_phones(["3"]) == [2]
    with pytest.raises(TableError, match=r"name one by its position \(1, 3\), such as --column 1"):
        table.find_phones(["phone"])
    for index in range(4):
        option = option_for(table.columns, index, named=True).strip('"')
        assert table.find_phones([option]) == [index]


def test_20_000_columns(opened: Opened) -> None:
    names = ",".join(f"c{index}" for index in range(19_999))
    table = opened(f"{names},Phone\n{',' * 19_999}415-555-0100\n")
    assert table.find_phones([]) == [19_999]
    with pytest.raises(TableError) as caught:
        table.find_phones(["nope"])
    assert str(caught.value).endswith("c0, c1, c2, c3, c4, c5, c6, c7 and 19,992 more")
    many = opened(",".join(["Phone"] * 20_000) + "\n" + ",".join(["415-555-0100"] * 20_000) + "\n")
    assert "and 19,992 more" in refused(many)
    assert len(set(unique(many.columns))) == 20_000


# Encodings


@pytest.mark.parametrize(
    ("content", "name", "note"),
    [
        ("name,phone\nZoë \u2013 5,+442079460123\n".encode("cp1252"), "Zoë \u2013 5", "line 2, byte 0xEB"),
        ("name,phone\nZoë,+442079460123\n".encode("latin-1"), "Zoë", "it is read as Windows-1252"),
        ("name,phone\nZoë,+442079460123\n".encode("utf-16-le"), "Zoë", "UTF-16-LE"),
        ("name,phone\nZoë,+442079460123\n".encode("utf-16-be"), "Zoë", "UTF-16-BE"),
        ("name,phone\nZoë,+442079460123\n".encode("utf-8-sig"), "Zoë", None),
        ("name,phone\nZoë,+442079460123\n".encode("utf-16"), "Zoë", None),
        (b"name,phone\nA\x81B\xeb,+442079460123\n", "A\ufffdBë", "byte 0x81"),
    ],
)
def test_encodings_are_found_out_and_told(
    opened: Opened, content: bytes, name: str, note: str | None
) -> None:
    for packed in (content, gzip.compress(content, mtime=0)):
        table = opened(packed)
        assert table.columns == ["name", "phone"]
        assert cells(table) == [[name, "+442079460123"]]
        assert len(table.notes) == (note is not None)
        assert note is None or note in table.notes[0]


def test_a_byte_far_down_decides_too(opened: Opened) -> None:
    rows = "".join(f"A{index},+442079460123\n" for index in range(20_000)).encode()
    table = opened(b"name,phone\n" + rows + b"Jos\xe9,+442079460124\n")
    assert "(line 20002, byte 0xE9)" in table.notes[0]
    assert cells(table)[-1] == ["José", "+442079460124"]


def test_the_encoding_that_is_said(opened: Opened) -> None:
    text = "名前,phone\n山田,+81312345678\n"
    table = opened(text.encode("shift_jis"), encoding="shift_jis")
    assert (table.columns, table.notes) == (["名前", "phone"], [])
    assert opened("phone\n1\n".encode("utf-8-sig"), encoding="utf-8").columns == ["phone"]
    for name in ("nope", "base64", "hex"):
        with pytest.raises(TableError, match=f"--encoding: there is no encoding '{name}'"):
            opened(text, encoding=name)
    with pytest.raises(TableError, match="line 2, byte 0xE9: not UTF-8 as --encoding says"):
        opened(b"phone\nJos\xe9\n" * 9_000, encoding="utf-8")
    with pytest.raises(TableError, match="not ASCII as --encoding says"):
        opened(b"phone\nJos\xe9\n", encoding="ascii")


# Sizes


def test_a_line_of_more_than_4_mb(opened: Opened) -> None:
    content = b"phone\n4155550100\n" + b"x" * 4_300_000 + b"\n4155550101\n"
    for name, data in (
        ("a.csv", content),
        ("a.jsonl", content),
        ("a.csv.gz", gzip.compress(content, mtime=0)),
    ):
        with pytest.raises(TableError, match=r"line \d: (?:longer than 4 MB; is this a table\?|not JSON)"):
            opened(data, name=name)


def test_a_line_that_unpacks_to_no_end_is_not_held(
    tmp_path: Path, peak: Callable[[Callable[[], None]], int]
) -> None:
    path = tmp_path / "a.csv.gz"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(b"phone\n")
        for _ in range(64):
            file.write(b"1" * 1_048_576)
    path.write_bytes(packed.getvalue())

    def work() -> None:
        with pytest.raises(TableError, match="line 2: longer than 4 MB"):
            open_table(str(path))

    assert peak(work) < 30_000_000


def test_a_row_of_more_than_4_mb_over_many_lines(opened: Opened) -> None:
    cell = '"' + "x\n" * 60_000 + '"'
    with pytest.raises(TableError, match="line 2: a row of more than 4 MB"):
        opened("phone\n" + ",".join([cell] * 40) + "\n")


def test_json_that_is_nested_without_end(opened: Opened) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(TableError, match="line 2: nested too deeply"):
        opened('{"phone":"1"}\n{"phone":"2","x":' + deep + "}\n", name="a.jsonl")
