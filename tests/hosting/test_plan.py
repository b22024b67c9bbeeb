"""The planner of hosting: tables of numbers and of details."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError, RequestTimeoutError
from twilio_numbers_async.hosting.numbers import HostingNumber
from twilio_numbers_async.hosting.plan import HostingPlan
from twilio_numbers_async.models import (
    Address,
    EligibilityResult,
    EligibilityStatus,
    EligibilitySubStatus,
    HostedNumberOrderStatus,
)
from twilio_numbers_async.sweep import Outcome

from .details import ADDRESS, CONTACT, eligible, numbers, plan_of, result

NUMBER, OTHER = numbers(2)
S = EligibilitySubStatus
ORDER = "HR" + "1" * 32


def outcome(
    index: int, answer: EligibilityResult | None = None, error: Exception | None = None
) -> Outcome[EligibilityResult]:
    number = NUMBER if answer is None else answer.phone_number
    return Outcome(index, number, number, answer, error)


def problems(plan: HostingPlan) -> list[tuple[str, str | None]]:
    return [(one.code.value, one.argument) for one in plan.problems]


def test_eligible_numbers_become_bulk_requests() -> None:
    plan = plan_of(eligible(2500), bulk_size=1000)
    assert plan.phone_numbers == numbers(2500)
    assert [len(request) for request in plan.requests] == [1000, 1000, 500]
    assert [number for request in plan.requests for number in request] == numbers(2500)
    assert (plan.is_ready, plan.is_bulk, plan.left_out, plan.duplicates) == (True, True, [], {})
    assert (plan.address_sid, plan.address_country, plan.countries) == (ADDRESS.sid, "US", ["US"])


@pytest.mark.parametrize(
    "details",
    [
        {"bulk_size": 1},
        {"cc_emails": "a@example.com"},
        {"sms_capability": True},
        {"account_sid": "AC" + "b" * 32},
    ],
)
def test_what_bulk_requests_do_not_know_is_ordered_one_by_one(details: dict[str, Any]) -> None:
    plan = plan_of(eligible(3), **details)
    assert (plan.is_ready, plan.is_bulk) == (True, False)
    assert plan.requests == [[number] for number in numbers(3)]


def test_a_single_number_needs_no_bulk_request() -> None:
    plan = plan_of(result(NUMBER))  # type: ignore[arg-type]  # one is as good as a list of it
    assert (plan.phone_numbers, plan.is_bulk, plan.is_ready) == ([NUMBER], False, True)


LEFT_OUT: list[tuple[HostingNumber, str, str]] = [
    ("nonsense", "invalid", "not a phone number"),
    (outcome(0, None, InvalidPhoneNumberError("too short")), "invalid", "too short"),
    (
        outcome(0, None, RequestTimeoutError("No answer within 30 s")),
        "not_checked",
        "its check failed: No answer",
    ),
    (outcome(0), "not_checked", "no answer"),
    (NUMBER, "not_checked", "Nobody checked"),
    (EligibilityResult(phone_number=NUMBER), "not_checked", "No status"),
    (result(NUMBER, eligibility_status=EligibilityStatus("new")), "not_checked", "No status"),
    (result(NUMBER, S.INTERNAL_PROCESSING_ERROR), "not_checked", "check it again"),
    (result(NUMBER, S.ELIGIBLE_BY_MANUAL_PROCESS), "needs_support", "support"),
    (result(NUMBER, next_step="CONTACT_SUPPORT"), "needs_support", "support"),
    (result(NUMBER, S.COUNTRY_INELIGIBLE), "not_eligible", "country"),
    (result(NUMBER, S.NUMBER_TYPE_INELIGIBLE), "not_eligible", "type"),
    (result(NUMBER, S.CARRIER_INELIGIBLE), "not_eligible", "port it"),
    (result(NUMBER, S.INVALID_HOSTING_ACCOUNT_SID), "not_eligible", "hosting account"),
    (result(NUMBER, S("something-new"), next_step="WAIT_A_DAY"), "not_eligible", "wait a day"),
    (result(NUMBER, S.ALREADY_IN_TWILIO), "already_in_twilio", "already"),
    (result(NUMBER, S.INVALID_PHONE_NUMBER), "invalid", "Correct"),
    (result(NUMBER, S.NUMBER_FORMAT_INELIGIBLE), "invalid", "Correct"),
    (result(NUMBER, hosting_order_sid=ORDER), "ordered", ORDER),
    (
        result(NUMBER, hosting_order_sid=ORDER, hosting_order_status=HostedNumberOrderStatus.COMPLETED),
        "ordered",
        ORDER,
    ),
]


@pytest.mark.parametrize(("given", "reason", "message"), LEFT_OUT)
def test_the_others_are_left_out_with_a_reason(given: HostingNumber, reason: str, message: str) -> None:
    plan = plan_of([outcome(5, result(OTHER)), given])
    assert plan.phone_numbers == [OTHER]
    [left_out] = plan.left_out
    assert left_out.reason.value == reason
    assert message in left_out.message
    assert NUMBER[2:] not in str(left_out) + repr(left_out) + str(plan)
    assert plan.is_ready
    alone = plan_of([given])
    assert problems(alone) == [("no_numbers", "eligibility")]
    assert "no number is left to host" in str(alone)


def test_an_order_that_failed_stands_in_nobodys_way() -> None:
    failed = result(NUMBER, hosting_order_sid=ORDER, hosting_order_status=HostedNumberOrderStatus.FAILED)
    assert plan_of([failed]).phone_numbers == [NUMBER]


def test_outcomes_make_the_same_plan_in_whatever_order_they_finish() -> None:
    swept = [outcome(index, answer) for index, answer in enumerate([*eligible(9), result(numbers(9)[3])])]
    plan = plan_of(reversed(swept))
    assert plan == plan_of(swept)
    assert (plan.phone_numbers, plan.duplicates) == (numbers(9), {9: 3})


PROBLEMS: list[tuple[dict[str, Any], list[tuple[str, str | None]], str]] = [
    ({"contact": msgspec.structs.replace(CONTACT, title=None)}, [("contact", "contact.title")], "Owner"),
    ({"contact": msgspec.structs.replace(CONTACT, title=" ")}, [("contact", "contact.title")], "Owner"),
    ({"contact": msgspec.structs.replace(CONTACT, email="x")}, [("contact", "contact.email")], "e-mail"),
    (
        {"contact": msgspec.structs.replace(CONTACT, phone_number="5")},
        [("contact", "contact.phone_number")],
        "",
    ),
    ({"address": "AD1"}, [("address", "address")], "32 hexadecimal"),
    ({"address": Address(iso_country="US")}, [("address", "address")], "with its SID"),
    (
        {"address": Address(sid=ADDRESS.sid, iso_country="GB")},
        [("address", "address")],
        "is in GB, and numbers",
    ),
    ({"account_sid": "SK" + "1" * 32}, [("invalid_value", "account_sid")], "AC"),
    ({"notification_email": "x"}, [("invalid_value", "notification_email")], "e-mail"),
    ({"cc_emails": ["a@example.com", "x"]}, [("invalid_value", "cc_emails[1]")], "e-mail"),
    ({"status_callback_url": "example.com"}, [("invalid_value", "status_callback_url")], "complete URL"),
    ({"friendly_name": "x" * 129}, [("invalid_value", "friendly_name")], "128"),
    ({"friendly_name": " "}, [("invalid_value", "friendly_name")], "128"),
]


@pytest.mark.parametrize(("details", "expected", "message"), PROBLEMS)
def test_what_is_wrong_is_named(
    details: dict[str, Any], expected: list[tuple[str, str]], message: str
) -> None:
    plan = plan_of(eligible(2), **details)
    assert problems(plan) == expected
    assert message in str(plan.problems[0])
    assert not plan.is_ready


def test_an_address_by_its_sid_may_be_anywhere() -> None:
    plan = plan_of(eligible(2), address=ADDRESS.sid)
    assert (plan.is_ready, plan.address_country) == (True, None)


def test_numbers_of_two_countries_want_two_addresses() -> None:
    british = result("+442079460100", country="GB", iso_country_code="GB")
    plan = plan_of([*eligible(2), british])
    assert plan.countries == ["GB", "US"]
    assert problems(plan) == [("address", "address")]
    unsaid = EligibilityResult(phone_number="+442079460100", eligibility_status=EligibilityStatus.ELIGIBLE)
    assert plan_of([unsaid]).countries == ["GB"]
    assert plan_of([result(NUMBER, country="United States", iso_country_code=None)]).countries == ["US"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"bulk_size": 0}, "bulk_size must be 1 to 1,000: a bulk request takes no more"),
        ({"bulk_size": 1001}, "bulk_size must be 1 to 1,000"),
        ({"bulk_size": True}, "bulk_size must be"),
        ({"address": None}, "address must be an Address or its SID"),
        ({"contact": {"email": "a@example.com"}}, "contact must be a HostingContact"),
        ({"country": "UK"}, "country"),
    ],
)
def test_wrong_types_are_told_at_once(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        plan_of(eligible(2), **wrong)


@pytest.mark.parametrize("given", [b"x", 5, None])
def test_no_list_of_checks_is_told_at_once(given: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="eligibility must be outcomes or results"):
        plan_of(given)


def test_texts_and_reprs_show_no_person() -> None:
    plan = plan_of(
        [*eligible(3), *[result(number, S.ALREADY_IN_TWILIO) for number in numbers(30, 10)], result(NUMBER)]
    )
    assert "3 numbers in 1 bulk request" in str(plan)
    assert "30 left out: 30 already in twilio" in str(plan)
    assert "and 10 more" in str(plan)
    assert "1 came again" in str(plan)
    assert "2 numbers in 2 orders" in str(plan_of(eligible(2), bulk_size=1))
    for text in (str(plan), repr(plan), repr(plan.contact)):
        assert "1555" not in text
        assert "robin" not in text
    assert problems(plan_of([])) == [("no_numbers", "eligibility")]
    assert (
        plan_of(
            eligible(1), contact=msgspec.structs.replace(CONTACT, phone_number="+1 (415) 555-0142")
        ).contact
        == CONTACT
    )
