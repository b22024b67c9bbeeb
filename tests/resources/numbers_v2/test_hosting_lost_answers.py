"""Hosting requests whose answer was lost: they are looked up, and never sent again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.porting.details import FakeTime, opened
from tests.raw_server import Received, Reply, drop, json_reply, raw_server
from tests.resources.api_2010.answers import answers
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import DecodeError, InvalidRequestError, TransportError, TwilioNumbersError
from twilio_numbers_async.models import HostedNumberOrderStatus
from twilio_numbers_async.sandbox import Fault, Sandbox

from .hosting import AD, BH, HR, NUMBER, OTHER, OWNER, PX, item

ORDERS, LETTERS = "/v2/HostedNumber/Orders", "/v2/HostedNumber/AuthorizationDocuments"
BULK = f"{ORDERS}/Bulk"
ACCOUNT = "AC" + "a" * 32
LOOKS = [0.0, 0.5, 2.0]

processed = pytest.mark.parametrize("fault", [Fault.cut(), Fault.drop_after()], ids=["cut", "dropped"])
not_processed = pytest.mark.parametrize(
    "fault", [Fault.drop(), Fault.error(503), Fault.garbage(201)], ids=["dropped", "503", "garbage"]
)


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox, time: FakeTime) -> AsyncGenerator[TwilioNumbers]:
    async with opened(sandbox, time) as twilio:
        yield twilio


def posts(sandbox: Sandbox, path: str) -> int:
    return sum((each.method, each.path) == ("POST", path) for each in sandbox.log)


async def verified(sandbox: Sandbox, twilio: TwilioNumbers, number: str = NUMBER) -> str:
    sid = (await twilio.hosted_number_orders.create(number, **OWNER)).sid or ""
    sandbox.hosted_number_orders.advance(sid, 2)
    return sid


# orders


@processed
async def test_an_order_is_found_by_its_number(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sandbox.script(fault, method="POST", path=ORDERS)
    order = await twilio.hosted_number_orders.create(NUMBER, **OWNER, account_sid=sandbox.account_sid)
    assert sandbox.hosted_number_orders.sids == (order.sid,)
    assert (posts(sandbox, ORDERS), time.slept) == (1, LOOKS[:1])


@not_processed
async def test_an_order_that_does_not_show_is_not_sent_again(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sandbox.script(fault, method="POST", path=ORDERS)
    with pytest.raises(TwilioNumbersError, match=r"twilio\.hosted_number_orders\.list\(phone_number") as lost:
        await twilio.hosted_number_orders.create(NUMBER, **OWNER)
    assert lost.value.may_have_been_processed
    assert (posts(sandbox, ORDERS), time.slept) == (1, LOOKS)
    assert sandbox.hosted_number_orders.sids == ()


ORDER: dict[str, Any] = {"sid": HR, "phone_number": NUMBER, "status": "received", **OWNER}


def server(*orders: dict[str, Any], lost: Reply = drop, **more: Reply) -> Reply:
    """Loses the answer to every POST, and lists these orders."""

    def handle(received: Received) -> Reply:
        if received.method == "POST":
            return lost
        return next(
            (answer for sid, answer in more.items() if received.path.endswith(sid)),
            json_reply({"items": list(orders), "meta": {"next_page_url": None}}),
        )

    return answers(handle)


@pytest.mark.parametrize(
    "difference",
    [
        {"phone_number": OTHER},
        {"phone_number": None},
        {"sid": ""},
        {"status": "failed"},
        {"status": "completed"},
        {"email": "other@example.com"},
        {"address_sid": "AD" + "c" * 32},
        {"contact_phone_number": OTHER},
        {"account_sid": "AC" + "c" * 32},
    ],
    ids=str,
)
async def test_another_order_is_not_taken_for_the_lost_one(
    time: FakeTime, difference: dict[str, Any]
) -> None:
    async with (
        raw_server(server(ORDER | difference)) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime) as twilio,
    ):
        with pytest.raises(TransportError) as lost:
            await twilio.hosted_number_orders.create(NUMBER, **OWNER, account_sid=ACCOUNT)
    assert lost.value.may_have_been_processed
    assert sum(each.method == "POST" for each in lossy.received) == 1


async def test_the_newest_order_is_the_lost_one(time: FakeTime) -> None:
    old = ORDER | {
        "sid": "HR" + "0" * 32,
        "date_created": "2025-01-01T00:00:00Z",
        "status": "action-required",
    }
    new = ORDER | {"date_created": "2025-05-05T00:00:00Z", "address_sid": None}
    new["email"] = "OWNER@example.com"
    async with (
        raw_server(server(old, new, old)) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime) as twilio,
    ):
        assert (await twilio.hosted_number_orders.create(NUMBER, **OWNER)).sid == HR


async def test_a_list_that_fails_does_not_hide_the_loss(time: FakeTime) -> None:
    async with (
        raw_server(answers(lambda received: drop)) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime, max_retries=0) as twilio,
    ):
        with pytest.raises(TransportError, match="look for it with") as lost:
            await twilio.hosted_number_orders.create(NUMBER, **OWNER)
    assert lost.value.may_have_been_processed
    methods = [each.method for each in lossy.received]
    assert (methods[0], set(methods[1:]), time.slept) == ("POST", {"GET"}, LOOKS)


@pytest.mark.parametrize("answer", [{"phone_number": OTHER}, {"account_sid": "AC" + "c" * 32}, {"sid": None}])
async def test_the_answer_to_something_else_is_no_receipt(time: FakeTime, answer: dict[str, Any]) -> None:
    mistaken = json_reply({"sid": HR, **answer}, 201)
    async with (
        raw_server(server(lost=mistaken)) as wrong,
        TwilioNumbers(ACCOUNT, "x", base_url=wrong.url, runtime=time.runtime) as twilio,
    ):
        with pytest.raises(DecodeError) as mistake:
            await twilio.hosted_number_orders.create(NUMBER, **OWNER, account_sid=ACCOUNT)
    assert mistake.value.may_have_been_processed


@processed
async def test_a_call_is_not_asked_for_twice(sandbox: Sandbox, twilio: TwilioNumbers, fault: Fault) -> None:
    sid = (await twilio.hosted_number_orders.create(NUMBER, **OWNER)).sid or ""
    sandbox.script(fault, method="POST", path=f"{ORDERS}/*")
    with pytest.raises(TransportError, match="verification_attempts") as lost:
        await twilio.hosted_number_orders.verify(sid)
    assert lost.value.may_have_been_processed
    order = await twilio.hosted_number_orders.fetch(sid)
    assert (order.status, order.verification_attempts) == (HostedNumberOrderStatus.PENDING_VERIFICATION, 1)


async def test_a_refusal_is_no_loss(sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime) -> None:
    sid = await verified(sandbox, twilio)
    sandbox.faults.add(Fault.error(400, 70002), method="POST", times=None)
    orders, letters = twilio.hosted_number_orders, twilio.authorization_documents
    for refused in (
        orders.create(OTHER, **OWNER),
        letters.create(sid, **OWNER),
        twilio.bulk_hosted_number_orders.create(item(OTHER)),
    ):
        with pytest.raises(InvalidRequestError) as refusal:
            await refused
        assert not refusal.value.may_have_been_processed
    assert time.slept == []


# letters


@processed
async def test_a_letter_is_found_by_its_order(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sid = await verified(sandbox, twilio)
    sandbox.script(fault, method="POST", path=LETTERS)
    letter = await twilio.authorization_documents.create([sid], **OWNER)
    assert sandbox.authorization_documents.sids == (letter.sid,)
    assert (posts(sandbox, LETTERS), time.slept) == (1, LOOKS[:1])


@not_processed
async def test_a_letter_that_does_not_show_is_not_sent_again(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sid = await verified(sandbox, twilio)
    sandbox.script(fault, method="POST", path=LETTERS)
    with pytest.raises(TwilioNumbersError, match="signing_document_sid") as lost:
        await twilio.authorization_documents.create([sid], **OWNER)
    assert lost.value.may_have_been_processed
    assert (posts(sandbox, LETTERS), time.slept) == (1, LOOKS)
    assert sandbox.authorization_documents.sids == ()


async def test_an_earlier_letter_is_not_taken_for_the_lost_one(time: FakeTime) -> None:
    """The order had one before, which had failed."""
    order = json_reply({"sid": HR, "status": "action-required", "signing_document_sid": PX})
    async with (
        raw_server(server(**{HR: order})) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime) as twilio,
    ):
        with pytest.raises(TransportError):
            await twilio.authorization_documents.create(HR, **OWNER)
    assert not [each for each in lossy.received if PX in each.path]


# bulk requests


@processed
async def test_a_bulk_request_is_found_by_its_first_number(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sandbox.script(fault, method="POST", path=BULK)
    bulk = await twilio.bulk_hosted_number_orders.create(item(NUMBER, OTHER), friendly_name="Move")
    assert (bulk.total_count, bulk.friendly_name) == (2, "Move")
    orders = [order async for order in twilio.hosted_number_orders.list()]
    assert {order.bulk_hosting_request_sid for order in orders} == {bulk.bulk_hosting_sid}
    assert (len(orders), posts(sandbox, BULK), time.slept) == (2, 1, LOOKS[:1])


@not_processed
async def test_a_bulk_request_that_does_not_show_is_not_sent_again(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, fault: Fault
) -> None:
    sandbox.script(fault, method="POST", path=BULK)
    with pytest.raises(TwilioNumbersError, match=r"look for its orders with") as lost:
        await twilio.bulk_hosted_number_orders.create(item())
    assert lost.value.may_have_been_processed
    assert (posts(sandbox, BULK), time.slept) == (1, LOOKS)


@pytest.mark.parametrize(
    "bulk",
    [{"total_count": "1"}, {"total_count": None}, {"friendly_name": ""}, {"friendly_name": "Move"}],
    ids=str,
)
async def test_a_bulk_request_is_found_by_what_it_says_of_itself(
    time: FakeTime, bulk: dict[str, Any]
) -> None:
    """A field that is missing is no difference."""
    there = json_reply({"bulk_hosting_sid": BH, "new_field": [1], **bulk})
    async with (
        raw_server(server(ORDER | {"bulk_hosting_request_sid": BH}, **{BH: there})) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime) as twilio,
    ):
        found = await twilio.bulk_hosted_number_orders.create(item(), friendly_name="Move")
    assert found.bulk_hosting_sid == BH
    assert sum(each.method == "POST" for each in lossy.received) == 1


async def test_a_bulk_request_whose_first_number_is_refused_is_found_by_the_next(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    sandbox.script(Fault.drop_after(), method="POST", path=BULK)
    bulk = await twilio.bulk_hosted_number_orders.create(item("+12125550175", NUMBER))
    assert (bulk.total_count, posts(sandbox, BULK)) == (2, 1)


@pytest.mark.parametrize(
    ("order", "bulk"),
    [
        ({"bulk_hosting_request_sid": None}, {}),
        ({"status": "failed"}, {}),
        ({}, {"total_count": 2}),
        ({}, {"friendly_name": "Another"}),
    ],
    ids=str,
)
async def test_another_bulk_request_is_not_taken_for_the_lost_one(
    time: FakeTime, order: dict[str, Any], bulk: dict[str, Any]
) -> None:
    there = json_reply({"bulk_hosting_sid": BH, "total_count": 1, "friendly_name": None, **bulk})
    of_it = ORDER | {"bulk_hosting_request_sid": BH} | order
    async with (
        raw_server(server(of_it, **{BH: there})) as lossy,
        TwilioNumbers(ACCOUNT, "x", base_url=lossy.url, runtime=time.runtime) as twilio,
    ):
        with pytest.raises(TransportError):
            await twilio.bulk_hosted_number_orders.create(item(address_sid=AD))
    assert sum(each.method == "POST" for each in lossy.received) == 1
