"""Parts that the tests of hosting share: an owner, and numbers that were checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.porting.details import ACCOUNT, FakeTime, numbers, opened
from twilio_numbers_async import HostingContact, HostingPlan, plan_hosting
from twilio_numbers_async.hosting.numbers import HostingNumber
from twilio_numbers_async.models import (
    Address,
    EligibilityResult,
    EligibilityStatus,
    EligibilitySubStatus,
)

__all__ = [
    "ACCOUNT", "ADDRESS", "CONTACT", "FakeTime", "eligible", "numbers", "opened", "plan_of", "result",
]  # fmt: skip

ADDRESS = Address(sid="AD" + "a" * 32, iso_country="US")
CONTACT = HostingContact(email="robin@example.com", phone_number="+14155550142", title="Owner")


def result(number: str, sub_status: EligibilitySubStatus | None = None, **fields: Any) -> EligibilityResult:
    """An answer to the check of a number: eligible, unless told otherwise."""
    sub_status = EligibilitySubStatus.ELIGIBLE if sub_status is None else sub_status
    known: dict[str, Any] = {
        "eligibility_status": EligibilityStatus.ELIGIBLE
        if sub_status.value.startswith("eligible")
        else EligibilityStatus.INELIGIBLE,
        "eligibility_sub_status": sub_status,
        "country": "US",
        "iso_country_code": "US",
    }
    return EligibilityResult(phone_number=number, **known | fields)


def eligible(count: int) -> list[EligibilityResult]:
    """That many numbers that can be hosted."""
    return [result(number) for number in numbers(count)]


def plan_of(given: Iterable[HostingNumber], **details: Any) -> HostingPlan:
    """A plan with details that can be sent, but for those that are given."""
    known: dict[str, Any] = {"address": ADDRESS, "contact": CONTACT}
    return plan_hosting(given, **known | details)
