"""``twilio-numbers port-ins replan``, ``finish`` and ``report`` as real processes."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.porting.details import checked, numbers, outcomes, plan_of
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import Done, environment, run, started, wait_until, write_csv

VOICE = "https://example.com/voice"
CREATE = "CreatePortingPortIn"
CORRECTIONS = """
resolved = ["{0}"]
[losing_carrier]
customer_name = "Example Limited"
[losing_carrier.address]
street = "2 Main St"
[pins]
"{3}" = "0007"
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def rejected(sandbox: Sandbox) -> str:
    """A port-in with 7 numbers, 5 of them rejected; its SID."""

    async def create() -> str:
        async with sandbox.client() as twilio:
            [created] = await twilio.port_ins.create_all(plan_of(outcomes(checked(7)), target_date=None))
            sid = created.result.port_in_request_sid or ""
            sandbox.advance(steps=2)
            lines = (await twilio.port_ins.fetch(sid)).phone_numbers or []
            for line, code in zip(lines, (22152, 22153, 22154, 22155, 22156), strict=False):
                sandbox.reject(line.port_in_phone_number_sid or "", code)
            sandbox.advance(steps=9)
            return sid

    return asyncio.run(create())


def port_ins(sandbox: Sandbox, cwd: Path, *arguments: str | Path) -> Done:
    return run("port-ins", *arguments, "--base-url", sandbox.url, cwd=cwd, env=environment(sandbox))


def test_replan_says_what_to_correct_and_sends_nothing(
    tmp_path: Path, sandbox: Sandbox, rejected: str
) -> None:
    done = port_ins(sandbox, tmp_path, "replan", rejected)
    assert done.code == 1
    lines = [line.split("\t") for line in done.out.splitlines()]
    assert lines[0] == ["Number", "Its SID", "Code", "To correct", "Given", "What to do"]
    assert [(line[2], line[3], line[4]) for line in lines[1:]] == [
        ("22152", "inactive line", "no"), ("22153", "name", "no"), ("22154", "address", "no"),
        ("22155", "pin", "no"), ("22156", "account number", "no"),
    ]  # fmt: skip
    assert lines[1][0] == "+•••••••0000"
    assert "0 numbers in 0 port-in requests" in done.err
    assert "error: no number is left to port" in done.err
    shown = port_ins(sandbox, tmp_path, "replan", rejected, "--json", "--show-numbers")
    records = [json.loads(line) for line in shown.out.splitlines()]
    assert [record["phone_number"] for record in records] == numbers(5)
    assert {record["given"] for record in records} == {False}
    assert sandbox.operations[CREATE] == 1


def test_replan_creates_what_was_corrected_once(tmp_path: Path, sandbox: Sandbox, rejected: str) -> None:
    corrections = tmp_path / "corrections.toml"
    corrections.write_text(CORRECTIONS.format(*numbers(5)))
    arguments = ("replan", rejected, "--corrections", corrections, "--create")
    asked = port_ins(sandbox, tmp_path, *arguments)
    assert asked.code == 2
    assert "--yes was not given" in asked.err
    first = port_ins(sandbox, tmp_path, *arguments, "--yes")
    assert (first.code, first.err.splitlines()[-1].endswith(" created.")) == (0, True)
    assert "4 numbers in 1 port-in request" in first.err
    assert "1 left out: 1 correction missing" in first.err
    again = port_ins(sandbox, tmp_path, *arguments, "--yes")
    assert (again.code, again.err.splitlines()[-1].endswith(" was created before.")) == (0, True)
    assert sandbox.operations[CREATE] == 2
    assert sandbox.operations["DeletePortingPortInPhoneNumber"] == 4, "each number is canceled once"
    assert (tmp_path / f"{rejected}.journal").exists()
    sandbox.advance(steps=9)
    expected = [number for number in numbers(7) if number != numbers(5)[4]]
    assert sorted(sandbox.phone_numbers().values()) == expected


