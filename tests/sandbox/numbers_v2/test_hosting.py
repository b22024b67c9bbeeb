"""Hosted number orders: strictness, steps, scripted numbers, pace. Answers are checked."""

from __future__ import annotations

import pytest

from twilio_numbers_async.sandbox import Pace, Sandbox

from ..checked_client import Api, basic, until
from .hosting_requests import (
    AD,
    BULK,
    HR,
    ITEM,
    LETTERS,
    NUMBER,
    NUMBERS,
    ORDER,
    ORDERS,
    SUB,
    letter_for,
    ordered,
    status_of,
)

# orders


async def test_an_order_and_its_number(sandbox: Sandbox, api: Api) -> None:
    order = await ordered(api, FriendlyName="Desk", SmsUrl="https://example.com/sms", SmsMethod="GET")
    assert (order["status"], order["verification_code"], order["signing_document_sid"]) == (
        "received",
        None,
        None,
    )
    assert order["url"] == f"https://numbers.twilio.com{ORDERS}/{order['sid']}"
    answer = await api.ask(
        "GET", f"{NUMBERS.format(sandbox.account_sid)}/{order['incoming_phone_number_sid']}.json"
    )
    number = answer.body
    assert (number["origin"], number["friendly_name"], number["sms_method"]) == ("hosted", "Desk", "GET")
    assert number["capabilities"] == {"voice": False, "sms": True, "mms": True, "fax": False}
    hosted = await api.ask("GET", f"{NUMBERS.format(sandbox.account_sid)}.json?Origin=hosted")
    assert [each["phone_number"] for each in hosted.body["incoming_phone_numbers"]] == [NUMBER]


@pytest.mark.parametrize(
    ("change", "status", "code", "words"),
    [
        ({"PhoneNumber": "4155550101"}, 400, 22102, "E.164"),
        ({"ContactPhoneNumber": "x"}, 400, 70002, "ContactPhoneNumber is not E.164"),
        ({"Email": "nobody"}, 400, 70002, "Email is no e-mail"),
        ({"CcEmails": "nobody"}, 400, 70002, "CcEmails"),
        ({"AddressSid": "AD"}, 400, 70002, "AddressSid"),
        ({"AccountSid": SUB}, 400, 70002, "AccountSid"),
        ({"SmsUrl": "x"}, 400, 70002, "SmsUrl"),
        ({"SmsFallbackUrl": "x"}, 400, 70002, "SmsFallbackUrl"),
        ({"StatusCallbackUrl": "x"}, 400, 70002, "StatusCallbackUrl"),
        ({"SmsMethod": "PUT"}, 400, 70002, "SmsMethod"),
        ({"SmsCapability": "maybe"}, 400, 70002, "SmsCapability"),
        ({"SmsApplicationSid": AD}, 400, 70002, "SmsApplicationSid"),
        ({"FriendlyName": "x" * 129}, 400, 70002, "FriendlyName"),
        ({"Sms": "x"}, 400, 20001, "Sms"),
        ({"PhoneNumber": "+447700900123"}, 400, 22130, "COUNTRY_INELIGIBLE"),
        ({"PhoneNumber": "+14155550160"}, 400, 22130, "NUMBER_TYPE_INELIGIBLE"),
        ({"PhoneNumber": "+14155550188"}, 400, 22130, "CARRIER_INELIGIBLE"),
        ({"PhoneNumber": "+14155550170"}, 400, 22130, "ALREADY_IN_TWILIO"),
    ],
    ids=str,
)
async def test_an_order_is_read_strictly(
    sandbox: Sandbox, api: Api, change: dict[str, str], status: int, code: int, words: str
) -> None:
    assert words in await api.refused("POST", ORDERS, form=ORDER | change, status=status, code=code)
    assert sandbox.hosted_number_orders.sids == ()
    assert sandbox.incoming_phone_numbers.of() == {}


@pytest.mark.parametrize("name", ORDER)
async def test_an_order_says_all_that_it_must(api: Api, name: str) -> None:
    form = {each: value for each, value in ORDER.items() if each != name}
    assert name in await api.refused("POST", ORDERS, form=form)


async def test_a_number_that_fails_its_check_once_is_taken(api: Api) -> None:
    assert (await ordered(api, "+14155550191"))["status"] == "received"


