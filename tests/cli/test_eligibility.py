"""``twilio-numbers eligibility`` as a real process."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.cli.checking.eligibility import COLUMNS, question, state
from twilio_numbers_async.errors import InvalidPhoneNumberError
from twilio_numbers_async.models import EligibilityResult, EligibilityStatus, EligibilitySubStatus
from twilio_numbers_async.report import Reason
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Outcome

from .command import EXAMPLE, Done, ended, environment, numbers, read_csv, run, start, wait_until, write_csv

HOSTABLE, IN_TWILIO, NOT = "+14155550100", "+12125550175", "5"
ASKED = "CreateEligibility"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def eligibility(sandbox: Sandbox, cwd: Path, *arguments: str | Path) -> Done:
    options = ("eligibility", *arguments, "--base-url", sandbox.url)
    return run(*options, cwd=cwd, env=environment(sandbox))


def test_a_few(tmp_path: Path, sandbox: Sandbox) -> None:
    done = eligibility(sandbox, tmp_path, "(415) 555-0100", IN_TWILIO)
    assert (done.code, done.err) == (0, "")
    assert [line.split("\t") for line in done.out.splitlines()] == [
        ["Number", "E.164", "Country", "Type", "Eligible", "Reason", "What to do"],
        ["(415) 555-0100", HOSTABLE, "US", "LOCAL", "true", "eligible", "It can be hosted."],
        [IN_TWILIO, IN_TWILIO, "US", "LOCAL", "false", "already-in-twilio", "It is with Twilio already."],
    ]
    bare = eligibility(sandbox, tmp_path, HOSTABLE, "a\tb", "--no-header")
    assert [line.split("\t")[0] for line in bare.out.splitlines()] == [HOSTABLE, "a b"]
    wrong = eligibility(sandbox, tmp_path, HOSTABLE, NOT, "--json")
    first, second = (json.loads(line) for line in wrong.out.splitlines())
    assert wrong.code == 1
    assert list(first) == ["input", *(column.name for column in COLUMNS)]
    assert (first["eligible"], first["next_step"]) == (True, "CREATE_HOSTED_NUMBER_ORDER")
    assert (second["input"], second["eligible"]) == (NOT, None)
    assert second["error"] == "This is not a phone number"


def test_a_hosting_account(tmp_path: Path, sandbox: Sandbox) -> None:
    done = eligibility(sandbox, tmp_path, HOSTABLE, "--hosting-account", "AC" + "f" * 32)
    assert "invalid-hosting-account-sid\tName a hosting account that is yours." in done.out


def test_a_file(tmp_path: Path, sandbox: Sandbox) -> None:
    done = eligibility(sandbox, tmp_path, "--from", EXAMPLE)
    assert done.code == 0, done.err
    assert "1,000 rows in " in done.err
    assert "written to eligibility.csv." in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["eligibility.csv"]
    assert "613  eligible: It can be hosted." in done.out
    rows = read_csv(tmp_path / "eligibility.csv")
    assert list(rows[0]) == ["name", "number", "line", *(column.name for column in COLUMNS)]
    assert sum(row["eligible"] == "true" for row in rows) == 613
    again = eligibility(sandbox, tmp_path, "--from", EXAMPLE)
    assert again.code == 2
    assert again.err.startswith("eligibility.csv exists already: --force overwrites it")


def test_what_has_no_answer_is_asked_again(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "in.txt").write_text("\n".join(numbers(5)))
    command = ("--from", "in.txt", "--concurrency", "1")
    sandbox.script(Fault.error(400, 20001), path="*Eligibility", times=1, skip=2)
    sandbox.script(Fault.drop(), path="*Eligibility", times=4, skip=3)
    done = eligibility(sandbox, tmp_path, *command)
    assert done.code == 1
    assert "1 row has no answer. The same command asks for what is missing again" in done.err
    assert "1 row was refused for good" in done.err
    asked = sandbox.operations[ASKED]
    again = eligibility(sandbox, tmp_path, *command)
    assert "Going on with eligibility.csv.journal" in again.err
    assert (again.code, sandbox.operations[ASKED] - asked) == (1, 1), again.err


def test_several_columns_and_lost_answers(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["Mobile", "Office"], [HOSTABLE, ""], ["", IN_TWILIO]])
    sandbox.script(Fault.drop_after(), method="POST", times=2)
    unclear = eligibility(sandbox, tmp_path, "--from", file)
    assert unclear.code == 2
    assert "Several columns hold phone numbers" in unclear.err
    columns = ("--column", "Mobile", "--column", "Office")
    done = eligibility(sandbox, tmp_path, "--from", file, *columns, "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["phone_column"], row["eligible"]) for row in rows] == [("Mobile", True), ("Office", False)]
    assert not list(tmp_path.glob("eligibility*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give the numbers, or a file with them (--from FILE)"),
        ((HOSTABLE, "--from", "x.csv"), "Give the numbers, or a file with them (--from FILE)"),
        ((HOSTABLE, "--out", "x.csv"), "--out is for a file (--from FILE)"),
        ((HOSTABLE, "--hosting-account", "AC1"), "--hosting-account must be a SID"),
        (("--from", "x.csv"), "x.csv cannot be read"),
        (("--from", "x.csv", "--out", "x.txt"), "x.txt: the name's ending tells the format"),
    ],
)
def test_wrong_arguments(tmp_path: Path, sandbox: Sandbox, arguments: tuple[str, ...], said: str) -> None:
    done = eligibility(sandbox, tmp_path, *arguments)
    assert (done.code, done.out, sandbox.requests) == (2, "", 0)
    assert done.err.startswith(said)


def test_numbers_without_a_country(tmp_path: Path, sandbox: Sandbox) -> None:
    env = environment(sandbox)
    del env["TWILIO_NUMBERS_COUNTRY"]
    done = run("eligibility", "415 555 0100", "--base-url", sandbox.url, cwd=tmp_path, env=env)
    assert (done.code, sandbox.requests) == (2, 0)
    assert "no country code" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_and_on(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text("\n".join(numbers(200)))
    with Sandbox(latency=0.02) as sandbox:
        options = ("eligibility", "--from", file, "--base-url", sandbox.url, "--concurrency", "4")
        process = start(*options, cwd=tmp_path, env=environment(sandbox))
        wait_until(lambda: sandbox.operations[ASKED] > 40)
        process.send_signal(signal.SIGINT)
        done = ended(process)
        assert done.code == 130
        assert "The same command goes on from there." in done.err
        assert (tmp_path / "eligibility.csv.part").exists()
        assert run(*options, cwd=tmp_path, env=environment(sandbox)).code == 0
        assert len(read_csv(tmp_path / "eligibility.csv")) == 200
        assert sandbox.operations[ASKED] < 240


def test_refused_credentials(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.script(Fault.error(401, 20003), times=None)
    done = eligibility(sandbox, tmp_path, HOSTABLE)
    assert done.code == 3
    assert done.err.startswith("Twilio refused the credentials")


def test_it_works_in_a_sandbox(tmp_path: Path) -> None:
    assert run("eligibility", HOSTABLE, "--sandbox", cwd=tmp_path).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_at_a_terminal(tmp_path: Path, sandbox: Sandbox) -> None:
    from .terminal import asked

    command = ("eligibility", HOSTABLE, NOT, "--base-url", sandbox.url)
    code, seen = asked("What to do", b"", *command, cwd=tmp_path, env=environment(sandbox, COLUMNS="160"))
    assert code == 1
    assert "It can be hosted." in seen
    assert "This is not a phone number" in seen


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_narrow_terminal_cuts_no_word(tmp_path: Path, sandbox: Sandbox) -> None:
    from .terminal import asked

    command = ("eligibility", HOSTABLE, IN_TWILIO, NOT, "", "--base-url", sandbox.url)
    env = environment(sandbox, COLUMNS="60", NO_COLOR="1")
    _, seen = asked("(empty)", b"", *command, cwd=tmp_path, env=env)
    assert seen.splitlines() == [
        f"{HOSTABLE}: eligible",
        f"    {HOSTABLE}, US, LOCAL",
        "    eligible",
        "    It can be hosted.",
        f"{IN_TWILIO}: not eligible",
        f"    {IN_TWILIO}, US, LOCAL",
        "    already-in-twilio",
        "    It is with Twilio already.",
        f"{NOT}: not a number",
        "    This is not a phone number",
        "    Correct the number, then check it again.",
        "(empty): no number",
        "    There is no number: the text is empty",
        "    Fill in the number, then check it again.",
    ]


def outcome(**fields: Any) -> Outcome[Any]:
    return Outcome(0, HOSTABLE, HOSTABLE, EligibilityResult(**fields), None)


def cells(outcome: Outcome[Any]) -> dict[str, object]:
    asked = question(None)
    return dict(zip(asked.added, asked.cells(outcome), strict=True))


def reason(outcome: Outcome[Any]) -> Reason:
    return question(None).reason(outcome, [])


def test_answers_that_are_new() -> None:
    new = outcome(
        eligibility_status=EligibilityStatus("INELIGIBLE"),
        eligibility_sub_status=EligibilitySubStatus("MOON_PHASE"),
        next_step="WAIT_FOR_IT",
    )
    assert (state(new), reason(new).label) == ("not_portable", "MOON_PHASE")
    assert cells(new)["advice"] == "Twilio says: wait for it."
    empty = outcome()
    assert (state(empty), cells(empty)["eligible"]) == ("failed", None)
    assert reason(empty).advice == "Ask Twilio's support."
    undecided = outcome(
        eligibility_status=EligibilityStatus("ineligible"),
        eligibility_sub_status=EligibilitySubStatus.INTERNAL_PROCESSING_ERROR,
    )
    assert state(undecided) == "failed"
    unknown = outcome(eligibility_status=EligibilityStatus("perhaps"))
    assert (state(unknown), reason(unknown).label) == ("failed", "perhaps")
    none: Outcome[Any] = Outcome(0, "", None, None, InvalidPhoneNumberError("x"))
    assert (state(none), reason(none).label) == ("invalid", "Not a phone number")
