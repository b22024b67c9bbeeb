"""``twilio-numbers hosting`` as real processes: from the check to the last change."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.porting.details import numbers
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import Done, environment, read_csv, run, start, wait_until, write_csv

BULK = "CreateBulkHostedNumberOrder"
TAKEN = "+12125550175"
DETAILS = """
address_sid = "{0}"
friendly_name = "Clinic"
[contact]
email = "robin@example.com"
phone_number = "+1 415 555 0142"
title = "Owner"
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def details(tmp_path: Path, sandbox: Sandbox) -> Path:
    async def address() -> str:
        async with sandbox.client() as twilio:
            created = await twilio.addresses.create(
                customer_name="Example Ltd", street="1 Example St", city="Springfield", region="IL",
                postal_code="62701", iso_country="US",
            )  # fmt: skip
            return created.sid or ""

    path = tmp_path / "owner.toml"
    path.write_text(DETAILS.format(asyncio.run(address())))
    return path


def test_the_sandbox_of_a_command_has_an_address(tmp_path: Path) -> None:
    rows = [["phone_number_e164", "eligible"], *([number, "true"] for number in numbers(2))]
    file = write_csv(tmp_path / "eligibility.csv", rows)
    owner = tmp_path / "owner.toml"
    owner.write_text(DETAILS.format("AD" + "0" * 32))
    done = run("hosting", "create", file, "--details", owner, "--yes", "--sandbox", cwd=tmp_path)
    assert done.code == 0
    assert "2 ordered" in done.err


def hosting(sandbox: Sandbox, cwd: Path, *arguments: str | Path) -> Done:
    return run("hosting", *arguments, "--base-url", sandbox.url, cwd=cwd, env=environment(sandbox))


def check(sandbox: Sandbox, cwd: Path, count: int) -> Path:
    rows = [["phone"], *([number] for number in numbers(count)), [TAKEN], ["no number"]]
    file = write_csv(cwd / "in.csv", rows)
    done = hosting(sandbox, cwd, "check", file, "--bulk-size", "2")
    assert done.code == 0
    return cwd / "eligibility.csv"


def test_check_in_bulk(tmp_path: Path, sandbox: Sandbox) -> None:
    results = read_csv(check(sandbox, tmp_path, 3))
    assert [row["eligible"] for row in results] == ["true", "true", "true", "false", ""]
    assert results[3]["reason"] == "already-in-twilio"
    assert sandbox.operations["CreateBulkEligibility"] == 2
    assert sandbox.operations["CreateEligibility"] == 0
    done = hosting(sandbox, tmp_path, "check", tmp_path / "in.csv", "--bulk-size", "1", "--out", "one.csv")
    assert done.code == 0
    assert sandbox.operations["CreateEligibility"] == 4
    assert hosting(sandbox, tmp_path, "check", tmp_path / "in.csv", "--hosting-account", "AC1").code == 2


def test_plan_sends_nothing(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    results = check(sandbox, tmp_path, 3)
    asked = sandbox.requests
    done = run("hosting", "plan", results, "--details", details, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "3 numbers in 1 bulk request.", "2 left out:", "  line 5: already in twilio: It is with Twilio already.",
        "  line 6: invalid: This is not a phone number", "Ready.",
    ]  # fmt: skip
    shown = run("hosting", "plan", results, "--details", details, "--json", cwd=tmp_path)
    record = json.loads(shown.out)
    assert (record["ready"], record["bulk"], record["requests"]) == (True, True, [numbers(3)])
    assert record["left_out"][0]["line"] == 5
    details.write_text(details.read_text().replace('title = "Owner"', ""))
    done = run("hosting", "plan", results, "--details", details, cwd=tmp_path)
    assert done.code == 1
    assert "contact.title must be given" in done.out
    assert sandbox.requests == asked


def test_plan_tells_equal_reasons_once(tmp_path: Path, details: Path) -> None:
    rows = [
        ["phone_number_e164", "eligible", "reason"],
        *([number, "false", "carrier-ineligible"] for number in numbers(8)[1:]),
        *([number, "true", "eligible"] for number in numbers(1)),
        ["", "", ""],
        ["", "", ""],
    ]
    file = write_csv(tmp_path / "eligibility.csv", rows)
    done = run("hosting", "plan", file, "--details", details, cwd=tmp_path)
    assert done.code == 0
    why = "Its carrier's numbers cannot be hosted. It may be possible to port it."
    assert done.out.splitlines() == [
        "1 number in 1 order.",
        "9 left out:",
        f"  7 lines (2, 3, 4, 5, 6, ...): not eligible: {why}",
        "  2 lines (10, 11): invalid: No number",
        "Ready.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("friendly_name", "colour", "colour is not known. There are: address_sid, "),
        ('email = "robin@example.com"', "", "contact.email is missing"),
        ('"Clinic"', "5", "friendly_name must be text, in quotes"),
        ('friendly_name = "Clinic"', "bulk_size = 1001", "bulk"),
    ],
)
def test_wrong_details_are_told(tmp_path: Path, details: Path, old: str, new: str, said: str) -> None:
    rows = [["phone_number_e164", "eligible"], [numbers(1)[0], "true"]]
    file = write_csv(tmp_path / "eligibility.csv", rows)
    text = details.read_text()
    assert old in text
    details.write_text(text.replace(old, new))
    done = run("hosting", "plan", file, "--details", details, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err


def test_a_file_that_was_not_checked_is_refused(tmp_path: Path, details: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], [numbers(1)[0]]])
    done = run("hosting", "plan", file, "--details", details, cwd=tmp_path)
    assert done.code == 2
    assert "check the numbers first, with twilio-numbers hosting check" in done.err
    rows = [
        ["phone_number_e164", "eligible", "error"], ["", "", "no number"], [numbers(1)[0], "", "HTTP 500"],
        [numbers(2)[1], "maybe", ""],
    ]  # fmt: skip
    done = run("hosting", "plan", write_csv(file, rows), "--details", details, cwd=tmp_path)
    assert done.code == 1
    assert "line 2: invalid" in done.out
    assert "line 3: not checked: its check failed: HTTP 500" in done.out
    assert "line 4: not checked: No status" in done.out


