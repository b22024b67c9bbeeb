"""``twilio-numbers numbers`` as a real process."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from twilio_numbers_async.cli.exit_codes import Stop
from twilio_numbers_async.cli.numbers.number_rows import open_numbers, read_number_rows
from twilio_numbers_async.cli.numbers.settings import read_settings
from twilio_numbers_async.cli.options import FileOptions
from twilio_numbers_async.cli.tables import Reading, TableError
from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import Done, ask, ended, environment, read_csv, run, start, wait_until, write_csv

OTHER = "AC" + "b" * 32
OLD, NEW = "https://example.com/old", "https://example.com/new"
UPDATES = "*/IncomingPhoneNumbers/PN*"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.add_account(OTHER, "other", parent=sandbox.account_sid)
        yield sandbox


def numbers(sandbox: Sandbox, cwd: Path, *arguments: str | Path, stdin: bytes = b"") -> Done:
    options = ("--base-url", sandbox.url)
    return run("numbers", *arguments, *options, cwd=cwd, env=environment(sandbox), stdin=stdin)


def table(done: Done) -> list[list[str]]:
    """The rows, without the titles above them."""
    return [line.split("\t") for line in done.out.splitlines()][1:]


def posts(sandbox: Sandbox, operation: str) -> int:
    return sandbox.operations[operation]


def test_list(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(1200, voice_url=OLD, friendly_name='=x, "y"\n\x1b[31mz')
    listed = numbers(sandbox, tmp_path, "list")
    assert (listed.code, listed.err) == (0, "1,200 numbers.\n")
    rows = table(listed)
    assert [row[1] for row in rows] == list(sids)
    assert rows[0] == ["+15552000000", sids[0], "local", '=x, "y"  [31mz', OLD, ""]
    assert posts(sandbox, "ListIncomingPhoneNumber") == 2, "1,000 a page"

    found = numbers(sandbox, tmp_path, "list", "--number", "2000*1", "--limit", "3", "--json")
    records = [json.loads(line) for line in found.out.splitlines()]
    assert [record["phone_number"] for record in records] == ["+15552000010", "+15552000011", "+15552000012"]
    assert records[0]["voice_url"] == OLD
    assert records[0]["capabilities"]["voice"] is True

    written = numbers(sandbox, tmp_path, "list", "--csv", "all.csv")
    assert (written.code, written.out) == (0, "")
    inventory = read_csv(tmp_path / "all.csv")
    assert [row["sid"] for row in inventory] == list(sids)
    assert inventory[0]["phone_number"] == "+15552000000"
    assert inventory[0]["friendly_name"] == '\'=x, "y"\n\x1b[31mz', "no formula for a spreadsheet"
    assert (inventory[0]["voice"], inventory[0]["voice_url"]) == ("true", OLD)
    again = numbers(sandbox, tmp_path, "list", "--csv", "all.csv")
    assert again.code == 2
    assert again.err == "all.csv exists already: --force overwrites it, --csv NAME writes elsewhere\n"


def test_refused_credentials(tmp_path: Path, sandbox: Sandbox) -> None:
    env = environment(sandbox, TWILIO_AUTH_TOKEN="wrong")
    refused = run("numbers", "list", "--base-url", sandbox.url, cwd=tmp_path, env=env)
    assert refused.code == 3
    assert refused.err.startswith("Twilio refused the credentials: HTTP 401")


def test_search(tmp_path: Path, sandbox: Sandbox) -> None:
    near = ("--near", "37.77,-122.42", "--distance", "5", "--no-address")
    found = numbers(sandbox, tmp_path, "search", *near, "--area-code", "415", "--mms", "--limit", "3")
    assert found.code == 0
    assert table(found)[1] == ["+14155550102", "San Francisco", "CA", "US", "none", "voice sms mms"]
    assert found.err == "3 local numbers of US can be bought now.\n"


def test_buy(tmp_path: Path, sandbox: Sandbox) -> None:
    unasked = numbers(sandbox, tmp_path, "buy", "--area-code", "415")
    assert unasked.code == 2
    assert "To buy: +14155550100 (local, US)" in unasked.err
    assert f"For the account {sandbox.account_sid}, which pays for it" in unasked.err
    assert unasked.err.endswith("Nothing was done: there is no terminal to ask at, and --yes was not given\n")
    assert sandbox.phone_numbers() == {}

    sandbox.sell_found()  # the one that is shown is taken before it is bought
    settings = ("--voice-url", NEW, "--set", "voice_method=GET", "--set", "voice_caller_id_lookup=true")
    bought = numbers(sandbox, tmp_path, "buy", "--area-code", "415", *settings, "--yes", "--json")
    assert bought.code == 0
    number = json.loads(bought.out)
    assert (number["voice_url"], number["voice_method"]) == (NEW, "GET")
    assert number["voice_caller_id_lookup"] is True
    assert sandbox.phone_numbers() == {number["sid"]: "+14155550101"}

    exact = numbers(sandbox, tmp_path, "buy", "(500) 555-0006", "--account", OTHER, "--yes")
    assert exact.code == 0
    assert table(exact)[0][::2] == ["+15005550006", OTHER]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("typed", "code", "said", "count"),
    [(b"y\n", 0, "Bought.", 1), (b"\n", 1, "Nothing was bought.", 0), (b"\x03", 130, "Nothing was done.", 0)],
    ids=["yes", "no", "ctrl-c"],
)
def test_buying_asks(
    tmp_path: Path, sandbox: Sandbox, typed: bytes, code: int, said: str, count: int
) -> None:
    from ..terminal import asked

    arguments = ("numbers", "buy", "+15005550006", "--base-url", sandbox.url)
    ended_with, seen = asked("[y/N] ", typed, *arguments, cwd=tmp_path, env=environment(sandbox))
    assert (ended_with, len(sandbox.phone_numbers())) == (code, count)
    assert said in seen


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_updating_asks_and_shows_a_bar(tmp_path: Path, sandbox: Sandbox) -> None:
    from ..terminal import asked

    file = tmp_path / "sids.txt"
    file.write_text("\n".join(sandbox.add_numbers(7)))
    command = ("numbers", "update", "--from", file, "--sms-url", NEW, "--out", "out.csv")
    options = ("--base-url", sandbox.url)
    code, seen = asked(
        "Update 7 numbers? [y/N] ", b"y\n", *command, *options, cwd=tmp_path, env=environment(sandbox)
    )
    assert (code, posts(sandbox, "UpdateIncomingPhoneNumber")) == (0, 7)
    assert "  and 2 more" in seen
    assert "7/7" in seen
    assert "7 rows: 7 updated, written to out.csv." in seen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("list --csv a.csv --json", "Give --csv or --json, not both"),
        ("list --csv a.txt", "a.txt: the name's ending tells the format"),
        ("list --account AC1", "--account must be a SID"),
        ("buy", "Give the NUMBER to buy, or what to search by"),
        ("buy +14155550100 --area-code 415", "Give the NUMBER to buy"),
        ("buy +14155550100 --kind voip", "--kind is for a search"),
        ("buy 415", "1 number has no country code"),
        ("buy 415 --country US", "The phone number is too short"),
        ("buy --area-code 415", "Say where to search: --country US"),
        ("buy --contains !!", "--contains must be 2 to 16 characters"),
        ("buy --contains 42 --country US --account AC1", "--account must be a SID"),
        ("buy +14155550100 --count 2", "--count is for a search"),
        ("buy --count 2", "Say where to search: --country US"),
        ("buy --near here --country US", "--near: "),
        ("buy +14155550100 --sms-url example.com", "--sms-url must be a complete URL"),
        ("update --from none.csv --sms-url example.com", "--sms-url must be a complete URL"),
        (f"update --from none.csv --friendly-name {'x' * 65}", "--friendly-name is 65 characters long"),
        ("update --from none.csv --set voice_method=PUT", "voice_method must be one of"),
        (f"update --from none.csv --voice-url {NEW}", "none.csv cannot be read"),
        (f"update --from none.csv --voice-url {NEW} --account PN", "--account must be a SID"),
        (f"update --from a --voice-url {NEW} --base-url x", "Give --sandbox or --base-url, not both"),
        ("transfer --from none.csv --to AC1", "--to must be a SID"),
        (f"transfer --from none.csv --to {OTHER} --address-sid BU", "--address-sid must be a SID"),
    ],
)
def test_usage(tmp_path: Path, arguments: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = ask("numbers", *arguments.split(), "--sandbox")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(said)
    assert not list(tmp_path.iterdir())


def test_the_input_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "in.csv", [["sid"], ["PN" + "a" * 32]])
    done = ask(
        *(
            "numbers",
            "update",
            "--from",
            "in.csv",
            "--voice-url",
            NEW,
            "--sandbox",
            "--out",
            "in.csv",
            "--force",
        )
    )
    assert (done.code, done.err) == (2, "in.csv is the input itself: give another --out\n")


def test_update(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(8, voice_url=OLD)
    sandbox.add_numbers(["+14155550100"], voice_url=NEW)
    rows = [
        ["name", "which"],
        *(["a", sid] for sid in sids[:4]),
        ["by number", "(555) 200-0004"],
        ["twice", "+1 555 200 0000"],
        ["has it", "415-555-0100"],
        ["nobody's", "+14155550199"],
        ["unknown", "PN" + "f" * 32],
        ["empty", ""],
        ["short", "555-01"],
    ]
    file = write_csv(tmp_path / "in.csv", rows)
    command = ("update", "--from", file, "--voice-url", NEW)
    dry = numbers(sandbox, tmp_path, *command, "--dry-run")
    assert (dry.code, table(dry)[0][4]) == (1, "would_update")
    assert f"To update: 5 (voice_url={NEW})." in dry.err
    assert f"  {sids[0]} +15552000000: voice_url {OLD} -> {NEW}\n" in dry.err
    assert (
        "1 row with a number that another row has too.\n2 invalid.\n2 not found.\n1 unchanged.\n" in dry.err
    )
    assert posts(sandbox, "UpdateIncomingPhoneNumber") == 0

    sandbox.script(Fault.error(400, code=21502), method="POST", path=f"*{sids[1]}*")
    done = numbers(sandbox, tmp_path, *command, "--yes", "--out", "out.csv")
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(
        "11 rows: 5 updated, 2 not found, 2 invalid, 1 failed, 1 unchanged, written to out.csv.\n"
    )
    written = read_csv(tmp_path / "out.csv")
    assert [[row["name"], row["which"]] for row in written] == rows[1:]
    outcomes = [row["outcome"] for row in written]
    assert outcomes == [
        "updated", "failed", "updated", "updated", "updated", "updated", "unchanged", "not_found", "not_found",
        "invalid", "invalid",
    ]  # fmt: skip
    assert (written[4]["sid"], written[4]["phone_number_e164"]) == (sids[4], "+15552000004")
    assert written[1]["error"].startswith("HTTP 400, code 21502")
    assert posts(sandbox, "UpdateIncomingPhoneNumber") == 5, "one for each number"

    again = numbers(sandbox, tmp_path, *command, "--yes", "--json")
    records = [json.loads(line) for line in again.out.splitlines()]
    assert Counter(record["outcome"] for record in records) == {
        "unchanged": 6, "updated": 1, "not_found": 2, "invalid": 2,
    }  # fmt: skip
    assert [record["line"] for record in records] == list(range(2, 13))
    assert posts(sandbox, "UpdateIncomingPhoneNumber") == 6, "what is done is left alone"


def test_advice_in_a_row_names_commands(tmp_path: Path, sandbox: Sandbox) -> None:
    (sid,) = sandbox.add_numbers(1, voice_url=OLD)
    sandbox.script(Fault.error(400, 21631, "The phone number requires an address"), method="POST")
    file = write_csv(tmp_path / "in.csv", [["which"], [sid]])
    done = numbers(
        sandbox, tmp_path, "update", "--from", file, "--voice-url", NEW, "--yes", "--out", "out.csv"
    )
    (row,) = read_csv(tmp_path / "out.csv")
    assert (done.code, row["outcome"]) == (1, "failed")
    assert "Get one with `twilio-numbers addresses create`" in row["error"]
    assert "twilio." not in row["error"]


def test_transfer(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(300)
    file = tmp_path / "sids.txt"
    file.write_text("\n".join(["number sid", *sids]))
    sandbox.script(Fault.error(400, code=21452), method="POST", path=UPDATES, times=None, every=10)
    command = ("transfer", "--from", file, "--to", OTHER, "--yes")
    first = numbers(sandbox, tmp_path, *command)
    outcomes = {row[2]: row[4] for row in table(first)}
    assert first.code == 1
    assert list(outcomes) == list(sids)
    assert Counter(outcomes.values()) == {"transferred": 270, "failed": 30}
    moved, kept = sandbox.phone_numbers(OTHER), sandbox.phone_numbers()
    assert all((sid in moved) is (outcome == "transferred") for sid, outcome in outcomes.items())
    assert all((sid in moved) is not (sid in kept) for sid in sids), "each is in one account"

    sandbox.forget_script()
    second = numbers(sandbox, tmp_path, *command)
    assert second.code == 0
    assert Counter(row[4] for row in table(second)) == {"unchanged": 270, "transferred": 30}
    assert len(sandbox.phone_numbers(OTHER)) == 300


def test_a_transfer_to_the_same_account_is_told_before_anything(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "sids.txt"
    file.write_text("\n".join(sandbox.add_numbers(2)))
    done = numbers(sandbox, tmp_path, "transfer", "--from", file, "--to", sandbox.account_sid, "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("has these numbers: --to must be another one\n")
    assert posts(sandbox, "ListIncomingPhoneNumber") == 0


def test_a_file_without_a_number_says_nothing_of_the_account(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "in.txt").write_text("hello\n")
    sandbox.add_numbers(2)
    done = numbers(sandbox, tmp_path, "update", "--from", "in.txt", "--sms-url", NEW, "--yes")
    assert (done.code, table(done)[0][4]) == (1, "invalid")
    assert "The account" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_leaves_an_outcome_for_every_row(tmp_path: Path) -> None:
    with Sandbox(latency=0.05) as sandbox:
        sids = sandbox.add_numbers(80, voice_url=OLD)
        file = write_csv(tmp_path / "in.csv", [["sid"], *([sid] for sid in sids)])
        command = ("numbers", "update", "--from", file, "--voice-url", NEW, "--yes", "--out", "out.csv")
        options = (*command, "--base-url", sandbox.url, "--concurrency", "4")
        process = start(*options, cwd=tmp_path, env=environment(sandbox))
        wait_until(lambda: posts(sandbox, "UpdateIncomingPhoneNumber") > 20)
        process.send_signal(signal.SIGINT)
        done = ended(process)
        assert done.code == 130
        rows = read_csv(tmp_path / "out.csv")
        assert [row["sid"] for row in rows] == list(sids)
        counts = Counter(row["outcome"] for row in rows)
        assert counts.keys() == {"updated", "stopped"}
        assert counts["updated"] >= 16
        asked = posts(sandbox, "UpdateIncomingPhoneNumber")
        env = environment(sandbox)
        assert run(*options, "--force", cwd=tmp_path, env=env).code == 0
        assert {row["outcome"] for row in read_csv(tmp_path / "out.csv")} == {"updated", "unchanged"}
        assert posts(sandbox, "UpdateIncomingPhoneNumber") <= asked + counts["stopped"]


def test_refused_in_the_middle(tmp_path: Path, sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(30)
    sandbox.script(Fault.error(403, code=20003), method="POST", skip=5, times=None)
    file = tmp_path / "sids.txt"
    file.write_text("\n".join(sids))
    done = numbers(
        sandbox, tmp_path, "update", "--from", file, "--voice-url", NEW, "--yes", "--concurrency", "1"
    )
    assert done.code == 3
    assert [row[2] for row in table(done)] == list(sids)
    assert Counter(row[4] for row in table(done)) == {"updated": 5, "stopped": 25}
    assert "Twilio refused the credentials: HTTP 403" in done.err


@pytest.mark.parametrize(
    ("text", "column", "name", "lines"),
    [
        ("sid\nPN{a}\nPN{b}\n", None, "sid", [2, 3]),
        ("Number SID\nPN{a}\n", None, "Number SID", [2]),
        ("PN{a}\nPN{b}\n", None, "number", [1, 2]),
        ("name,it\nx,PN{a}\ny,PN{b}\n", None, "it", [2, 3]),
        ("phone,sid\n+14155550100,PN{a}\n", None, "sid", [2]),
        ("phone,sid\n+14155550100,PN{a}\n", "phone", "phone", [2]),
        ("a,b\nPN{a},PN{b}\n", "2", "b", [2]),
    ],
)
def test_which_column_and_which_rows(
    tmp_path: Path, text: str, column: str | None, name: str, lines: list[int]
) -> None:
    file = tmp_path / "in.csv"
    file.write_text(text.format(a="a" * 32, b="b" * 32))
    found, position = open_numbers(str(file), FileOptions().reading(column))
    rows = read_number_rows(found, position, "US")
    found.close()
    assert found.columns[position] == name or found.columns == ["column_1"]
    assert [row.row.line for row in rows] == lines
    assert all((row.sid is None) is (name == "phone") and row.fault is None for row in rows)


def test_two_columns_of_sids_are_not_guessed_between(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"old,new\nPN{'a' * 32},PN{'b' * 32}\n")
    with pytest.raises(TableError, match=r"old, new\. Say which"):
        open_numbers(str(file), Reading())


def test_settings() -> None:
    read = read_settings({"voice_url": "", "sms_url": None}, ["voice_caller_id_lookup=False", "trunk_sid="])
    assert read == {"voice_url": "", "voice_caller_id_lookup": False, "trunk_sid": ""}
    for wrong in ("voice_method", "voice_caller_id_lookup=maybe", "voice_url=x"):
        with pytest.raises(Stop):
            read_settings({"voice_url": ""}, [wrong])
    for refused in ("colour=red", "voice_method=PUT", "trunk_sid=AC1"):
        with pytest.raises(InvalidArgumentError):
            read_settings({}, [refused])
