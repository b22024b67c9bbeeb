"""What is said of one number: the columns that are added to its row, and its place among the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ...models import Portability
from ...phone_text import NO_NUMBER
from ...report import FILL_IN, REFUSED, Finding, Reason, reason_of, state_of
from ...sweep import Outcome, may_pass
from ..words import worded

__all__ = ["NEVER_ASKED", "added_cells", "reason_for"]

_MEND = "Correct the number, then check it again."
_NO_ANSWER = Portability()
_AGAIN = "Run the same command again: it asks only what has no answer."
NEVER_ASKED: Mapping[str, object] = {
    "advice": _AGAIN,
    "error": "The sweep was stopped before the answer came",
}
"""The cells of a row that was left out when a sweep was stopped."""


def added_cells(outcome: Outcome[Portability]) -> Mapping[str, object]:
    """The cells of the added columns, by the columns' plain names."""
    answer = outcome.result
    if answer is None:
        return {
            "phone_number_e164": outcome.phone_number,
            "advice": advice_for_error(outcome),
            "error": worded(outcome.error),
            "checked_at": outcome.checked_at,
        }
    return {
        "phone_number_e164": outcome.phone_number,
        "country": answer.country,
        "number_type": answer.number_type and str(answer.number_type),
        "portable": answer.portable,
        "pin_and_account_number_required": answer.pin_and_account_number_required,
        "reason": answer.not_portable_reason and str(answer.not_portable_reason),
        "code": answer.not_portable_reason_code,
        "advice": answer.advice,
        "error": None,
        "checked_at": outcome.checked_at,
    }


def advice_for_error(outcome: Outcome[Portability]) -> str:
    """What to do about a row without an answer."""
    error = outcome.error
    if error is not None and str(error) == NO_NUMBER:
        return FILL_IN
    if outcome.phone_number is None or error is None:
        return _MEND
    return _AGAIN if may_pass(error) else REFUSED


def reason_for(outcome: Outcome[Portability]) -> Reason:
    """The line of the table by reason that an outcome belongs to."""
    answer = outcome.result or _NO_ANSWER
    error = "" if outcome.error is None else str(outcome.error) or "error"
    return _reason(
        outcome.phone_number is not None,
        answer.portable,
        answer.not_portable_reason,
        answer.not_portable_reason_code,
        bool(answer.pin_and_account_number_required),
        error,
        advice_for_error(outcome) if error else answer.advice,
    )


@lru_cache(maxsize=1000)
def _reason(
    is_number: bool,
    portable: bool | None,
    reason: str | None,
    code: int | None,
    pin: bool,
    error: str,
    advice: str,
) -> Reason:
    number, written = "+" if is_number else "", "" if code is None else str(code)
    return reason_of(
        Finding(
            given=(),
            number=number,
            state=state_of(portable=portable, number=number, code=written, error=error),
            country="",
            number_type="",
            reason=reason or "",
            code=written,
            advice=advice,
            pin=pin,
            error=error,
            checked_at="",
        )
    )
