"""From the first check to the last port, over sockets: with webhooks repeated and out of order, and with every
answer to a POST lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.numbers_v1.receiver import Receiver
from twilio_numbers_async.porting.plan import plan_port_ins
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.webhooks import Deduplicator, EventOrder

from .details import ACCOUNT, CARRIER, TODAY, FakeTime, numbers, opened


@pytest.mark.parametrize(("count", "lost"), [(5, False), (5, True), (1001, True)])
async def test_numbers_are_ported(tmp_path: Path, count: int, lost: bool) -> None:
    time = FakeTime()
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"%PDF-1.7 a bill")
    async with (
        Receiver() as receiver,
        Sandbox(now=time.now, strict_documents=True, webhook_repeats=1, webhook_shuffle=7) as sandbox,
        opened(sandbox, time) as twilio,
    ):
        await twilio.webhook_configuration.ensure(port_in_target_url=f"{receiver.url}/porting")
        async with twilio.portability.sweep([*numbers(count), "+15552000985", "x"]) as sweep:
            outcomes = [outcome async for outcome in sweep]
        document = await twilio.documents.upload(bill)
        plan = plan_port_ins(
            outcomes, account_sid=ACCOUNT, losing_carrier=CARRIER, documents=[document], today=TODAY
        )
        assert [one.reason.value for one in plan.left_out] == ["not_portable", "invalid"]
        if lost:
            sandbox.script(Fault.drop_after(), times=None, method="POST", path="/v1/Porting/PortIn")
        created = await twilio.port_ins.create_all(plan, journal=tmp_path / "ports.journal", now=time.now)
        sids = [outcome.result.port_in_request_sid or "" for outcome in created if outcome.result]
        assert tuple(sids) == sandbox.port_in_sids
        assert len(sids) == -(-count // 1000)
        assert sandbox.operations["CreatePortingPortIn"] == len(sids)  # none was sent twice

        time.on_sleep = sandbox.advance
        state: dict[str, Any] = {}
        completed: list[str] = []
        async for change in twilio.port_ins.watch(sids, refresh=0, state=state, now=time.now):
            if change.is_terminal:
                assert change.new_status.value.lower() == "completed"
                completed.append((change.phone_number and change.phone_number.phone_number) or change.sid)
        assert sorted(completed) == sorted([*numbers(count), *sids])
        assert len(json.dumps(state)) < 1000  # what has ended needs no more than that

        # An app that drops repeats and what is stale hears of each completion once, whatever the order.
        await sandbox.webhooks_delivered()
        fresh, order = Deduplicator(), EventOrder()
        heard = [event for event in receiver.events if fresh.is_new(event)]
        assert len(receiver.events) == 2 * len(heard)  # each came twice
        current = [event for event in heard if order.is_current(event)]
        ended = [event.phone_number for event in current if event.is_terminal and event.is_about_number]
        assert sorted(filter(None, ended)) == numbers(count)
        assert [event.subject for event in heard] != sorted(event.subject or "" for event in heard)
