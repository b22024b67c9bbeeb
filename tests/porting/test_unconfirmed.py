"""A port-in that is answered with a success without its SID: it is looked up, and never noted as created."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.errors import DecodeError
from twilio_numbers_async.models import PortIn
from twilio_numbers_async.porting.plan import PortInPlan
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import FakeTime, numbers, opened, plan_of, ported

CREATE = "CreatePortingPortIn"
PATH = "/v1/Porting/PortIn"
PLAN = PortInPlan(requests=plan_of(numbers(2)).requests, left_out=[], duplicates={}, problems=[])

NO_RECEIPT: list[tuple[int, dict[str, Any]]] = [
    (201, {}),
    (201, {"port_in_request_sid": None, "port_in_request_status": "In Review"}),
    (200, {"port_in_request_sid": ""}),
    (200, {"code": 20500, "message": "An internal server error has occurred", "status": 500}),
]


def answers_in(path: Path) -> list[str | None]:
    db = sqlite3.connect(path)
    try:
        return [answer for (answer,) in db.execute("SELECT answer FROM port_ins")]
    finally:
        db.close()


@pytest.mark.parametrize(("status", "body"), NO_RECEIPT)
async def test_it_is_found_where_it_was_created(tmp_path: Path, status: int, body: dict[str, Any]) -> None:
    time, path, late = FakeTime(), tmp_path / "ports.journal", list[asyncio.Task[PortIn]]()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:

        def appear() -> None:  # as if the request had created it, and the list were a little behind
            if not late:
                late.append(asyncio.create_task(twilio.port_ins.create(PLAN.requests[0])))

        time.on_sleep = appear
        sandbox.script(Fault.answer(status, body), method="POST", path=PATH)
        [outcome] = await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)
        created = await late[0]
        assert outcome.result is not None
        assert outcome.result.port_in_request_sid == created.port_in_request_sid == sandbox.port_in_sids[0]
        [again] = await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)
        assert again.from_journal
        assert sandbox.operations[CREATE] == 2  # one of them is the test's own


@pytest.mark.parametrize(("status", "body"), NO_RECEIPT)
async def test_it_is_unknown_where_it_does_not_show(
    tmp_path: Path, status: int, body: dict[str, Any]
) -> None:
    time, path = FakeTime(), tmp_path / "ports.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        sandbox.script(Fault.answer(status, body), method="POST", path=PATH)
        [outcome] = await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)
        assert outcome.is_unknown
        assert isinstance(outcome.error, DecodeError)
        assert outcome.error.may_have_been_processed
        assert answers_in(path) == [None]
        assert sum(time.slept) == 30.0
        # It is not there after all this time, so now it is sent.
        [again] = await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)
        assert again.ok
        assert await ported(twilio) == [numbers(2)]


async def test_what_the_list_names_has_its_sid(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        found = {"phone_numbers": [{"phone_number": number} for number in numbers(2)]}
        sandbox.script(Fault.drop_after(), method="POST", path=PATH)
        sandbox.script(Fault.answer(200, found), path=f"{PATH}/KW*")
        [outcome] = await twilio.port_ins.create_all(PLAN, journal=tmp_path / "j", now=time.now)
        assert outcome.result is not None
        assert outcome.result.port_in_request_sid == sandbox.port_in_sids[0]


async def test_what_version_0_1_0_took_for_a_confirmation_is_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "ports.journal"
    db = sqlite3.connect(path)
    script = Path(__file__).with_name("journal_0_1_0.sql").read_text("utf-8")
    sid = '"port_in_request_sid":"KW11111111111111111111111111111111"'
    assert sid in script
    db.executescript(script.replace(sid, '"port_in_request_sid":null'))
    db.close()
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        [outcome] = await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)
        assert outcome.ok
    assert len([answer for answer in answers_in(path) if answer]) == 1