def test_create_orders_once_and_sends_the_letter(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    results = check(sandbox, tmp_path, 3)
    arguments = ("create", results, "--details", details)
    asked = hosting(sandbox, tmp_path, *arguments)
    assert asked.code == 2
    assert "--yes was not given" in asked.err
    sandbox.script(Fault.drop_after(), times=None, method="POST", path="/v2/HostedNumber/Orders/Bulk")
    first = hosting(sandbox, tmp_path, *arguments, "--yes")
    assert first.code == 0
    rows = [line.split("\t") for line in first.out.splitlines()[1:]]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (f"+•••••••{index:04}", "ordered", "received") for index in range(3)
    ]
    sandbox.hosted_number_orders.advance(steps=3)
    second = hosting(sandbox, tmp_path, *arguments, "--yes", "--json", "--show-numbers")
    records = [json.loads(line) for line in second.out.splitlines()]
    assert [record["phone_number"] for record in records] == numbers(3)
    assert {(record["outcome"], record["status"]) for record in records} == {
        ("ordered before", "pending-loa")
    }
    assert sandbox.operations[BULK] == 1
    assert len(sandbox.authorization_documents.sids) == 1
    sandbox.script(Fault.error(401), times=None)
    refused = hosting(sandbox, tmp_path, *arguments, "--yes")
    assert refused.code == 3


def test_what_is_not_ordered(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    results = check(sandbox, tmp_path, 2)
    arguments = ("create", results, "--details", details, "--yes")
    for status, code in ((401, 3), (400, 1)):
        sandbox.script(Fault.error(status), times=1, method="POST", path="/v2/HostedNumber/Orders/Bulk")
        done = hosting(sandbox, tmp_path, *arguments)
        assert done.code == code
        assert {line.split("\t")[1] for line in done.out.splitlines()[1:]} == {"not ordered"}
        assert done.err.endswith("2 not ordered.\n")
    assert hosting(sandbox, tmp_path, *arguments).code == 0


def test_standard_input_has_no_place_for_a_journal(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    done = run(
        "hosting", "create", "-", "--details", details, "--yes", "--base-url", sandbox.url,
        cwd=tmp_path, env=environment(sandbox), stdin=b"phone_number_e164,eligible\n",
    )  # fmt: skip
    assert (done.code, done.err) == (2, "Give --journal: standard input has no place beside it\n")


def test_a_plan_counts_what_came_again(tmp_path: Path, details: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone_number_e164", "eligible"], *[[numbers(1)[0], "true"]] * 3])
    done = run("hosting", "plan", file, "--details", details, cwd=tmp_path)
    assert (done.code, done.out.splitlines()) == (0, ["1 number in 1 order.", "2 came again.", "Ready."])


def test_watch_goes_on_where_it_was(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    results = check(sandbox, tmp_path, 2)
    assert hosting(sandbox, tmp_path, "create", results, "--details", details, "--yes").code == 0
    sids = sandbox.hosted_number_orders.sids
    before = sandbox.operations["ListHostedNumberOrder"]
    process = start(
        "hosting", "watch", "--interval", "0.1", "--state", "s.json", "--base-url", sandbox.url,
        cwd=tmp_path, env=environment(sandbox),
    )  # fmt: skip
    wait_until(lambda: sandbox.operations["ListHostedNumberOrder"] >= before + 3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 130
    rows = [line.split("\t") for line in out.decode().splitlines()[1:]]
    assert [(row[1], row[2], row[5]) for row in rows] == [("order", sid, "received") for sid in sids]
    for sid in sids:
        sandbox.hosted_number_orders.reject(sandbox.hosted_number_orders.find(sid).phone_number)  # type: ignore[union-attr]
    done = hosting(sandbox, tmp_path, "watch", *sids, "--state", "s.json", "--json")
    assert done.code == 0
    records = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["old_status"], one["new_status"]) for one in records] == [("received", "failed")] * 2
    assert records[0]["phone_number"] == "+•••••••0000"
    assert records[0]["advice"].startswith("The order failed: The carrier refuses. ")
    assert hosting(sandbox, tmp_path, "watch", "PX" + "1" * 32).code == 2
    gone = hosting(sandbox, tmp_path, "watch", "HR" + "9" * 32)
    assert (gone.code, "not there" in gone.err) == (1, True)


def test_an_order_is_verified(tmp_path: Path, sandbox: Sandbox, details: Path) -> None:
    results = check(sandbox, tmp_path, 2)
    arguments = ("create", results, "--details", details, "--yes", "--json")
    created = hosting(sandbox, tmp_path, *arguments)
    orders = [json.loads(line) for line in created.out.splitlines()]
    assert "`twilio-numbers hosting verify` calls the number" in orders[0]["advice"]
    sid = orders[0]["hosted_number_order_sid"]
    done = hosting(sandbox, tmp_path, "verify", sid, "--call-delay", "5")
    assert done.code == 0
    [titles, row] = [line.split("\t") for line in done.out.splitlines()]
    assert titles == ["Order", "Status", "Code"]
    assert row[:2] == [sid, "pending-verification"]
    assert row[2].isdecimal()
    assert "Twilio calls the number now" in done.err
    wrong = hosting(sandbox, tmp_path, "verify", "KW" + "1" * 32)
    assert (wrong.code, "SID must be a SID" in wrong.err) == (2, True)
