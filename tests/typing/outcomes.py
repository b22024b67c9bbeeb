"""The types of outcomes, as type checkers see them. Nothing here is run: mypy and pyright read it, both strict."""

# pyright: reportUnnecessaryTypeIgnoreComment=true
from __future__ import annotations

from typing import Any, assert_type

from twilio_numbers_async import (
    IncomingPhoneNumber,
    Outcome,
    Portability,
    PortIn,
    PortInOutcome,
    PortInPlan,
    TwilioNumbers,
    TwilioNumbersError,
)


async def swept(twilio: TwilioNumbers) -> list[str]:
    """After ``if outcome.ok`` there is an answer, otherwise an error of the package."""
    said: list[str] = []
    async with twilio.portability.sweep(["+14155550100"]) as outcomes:
        async for outcome in outcomes:
            assert_type(outcome, Outcome[Portability])
            assert_type(outcome.ok, bool)
            if outcome.ok:
                assert_type(outcome.result, Portability | Any)
                said.append(outcome.result.advice)
            else:
                assert_type(outcome.error, TwilioNumbersError | Any)
                said.append(f"{outcome.error.args}")
                failure: TwilioNumbersError = outcome.error
                said.append(str(failure))
    return said


def shown(outcome: Outcome[IncomingPhoneNumber]) -> str | None:
    """The same in a function that takes an outcome, and the other way round."""
    if not outcome.ok:
        failure: TwilioNumbersError = outcome.error
        return str(failure)
    return outcome.result.sid


def wrong(outcome: Outcome[Portability]) -> object:
    """A name that an answer or an error does not have is still told."""
    if outcome.ok:
        return outcome.result.portible  # type: ignore[union-attr]
    return outcome.error.retry_in  # type: ignore[union-attr]


async def created(twilio: TwilioNumbers, plan: PortInPlan) -> list[str | None]:
    """The outcomes of orders are outcomes."""
    outcomes = await twilio.port_ins.create_all(plan)
    assert_type(outcomes, list[PortInOutcome])
    for outcome in outcomes:
        assert_type(outcome.result, PortIn | Any)
    return [outcome.result.port_in_request_sid for outcome in outcomes if outcome.ok]


def made(result: Portability) -> tuple[Outcome[Portability], Outcome[Portability]]:
    """Outcomes are made in tests of one's own, and ``isinstance`` knows them."""
    good = Outcome[Portability](0, "x", "+14155550100", result, None)
    bad = Outcome[Portability](1, "y", None, None, TwilioNumbersError("no"))
    assert isinstance(good, Outcome)
    return good, bad
