"""Finding the header and the phone column."""

from __future__ import annotations

from pathlib import Path

import pytest

from twilio_numbers_async.cli.tables import TableError, open_table


def found(tmp_path: Path, text: str, column: str | None = None) -> tuple[str, int, list[str]]:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    table = open_table(str(path), column=column)
    phone = table.find_phone(column)
    return "header" if table.named else "no header", phone, table.columns


@pytest.mark.parametrize(
    ("text", "kind", "column"),
    [
        ("name,phone\nAnn,x", "header", 1),
        ("name,Phone Number\nAnn,4155550100", "header", 1),
        ("phone_type,telephone\nmobile,4155550100", "header", 1),
        ("phone type,contact\nmobile,4155550100", "header", 1),
        ("name,Customer Mobile\nAnn,4155550100", "header", 1),
        ("name,mobile\nAnn,none at all", "header", 1),
        ("name,number\nAnn,4155550100", "header", 1),
        ("id,MSISDN,phone model\n1,14155550100,X", "header", 1),
        ("Téléphone;Nom\n+33199000001;A", "header", 0),
        ("customer,line\nAnn,4155550100\nBob,n/a", "header", 1),
        ("id,when,what\n1000000001x,2024-01-15,(415) 555-0100", "header", 2),
        ("Ann,(415) 555-0100\nBob,n/a", "no header", 1),
        ("Bob,n/a\nAnn,(415) 555-0100\nC,415-555-0101", "no header", 1),
        ("Bob,\nAnn,(415) 555-0100\nC,415-555-0101", "no header", 1),
        ("1,Ann,415.555.0100\n2,Bob,415.555.0101", "no header", 2),
        ("90210,Ann,tel:+1-415-555-0100", "no header", 2),
        ("01/15/2024,Ann,+1 415 555 0100", "no header", 2),
    ],
)
def test_the_column_is_found_when_it_is_obvious(tmp_path: Path, text: str, kind: str, column: int) -> None:
    assert found(tmp_path, text)[:2] == (kind, column)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name,phone,tel\nAnn,4155550100,4155550101",
            "Several columns hold phone numbers: phone (1 of 1 rows), tel (1 of 1 rows). Say which: --column phone",
        ),
        (
            "4155550100,4155550101",
            "Several columns hold phone numbers: column_1 (1 of 1 rows), column_2 (1 of 1 rows). Say which: --column 1",
        ),
        (
            "a,b c\n4155550100,4155550101",
            "Several columns hold phone numbers: a (1 of 1 rows), b c (1 of 1 rows).",
        ),
        ("name,phone type,home line\nAnn,mobile,x", "No column is obviously the one"),
        ("Ann,12\nBob,13", "No column is obviously the one"),
    ],
)
def test_otherwise_the_error_lists_the_columns(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError) as caught:
        found(tmp_path, text)
    assert said in str(caught.value)
    assert "--column " in str(caught.value)


def test_a_column_by_name_or_position(tmp_path: Path) -> None:
    text = "name,Phone,fax line,2\nAnn,4155550100,4155550101,x"
    assert found(tmp_path, text, "fax line")[1] == 2
    assert found(tmp_path, text, "phone")[1] == 1
    assert found(tmp_path, text, "3")[1] == 2
    assert found(tmp_path, text, "2")[1] == 3, "a name comes before a position"
    assert found(tmp_path, "Ann,4155550100,4155550101", "3")[:2] == ("no header", 2)


def test_a_name_that_is_asked_for_makes_the_first_row_a_header(tmp_path: Path) -> None:
    assert found(tmp_path, "who,4155550100\nAnn,4155550101", "WHO")[0] == "header"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("name,phone\nAnn,1", "tel", "There is no column 'tel'. The columns are: name, phone"),
        ("name,phone\nAnn,1", "3", "There is no column '3'"),
        ("Ann,4155550100", "phone", "the file has no header"),
        (
            "phone,a,phone\n1,2,3",
            "phone",
            "Several columns are named 'phone': name one by its position (1, 3)",
        ),
        ("Phone,a,phone\n1,2,3", "PHONE", "(1, 3)"),
        (",".join(f"c{index}" for index in range(60)) + "\n", "x", "and 52 more"),
        ("phone, ,a\n1,2,3", "x", "phone, ' ', a"),
    ],
)
def test_a_column_that_is_not_there(tmp_path: Path, text: str, column: str, said: str) -> None:
    with pytest.raises(TableError) as caught:
        found(tmp_path, text, column)
    assert said in str(caught.value)


def test_columns_beyond_the_header_are_numbered(tmp_path: Path) -> None:
    assert found(tmp_path, "phone,column_3\n4155550100,b,c,d")[2] == [
        "phone",
        "column_3",
        "column_3_",
        "column_4",
    ]