@pytest.mark.parametrize(("status", "code"), [(403, 3), (400, 1)])
def test_replan_tells_what_is_not_created(
    tmp_path: Path, sandbox: Sandbox, rejected: str, status: int, code: int
) -> None:
    corrections = tmp_path / "corrections.toml"
    corrections.write_text(CORRECTIONS.format(*numbers(5)))
    sandbox.script(Fault.error(status, message="Not today"), times=None, method="POST")
    arguments = ("replan", rejected, "--corrections", corrections, "--create", "--yes")
    done = port_ins(sandbox, tmp_path, *arguments)
    assert done.code == code
    assert f"4 numbers of {rejected} canceled." in done.err
    assert done.err.splitlines()[-1].startswith("Not created: ")
    assert "Not today" in done.err.splitlines()[-1]
    sandbox.faults.clear()
    again = port_ins(sandbox, tmp_path, *arguments)
    assert (again.code, again.err.splitlines()[-1].endswith(" created.")) == (0, True)


def test_a_second_correction_creates_the_rest_and_cancels_nothing_in_vain(
    tmp_path: Path, sandbox: Sandbox, rejected: str
) -> None:
    corrections = tmp_path / "corrections.toml"
    arguments = (
        "replan",
        rejected,
        "--corrections",
        corrections,
        "--create",
        "--yes",
        "--json",
        "--show-numbers",
    )
    pin = f'[pins]\n"{numbers(4)[3]}" = "0007"\n'
    corrections.write_text(pin)
    first = port_ins(sandbox, tmp_path, *arguments)
    assert (first.code, first.err.splitlines()[-1].endswith(" created.")) == (0, True)
    assert f"1 number of {rejected} canceled." in first.err
    given = {row["phone_number"]: row["advice"] for row in map(json.loads, first.out.splitlines())}
    assert given.pop(numbers(4)[3]) is None
    assert all(given.values())
    corrections.write_text(
        f'resolved = ["{numbers(1)[0]}"]\n[losing_carrier]\ncustomer_name = "Example Limited"\n' + pin
    )
    second = port_ins(sandbox, tmp_path, *arguments)
    assert (second.code, second.err.splitlines()[-1].endswith(" created.")) == (0, True)
    assert "2 numbers in 1 port-in request" in second.err
    assert "1 created before" in second.err
    assert [row["phone_number"] for row in map(json.loads, second.out.splitlines())] == [
        number for number in numbers(5) if number != numbers(4)[3]
    ]
    third = port_ins(sandbox, tmp_path, *arguments)
    assert third.code == 0
    assert [line.partition(" ")[2] for line in third.err.splitlines()[-2:]] == ["was created before."] * 2
    assert sandbox.operations[CREATE] == 3
    assert sandbox.operations["DeletePortingPortInPhoneNumber"] == 3, "each number is canceled once"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 'red'", "colour is not known. There are: target_date, "),
        ("[losing_carrier]\ncolour = 'red'", "losing_carrier.colour is not known"),
        ("[losing_carrier.address]\ncolour = 'red'", "losing_carrier.address.colour is not known"),
        ("[losing_carrier]\naddress = 5", "losing_carrier.address must be a table"),
        ("[losing_carrier]\ncustomer_name = 5", "losing_carrier.customer_name must be text, in quotes"),
        ("[pins]\n'+15552000000' = 7", "pins[...] must be text, in quotes"),
        ("resolved = ['x']", "resolved[0]"),
        ("[losing_carrier]\naddress_sid = 'AD1'", "address"),
    ],
)
def test_wrong_corrections_are_told(
    tmp_path: Path, sandbox: Sandbox, rejected: str, text: str, said: str
) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text(text)
    done = port_ins(sandbox, tmp_path, "replan", rejected, "--corrections", path, "--create", "--yes")
    assert done.code in {1, 2}
    assert said in done.err
    assert sandbox.operations[CREATE] == 1


