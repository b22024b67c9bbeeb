"""Hosted number orders, bulk requests and letters: strictness, steps, scripted numbers, pace. Answers are checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from twilio_numbers_async.sandbox import Pace, Sandbox

from ..checked_client import Answer, Api, Json, basic, until

ORDERS = "/v2/HostedNumber/Orders"
BULK = f"{ORDERS}/Bulk"
LETTERS = "/v2/HostedNumber/AuthorizationDocuments"
NUMBERS = "/2010-04-01/Accounts/{}/IncomingPhoneNumbers"
NUMBER, OTHER = "+14155550101", "+14155550102"
AD, HR, PX, BH = (prefix + "f" * 32 for prefix in ("AD", "HR", "PX", "BH"))
SUB = "AC" + "b" * 32
ORDER = {
    "PhoneNumber": NUMBER,
    "ContactPhoneNumber": "+14155550100",
    "AddressSid": AD,
    "Email": "owner@example.com",
}
LETTER = {name: value for name, value in ORDER.items() if name != "PhoneNumber"}
ITEM: Json = {
    "email": "owner@example.com",
    "address_sid": AD,
    "contact_phone_number": "+14155550100",
    "contact_title": "Owner",
    "numbers": [{"phone_number": NUMBER}],
}
MANY = [{"phone_number": f"+1555{number}"} for number in range(2_000_000, 2_001_001)]


async def post(api: Api, path: str, fields: Sequence[tuple[str, str]], **rest: Any) -> Answer:
    """A form in which a name may come again."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await api.ask("POST", path, data=urlencode(fields).encode(), headers=headers, **rest)


async def ordered(api: Api, number: str = NUMBER, **fields: str) -> Json:
    answer = await api.form("POST", ORDERS, ORDER | {"PhoneNumber": number} | fields)
    assert answer.status == 201
    order: Json = answer.body
    return order


async def letter_for(api: Api, *sids: str, **fields: str) -> Answer:
    form = [*(LETTER | fields).items(), *(("HostedNumberOrderSids", sid) for sid in sids)]
    return await post(api, LETTERS, form)


async def status_of(api: Api, sid: str) -> str:
    answer = await api.ask("GET", f"{ORDERS}/{sid}")
    return str(answer.body["status"])


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


# letters


async def test_a_letter_and_its_orders(sandbox: Sandbox, api: Api) -> None:
    sids = [(await ordered(api, number))["sid"] for number in (NUMBER, OTHER)]
    sandbox.hosted_number_orders.advance(steps=2)
    letter = (await letter_for(api, *sids, CcEmails="copy@example.com", ContactTitle="Owner")).body
    assert (letter["status"], letter["cc_emails"]) == ("signing", ["copy@example.com"])
    path = f"{LETTERS}/{letter['sid']}"
    assert letter["links"] == {
        "dependent_hosted_number_orders": f"https://numbers.twilio.com{path}/DependentHostedNumberOrders"
    }
    of_it = f"{path}/DependentHostedNumberOrders"
    rows = (await api.ask("GET", of_it)).body["items"]
    assert [(row["sid"], row["status"]) for row in rows] == [(sid, "pending-loa") for sid in sids]
    assert (
        await api.ask("GET", f"{of_it}?Status=testing")
    ).status == 400  # not among the values of this list
    await api.refused("DELETE", f"{ORDERS}/{sids[0]}", status=409, code=20409)
    assert (await api.ask("DELETE", path)).status == 204
    assert [await status_of(api, sid) for sid in sids] == ["verified", "verified"]
    await api.refused("DELETE", path, status=409, code=20409)
    assert sandbox.authorization_documents.sign(letter["sid"]) == 0


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"Email": "x"}, 70002, "Email"),
        ({"ContactPhoneNumber": "x"}, 70002, "ContactPhoneNumber"),
        ({"AddressSid": "x"}, 70002, "AddressSid"),
        ({"CcEmails": "x"}, 70002, "CcEmails"),
        ({"HostedNumberOrderSids": HR}, 70002, "HostedNumberOrderSids"),
        ({"Other": "x"}, 20001, "Other"),
    ],
)
async def test_a_letter_is_read_strictly(
    sandbox: Sandbox, api: Api, change: dict[str, str], code: int, words: str
) -> None:
    order = await ordered(api)
    sandbox.hosted_number_orders.advance(steps=2)
    form = {**LETTER, "HostedNumberOrderSids": order["sid"], **change}
    assert words in await api.refused("POST", LETTERS, form=form, code=code)
    assert sandbox.authorization_documents.sids == ()


async def test_a_letter_is_for_verified_orders(sandbox: Sandbox, api: Api) -> None:
    first, second = await ordered(api), await ordered(api, OTHER)
    sandbox.hosted_number_orders.advance(first["sid"], 2)
    answer = await letter_for(api, first["sid"], second["sid"])
    assert (answer.status, answer.body["code"]) == (409, 20409)
    assert await status_of(api, first["sid"]) == "verified"


async def test_a_letter_that_is_not_there(sandbox: Sandbox, api: Api) -> None:
    for method, path in (
        ("GET", f"{LETTERS}/{PX}"),
        ("DELETE", f"{LETTERS}/{PX}"),
        ("GET", f"{LETTERS}/{PX}/DependentHostedNumberOrders"),
    ):
        await api.refused(method, path, status=404, code=20404)
    with pytest.raises(LookupError):
        sandbox.authorization_documents.sign(PX)


