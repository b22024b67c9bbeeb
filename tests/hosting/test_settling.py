"""Requests whose answer never came: nothing is ordered twice, and no number is lost, whatever else was ordered."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Received, Reply, drop, json_reply, raw_server, stall
from tests.resources.api_2010.answers import answers
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, JournalError
from twilio_numbers_async.hosting.outcome import HostingOutcome
from twilio_numbers_async.hosting.plan import HostingPlan
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import ACCOUNT, ADDRESS, CONTACT, FakeTime, eligible, numbers, opened, plan_of
from .server import Orders
from .test_creation import BULK, LETTER, ORDER, PATHS, planned, sent, statuses, verify

BY_HAND: dict[str, Any] = {
    "contact_phone_number": CONTACT.phone_number,
    "email": CONTACT.email,
    "contact_title": CONTACT.title,
}


async def orders_by_hand(twilio: TwilioNumbers, address: str, *ordered: str) -> None:
    for number in ordered:
        await twilio.hosted_number_orders.create(number, address_sid=address, **BY_HAND)


async def test_a_lost_bulk_request_is_not_the_order_that_somebody_made_of_one_of_its_numbers(
    tmp_path: Path,
) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 4)
        rule = sandbox.script(Fault.drop(), times=None, method="POST", path=PATHS[BULK])
        first = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.is_unknown for outcome in first] == [True] * 4
        rule.cancel()
        await orders_by_hand(twilio, plan.address_sid, numbers(4)[0])
        second = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(second) == {"received": 4}
        assert [outcome.was_there for outcome in second] == [True, False, False, False]
        assert sent(sandbox)[:2] == [2, 1]


async def test_a_lost_bulk_request_is_not_another_one_that_has_one_of_its_numbers(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 4)
        rule = sandbox.script(Fault.drop(), times=None, method="POST", path=PATHS[BULK])
        await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        rule.cancel()
        others = plan_of(
            [*eligible(9)[5:8], *eligible(1)], address=plan.address_sid, friendly_name="Somebody else"
        )
        assert len(others.phone_numbers) == 4
        await twilio.hosted_number_orders.create_all(others, now=time.now)
        second = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(second) == {"received": 4}
        assert [outcome.was_there for outcome in second] == [True, False, False, False]
        assert len(sandbox.hosted_number_orders.sids) == 7


@pytest.mark.parametrize("bulk_size", [1, 10])
async def test_orders_that_failed_behind_a_lost_answer_are_not_made_again(
    tmp_path: Path, bulk_size: int
) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3, bulk_size=bulk_size)
        name = BULK if bulk_size > 1 else ORDER
        sandbox.script(Fault.drop_after(), times=None, method="POST", path=PATHS[name])
        rule = sandbox.script(Fault.error(503), times=None, skip=3, path="/v2/HostedNumber/*", method="GET")
        first = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.is_unknown for outcome in first] == [True] * 3
        rule.cancel()
        for sid in sandbox.hosted_number_orders.sids:
            await twilio.hosted_number_orders.fetch(sid)
        for number in numbers(3):
            sandbox.hosted_number_orders.reject(number)
        for _ in range(2):
            outcomes = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
            assert statuses(outcomes) == {"failed": 3}
            assert [outcome.from_journal for outcome in outcomes] == [True] * 3
        assert len(sandbox.hosted_number_orders.sids) == 3


@pytest.mark.parametrize("bulk_size", [1, 10])
async def test_what_failed_before_is_not_the_order_that_is_new(tmp_path: Path, bulk_size: int) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3, bulk_size=bulk_size)
        await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "a", now=time.now)
        for number in numbers(3):
            sandbox.hosted_number_orders.reject(number)
        rule = sandbox.script(Fault.drop(), times=None, method="POST", path="/v2/HostedNumber/*")
        lost = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "b", now=time.now)
        assert statuses(lost) == {"failed": 3}
        rule.cancel()
        again = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "b", now=time.now)
        assert statuses(again) == {"received": 3}
        assert len(sandbox.hosted_number_orders.sids) == 6


async def test_a_journal_of_another_account_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2)
        rule = sandbox.script(Fault.drop(), times=None, method="POST", path=PATHS[BULK])
        await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        rule.cancel()
        sandbox.accounts.add("AC" + "b" * 32, "another-token")
        asked = sandbox.requests
        async with opened(sandbox, time, account_sid="AC" + "b" * 32, auth_token="another-token") as other:
            with pytest.raises(JournalError, match="is of another account: give another path"):
                await other.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert sandbox.requests == asked
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(outcomes) == {"received": 2}


async def create_all(
    server: Orders, count: int, journal: Path | None, **details: Any
) -> list[HostingOutcome]:
    time = FakeTime()
    async with (
        raw_server(answers(server.handle)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        plan = plan_of(eligible(count), address=ADDRESS, **details)
        return await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)


@pytest.mark.parametrize("count", [2, 25])
async def test_an_order_that_the_list_does_not_show_yet_is_a_result(tmp_path: Path, count: int) -> None:
    server = Orders(hidden=True)
    for expected in (False, True):
        outcomes = await create_all(server, count, tmp_path / "journal", bulk_size=1)
        assert statuses(outcomes) == {"received": count}
        assert {outcome.from_journal for outcome in outcomes} == {expected}
    assert len(server.posts) == count


async def test_a_new_order_goes_before_one_that_failed_before_it() -> None:
    old = {"sid": "HR" + "9" * 32, "phone_number": numbers(1)[0], "status": "FAILED"}
    server = Orders(old, hidden=True)
    [outcome] = await create_all(server, 1, None)
    assert (outcome.result.sid, outcome.was_there) == ("HR" + f"{1:032}", False)


@pytest.mark.parametrize(
    "bulk",
    [
        {"total_count": "2"},
        {},
        {"results": [{"order_status": "received", "count": "2", "orders": [{"phone_number": 1}]}]},
        {"total_count": 3},
    ],
    ids=["as text", "missing", "another number", "another count"],
)
@pytest.mark.parametrize("named", [True, False])
async def test_a_lost_bulk_request_is_settled_by_what_its_orders_say(
    tmp_path: Path, bulk: dict[str, Any], named: bool
) -> None:
    """All of its numbers have orders: whatever they say of it, nothing is sent again."""
    server = Orders(bulk_hosting_request_sid="BH" + "1" * 32 if named else None)
    server.bulk, server.lost = bulk, lambda _: drop
    for _ in range(3):
        outcomes = await create_all(server, 2, tmp_path / "journal")
        assert statuses(outcomes) == {"received": 2}
    assert server.posts == [numbers(2)]


async def test_orders_that_do_not_show_in_time_have_the_error_of_the_look(tmp_path: Path) -> None:
    server = Orders()
    asked = 0

    def refuse(received: Received) -> Reply:
        nonlocal asked
        asked += received.method == "GET" and received.path.endswith("Orders")
        if asked > 2:
            return json_reply({"code": 20500}, 500)
        return server.handle(received)

    time = FakeTime()
    async with (
        raw_server(answers(refuse)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        plan = plan_of(eligible(2), address=ADDRESS)
        server.bulk = {"results": [{"order_status": "received", "orders": []}]}
        outcomes = await twilio.hosted_number_orders.create_all(
            plan, journal=tmp_path / "journal", now=time.now
        )
        assert [getattr(outcome.error, "status", None) for outcome in outcomes] == [500, 500]
        assert all(outcome.is_unknown for outcome in outcomes)
        asked = 0
        outcomes = await twilio.hosted_number_orders.create_all(
            plan, journal=tmp_path / "journal", now=time.now
        )
        assert statuses(outcomes) == {"received": 2}
    assert server.posts == [numbers(2)]


async def test_a_stopped_run_says_when_it_gave_up(tmp_path: Path) -> None:
    """The next one does not wait longer for what cannot come any more."""
    time, journal, server = FakeTime(), tmp_path / "journal", Orders()

    def swallow(received: Received) -> Reply:
        return stall if received.method == "POST" else server.handle(received)

    async with (
        raw_server(answers(swallow)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        plan = plan_of(eligible(2), address=ADDRESS, bulk_size=1)
        create = twilio.hosted_number_orders.create_all
        run = asyncio.ensure_future(create(plan, journal=journal, now=time.now))
        await raw.until(lambda raw: sum(each.method == "POST" for each in raw.received) == 2)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        raw.script[:] = [answers(server.handle)]
        time.moment += dt.timedelta(seconds=100)
        outcomes = await create(plan, journal=journal, now=time.now)
    assert statuses(outcomes) == {"received": 2}
    assert sum(time.slept) == 20.0


# letters


async def verified(
    sandbox: Sandbox, twilio: TwilioNumbers, journal: Path | None, time: FakeTime
) -> HostingPlan:
    """A plan of three numbers whose orders are verified, and have no letter."""
    plan = await planned(twilio, 3)
    await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
    verify(sandbox)
    return plan


async def test_a_letter_that_somebody_sent_for_one_order_is_not_the_lost_one_of_all(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await verified(sandbox, twilio, journal, time)
        create, first = twilio.hosted_number_orders.create_all, sandbox.hosted_number_orders.sids[0]
        sandbox.script(Fault.drop(), times=1, method="POST", path=PATHS[LETTER])
        await create(plan, journal=journal, now=time.now)
        by_hand = {key: value for key, value in BY_HAND.items() if key != "contact_title"}
        await twilio.authorization_documents.create(first, address_sid=plan.address_sid, **by_hand)
        await create(plan, journal=journal, now=time.now)
        outcomes = await create(plan, journal=journal, now=time.now)
        assert statuses(outcomes) == {"pending-loa": 3}
        letters = [outcome.result.signing_document_sid for outcome in outcomes]
        assert (letters[0] == letters[1], letters[1] == letters[2]) == (False, True)
        assert len(sandbox.authorization_documents.sids) == 2


async def test_no_letter_is_sent_for_an_order_with_another_address() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        await orders_by_hand(twilio, "AD" + "7" * 32, numbers(3)[1])
        plan = await verified(sandbox, twilio, None, time)
        outcomes = await twilio.hosted_number_orders.create_all(plan, now=time.now)
        assert statuses(outcomes) == {"pending-loa": 2, "verified": 1}
        error = outcomes[1].letter_error
        assert isinstance(error, InvalidArgumentError)
        assert f"made with the address {'AD' + '7' * 32}, and the plan has another one" in str(error)
        assert [outcome.letter_error for outcome in outcomes[::2]] == [None, None]


LETTER_SID = "PX" + "5" * 32


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("canceled", 1),
        ("FAILED", 1),
        (None, 0),
        ("signing", 0),
        ("signed", 0),
        ("a new word", 0),
        ("gone", 1),
    ],
)
async def test_a_letter_that_an_order_still_names_is_sent_anew_once_it_has_ended(
    status: str | None, expected: int
) -> None:
    """An order may name a letter that was canceled."""
    order = {"sid": "HR" + "1" * 32, "phone_number": numbers(1)[0], "status": "Verified"}
    server = Orders(order | {"signing_document_sid": LETTER_SID})
    letters: list[Received] = []

    def handle(received: Received) -> Reply:
        if "AuthorizationDocuments" not in received.path:
            return server.handle(received)
        if received.method == "POST":
            letters.append(received)
            return json_reply({"sid": "PX" + "6" * 32, "status": "signing"}, 201)
        letter = {"sid": LETTER_SID, "status": status}
        return json_reply({"code": 20404}, 404) if status == "gone" else json_reply(letter)

    time = FakeTime()
    async with (
        raw_server(answers(handle)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        [outcome] = await twilio.hosted_number_orders.create_all(plan_of(eligible(1)), now=time.now)
    assert (outcome.letter_error, len(letters)) == (None, expected)


async def test_a_letter_that_cannot_be_looked_at_is_an_error_of_its_orders_alone() -> None:
    orders = [
        {
            "sid": f"HR{place:032}",
            "phone_number": number,
            "status": "verified",
            "signing_document_sid": letter,
        }
        for place, (number, letter) in enumerate(zip(numbers(2), (LETTER_SID, None), strict=True))
    ]
    server = Orders(*orders)

    def handle(received: Received) -> Reply:
        if "AuthorizationDocuments" not in received.path:
            return server.handle(received)
        if received.method == "POST":
            return json_reply({"sid": "PX" + "6" * 32, "status": "signing"}, 201)
        return json_reply({"code": 20001, "message": "No"}, 400)

    time = FakeTime()
    async with (
        raw_server(answers(handle)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        outcomes = await twilio.hosted_number_orders.create_all(plan_of(eligible(2)), now=time.now)
    assert [getattr(outcome.letter_error, "status", None) for outcome in outcomes] == [400, None]
    assert all(outcome.ok for outcome in outcomes)
