"""Customers' lists through the whole command: which country, which columns, what is kept, what it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.cli.exit_codes import Stop
from twilio_numbers_async.cli.sweep.picking import Picking
from twilio_numbers_async.cli.sweep.survey import refuse_unplaced, survey
from twilio_numbers_async.cli.tables import Row, open_table
from twilio_numbers_async.phone import countries_that_read, lacks_country
from twilio_numbers_async.sandbox import Sandbox

from ..command import COMMAND, PATIENCE, Done, environment, numbers, read_csv, run, write_csv

LONDON = [f"020 7946 0{index:03}" for index in range(40)]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def nowhere(sandbox: Sandbox) -> dict[str, str]:
    """The environment of somebody who has said no country."""
    env = environment(sandbox)
    del env["TWILIO_NUMBERS_COUNTRY"]
    return env


def sweep(sandbox: Sandbox, cwd: Path, *arguments: str | Path, env: dict[str, str] | None = None) -> Done:
    options = ("--base-url", sandbox.url)
    return run("sweep", *arguments, *options, cwd=cwd, env=environment(sandbox) if env is None else env)


# Which country


def refusal(texts: Sequence[str]) -> str:
    with pytest.raises(Stop) as caught:
        refuse_unplaced(survey(texts))
    assert caught.value.code == 2
    return str(caught.value)


def test_a_list_of_london() -> None:
    said = refusal([*LONDON, "+14155550100"])
    assert said.startswith("40 of 41 rows have no country code, and no country is given: nothing was sent.")
    assert "Countries that read most of them: GB (40), AX (40), CN (40), FI (40), GG (40), IM (40)." in said
    assert "--country GB, or set TWILIO_NUMBERS_COUNTRY" in said


def test_an_american_list() -> None:
    assert "most of them: US (2), CA (2)," in refusal(["(415) 555-1234", "212-555-2345"])


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["212345678", "298765432"], "AU"),
        (["01 23 45 67 89", "06 12 34 56 78"], "FR"),
        (["0151 23456789", "030 12345678"], "DE"),
        (["604 555 1234", "(416) 555-2345"], "US"),
    ],
)
def test_the_country_that_reads_most_is_the_first(texts: Sequence[str], first: str) -> None:
    found = countries_that_read(texts)
    counts = [count for _, count in found]
    assert first in [country for country, count in found[:6] if count == len(texts)]
    assert counts == sorted(counts, reverse=True)
    ties = [country for country, count in found if count == counts[0]]
    usual = [country for country in ("US", "CA", "GB", "AU", "DE", "FR") if country in ties]
    assert ties == usual + sorted(set(ties) - set(usual))


def test_a_mixed_list_counts() -> None:
    said = refusal(["0151 23456789", "030 12345678", "01 23 45 67 89", "nothing"])
    assert said.startswith("3 of 4 rows have no country code")
    assert refusal(["12345"]).startswith("1 row has no country code")
    many = survey(f"020 7946 {index:04}" for index in range(1_000))
    assert (many.numbers, many.unplaced, len(many.sample)) == (1_000, 1_000, 100)
    assert len(set(many.sample)) == 100


def test_a_cell_that_says_that_there_is_no_number_has_none() -> None:
    found = survey(["", "  ", "n/a", " N.A. ", "#N/A", "12", "020 7946 0000", "+14155550100"])
    assert (found.numbers, found.empty, found.unplaced) == (8, 4, 1)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("415-555-0100", True), ("0044 20 7946 0123", True), ("tel:415-555-0100", True), ("1-800-FLOWERS", True),
        ("+1 415 555 0100", False), ("\uff0b14155550100", False), ("<+14155550100>", False), ('="+14155550100"', False),
        ("Tel: +1 415 555 0100", False), ("tel:415-555-0100;phone-context=+1", False), ("", False), ("n/a", False),
        ("#N/A", False), ("415-555-0100 (home)", False), ("12", False),
    ],
)  # fmt: skip
def test_what_lacks_a_country(text: str, lacks: bool) -> None:
    assert lacks_country(text) is lacks


def test_without_a_country_nothing_is_sent(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(
        tmp_path / "in.csv", [["phone"], *([number] for number in LONDON[:3]), ["+14155550100"], [""]]
    )
    env = nowhere(sandbox)
    done = sweep(sandbox, tmp_path, file, env=env)
    assert done.code == 2
    assert "3 of 5 rows have no country code, and no country is given: nothing was sent." in done.err
    assert "GB (3), AX (3)" in done.err
    assert sandbox.requests == 0
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
    placed = sweep(sandbox, tmp_path, file, env=env | {"TWILIO_NUMBERS_COUNTRY": "GB"})
    assert placed.code == 0, placed.err
    assert read_csv(tmp_path / "results.csv")[0]["phone_number_e164"] == "+442079460000"
    assert "3 without a country code are read as GB (--country), 1 has no number" in placed.err


def test_the_same_holds_for_check(tmp_path: Path, sandbox: Sandbox) -> None:
    env = nowhere(sandbox)
    options = ("--base-url", sandbox.url)
    done = run("check", "020 7946 0123", "+14155550100", *options, cwd=tmp_path, env=env)
    assert done.code == 2
    assert done.err.startswith(
        "1 of 2 numbers has no country code, and no country is given: nothing was sent."
    )
    assert sandbox.requests == 0
    written_so = run("check", "+442079460123", *options, "--json", cwd=tmp_path, env=env)
    assert json.loads(written_so.out)["phone_number_e164"] == "+442079460123"
    wrong = run("check", "020 7946 0123", *options, "--country", "UK", cwd=tmp_path, env=env)
    assert wrong.err.endswith(": write GB\n")
    searched = run("numbers", "search", *options, cwd=tmp_path, env=env)
    assert (searched.code, searched.err[:36]) == (2, "Say where to search: --country US, o")


def test_other_commands_have_no_default_country(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], ["020 7946 0123"]])
    done = run(
        "numbers", "update", "--from", file, "--voice-url", "https://example.com", "--base-url", sandbox.url,
        cwd=tmp_path, env=nowhere(sandbox),
    )  # fmt: skip
    assert done.code == 2
    assert "1 row has no country code" in done.err
    assert sandbox.requests == 0


# Which columns


def test_picking() -> None:
    columns = ["name", "Phone", "Phone", "fax"]
    row = Row(2, ["Ann", "n/a", 4155550101, "+1 628 555 0102"])
    first = Picking((1, 2, 3), False, columns)
    assert picked(first, row) == [("Phone_2", "4155550101")]
    assert picked(Picking((3, 2), False, columns), row) == [("fax", "+1 628 555 0102")]
    every = Picking((1, 2, 3), True, columns)
    assert picked(every, row) == [("Phone_2", "4155550101"), ("fax", "+1 628 555 0102")]
    assert picked(every, Row(3, ["Bob", "", "", ""])) == [(None, "")]
    assert picked(every, Row(3, ["Bob", " ", "none", "x"])) == [("Phone_2", "none")]
    assert picked(Picking((1,), False, columns), row) == [(None, "n/a")]
    assert every.titles == ["'Phone' (column 2)", "'Phone' (column 3)", "'fax'"]
    assert Picking((1,), False, ["name", " "]).titles == ["' ' (column 2)"]
    assert (every.several, Picking((1,), False, columns).several) == (True, False)


def picked(picking: Picking, row: Row) -> list[tuple[str | None, str]]:
    """The numbers of a row, each with its column."""
    numbers = picking.numbers(row)
    assert all(number.row is row for number in numbers)
    return [(number.column, str(number)) for number in numbers]


CRM: list[list[object]] = [
    ["Accounts 2026"],
    [],
    ["Name", "Phone", "Main Phone", "Mobile", "Fax"],
    ["Ann", None, 4155550100, "(628) 555-0100", None],
    ["Bob", None, "415-555-0101", None, None],
    ["Cy", None, None, "6285550102", None],
    ["Di", None, None, None, None],
]


def crm(path: Path) -> Path:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed")
    pytest.importorskip("python_calamine", reason="python-calamine is not installed")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Accounts")
        for index, row in enumerate(CRM):
            sheet.write_row(index, 0, row)
    return path


def test_a_crm_export_as_a_workbook(tmp_path: Path, sandbox: Sandbox) -> None:
    file = crm(tmp_path / "crm.xlsx")
    asked = sweep(sandbox, tmp_path, file, "--out", "out.xlsx")
    assert asked.code == 2
    assert "row 1, above the header, left out: Accounts 2026." in asked.err
    assert "Several columns hold phone numbers: Main Phone (2 of 4 rows), Mobile (2 of 4 rows)." in asked.err
    assert "--every-column" in asked.err
    assert sandbox.requests == 0
    assert [path.name for path in tmp_path.iterdir()] == ["crm.xlsx"]

    columns = ("--column", "main phone", "--column", "4")
    done = sweep(sandbox, tmp_path, file, "--out", "out.xlsx", *columns)
    assert done.code == 0, done.err
    table = open_table(str(tmp_path / "out.xlsx"))
    assert table.columns[:7] == [
        "Name",
        "Phone",
        "Main Phone",
        "Mobile",
        "Fax",
        "phone_column",
        "phone_number_e164",
    ]
    assert [row.cells[5:7] for row in table.rows()] == [
        ["Main Phone", "+14155550100"], ["Main Phone", "+14155550101"], ["Mobile", "+16285550102"], ["", ""],
    ]  # fmt: skip
    table.close()

    every = sweep(sandbox, tmp_path, file, "--every-column", "--json")
    rows = [json.loads(line) for line in every.out.splitlines()]
    assert [(row["Name"], row["phone_column"], row["phone_number_e164"]) for row in rows] == [
        ("Ann", "Main Phone", "+14155550100"), ("Ann", "Mobile", "+16285550100"), ("Bob", "Main Phone", "+14155550101"),
        ("Cy", "Mobile", "+16285550102"), ("Di", None, None),
    ]  # fmt: skip
    assert "5 rows of results" in every.err


# What it ends with


def test_an_address_that_knows_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    given = numbers(60)
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in given)])
    wrong = run("sweep", file, "--base-url", f"{sandbox.url}/nowhere", cwd=tmp_path, env=environment(sandbox))
    assert wrong.code == 1
    assert f"{sandbox.url}/nowhere answers 404 to everything" in wrong.err
    assert "is --base-url right?" in wrong.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"], "nothing of that is kept"
    few = run(
        "sweep",
        file,
        "--limit",
        "3",
        "--base-url",
        f"{sandbox.url}/nowhere",
        cwd=tmp_path,
        env=environment(sandbox),
    )
    assert few.code == 1
    assert "answers 404 to everything" in few.err


def test_rows_of_which_none_is_a_number(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone", "n"], ["#VALUE!", "1"], ["", "2"], ["4.1555E+09", "3"]])
    done = sweep(sandbox, tmp_path, file)
    assert done.code == 1
    assert "Nothing in these rows can be a phone number: is it the right column (--column)?" in done.err
    assert [row["error"][:30] for row in read_csv(tmp_path / "results.csv")] == [
        "This is a spreadsheet's error,", "There is no number: the text i", "This is not a phone number: a ",
    ]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells")
@pytest.mark.parametrize("command", [("check", "+14155550100"), ("--version",)])
def test_a_standard_output_that_is_closed_is_no_fault(sandbox: Sandbox, command: Sequence[str]) -> None:
    where = () if command == ("--version",) else ("--base-url", sandbox.url)
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" >&-', sys.executable, *COMMAND, *command, *where],
        env=environment(sandbox), stderr=subprocess.PIPE, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command", [("sweep", "in.csv", "--json"), ("check", "+14155550100"), ("--version",)]
)
def test_a_full_standard_output_is_one_line(tmp_path: Path, sandbox: Sandbox, command: Sequence[str]) -> None:
    write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(30))])
    where = () if command == ("--version",) else ("--base-url", sandbox.url)
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = subprocess.run(
            [sys.executable, *COMMAND, *command, *where], cwd=tmp_path, env=environment(sandbox),
            stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False,
        )  # fmt: skip
    finally:
        os.close(full)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == "The output cannot be written: No space left on device"
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_an_encoding_that_is_found_out_is_told(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "uk.csv").write_bytes("name,phone\nZoë's,020 7946 0123\n".encode("cp1252"))
    done = sweep(sandbox, tmp_path, "uk.csv", "--country", "GB")
    assert done.code == 0
    assert "uk.csv is not UTF-8 (line 2, byte 0xEB): it is read as Windows-1252." in done.err
    row = read_csv(tmp_path / "results.csv")[0]
    assert (row["name"], row["phone_number_e164"]) == ("Zoë's", "+442079460123")
