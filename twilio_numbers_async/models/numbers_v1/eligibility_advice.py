"""Advice on a number after its check for hosting: the one table of sub statuses."""

from __future__ import annotations

from collections.abc import Mapping

from .eligibility import EligibilityResult, EligibilityStatus, EligibilitySubStatus

_MEND = "Correct the number, then check it again."
_ADVICE: Mapping[EligibilitySubStatus, str] = {
    EligibilitySubStatus.ELIGIBLE: "It can be hosted.",
    EligibilitySubStatus.ELIGIBLE_BY_MANUAL_PROCESS: "It can be hosted: ask Twilio's support to do it.",
    EligibilitySubStatus.COUNTRY_INELIGIBLE: "Numbers of this country cannot be hosted.",
    EligibilitySubStatus.NUMBER_TYPE_INELIGIBLE: "Numbers of this type cannot be hosted.",
    EligibilitySubStatus.CARRIER_INELIGIBLE: "Its carrier's numbers cannot be hosted. It may be possible to port it.",
    EligibilitySubStatus.ALREADY_IN_TWILIO: "It is with Twilio already.",
    EligibilitySubStatus.NUMBER_FORMAT_INELIGIBLE: _MEND,
    EligibilitySubStatus.INVALID_PHONE_NUMBER: _MEND,
    EligibilitySubStatus.INVALID_HOSTING_ACCOUNT_SID: "Name a hosting account that is yours.",
    EligibilitySubStatus.INTERNAL_PROCESSING_ERROR: "Twilio failed for the moment: check it again.",
}


def is_eligible(result: EligibilityResult) -> bool | None:
    """True for a number that can be hosted; None where Twilio does not say."""
    status = result.eligibility_status
    return None if status is None or not status.is_known else status == EligibilityStatus.ELIGIBLE


def eligibility_advice(result: EligibilityResult) -> str:
    """Returns the advice on the number: one sentence."""
    sub_status, step = result.eligibility_sub_status, result.next_step
    known = None if sub_status is None else _ADVICE.get(sub_status)
    return known or (f"Twilio says: {step.replace('_', ' ').lower()}." if step else "Ask Twilio's support.")
