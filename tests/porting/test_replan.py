"""The rejected and not portable numbers of a port-in, planned again: a table of codes, and over sockets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import replan
from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.models import (
    CustomerType,
    LosingCarrierInformation,
    NotPortableReason,
    NumberType,
    PortIn,
    PortInAddress,
    PortInCreate,
    PortInLosingCarrier,
    PortInPhoneNumberResult,
    PortInPhoneNumberStatus,
)
from twilio_numbers_async.models.validate import check
from twilio_numbers_async.porting.corrections import CorrectionKind
from twilio_numbers_async.porting.replan import PortInReplan
from twilio_numbers_async.sandbox import Sandbox

from .details import ACCOUNT, ADDRESS, CARRIER, TODAY, FakeTime, checked, numbers, opened, outcomes, plan_of

SID = "KW" + "1" * 32
NUMBER, OTHER = numbers(2)
REJECTED = PortInPhoneNumberStatus.PORT_REJECTED
OLD = PortInLosingCarrier(
    customer_name=CARRIER.customer_name,
    account_number=CARRIER.account_number,
    authorized_representative=CARRIER.authorized_representative,
    authorized_representative_email=CARRIER.authorized_representative_email,
    customer_type=CustomerType.BUSINESS,
    address=PortInAddress(**msgspec.to_builtins(ADDRESS)),
)


def number(phone_number: str = NUMBER, **fields: Any) -> PortInPhoneNumberResult:
    known: dict[str, Any] = {
        "port_in_phone_number_sid": "PU" + phone_number[-1] * 32,
        "number_type": NumberType.LOCAL,
    }
    return PortInPhoneNumberResult(phone_number=phone_number, **known | fields)


def rejected(code: int | str | None, phone_number: str = NUMBER, **fields: Any) -> PortInPhoneNumberResult:
    status: dict[str, Any] = {"port_in_phone_number_status": REJECTED, "rejection_reason_code": code}
    return number(phone_number, **status | fields)


def port_in(*numbers: PortInPhoneNumberResult, **fields: Any) -> PortIn:
    known: dict[str, Any] = {
        "port_in_request_sid": SID,
        "account_sid": ACCOUNT,
        "documents": ["RD" + "a" * 32],
        "losing_carrier_information": OLD,
        "notification_emails": ["a@example.com"],
    }
    return PortIn(phone_numbers=list(numbers), **known | fields)


def carrier(**changes: Any) -> LosingCarrierInformation:
    return msgspec.structs.replace(CARRIER, **changes)


def other(**changes: Any) -> dict[str, Any]:
    return {"losing_carrier": carrier(**changes)}


def moved(**changes: Any) -> dict[str, Any]:
    return other(address=msgspec.structs.replace(ADDRESS, **changes))


def not_portable(code: int | None = None, **fields: Any) -> PortInPhoneNumberResult:
    return number(portable=False, not_portability_reason_code=code, **fields)


def asked(plan: PortInReplan) -> list[tuple[int, str, bool]]:
    return [(one.index, one.kind.value, one.is_given) for one in plan.corrections]


# code, what it asks for, what gives it, and what looks like it and does not
SAME = {"losing_carrier": CARRIER}
PIN = {"pins": {NUMBER: "0007"}}
RESOLVED = {"resolved": [NUMBER]}
UNFILLED = NotPortableReason.MISSING_REQUIRED_FIELDS
GIVEN: list[tuple[PortInPhoneNumberResult, str, dict[str, Any], dict[str, Any]]] = [
    (rejected(22155), "pin", PIN, {"pins": {OTHER: "0007"}}),
    (rejected("22156"), "account_number", other(account_number="77"), SAME),
    (rejected(22153), "name", other(customer_name="Other"), other(customer_name="example  LTD")),
    (rejected(22153), "name", other(authorized_representative="Kim"), other(account_number="77")),
    (rejected(22154), "address", moved(street="2 Main St"), SAME),
    (rejected(22154), "address", other(address=None, address_sid="AD" + "1" * 32), PIN),
    (rejected(22152), "inactive_line", RESOLVED, other(customer_name="Other")),
    (rejected(22151), "restriction", {"resolved": NUMBER}, {"resolved": [OTHER]}),
    (rejected(22157), "subscriber", other(katakana_name="x"), SAME),
    (rejected(22157), "subscriber", moved(city="Y"), {}),
    (rejected(22158), "port_date", {"target_date": dt.date(2025, 6, 2)}, {}),
    (rejected(22150), "elsewhere", RESOLVED, PIN),
    (rejected(22159), "elsewhere", RESOLVED, {}),
    (rejected(None), "elsewhere", RESOLVED, {}),
    (rejected("later"), "elsewhere", RESOLVED, {}),
    (not_portable(22171), "pin_and_account_number", PIN, other(account_number="77")),
    (not_portable(not_portability_reason=UNFILLED), "pin_and_account_number", PIN, {}),
    (not_portable(22130), "elsewhere", RESOLVED, {}),
    (not_portable(), "elsewhere", RESOLVED, {}),
    (not_portable(22133, port_in_phone_number_status="canceled"), "elsewhere", RESOLVED, {}),
    (number(not_portability_reason_code=22137), "elsewhere", RESOLVED, {}),
]


@pytest.mark.parametrize(("entry", "kind", "right", "wrong"), GIVEN)
def test_each_code_asks_for_its_correction(
    entry: PortInPhoneNumberResult, kind: str, right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    request = port_in(entry)
    for given in ({}, wrong):
        plan = replan(request, today=TODAY, **given)
        assert asked(plan) == [(0, kind, False)]
        assert not plan.is_ready
        [left_out] = plan.left_out
        assert (left_out.reason.value, left_out.phone_number) == ("correction_missing", NUMBER)
        assert left_out.message.startswith(entry.advice or "-")
        assert plan.missing == plan.corrections
        assert plan.missing[0].argument
    plan = replan(request, today=TODAY, **right)
    assert asked(plan) == [(0, kind, True)]
    assert (plan.is_ready, plan.left_out, plan.missing) == (True, [], [])
    [made] = plan.requests
    check(made)
    [sent] = made.phone_numbers
    assert (sent.phone_number, sent.pin) == (NUMBER, right.get("pins", {}).get(NUMBER))
    assert made.losing_carrier_information == right.get("losing_carrier", CARRIER)


def test_what_was_given_unchanged_is_named() -> None:
    plan = replan(port_in(rejected(22154)), losing_carrier=CARRIER, today=TODAY)
    assert plan.left_out[0].message.endswith("The address in losing_carrier is the one that was rejected.")


def test_a_number_that_was_resolved_in_vain_is_named() -> None:
    plan = replan(port_in(rejected(22152)), resolved=[NUMBER, OTHER], today=TODAY)
    assert (plan.is_ready, plan.number_count) == (True, 1)
    assert [(str(each), each.argument) for each in plan.problems] == [
        (
            "warning: resolved[1] is no number of the port-in that was rejected or is not portable",
            "resolved[1]",
        )
    ]


def test_a_passing_failure_needs_nothing() -> None:
    entries = [
        number(portable=False, not_portability_reason_code=22135),
        number(OTHER, portable=False, not_portability_reason=NotPortableReason.ERROR_INTERNAL_SERVER_ERROR),
    ]
    plan = replan(port_in(*entries), today=TODAY)
    assert asked(plan) == [(0, "nothing", True), (1, "nothing", True)]
    assert (plan.is_ready, plan.number_count) == (True, 2)
    assert plan.replaces == SID


@pytest.mark.parametrize(
    "entry",
    [
        number(portable=False, not_portability_reason_code=22131),
        number(portable=False, not_portability_reason=NotPortableReason.ALREADY_IN_THE_TARGET_ACCOUNT),
    ],
)
def test_a_number_that_is_there_is_left_out_whatever_is_given(entry: PortInPhoneNumberResult) -> None:
    plan = replan(port_in(entry), resolved=[NUMBER], today=TODAY)
    assert asked(plan) == [(0, "not_needed", False)]
    assert (plan.left_out[0].reason.value, plan.corrections[0].argument) == ("not_portable", None)


def test_the_others_are_no_business_of_the_new_plan() -> None:
    statuses = ["completed", "port_pending", "in_review", "canceled", None]
    others = [
        number(one, port_in_phone_number_status=status)
        for one, status in zip(numbers(5, 10), statuses, strict=True)
    ]
    again = number(
        numbers(1, 20)[0], port_in_phone_number_status="port_submitted", rejection_reason_code=22155
    )
    called_off = number(NUMBER, port_in_phone_number_status="canceled", rejection_reason_code=22155)
    done = number(OTHER, port_in_phone_number_status="completed", portable=False)
    plan = replan(port_in(*others, again, done, called_off), pins={NUMBER: "1"}, today=TODAY)
    assert asked(plan) == [(7, "pin", True)]
    assert [entry.phone_number for entry in plan.requests[0].phone_numbers] == [NUMBER]
    itself = number(
        OTHER, port_in_phone_number_status="port_submitted", portable=False, not_portability_reason_code=22137
    )
    nothing = replan(port_in(*others, again, itself), today=TODAY)
    assert (nothing.is_ready, nothing.corrections, nothing.left_out) == (False, [], [])
    assert "no number of the port-in was rejected" in str(nothing)


def test_numbers_that_another_port_in_has_by_now_are_left_out() -> None:
    rejected = [
        number(one, port_in_phone_number_status="canceled", rejection_reason_code=22155)
        for one in (NUMBER, OTHER)
    ]
    old = port_in(*rejected)
    pins = {NUMBER: "1", OTHER: "2"}
    plan = replan(old, pins=pins, created={NUMBER: "KW" + "9" * 32}, today=TODAY)
    assert asked(plan) == [(1, "pin", True)]
    assert [(one.index, one.reason.value) for one in plan.left_out] == [(0, "created_before")]
    assert "KW" + "9" * 32 in plan.left_out[0].message
    assert [entry.phone_number for entry in plan.requests[0].phone_numbers] == [OTHER]
    sid = old.port_in_request_sid or ""
    assert replan(old, pins=pins, created={NUMBER: sid}, today=TODAY).left_out == [], "it is the old one"
    both = replan(old, pins=pins, created=dict.fromkeys(pins, "KW" + "9" * 32), today=TODAY)
    assert (both.is_ready, both.requests) == (False, [])
    assert "other port-ins have them by now" in str(both)


def test_a_mobile_number_needs_its_pin_again() -> None:
    entry = rejected(22153, number_type=NumberType.MOBILE)
    other = carrier(customer_name="Other")
    plan = replan(port_in(entry), losing_carrier=other, today=TODAY)
    assert [(one.index, one.reason.value) for one in plan.left_out] == [(0, "pin_missing")]
    assert replan(port_in(entry), losing_carrier=other, pins={NUMBER: "0007"}, today=TODAY).is_ready


def test_some_go_and_the_rest_is_left_out_in_order() -> None:
    entries = [
        rejected(code, one) for code, one in zip((22155, 22152, 22155, 22159), numbers(4), strict=True)
    ]
    plan = replan(port_in(*entries), pins={numbers(4)[2]: "0007"}, today=TODAY)
    assert plan.is_ready
    assert [entry.phone_number for entry in plan.requests[0].phone_numbers] == [numbers(4)[2]]
    assert [(one.index, one.code) for one in plan.left_out] == [(0, 22155), (1, 22152), (3, 22159)]
    assert [one.argument for one in plan.problems] == ["numbers[0]", "numbers[1]", "numbers[3]"]
    assert "1 number in 1 port-in request" in str(plan)
    for text in (str(plan), repr(plan), *map(str, plan.corrections), *map(repr, plan.corrections)):
        assert not any(one[2:] in text for one in numbers(4))
    assert str(plan.corrections[0]).startswith("number 1 (pin, missing): The PIN is missing or wrong")


def test_the_details_are_those_of_the_port_in() -> None:
    start, end = dt.time(10, tzinfo=dt.UTC), dt.time(12, tzinfo=dt.UTC)
    request = port_in(
        rejected(22155),
        target_port_in_date=dt.date(2025, 5, 20),
        target_port_in_time_range_start=start,
        target_port_in_time_range_end=end,
    )
    [made] = replan(request, pins={NUMBER: "1"}, today=TODAY).requests
    assert isinstance(made, PortInCreate)
    assert (made.account_sid, made.documents, made.notification_emails) == (
        ACCOUNT,
        ["RD" + "a" * 32],
        ["a@example.com"],
    )
    assert (made.target_port_in_date, made.target_port_in_time_range_start) == (dt.date(2025, 5, 20), start)
    late = replan(request, pins={NUMBER: "1"}, today=dt.date(2025, 5, 16))
    assert late.is_ready
    assert (late.requests[0].target_port_in_date, late.requests[0].target_port_in_time_range_end) == (
        None,
        None,
    )
    assert [one.code.value for one in late.problems] == ["target_date_too_soon"]
    with_sid = msgspec.structs.replace(OLD, address_sid="AD" + "1" * 32)
    [copied] = replan(
        port_in(rejected(22155), losing_carrier_information=with_sid), pins={NUMBER: "1"}, today=TODAY
    ).requests
    assert copied.losing_carrier_information.address is None
    japan = port_in(
        rejected(22155), portability_advance_carrier="5", target_port_in_date=dt.date(2025, 5, 14)
    )
    assert [one.code.value for one in replan(japan, pins={NUMBER: "1"}, today=TODAY).problems] == [
        "target_date_too_soon"
    ]


def test_what_the_answer_does_not_say_is_a_problem() -> None:
    plan = replan(
        PortIn(port_in_request_sid=SID, phone_numbers=[rejected(22155)]), pins={NUMBER: "1"}, today=TODAY
    )
    assert {one.argument for one in plan.errors} >= {
        "account_sid", "documents", "losing_carrier.customer_name", "losing_carrier.address",
    }  # fmt: skip
    unnamed = (
        rejected(22155, phone_number_sid=None)
        if False
        else PortInPhoneNumberResult(port_in_phone_number_status=REJECTED)
    )
    assert not replan(port_in(unnamed), today=TODAY).is_ready


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"port_in": "KW"}, "port_in must be a PortIn"),
        ({"port_in": PortIn()}, "with its SID"),
        ({"losing_carrier": OLD}, "losing_carrier must be a LosingCarrierInformation"),
        ({"pins": [NUMBER]}, "pins must map"),
        ({"pins": {NUMBER: 7}}, "would lose its leading zeros"),
        ({"resolved": [NUMBER, "x"]}, r"resolved\[1\]"),
        ({"target_date": "2025-06-02"}, "target_date must be a date"),
        ({"today": dt.datetime.now(dt.UTC)}, "today must be a date"),
    ],
)
def test_wrong_types_are_told_at_once(wrong: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"port_in": port_in(rejected(22155))} | wrong
    with pytest.raises(InvalidArgumentError, match=message):
        replan(given.pop("port_in"), **given)


async def test_rejected_numbers_are_ported_after_all(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "ports.journal"
    codes = [22152, 22153, 22154, 22155, 22156]
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = plan_of(outcomes(checked(8)))
        [created] = await twilio.port_ins.create_all(plan, journal=journal, now=time.now)
        sid = created.result.port_in_request_sid or ""
        sandbox.advance(steps=2)
        for entry, code in zip((await twilio.port_ins.fetch(sid)).phone_numbers or (), codes, strict=False):
            sandbox.reject(entry.port_in_phone_number_sid or "", code)
        sandbox.advance(steps=9)
        found = await twilio.port_ins.fetch(sid)
        again = replan(
            found,
            pins={numbers(4)[3]: "0007"},
            losing_carrier=carrier(
                customer_name="Example Limited",
                account_number="77",
                address=msgspec.structs.replace(ADDRESS, street="2 Main St"),
            ),
            today=TODAY,
        )
        assert asked(again) == [
            (0, "inactive_line", False),
            (1, "name", True), (2, "address", True), (3, "pin", True), (4, "account_number", True),
        ]  # fmt: skip
        assert [one.kind for one in again.missing] == [CorrectionKind.INACTIVE_LINE]
        for one in again.corrections:
            if one.is_given:
                await twilio.port_in_phone_numbers.cancel(sid, one.phone_number_sid or "")
        for from_journal in (False, True):
            [second] = await twilio.port_ins.create_all(again, journal=journal, now=time.now)
            assert second.result.port_in_request_sid != sid
            assert second.from_journal == from_journal
        # Another plan with some of the numbers is refused, whether it replaces the first port-in or none.
        less = msgspec.structs.replace(
            again,
            requests=[
                msgspec.structs.replace(request, phone_numbers=request.phone_numbers[:1])
                for request in again.requests
            ],
        )
        for plan in (less, msgspec.structs.replace(less, replaces=None)):
            [refused] = await twilio.port_ins.create_all(plan, journal=journal, now=time.now)
            assert isinstance(refused.error, InvalidArgumentError)
        assert sandbox.operations["CreatePortingPortIn"] == 2
        sandbox.advance(steps=9)
        assert sorted(sandbox.phone_numbers().values()) == sorted(numbers(8)[1:])
