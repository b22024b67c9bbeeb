"""Advice about a number: by its code, by its reason, and where there is neither."""

from __future__ import annotations

import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.models.numbers_v1.advice import is_passing_failure

REASONS = {
    22131: "ALREADY_IN_THE_TARGET_ACCOUNT",
    22132: "ALREADY_IN_TWILIO_DIFFERENT_OWNER",
    22136: "ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS",
    22130: "UNSUPPORTED",
    22133: "MANUAL_PORTING_AVAILABLE",
    22102: "INVALID_PHONE_NUMBER",
    22171: "MISSING_REQUIRED_FIELDS",
    22135: "ERROR_INTERNAL_SERVER_ERROR",
    20003: "UNAUTHORIZED",
}
GENERIC = m.advice_for(99999)


@pytest.mark.parametrize(("code", "reason"), REASONS.items())
def test_code_and_reason_give_the_same_advice(code: int, reason: str) -> None:
    advice = m.advice_for(code)
    assert advice != GENERIC
    assert (
        advice == m.advice_for(str(code)) == m.advice_for(None, reason) == m.advice_for(None, reason.lower())
    )
    assert m.NotPortableReason(reason).is_known


def test_every_advice_differs() -> None:
    codes = [*REASONS, 22137]
    assert len({m.advice_for(code) for code in codes} | {GENERIC}) == len(codes) + 1
    rejections = range(22150, 22160)
    generic = m.rejection_advice_for(None)
    assert len({m.rejection_advice_for(code) for code in rejections} | {generic}) == len(rejections) + 1


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (22131, "Nothing"),
        (22132, "owner"),
        (22136, "transfer"),
        (22130, "not served"),
        (22133, "Console"),
        (22102, "correct"),
        (22171, "complete"),
        (22135, "again"),
        (22137, "wait"),
        (20003, "access"),
    ],
)
def test_advice_says_what_to_do(code: int, word: str) -> None:
    assert word in m.advice_for(code)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (22150, "support"),
        (22151, "restrict"),
        (22152, "inactive"),
        (22153, "name"),
        (22154, "address"),
        (22155, "PIN"),
        (22156, "account number"),
        (22157, "Japan"),
        (22158, "date"),
        (22159, "cannot be ported"),
    ],
)
def test_rejection_advice_says_what_to_do(code: int, word: str) -> None:
    assert word in m.rejection_advice_for(code)
    assert m.rejection_advice_for(str(code)) == m.rejection_advice_for(code)


@pytest.mark.parametrize("code", [None, 0, 1, "", "R-7", "99999"])
def test_unknown_codes_and_reasons_give_general_advice(code: int | str | None) -> None:
    assert m.advice_for(code, "SOMETHING_NEW") == GENERIC
    assert m.advice_for(code, None) == GENERIC
    assert m.rejection_advice_for(code) == m.rejection_advice_for(None)


def test_the_code_counts_more_than_the_reason() -> None:
    assert m.advice_for(22131, "UNSUPPORTED") == m.advice_for(22131)


def test_portability() -> None:
    assert m.Portability(portable=True).advice == "Can be ported."
    with_pin = m.Portability(portable=True, pin_and_account_number_required=True).advice
    assert "PIN" in with_pin
    assert "account number" in with_pin
    assert m.Portability(portable=False, not_portable_reason_code=22133).advice == m.advice_for(22133)
    assert m.Portability(portable=None, not_portable_reason_code=22133).advice == m.advice_for(22133)
    reason = m.NotPortableReason("unsupported")
    assert m.Portability(portable=False, not_portable_reason=reason).advice == m.advice_for(22130)
    assert m.Portability(portable=False).advice == GENERIC
    assert "again" in m.Portability().advice


def test_only_22135_is_a_passing_failure() -> None:
    passing = m.NotPortableReason.ERROR_INTERNAL_SERVER_ERROR
    assert m.Portability(portable=False, not_portable_reason_code=22135).is_passing_failure
    assert m.Portability(portable=False, not_portable_reason=passing).is_passing_failure
    assert not m.Portability(
        portable=False, not_portable_reason_code=22130, not_portable_reason=passing
    ).is_passing_failure
    assert not m.Portability(portable=True, not_portable_reason_code=22135).is_passing_failure
    assert not m.Portability().is_passing_failure
    assert is_passing_failure("22135")


@pytest.mark.parametrize("struct", [m.PortInPhoneNumber, m.PortInPhoneNumberResult])
def test_numbers_of_a_port_in(struct: type[m.PortInPhoneNumber | m.PortInPhoneNumberResult]) -> None:
    assert struct().advice is None
    assert struct(portable=True, not_portability_reason_code=0).advice is None
    assert struct(portable=False, not_portability_reason_code=22132).advice == m.advice_for(22132)
    assert struct(not_portability_reason_code=22132).advice == m.advice_for(22132)
    assert struct(portable=True, rejection_reason_code=22155).advice == m.rejection_advice_for(22155)
    assert struct(rejection_reason="No").advice == m.rejection_advice_for(None)
    rejected = m.PortInPhoneNumberStatus("Port Rejected")
    assert struct(port_in_phone_number_status=rejected).advice == m.rejection_advice_for(None)


@pytest.mark.parametrize(
    ("status", "is_free"),
    [
        (None, False),
        (m.PortInPhoneNumberStatus.IN_REVIEW, False),
        (m.PortInPhoneNumberStatus.WAITING_FOR_SIGNATURE, True),
        (m.PortInPhoneNumberStatus.PORT_SUBMITTED, True),
        (m.PortInPhoneNumberStatus.PORT_PENDING, True),
        (m.PortInPhoneNumberStatus.CANCELED, False),
    ],
)
def test_the_port_that_is_under_way_is_no_obstacle_to_itself(
    status: m.PortInPhoneNumberStatus | None, is_free: bool
) -> None:
    number = m.PortInPhoneNumberResult(
        portable=False, not_portability_reason_code=22137, port_in_phone_number_status=status
    )
    assert number.advice == (None if is_free else m.advice_for(22137))
    other = m.PortInPhoneNumber(
        portable=False, not_portability_reason_code=22130, port_in_phone_number_status=status
    )
    assert other.advice == m.advice_for(22130)
