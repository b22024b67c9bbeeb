"""A no at the terminal, and Ctrl-C after a yes: the requests that are sent, the words, and the exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.porting.details import checked, numbers, outcomes, plan_of
from twilio_numbers_async.sandbox import Fault, Sandbox

from .command import ROOT, environment, run, start, wait_until, write_csv
from .test_compliance import FILE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals and POSIX signals")

OWNER = """
address_sid = "{0}"
[contact]
email = "robin@example.com"
phone_number = "+1 415 555 0142"
title = "Owner"
"""


class Asking(NamedTuple):
    """A command that asks: its arguments, its question, what a no and Ctrl-C make it say, and the operation."""

    arguments: tuple[str | Path, ...]
    question: str
    no: str
    stopped: str
    operation: str


@pytest.fixture
def answered() -> threading.Event:
    """Set when a slow request is to be answered."""
    return threading.Event()


@pytest.fixture
def sandbox(answered: threading.Event) -> Iterator[Sandbox]:
    async def sleep(seconds: float) -> None:
        await asyncio.to_thread(answered.wait)

    with Sandbox(sleep=sleep) as sandbox:
        yield sandbox
        answered.set()


@pytest.fixture
def rejected(sandbox: Sandbox) -> str:
    """A port-in of three numbers, one of them rejected for its PIN; its SID."""

    async def create() -> str:
        async with sandbox.client() as twilio:
            [created] = await twilio.port_ins.create_all(plan_of(outcomes(checked(3)), target_date=None))
            sid = created.result.port_in_request_sid or ""
            sandbox.port_ins.advance(steps=2)
            line = ((await twilio.port_ins.fetch(sid)).phone_numbers or [])[0]
            sandbox.port_ins.reject(line.port_in_phone_number_sid or "", 22155)
            sandbox.port_ins.advance(steps=9)
            return sid

    return asyncio.run(create())


@pytest.fixture
def asking(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox) -> Asking:
    name: str = request.param
    journal = ("--journal", "kept.journal")
    arguments: tuple[str | Path, ...]
    if name == "hosting create":
        address = sandbox.addresses.add()
        (tmp_path / "owner.toml").write_text(OWNER.format(address))
        rows = [["phone_number_e164", "eligible"], [numbers(1)[0], "true"]]
        file = write_csv(tmp_path / "eligibility.csv", rows)
        arguments = ("hosting", "create", file, "--details", tmp_path / "owner.toml", *journal)
        return Asking(
            arguments, "Order 1 number?", "Nothing was ordered.", "ordered", "CreateHostedNumberOrder"
        )
    if name == "port-ins create":
        (tmp_path / "in.txt").write_text("+14155550100")
        arguments = (
            "port-ins", "create", tmp_path / "in.txt", "--details", ROOT / "examples" / "port.toml", *journal,
        )  # fmt: skip
        question = f"Create 1 port-in request with 1 number for {sandbox.account_sid}?"
        return Asking(arguments, question, "Nothing was created.", "created", "CreatePortingPortIn")
    if name == "compliance create":
        (tmp_path / "excerpt.pdf").write_bytes(b"%PDF-1.7 an excerpt")
        (tmp_path / "gb.toml").write_text(FILE)
        arguments = ("compliance", "create", tmp_path / "gb.toml", *journal)
        return Asking(arguments, "Create and submit ", "Nothing was created.", "created", "CreateAddress")
    sid: str = request.getfixturevalue("rejected")
    if name == "port-ins cancel":
        question = "Cancel all of it?"
        return Asking(
            ("port-ins", "cancel", sid), question, "Nothing was canceled.", "", "DeletePortingPortIn"
        )
    (tmp_path / "right.toml").write_text(f'[pins]\n"{numbers(1)[0]}" = "0007"\n')
    arguments = ("port-ins", "replan", sid, "--corrections", tmp_path / "right.toml", "--create")
    question = f"Cancel 1 number of {sid}, and create 1 port-in request with them?"
    return Asking(arguments, question, "Nothing was created.", "", "DeletePortingPortInPhoneNumber")


def changes(sandbox: Sandbox) -> int:
    """The requests that were to change something."""
    return sum(entry.method != "GET" for entry in sandbox.traffic.log)


def named(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asking", names, indirect=True)


@named("hosting create", "port-ins create", "compliance create", "port-ins cancel", "port-ins replan")
def test_a_no_sends_nothing(tmp_path: Path, sandbox: Sandbox, asking: Asking) -> None:
    from .terminal import asked

    before = changes(sandbox)
    arguments = (*asking.arguments, "--base-url", sandbox.url)
    code, said = asked(asking.question, b"not yet\n", *arguments, cwd=tmp_path, env=environment(sandbox))
    assert (code, said.splitlines()[-1]) == (1, asking.no)
    assert changes(sandbox) == before


@named("hosting create", "port-ins create", "compliance create")
def test_ctrl_c_after_a_yes_says_how_to_go_on(
    tmp_path: Path, sandbox: Sandbox, answered: threading.Event, asking: Asking
) -> None:
    """The request that is under way is finished first, so that the same command need not send it again."""
    sandbox.faults.add(Fault.slow(1.0), method="POST")
    arguments = (*asking.arguments, "--yes", "--base-url", sandbox.url)
    process = start(*arguments, cwd=tmp_path, env=environment(sandbox))
    wait_until(lambda: sandbox.traffic.operations[asking.operation] == 1)
    process.send_signal(signal.SIGINT)
    answered.set()
    _, said = process.communicate()
    words = f"Stopped. The same command goes on: kept.journal keeps what was {asking.stopped}."
    assert (process.returncode, said.decode().splitlines()[-1]) == (130, words)
    assert run(*arguments, cwd=tmp_path, env=environment(sandbox)).code == 0
    assert sandbox.traffic.operations[asking.operation] == 1
