"""``numbers update`` from a file whose columns say what to set, ``release`` and ``show``, as real processes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.cli.numbers.settings import option_of
from twilio_numbers_async.resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import Done, environment, read_csv, run, write_csv

OTHER = "AC" + "b" * 32
URL, OTHER_URL = "https://example.com/one", "https://example.com/other"
HAS = ["+15552000000", "+15552000001", "+15552000002", "+15552000003"]
UPDATE, DELETE = "UpdateIncomingPhoneNumber", "DeleteIncomingPhoneNumber"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.add_account(OTHER, "other", parent=sandbox.account_sid)
        yield sandbox


def numbers(sandbox: Sandbox, cwd: Path, *arguments: str | Path) -> Done:
    return run("numbers", *arguments, "--base-url", sandbox.url, cwd=cwd, env=environment(sandbox))


def records(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.out.splitlines()]


def shown(sandbox: Sandbox, cwd: Path, *names: str) -> list[dict[str, Any]]:
    return records(numbers(sandbox, cwd, "show", *names, "--json"))


def outcomes(done: Done) -> list[str]:
    return [record["outcome"] for record in records(done)]


def given(path: Path, *rows: Sequence[str]) -> Path:
    return write_csv(path / "in.csv", rows)


def test_each_row_sets_its_own(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS, voice_url=URL, friendly_name="old")
    file = given(
        tmp_path,
        ["phone", "Friendly Name", "voice_url", "notes", "voice_caller_id_lookup", "voice_uri"],
        [HAS[0], "(415) 555-0100", OTHER_URL, "a", "TRUE", "x"],
        [HAS[1], "", "", "b", "", "x"],
        [sids[2], "Three", URL, "c", "false", "x"],
        [HAS[3], "", OTHER_URL, "d", "", "x"],
    )
    command = ("update", "--from", file, "--column", "phone", "--set", "voice_method=GET")
    dry = numbers(sandbox, tmp_path, *command, "--dry-run", "--json")
    assert dry.code == 0
    assert "Not used: columns notes, voice_uri.\n" in dry.err
    assert (
        "To update: 4 (voice_method=GET, each row's friendly_name, voice_url, voice_caller_id_lookup).\n"
        in dry.err
    )
    assert f"{HAS[1]}: voice_method POST -> GET\n" in dry.err
    assert sandbox.operations[UPDATE] == 0

    done = numbers(sandbox, tmp_path, *command, "-y", "--json")
    assert outcomes(done) == ["updated"] * 4
    now = shown(sandbox, tmp_path, *sids)
    assert [one["friendly_name"] for one in now] == ["(415) 555-0100", "old", "Three", "old"]
    assert [one["voice_url"] for one in now] == [OTHER_URL, URL, URL, OTHER_URL]
    assert [one["voice_caller_id_lookup"] for one in now] == [True, False, False, False]
    assert {one["voice_method"] for one in now} == {"GET"}
    again = numbers(sandbox, tmp_path, *command, "-y", "--json")
    assert outcomes(again) == ["unchanged"] * 4
    assert sandbox.operations[UPDATE] == 4


def test_what_twilio_refuses_is_told_of_its_row_before_anything_is_sent(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    sandbox.add_numbers(HAS)
    file = given(
        tmp_path,
        ["phone", "voice_url", "friendly_name", "voice_method", "voice_caller_id_lookup", "trunk_sid"],
        [HAS[0], "example.com", "", "", "", ""],
        [HAS[1], "", "x" * 65, "", "", ""],
        [HAS[2], "", "", "PUT", "", ""],
        [HAS[3], "", "", "", "maybe", ""],
        [HAS[3], "", "", "", "", "TK1"],
    )
    for how in ("--dry-run", "-y"):
        done = numbers(sandbox, tmp_path, "update", "--from", file, how, "--json")
        assert done.code == 1
        assert outcomes(done) == ["invalid"] * 5
        errors = [record["error"] for record in records(done)]
        assert [error.split()[0] for error in errors] == [
            "voice_url", "friendly_name", "voice_method", "voice_caller_id_lookup", "trunk_sid",
        ]  # fmt: skip
        assert "  line 2: voice_url must be a complete URL" in done.err
        assert "more that are wrong" not in done.err
    rows = [[number, "example.com"] for number in (*HAS, *HAS)]
    many = numbers(
        sandbox, tmp_path, "update", "--from", given(tmp_path, ["phone", "voice_url"], *rows), "-y"
    )
    assert many.code == 1
    assert "  and 3 more that are wrong\n" in many.err
    assert sandbox.operations[UPDATE] == 0


def test_rows_of_one_number(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS)
    file = given(
        tmp_path,
        ["which", "voice_url", "sms_url"],
        [sids[0], URL, ""],
        [HAS[0], "", URL],
        [HAS[1], URL, ""],
        [HAS[2], URL, ""],
        [sids[1], OTHER_URL, ""],
        [HAS[2], URL, ""],
    )
    done = numbers(sandbox, tmp_path, "update", "--from", file, "-y", "--json")
    assert done.code == 1
    assert outcomes(done) == ["updated", "updated", "conflict", "updated", "conflict", "updated"]
    said = "Lines 4 and 6 are the same number and set voice_url to different values: nothing is done to it"
    assert [record["error"] for record in records(done)] == [None, None, said, None, said, None]
    assert f"  line 4: {said}\n" in done.err
    assert sandbox.operations[UPDATE] == 2, "one for each number"
    now = shown(sandbox, tmp_path, *HAS[:3])
    assert [(one["voice_url"], one["sms_url"]) for one in now] == [(URL, URL), ("", ""), (URL, "")]


def test_the_exported_file_changes_nothing_but_what_was_edited(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS[:3], voice_url=URL, friendly_name='=1+1, "x"')
    sandbox.add_numbers(HAS[3:], friendly_name="-five", emergency_status="Active", trunk_sid="TK" + "a" * 32)
    assert numbers(sandbox, tmp_path, "list", "--csv", "all.csv").code == 0
    untouched = numbers(sandbox, tmp_path, "update", "--from", "all.csv", "-y", "--json")
    assert (untouched.code, outcomes(untouched)) == (0, ["unchanged"] * 4)
    assert "Not used: columns phone_number, account_sid, type" in untouched.err

    rows = read_csv(tmp_path / "all.csv")
    rows[1]["friendly_name"] = "New"
    write_csv(tmp_path / "edited.csv", [list(rows[0]), *(list(row.values()) for row in rows)])
    edited = numbers(sandbox, tmp_path, "update", "--from", "edited.csv", "-y", "--json")
    assert outcomes(edited) == ["unchanged", "updated", "unchanged", "unchanged"]
    [sent] = [sent for sent in sandbox.log if sent.method == "POST"]
    assert sent.path.endswith(f"{rows[1]['sid']}.json")
    assert [one["friendly_name"] for one in shown(sandbox, tmp_path, *HAS)] == [
        '=1+1, "x"', "New", '=1+1, "x"', "-five",
    ]  # fmt: skip

    common = ("update", "--from", "all.csv", "--voice-url", OTHER_URL, "-y", "--json")
    done = numbers(sandbox, tmp_path, *common, "--ignore-columns")
    assert outcomes(done) == ["updated"] * 4
    assert shown(sandbox, tmp_path, HAS[1])[0]["friendly_name"] == "New", "the file's column is not taken"
    overruled = numbers(sandbox, tmp_path, *common)
    assert "Not used, since an option sets the same for every row: column voice_url.\n" in overruled.err
    assert outcomes(overruled) == ["unchanged", "updated", "unchanged", "unchanged"]


def test_empty_cells_clear_only_if_that_is_said(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS, voice_url=URL, sms_url=URL)
    file = given(tmp_path, ["phone", "voice_url", "sms_url"], [HAS[0], "", OTHER_URL])
    command = ("update", "--from", file, "-y")
    assert numbers(sandbox, tmp_path, *command).code == 0
    assert numbers(sandbox, tmp_path, "update", "--from", file, "--empty-clears", "-y").code == 0
    [now] = shown(sandbox, tmp_path, HAS[0])
    assert (now["voice_url"], now["sms_url"]) == ("", OTHER_URL)
    (tmp_path / "in.jsonl").write_text(json.dumps({"phone": HAS[1], "sms_url": ""}) + "\n" + json.dumps({
        "phone": HAS[2], "voice_url": None}))  # fmt: skip
    done = numbers(sandbox, tmp_path, "update", "--from", "in.jsonl", "--empty-clears", "-y", "--json")
    assert outcomes(done) == ["updated", "unchanged"]
    assert [(one["voice_url"], one["sms_url"]) for one in shown(sandbox, tmp_path, *HAS[1:3])] == [
        (URL, ""), (URL, URL),
    ]  # fmt: skip


def test_an_empty_method_cannot_be_cleared(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS)
    file = given(tmp_path, ["phone", "voice_method", "voice_caller_id_lookup"], [HAS[0], "", ""])
    done = numbers(sandbox, tmp_path, "update", "--from", file, "--empty-clears", "-y", "--json")
    assert (done.code, outcomes(done)) == (1, ["invalid"])
    assert sandbox.operations[UPDATE] == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["phone", "notes"], [HAS[0], "x"]], "Nothing to set: give --voice-url"),
        ([["phone", "voice_url", "VoiceUrl"], [HAS[0], URL, URL]], "set voice_url: 'voice_url' and 'VoiceUrl'"),
        ([[HAS[0]]], "Nothing to set: give --voice-url"),
        ([], " is empty"),
    ],
    ids=["no such column", "two columns", "no header", "empty"],
)  # fmt: skip
def test_a_file_that_says_nothing_is_refused(
    tmp_path: Path, sandbox: Sandbox, rows: list[list[str]], said: str
) -> None:
    done = numbers(sandbox, tmp_path, "update", "--from", given(tmp_path, *rows), "-y")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sandbox.requests == 0


def test_a_header_alone_is_nothing_to_do(tmp_path: Path, sandbox: Sandbox) -> None:
    done = numbers(sandbox, tmp_path, "update", "--from", given(tmp_path, ["phone", "voice_url"]), "-y")
    assert done.code == 0
    assert done.err.endswith("0 rows: nothing to do.\n")


def test_a_name_that_is_a_number_names_none(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS)
    file = given(tmp_path, ["phone", "friendly_name"], [HAS[0], "(415) 555-0142"], [HAS[1], "+14155550143"])
    updated = numbers(sandbox, tmp_path, "update", "--from", file, "-y", "--json")
    assert outcomes(updated) == ["updated"] * 2
    assert shown(sandbox, tmp_path, HAS[1])[0]["friendly_name"] == "+14155550143"
    moved = numbers(sandbox, tmp_path, "transfer", "--from", file, "--to", OTHER, "-y")
    assert moved.code == 0
    assert sorted(sandbox.phone_numbers(OTHER).values()) == HAS[:2]


def test_a_workbook(tmp_path: Path, sandbox: Sandbox) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    sandbox.add_numbers(HAS)
    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(
            (["Phone", "Voice URL", "Voice caller ID lookup"], [15552000000, URL, True])
        ):
            sheet.write_row(place, 0, row)
    options = ("--country", "US", "-y", "--json", "--out", "out.xlsx")
    done = numbers(sandbox, tmp_path, "update", "--from", "in.xlsx", *options)
    assert (done.code, (tmp_path / "out.xlsx").exists()) == (0, True), done.err
    [now] = shown(sandbox, tmp_path, HAS[0])
    assert (now["voice_url"], now["voice_caller_id_lookup"]) == (URL, True)


def test_names_of_columns() -> None:
    for name in IncomingPhoneNumberOptions.__annotations__:
        assert option_of(name) == option_of(name.replace("_", " ").title()) == name
        assert option_of(name.title().replace("_", "")) == name
    assert [option_of(name) for name in ("", "phone", "voice_uri", "sid")] == [None] * 4


# Release


def test_release(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS, voice_url=URL, friendly_name="Sales\x1b[31m")
    sandbox.refuse_release(sids[2])
    unasked = numbers(sandbox, tmp_path, "release", HAS[0], sids[0])
    assert unasked.code == 2
    assert f"  {sids[0]} {HAS[0]}: Sales [31m, in use by {URL}\n" in unasked.err
    assert "To release: 1 (they are gone from the account, and others can buy them).\n" in unasked.err
    assert "1 row with a number that another row has too." in unasked.err
    dry = numbers(sandbox, tmp_path, "release", *HAS, "--dry-run", "--json")
    assert (dry.code, outcomes(dry)) == (0, ["would_release"] * 4)
    assert len(sandbox.phone_numbers()) == 4

    done = numbers(sandbox, tmp_path, "release", HAS[0], sids[0], sids[2], "+15552000009", "-y", "--json")
    assert done.code == 1
    assert outcomes(done) == ["released", "released", "failed", "not_found"]
    assert "the account keeps it" in records(done)[2]["error"]
    assert set(sandbox.phone_numbers()) == {*sids[1:]}
    assert sandbox.operations[DELETE] == 2


def test_release_what_a_file_names(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(40)
    file = given(
        tmp_path, ["phone", "voice_url"], *([number, "?"] for number in sandbox.phone_numbers().values())
    )
    sandbox.script(Fault.error(400, 22350), method="DELETE", path=f"*{sids[4]}*", times=None)
    sandbox.script(Fault.drop_after(), method="DELETE", times=3, every=3)  # fewer than attempts
    options = ("release", "--from", file, "-y", "--out", "out.csv")
    done = numbers(sandbox, tmp_path, *options)
    assert done.code == 1
    assert done.err.endswith("40 rows: 39 released, 1 failed, written to out.csv.\n")
    assert set(sandbox.phone_numbers()) == {sids[4]}
    assert [row["outcome"] for row in read_csv(tmp_path / "out.csv")].index("failed") == 4
    sandbox.forget_script()
    again = numbers(sandbox, tmp_path, *options, "--force")
    assert again.err.endswith("40 rows: 39 not found, 1 released, written to out.csv.\n")
    assert sandbox.phone_numbers() == {}


def test_release_in_a_subaccount(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS[:1])
    sandbox.add_numbers(HAS[1:2], account_sid=OTHER)
    done = numbers(sandbox, tmp_path, "release", *HAS[:2], "--account", OTHER, "-y", "--json")
    assert outcomes(done) == ["not_found", "released"]
    assert list(sandbox.phone_numbers().values()) == HAS[:1]


def test_a_number_that_the_account_has_twice_is_not_guessed(tmp_path: Path, sandbox: Sandbox) -> None:
    for _ in range(2):
        numbers(sandbox, tmp_path, "buy", "+15005550006", "-y")
    have = sandbox.phone_numbers()
    assert len(have) == 2
    sandbox.add_numbers(HAS)
    few = numbers(sandbox, tmp_path, "release", "+15005550006", "-y", "--json")
    many = numbers(sandbox, tmp_path, "release", "+15005550006", *HAS, "+15552000009", "-y", "--json")
    for done in (few, many):
        assert outcomes(done)[0] == "invalid"
        assert records(done)[0]["error"] == "The account has this number more than once: give its SID"
    assert sandbox.phone_numbers() == have
    assert outcomes(numbers(sandbox, tmp_path, "release", *have, "-y", "--json")) == ["released"] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("release",), "Name the numbers to release, or a file with them (--from FILE)\n"),
        (("release", HAS[0], "--from", "x.csv"), "Name the numbers to release, or a file with them (--from FILE)\n"),
        (("release", HAS[0], "555-01", "--country", "US"), "Number 2: The phone number is too short"),
        (("release", "PN12345678"), "The SID of a number must be a SID of 34 characters"),
        (("release", "hello", "--country", "US"), "Neither a SID (PN and 32 hexadecimal digits) nor a phone number\n"),
        (("release", HAS[0], "--account", "AC1"), "--account must be a SID"),
        (("release", HAS[0], "--out", "x.txt"), "x.txt: the name's ending tells the format"),
        (("show", "AC" + "0" * 32), "The SID of a number must be a SID of 34 characters"),
        (("show", HAS[0], "--account", "AC1"), "--account must be a SID"),
    ],
)  # fmt: skip
def test_wrong_arguments(tmp_path: Path, sandbox: Sandbox, arguments: tuple[str, ...], said: str) -> None:
    done = numbers(sandbox, tmp_path, *arguments)
    assert (done.code, done.out, sandbox.requests) == (2, "", 0)
    assert done.err.startswith(said)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(("typed", "code", "left"), [(b"y\n", 0, 3), (b"\n", 1, 4), (b"\x03", 130, 4)])
def test_releasing_asks(tmp_path: Path, sandbox: Sandbox, typed: bytes, code: int, left: int) -> None:
    from ..terminal import asked

    sandbox.add_numbers(HAS)
    command = ("numbers", "release", HAS[0], "--base-url", sandbox.url)
    ended_with, _ = asked("Release 1 number? [y/N] ", typed, *command, cwd=tmp_path, env=environment(sandbox))
    assert (ended_with, len(sandbox.phone_numbers())) == (code, left)


# Show


def test_show(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS, voice_url=URL)
    done = numbers(sandbox, tmp_path, "show", "(555) 200-0000", sids[0], sids[1], "+15552000009")
    assert done.code == 1
    assert done.err == f"+15552000009: the account {sandbox.account_sid} has no such number.\n"
    blocks = [dict(line.split("\t") for line in block.splitlines()) for block in done.out.split("\n\n")]
    assert [block["sid"] for block in blocks] == [sids[0], sids[0], sids[1]]
    assert blocks[0]["phone_number"] == HAS[0]
    assert (blocks[0]["voice_url"], blocks[0]["capabilities"]) == (URL, "voice sms mms")
    assert blocks[0]["trunk_sid"] == ""
    [record] = shown(sandbox, tmp_path, HAS[2])
    assert (record["sid"], record["phone_number"]) == (sids[2], HAS[2])
    elsewhere = numbers(sandbox, tmp_path, "show", HAS[0], "--account", OTHER)
    assert (elsewhere.code, elsewhere.out) == (1, "")
    assert elsewhere.err == f"{HAS[0]}: the account {OTHER} has no such number.\n"


def test_they_work_in_a_sandbox(tmp_path: Path) -> None:
    for arguments in (("show", "+15552999999"), ("release", "+15552999999", "-y")):
        done = run("numbers", *arguments, "--sandbox", cwd=tmp_path)
        assert done.code == 1, done.err
    done = run("numbers", "buy", "--area-code", "415", "--count", "2", "-y", "--sandbox", cwd=tmp_path)
    assert (done.code, len(done.out.splitlines())) == (0, 3), "titles, and the two"
