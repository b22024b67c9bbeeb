"""Orders, letters and bulk requests on the sandbox: from the order to the hosted number."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.porting.details import FakeTime, opened
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    ConflictError,
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    RequestTimeoutError,
)
from twilio_numbers_async.models import (
    AuthorizationDocumentStatus,
    BulkHostedNumberOrderStatus,
    HostedNumberOrder,
    HostedNumberOrderStatus,
)
from twilio_numbers_async.sandbox import Sandbox

from .hosting import AD, CONTACT_NUMBER, HR, NUMBER, OTHER, OWNER, item

Status = HostedNumberOrderStatus


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


async def ordered(twilio: TwilioNumbers, number: str = NUMBER) -> str:
    """The SID of a new order."""
    order = await twilio.hosted_number_orders.create(number, **OWNER)
    assert order.sid is not None
    return order.sid


async def test_an_order_can_do_without_a_title(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    """It is optional there, as the specification's example without it shows; a bulk request names its place."""
    order = await twilio.hosted_number_orders.create(NUMBER, **OWNER)
    assert (order.status, order.contact_title) == (Status.RECEIVED, None)
    with pytest.raises(InvalidArgumentError, match="empty") as refused:
        await twilio.bulk_hosted_number_orders.create(item(OTHER, contact_title=""))
    assert refused.value.argument == "request_items[0].contact_title"
    assert sandbox.operations["CreateBulkHostedNumberOrder"] == 0


async def verified(sandbox: Sandbox, twilio: TwilioNumbers, *numbers: str) -> list[str]:
    """The SIDs of new orders that are verified."""
    sids = [await ordered(twilio, number) for number in numbers]
    for sid in sids:
        code = (await twilio.hosted_number_orders.verify(sid)).verification_code
        assert sandbox.hosted_number_orders.enter_code(sid, code or "")
    return sids


async def test_an_order_is_the_one_that_was_asked_for(twilio: TwilioNumbers) -> None:
    order = await twilio.hosted_number_orders.create(
        "+1 415-555-0101",
        **OWNER,
        contact_title="Owner",
        friendly_name="Front desk",
        cc_emails=["copy@example.com"],
        sms_url="https://example.com/sms",
    )
    assert (order.phone_number, order.status) == (NUMBER, Status.RECEIVED)
    assert (order.address_sid, order.email, order.contact_phone_number) == (
        AD,
        OWNER["email"],
        CONTACT_NUMBER,
    )
    assert (order.contact_title, order.friendly_name) == ("Owner", "Front desk")
    assert (order.cc_emails, order.verification_attempts) == (["copy@example.com"], 0)
    assert order.capabilities is not None
    assert order.capabilities.sms
    assert await twilio.hosted_number_orders.fetch(order.sid or "") == order
    number = await twilio.incoming_phone_numbers.fetch(order.incoming_phone_number_sid or "")
    assert (number.phone_number, number.origin, number.sms_url) == (
        NUMBER,
        "hosted",
        "https://example.com/sms",
    )


