"""Following orders and letters: each change once, also over a stop and through failures."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import pytest

from tests.raw_server import Received, Reply, json_reply, raw_server
from tests.resources.api_2010.answers import answers
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, NotFoundError, TransportError
from twilio_numbers_async.hosting.watch import HostingChange
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import ACCOUNT, FakeTime, numbers, opened
from .test_creation import planned

ORDERS = "/v2/HostedNumber/Orders"
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


@pytest.mark.parametrize("count", [2, 22])
async def test_a_letter_that_is_canceled_is_seen_and_so_is_the_next_one(count: int) -> None:
    """Once it is canceled, no order names it any more."""
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, count)
        create, cancel = twilio.hosted_number_orders.create_all, twilio.authorization_documents.cancel
        await create(plan, now=time.now)
        sandbox.hosted_number_orders.advance(steps=2)
        await create(plan, now=time.now)
        changes: list[HostingChange] = []
        state: dict[str, Any] = {}
        done = False
        while not done:  # another process goes on after each change
            state, done = json.loads(json.dumps(state)), True
            watching = twilio.hosted_number_orders.watch(
                sandbox.hosted_number_orders.sids, interval=5.0, state=state
            )
            async with aclosing(watching):
                async for change in watching:
                    changes.append(change)
                    if len(changes) == count + 1:
                        await cancel(sandbox.authorization_documents.sids[0])
                        await create(plan, now=time.now)
                        time.on_sleep = sandbox.hosted_number_orders.advance
                    done = False
                    break
        first, second = sandbox.authorization_documents.sids
        assert steps(changes, first) == [(None, "signing"), ("signing", "canceled")]
        assert steps(changes, second) == [(None, "signing"), ("signing", "signed")]
        ended = [change.sid for change in changes if change.new_status.value == "completed"]
        assert sorted(ended) == sorted(sandbox.hosted_number_orders.sids)


async def test_letters_that_cannot_be_listed_are_seen_although_their_orders_have_ended() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        sandbox.hosted_number_orders.bulk_letters = True
        await twilio.hosted_number_orders.create_all(await planned(twilio, 2), now=time.now)
        sandbox.hosted_number_orders.advance(steps=3)
        sandbox.script(Fault.drop(), times=4, method="GET", path="/v2/HostedNumber/AuthorizationDocuments")
        changes = [
            change async for change in twilio.hosted_number_orders.watch(sandbox.hosted_number_orders.sids)
        ]
        [letter] = sandbox.authorization_documents.sids
        assert steps(changes, letter) == [(None, "signed")]
        assert [change.new_status.value for change in changes] == ["signed", "completed", "completed"]


async def test_what_had_ended_is_no_news_for_who_stops_in_the_first_look_either() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, 3), now=time.now)
        sandbox.hosted_number_orders.reject(numbers(3)[-1])
        state: dict[str, Any] = {}
        seen: list[HostingChange] = []
        time.on_sleep = sandbox.hosted_number_orders.advance
        for _ in range(3):
            state = json.loads(json.dumps(state))
            async with aclosing(twilio.hosted_number_orders.watch(state=state)) as watching:
                seen.append(await anext(watching))
        assert sorted(change.sid for change in seen[:2]) == sorted(sandbox.hosted_number_orders.sids[:2])
        assert [change.old_status for change in seen] == [None, None, "received"]


@pytest.mark.parametrize("count", [2, 22])
async def test_orders_that_were_deleted_while_nobody_watched_are_over(count: int) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await twilio.hosted_number_orders.create_all(await planned(twilio, count), now=time.now)
        sids = sandbox.hosted_number_orders.sids
        state: dict[str, Any] = {}
        async with aclosing(twilio.hosted_number_orders.watch(sids, state=state)) as watching:
            for _ in sids:
                await anext(watching)
        state = json.loads(json.dumps(state))
        for sid in sids:
            await twilio.hosted_number_orders.delete(sid)
        assert [change async for change in twilio.hosted_number_orders.watch(sids, state=state)] == []


async def test_an_order_that_a_list_has_twice_has_changed_once() -> None:
    """Pages shift while orders are added; and statuses come in capitals, new ones, or not at all."""
    rows = [("HR" + "1" * 32, "RECEIVED"), ("HR" + "2" * 32, "New Word"), ("HR" + "3" * 32, None)]
    items: list[dict[str, Any]] = [
        {"sid": sid, "status": status, "unknown": {}} for sid, status in [*rows, *rows]
    ]
    pages: list[dict[str, Any]] = [
        {"items": items[:3], "meta": {"next_page_url": f"{ORDERS}?Page=1"}},
        {"items": items[2:], "meta": {"next_page_url": None}},
    ]

    def fail() -> None:
        items[0]["status"] = items[3]["status"] = "failed"

    def handle(received: Received) -> Reply:
        return json_reply(pages["Page" in received.query] if received.path == ORDERS else {"items": None})

    time = FakeTime()
    async with (
        raw_server(answers(handle)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        changes: list[HostingChange] = []
        async with aclosing(twilio.hosted_number_orders.watch()) as watching:
            async for change in watching:
                changes.append(change)
                if len(changes) == 2:
                    items[0]["status"] = items[3]["status"] = "Received"
                    time.on_sleep = fail
                if len(changes) == 3:
                    break
    assert [(change.sid[2], change.new_status.value) for change in changes] == [
        ("1", "received"), ("2", "New Word"), ("1", "failed"),
    ]  # fmt: skip


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
