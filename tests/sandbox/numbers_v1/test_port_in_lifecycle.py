from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json, basic
from .port_in_requests import LIST, PATH, Clock, carrier, create, fetch, statuses


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(now=clock) as server:
        yield server


async def test_a_port_in_moves_on_step_by_step(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    created = await create(api, "+16175550100", "+16175550101")
    sid = created["port_in_request_sid"]
    seen: list[tuple[str, str]] = []
    for _ in range(4):
        clock.later(hours=1)
        assert sandbox.port_ins.advance(sid) == 1
        status, numbers = statuses(await fetch(api, sid))
        assert len(set(numbers)) == 1
        seen.append((status, numbers[0]))
    assert seen == [
        ("Waiting for Signature", "waiting_for_signature"),
        ("In Progress", "port_submitted"),
        ("In Progress", "port_pending"),
        ("Completed", "completed"),
    ]
    assert sandbox.port_ins.advance() == 0
    done = await fetch(api, sid)
    assert done["phone_numbers"][0]["port_date"] == "2025-05-20T00:00:00Z"
    assert done["phone_numbers"][0]["status_last_time_updated_timestamp"] == "2025-05-05T16:00:00Z"
    row = (await api.ask("GET", LIST)).body["port_in_requests"][0]
    assert (row["phone_numbers_requested"], row["phone_numbers_ported"]) == (2, 2)
    assert row["status_last_updated_timestamp"] == "2025-05-05T16:00:00Z"


async def test_a_signature_is_asked_for_while_it_is_waited_for(api: Api, sandbox: Sandbox) -> None:
    sid = (await create(api))["port_in_request_sid"]
    urls: list[bool] = []
    for _ in range(3):
        urls.append(bool((await fetch(api, sid))["signature_request_url"]))
        sandbox.port_ins.advance(sid)
    assert urls == [False, True, False]


@pytest.mark.parametrize(
    ("number", "account_number", "code"),
    [
        ({"phone_number": "+16175550170"}, "1", "22159"),
        ({"phone_number": "+16175550160"}, "1", "22155"),
        ({"phone_number": "+16175550160", "pin": "1"}, "", "22156"),
        ({"phone_number": "+16175550196"}, "1", "22153"),
        ({"phone_number": "+16175550197"}, "1", "22154"),
        ({"phone_number": "+16175550198"}, "1", "22158"),
        ({"phone_number": "+16175550199"}, "1", "22150"),
    ],
)
async def test_some_numbers_are_rejected(
    api: Api, sandbox: Sandbox, number: Json, account_number: str, code: str
) -> None:
    entries = [number, {"phone_number": "+16175550100"}]
    losing = carrier(account_number=account_number)
    sid = (await create(api, phone_numbers=entries, losing_carrier_information=losing))["port_in_request_sid"]
    sandbox.port_ins.advance(steps=10)
    port_in = await fetch(api, sid)
    assert statuses(port_in) == ("Action Required", ["port_rejected", "completed"])
    assert port_in["phone_numbers"][0]["rejection_reason_code"] == code
    path = f"{PATH}/{sid}/PhoneNumber/{port_in['phone_numbers'][0]['port_in_phone_number_sid']}"
    assert (await api.ask("GET", path)).body["rejection_reason_code"] == int(code)
    row = (await api.ask("GET", LIST)).body["port_in_requests"][0]
    assert row["phone_numbers_ported"] == 1
    assert row["suggested_action"]


async def test_a_number_that_says_try_again_at_first_is_ported(api: Api, sandbox: Sandbox) -> None:
    sid = (await create(api, "+16175550191"))["port_in_request_sid"]
    sandbox.port_ins.advance(steps=4)
    assert statuses(await fetch(api, sid)) == ("Completed", ["completed"])


async def test_a_test_may_reject_and_expire(api: Api, sandbox: Sandbox) -> None:
    first = await create(api, "+16175550100", "+16175550101")
    second = await create(api, "+16175550102")
    number = first["phone_numbers"][0]["port_in_phone_number_sid"]
    sandbox.port_ins.reject(number, 22151)
    sandbox.port_ins.expire(second["port_in_request_sid"])
    sandbox.port_ins.advance(steps=4)
    sid = first["port_in_request_sid"]
    assert statuses(await fetch(api, sid)) == ("Action Required", ["port_rejected", "completed"])
    assert statuses(await fetch(api, second["port_in_request_sid"])) == ("Expired", ["expired"])
    with pytest.raises(LookupError):
        sandbox.port_ins.reject(number)
    with pytest.raises(ValueError, match="22150"):
        sandbox.port_ins.reject(number, 1)
    with pytest.raises(ValueError, match="Expired"):
        sandbox.port_ins.expire(second["port_in_request_sid"])
    with pytest.raises(LookupError):
        sandbox.port_ins.advance("KW" + "a" * 32)


async def test_a_port_in_can_be_canceled_until_it_is_done(api: Api, sandbox: Sandbox) -> None:
    path = f"{PATH}/{(await create(api))['port_in_request_sid']}"
    for _ in range(2):
        assert (await api.ask("DELETE", path)).status == 204
    port_in = (await api.ask("GET", path)).body
    assert statuses(port_in) == ("Canceled", ["canceled"])
    assert port_in["order_cancellation_reason"]
    sandbox.port_ins.advance(steps=10)
    assert statuses((await api.ask("GET", path)).body) == ("Canceled", ["canceled"])

    done = f"{PATH}/{(await create(api))['port_in_request_sid']}"
    sandbox.port_ins.advance(steps=4)
    await api.refused("DELETE", done, status=409, code=20409)
    await api.refused("DELETE", f"{PATH}/KW{'a' * 32}", status=404, code=20404)
    await api.refused("GET", f"{PATH}/KW1", status=404, code=20404)


async def test_numbers_can_be_canceled_one_by_one(api: Api, sandbox: Sandbox) -> None:
    created = await create(api, "+16175550100", "+16175550101", "+16175550199")
    path = f"{PATH}/{created['port_in_request_sid']}"
    numbers = [f"{path}/PhoneNumber/{n['port_in_phone_number_sid']}" for n in created["phone_numbers"]]
    for _ in range(2):
        assert (await api.ask("DELETE", numbers[0])).status == 204
    sandbox.port_ins.advance(steps=4)
    assert statuses((await api.ask("GET", path)).body) == (
        "Action Required",
        ["canceled", "completed", "port_rejected"],
    )
    await api.refused("DELETE", numbers[1], status=409, code=20409)
    assert (await api.ask("DELETE", numbers[2])).status == 204
    assert statuses((await api.ask("GET", path)).body)[0] == "Completed"


async def test_what_is_ported_stays_when_the_rest_is_canceled(api: Api, sandbox: Sandbox) -> None:
    path = f"{PATH}/{(await create(api, '+16175550100', '+16175550199'))['port_in_request_sid']}"
    sandbox.port_ins.advance(steps=4)
    assert (await api.ask("DELETE", path)).status == 204
    assert statuses((await api.ask("GET", path)).body) == ("Canceled", ["completed", "canceled"])


async def test_a_port_in_without_a_number_left_is_canceled(api: Api) -> None:
    created = await create(api)
    path = f"{PATH}/{created['port_in_request_sid']}"
    await api.ask("DELETE", f"{path}/PhoneNumber/{created['phone_numbers'][0]['port_in_phone_number_sid']}")
    assert statuses((await api.ask("GET", path)).body) == ("Canceled", ["canceled"])


async def test_they_move_on_by_themselves_when_told() -> None:
    async with Sandbox(port_in_pace=0.001) as sandbox, Api(sandbox) as api:
        date = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()
        path = f"{PATH}/{(await create(api, target_port_in_date=date))['port_in_request_sid']}"
        while (await api.ask("GET", path)).body["port_in_request_status"] != "Completed":
            pass
        await create(api, "+16175550105", target_port_in_date=date)  # its timer ends with the sandbox


async def test_portability_knows_what_is_on_its_way_and_what_is_there(api: Api, sandbox: Sandbox) -> None:
    child = "AC" + "b" * 32
    sandbox.accounts.add(child, "child-token", parent=sandbox.account_sid)
    sandbox.accounts.add("AC" + "c" * 32, "stranger-token")
    stranger = basic("AC" + "c" * 32, "stranger-token")

    async def code(query: str = "", **rest: Any) -> Any:
        found = (await api.portability("+16175550100", query, **rest)).body
        return found["not_portable_reason_code"]

    sid = (await create(api))["port_in_request_sid"]
    assert await code() == 22137
    assert await code(auth=stranger) == 22132
    again = await create(api)
    assert again["phone_numbers"][0]["not_portability_reason_code"] == 22137
    await api.ask("DELETE", f"{PATH}/{again['port_in_request_sid']}")
    assert await code() == 22137
    await api.ask("DELETE", f"{PATH}/{sid}")
    assert await code() is None

    await create(api)
    sandbox.port_ins.advance(steps=4)
    assert await code() == 22131
    assert await code(f"?TargetAccountSid={child}") == 22136
    assert await code(auth=stranger) == 22132
