from __future__ import annotations

from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json, basic

PATH = "/v1/HostedNumber/Eligibility"

# the fields of the specification's example of a result, and those that its prose names
FIELDS = {
    "phone_number", "account_sid", "eligibility_status", "eligibility_sub_status", "ineligibility_reason",
    "next_step", "voice_provider", "messaging_provider", "phone_number_type", "hosting_order_sid",
    "hosting_order_status", "iso_country_code", "inventory_status", "inventory_account_sid",
    "hosting_account_sid", "country", "date_last_checked",
}  # fmt: skip


def body(*numbers: str, **fields: Any) -> Json:
    return {"phone_numbers": [{"phone_number": number} for number in numbers]} | fields


async def results(api: Api, *numbers: str, **fields: Any) -> list[Json]:
    answer = await api.ask("POST", PATH, body(*numbers, **fields))
    assert answer.status == 200
    found: list[Json] = answer.body["results"]
    assert all(set(result) == FIELDS for result in found)
    return found


@pytest.mark.parametrize(
    ("number", "sub_status"),
    [
        ("4565433456", "NUMBER_FORMAT_INELIGIBLE"),
        ("+16175550100", "ELIGIBLE"),
        ("+18005550100", "ELIGIBLE"),
        ("+16175550160", "NUMBER_TYPE_INELIGIBLE"),
        ("+16175550170", "ALREADY_IN_TWILIO"),
        ("+16175550175", "ALREADY_IN_TWILIO"),
        ("+16175550178", "ALREADY_IN_TWILIO"),
        ("+16175550180", "CARRIER_INELIGIBLE"),
        ("+16175550188", "CARRIER_INELIGIBLE"),
        ("+16175550190", "INTERNAL_PROCESSING_ERROR"),
        ("+16175550192", "INVALID_PHONE_NUMBER"),
        ("+16175550193", "CARRIER_INELIGIBLE"),
        ("+447700900123", "COUNTRY_INELIGIBLE"),
        ("+14165550100", "COUNTRY_INELIGIBLE"),
    ],
)
async def test_a_number_is_eligible_or_not(api: Api, number: str, sub_status: str) -> None:
    (result,) = await results(api, number)
    eligible = sub_status == "ELIGIBLE"
    assert result["phone_number"] == number
    assert result["eligibility_sub_status"] == sub_status
    assert result["eligibility_status"] == ("ELIGIBLE" if eligible else "INELIGIBLE")
    assert bool(result["ineligibility_reason"]) is not eligible
    assert result["next_step"]


async def test_a_number_of_yours_names_its_account(api: Api, sandbox: Sandbox) -> None:
    mine, foreign, hosted = await results(api, "+16175550170", "+16175550175", "+16175550100")
    assert mine["inventory_account_sid"] == sandbox.account_sid
    assert foreign["inventory_account_sid"] is None
    assert (mine["inventory_status"], hosted["inventory_status"]) == ("in-use", None)


async def test_a_hosting_account_must_be_yours(api: Api, sandbox: Sandbox) -> None:
    child = "AC" + "b" * 32
    sandbox.accounts.add(child, "child-token", parent=sandbox.account_sid)

    async def sub_status(hosting: str) -> Any:
        entry = {"phone_number": "+16175550100", "hosting_account_sid": hosting}
        return (await results(api, phone_numbers=[entry]))[0]["eligibility_sub_status"]

    assert await sub_status(child) == "ELIGIBLE"
    assert await sub_status("AC" + "c" * 32) == "INVALID_HOSTING_ACCOUNT_SID"
    assert await sub_status("AC1") == "INVALID_HOSTING_ACCOUNT_SID"


async def test_a_bulk_check_is_polled(api: Api) -> None:
    created = await api.ask("POST", f"{PATH}/Bulk", body("+16175550100", "+16175550193", friendly_name="Ten"))
    assert (created.status, created.body["status"], created.body["results"]) == (202, "QUEUED", [])
    path = f"{PATH}/Bulk/{created.body['request_id']}"
    assert created.body["url"] == f"https://numbers.twilio.com{path}"
    polls = [(await api.ask("GET", path)).body for _ in range(3)]
    assert [poll["status"] for poll in polls] == ["IN_PROGRESS", "SUCCESSFUL", "SUCCESSFUL"]
    assert polls[0]["date_completed"] is None
    assert polls[1]["date_completed"]
    assert polls[1] == polls[2]
    assert polls[1]["friendly_name"] == "Ten"
    found = [result["eligibility_sub_status"] for result in polls[1]["results"]]
    assert found == ["ELIGIBLE", "ELIGIBLE_BY_MANUAL_PROCESS"]


async def test_a_bulk_check_may_take_longer() -> None:
    with pytest.raises(ValueError, match="bulk_polls"):
        Sandbox(bulk_polls=0)
    async with Sandbox(bulk_polls=4) as sandbox, Api(sandbox) as api:
        created = await api.ask("POST", f"{PATH}/Bulk", body("+16175550100"))
        path = f"{PATH}/Bulk/{created.body['request_id']}"
        polls = [(await api.ask("GET", path)).body["status"] for _ in range(4)]
        assert polls == ["IN_PROGRESS"] * 3 + ["SUCCESSFUL"]


async def test_a_bulk_check_belongs_to_its_account(api: Api, sandbox: Sandbox) -> None:
    created = await api.ask("POST", f"{PATH}/Bulk", body("+16175550100"))
    path = f"{PATH}/Bulk/{created.body['request_id']}"
    sandbox.accounts.add("AC" + "b" * 32, "other-token")
    await api.refused("GET", path, status=404, code=20404, auth=basic("AC" + "b" * 32, "other-token"))
    await api.refused("GET", f"{PATH}/Bulk/EC1", status=404, code=20404)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/Bulk"])
@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, 70002),
        ({"phone_numbers": []}, 70002),
        ({"phone_numbers": [{"phone_number": None}]}, 70002),
        ({"phone_numbers": ["+16175550100"]}, 70002),
        ({"phone_numbers": [{"phone_number": "+16175550100", "pin": "1"}]}, 20001),
        ({"phone_numbers": [{"phone_number": "+16175550100"}], "name": "x"}, 20001),
    ],
)
async def test_the_body_is_checked(api: Api, path: str, sent: Json, code: int) -> None:
    await api.refused("POST", path, sent, code=code)
