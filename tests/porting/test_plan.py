"""The planner: tables of numbers and of details, and what must hold for whatever is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError, RequestTimeoutError
from twilio_numbers_async.models import (
    Document,
    LosingCarrierInformation,
    NumberType,
    Portability,
)
from twilio_numbers_async.models.validate import check
from twilio_numbers_async.porting.numbers import LeftOutReason, PortInNumber
from twilio_numbers_async.porting.plan import PortInPlan, plan_port_ins
from twilio_numbers_async.porting.problems import (
    PortInProblem,
    PortInProblemCode,
    PortInProblemSeverity,
)
from twilio_numbers_async.sweep import Outcome

from .details import ADDRESS, CARRIER, DETAILS, TODAY, checked, numbers, outcomes, plan_of, portable

NUMBER = "+14155550100"
OTHER = "+14155550101"
MOBILE = NumberType.MOBILE
JAPAN = {"bundle_sid": "BU" + "a" * 32, "portability_advance_carrier": "5"}


def numbers_in(plan: PortInPlan) -> list[list[str]]:
    return [[entry.phone_number for entry in request.phone_numbers] for request in plan.requests]


def reasons(plan: PortInPlan) -> list[tuple[int, str]]:
    return [(one.index, one.reason.value) for one in plan.left_out]


def found(plan: PortInPlan) -> list[tuple[str, str, str | None]]:
    return [(one.severity.value, one.code.value, one.argument) for one in plan.problems if not one.left_out]


def carrier(**changes: Any) -> LosingCarrierInformation:
    return msgspec.structs.replace(CARRIER, **changes)


def not_portable(number: str, code: int | None, **fields: Any) -> Portability:
    return Portability(phone_number=number, portable=False, not_portable_reason_code=code, **fields)


def outcome(
    index: int,
    given: str,
    number: str | None,
    answer: Portability | None = None,
    error: Exception | None = None,
) -> Outcome[Portability]:
    return Outcome(index, given, number, answer, error)


def failed(index: int = 0) -> Outcome[Portability]:
    return outcome(index, NUMBER, NUMBER, None, RequestTimeoutError("No answer within 30 s"))


def drawn(at: int, fields: dict[str, Any]) -> Portability:
    return Portability(phone_number=numbers(41)[at], **fields)


# numbers


def test_a_sweep_becomes_requests_that_can_be_sent() -> None:
    plan = plan_of(
        outcomes(checked(2500)), target_date=dt.date(2025, 5, 20), notification_emails="a@example.com"
    )
    assert [len(group) for group in numbers_in(plan)] == [1000, 1000, 500]
    assert [number for group in numbers_in(plan) for number in group] == numbers(2500)
    assert (plan.is_ready, plan.problems, plan.left_out, plan.duplicates) == (True, [], [], {})
    assert plan.number_count == 2500
    for request in plan.requests:
        check(request)
        assert request.account_sid == DETAILS["account_sid"]
        assert request.documents == DETAILS["documents"]
        assert request.losing_carrier_information == CARRIER
        assert request.notification_emails == ["a@example.com"]
        assert request.target_port_in_date == dt.date(2025, 5, 20)


def test_outcomes_make_the_same_plan_in_whatever_order_they_finish() -> None:
    swept = outcomes(checked(30))
    assert plan_of(reversed(swept)) == plan_of(swept)


def test_two_sweeps_may_have_the_same_indexes() -> None:
    plan = plan_of([*outcomes(checked(3)), *outcomes([portable(NUMBER), portable(OTHER, portable=False)])])
    assert numbers_in(plan) == [[*numbers(3), NUMBER]]
    assert reasons(plan) == [(4, "not_portable")]


LEFT_OUT: list[tuple[PortInNumber, dict[str, Any], str, str]] = [
    ("nonsense", {}, "invalid", "not a phone number"),
    ("415-555-0100", {}, "invalid", "no country code"),
    (Portability(portable=True), {}, "invalid", "must be text"),
    (outcome(0, "x", None, None, InvalidPhoneNumberError("too short")), {}, "invalid", "too short"),
    (failed(), {}, "not_checked", "its check failed: No answer within 30 s"),
    (outcome(0, NUMBER, NUMBER), {}, "not_checked", "no answer"),
    (NUMBER, {"checked_only": True}, "not_checked", "Nobody checked"),
    (Portability(phone_number=NUMBER), {}, "not_checked", "check it again"),
    (not_portable(NUMBER, 22135), {}, "not_checked", "check it again"),
    (not_portable(NUMBER, 22132), {}, "not_portable", "ask the owner"),
    (not_portable(NUMBER, 22130), {}, "not_portable", "not served"),
    (not_portable("+18005550100", 22133), {}, "toll_free", "Toll-free"),
    (portable(NUMBER, number_type=NumberType.TOLL_FREE), {}, "toll_free", "Toll-free"),
    ("+18335550100", {}, "toll_free", "Toll-free"),
    ("+33800123456", {}, "toll_free", "Toll-free"),
    ("+14165550100", {}, "other_country", "not ported through the API"),
    ("+442079460000", {}, "other_country", "not ported through the API"),
    ("+9991234567890", {}, "invalid", "country code that does not exist"),
    ("+81312345678", {}, "other_country", "Japan has a flow of its own"),
    (portable("+81312345678", country="JP"), {}, "other_country", "bundle_sid"),
    (
        portable(NUMBER, number_type=MOBILE),
        {"losing_carrier": carrier(account_number=None), "pins": {NUMBER: "1"}},
        "account_number_missing",
        "account number",
    ),
    (portable(NUMBER, number_type=MOBILE), {}, "pin_missing", "PIN"),
    (portable(NUMBER, number_type=MOBILE), {"pins": {NUMBER: " "}}, "pin_missing", "PIN"),
    (portable(NUMBER, number_type=MOBILE, country=None), {}, "pin_missing", "PIN"),
    (portable(NUMBER, pin_and_account_number_required=True), {}, "pin_missing", "PIN"),
]


@pytest.mark.parametrize(("item", "details", "reason", "words"), LEFT_OUT)
def test_a_number_that_does_not_go_in_has_its_reason(
    item: PortInNumber, details: dict[str, Any], reason: str, words: str
) -> None:
    plan = plan_of([item], **details)
    (left_out,) = plan.left_out
    assert left_out.reason.value == reason
    assert words in left_out.message
    assert plan.requests == []
    assert [one.code for one in plan.errors] == [PortInProblemCode.NO_NUMBERS]
    assert not plan.is_ready


def test_what_is_left_out_says_all_that_a_table_needs() -> None:
    plan = plan_of([portable(NUMBER), not_portable(OTHER, 22133)])
    (left_out,) = plan.left_out
    assert (left_out.index, left_out.phone_number, left_out.code) == (1, OTHER, 22133)
    assert str(left_out).startswith("number 2 is left out (not portable): Cannot be ported through the API")
    assert plan.problems == [
        PortInProblem(
            code=PortInProblemCode.NUMBER_LEFT_OUT,
            severity=PortInProblemSeverity.WARNING,
            message=str(left_out),
            argument="numbers[1]",
            left_out=left_out,
        )
    ]
    assert plan.is_ready, "the others can be ported"


def test_of_many_that_are_left_out_the_text_has_the_first() -> None:
    plan = plan_of([portable(NUMBER), *("x" * at for at in range(3, 25))])
    lines = str(plan).splitlines()
    assert lines[:3] == [
        "1 number in 1 port-in request",
        "22 left out: 22 invalid",
        "number 2 is left out (invalid): This is not a phone number",
    ]
    assert lines[-2:] == ["number 21 is left out (invalid): This is not a phone number", "and 2 more"]
    assert len(plan.problems) == 22


def test_a_type_as_plain_text_counts_too() -> None:
    mobile = Portability(phone_number=NUMBER, portable=True, number_type=cast("NumberType", "MOBILE"))
    assert reasons(plan_of([mobile])) == [(0, "pin_missing")]


@pytest.mark.parametrize(
    ("item", "details"),
    [
        (portable(NUMBER, number_type=MOBILE), {"pins": {"(415) 555-0100": "0042"}, "country": "US"}),
        (portable(NUMBER, pin_and_account_number_required=True), {"pins": {NUMBER: "0042"}}),
        # a number of another kind may have one too, and abroad a mobile one needs none
        (portable(NUMBER), {"pins": {NUMBER: "0042"}}),
        (portable("+81901234567", number_type=MOBILE, country="JP"), JAPAN),
        # what Twilio says goes before what its pages say
        (portable("+442079460000", country="gb"), {}),
    ],
)
def test_a_number_goes_in(item: Portability, details: dict[str, Any]) -> None:
    plan = plan_of([item], **details)
    assert numbers_in(plan) == [[item.phone_number]]
    assert plan.is_ready
    assert plan.requests[0].phone_numbers[0].pin == ("0042" if "pins" in details else None)
    check(plan.requests[0])


def test_each_country_has_requests_of_its_own() -> None:
    items = [portable("+81312345678", country="JP"), portable(NUMBER), portable("+81312345679", country="JP")]
    plan = plan_of(items, auto_cancel_approval_numbers="2", **JAPAN)
    assert numbers_in(plan) == [["+81312345678", "+81312345679"], [NUMBER]]
    japan, us = plan.requests
    assert (japan.portability_advance_carrier, japan.auto_cancel_approval_numbers) == ("5", "2")
    assert (us.portability_advance_carrier, us.auto_cancel_approval_numbers) == (None, None)


def test_numbers_are_read_as_people_write_them_and_taken_once() -> None:
    plan = plan_of(["(415) 555-0100", NUMBER, OTHER, "415.555.0100", "tel:+1-415-555-0101"], country="US")
    assert numbers_in(plan) == [[NUMBER, OTHER]]
    assert plan.duplicates == {1: 0, 3: 0, 4: 2}
    assert plan_of(NUMBER).requests == plan_of([NUMBER]).requests


def test_of_a_number_that_comes_again_the_one_with_an_answer_counts() -> None:
    plan = plan_of([NUMBER, not_portable(NUMBER, 22132), portable(NUMBER)])
    assert reasons(plan) == [(0, "not_portable")]
    plan = plan_of([failed(), outcome(1, NUMBER, NUMBER, portable(NUMBER))])
    assert numbers_in(plan) == [[NUMBER]]
    assert plan.duplicates == {1: 0}
    # a failed check is more than none
    assert reasons(plan_of([NUMBER, failed(1)])) == [(0, "not_checked")]


def test_an_outcome_without_its_number_is_read_from_its_answer_or_input() -> None:
    plan = plan_of(
        [
            outcome(0, "x", None, portable(NUMBER)),
            outcome(1, OTHER, None, Portability(portable=True)),
        ]
    )
    assert numbers_in(plan) == [[NUMBER, OTHER]]


# problems


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"account_sid": "AC1"}, ("invalid_value", "account_sid")),
        ({"documents": []}, ("no_utility_bill", "documents")),
        (
            {"documents": [Document(sid="RD" + "a" * 32, document_type="letter")]},
            ("no_utility_bill", "documents"),
        ),
        ({"documents": "RD1"}, ("invalid_value", "documents[0]")),
        ({"documents": ["RD" + "a" * 32, Document()]}, ("invalid_value", "documents[1]")),
        ({"losing_carrier": carrier(customer_name=" ")}, ("missing_value", "losing_carrier.customer_name")),
        (
            {"losing_carrier": carrier(authorized_representative="")},
            ("missing_value", "losing_carrier.authorized_representative"),
        ),
        (
            {"losing_carrier": carrier(authorized_representative_email="robin@example")},
            ("email", "losing_carrier.authorized_representative_email"),
        ),
        (
            {"losing_carrier": carrier(customer_type="Firm")},
            ("invalid_value", "losing_carrier.customer_type"),
        ),
        ({"account_sid": None}, ("invalid_value", "account_sid")),
        ({"losing_carrier": carrier(customer_name=None)}, ("missing_value", "losing_carrier.customer_name")),
        (
            {"losing_carrier": carrier(authorized_representative_email=None)},
            ("email", "losing_carrier.authorized_representative_email"),
        ),
        (
            {"losing_carrier": carrier(address=msgspec.structs.replace(ADDRESS, zip=None))},
            ("address", "losing_carrier.address.zip"),
        ),
        ({"losing_carrier": carrier(account_number=42)}, ("invalid_value", "losing_carrier.account_number")),
        ({"losing_carrier": carrier(address=None)}, ("address", "losing_carrier.address")),
        ({"losing_carrier": carrier(address=None, address_sid="")}, ("address", "losing_carrier.address")),
        ({"losing_carrier": carrier(address_sid="AD" + "a" * 32)}, ("address", "losing_carrier.address")),
        (
            {"losing_carrier": carrier(address=None, address_sid="AC" + "a" * 32)},
            ("address", "losing_carrier.address_sid"),
        ),
        (
            {"losing_carrier": carrier(address=msgspec.structs.replace(ADDRESS, zip=""))},
            ("address", "losing_carrier.address.zip"),
        ),
        ({"notification_emails": ["a@example.com", "b"]}, ("email", "notification_emails[1]")),
        ({"target_date": TODAY + dt.timedelta(4)}, ("target_date_too_soon", "target_date")),
        ({"time_range": ("10:00:00", "12:00:00-08:00")}, ("time_range", "time_range[0]")),
        ({"time_range": ("10:00:00-08:00", "noon")}, ("time_range", "time_range[1]")),
        ({"time_range": ("12:00:00-08:00", "10:00:00-08:00")}, ("time_range", "time_range")),
        ({"time_range": ("10:00:00-08:00", "10:00:00-08:00")}, ("time_range", "time_range")),
        ({"time_range": ("12:00:00-08:00", "12:30:00-07:00")}, ("time_range", "time_range")),
        ({"time_range": ("10:00:00-08:00", None)}, ("time_range", "time_range")),
        (
            {"time_range": ("10:00:00-08:00", "11:00:00-08:00"), "target_date": None},
            ("time_range", "time_range"),
        ),
        ({"bundle_sid": "BU1"}, ("invalid_value", "bundle_sid")),
        ({"pins": {"nonsense": "1"}}, ("pin", "pins")),
        ({"pins": {NUMBER: "1", "415-555-0100": "2"}, "country": "US"}, ("pin", "pins")),
    ],
)
def test_what_is_wrong_with_the_details_is_an_error(
    details: dict[str, Any], expected: tuple[str, str]
) -> None:
    plan = plan_of([portable(NUMBER)], **{"target_date": TODAY + dt.timedelta(8)} | details)
    assert found(plan) == [("error", *expected)]
    assert not plan.is_ready
    assert len(plan.requests) == 1  # to be looked at
    assert "\n" not in str(plan.problems[0])


def test_every_problem_is_told_at_once_and_errors_first() -> None:
    plan = plan_of(
        [NUMBER],
        target_date=dt.date(2025, 5, 10),
        losing_carrier=carrier(customer_name="", authorized_representative="", address=None),
        documents=(),
        pins={OTHER: "1"},
    )
    assert [one.severity for one in plan.problems] == [PortInProblemSeverity.ERROR] * 5 + [
        PortInProblemSeverity.WARNING
    ] * 3
    assert [one.code.value for one in plan.problems] == [
        "no_utility_bill",
        "missing_value",
        "missing_value",
        "address",
        "target_date_too_soon",
        "target_date_weekend",
        "not_checked",
        "pin",
    ]


@pytest.mark.parametrize(
    ("items", "date", "is_ready"),
    [
        ([portable(NUMBER)], dt.date(2025, 5, 12), True),
        ([portable("+81312345678", country="JP")], dt.date(2025, 5, 12), False),
        ([portable("+81312345678", country="JP")], dt.date(2025, 5, 14), False),
        ([portable("+81312345678", country="JP")], dt.date(2025, 5, 15), True),
        ([portable(NUMBER), portable("+81312345678", country="JP")], dt.date(2025, 5, 14), False),
    ],
)
def test_japan_needs_ten_days(items: Sequence[Portability], date: dt.date, is_ready: bool) -> None:
    plan = plan_of(items, target_date=date, **JAPAN)
    assert plan.is_ready is is_ready
    if not is_ready:
        assert found(plan) == [("error", "target_date_too_soon", "target_date")]
        assert "10 days ahead for Japanese numbers: 2025-05-15 or later" in str(plan.problems[0])


def test_a_weekend_is_warned_of() -> None:
    plan = plan_of([portable(NUMBER)], target_date=dt.date(2025, 5, 17))
    assert found(plan) == [("warning", "target_date_weekend", "target_date")]
    assert str(plan.problems[0]).startswith("warning: target_date is a Saturday")
    assert plan.is_ready


def test_today_is_todays_date_in_utc_by_default() -> None:
    details: dict[str, Any] = {**DETAILS, "today": None}
    soon = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=6)
    later = soon + dt.timedelta(days=3)
    assert not plan_port_ins([portable(NUMBER)], target_date=soon, **details).is_ready
    assert plan_port_ins([portable(NUMBER)], target_date=later, **details).is_ready


def test_a_time_range_becomes_times_with_their_offsets() -> None:
    zone = dt.timezone(dt.timedelta(hours=-8))
    start, end = dt.time(10, 15, tzinfo=zone), dt.time(12, tzinfo=zone)
    plan = plan_of([portable(NUMBER)], target_date=dt.date(2025, 5, 20), time_range=("10:15:00-08:00", end))
    assert plan.problems == []
    request = plan.requests[0]
    assert (request.target_port_in_time_range_start, request.target_port_in_time_range_end) == (start, end)


def test_documents_are_taken_as_they_were_uploaded() -> None:
    bill = Document(sid="RD" + "b" * 32, document_type="Utility Bill")
    letter = Document(sid="RD" + "c" * 32, document_type="letter")
    plan = plan_of([portable(NUMBER)], documents=[letter, bill])
    assert plan.requests[0].documents == [letter.sid, bill.sid]
    assert plan.problems == []
    # of a SID alone nobody knows what it is
    assert plan_of([portable(NUMBER)], documents=[letter, "RD" + "b" * 32]).is_ready
    assert plan_of([portable(NUMBER)], documents=bill).requests[0].documents == [bill.sid]


def test_a_plan_without_any_number_says_so() -> None:
    plan = plan_of([])
    assert found(plan) == [("error", "no_numbers", "numbers")]
    assert str(plan.problems[0]) == "error: there are no numbers"


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"country": "XX"}, "country"),
        ({"target_date": dt.datetime(2025, 5, 20, tzinfo=dt.UTC)}, "target_date"),
        ({"target_date": "2025-05-20"}, "target_date"),
        ({"time_range": "10:00"}, "time_range"),
        ({"time_range": ("10:00",)}, "time_range"),
        ({"time_range": 10}, "time_range"),
        ({"pins": {NUMBER: 42}}, "pins"),
        ({"pins": [NUMBER]}, "pins"),
        ({"losing_carrier": {"customer_name": "A"}}, "losing_carrier"),
        ({"losing_carrier": carrier(address={"zip": "94601"})}, "losing_carrier.address"),
        ({"documents": None}, "documents"),
        ({"documents": b"RD"}, "documents"),
        ({"notification_emails": 5}, "notification_emails"),
        ({"today": dt.datetime(2025, 5, 20, tzinfo=dt.UTC)}, "today"),
    ],
)
def test_values_of_a_wrong_type_are_refused(changes: dict[str, Any], argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        plan_of([portable(NUMBER)], **changes)
    assert caught.value.argument == argument


@pytest.mark.parametrize("given", [None, 5, b"+14155550100", object()])
def test_what_holds_no_numbers_is_refused(given: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="numbers must be"):
        plan_of(given)


def test_one_number_needs_no_list() -> None:
    for one in (NUMBER, portable(NUMBER), outcome(3, NUMBER, NUMBER, portable(NUMBER))):
        assert numbers_in(plan_of(cast("list[PortInNumber]", one))) == [[NUMBER]]


def test_no_text_shows_a_number() -> None:
    items: list[PortInNumber] = [
        portable(NUMBER),
        not_portable(OTHER, 22132),
        NUMBER,
        "+18005550123",
        failed(3),
    ]
    plan = plan_of(items, pins={"+14155550102": "1", "x" + NUMBER: "2"}, target_date=TODAY)
    texts = [str(plan), repr(plan), repr(plan.left_out), *map(str, plan.left_out), *map(str, plan.problems)]
    assert not any("555" in text for text in texts)
    assert str(plan).splitlines()[:3] == [
        "1 number in 1 port-in request",
        "2 left out: 1 not portable, 1 toll free",
        "2 came again",
    ]
    assert repr(plan).startswith("PortInPlan(requests=1, numbers=1, left_out=2, duplicates=2, problems=[")


def test_problems_are_values() -> None:
    (problem,) = plan_of([]).problems
    assert problem == PortInProblem(
        code=PortInProblemCode.NO_NUMBERS,
        severity=PortInProblemSeverity.ERROR,
        message="there are no numbers",
        argument="numbers",
    )


ITEMS = st.lists(
    st.one_of(
        st.integers(0, 40).map(lambda at: numbers(41)[at]),
        st.integers(0, 40).map(lambda at: portable(numbers(41)[at])),
        st.builds(
            drawn,
            st.integers(0, 40),
            st.fixed_dictionaries(
                {
                    "portable": st.sampled_from([True, False, None]),
                    "number_type": st.sampled_from([*NumberType, None]),
                    "country": st.sampled_from(["US", "JP", "GB", None]),
                    "pin_and_account_number_required": st.sampled_from([True, False, None]),
                    "not_portable_reason_code": st.sampled_from([None, 22130, 22135]),
                }
            ),
        ),
        st.integers(0, 40).map(
            lambda at: outcome(at, numbers(41)[at], None, None, RequestTimeoutError("late"))
        ),
        st.integers(41, 80).map(lambda at: outcome(at, "", None, portable(numbers(at)[-1]))),
        st.text(max_size=12),
    ),
    max_size=60,
)


@given(items=ITEMS, with_pins=st.booleans(), account_number=st.booleans(), japan=st.booleans())
def test_every_input_is_in_one_place(
    items: list[PortInNumber], with_pins: bool, account_number: bool, japan: bool
) -> None:
    plan = plan_of(
        items,
        pins=dict.fromkeys(numbers(41), "1") if with_pins else None,
        losing_carrier=CARRIER if account_number else carrier(account_number=None),
        **(JAPAN if japan else {}),
    )
    assert plan.number_count + len(plan.left_out) + len(plan.duplicates) == len(items)
    sent = [number for group in numbers_in(plan) for number in group]
    assert len(set(sent)) == len(sent)
    assert not {one.phone_number for one in plan.left_out} & set(sent)
    assert not {one.index for one in plan.left_out} & plan.duplicates.keys()
    assert plan.is_ready is bool(sent)
    assert [one.left_out for one in plan.problems if one.left_out] == plan.left_out
    for one in plan.left_out:
        assert one.message
        assert (one.phone_number is None) is (one.reason is LeftOutReason.INVALID)
    for request in plan.requests:
        check(request)
