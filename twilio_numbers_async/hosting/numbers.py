"""The numbers that go into a plan of hosting, and the reasons of the others."""

from __future__ import annotations

import enum
from typing import TypeAlias

from ..models import EligibilityResult, EligibilitySubStatus, HostedNumberOrderStatus
from ..models.base import fold
from ..models.numbers_v1.eligibility_advice import eligibility_advice, is_eligible
from ..phone import country_of
from ..sweep import Outcome
from ..work.plan import Candidate, LeftOut

__all__ = [
    "HostingLeftOut",
    "HostingLeftOutReason",
    "HostingNumber",
    "country_of_candidate",
    "reason_against",
]

HostingNumber: TypeAlias = "Outcome[EligibilityResult] | EligibilityResult | str"
"""A number of a plan: what became of its check, or just the number, which is left out then."""


class HostingLeftOutReason(enum.StrEnum):
    """The reason why a number is not ordered."""

    INVALID = "invalid"
    """It cannot be a phone number."""
    NOT_CHECKED = "not_checked"
    """Its check failed, or said nothing, or was not made."""
    NOT_ELIGIBLE = "not_eligible"
    """Twilio says that it cannot be hosted."""
    NEEDS_SUPPORT = "needs_support"
    """It can be hosted by Twilio's support, and not through the API."""
    ALREADY_IN_TWILIO = "already_in_twilio"
    """Twilio has it already."""
    ORDERED = "ordered"
    """There is an order for it already."""


class HostingLeftOut(LeftOut, frozen=True, kw_only=True):
    """A number that is not ordered. Its text and its repr do not show the number."""

    reason: HostingLeftOutReason
    """The reason."""


_FAILED = EligibilitySubStatus.INTERNAL_PROCESSING_ERROR
_REASONS = {
    EligibilitySubStatus.ALREADY_IN_TWILIO: HostingLeftOutReason.ALREADY_IN_TWILIO,
    EligibilitySubStatus.ELIGIBLE_BY_MANUAL_PROCESS: HostingLeftOutReason.NEEDS_SUPPORT,
    EligibilitySubStatus.INVALID_PHONE_NUMBER: HostingLeftOutReason.INVALID,
    EligibilitySubStatus.NUMBER_FORMAT_INELIGIBLE: HostingLeftOutReason.INVALID,
}


def reason_against(candidate: Candidate[EligibilityResult]) -> HostingLeftOut | None:
    """Returns the reason why a number does not go in, or None."""
    reason, message = _reason(candidate)
    if reason is None:
        return None
    return HostingLeftOut(
        index=candidate.index, phone_number=candidate.number, reason=reason, message=message
    )


def _reason(candidate: Candidate[EligibilityResult]) -> tuple[HostingLeftOutReason | None, str]:
    checked = candidate.checked
    if candidate.number is None:
        return HostingLeftOutReason.INVALID, candidate.invalid or "not a phone number"
    if candidate.failure is not None:
        return HostingLeftOutReason.NOT_CHECKED, f"its check failed: {candidate.failure}"
    if checked is None:
        return HostingLeftOutReason.NOT_CHECKED, "Nobody checked whether it can be hosted."
    if checked.hosting_order_sid and checked.hosting_order_status != HostedNumberOrderStatus.FAILED:
        return HostingLeftOutReason.ORDERED, f"It has the order {checked.hosting_order_sid} already."
    advice, eligible = eligibility_advice(checked), is_eligible(checked)
    sub_status = checked.eligibility_sub_status
    if sub_status is not None and sub_status in _REASONS:
        return _REASONS[sub_status], advice
    if eligible is None or sub_status == _FAILED:
        return HostingLeftOutReason.NOT_CHECKED, advice if sub_status == _FAILED else f"No status. {advice}"
    if not eligible:
        return HostingLeftOutReason.NOT_ELIGIBLE, advice
    if fold(checked.next_step or "").startswith("contactsupport"):
        return HostingLeftOutReason.NEEDS_SUPPORT, "It can be hosted: ask Twilio's support to do it."
    return None, ""


def country_of_candidate(candidate: Candidate[EligibilityResult]) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a number: what Twilio says, or the number itself."""
    said = candidate.checked and (candidate.checked.iso_country_code or candidate.checked.country)
    if said and len(said) == 2:
        return said.upper()
    return None if candidate.number is None else country_of(candidate.number)