async def test_a_number_with_an_order_is_a_conflict_until_it_failed(sandbox: Sandbox, api: Api) -> None:
    first = await ordered(api)
    await api.refused("POST", ORDERS, form=ORDER, status=409, code=20409)
    sandbox.hosted_number_orders.reject(NUMBER, "Not yours")
    failed = (await api.ask("GET", f"{ORDERS}/{first['sid']}")).body
    assert (failed["status"], failed["failure_reason"]) == ("failed", "Not yours")
    assert failed["incoming_phone_number_sid"] is None
    assert sandbox.incoming_phone_numbers.of() == {}
    assert (await ordered(api))["sid"] != first["sid"]


async def test_an_address_in_another_country_is_refused(api: Api, sandbox: Sandbox) -> None:
    async with sandbox.client() as twilio:
        address = await twilio.addresses.create(
            customer_name="Example Ltd",
            street="1 Example Street",
            city="London",
            region="London",
            postal_code="N1 1AA",
            iso_country="GB",
        )
    words = await api.refused("POST", ORDERS, form=ORDER | {"AddressSid": address.sid or ""})
    assert "another country" in words


async def test_a_strict_sandbox_knows_the_address() -> None:
    async with Sandbox(strict_compliance=True) as sandbox, Api(sandbox) as api:
        assert "AddressSid" in await api.refused("POST", ORDERS, form=ORDER)
        assert "AddressSid" in await api.refused("POST", BULK, {"request_items": [ITEM]})


async def test_a_subaccount_has_orders_that_its_parent_sees(sandbox: Sandbox, api: Api) -> None:
    sandbox.accounts.add(SUB, "secret", parent=sandbox.account_sid)
    sandbox.accounts.add("AC" + "c" * 32, "secret")
    order = await ordered(api, AccountSid=SUB)
    assert order["account_sid"] == SUB
    assert list(sandbox.incoming_phone_numbers.of(SUB).values()) == [NUMBER]
    for auth, status in ((None, 200), (basic(SUB, "secret"), 200), (basic("AC" + "c" * 32, "secret"), 404)):
        assert (await api.ask("GET", f"{ORDERS}/{order['sid']}", auth=auth)).status == status
        listed = (await api.ask("GET", ORDERS, auth=auth)).body["items"]
        assert len(listed) == (status == 200)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_order_that_is_not_there(api: Api, method: str) -> None:
    form = {"Status": "pending-verification"} if method == "POST" else None
    await api.refused(method, f"{ORDERS}/{HR}", form=form, status=404, code=20404)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Status": "verified"}, 22111),
        ({"Status": "done"}, 70002),
        ({}, 70002),
        ({"Status": "pending-verification", "VerificationCallDelay": "61"}, 70002),
        ({"Status": "pending-verification", "VerificationCallDelay": "soon"}, 70002),
    ],
)
async def test_only_a_call_can_be_asked_for(api: Api, form: dict[str, str], code: int) -> None:
    order = await ordered(api)
    await api.refused("POST", f"{ORDERS}/{order['sid']}", form=form, code=code)
    assert await status_of(api, order["sid"]) == "received"


async def test_an_order_that_is_verified_is_not_called(sandbox: Sandbox, api: Api) -> None:
    order = await ordered(api)
    assert sandbox.hosted_number_orders.advance(steps=2) == 1
    form = {"Status": "pending-verification"}
    await api.refused("POST", f"{ORDERS}/{order['sid']}", form=form, code=22114)
    await api.refused("DELETE", f"{ORDERS}/{order['sid']}", status=409, code=20409)
    with pytest.raises(ValueError, match="is called"):
        sandbox.hosted_number_orders.enter_code(order["sid"], "1")


async def test_orders_are_listed_strictly(api: Api) -> None:
    for query in ("Status=done", "SmsCapability=maybe", "IncomingPhoneNumberSid=x", "Other=1", "Page=1"):
        answer = await api.ask("GET", f"{ORDERS}?{query}")
        assert answer.status == 400
    assert (await api.ask("GET", f"{ORDERS}/{HR}?a=b")).status == 400
    for digit in range(3):
        await ordered(api, f"+1415555010{digit + 1}")
    page = (await api.ask("GET", f"{ORDERS}?PageSize=2")).body
    assert page["meta"]["next_page_url"].startswith(f"https://numbers.twilio.com{ORDERS}?PageSize=2&Page=1&")
    target = page["meta"]["next_page_url"].removeprefix("https://numbers.twilio.com")
    assert [each["phone_number"] for each in (await api.ask("GET", target)).body["items"]] == ["+14155550103"]


