"""What is said of hosting one number: the columns that are added to its row, and its place among the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...client import TwilioNumbers
from ...models import EligibilityResult, EligibilitySubStatus
from ...models.numbers_v1.eligibility_advice import eligibility_advice, is_eligible
from ...phone_text import NO_NUMBER
from ...report import Reason, State
from ...sweep import Journal, Outcome, Sweep
from ..sweep.question import Question
from ..sweep.sweep_rows import advice_for_error
from ..words import worded

__all__ = ["ADDED", "cells", "question", "reason", "state"]

ADDED: Mapping[str, str] = {
    "phone_number_e164": "text",
    "country": "text",
    "number_type": "text",
    "eligible": "bool",
    "reason": "text",
    "next_step": "text",
    "advice": "text",
    "error": "text",
    "checked_at": "time",
}
"""The columns that are added, in order, and what is in them."""


def cells(outcome: Outcome[Any]) -> Mapping[str, object]:
    """The cells of the added columns."""
    answer: EligibilityResult | None = outcome.result
    if answer is None:
        return {
            "phone_number_e164": outcome.phone_number,
            "advice": advice_for_error(outcome),
            "error": worded(outcome.error),
            "checked_at": outcome.checked_at,
        }
    return {
        "phone_number_e164": outcome.phone_number,
        "country": answer.iso_country_code or answer.country,
        "number_type": answer.phone_number_type and str(answer.phone_number_type),
        "eligible": is_eligible(answer),
        "reason": answer.eligibility_sub_status and str(answer.eligibility_sub_status),
        "next_step": answer.next_step,
        "advice": eligibility_advice(answer),
        "error": None,
        "checked_at": outcome.checked_at,
    }


def state(outcome: Outcome[Any]) -> State:
    """Whether it can be hosted, in the words of a sweep for portability."""
    answer: EligibilityResult | None = outcome.result
    if answer is None:
        return "invalid" if outcome.phone_number is None else "failed"
    if answer.eligibility_sub_status == EligibilitySubStatus.INTERNAL_PROCESSING_ERROR:
        return "failed"
    eligible = is_eligible(answer)
    return "failed" if eligible is None else "portable" if eligible else "not_portable"


def reason(outcome: Outcome[Any]) -> Reason:
    """The line of the table by reason that an outcome belongs to."""
    answer: EligibilityResult | None = outcome.result
    if answer is None:
        is_invalid = outcome.phone_number is None
        empty = str(outcome.error) == NO_NUMBER
        label = "No number" if empty else "Not a phone number" if is_invalid else "No answer"
        return Reason(state=state(outcome), label=label, code="", advice=advice_for_error(outcome))
    label = str(answer.eligibility_sub_status or answer.eligibility_status or "No status")
    return Reason(state=state(outcome), label=label, code="", advice=eligibility_advice(answer))


def question(hosting_account_sid: str | None) -> Question:
    """The question whether numbers can be hosted, by that account."""

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
    return Question(start=start, added=ADDED, cells=cells, reason=reason, labels=labels)
