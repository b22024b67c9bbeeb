"""``twilio-numbers port-ins`` as a real process."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from twilio_numbers_async.cli.exit_codes import Stop
from twilio_numbers_async.cli.journals import default_journal
from twilio_numbers_async.cli.options import FileOptions
from twilio_numbers_async.cli.port_ins.details import read_details
from twilio_numbers_async.cli.port_ins.numbers import read_numbers
from twilio_numbers_async.cli.port_ins.planning import make_plan
from twilio_numbers_async.cli.watching import read_state
from twilio_numbers_async.porting.plan import PortInPlan
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import ROOT, Done, ended, environment, numbers, run, start, wait_until, write_csv

DETAILS = ROOT / "examples" / "port.toml"
# What the sandbox says of these: portable, mobile, not portable.
FIXED, MOBILE, UNSUPPORTED = "+14155550100", "+14155550160", "+14155550180"
CREATE = "CreatePortingPortIn"
UNSERVED = "Cannot be ported to Twilio: its country, rate centre or carrier is not served."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def port_ins(sandbox: Sandbox, cwd: Path, *arguments: str | Path) -> Done:
    return run("port-ins", *arguments, "--base-url", sandbox.url, cwd=cwd, env=environment(sandbox))


def create(sandbox: Sandbox, cwd: Path, file: Path, *options: str | Path) -> Done:
    return port_ins(sandbox, cwd, "create", file, "--details", DETAILS, "--yes", *options)


def rows(done: Done) -> list[list[str]]:
    """The rows, without the titles above them."""
    return [line.split("\t") for line in done.out.splitlines()][1:]


def edited(place: Path, old: str, new: str) -> Path:
    text = DETAILS.read_text()
    assert old in text
    path = place / "edited.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def planned(file: Path, details: Path = DETAILS, **options: str | None) -> PortInPlan:
    given = {"column": None, "pin_column": None, "country": "US"} | options
    reading = FileOptions().reading(given["column"])
    found = read_numbers(str(file), reading, pin_column=given["pin_column"], country=given["country"])
    return make_plan(found, read_details(details), given["country"], checked_only=False).plan


def test_plan_of_a_sweep(tmp_path: Path, sandbox: Sandbox) -> None:
    given = [FIXED, "(415) 555-0101", MOBILE, "+14155550161", UNSUPPORTED, "555-0100", FIXED, "+14155550190"]
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in given)])
    options = ("--base-url", sandbox.url, "--out", "swept.csv")
    assert run("sweep", file, *options, cwd=tmp_path, env=environment(sandbox)).code == 1
    asked = sandbox.requests

    plan = run("port-ins", "plan", "swept.csv", "--details", DETAILS, cwd=tmp_path)
    assert (plan.code, plan.err) == (0, "swept.csv: 8 rows, results of the sweep command.\n")
    lines = plan.out.splitlines()
    assert lines[0] == f"3 numbers in 1 port-in request to {sandbox.account_sid}:"
    assert lines[1] == "  1: US, 3 numbers"
    assert lines[3:7] == [
        "  line 5: pin missing: A mobile number: it needs the losing carrier's PIN.",
        f"  line 6: not portable (22130): {UNSERVED}",
        "  line 7: invalid: The phone number has no area code",
        "  line 9: not checked (22135): Twilio failed for the moment: check it again.",
    ]
    assert lines[7:] == ["1 came again:", "  line 8 is the number of line 2", "Ready."]
    assert not any(digits in plan.out for digits in ("5550100", "5550161"))
    assert sandbox.requests == asked, "nothing is sent"


def test_plan_of_plain_numbers_and_its_problems(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "in.csv", [["number", "PIN"], *([n, "0001"] for n in numbers(1001)), ["x", ""]]
    )
    details = edited(tmp_path, "target_date = 2030-01-15", "target_date = 2020-01-18")
    plan = run("port-ins", "plan", file, "--details", details, "--json", cwd=tmp_path)
    assert plan.code == 1
    assert plan.err == f"{file}: 1,002 rows, numbers in 'number', PINs in 'PIN'.\n"
    record = json.loads(plan.out)
    assert record["ready"] is False
    assert [len(request["phone_numbers"]) for request in record["requests"]] == [1000, 1]
    assert [(one["line"], one["reason"]) for one in record["left_out"]] == [(1003, "invalid")]
    codes = {problem["code"]: problem["severity"] for problem in record["problems"]}
    assert codes["target_date_too_soon"] == "error"
    assert codes["not_checked"] == codes["target_date_weekend"] == "warning"
    assert "0001" not in plan.out.replace("+1", ""), "no PIN is shown"


def test_where_pins_come_from(tmp_path: Path) -> None:
    pins = {
        entry.phone_number: entry.pin
        for entry in planned(
            write_csv(tmp_path / "a.csv", [["n", "code"], [FIXED, "0042"], ["4155550160", ""], ["x", "1"]]),
            pin_column="code",
        ).requests[0].phone_numbers
    }  # fmt: skip
    assert pins == {FIXED: "0042", MOBILE: "1234"}
    twice = write_csv(tmp_path / "b.csv", [["n", "pin"], [FIXED, "1"], ["(415) 555-0100", "2"]])
    with pytest.raises(Stop, match=r"b\.csv, line 3 and .*b\.csv, line 2: one number has two PINs"):
        planned(twice)
    other = write_csv(tmp_path / "c.csv", [["n", "pin"], [MOBILE, "1"]])
    with pytest.raises(Stop, match=r"\[pins\], entry 1 of --details and .*, line 2: one number has two PINs"):
        planned(other)
    with pytest.raises(Stop, match="no column 'secret'"):
        planned(other, pin_column="secret")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("account_sid =", "account =", "account is not known. There are: account_sid, documents, "),
        ("customer_name", "custmer_name", "losing_carrier.custmer_name is not known. There are in [losing_car"),
        ("zip =", "zap =", "losing_carrier.address.zap is not known"),
        ('"0012345"', "12345", "losing_carrier.account_number must be text, in quotes"),
        ('city = "San Francisco"\n', "", "losing_carrier.address.city is missing"),
        ('documents = ["RD', '#', "documents is missing"),
        ('["10:00:00-08:00", ', "[", "time_range: Expected"),
        ('"10:00:00-08:00"', "10", "time_range must be two times"),
        ('"1234"', "1234", "pins[...] must be text, in quotes"),
        ("[losing_carrier]", "[losing_carrier", "is not TOML: "),
        ("[losing_carrier]", "losing_carrier = 1\n[x]", "Cannot overwrite a value"),
    ],
)  # fmt: skip
def test_details_that_are_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(Stop) as stop:
        read_details(path)
    assert stop.value.code == 2
    assert said in str(stop.value)
    assert str(stop.value).startswith(str(path))
    assert "Harbour" not in str(stop.value)


def test_details_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="cannot be read: No such file"):
        read_details(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'account_sid = "\xe9"')
    with pytest.raises(Stop, match="not UTF-8"):
        read_details(tmp_path / "latin.toml")


def test_create_list_show_cancel(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "in.txt"
    file.write_text("\n".join(numbers(1001)))
    first = create(sandbox, tmp_path, file)
    assert first.code == 0, first.err
    assert [row[:4] for row in rows(first)] == [["1", "US", "1000", "created"], ["2", "US", "1", "created"]]
    assert [row[4] for row in rows(first)] == list(sandbox.port_in_sids)
    journal = default_journal(str(file), sandbox.url, "port-ins")
    assert journal is not None
    assert first.err.endswith(f"2 created. The same command goes on: {journal} keeps what was created.\n")
    again = create(sandbox, tmp_path, file, "--json")
    records = [json.loads(line) for line in again.out.splitlines()]
    assert [record["outcome"] for record in records] == ["created before"] * 2
    assert sandbox.operations[CREATE] == 2

    listed = port_ins(sandbox, tmp_path, "list", "--status", "in review", "--created-after", "2020-01-31")
    assert {row[0] for row in rows(listed)} == {*sandbox.port_in_sids}
    assert {row[1] for row in rows(listed)} == {"In Review"}
    assert {row[3] for row in rows(listed)} == {"0 of 1000", "0 of 1"}
    sid = sandbox.port_in_sids[1]
    shown = port_ins(sandbox, tmp_path, "show", sid)
    assert ["customer", "Harbour Dental"] in rows(shown)
    number = rows(shown)[-1]
    assert number[0] == numbers(1001)[-1]
    canceled = port_ins(sandbox, tmp_path, "cancel", sid, "--number", number[1], "--yes")
    assert (canceled.code, canceled.out) == (0, f"{number[1]}\tcanceled\t\n")
    whole = port_ins(sandbox, tmp_path, "cancel", sandbox.port_in_sids[0], "--yes")
    assert (whole.code, whole.out) == (0, f"{sandbox.port_in_sids[0]}\tcanceled\n")


def test_numbers_that_cannot_be_canceled_are_told_one_by_one(tmp_path: Path, sandbox: Sandbox) -> None:
    (sid,) = sandbox.port_ins.add(1)
    number, *_ = json.loads(port_ins(sandbox, tmp_path, "show", sid, "--json").out)["phone_numbers"]
    there, unknown = number["port_in_phone_number_sid"], "PU" + "9" * 32
    arguments = ("cancel", sid, "--number", unknown, "--number", there, "--yes")
    done = port_ins(sandbox, tmp_path, *arguments)
    assert (done.code, done.err) == (1, f"{sid} is In Review, with 2 numbers.\n")
    first, second = (line.split("\t") for line in done.out.splitlines())
    assert first[:2] == [unknown, "not canceled"]
    assert "404" in first[2]
    assert second == [there, "canceled", ""]
    sandbox.script(Fault.error(401, code=20003), method="DELETE", times=None)
    refused = port_ins(sandbox, tmp_path, *arguments)
    assert (refused.code, refused.out) == (3, "")
    assert refused.err.splitlines()[-1].startswith("Twilio refused the credentials: ")


def test_a_creation_whose_answer_is_lost_is_looked_up(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "in.txt"
    file.write_text(FIXED)
    sandbox.script(Fault.drop_after(), method="POST")
    done = create(sandbox, tmp_path, file)
    assert done.code == 0, done.err
    assert rows(done)[0][3:5] == ["created", sandbox.port_in_sids[0]]
    assert sandbox.operations[CREATE] == 1


def test_what_is_not_created(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "in.txt"
    file.write_text(FIXED)
    sandbox.script(Fault.error(403, code=20003), method="POST", times=None)
    refused = create(sandbox, tmp_path, file)
    assert (refused.code, rows(refused)[0][3]) == (3, "not created")
    bad = edited(tmp_path, "ada@example.com", "nobody")
    late = port_ins(sandbox, tmp_path, "create", file, "--details", bad, "--yes")
    assert late.code == 1
    assert "error: losing_carrier.authorized_representative_email must be an e-mail address" in late.err
    assert late.err.endswith("Not ready: 1 error.\nNothing was sent.\n")
    assert sandbox.operations[CREATE] == 1


def test_upload(tmp_path: Path, sandbox: Sandbox) -> None:
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"%PDF-1.7\n")
    done = port_ins(sandbox, tmp_path, "upload", bill)
    assert done.code == 0
    assert done.out.startswith("RD")
    assert len(done.out) == 35


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_watch_shows_each_change_once_over_two_runs(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "in.txt"
    file.write_text(f"{FIXED}\n+14155550101\n")
    assert create(sandbox, tmp_path, file).code == 0
    sid = sandbox.port_in_sids[0]
    options = ("--base-url", sandbox.url, "--interval", "0.1", "--state", "state.json")
    watching = start("port-ins", "watch", *options, cwd=tmp_path, env=environment(sandbox))
    state = tmp_path / "state.json"
    wait_until(lambda: state.exists() and "In Review" in state.read_text())
    sandbox.advance()
    wait_until(lambda: "Waiting for Signature" in state.read_text())
    watching.send_signal(signal.SIGINT)
    first = ended(watching)
    assert first.code == 130
    assert Counter(row[1:] == [sid, "", "", row[4], row[5], ""] for row in rows(first)) == {True: 2, False: 4}
    assert [row[4:6] for row in rows(first) if not row[3]] == [
        ["", "In Review"], ["In Review", "Waiting for Signature"],
    ]  # fmt: skip
    assert {row[2] for row in rows(first)} == {"", "+•••••••0100", "+•••••••0101"}

    sandbox.advance(steps=3)
    second = port_ins(
        sandbox, tmp_path, "watch", sid, "--interval", "0.1", "--state", "state.json", "--json", "--show-numbers",
    )  # fmt: skip
    assert second.code == 0, "it ends when the request has"
    records = [json.loads(line) for line in second.out.splitlines()]
    assert Counter((one["old_status"], one["new_status"]) for one in records) == {
        ("waiting_for_signature", "completed"): 2,
        ("Waiting for Signature", "Completed"): 1,
    }
    assert {one["phone_number"] for one in records} == {None, FIXED, "+14155550101"}
    with pytest.raises(Stop, match="is not the state of a watch"):
        read_state(file)


def test_watch_says_what_it_watches_and_ends_where_there_is_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    nothing = port_ins(sandbox, tmp_path, "watch")
    assert (nothing.code, nothing.out) == (0, "")
    assert nothing.err == f"No port-in of {sandbox.account_sid} is under way: there is nothing to watch.\n"
    file = tmp_path / "in.txt"
    file.write_text(f"{FIXED}\n")
    assert create(sandbox, tmp_path, file).code == 0
    sandbox.advance(steps=5)
    assert port_ins(sandbox, tmp_path, "watch").code == 0, "what has ended is not watched"
    named = port_ins(sandbox, tmp_path, "watch", sandbox.port_in_sids[0])
    assert named.code == 0
    assert f"Watching {sandbox.port_in_sids[0]}: a look every 60 s, until all have ended." in named.err


def test_each_server_has_its_own_journal() -> None:
    assert default_journal("-", None, "port-ins") is None
    assert default_journal("a.csv", None, "port-ins") == Path("a.csv.port-ins.journal")
    assert default_journal("a.csv", "http://[::1]:8010/x", "port-ins") == Path(
        "a.csv.port-ins._1_8010_x.journal"
    )
