"""Letters and bulk requests of hosting: strictness and steps. Answers are checked."""

from __future__ import annotations

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json
from .hosting_requests import (
    BH,
    BULK,
    HR,
    ITEM,
    LETTER,
    LETTERS,
    NUMBER,
    ORDER,
    ORDERS,
    OTHER,
    PX,
    letter_for,
    ordered,
    status_of,
)

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
