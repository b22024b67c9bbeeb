from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sandbox.numbers_v1.portability import REASONS, SISTER_ACCOUNT_SID

from ..checked_client import Api, basic

RESERVED = "+1617555"


async def test_a_portable_number(api: Api) -> None:
    answer = await api.portability("+16175550100")
    assert answer.status == 200
    assert answer.body == {
        "phone_number": "+16175550100",
        "account_sid": None,
        "portable": True,
        "pin_and_account_number_required": False,
        "not_portable_reason": None,
        "not_portable_reason_code": None,
        "number_type": "LOCAL",
        "country": "US",
        "url": "https://numbers.twilio.com/v1/Porting/Portability/PhoneNumber/+16175550100",
    }


async def test_the_plus_may_be_percent_encoded(api: Api) -> None:
    answer = await api.portability("%2B16175550100")
    assert answer.body["phone_number"] == "+16175550100"


async def test_the_example_of_the_specification(api: Api) -> None:
    body = (await api.portability("+18001234567")).body
    assert (body["not_portable_reason_code"], body["number_type"], body["country"]) == (
        22133,
        "TOLL-FREE",
        "US",
    )


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("00", None), ("59", None), ("60", None), ("69", None), ("70", 22131), ("74", 22131), ("75", 22132),
        ("77", 22132), ("78", 22136), ("79", 22136), ("80", 22130), ("84", 22130), ("85", 22133), ("87", 22133),
        ("88", 22137), ("89", 22137), ("90", 22135), ("91", 22135), ("92", 22102), ("93", 22171), ("94", 20003),
        ("95", None), ("96", None), ("99", None),
    ],
)  # fmt: skip
async def test_reserved_numbers_by_their_last_two_digits(api: Api, ending: str, code: int | None) -> None:
    body = (await api.portability(f"{RESERVED}01{ending}")).body
    assert (body["portable"], body["not_portable_reason_code"]) == (code is None, code)
    assert body["not_portable_reason"] == (None if code is None else REASONS[code])


async def test_mobile_numbers_need_a_pin(api: Api) -> None:
    body = (await api.portability("+16175550160")).body
    assert (body["number_type"], body["pin_and_account_number_required"]) == ("MOBILE", True)


async def test_an_account_is_named_for_numbers_of_yours_only(api: Api, sandbox: Sandbox) -> None:
    async def holder(ending: str) -> Any:
        return (await api.portability(f"{RESERVED}01{ending}")).body["account_sid"]

    assert await holder("70") == sandbox.account_sid
    assert await holder("78") == SISTER_ACCOUNT_SID
    assert await holder("75") is None


async def test_a_thousand_numbers_in_a_row_are_mostly_portable_with_some_of_each_reason(api: Api) -> None:
    found = Counter[Any]()
    for last in range(1000):
        found[(await api.portability(f"+1555234{last:04}")).body["not_portable_reason_code"]] += 1
    assert found.pop(None) == 900
    assert set(found) == set(REASONS)


async def test_a_passing_failure_passes(api: Api) -> None:
    for number in ("+16175550191", "+15552340990"):
        codes = [(await api.portability(number)).body["not_portable_reason_code"] for _ in range(3)]
        assert codes == [22135, None, None]
    codes = [(await api.portability("+16175550190")).body["not_portable_reason_code"] for _ in range(2)]
    assert codes == [22135, 22135]


async def test_a_missing_field_is_the_address(api: Api) -> None:
    given = await api.portability("+16175550193", "?AddressSid=AD" + "a" * 32)
    assert given.body["portable"] is True


@pytest.mark.parametrize(
    ("number", "code", "country", "kind"),
    [
        ("+447700900123", 22130, "GB", "UNKNOWN"),
        ("+14165550100", 22130, "CA", "LOCAL"),
        ("+18765550100", 22130, "JM", "LOCAL"),
        ("+819012345678", None, "JP", "MOBILE"),
        ("+81312345678", None, "JP", "LOCAL"),
        ("+35315550100", 22130, "IE", "UNKNOWN"),
        ("+9999999999", 22130, None, "UNKNOWN"),
        ("+1617555010", 22102, None, "UNKNOWN"),
        ("+11175550100", 22102, None, "UNKNOWN"),
    ],
)
async def test_numbers_of_other_shapes(
    api: Api, number: str, code: int | None, country: str | None, kind: str
) -> None:
    body = (await api.portability(number)).body
    assert (body["not_portable_reason_code"], body["country"], body["number_type"]) == (code, country, kind)


@pytest.mark.parametrize(
    "number", ["16175550100", "+", "+0123456789", "+1617555010x", "+1234567890123456", "%2B1 617"]
)
async def test_what_cannot_be_a_number_is_an_error_that_does_not_repeat_it(api: Api, number: str) -> None:
    message = await api.refused(
        "GET", f"/v1/Porting/Portability/PhoneNumber/{number}".replace(" ", "%20"), code=22102
    )
    assert number not in message


async def test_not_portable_may_be_a_400_with_the_same_body() -> None:
    async with Sandbox(not_portable_status=400) as sandbox, Api(sandbox) as api:
        answer = await api.portability("+18001234567", checked=False)
        assert (answer.status, answer.body["portable"]) == (400, False)
        assert answer.body["not_portable_reason_code"] == 22133
        assert (await api.portability("+16175550100")).status == 200


async def test_another_not_portable_status_is_refused() -> None:
    with pytest.raises(ValueError, match="not_portable_status"):
        Sandbox(not_portable_status=404)


async def test_a_target_account_must_be_yours(api: Api, sandbox: Sandbox) -> None:
    child, stranger = "AC" + "b" * 32, "AC" + "c" * 32
    sandbox.accounts.add(child, "child-token", parent=sandbox.account_sid)
    sandbox.accounts.add(stranger, "stranger-token")

    async def code(target: str, **rest: Any) -> Any:
        answer = await api.portability("+16175550100", f"?TargetAccountSid={target}", **rest)
        return answer.body["not_portable_reason_code"]

    assert await code(sandbox.account_sid) is None
    assert await code(child) is None
    assert await code(stranger) == 20003
    assert await code("AC" + "d" * 32) == 20003
    assert await code(sandbox.account_sid, auth=basic(child, "child-token")) == 20003


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("TargetAccountSid=AC1", 70002),
        ("AddressSid=AC" + "a" * 32, 70002),
        ("Country=US", 20001),
        ("targetaccountsid=AC" + "a" * 32, 20001),
        ("AddressSid=AD" + "a" * 32 + "&AddressSid=AD" + "a" * 32, 70002),
        ("AddressSid", 70002),
    ],
)
async def test_the_query_is_checked(api: Api, query: str, code: int) -> None:
    await api.refused("GET", f"/v1/Porting/Portability/PhoneNumber/+16175550100?{query}", code=code)
