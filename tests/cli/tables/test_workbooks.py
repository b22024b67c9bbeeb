"""Workbooks in and out: what Excel, LibreOffice, SheetJS and others make of a list of customers."""

from __future__ import annotations

import base64
import datetime as dt
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.cli.tables import (
    Reading,
    TableError,
    TableWriter,
    open_table,
    output_format,
    refuse_long_cells,
    refuse_too_large,
)

xlsxwriter: Any = pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed")
calamine: Any = pytest.importorskip("python_calamine", reason="python-calamine is not installed")

Cells = Sequence[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Cells], *, hidden: Sequence[str] = ()) -> Path:
    """An .xlsx as Excel writes it: cells by type, None for those that are not there."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(row, column, cell, None, "4155550109")
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return path


def read(path: Path, **reading: Any) -> tuple[list[str], list[list[object]]]:
    table = open_table(str(path), Reading(**reading))
    try:
        rows = [row.cells for row in table.rows()]
        assert table.total == len(rows)
        for position in range(len(table.columns)):
            assert list(table.cells(position)) == [row[position] for row in rows]
        return table.columns, rows
    finally:
        table.close()


def error(path: Path, **reading: Any) -> str:
    with pytest.raises(TableError) as caught:
        read(path, **reading)
    return str(caught.value)


LIST: Cells = [
    ["name", "phone", "since", "vip"],
    ["Ann", 4155550100, 7.5, True],
    ["Bob", "+14155550101", None, False],
    [None, None, None, None],
    ["Zoë", "=CONCATENATE(1)"],
]


@pytest.mark.parametrize("name", ["list.xlsx", "list.xlsm", "list.csv", "list", "LIST.XLSX"])
def test_numbers_as_numbers_and_as_text(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "made.xlsx", {"One": LIST}).rename(tmp_path / name)
    columns, rows = read(path)
    assert columns == ["name", "phone", "since", "vip"]
    assert rows == [
        ["Ann", 4155550100, 7.5, True],
        ["Bob", "+14155550101", "", False],
        ["Zoë", "4155550109", "", ""],
    ]
    table = open_table(str(path))
    assert [row.line for row in table.rows()] == [2, 3, 5], "the rows as Excel counts them"
    assert table.find_phone(None) == 1
    assert table.place == "row"
    table.close()


def test_rows_and_columns_that_are_empty_before_the_table(tmp_path: Path) -> None:
    rows: Cells = [
        [],
        [None, None, "Customers"],
        [],
        [None, None, "Name", "Phone"],
        [None, None, "Ann", "415-555-0100"],
    ]
    table = open_table(str(workbook(tmp_path / "a.xlsx", {"One": rows})))
    assert table.columns == ["", "", "Name", "Phone"]
    assert [(row.line, row.cells) for row in table.rows()] == [(5, ["", "", "Ann", "415-555-0100"])]
    assert table.notes == [f"{table.name}: row 2, above the header, left out: Customers."]
    assert table.find_phone(None) == 3


@pytest.mark.parametrize("before", [(), (None, None)])
@pytest.mark.parametrize("limit", [None, 3])
def test_rows_that_hold_nothing_but_zeros_are_rows(
    tmp_path: Path, before: tuple[None, ...], limit: int | None
) -> None:
    cells: list[list[object]] = [
        ["phone", "vip"],
        [0, None],
        [],
        [None, False],
        ["4155550100", True],
        [],
        [0, 0],
    ]
    path = workbook(tmp_path / "a.xlsx", {"One": [(*before, *row) for row in cells]})
    table = open_table(str(path), Reading(limit=limit))
    left = [""] * len(before)
    filled: list[list[object]] = [[0, ""], ["", False], ["4155550100", True], [0, 0]]
    rows = [row.cells for row in table.rows()]
    assert rows == [[*left, *row] for row in filled[:limit]]
    assert table.total == len(rows)
    for position in range(len(table.columns)):
        assert list(table.cells(position)) == [row[position] for row in rows]
    table.close()
    column_first = open_table(str(path), Reading(limit=limit))
    assert len(list(column_first.cells(0))) == len(rows)
    assert column_first.total == len(rows), "counted while the column was read"
    column_first.close()


def test_which_sheet(tmp_path: Path) -> None:
    other: Cells = [["phone"], ["+14155550177"]]
    path = workbook(tmp_path / "a.xlsx", {"Main List": LIST, "Old": other, "Empty": []})
    said = error(path)
    assert "has several sheets: Main List (3 rows with numbers), Old (1 row with numbers)." in said
    assert '--sheet "Main List"' in said
    assert read(path, sheet="main list")[1][0][0] == "Ann"
    assert read(path, sheet="2")[1] == [["+14155550177"]]
    assert "has no sheet 'Nope'. The sheets are: Main List, Old, Empty" in error(path, sheet="Nope")
    assert "is empty" in error(path, sheet="Empty")
    hidden = workbook(tmp_path / "b.xlsx", {"Main": LIST, "Codes": other}, hidden=["Codes"])
    table = open_table(str(hidden))
    assert table.total == 3
    assert table.notes == [f"{hidden}: sheet 'Main' is read, and not Codes (--sheet)."]
    assert read(hidden, sheet="Codes")[1] == [["+14155550177"]]


def test_the_sheet_that_is_advised_holds_numbers(tmp_path: Path) -> None:
    notes: Cells = [["Notes"], ["made on 2026-01-31"], ["12 rows"]]
    few: Cells = [["phone"], [4155550177], [None], ["n/a"]]
    sheets = {"Notes": notes, "Few": few, "Many": [*LIST, ["Cy", "+14155550102"]], "Empty": []}
    said = error(workbook(tmp_path / "a.xlsx", sheets))
    assert "has several sheets: Many (4 rows with numbers), Few (1 row with numbers), Notes." in said
    assert said.endswith('Say which: --sheet "Many"')
    said = error(workbook(tmp_path / "b.xlsx", {"Notes": notes, "More": notes}))
    assert said.endswith('has several sheets: Notes, More. Say which: --sheet "Notes"')


def test_errors_in_cells_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A & B")
        sheet.write_column(0, 1, ["phone", "4155550100"])
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write_formula(3, 1, '=A1+"x"', None, "#VALUE!")
        sheet.write(4, 1, 4155550101)
    assert [row[1] for row in read(path)[1]] == ["4155550100", "#N/A", "#VALUE!", 4155550101]


def test_dates_and_times(tmp_path: Path) -> None:
    at = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC).replace(tzinfo=None)  # a workbook knows no zones
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["phone", "day", "at"])
        sheet.write(1, 0, 4155550100)
        sheet.write_datetime(1, 1, dt.date(2026, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 2, at, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    assert read(path)[1] == [[4155550100, dt.date(2026, 1, 2), at]]


PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="r7"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r7" Target="/xl/worksheets/one.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
}
SHEET = (
    '<{0}worksheet xmlns{1}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><{0}sheetData>{2}'
    "</{0}sheetData></{0}worksheet>"
)


def bare(path: Path, rows: str) -> Path:
    """An .xlsx with nothing in it but one sheet: no styles, no shared strings, no dimension."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/one.xml", SHEET.format("", "", rows))
    return path