def test_finish_waits_sets_and_attaches(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(4))])
    sids = sandbox.add_numbers(numbers(3))
    service, trunk = sandbox.messaging_services.add(), sandbox.trunks.add()
    arguments = (
        "finish", file, "--set", f"voice_url={VOICE}", "--messaging-service", service, "--trunk", trunk, "--wait", "0",
    )  # fmt: skip
    first = port_ins(sandbox, tmp_path, *arguments)
    assert first.code == 1
    rows = sorted(line.split("\t") for line in first.out.splitlines()[1:])
    assert [row[2] for row in rows] == ["finished"] * 3 + ["not there"]
    assert rows[0][0] == "+•••••••0000"
    assert "3 finished" in first.err
    assert set(sandbox.messaging_services.numbers(service)) == set(sandbox.trunks.numbers(trunk)) == set(sids)
    sandbox.add_numbers(numbers(4)[3:])
    second = port_ins(sandbox, tmp_path, *arguments, "--json", "--show-numbers")
    assert second.code == 0
    records = [json.loads(line) for line in second.out.splitlines()]
    assert sorted((record["phone_number"], record["outcome"]) for record in records) == [
        *((number, "finished before") for number in numbers(3)), (numbers(4)[3], "finished"),
    ]  # fmt: skip


def test_finish_with_the_journal_of_another_service(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], [numbers(1)[0]]])
    first, other = sandbox.messaging_services.add(), sandbox.messaging_services.add()
    port_ins(sandbox, tmp_path, "finish", file, "--messaging-service", first, "--wait", "0")
    done = port_ins(sandbox, tmp_path, "finish", file, "--messaging-service", other, "--wait", "0")
    assert done.code == 1
    assert "other options (messaging_service_sid)" in done.err
    assert done.err.endswith("or another journal. --journal FILE names another one.\n")


@pytest.mark.parametrize("with_journal", [True, False])
def test_finish_that_is_stopped_says_how_to_go_on(
    tmp_path: Path, sandbox: Sandbox, with_journal: bool
) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(2))])
    sandbox.add_numbers(numbers(1))
    arguments = ["finish", str(file), "--friendly-name", "Ported", "--wait", "3600", "--interval", "0.1"]
    given = arguments if with_journal else [*arguments[:1], "-", *arguments[2:], "--column", "phone"]
    where = ("--base-url", sandbox.url)
    process = started(("port-ins", *given, *where), tmp_path, environment(sandbox), subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as stdin:
        stdin.write(file.read_bytes())
    process.stdin = None
    wait_until(lambda: sandbox.operations["UpdateIncomingPhoneNumber"] == 1)
    wait_until(lambda: sandbox.operations["ListIncomingPhoneNumber"] >= 5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    words = "Stopped with 1 of 2 done." + (" The same command goes on where it was." if with_journal else "")
    assert (process.returncode, said.decode().splitlines()[-1]) == (130, words)


def test_finish_with_what_cannot_be_done(tmp_path: Path, sandbox: Sandbox) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], [numbers(1)[0]], ["x"]])
    for options, said in (
        ((), "nothing to finish"),
        (("--trunk", "MG" + "1" * 32), "--trunk must be"),
        (("--set", "colour=red"), "colour"),
    ):
        done = port_ins(sandbox, tmp_path, "finish", file, *options)
        assert done.code == 2
        assert said in done.err
    assert sandbox.requests == 0
    done = port_ins(sandbox, tmp_path, "finish", file, "--friendly-name", "Ported", "--wait", "0")
    assert done.code == 1
    assert sorted(line.split("\t")[2] for line in done.out.splitlines()[1:]) == ["failed", "not there"]


def test_report_is_a_page(tmp_path: Path, sandbox: Sandbox, rejected: str) -> None:
    history = tmp_path / "watch.jsonl"
    history.write_text(
        '{"seen_at": "2025-03-03T10:00:00Z", "port_in_phone_number_sid": "PU1", "new_status": "in_review"}\n'
    )
    done = port_ins(sandbox, tmp_path, "report", "--history", history, "--mask")
    assert (done.code, done.out) == (0, "")
    page = (tmp_path / "port-ins.html").read_text()
    assert rejected in page
    assert "5 numbers wait for you" in page
    assert numbers(1)[0] not in page
    assert port_ins(sandbox, tmp_path, "report").code == 2, "what is there is not overwritten"
    assert port_ins(sandbox, tmp_path, "report", rejected, "--force").code == 0
    assert numbers(1)[0] in (tmp_path / "port-ins.html").read_text()
    history.write_text("no\n")
    done = port_ins(sandbox, tmp_path, "report", rejected, "--history", history, "--out", "x.html")
    assert done.code == 2
    assert "line 1: not a line of port-ins watch --json" in done.err
    assert port_ins(sandbox, tmp_path, "report", "PU1").code == 2
