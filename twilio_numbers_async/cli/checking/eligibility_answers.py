"""The columns of eligibility for hosting, and their place in the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...client import TwilioNumbers
from ...models import EligibilityResult, EligibilitySubStatus
from ...models.numbers_v1.eligibility_advice import eligibility_advice, is_eligible
from ...report import Reason, State, unanswered
from ...report.columns import CHECKED_AT, ERROR, NUMBER, Column, answer
from ...sweep import Journal, Outcome, Sweep
from ...sweep.failures import advice_on
from ..sweep.question import Question

__all__ = ["COLUMNS", "question", "state"]


def _country(outcome: Outcome[Any]) -> str | None:
    result: EligibilityResult | None = outcome.result
    return None if result is None else result.iso_country_code or result.country


def _advice_on(outcome: Outcome[Any]) -> str:
    return advice_on(outcome.error) if outcome.result is None else eligibility_advice(outcome.result)


COLUMNS: Sequence[Column] = (
    NUMBER,
    Column("country", "text", _country),
    answer("number_type", "text", "phone_number_type"),
    Column(
        "eligible", "bool", lambda outcome: None if outcome.result is None else is_eligible(outcome.result)
    ),
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
    eligible = is_eligible(result)
    return "failed" if eligible is None else "portable" if eligible else "not_portable"


def _reason(outcome: Outcome[Any], _: Sequence[object]) -> Reason:
    result: EligibilityResult | None = outcome.result
    if result is None:
        return unanswered(state(outcome), error=str(outcome.error), advice=advice_on(outcome.error))
    label = str(result.eligibility_sub_status or result.eligibility_status or "No status")
    return Reason(state=state(outcome), label=label, code="", advice=eligibility_advice(result))


def question(hosting_account_sid: str | None, bulk_size: int | None = None) -> Question:
    """The question if that account can host numbers; ``bulk_size``: in jobs of up to so many numbers."""

    def start(
        client: TwilioNumbers, numbers: Iterable[str], country: str | None, journal: Journal | None
    ) -> Sweep[EligibilityResult]:
        if bulk_size is not None:
            return client.bulk_eligibility.sweep(
                numbers,
                size=bulk_size,
                country=country,
                hosting_account_sid=hosting_account_sid,
                ordered=True,
                journal=journal,
            )
        return client.eligibility.sweep(
            numbers,
            country=country,
            hosting_account_sid=hosting_account_sid,
            ordered=True,
            journal=journal,
        )

    labels: Mapping[State, str] = {"portable": "eligible", "not_portable": "not eligible"}
    return Question(start=start, columns=COLUMNS, reason=_reason, labels=labels)
