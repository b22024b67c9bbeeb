from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json, basic
from .port_in_requests import ADDRESS, LIST, PATH, Clock, body, carrier, create, fetch, statuses


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(now=clock) as server:
        yield server


async def test_a_port_in_is_created_and_fetched(api: Api, sandbox: Sandbox) -> None:
    losing = carrier(
        address=ADDRESS | {"street_2": "Floor 2"}, customer_type="Business", account_number="123"
    )
    created = await create(
        api,
        notification_emails=["copy@example.com"],
        losing_carrier_information=losing,
        target_port_in_time_range_start="22:00:00-08:00",
        target_port_in_time_range_end="23:30:00-08:00",
        bundle_sid="BU" + "a" * 32,
    )
    sid = created["port_in_request_sid"]
    assert sandbox.port_ins.sids == (sid,)
    assert await fetch(api, sid) == created
    assert statuses(created) == ("In Review", ["in_review"])
    assert created["losing_carrier_information"] == losing
    assert created["notification_emails"] == ["copy@example.com"]
    assert created["date_created"] == "2025-05-05T12:00:00Z"
    # the target is kept in UTC, where it is the next day already
    assert created["target_port_in_date"] == "2025-05-21"
    assert created["target_port_in_time_range_start"] == "06:00:00Z"
    assert created["target_port_in_time_range_end"] == "07:30:00Z"


async def test_a_number_of_a_port_in_is_fetched(api: Api) -> None:
    entry = {"phone_number": "+16175550160", "pin": "0042"}
    created = await create(api, phone_numbers=[entry], losing_carrier_information=carrier(account_number="1"))
    number = created["phone_numbers"][0]
    path = f"{PATH}/{created['port_in_request_sid']}/PhoneNumber/{number['port_in_phone_number_sid']}"
    found = (await api.ask("GET", path)).body
    assert found["url"] == f"https://numbers.twilio.com{path}"
    assert (found["port_out_pin"], found["missing_required_fields"]) == (42, False)
    assert (found["phone_number_type"], found["country"], found["portable"]) == ("MOBILE", "US", True)
    await api.refused("GET", path[:-1] + "z", status=404, code=20404)
    await api.refused("DELETE", path[:-1] + "z", status=404, code=20404)


async def test_a_pin_that_is_no_number_is_not_shown(api: Api) -> None:
    created = await create(api, phone_numbers=[{"phone_number": "+16175550160", "pin": "a1"}])
    sid = created["phone_numbers"][0]["port_in_phone_number_sid"]
    found = (await api.ask("GET", f"{PATH}/{created['port_in_request_sid']}/PhoneNumber/{sid}")).body
    assert (found["port_out_pin"], found["missing_required_fields"]) == (None, True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"unknown": 1}, 20001),
        ({"account_sid": None}, 70002),
        ({"account_sid": "AC1"}, 70002),
        ({"documents": "RD"}, 70002),
        ({"documents": []}, 22171),
        ({"documents": ["RD1"]}, 70002),
        ({"phone_numbers": []}, 70002),
        ({"phone_numbers": ["+16175550100"]}, 70002),
        ({"phone_numbers": [{"pin": "1"}]}, 22171),
        ({"phone_numbers": [{"phone_number": "+16175550100", "name": "x"}]}, 20001),
        ({"phone_numbers": [{"phone_number": 16175550100}]}, 70002),
        ({"phone_numbers": [{"phone_number": "(617) 555-0100"}]}, 22172),
        ({"phone_numbers": [{"phone_number": "+16175550100"}, {"phone_number": "+447700900123"}]}, 22172),
        ({"phone_numbers": [{"phone_number": "+18005550100"}]}, 22130),
        ({"phone_numbers": [{"phone_number": f"+1617555{n:04}"} for n in range(1001)]}, 70002),
        ({"notification_emails": ["nobody"]}, 70002),
        ({"target_port_in_date": "20/05/2025"}, 70002),
        ({"target_port_in_date": "2025-05-11"}, 70002),
        ({"target_port_in_time_range_start": "10:00:00-05:00"}, 70002),
        ({"target_port_in_time_range_end": "10:00:00-05:00"}, 70002),
        (
            {
                "target_port_in_time_range_start": "10:00:00",
                "target_port_in_time_range_end": "11:00:00-05:00",
            },
            70002,
        ),
        (
            {"target_port_in_time_range_start": "10:00:00-05:00", "target_port_in_time_range_end": "soon"},
            70002,
        ),
        (
            {
                "target_port_in_time_range_start": "10:00:00-05:00",
                "target_port_in_time_range_end": "10:00:00-05:00",
            },
            70002,
        ),
        (
            {
                "target_port_in_date": None,
                "target_port_in_time_range_start": "10:00:00-05:00",
                "target_port_in_time_range_end": "11:00:00-05:00",
            },
            22171,
        ),
        ({"bundle_sid": "BU1"}, 22170),
        ({"losing_carrier_information": {}}, 22171),
        ({"losing_carrier_information": carrier(customer_name=" ")}, 22171),
        ({"losing_carrier_information": carrier(authorized_representative_email="alex")}, 70002),
        ({"losing_carrier_information": carrier(customer_type="Company")}, 70002),
        ({"losing_carrier_information": carrier(account_number=None)}, 70002),
        ({"losing_carrier_information": carrier(fax="1")}, 20001),
        ({"losing_carrier_information": carrier(address_sid="AD1")}, 22173),
        ({"losing_carrier_information": carrier(address_sid="")}, 22171),
        ({"losing_carrier_information": carrier(address_sid="", address={"street": "x"})}, 22171),
        ({"losing_carrier_information": carrier(address_sid="", address=ADDRESS | {"city": ""})}, 22171),
    ],
)
async def test_what_cannot_be_created(api: Api, sandbox: Sandbox, fields: Json, code: int) -> None:
    await api.refused("POST", PATH, body(**fields), code=code)
    assert sandbox.port_ins.sids == ()


