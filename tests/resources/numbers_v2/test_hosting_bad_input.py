"""Hosting: bad input is refused before anything is sent, and the error names its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.raw_server import raw_server, stall
from twilio_numbers_async import (
    BulkHostedNumberOrderNumber,
    InvalidArgumentError,
    InvalidPhoneNumberError,
    Pager,
)
from twilio_numbers_async.client import TwilioNumbers

from .hosting import AD, BH, HR, NUMBER, OTHER, OWNER, PN, PX, item

ACCOUNT = "AC" + "a" * 32
Ask = Callable[[TwilioNumbers], Any]


def entry(number: str, url: str | None = None) -> BulkHostedNumberOrderNumber:
    return BulkHostedNumberOrderNumber(phone_number=number, status_callback_url=url)


def order(**changed: Any) -> Ask:
    """An order that is as it should be, but for what is given."""
    given: dict[str, Any] = {"phone_number": NUMBER, **OWNER, **changed}
    return lambda twilio: twilio.hosted_number_orders.create(**given)


def orders(**filters: Any) -> Ask:
    return lambda twilio: twilio.hosted_number_orders.list(**filters)


def letter(sids: Any = HR, **changed: Any) -> Ask:
    return lambda twilio: twilio.authorization_documents.create(sids, **OWNER | changed)


def bulk(*items: Any, **fields: Any) -> Ask:
    return lambda twilio: twilio.bulk_hosted_number_orders.create(items, **fields)


MANY = [f"+1415{number}" for number in range(2_000_000, 2_001_001)]
REFUSED: dict[str, tuple[Ask, str | None, str]] = {
    "a number that is none": (order(phone_number="nonsense"), "phone_number", "phone_number"),
    "a national number": (order(phone_number="415 555 0100"), "phone_number", "phone_number"),
    "a contact's number": (order(contact_phone_number="1"), "contact_phone_number", "contact_phone_number"),
    "an address of another kind": (order(address_sid="AC" + "b" * 32), "address_sid", "AD and 32"),
    "no e-mail address": (order(email="nobody"), "email", "e-mail address"),
    "an empty e-mail address": (order(email=" "), "email", "empty"),
    "an empty title": (order(contact_title=" "), "contact_title", "empty"),
    "an account of another kind": (order(account_sid=AD), "account_sid", "AC and 32"),
    "a name that is too long": (order(friendly_name="x" * 129), "friendly_name", "128"),
    "an empty name": (order(friendly_name=""), "friendly_name", "empty"),
    "a copy to nobody": (order(cc_emails=["a@example.com", "nobody"]), "cc_emails[1]", "e-mail"),
    "copies that are none": (order(cc_emails=7), "cc_emails", "e-mail addresses"),
    "a URL that is none": (order(sms_url="example.com"), "sms_url", "https"),
    "a fallback that is none": (order(sms_fallback_url="example.com"), "sms_fallback_url", "https"),
    "a callback that is none": (order(status_callback_url="x"), "status_callback_url", "https"),
    "another method": (order(sms_method="PUT"), "sms_method", "'GET', 'POST'"),
    "another callback's method": (order(status_callback_method="PUT"), "status_callback_method", "'GET'"),
    "a capability that is none": (order(sms_capability="yes"), "sms_capability", "True or False"),
    "an application of another kind": (order(sms_application_sid=AD), "sms_application_sid", "AP and 32"),
    "an order of another kind": (lambda twilio: twilio.hosted_number_orders.fetch(PX), "sid", "HR and 32"),
    "a deletion of another kind": (lambda twilio: twilio.hosted_number_orders.delete(PX), "sid", "HR and 32"),
    "a call for another kind": (lambda twilio: twilio.hosted_number_orders.verify(PN), "sid", "HR and 32"),
    "a call in an hour": (
        lambda twilio: twilio.hosted_number_orders.verify(HR, call_delay=61),
        "call_delay",
        "0 to 60",
    ),
    "a call before now": (
        lambda twilio: twilio.hosted_number_orders.verify(HR, call_delay=-1),
        "call_delay",
        "0 to 60",
    ),
    "a delay that is true": (
        lambda twilio: twilio.hosted_number_orders.verify(HR, call_delay=True),
        "call_delay",
        "0 to 60",
    ),
    "an empty extension": (
        lambda twilio: twilio.hosted_number_orders.verify(HR, call_extension=""),
        "call_extension",
        "empty",
    ),
    "a wait for another kind": (lambda twilio: twilio.hosted_number_orders.wait(BH), "sid", "HR and 32"),
    "a wait for no status": (
        lambda twilio: twilio.hosted_number_orders.wait(HR, until="done"),
        "until",
        "'completed'",
    ),
    "orders of no status": (orders(status="done"), "status", "'completed'"),
    "orders of a part of a number": (orders(phone_number="0101"), "phone_number", "phone_number"),
    "orders of no number's SID": (orders(incoming_phone_number_sid=HR), "incoming_phone_number_sid", "PN"),
    "orders on large pages": (orders(page_size=1001), "page_size", "1 to 1000"),
    "a letter for no order": (letter([]), "hosted_number_order_sids", "at least one"),
    "a letter for 7": (letter(7), "hosted_number_order_sids", "SIDs"),
    "a letter for another kind": (letter([HR, PN]), "hosted_number_order_sids[1]", "HR and 32"),
    "a letter to nobody": (letter(email="nobody"), "email", "e-mail"),
    "a letter from nowhere": (letter(address_sid=""), "address_sid", "AD and 32"),
    "a letter without a phone": (letter(contact_phone_number=""), "contact_phone_number", "contact_phone"),
    "a letter to nobody's title": (letter(contact_title=""), "contact_title", "empty"),
    "a letter that is none": (lambda twilio: twilio.authorization_documents.fetch(HR), "sid", "PX and 32"),
    "no letter to cancel": (lambda twilio: twilio.authorization_documents.cancel(HR), "sid", "PX and 32"),
    "the orders of no letter": (lambda twilio: twilio.authorization_documents.orders(HR), "sid", "PX and 32"),
    "letters of no status": (
        lambda twilio: twilio.authorization_documents.list(status="done"),
        "status",
        "'signed'",
    ),
    "letters to nobody": (lambda twilio: twilio.authorization_documents.list(email="x"), "email", "e-mail"),
    "no item": (bulk(), "request_items", "at least one item"),
    "an item that is none": (bulk(item(), {"numbers": []}), "request_items[1]", "BulkHostedNumberOrderItem"),
    "items that are none": (
        lambda twilio: twilio.bulk_hosted_number_orders.create(7),  # type: ignore[arg-type]  # pyright: ignore
        "request_items[0]",
        "BulkHostedNumberOrderItem",
    ),
    "an item without numbers": (bulk(item(numbers=[])), "request_items[0].numbers", "at least one number"),
    "a contact without a title": (bulk(item(contact_title=" ")), "request_items[0].contact_title", "empty"),
    "an owner without an address": (bulk(item(address_sid="")), "request_items[0].address_sid", "AD and"),
    "an owner without an e-mail": (bulk(item(email="x")), "request_items[0].email", "e-mail"),
    "a contact without a phone": (
        bulk(item(contact_phone_number="555")),
        "request_items[0].contact_phone_number",
        "E.164",
    ),
    "a number of a bulk request": (
        bulk(item(), item(numbers=[entry("4155550102")])),
        "request_items[1].numbers[0].phone_number",
        "E.164",
    ),
    "a number twice": (
        bulk(item(NUMBER, OTHER), item(OTHER)),
        "request_items[1].numbers[0].phone_number",
        r"same number as request_items\[0\]\.numbers\[1\]",
    ),
    "a callback of a number": (
        bulk(item(numbers=[entry(NUMBER, "x")])),
        "request_items[0].numbers[0].status_callback_url",
        "https",
    ),
    "too many numbers": (bulk(item(*MANY)), "request_items", "1001 numbers.*at most 1000"),
    "a long name": (bulk(item(), friendly_name="x" * 129), "friendly_name", "129"),
    "news to nobody": (bulk(item(), notification_email=""), "notification_email", "e-mail"),
    "a title that is a number": (bulk(item(contact_title=7)), "request_items[0].contact_title", "str"),
    "a bulk request of another kind": (
        lambda twilio: twilio.bulk_hosted_number_orders.fetch(HR),
        "sid",
        "BH and 32",
    ),
    "results of no status": (
        lambda twilio: twilio.bulk_hosted_number_orders.fetch(BH, order_status="done"),
        "order_status",
        "'failed'",
    ),
    "a wait for no bulk request": (
        lambda twilio: twilio.bulk_hosted_number_orders.wait(HR),
        "sid",
        "BH and 32",
    ),
    "a service that is a trunk": (
        lambda twilio: twilio.messaging_services.add("TK" + "a" * 32, PN),
        "service_sid",
        "MG and 32",
    ),
    "a service's number that is none": (
        lambda twilio: twilio.messaging_services.fetch("MG" + "a" * 32, HR),
        "number_sid",
        "PN and 32",
    ),
    "a number of no service": (
        lambda twilio: twilio.messaging_services.remove("MG", PN),
        "service_sid",
        "MG and 32",
    ),
    "the numbers of no service": (
        lambda twilio: twilio.messaging_services.phone_numbers(NUMBER),
        "service_sid",
        "MG and 32",
    ),
    "a trunk that is a service": (
        lambda twilio: twilio.trunks.add("MG" + "a" * 32, PN),
        "trunk_sid",
        "TK and 32",
    ),
    "a trunk's number that is none": (
        lambda twilio: twilio.trunks.fetch("TK" + "a" * 32, NUMBER),
        "number_sid",
        "PN and 32",
    ),
    "a number of no trunk": (lambda twilio: twilio.trunks.remove("TK", PN), "trunk_sid", "TK and 32"),
    "the numbers of no trunk": (lambda twilio: twilio.trunks.phone_numbers(PN), "trunk_sid", "TK and 32"),
}


async def answer_to(ask: Ask, twilio: TwilioNumbers) -> None:
    answer = ask(twilio)
    await (answer.collect() if isinstance(answer, Pager) else answer)


@pytest.mark.parametrize(("ask", "argument", "words"), REFUSED.values(), ids=REFUSED)
async def test_nothing_is_sent(ask: Ask, argument: str | None, words: str) -> None:
    async with raw_server(stall) as server, TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio:
        with pytest.raises(InvalidArgumentError, match=words) as refused:
            await answer_to(ask, twilio)
    assert refused.value.argument == argument
    assert NUMBER not in str(refused.value)
    assert server.received == []


async def test_a_wrong_number_is_an_error_of_its_own() -> None:
    async with TwilioNumbers(ACCOUNT, "x", base_url="http://127.0.0.1:9") as twilio:
        for ask in (order(phone_number="nonsense"), bulk(item(numbers=[entry("nonsense")]))):
            with pytest.raises(InvalidPhoneNumberError):
                await ask(twilio)
