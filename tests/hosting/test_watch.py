"""Following orders and letters: each change once, also over a stop and through failures."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import pytest

from twilio_numbers_async.errors import InvalidArgumentError, NotFoundError, TransportError
from twilio_numbers_async.hosting.watch import HostingChange
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import FakeTime, numbers, opened
from .test_creation import planned

STEPS = [
    "received", "pending-verification", "verified", "pending-loa", "carrier-processing", "testing", "completed",
]  # fmt: skip


def steps(changes: list[HostingChange], sid: str) -> list[tuple[str | None, str]]:
    return [
        (change.old_status and change.old_status.value, change.new_status.value)
        for change in changes
        if change.sid == sid
    ]


@pytest.mark.parametrize("count", [3, 25])
@pytest.mark.parametrize("stops", [False, True])
async def test_each_change_is_seen_once(count: int, stops: bool) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, count)
        outcomes = await twilio.hosted_number_orders.create_all(plan, now=time.now)
        sids = [outcome.result.sid or "" for outcome in outcomes]
        sandbox.hosted_number_orders.reject(numbers(count)[-1])
        time.on_sleep = sandbox.hosted_number_orders.advance
        time.slept.clear()
        changes: list[HostingChange] = []
        state: dict[str, Any] = {}
        while True:
            watching = twilio.hosted_number_orders.watch(sids, interval=5.0, state=state)
            ended = True
            async with aclosing(watching):
                async for change in watching:
                    changes.append(change)
                    if change.order is not None and change.new_status.value == "verified":
                        await twilio.hosted_number_orders.create_all(plan, now=time.now)
                    if stops:  # another process goes on with what was saved
                        state, ended = json.loads(json.dumps(state)), False
                        break
            if ended:
                break
        assert set(time.slept) == {5.0}
        expected = list(zip([None, *STEPS], STEPS, strict=False))
        for sid in sids[:-1]:
            seen = steps(changes, sid)
            assert [new for _, new in seen] == [step for step in STEPS if step in {new for _, new in seen}]
            assert seen[0] == expected[0]
            assert seen[-1][1] == "completed"
            assert [old for old, _ in seen[1:]] == [new for _, new in seen[:-1]]
        assert steps(changes, sids[-1]) == [(None, "failed")]
        [letter] = sandbox.authorization_documents.sids
        assert steps(changes, letter) in (
            [(None, "signing"), ("signing", "signed")], [(None, "signed")],
        )  # fmt: skip
        assert [change.is_terminal for change in changes].count(True) == count + 1
        last = changes[-1]
        assert last.order is not None
        assert last.advice is None
        assert str(last.order.phone_number) not in repr(last)


async def test_a_whole_account_is_watched_for_ever() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, 2), now=time.now)
        sandbox.hosted_number_orders.reject(numbers(2)[0])
        changes: list[HostingChange] = []

        async def more() -> None:
            await twilio.hosted_number_orders.create_all(await planned(twilio, 3), now=time.now)

        async with aclosing(twilio.hosted_number_orders.watch()) as watching:
            async for change in watching:
                changes.append(change)
                if len(changes) == 1:
                    await more()
                if len(changes) == 3:
                    break
        assert [change.sid for change in changes] == [*sandbox.hosted_number_orders.sids[1:]], (
            "what had ended before the first look is no news"
        )
        assert {change.old_status for change in changes} == {None}


async def test_without_the_first_look() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, 2), now=time.now)
        time.on_sleep = sandbox.hosted_number_orders.advance
        async with aclosing(twilio.hosted_number_orders.watch(initial=False)) as watching:
            first = await anext(watching)
        assert (first.old_status, first.new_status.value) == ("received", "pending-verification")
        assert "verification_code" in (first.advice or "")


async def test_one_that_is_gone_ends_and_one_that_was_never_there_is_told() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, 1), now=time.now)
        [sid] = sandbox.hosted_number_orders.sids
        changes: list[HostingChange] = []
        async for change in twilio.hosted_number_orders.watch(sid):
            changes.append(change)
            await twilio.hosted_number_orders.delete(sid)
        assert steps(changes, sid) == [(None, "received")]
        with pytest.raises(NotFoundError):
            await anext(twilio.hosted_number_orders.watch(["HR" + "9" * 32]))


async def test_failures_are_sat_out_for_a_while() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, 1), now=time.now)
        sandbox.script(Fault.drop(), times=6, method="GET", path="/v2/HostedNumber/*")
        async with aclosing(twilio.hosted_number_orders.watch()) as watching:
            assert (await anext(watching)).new_status.value == "received"
        sandbox.script(Fault.drop(), times=None, method="GET", path="/v2/HostedNumber/*")
        with pytest.raises(TransportError):
            await anext(twilio.hosted_number_orders.watch(patience=300.0))


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        ({"sids": []}, "sids"),
        ({"sids": ["HR" + "1" * 32, "PX" + "1" * 32]}, "sids[1]"),
        ({"interval": 0}, "interval"),
        ({"patience": -1}, "patience"),
        ({"state": {"orders": 5}}, "state"),
    ],
)
async def test_wrong_arguments_are_told_at_once(wrong: dict[str, Any], argument: str) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        with pytest.raises(InvalidArgumentError) as refused:
            twilio.hosted_number_orders.watch(**wrong)
        assert refused.value.argument == argument
        assert sandbox.requests == 0
