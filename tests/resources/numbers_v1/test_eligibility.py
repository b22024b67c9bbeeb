"""Hosting eligibility of many numbers: an outcome for each, kept in a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import DecodeError, InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.models import EligibilityResult, EligibilitySubStatus
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Outcome, Sweep
from twilio_numbers_async.transport.retry import RetryPolicy

ACCOUNT = "AC" + "a" * 32
NUMBERS = ["(415) 555-0100", "+14155550100", "+12125550175", "5", "+447400123456"]


async def all_of(sweep: Sweep[EligibilityResult]) -> list[Outcome[EligibilityResult]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]


async def test_many(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sandbox.script(Fault.drop_after(), method="POST", times=1)
        journal = tmp_path / "journal"
        first, second = [
            await all_of(twilio.eligibility.sweep(NUMBERS, country="US", ordered=True, journal=journal))
            for _ in range(2)
        ]
        assert sandbox.operations["CreateEligibility"] == 4, "three numbers, and one whose answer was lost"
    assert [outcome.ok for outcome in first] == [True, True, True, False, True]
    assert [outcome.result.eligibility_sub_status for outcome in first if outcome.ok] == [
        EligibilitySubStatus.ELIGIBLE, EligibilitySubStatus.ELIGIBLE, EligibilitySubStatus.ALREADY_IN_TWILIO,
        EligibilitySubStatus.COUNTRY_INELIGIBLE,
    ]  # fmt: skip
    assert isinstance(first[3].error, InvalidPhoneNumberError)
    assert first[0].phone_number == "+14155550100"
    assert first[2].as_row()["eligibility_sub_status"] == "already-in-twilio"
    assert [outcome.from_journal for outcome in second] == [True, True, True, False, True]


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"results": []}, "$.results"),
        ({}, "$.results"),
        ({"results": [{"phone_number": "+14155550199"}]}, "$.results"),
    ],
)
async def test_an_answer_to_something_else_is_none(answer: Any, path: str) -> None:
    async with (
        raw_server(json_reply(answer)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):
        [outcome] = await all_of(twilio.eligibility.sweep(["+14155550100"]))
    assert isinstance(outcome.error, DecodeError)
    assert outcome.error.path == path


async def test_what_failed_while_twilio_looked_is_asked_again(tmp_path: Path) -> None:
    answers = [
        {"results": [{"phone_number": "+14155550100", "eligibility_sub_status": status}]}
        for status in ["INTERNAL_PROCESSING_ERROR"] * 3 + ["ELIGIBLE"]
    ]
    retry = RetryPolicy(max_attempts=2, first_delay=0.0, jitter=0.0)
    async with (
        raw_server(*map(json_reply, answers)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=retry) as twilio,
    ):
        said: list[object] = []
        for _ in range(3):
            sweep = twilio.eligibility.sweep(["+14155550100"], journal=tmp_path / "journal")
            said += [outcome.result.eligibility_sub_status for outcome in await all_of(sweep)]
    assert said[0] == EligibilitySubStatus.INTERNAL_PROCESSING_ERROR
    assert said[1:] == [EligibilitySubStatus.ELIGIBLE] * 2
    assert len(server.received) == 4, "twice, then twice by the next run, which is the last"


async def test_wrong_arguments() -> None:
    async with TwilioNumbers(ACCOUNT, "x") as twilio:
        with pytest.raises(InvalidArgumentError, match="hosting_account_sid"):
            twilio.eligibility.sweep([], hosting_account_sid="AC1")
        with pytest.raises(InvalidArgumentError, match="country"):
            twilio.eligibility.sweep([], country="UK")
