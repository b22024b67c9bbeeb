"""``twilio-numbers sweep`` as a real process."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import EXAMPLE, Done, environment, numbers, read_csv, run, write_csv

ADDED = (
    "phone_number_e164",
    "country",
    "number_type",
    "portable",
    "pin_and_account_number_required",
    "reason",
    "code",
    "advice",
    "error",
    "checked_at",
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def sweep(sandbox: Sandbox, cwd: Path, file: Path | str, *options: str | Path, stdin: bytes = b"") -> Done:
    arguments = ("sweep", file, "--base-url", sandbox.url, *options)
    return run(*arguments, cwd=cwd, env=environment(sandbox), stdin=stdin)


def test_the_example_on_the_sandbox_needs_nothing(tmp_path: Path) -> None:
    done = run("sweep", EXAMPLE, "--sandbox", "--out", "results.csv", cwd=tmp_path)
    assert done.code == 0, done.err
    given, found = read_csv(EXAMPLE), read_csv(tmp_path / "results.csv")
    assert len(given) == len(found) == 1000
    assert list(found[0]) == [*given[0], *ADDED]
    assert [{name: row[name] for name in given[0]} for row in found] == given
    assert found[0]["phone_number_e164"] == "+14155550100"
    assert found[0]["portable"] == "true"
    assert {path.name for path in tmp_path.iterdir()} == {"results.csv", "results.csv.timeline"}

    counts = Counter(row["portable"] for row in found)
    said = {line.split(maxsplit=1)[1]: int(line.split(maxsplit=1)[0]) for line in done.out.splitlines()}
    assert sum(said.values()) == 1000
    empty = sum(row["number"].strip().casefold() in {"", "n/a", "none"} for row in given)
    assert said["No number: Fill in the number, then check it again."] == empty > 0
    assert said["Not a phone number: Correct the number, then check it again."] == counts[""] - empty
    assert sum(count for line, count in said.items() if line.startswith("Portable")) == counts["true"]
    unsupported = (
        "UNSUPPORTED (22130): Cannot be ported to Twilio: its country, rate centre or carrier is not served."
    )
    assert said[unsupported] == sum(row["code"] == "22130" for row in found)

    before = (tmp_path / "results.csv").read_bytes()
    again = run("sweep", EXAMPLE, "--sandbox", cwd=tmp_path)
    assert again.code == 2
    assert again.err == "results.csv exists already: --force overwrites it, --out NAME writes elsewhere\n"
    assert (tmp_path / "results.csv").read_bytes() == before
    forced = run("sweep", EXAMPLE, "--sandbox", "--force", "--limit", "5", cwd=tmp_path)
    assert forced.code == 0
    assert len(read_csv(tmp_path / "results.csv")) == 5


def test_what_each_kind_of_row_says(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(
        tmp_path / "in.csv",
        [
            ["country", "phone"],
            ["x", "(415) 555-0100"],
            ["", "4155550160"],
            ["", "+1 415 555 0180"],
            ["", "+447700900123"],
            ["", "555-0100"],
            ["", ""],
        ],
    )
    done = sweep(sandbox, tmp_path, file)
    assert done.code == 0
    rows = read_csv(tmp_path / "results.csv")
    assert list(rows[0])[:5] == ["country", "phone", "phone_number_e164", "twilio_country", "number_type"]
    portable, mobile, unsupported, foreign, impossible, empty = rows
    assert portable["country"] == "x"
    assert (portable["twilio_country"], portable["number_type"], portable["portable"]) == (
        "US",
        "LOCAL",
        "true",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", portable["checked_at"])
    assert (mobile["pin_and_account_number_required"], mobile["number_type"]) == ("true", "MOBILE")
    assert (unsupported["portable"], unsupported["reason"], unsupported["code"]) == (
        "false",
        "UNSUPPORTED",
        "22130",
    )
    assert unsupported["advice"].startswith("Cannot be ported to Twilio")
    assert (foreign["phone_number_e164"], foreign["twilio_country"]) == ("+447700900123", "GB")
    assert impossible["error"] == "The phone number has no area code"
    assert empty["error"] == "There is no number: the text is empty"
    assert empty["advice"] == "Fill in the number, then check it again."
    assert {impossible[name] + empty[name] for name in ("phone_number_e164", "portable", "checked_at")} == {
        ""
    }
    assert "1  Not a phone number" in done.out
    assert "1  No number: Fill in the number, then check it again." in done.out
    assert "3 without a country code are read as US (--country), 1 has no number" in done.err
    assert sandbox.requests == 4


def test_a_number_is_asked_for_once_however_it_is_written(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "in.txt"
    file.write_text("(415) 555-0100\n+14155550100\n1-415-555-0100\n")
    assert sweep(sandbox, tmp_path, file).code == 0
    assert sandbox.requests == 1
    assert [row["portable"] for row in read_csv(tmp_path / "results.csv")] == ["true"] * 3


def test_the_country_of_numbers_without_one(tmp_path: Path, sandbox: Sandbox) -> None:
    text = b"020 7946 0123\n+14155550100\n"
    assert sweep(sandbox, tmp_path, "-", "--country", "gb", stdin=text).code == 0
    assert [row["phone_number_e164"] for row in read_csv(tmp_path / "results.csv")] == [
        "+442079460123",
        "+14155550100",
    ]
    assert sweep(sandbox, tmp_path, "-", "--country", "none", "--force", stdin=text).code == 0
    rows = read_csv(tmp_path / "results.csv")
    assert rows[0]["error"].startswith("The phone number has no country code")
    wrong = sweep(sandbox, tmp_path, "-", "--country", "XX", "--force", stdin=text)
    assert (wrong.code, wrong.err) == (
        2,
        "--country must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB'\n",
    )


def test_failures_are_asked_for_again_by_the_same_command(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(30))])
    bad = numbers(30)[7]
    sandbox.answer(bad, {"code": 20404, "message": "gone", "status": 404}, status=404)
    sandbox.answer(numbers(30)[8], {"code": 20500, "message": "oh", "status": 500}, status=500)
    sandbox.answer(numbers(30)[9], {"portable": False, "not_portable_reason_code": 22135})
    done = sweep(sandbox, tmp_path, file, "--report", "page.html")
    assert done.code == 1
    assert (
        "2 rows have no answer. The same command asks for what is missing again (results.csv.journal)."
        in done.err
    )
    assert (
        "1 row was refused for good, and results.csv.journal keeps that: the same command does not ask for them again"
        in done.err
    )
    assert "1  Refused: Twilio refused the request: see the error." in done.out
    assert "No answer: There is no answer yet: check it again." in done.out
    assert (tmp_path / "results.csv.journal").exists()
    rows = read_csv(tmp_path / "results.csv")
    assert rows[7]["error"].startswith("HTTP 404, code 20404: gone")
    assert rows[8]["error"].startswith("HTTP 500, code 20500: oh")
    assert (rows[9]["error"], rows[9]["code"], rows[9]["portable"]) == ("", "22135", "false")
    assert (rows[7]["phone_number_e164"], rows[7]["portable"]) == (bad, "")
    assert bad not in done.err + done.out

    sandbox.forget_script()
    sandbox.reset_counters()
    sandbox.answer(bad, {"portable": True})
    again = sweep(sandbox, tmp_path, file, "--report", "page.html")
    assert again.code == 1
    assert sandbox.requests_for(bad) == 0, "what was refused for good is not asked for again"
    assert "1 row was refused for good" in again.err
    assert "--fresh --force asks for everything." in again.err
    assert sandbox.requests_for(numbers(30)[8]) == 1
    assert sandbox.requests_for(numbers(30)[9]) == 1
    assert sandbox.requests_for(numbers(30)[0]) == 0
    rows = read_csv(tmp_path / "results.csv")
    assert (rows[8]["portable"], rows[9]["portable"]) == ("true", "true")
    assert rows[7]["error"].startswith("HTTP 404, code 20404: gone")

    assert sweep(sandbox, tmp_path, file, "--fresh", "--force").code == 0
    assert read_csv(tmp_path / "results.csv")[7]["portable"] == "true"


def test_the_journal_goes_when_all_is_answered_unless_it_is_to_stay(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(20))])
    journal = tmp_path / "results.csv.journal"
    assert sweep(sandbox, tmp_path, file).code == 0
    assert not journal.exists()
    assert sweep(sandbox, tmp_path, file, "--force", "--keep-journal").code == 0
    assert journal.exists()
    first = read_csv(tmp_path / "results.csv")

    sandbox.reset_counters()
    kept = sweep(sandbox, tmp_path, file, "--keep-journal", "--max-age", "1d")
    assert kept.code == 0
    assert "Going on with results.csv.journal, which has the answers for 20 numbers." in kept.err
    assert sandbox.requests == 0
    assert read_csv(tmp_path / "results.csv") == first

    assert sweep(sandbox, tmp_path, file, "--keep-journal", "--max-age", "0s").code == 0
    assert sandbox.requests == 20

    fresh = sweep(sandbox, tmp_path, file, "--fresh")
    assert fresh.code == 2, "without its journal an existing --out is anybody's"
    assert sweep(sandbox, tmp_path, file, "--fresh", "--force").code == 0
    assert sandbox.requests == 40
    assert not journal.exists()


def test_a_changed_list_uses_all_that_the_journal_has(tmp_path: Path, sandbox: Sandbox) -> None:
    given = numbers(24)
    first = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in given[:20])])
    assert sweep(sandbox, tmp_path, first, "--keep-journal").code == 0
    sandbox.reset_counters()
    changed = [*reversed(given[5:24]), given[7]]
    write_csv(first, [["phone"], *([number] for number in changed)])
    done = sweep(sandbox, tmp_path, first)
    assert done.code == 0, done.err
    assert "Going on with results.csv.journal" in done.err
    assert [row["phone_number_e164"] for row in read_csv(tmp_path / "results.csv")] == changed
    assert sandbox.requests == 4, "only the numbers that are new"


def test_a_journal_of_the_sandbox_never_answers_for_an_account(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(20))])
    assert run("sweep", file, "--sandbox", "--keep-journal", cwd=tmp_path).code == 0
    with Sandbox(account_sid="AC" + "b" * 32) as sandbox:
        done = sweep(sandbox, tmp_path, file)
    assert done.code == 2
    assert "other options" in done.err


def test_refused_credentials_end_the_sweep(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(500))])
    env = environment(sandbox, TWILIO_AUTH_TOKEN="wrong")
    done = run("sweep", file, "--base-url", sandbox.url, cwd=tmp_path, env=env)
    assert done.code == 3
    assert "Twilio refused the credentials: HTTP 401" in done.err
    assert sandbox.requests < 100
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"], "nothing was learnt, nothing is left"


def test_credentials_refused_later_keep_what_was_answered(tmp_path: Path) -> None:
    given = numbers(300)
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in given)])
    with Sandbox(latency=0.02) as sandbox:
        sandbox.answer(given[100], {"code": 20003, "message": "no", "status": 401}, status=401)
        done = sweep(sandbox, tmp_path, file)
        assert done.code == 3
        assert not (tmp_path / "results.csv").exists(), "there is no result that is not whole"
        rows = read_csv(tmp_path / "results.csv.part")
        assert f"{len(rows)} of 300 rows are in results.csv.part." in done.err
        assert [row["phone"] for row in rows] == given[: len(rows)], (
            "no row is left out, none is out of its place"
        )
        assert all(row["phone_number_e164"] in (row["phone"], "") for row in rows)
        assert 100 <= len(rows) < 300
        assert {row["portable"] for row in rows[:100]} == {"true"}
        if len(rows) > 100:
            assert rows[100]["error"] == "The sweep was stopped before the answer came"
        sandbox.forget_script()
        sandbox.reset_counters()
        assert sweep(sandbox, tmp_path, file).code == 0
        assert [row["phone_number_e164"] for row in read_csv(tmp_path / "results.csv")] == given
        assert sandbox.requests_for(given[100]) == 1
        assert sandbox.requests_for(given[0]) == 0


def test_without_credentials_it_says_which_are_missing(tmp_path: Path) -> None:
    done = run("sweep", EXAMPLE, cwd=tmp_path)
    assert done.code == 2
    assert "TWILIO_ACCOUNT_SID" in done.err
    assert "TWILIO_AUTH_TOKEN" in done.err
    assert "--sandbox, which needs none" in done.err
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with Sandbox() as gone:
        env, url = environment(gone), gone.url
    done = run("sweep", EXAMPLE, "--base-url", url, cwd=tmp_path, env=env)
    assert done.code == 1
    # A slow machine has time for a line on how far it is.
    assert [line for line in done.err.splitlines()[1:] if not line.startswith("0 of 1,000 done, ")] == [
        f"{url} cannot be reached: No connection: Connect call failed ('127.0.0.1', {url.rpartition(':')[2]})"
    ]
    assert not list(tmp_path.iterdir())


def test_a_server_that_goes_away_ends_the_sweep_too(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        sandbox.script(Fault.drop(), times=None, skip=50)
        file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(2000))])
        done = sweep(sandbox, tmp_path, file)
        assert done.code == 1
        assert f"{sandbox.url} cannot be reached: " in done.err
        rows = read_csv(tmp_path / "results.csv.part")
        assert 100 <= len(rows) < 1000
        assert (tmp_path / "results.csv.journal").exists()
        assert sandbox.requests < 5000


def test_json_lines_on_standard_output_and_nothing_else(tmp_path: Path, sandbox: Sandbox) -> None:
    done = sweep(sandbox, tmp_path, "-", "--json", stdin=b"name,phone\nAnn,4155550100\nBob,x\n")
    assert done.code == 0
    first, second = (json.loads(line) for line in done.out.splitlines())
    assert list(first) == ["name", "phone", *ADDED]
    assert (first["name"], first["phone_number_e164"], first["portable"], first["code"]) == (
        "Ann", "+14155550100", True, None,
    )  # fmt: skip
    assert (second["phone_number_e164"], second["error"]) == (None, "This is not a phone number")
    assert list(second) == list(first)
    assert not list(tmp_path.iterdir()), "without --out nothing is written"
    assert "1  Portable: Can be ported." in done.err
    both = sweep(sandbox, tmp_path, "-", "--json", "--out", "o.csv", stdin=b"4155550100\n")
    assert json.loads(both.out)["number"] == "4155550100"
    assert len(read_csv(tmp_path / "o.csv")) == 1


def test_surplus_cells_are_told_and_kept(tmp_path: Path, sandbox: Sandbox) -> None:
    done = sweep(sandbox, tmp_path, "-", stdin=b"phone,name\n4155550100,Smith, Bob\n")
    assert done.code == 0
    assert "Line 2 has more cells than the header" in done.err
    row = read_csv(tmp_path / "results.csv")[0]
    assert (row["name"], row["column_3"], row["portable"]) == ("Smith", " Bob", "true")


def test_parquet_in_and_out(tmp_path: Path, sandbox: Sandbox) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        pyarrow.table({"id": [7, 8], "phone": [14155550100.0, None]}), tmp_path / "in.parquet"
    )
    assert sweep(sandbox, tmp_path, "in.parquet", "--out", "out.parquet").code == 0
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["id"], row["portable"], row["code"]) for row in rows] == [(7, True, None), (8, None, None)]
    assert rows[1]["error"] == "There is no number: the text is empty"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sandbox", "--column", "tel"], "There is no column 'tel'. The columns are: name, number, line"),
        (["--sandbox", "--out", "results.ods"], "workbooks are written as .xlsx"),
        (["--sandbox", "--out", "no/results.csv"], "there is no folder no"),
        (["--sandbox", "--out", "folder.csv"], "folder.csv is a folder"),
        (["--sandbox", "--out", str(EXAMPLE), "--force"], "is the input itself"),
        (["--sandbox", "--report", "old.html"], "old.html exists already"),
        (["--sandbox", "--json", "--report", "r.html"], "--report needs --out"),
        (["--sandbox", "--max-age", "7"], "--max-age is a number and a unit"),
        (["--sandbox", "--base-url", "http://127.0.0.1:1"], "--sandbox or --base-url, not both"),
        (["--base-url", "http://example.com"], "http"),
        (["--sandbox", "--limit", "0"], "--limit"),
        (["--sandbox", "--concurrency", "0"], "--concurrency"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(tmp_path: Path, options: list[str], said: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "old.html").touch()
    with Sandbox() as sandbox:
        done = run("sweep", EXAMPLE, *options, cwd=tmp_path, env=environment(sandbox))
        assert sandbox.requests == 0
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert {path.name for path in tmp_path.iterdir()} == {"folder.csv", "old.html"}


def test_a_journal_that_is_none_is_left_alone(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "results.csv.journal").write_text("my diary")
    done = sweep(sandbox, tmp_path, EXAMPLE)
    assert done.code == 2
    assert "is no journal" in done.err
    assert (tmp_path / "results.csv.journal").read_text() == "my diary"
    assert sandbox.requests == 0


def test_concurrency_is_what_was_said(tmp_path: Path) -> None:
    with Sandbox(latency=0.02) as sandbox:
        file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(60))])
        assert sweep(sandbox, tmp_path, file, "--concurrency", "3").code == 0
        assert sandbox.peak == 3


def test_the_ceiling_that_was_found_is_told(tmp_path: Path) -> None:
    with Sandbox(allowance=8, latency=0.05) as sandbox:
        file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(400))])
        done = sweep(sandbox, tmp_path, file)
        assert done.code == 0
        assert re.search(r"^Twilio allows about \d+ requests at once", done.err, re.MULTILINE)