async def test_from_the_order_to_the_hosted_number(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    orders, letters = twilio.hosted_number_orders, twilio.authorization_documents
    sid = await ordered(twilio)
    called = await orders.verify(sid, call_delay=15, call_extension="789")
    assert called.status is Status.PENDING_VERIFICATION
    assert (called.verification_attempts, called.verification_call_delay) == (1, 15)
    assert called.verification_call_extension == "789"
    assert sandbox.hosted_number_orders.enter_code(sid, called.verification_code or "")
    letter = await letters.create(sid, **OWNER, contact_title="Owner", cc_emails="copy@example.com")
    assert letter.status is AuthorizationDocumentStatus.SIGNING
    assert not letter.status.is_terminal
    (row,) = await letters.orders(letter.sid or "").collect()
    assert (row.sid, row.status, row.signing_document_sid) == (sid, Status.PENDING_LOA, letter.sid)
    assert sandbox.authorization_documents.sign() == 1
    assert (await letters.fetch(letter.sid or "")).status is AuthorizationDocumentStatus.SIGNED
    time.on_sleep = sandbox.hosted_number_orders.advance
    done = await orders.wait(sid)
    assert done.status is Status.COMPLETED
    assert time.slept == [2.0, 3.0]
    (number,) = await twilio.incoming_phone_numbers.list(origin="hosted").collect()
    assert number.sid == done.incoming_phone_number_sid


async def test_a_wait_ends_where_it_is_told(sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime) -> None:
    orders = twilio.hosted_number_orders
    first, second, third = [await ordered(twilio, f"+1415555010{digit}") for digit in (1, 2, 3)]
    time.on_sleep = lambda: sandbox.hosted_number_orders.advance(first)
    assert (await orders.wait(first, until="verified")).status is Status.VERIFIED

    def is_called(order: HostedNumberOrder) -> bool:
        return bool(order.verification_attempts)

    time.on_sleep = lambda: sandbox.hosted_number_orders.advance(second)
    assert (await orders.wait(second, until=is_called)).status is Status.PENDING_VERIFICATION
    sandbox.hosted_number_orders.reject("+14155550103")
    failed = await orders.wait(third, until=Status.VERIFIED)
    assert (failed.status, failed.failure_reason) == (Status.FAILED, "The carrier refuses")
    time.on_sleep = None
    with pytest.raises(RequestTimeoutError):
        await orders.wait(second, timeout=5.0)


async def test_three_calls_and_no_more(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sid = await ordered(twilio)
    codes = set[str | None]()
    for attempt in (1, 2, 3):
        order = await twilio.hosted_number_orders.verify(sid)
        assert order.verification_attempts == attempt == len(order.verification_call_sids or ())
        codes.add(order.verification_code)
        assert not sandbox.hosted_number_orders.enter_code(sid, "wrong")
    assert len(codes) == 3
    order = await twilio.hosted_number_orders.fetch(sid)
    assert (order.status, order.next_step) == (Status.ACTION_REQUIRED, "CONTACT_SUPPORT")
    with pytest.raises(InvalidRequestError, match=r"hosted_number_orders\.fetch") as refused:
        await twilio.hosted_number_orders.verify(sid)
    assert refused.value.code == 22114


async def test_an_order_is_deleted_while_it_is_received(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    orders = twilio.hosted_number_orders
    sid = await ordered(twilio)
    await orders.delete(sid)
    with pytest.raises(NotFoundError):
        await orders.fetch(sid)
    assert await twilio.incoming_phone_numbers.list().collect() == []
    sid = await ordered(twilio)
    await orders.verify(sid)
    with pytest.raises(ConflictError):
        await orders.delete(sid)
    assert sandbox.hosted_number_orders.sids == (sid,)


async def test_a_number_has_one_order(twilio: TwilioNumbers) -> None:
    await ordered(twilio)
    with pytest.raises(ConflictError, match=r"hosted_number_orders\.list\(phone_number"):
        await ordered(twilio)


async def test_a_number_that_is_not_eligible_has_no_order(twilio: TwilioNumbers) -> None:
    with pytest.raises(InvalidRequestError, match="CARRIER_INELIGIBLE"):
        await ordered(twilio, "+14155550180")


async def test_orders_are_listed_by_what_they_are(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    orders = twilio.hosted_number_orders
    first, second = await verified(sandbox, twilio, NUMBER, OTHER)
    third = (await orders.create("+14155550103", **OWNER, friendly_name="Desk", sms_capability=False)).sid

    async def found(**filters: object) -> list[str | None]:
        rows = orders.list(page_size=2, **filters)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return [order.sid async for order in rows]

    assert await found() == [first, second, third]
    assert await found(status="verified") == [first, second]
    assert await found(status=Status.COMPLETED) == []
    assert await found(sms_capability=False) == [third]
    assert await found(phone_number="+1 (415) 555-0102") == [second]
    assert await found(friendly_name="Desk") == [third]
    sid = (await orders.fetch(first)).incoming_phone_number_sid
    assert await found(incoming_phone_number_sid=sid) == [first]
    assert [order.sid async for order in orders.list(limit=1)] == [first]


async def test_letters_are_listed_and_canceled(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    letters = twilio.authorization_documents
    one, two, three = await verified(sandbox, twilio, NUMBER, OTHER, "+14155550103")
    first = await letters.create([one, two, one], **OWNER)
    second = await letters.create([three], **{**OWNER, "email": "other@example.com"})
    sids = [first.sid, second.sid]
    assert [letter.sid async for letter in letters.list(page_size=1)] == sids
    assert [letter.sid async for letter in letters.list(email="other@example.com")] == sids[1:]
    assert [order.sid async for order in letters.orders(first.sid or "", page_size=1)] == [one, two]
    assert [order.sid async for order in letters.orders(first.sid or "", phone_number=OTHER)] == [two]
    assert [order.sid async for order in letters.orders(first.sid or "", status="completed")] == []
    await letters.cancel(first.sid or "")
    assert [letter.sid async for letter in letters.list(status="canceled")] == sids[:1]
    order = await twilio.hosted_number_orders.fetch(one)
    assert (order.status, order.signing_document_sid) == (Status.VERIFIED, None)
    sandbox.authorization_documents.sign(second.sid)
    with pytest.raises(ConflictError):
        await letters.cancel(second.sid or "")


@pytest.mark.parametrize(
    ("steps", "words"),
    [(0, "is not verified yet"), (1, "is not verified yet"), (4, "was signed"), (6, "has ended")],
)
async def test_a_letter_for_an_order_at_another_step_is_not_sent(
    sandbox: Sandbox, twilio: TwilioNumbers, steps: int, words: str
) -> None:
    good, sid = await verified(sandbox, twilio, OTHER), await ordered(twilio)
    sandbox.hosted_number_orders.advance(sid, min(steps, 2))
    if steps > 2:
        await twilio.authorization_documents.create(sid, **OWNER)
        sandbox.hosted_number_orders.advance(sid, steps - 3)
    before = sandbox.operations["CreateAuthorizationDocument"]
    with pytest.raises(InvalidArgumentError, match=words) as caught:
        await twilio.authorization_documents.create([*good, sid], **OWNER)
    assert caught.value.argument == "hosted_number_order_sids[1]"
    assert sandbox.operations["CreateAuthorizationDocument"] == before


async def test_many_orders_are_looked_at_together(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sids = [await ordered(twilio, f"+1415555010{digit}") for digit in range(5)]
    sandbox.hosted_number_orders.advance(steps=2)
    letter = await twilio.authorization_documents.create(sids, **OWNER)
    assert [order.sid async for order in twilio.authorization_documents.orders(letter.sid or "")] == sids
    asked = sandbox.traffic.operations
    assert (asked["ListHostedNumberOrder"], asked["FetchHostedNumberOrder"]) == (1, 0)
    sids += [await ordered(twilio, "+14155550106")]
    with pytest.raises(InvalidArgumentError, match=r"sids\[5\] is not verified yet"):
        await twilio.authorization_documents.create(sids, **OWNER)
    assert asked["CreateAuthorizationDocument"] == 1


async def test_a_letter_for_an_order_that_is_not_there_is_not_sent(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    with pytest.raises(NotFoundError):
        await twilio.authorization_documents.create(HR, **OWNER)
    assert not sandbox.operations["CreateAuthorizationDocument"]


async def test_a_letter_that_failed_can_be_sent_anew(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    (sid,) = await verified(sandbox, twilio, NUMBER)
    await twilio.authorization_documents.create(sid, **OWNER)
    assert sandbox.authorization_documents.fail() == 1
    assert (await twilio.hosted_number_orders.fetch(sid)).status is Status.ACTION_REQUIRED
    again = await twilio.authorization_documents.create(sid, **OWNER)
    order = await twilio.hosted_number_orders.fetch(sid)
    assert (order.status, order.signing_document_sid) == (Status.PENDING_LOA, again.sid)


async def test_a_bulk_request_is_processed(sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime) -> None:
    bulks = twilio.bulk_hosted_number_orders
    items = [item(NUMBER, OTHER), item("+14155550180", email="other@example.com")]
    queued = await bulks.create(items, friendly_name="Move", notification_email="team@example.com")
    assert queued.request_status is BulkHostedNumberOrderStatus.QUEUED
    assert (queued.total_count, queued.results, queued.friendly_name) == (3, [], "Move")
    done = await bulks.wait(queued.bulk_hosting_sid or "")
    assert done.request_status is BulkHostedNumberOrderStatus.PROCESSED
    assert (done.date_completed is None, time.slept) == (False, [1.0])
    received, failed = done.results or []
    assert (received.order_status, received.count) == (Status.RECEIVED, "2")
    assert (failed.order_status, failed.count) == (Status.FAILED, "1")
    (entry,) = failed.orders or []
    assert (entry.phone_number, entry.failure_reason) == ("+14155550180", "CARRIER_INELIGIBLE")
    orders = [order async for order in twilio.hosted_number_orders.list(status="received")]
    assert [order.bulk_hosting_request_sid for order in orders] == [done.bulk_hosting_sid] * 2
    assert [order.sid for order in orders] == [entry.hosting_order_sid for entry in received.orders or ()]


async def test_a_bulk_request_is_narrowed_to_one_status(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    bulks = twilio.bulk_hosted_number_orders
    sandbox.hosted_number_orders.bulk_letters = True
    sid = (await bulks.create(item(NUMBER, "+14155550180"))).bulk_hosting_sid or ""
    done = await bulks.wait(sid)
    assert [group.order_status for group in done.results or ()] == [Status.PENDING_LOA, Status.FAILED]
    for status in (Status.PENDING_LOA, "pending_loa", "pending-loa"):
        (group,) = (await bulks.fetch(sid, order_status=status)).results or []
        (entry,) = group.orders or []
        assert entry.signing_document_sid == sandbox.authorization_documents.sids[0]
    assert [each.query for each in sandbox.log[-3:]] == ["OrderStatus=pending_loa"] * 3


async def test_eligibility_names_the_order_of_a_number(twilio: TwilioNumbers) -> None:
    sid = await ordered(twilio)
    (result,) = (await twilio.eligibility.create(NUMBER)).results or []
    assert (result.hosting_order_sid, result.hosting_order_status) == (sid, Status.RECEIVED)


async def test_no_number_contact_or_code_is_in_a_repr(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    (sid,) = await verified(sandbox, twilio, NUMBER)
    order = await twilio.hosted_number_orders.fetch(sid)
    letter = await twilio.authorization_documents.create(sid, **OWNER)
    (row,) = await twilio.authorization_documents.orders(letter.sid or "").collect()
    bulk = await twilio.bulk_hosted_number_orders.create(item(OTHER))
    done = await twilio.bulk_hosted_number_orders.wait(bulk.bulk_hosting_sid or "")
    code = order.verification_code
    assert code
    for shown in map(repr, (order, letter, row, done, done.results, item(OTHER))):
        assert not any(secret in shown for secret in (NUMBER, OTHER, CONTACT_NUMBER, "example.com", code))