# steps


async def test_every_step_by_hand(sandbox: Sandbox, api: Api) -> None:
    order, hosted = await ordered(api), sandbox.hosted_number_orders
    seen: list[str] = []
    for _ in range(2):
        assert hosted.advance(order["sid"]) == 1
        seen.append(await status_of(api, order["sid"]))
    assert hosted.advance(order["sid"]) == 0  # it needs a letter
    assert (await letter_for(api, order["sid"])).status == 201
    for _ in range(3):
        assert hosted.advance() == 1
        seen.append(await status_of(api, order["sid"]))
    assert seen == ["pending-verification", "verified", "carrier-processing", "testing", "completed"]
    assert hosted.advance() == 0
    assert order["incoming_phone_number_sid"] in sandbox.incoming_phone_numbers.of()
    with pytest.raises(LookupError):
        hosted.advance(HR)


@pytest.mark.parametrize(
    ("number", "status", "reason"),
    [
        ("+14155550196", "action-required", "The name on the letter does not match"),
        ("+14155550197", "failed", "The address does not match"),
        ("+14155550198", "action-required", "The code was not typed"),
        ("+14155550199", "failed", "The number could not be reached"),
    ],
)
async def test_a_scripted_number_goes_wrong(
    sandbox: Sandbox, api: Api, number: str, status: str, reason: str
) -> None:
    order, hosted = await ordered(api, number), sandbox.hosted_number_orders
    if number.endswith("98"):
        for _ in range(3):
            await api.form("POST", f"{ORDERS}/{order['sid']}", {"Status": "pending-verification"})
            hosted.advance()
    else:
        hosted.advance(steps=2)
        await letter_for(api, order["sid"])
        hosted.advance(steps=5)
    found = (await api.ask("GET", f"{ORDERS}/{order['sid']}")).body
    assert (found["status"], found["failure_reason"]) == (status, reason)
    assert found["next_step"]
    assert (number in sandbox.incoming_phone_numbers.of().values()) is (status == "action-required")


async def test_a_number_is_rejected_before_there_is_an_order(sandbox: Sandbox, api: Api) -> None:
    sandbox.hosted_number_orders.reject(NUMBER, "Never", action_required=True)
    order = await ordered(api)
    sandbox.hosted_number_orders.advance(steps=2)
    await letter_for(api, order["sid"])
    sandbox.hosted_number_orders.advance(steps=2)
    found = (await api.ask("GET", f"{ORDERS}/{order['sid']}")).body
    assert (found["status"], found["failure_reason"]) == ("action-required", "Never")


async def test_with_a_pace_all_happens_but_what_the_customer_does() -> None:
    async with Sandbox(pace=Pace(hosting=0.0)) as sandbox, Api(sandbox) as api:
        order, hosted = await ordered(api), sandbox.hosted_number_orders

        def at(status: str) -> bool:
            found = hosted.find(order["sid"])
            return found is not None and found.status == status

        assert at("received")
        await api.form("POST", f"{ORDERS}/{order['sid']}", {"Status": "pending-verification"})
        await until(lambda: at("verified"))
        await letter_for(api, order["sid"])
        await until(lambda: at("completed"))
        letter = (await api.ask("GET", f"{LETTERS}/{sandbox.authorization_documents.sids[0]}")).body
        assert letter["status"] == "signed"


async def test_with_a_pace_a_code_that_nobody_types_is_called_for_again() -> None:
    async with Sandbox(pace=Pace(hosting=0.0)) as sandbox, Api(sandbox) as api:
        order, hosted = await ordered(api, "+14155550198"), sandbox.hosted_number_orders
        found = hosted.find(order["sid"])
        assert found is not None
        for attempt in range(1, 4):
            await api.form("POST", f"{ORDERS}/{order['sid']}", {"Status": "pending-verification"})
            await until(lambda: found.code is None)
            assert found.attempts == attempt
        assert found.status == "action-required"