def test_what_libraries_write_and_excel_does_not(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>Phone</v></c><c r="B1" t="inlineStr"><is><t>Who</t></is></c></row>'
        '<row r="2"><c r="A2"><v>4155550100</v></c><c r="B2" t="str"><v>Ann &amp; Bob</v></c></row>'
        '<row r="3"><c r="A3" t="n"><v>4.1555501010E9</v></c></row>'
        '<row r="4"><c r="A4" t="e"><v>#REF!</v></c></row>'
        '<row r="6"><c r="A6" t="str"><f>A2</f><v>+1 415 555 0102</v></c></row>'
    )
    table = open_table(str(bare(tmp_path / "a.xlsx", rows)))
    assert table.columns == ["Phone", "Who"]
    assert [(row.line, *row.cells) for row in table.rows()] == [
        (2, 4155550100, "Ann & Bob"), (3, 4155550101, ""), (4, "#REF!", ""), (6, "+1 415 555 0102", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("stray", ["XFD1048576", "ZZ1048576", "AZ1048576"])
def test_a_cell_far_away_is_told_and_not_loaded(tmp_path: Path, stray: str) -> None:
    last = stray.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = (
        '<row r="1"><c r="A1" t="str"><v>Phone</v></c></row>'
        f'<row r="{last}"><c r="{stray}" t="str"><v>x</v></c></row>'
    )
    said = error(bare(tmp_path / "a.xlsx", rows))
    assert "it reaches to row 1,048,576 and column" in said
    assert "save it as CSV" in said


def test_many_columns(tmp_path: Path) -> None:
    names = [f"c{index}" for index in range(15_999)]
    path = workbook(tmp_path / "a.xlsx", {"S": [[*names, "Phone"], [*[1] * 15_999, "415-555-0100"]]})
    table = open_table(str(path))
    assert table.find_phone(None) == 15_999
    with pytest.raises(TableError, match="c0, c1, c2, c3, c4, c5, c6, c7 and 15,992 more"):
        table.find_phone("nope")


def test_a_row_that_is_too_long_is_told_before_its_numbers_are_used(tmp_path: Path) -> None:
    short = [["415-555-0100", "a"]] * 300  # further down than the rows that are looked at first
    long = ["415-555-0101", *["x" * 32_000] * 140]
    path = workbook(
        tmp_path / "a.xlsx", {"S": [["phone", "note", *[f"c{n}" for n in range(139)]], *short, long]}
    )
    table = open_table(str(path))
    with pytest.raises(TableError, match="row 302: longer than 4 MB"):
        list(table.cells(0))
    table.close()


def test_xls(tmp_path: Path) -> None:
    xlwt: Any = pytest.importorskip("xlwt", reason="xlwt is not installed")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Old")
    given: Cells = [["name", "phone"], ["Ann", 4155550100], ["Bob", "+14155550101"]]
    for row, cells in enumerate(given):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    for name in ("a.xls", "b.dat"):
        book.save(tmp_path / name)
        assert read(tmp_path / name) == (["name", "phone"], [["Ann", 4155550100], ["Bob", "+14155550101"]])


def test_ods(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def text(value: str) -> str:
        inside = f"<text:p>{value}</text:p>"
        return f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'

    number = '<table:table-cell office:value-type="float" office:value="4155550100"/>'
    rows = (
        row(text("name"), text("phone"))
        + row(text("Ann"), number)
        + row("<table:table-cell/>", text("+14155550101"))
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="One">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    assert read(path) == (["name", "phone"], [["Ann", 4155550100], ["", "+14155550101"]])


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of the binary format: its kind and its length, seven bits a byte, and its body."""

    def varied(number: int) -> bytes:
        return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])

    return varied(kind) + varied(len(body)) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_xlsb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    book = record(0x83) + record(0x8F) + record(0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide("Bin"))
    book += record(0x90) + record(0x84)

    def row(number: int) -> bytes:
        return record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))

    def text(column: int, value: str) -> bytes:
        return record(6, struct.pack("<II", column, 0) + wide(value))

    sheet = record(0x81) + record(0x94, struct.pack("<IIII", 0, 2, 0, 1)) + record(0x91)
    sheet += row(0) + text(0, "name") + text(1, "phone")
    sheet += row(1) + text(0, "Ann") + record(5, struct.pack("<IId", 1, 0, 4155550100.0))
    sheet += row(2) + text(1, "+14155550101") + record(0x92) + record(0x82)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", PARTS["[Content_Types].xml"])
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Target="worksheets/sheet1.bin" Type="{kind}"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    assert read(path) == (["name", "phone"], [["Ann", 4155550100], ["", "+14155550101"]])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"%PDF-1.7 x", "is a PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n....", "is a picture (PNG)"),
        ("a.csv", b"SQLite format 3\0....", "is an SQLite database"),
        ("a.csv", b"7z\xbc\xaf\x27\x1c..", "is a 7-Zip archive: unpack it first"),
        ("a.txt", b"BZh91AY&SY", "compressed with bzip2: unpack it first"),
        ("a.txt", b"\xfd7zXZ\0...", "compressed with xz: unpack it first"),
        ("a.csv", b"\x28\xb5\x2f\xfd...", "compressed with zstd: unpack it first"),
        ("a.csv", b"ARROW1\0\0..", "is an Arrow file (Feather): save it as Parquet or CSV"),
        ("a.xls", b"\n<html><table><tr><td>415", "is a web page (HTML), whatever its name says"),
        ("a.xls", b"<?xml version='1.0'?><Workbook>", "is XML"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old Office document, and no workbook"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "is a zip archive that is damaged"),
        ("a.csv", b"phone\x00\x01\x02\x03", "is neither text nor a table"),
        ("a.xlsx.gz", b"", "a workbook is compressed already"),
    ],
)  # fmt: skip
def test_files_are_named_as_what_they_are(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    message = error(path)
    assert said in message
    assert name in message


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["customers.csv", "a.txt"], "is a zip archive (customers.csv, a.txt): unpack it first"),
        (["1", "2", "3", "4"], "is a zip archive (1, 2, 3 and more): unpack it first"),
        ([], "is a zip archive (it is empty): unpack it first"),
        (["word/document.xml"], "is a Word document"),
        (["ppt/presentation.xml"], "is a PowerPoint document"),
        (["Index/Document.iwa"], "is a document of Apple's Numbers"),
    ],
)
def test_zip_files(tmp_path: Path, members: list[str], said: str) -> None:
    for name in ("a.zip", "a.xlsx", "a.csv"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member in members:
                archive.writestr(member, "x")
        assert said in error(tmp_path / name)


def test_text_that_is_called_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_text("Name\tPhone\nAnn\t415-555-0100\n")
    assert read(path) == (["Name", "Phone"], [["Ann", "415-555-0100"]])


def test_a_damaged_workbook_and_one_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert "is not a workbook, or it is damaged" in error(path)
    document = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "%s\0".encode("utf-16-le") + b"\0" * 600
    for name, stream, said in (
        ("a.xlsx", "EncryptedPackage", "has a password: save it without one"),
        ("a.xlsb", "EncryptedPackage", "has a password: save it without one"),
        ("a.xlsb", "Workbook", "is not a workbook, or it is damaged"),
    ):
        path = tmp_path / name
        path.write_bytes(document.replace("%s".encode("utf-16-le"), stream.encode("utf-16-le")))
        assert said in error(path)


@pytest.mark.parametrize("sheets", [1, 2])
def test_a_workbook_with_a_damaged_sheet(tmp_path: Path, sheets: int) -> None:
    names = ["One", "Two"][:sheets]
    whole = workbook(tmp_path / "whole.xlsx", dict.fromkeys(names, LIST))
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as archive:
        for member in source.namelist():
            data = source.read(member)
            damaged = data.replace(b'r="B2"', b'r="??"').replace(b"</sheetData>", b"</sheet")
            archive.writestr(member, damaged if "worksheets/" in member else data)
    assert "damaged.xlsx is not a workbook, or it is damaged: " in error(path)


def test_a_workbook_that_unpacks_to_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twilio_numbers_async.cli.tables.workbook._MOST_UNPACKED", 100)
    assert "unpacks to more than 2 GB" in error(workbook(tmp_path / "a.xlsx", {"One": LIST}))


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = workbook(tmp_path / "made.xlsx", {"One": LIST}).rename(tmp_path / name)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    words = "this is an Excel workbook: " if name == "a.xlsx" else "this is a workbook: "
    assert error(path) == f"{path}: {words}pip install 'twilio-numbers-async[excel]'"
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(TableError, match=r"to write a workbook: pip install 'twilio-numbers-async\[excel\]'"):
        output_format(tmp_path / "out.xlsx")


def test_options_that_do_not_apply(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"One": LIST})
    assert error(path, encoding="utf-8").startswith("--encoding is not for such a file")
    text = tmp_path / "a.csv"
    text.write_text("phone\n1\n")
    assert error(text, sheet="One").startswith("--sheet is not for such a file")
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"phone":"1"}\n')
    assert error(lines, header_row=1).startswith("--header-row is not for such a file")


# Writing


def written(tmp_path: Path, rows: Cells, added: Sequence[Mapping[str, object]]) -> Path:
    source = workbook(tmp_path / "in.xlsx", {"One": rows})
    table = open_table(str(source))
    writer = TableWriter(tmp_path / "out.xlsx", table)
    for row, cells in zip(table.rows(), added, strict=True):
        writer.write(row.cells, cells)
    writer.commit()
    table.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.xlsx", "out.xlsx"]
    return writer.path


def test_what_is_written_is_text_and_no_formula(tmp_path: Path) -> None:
    when = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    path = written(
        tmp_path,
        [["name", "phone", "id"], ["http://example.com", 4155550100, 17], ["@x", "+1 415 555 0101", 2.5]],
        [
            {"phone_number_e164": "+14155550100", "portable": True, "code": 22131, "checked_at": when},
            {"phone_number_e164": None, "error": "=HYPERLINK(1)", "portable": False},
        ],
    )
    columns, rows = read(path)
    assert columns[:5] == ["name", "phone", "id", "phone_number_e164", "country"]
    first, second = (dict(zip(columns, row, strict=True)) for row in rows)
    assert (first["name"], first["phone"], first["id"]) == ("http://example.com", "4155550100", 17)
    assert (first["phone_number_e164"], first["portable"], first["code"]) == ("+14155550100", True, 22131)
    assert first["checked_at"] == when.replace(tzinfo=None)
    assert (second["phone"], second["id"], second["error"]) == ("+1 415 555 0101", 2.5, "=HYPERLINK(1)")
    assert (second["portable"], second["phone_number_e164"]) == (False, "")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in archive.namelist(), "no links"
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert 't="inlineStr"><is><t>+14155550100</t>' in sheet
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_excel_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Excel holds 1,048,576 rows, and there are 1,048,577"):
        refuse_too_large(tmp_path / "a.xlsx", 1_048_576, 5)
    with pytest.raises(TableError, match="Excel holds 16,384 columns, and there are 20,000"):
        refuse_too_large(tmp_path / "a.xlsx", 5, 20_000)
    refuse_too_large(tmp_path / "a.xlsx", 1_048_575, 16_384)
    with pytest.raises(TableError, match=r"Line 7 has a cell of more than 32,767 characters"):
        refuse_long_cells("line", 7, ["a", "x" * 32_768])
    refuse_long_cells("line", 7, ["a", 1, None, "x" * 32_767])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_leaves_no_workbook(tmp_path: Path) -> None:
    source = workbook(tmp_path / "in.xlsx", {"One": LIST})
    (tmp_path / "out.xlsx.part").symlink_to("/dev/full")
    table = open_table(str(source))
    writer = TableWriter(tmp_path / "out.xlsx", table)
    writer.write(["Ann"], {})
    with pytest.raises(OSError, match="No space left"):
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]


def test_a_workbook_that_is_not_whole_can_be_read_too(tmp_path: Path) -> None:
    table = open_table(str(workbook(tmp_path / "in.xlsx", {"One": LIST})))
    writer = TableWriter(tmp_path / "out.xlsx", table)
    writer.write(["Ann", "4155550100", "", ""], {"country": "US"})
    writer.keep()
    assert not writer.path.exists()
    assert read(writer.part)[1][0][:2] == ["Ann", "4155550100"]


# Two rows with an integer of 128 bits and a phone number, as Polars 2 writes them.
WIDE = (
    r"c-n<h&2G~`5FR@w${|8k)meEZAAE_`Dp9eQ1ShDKx+$TJ2;f9WoSiyOBZ6HeZ2~=W;=n`jV!Qwc9-s$i5)0G{iBI<Y?9P1O*t?M)"
    r"1qe96K?5xc%2)<40l+d0xDWF|j*n#x%F;Gx34*XhCNi%A#Bzcs111Bg(pwLjL5tuAzW*R+<z3um<(+%VB@?T%1?3%SKf1civ&lx_"
    r"n?a9vXL#QYkdCNeCa9dEI|G{>qA8Egtwo++qebJPizZJ8Sgn}_Q4IzTRSHWwvf-_qe}9DdW#S%qUrWya<`7>>D1asqmRBLS#{=0_"
    r"JsQ1z|9p9IIr$jdKaD4hXBV2#W7A$y{%Kg`o26G;FZJoh4|P4F{q>sH`&v(nx;}fKO_$B<7gW^#OS-M=zSISxTi)+6UzerMyZKnP"
    r"=DZa$|Lyco)7hq>NAg_UXMXZMo`<k5_})=deH#zAt*1klo^Dyr<{z{^J_h?ul+WYE(%rxMd`&;?z+Fui%UPbe>M%I;-Tm>+Y@WDb"
    r"+VRymd77q)3e&W$lAx)=cI<az)oG=vO2c@Pbku=t(24P({h%8e(S7|5Dq@Pz"
)


def test_integers_of_128_bits_in_parquet_are_told(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = tmp_path / "a.parquet"
    path.write_bytes(zlib.decompress(base64.b85decode(WIDE)))
    said = error(path)
    assert "has a column of a kind that cannot be read here" in said
    assert "write it as text" in said
