"""The columns of eligibility for hosting, and their place in the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...client import TwilioNumbers
from ...models import EligibilityResult, EligibilityStatus, EligibilitySubStatus
from ...report import Reason, State, unanswered
from ...report.columns import CHECKED_AT, ERROR, NUMBER, Column, answer
from ...sweep import Journal, Outcome, Sweep
from ...sweep.failures import CORRECT, advice_on
from ..sweep.question import Question

__all__ = ["COLUMNS", "question", "state"]

_ADVICE: Mapping[EligibilitySubStatus, str] = {
    EligibilitySubStatus.ELIGIBLE: "It can be hosted.",
    EligibilitySubStatus.ELIGIBLE_BY_MANUAL_PROCESS: "It can be hosted: ask Twilio's support to do it.",
    EligibilitySubStatus.COUNTRY_INELIGIBLE: "Numbers of this country cannot be hosted.",
    EligibilitySubStatus.NUMBER_TYPE_INELIGIBLE: "Numbers of this type cannot be hosted.",
    EligibilitySubStatus.CARRIER_INELIGIBLE: "Its carrier's numbers cannot be hosted. It may be possible to port it.",
    EligibilitySubStatus.ALREADY_IN_TWILIO: "It is with Twilio already.",
    EligibilitySubStatus.NUMBER_FORMAT_INELIGIBLE: CORRECT,
    EligibilitySubStatus.INVALID_PHONE_NUMBER: CORRECT,
    EligibilitySubStatus.INVALID_HOSTING_ACCOUNT_SID: "Name a hosting account that is yours.",
    EligibilitySubStatus.INTERNAL_PROCESSING_ERROR: "Twilio failed for the moment: check it again.",
}


def _is_eligible(result: EligibilityResult | None) -> bool | None:
    status = None if result is None else result.eligibility_status
    return None if status is None or not status.is_known else status == EligibilityStatus.ELIGIBLE


def _advice(result: EligibilityResult) -> str:
    known = None if result.eligibility_sub_status is None else _ADVICE.get(result.eligibility_sub_status)
    step = result.next_step
    return known or (f"Twilio says: {step.replace('_', ' ').lower()}." if step else "Ask Twilio's support.")


def _country(outcome: Outcome[Any]) -> str | None:
    result: EligibilityResult | None = outcome.result
    return None if result is None else result.iso_country_code or result.country


def _advice_on(outcome: Outcome[Any]) -> str:
    return advice_on(outcome.error) if outcome.result is None else _advice(outcome.result)


COLUMNS: Sequence[Column] = (
    NUMBER,
    Column("country", "text", _country),
    answer("number_type", "text", "phone_number_type"),
    Column("eligible", "bool", lambda outcome: _is_eligible(outcome.result)),
    answer("reason", "text", "eligibility_sub_status"),
    answer("next_step", "text"),
    Column("advice", "text", _advice_on),
    ERROR,
    CHECKED_AT,
)
"""The columns that are added, in order."""


def state(outcome: Outcome[Any]) -> State:
    """The state of an outcome, in the words of a sweep for portability."""
    result: EligibilityResult | None = outcome.result
    if result is None:
        return "invalid" if outcome.phone_number is None else "failed"
    if result.eligibility_sub_status == EligibilitySubStatus.INTERNAL_PROCESSING_ERROR:
        return "failed"
    eligible = _is_eligible(result)
    return "failed" if eligible is None else "portable" if eligible else "not_portable"


def _reason(outcome: Outcome[Any], _: Sequence[object]) -> Reason:
    result: EligibilityResult | None = outcome.result
    if result is None:
        return unanswered(state(outcome), error=str(outcome.error), advice=advice_on(outcome.error))
    label = str(result.eligibility_sub_status or result.eligibility_status or "No status")
    return Reason(state=state(outcome), label=label, code="", advice=_advice(result))


def question(hosting_account_sid: str | None) -> Question:
    """The question if that account can host numbers."""

    def start(
        client: TwilioNumbers, numbers: Iterable[str], country: str | None, journal: Journal | None
    ) -> Sweep[EligibilityResult]:
        return client.eligibility.sweep(
            numbers,
            country=country,
            hosting_account_sid=hosting_account_sid,
            ordered=True,
            journal=journal,
        )

    labels: Mapping[State, str] = {"portable": "eligible", "not_portable": "not eligible"}
    return Question(start=start, columns=COLUMNS, reason=_reason, labels=labels)