async def test_an_error_names_the_place_and_no_value(api: Api) -> None:
    bad = carrier(customer_type="Secret Name")
    assert "Secret" not in await api.refused("POST", PATH, body(losing_carrier_information=bad))
    entries = [{"phone_number": "+16175550100"}, {"phone_number": "6175550101"}]
    message = await api.refused("POST", PATH, body(phone_numbers=entries), code=22172)
    assert "phone_numbers[1].phone_number" in message
    assert "617" not in message


@pytest.mark.parametrize(
    "missing", ["account_sid", "documents", "losing_carrier_information", "phone_numbers"]
)
async def test_what_is_missing_is_named(api: Api, missing: str) -> None:
    sent = body()
    del sent[missing]
    assert (await api.refused("POST", PATH, sent, code=22171)).endswith(missing)


async def test_the_earliest_date_is_in_seven_days_or_ten_for_japan(api: Api) -> None:
    await create(api, target_port_in_date="2025-05-12")
    japan: Json = {"bundle_sid": "BU" + "a" * 32, "portability_advance_carrier": "x"}
    number = "+819012345678"
    await api.refused("POST", PATH, body(number, target_port_in_date="2025-05-14", **japan))
    await create(api, number, target_port_in_date="2025-05-15", **japan)
    await api.refused("POST", PATH, body(number), code=22171)


async def test_an_address_stands_for_its_sid_and_a_date_may_be_left_out(api: Api) -> None:
    losing = carrier(address=ADDRESS)
    del losing["address_sid"]
    created = await create(api, losing_carrier_information=losing, target_port_in_date=None)
    assert created["target_port_in_date"] is None


async def test_the_body_must_be_json(api: Api) -> None:
    await api.refused("POST", PATH, data=b"{}", headers={"Content-Type": "text/plain"}, status=415)
    await api.refused("POST", PATH, data=b"{", headers={"Content-Type": "application/json"})
    await api.refused("POST", PATH, data=b"[]", headers={"Content-Type": "application/json; charset=utf-8"})
    await api.refused(
        "POST", PATH, data=b'{"account_sid": "\xff"}', headers={"Content-Type": "application/json"}
    )


async def test_documents_can_be_held_against_those_that_are_known() -> None:
    async with Sandbox(strict_documents=True) as sandbox, Api(sandbox) as api:
        date = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()
        await api.refused("POST", PATH, body(target_port_in_date=date))
        sandbox.documents.add("RD" + "a" * 32)
        await create(api, target_port_in_date=date)


async def test_a_port_in_is_for_an_account_of_yours(api: Api, sandbox: Sandbox) -> None:
    child = "AC" + "b" * 32
    await api.refused("POST", PATH, body(account_sid=child), status=403, code=20403)
    sandbox.accounts.add(child, "child-token", parent=sandbox.account_sid)
    sandbox.accounts.add("AC" + "c" * 32, "stranger-token")
    created = await create(api, account_sid=child)
    path = f"{PATH}/{created['port_in_request_sid']}"
    assert (await api.ask("GET", path, auth=basic(child, "child-token"))).status == 200
    stranger = basic("AC" + "c" * 32, "stranger-token")
    await api.refused("GET", path, auth=stranger, status=404, code=20404)
    assert (await api.ask("GET", LIST, auth=stranger)).body["port_in_requests"] == []