# bulk requests


async def test_a_bulk_request_from_the_queue_to_the_end(sandbox: Sandbox, api: Api) -> None:
    items = [ITEM, ITEM | {"numbers": [{"phone_number": "+14155550188"}, {"phone_number": "1"}]}]
    queued = await api.ask("POST", BULK, {"request_items": items, "friendly_name": "Move"})
    assert (queued.status, queued.body["request_status"], queued.body["results"]) == (202, "QUEUED", [])
    path = f"{BULK}/{queued.body['bulk_hosting_sid']}"
    begun = (await api.ask("GET", path)).body
    assert (begun["request_status"], begun["results"], begun["date_completed"]) == ("IN_PROGRESS", [], None)
    done = (await api.ask("GET", path)).body
    assert (done["request_status"], done["total_count"]) == ("PROCESSED", 3)
    received, failed = done["results"]
    assert (received["order_status"], received["count"]) == ("received", "1")
    assert (failed["order_status"], failed["count"]) == ("failed", "2")
    assert [each["failure_reason"] for each in failed["orders"]] == [
        "ELIGIBLE_BY_MANUAL_PROCESS",
        "NUMBER_FORMAT_INELIGIBLE",
    ]
    assert list(sandbox.incoming_phone_numbers.of().values()) == [NUMBER]
    only = (await api.ask("GET", f"{path}?OrderStatus=FAILED")).body["results"]
    assert only == [failed]
    assert (await api.ask("GET", f"{path}?OrderStatus=testing")).body["results"] == []
    sandbox.hosted_number_orders.advance(steps=2)
    now = (await api.ask("GET", path)).body["results"]
    assert [group["order_status"] for group in now] == ["verified", "failed"]


async def test_a_number_under_way_fails_in_a_bulk_request(sandbox: Sandbox, api: Api) -> None:
    order = await ordered(api)
    bulk = (await api.ask("POST", BULK, {"request_items": [ITEM]})).body["bulk_hosting_sid"]
    await api.ask("GET", f"{BULK}/{bulk}")
    ((failed,),) = [group["orders"] for group in (await api.ask("GET", f"{BULK}/{bulk}")).body["results"]]
    assert failed["failure_reason"] == "ALREADY_IN_TWILIO"
    assert await status_of(api, order["sid"]) == "received"
    await api.refused("POST", ORDERS, form=ORDER, status=409, code=20409)


async def test_a_bulk_request_can_send_its_letters(sandbox: Sandbox, api: Api) -> None:
    sandbox.hosted_number_orders.bulk_letters = True
    other = ITEM | {"email": "other@example.com", "numbers": [{"phone_number": OTHER}]}
    bulk = (await api.ask("POST", BULK, {"request_items": [ITEM, other]})).body["bulk_hosting_sid"]
    await api.ask("GET", f"{BULK}/{bulk}")
    (group,) = (await api.ask("GET", f"{BULK}/{bulk}")).body["results"]
    assert (group["order_status"], group["count"]) == ("pending_loa", "2")
    letters = sandbox.authorization_documents.sids
    assert tuple(order["signing_document_sid"] for order in group["orders"]) == letters
    assert len(letters) == 2


REFUSED_BULKS: list[tuple[Json, int, str]] = [
    ({}, 70002, "request_items"),
    ({"request_items": []}, 70002, "request_items"),
    ({"request_items": [ITEM], "other": 1}, 20001, "other"),
    ({"request_items": [ITEM, ITEM]}, 70002, "twice"),
    ({"request_items": [ITEM], "notification_email": "x"}, 70002, "notification_email"),
    ({"request_items": [ITEM], "friendly_name": "x" * 129}, 70002, "friendly_name"),
    ({"request_items": [ITEM | {"email": "x"}]}, 70002, r"request_items[0].email"),
    ({"request_items": [ITEM | {"contact_phone_number": "x"}]}, 70002, "contact_phone_number"),
    ({"request_items": [ITEM | {"contact_title": ""}]}, 70002, "contact_title"),
    ({"request_items": [ITEM | {"address_sid": "x"}]}, 70002, "address_sid"),
    ({"request_items": [ITEM | {"numbers": []}]}, 70002, "numbers"),
    ({"request_items": [ITEM | {"more": 1}]}, 20001, "more"),
    (
        {"request_items": [ITEM | {"numbers": [{"phone_number": NUMBER, "status_callback_url": "x"}]}]},
        70002,
        "status_callback_url",
    ),
    (
        {
            "request_items": [
                ITEM | {"numbers": [{"phone_number": f"+1555{n}"} for n in range(2_000_000, 2_001_001)]}
            ]
        },
        70002,
        "1000",
    ),
]


@pytest.mark.parametrize(("body", "code", "words"), REFUSED_BULKS, ids=lambda value: str(value)[:60])
async def test_a_bulk_request_is_read_strictly(
    sandbox: Sandbox, api: Api, body: Json, code: int, words: str
) -> None:
    assert words in await api.refused("POST", BULK, body, code=code)
    assert sandbox.hosted_number_orders.sids == ()


async def test_a_bulk_request_that_is_not_there(api: Api) -> None:
    await api.refused("GET", f"{BULK}/{BH}", status=404, code=20404)
    await api.refused("GET", BULK, status=405, code=20004)
    assert (await api.ask("POST", BULK, data=b"{}", headers={"Content-Type": "text/plain"})).status == 415
