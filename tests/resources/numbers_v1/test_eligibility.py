"""Hosting eligibility of many numbers: an outcome for each, kept in a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.porting.details import FakeTime
from tests.raw_server import json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    AuthenticationError,
    DecodeError,
    InvalidArgumentError,
    InvalidPhoneNumberError,
)
from twilio_numbers_async.models import EligibilityResult, EligibilityStatus, EligibilitySubStatus
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


def many(count: int) -> list[str]:
    return [f"+1555{200 + index // 500}{index % 500:04}" for index in range(count)]


def calls(sandbox: Sandbox) -> int:
    return sandbox.operations["CreateBulkEligibility"]


async def test_thousands_in_bulk(tmp_path: Path) -> None:
    numbers, journal = many(10_000), tmp_path / "journal"
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        first = await all_of(twilio.bulk_eligibility.sweep(numbers, size=1000, journal=journal))
        assert sorted(outcome.phone_number or "" for outcome in first if outcome.ok) == numbers
        assert calls(sandbox) == 10
        again = await all_of(twilio.bulk_eligibility.sweep([*numbers, "5"], journal=journal))
        assert sum(outcome.from_journal for outcome in again) == 10_000
        assert calls(sandbox) == 10


async def test_bulk_of_all_kinds() -> None:
    given = [*NUMBERS, *many(20)]
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        outcomes = await all_of(twilio.bulk_eligibility.sweep(given, size=7, country="US", ordered=True))
        assert [outcome.input for outcome in outcomes] == given
        assert [outcome.result.eligibility_sub_status for outcome in outcomes[:3] if outcome.ok] == [
            EligibilitySubStatus.ELIGIBLE, EligibilitySubStatus.ELIGIBLE, EligibilitySubStatus.ALREADY_IN_TWILIO,
        ]  # fmt: skip
        assert isinstance(outcomes[3].error, InvalidPhoneNumberError)
        # 23 different numbers.
        assert calls(sandbox) == 4
        one_by_one = await all_of(twilio.bulk_eligibility.sweep(many(3), size=1))
        assert [outcome.ok for outcome in one_by_one] == [True] * 3
        assert calls(sandbox) == 7


async def test_a_job_whose_answer_is_lost_is_created_again() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sandbox.script(Fault.drop_after(), method="POST", times=2)
        outcomes = await all_of(twilio.bulk_eligibility.sweep(many(5)))
        assert [outcome.ok for outcome in outcomes] == [True] * 5
        sandbox.script(Fault.drop_after(), method="POST", times=None)
        outcomes = await all_of(twilio.bulk_eligibility.sweep(many(5)))
        assert [outcome.error.may_have_been_processed for outcome in outcomes] == [True] * 5
        assert calls(sandbox) == 6


@pytest.mark.parametrize("status", ["FAILED", "COMPLETE"])
async def test_a_job_without_results_is_asked_again(tmp_path: Path, status: str) -> None:
    job = {"request_id": "EC" + "1" * 32}
    half = {"phone_number": many(2)[0], "eligibility_status": "ELIGIBLE"}
    async with (
        raw_server(
            json_reply(job | {"status": "QUEUED"}, status=202),
            json_reply(job | {"status": status, "results": [half]}),
            json_reply(job | {"status": "QUEUED"}, status=202),
            json_reply(job | {"status": "SUCCESSFUL", "results": [half | {"phone_number": many(2)[1]}]}),
        ) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):
        journal = tmp_path / "journal"
        first = await all_of(twilio.bulk_eligibility.sweep(many(2), ordered=True, journal=journal))
        assert [outcome.ok for outcome in first] == [True, False]
        assert isinstance(first[1].error, DecodeError)
        assert f"ended as {status}" in str(first[1].error)
        second = await all_of(twilio.bulk_eligibility.sweep(many(2), ordered=True, journal=journal))
        assert [(outcome.ok, outcome.from_journal) for outcome in second] == [(True, True), (True, False)]


async def test_results_are_those_of_their_numbers_however_they_come() -> None:
    """Numbers without their plus, results twice, of others, in another order, and with new words."""
    verdict = {"eligibility_status": "eligible", "eligibility_sub_status": "SOMETHING_NEW", "new": 1}
    first, second, third = many(3)
    results = [
        {"phone_number": int(third[1:]), **verdict},
        {"phone_number": "+12125550100", **verdict},
        {"phone_number": second, "eligibility_status": None},
        {"phone_number": first, **verdict},
        {"phone_number": second, **verdict},
        {"phone_number": first, "eligibility_status": None},
        {},
    ]
    job = {"request_id": "EC" + "1" * 32}
    async with (
        raw_server(
            json_reply(job, status=202),
            json_reply(job | {"status": "in progress"}),
            json_reply(job | {"status": "Successful", "results": results}),
        ) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, runtime=FakeTime().runtime) as twilio,
    ):
        outcomes = await all_of(twilio.bulk_eligibility.sweep(many(3)))
    assert [outcome.ok and outcome.result.eligibility_status for outcome in outcomes] == [
        EligibilityStatus.ELIGIBLE
    ] * 3


async def test_refused_credentials_end_a_bulk_sweep() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sandbox.script(Fault.error(401), times=None)
        with pytest.raises(AuthenticationError):
            await all_of(twilio.bulk_eligibility.sweep(many(5), size=2))


async def test_a_bulk_sweep_that_is_left_leaves_nothing_behind() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sandbox.script(Fault.stall(), times=None, method="POST", skip=1)
        sweep = twilio.bulk_eligibility.sweep(many(5), size=2)
        async with sweep as outcomes:
            async for _ in outcomes:
                break
        assert sweep.progress().in_flight == 0


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        ({"size": 0}, "size"),
        ({"size": True}, "size"),
        ({"size": 2.5}, "size"),
        ({"timeout": -1}, "timeout"),
        ({"country": "UK"}, "country"),
        ({"hosting_account_sid": "AC1"}, "hosting_account_sid"),
    ],
)
async def test_wrong_arguments_of_bulk(wrong: dict[str, Any], argument: str) -> None:
    async with TwilioNumbers(ACCOUNT, "x") as twilio:
        with pytest.raises(InvalidArgumentError) as refused:
            twilio.bulk_eligibility.sweep([], **wrong)
        assert refused.value.argument == argument
