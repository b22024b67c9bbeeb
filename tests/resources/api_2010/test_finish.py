"""Putting numbers to work once the account has them: waiting, setting, attaching, again and again."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.porting.details import FakeTime, numbers, opened
from tests.raw_server import Received, Reply, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    InvalidArgumentError,
    InvalidPhoneNumberError,
    JournalError,
    RequestTimeoutError,
)
from twilio_numbers_async.models import IncomingPhoneNumber
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Outcome, Sweep

from .answers import answers

VOICE = "https://example.com/voice"
LIST, UPDATE = "ListIncomingPhoneNumber", "UpdateIncomingPhoneNumber"


async def all_of(sweep: Sweep[IncomingPhoneNumber]) -> list[Outcome[IncomingPhoneNumber]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]


@contextlib.asynccontextmanager
async def arriving(*batches: list[str]) -> AsyncGenerator[tuple[Sandbox, TwilioNumbers, FakeTime]]:
    """A sandbox into whose account a batch of numbers comes with each pause between two looks."""
    time, coming = FakeTime(), list(batches)
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:

        def slept() -> None:
            if coming:
                sandbox.add_numbers(coming.pop(0))

        time.on_sleep = slept
        yield sandbox, twilio, time


async def test_each_is_finished_when_it_has_come() -> None:
    wanted = numbers(6)
    async with arriving(wanted[2:4], wanted[4:]) as (sandbox, twilio, time):
        sandbox.add_numbers(wanted[:2])
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish([*wanted, "x"], options={"voice_url": VOICE}, interval=30.0)
        )
        assert [outcome.index for outcome in outcomes if outcome.ok][:2] != [4, 5]
        assert sorted(outcome.phone_number or "" for outcome in outcomes if outcome.ok) == wanted
        assert {outcome.result.voice_url for outcome in outcomes if outcome.ok} == {VOICE}
        [wrong] = [outcome for outcome in outcomes if not outcome.ok]
        assert (wrong.index, type(wrong.error)) == (6, InvalidArgumentError)
        assert set(time.slept) == {30.0}
        assert sandbox.operations[UPDATE] == 6


async def test_many_are_looked_for_in_the_whole_account() -> None:
    wanted = numbers(50)
    async with arriving([], wanted) as (sandbox, twilio, _):
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish(wanted, options={"voice_url": VOICE}, ordered=True)
        )
        assert [outcome.phone_number for outcome in outcomes if outcome.ok] == wanted
        # Each is looked for by itself at first, and a few of them again before the others had their turn.
        assert 50 < sandbox.operations[LIST] < 100


async def test_one_that_does_not_come_is_waited_for_again(tmp_path: Path) -> None:
    wanted, journal = numbers(3), tmp_path / "finish.journal"
    async with arriving(wanted[1:2]) as (sandbox, twilio, time):
        sandbox.add_numbers(wanted[:1])

        async def finish() -> list[Outcome[IncomingPhoneNumber]]:
            sweep = twilio.incoming_phone_numbers.finish(
                wanted, options={"voice_url": VOICE}, timeout=100.0, ordered=True, journal=journal
            )
            return await all_of(sweep)

        first = await finish()
        assert [outcome.ok for outcome in first] == [True, True, False]
        assert isinstance(first[2].error, RequestTimeoutError)
        assert str(first[2].error) == "The number is not in the account after 100 s"
        assert not first[2].error.may_have_been_processed
        assert time.slept[-1] == 40.0, "the last look is at the end of the time"
        second = await finish()
        assert [outcome.from_journal for outcome in second] == [True, True, False]
        assert not second[2].ok
        sandbox.add_numbers(wanted[2:])
        third = await finish()
        assert [outcome.ok for outcome in third] == [True] * 3
        assert sandbox.operations[UPDATE] == 3, "none was set twice"


async def test_no_time_is_one_look() -> None:
    async with arriving() as (sandbox, twilio, time):
        [outcome] = await all_of(
            twilio.incoming_phone_numbers.finish(numbers(1), options={"voice_url": VOICE}, timeout=0)
        )
        assert isinstance(outcome.error, RequestTimeoutError)
        assert (time.slept, sandbox.operations[LIST]) == ([], 1)


async def test_by_either_name_a_number_is_finished_once() -> None:
    wanted = numbers(2)
    async with arriving() as (sandbox, twilio, _):
        sids = sandbox.add_numbers(wanted)
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish(
                [sids[0], wanted[0], sids[1], wanted[0]], options={"voice_url": VOICE}, ordered=True
            )
        )
        assert [outcome.result.sid for outcome in outcomes] == [sids[0], sids[0], sids[1], sids[0]]
        assert {outcome.result.voice_url for outcome in outcomes} == {VOICE}
        assert sandbox.operations[UPDATE] == 2


async def test_a_look_that_fails_for_the_moment_is_made_again() -> None:
    wanted = numbers(30)
    async with arriving([], [], wanted[:25], wanted[25:]) as (sandbox, twilio, time):
        # The first looks are one by one; then the account is listed: refused, and again.
        sandbox.script(Fault.error(503), times=4, path="*/IncomingPhoneNumbers.json", skip=30)
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish(wanted, options={"voice_url": VOICE}, interval=10.0)
        )
        assert sorted(outcome.phone_number or "" for outcome in outcomes if outcome.ok) == wanted
        assert set(time.slept) > {10.0}, "the calls paused too"


async def test_a_look_that_is_refused_ends_it() -> None:
    async with arriving() as (sandbox, twilio, _):
        sandbox.script(Fault.error(401), times=None, path="*/IncomingPhoneNumbers.json", skip=3)
        with pytest.raises(AuthenticationError):
            await all_of(twilio.incoming_phone_numbers.finish(numbers(3), options={"voice_url": VOICE}))


async def test_a_number_that_cannot_be_asked_for_is_its_own_failure_alone() -> None:
    """Whoever looks for all that are waited for does not get the error of another one."""
    wanted = numbers(4)

    def handle(received: Received) -> Reply:
        number = received.query.get("PhoneNumber", "")
        if number == wanted[1] and asked[number]:
            return json_reply({"code": 20001, "message": "No", "status": 400}, 400)
        asked[number] += 1
        there = [{"sid": f"PN{place:032}", "phone_number": each} for place, each in enumerate(wanted)]
        if received.method == "POST":
            return json_reply({"sid": received.path[-39:-5]})
        rows = [row for row in there if row["phone_number"] == number and asked[number] > 2]
        return json_reply({"incoming_phone_numbers": rows, "next_page_uri": None})

    asked: Counter[str] = Counter()
    time = FakeTime()
    async with (
        raw_server(answers(handle)) as raw,
        TwilioNumbers("AC" + "a" * 32, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        sweep = twilio.incoming_phone_numbers.finish(wanted, options={"voice_url": VOICE}, ordered=True)
        outcomes = await all_of(sweep)
    assert [outcome.ok for outcome in outcomes] == [True, False, True, True]
    assert getattr(outcomes[1].error, "status", None) == 400


@pytest.mark.parametrize("with_journal", [True, False])
async def test_a_number_of_another_service_is_told_and_left_there(tmp_path: Path, with_journal: bool) -> None:
    journal = tmp_path / "finish.journal" if with_journal else None
    async with arriving() as (sandbox, twilio, _):
        first, second = sandbox.messaging_services.add(), sandbox.messaging_services.add()
        [sid, other] = sandbox.add_numbers(numbers(2))
        await twilio.messaging_services.add(first, sid)
        for _ in range(2):
            sweep = twilio.incoming_phone_numbers.finish(
                [sid, other], messaging_service_sid=second, ordered=True, journal=journal
            )
            outcomes = await all_of(sweep)
            assert [outcome.ok for outcome in outcomes] == [False, True]
            assert isinstance(outcomes[0].error, ConflictError)
            assert outcomes[0].error.code == 21712
        assert (await twilio.messaging_services.fetch(first, sid)).sid == sid


async def test_another_time_it_takes_other_options_and_another_journal(tmp_path: Path) -> None:
    async with arriving() as (sandbox, twilio, _):
        sids = sandbox.add_numbers(numbers(2))

        async def finish(name: str, journal: str) -> list[Outcome[IncomingPhoneNumber]]:
            sweep = twilio.incoming_phone_numbers.finish(
                sids, options={"friendly_name": name}, journal=tmp_path / journal
            )
            return await all_of(sweep)

        assert all(outcome.ok for outcome in await finish("One", "a"))
        asked = sandbox.requests
        with pytest.raises(
            JournalError, match=r"with other options \(options\): give the same, or another journal"
        ):
            await finish("Two", "a")
        assert sandbox.requests == asked
        assert {outcome.result.friendly_name for outcome in await finish("Two", "b") if outcome.ok} == {"Two"}


async def test_left_early_nothing_is_left_behind() -> None:
    wanted = numbers(4)
    async with arriving() as (sandbox, twilio, _):
        sandbox.add_numbers(wanted[:1])
        sweep = twilio.incoming_phone_numbers.finish(wanted, options={"voice_url": VOICE})
        async with sweep as outcomes:
            async for outcome in outcomes:
                assert outcome.phone_number == wanted[0]
                break
        assert sweep.progress().in_flight == 0


async def test_inputs_may_come_as_they_are_completed() -> None:
    wanted = numbers(3)

    async def completed() -> AsyncIterator[str]:
        for number in wanted:
            await asyncio.sleep(0)
            yield number

    async with arriving(wanted) as (_, twilio, __):
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish(completed(), options={"friendly_name": "Ported"})
        )
        assert sorted(outcome.phone_number or "" for outcome in outcomes) == wanted
        assert {outcome.result.friendly_name for outcome in outcomes} == {"Ported"}


SERVICE, TRUNK, OTHER = "MG" + "1" * 32, "TK" + "1" * 32, "AC" + "b" * 32


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "nothing to finish: give options, messaging_service_sid or trunk_sid"),
        ({"options": {}}, "nothing to finish"),
        ({"options": {"voice_url": "example.com"}}, "voice_url must be a complete URL"),
        ({"options": {"colour": "red"}}, "colour"),
        ({"messaging_service_sid": TRUNK}, r"messaging_service_sid must be .*MG"),
        ({"trunk_sid": SERVICE}, r"trunk_sid must be .*TK"),
        ({"trunk_sid": "TK1"}, "trunk_sid"),
        (
            {"trunk_sid": TRUNK, "options": {"trunk_sid": "TK" + "2" * 32}},
            "options.trunk_sid must be left out",
        ),
        ({"options": {"trunk_sid": TRUNK}}, "give the trunk as the argument trunk_sid"),
        ({"options": {"voice_url": None}}, "nothing to finish"),
        ({"options": "voice_url"}, "options must be a dict"),
        ({"options": [("voice_url", VOICE)]}, "options must be a dict"),
        ({"options": {"voice_url": VOICE}, "timeout": float("nan")}, "timeout must be"),
        ({"options": {"voice_url": VOICE}, "interval": "60"}, "interval must be"),
        ({"trunk_sid": TRUNK, "account_sid": OTHER}, "client's own account"),
        ({"options": {"voice_url": VOICE}, "timeout": -1}, "timeout must be 0 seconds or more"),
        ({"options": {"voice_url": VOICE}, "interval": 0}, "interval must be more than 0 seconds"),
        ({"options": {"voice_url": VOICE}, "interval": True}, "interval must be"),
    ],
)
async def test_wrong_arguments_are_told_at_once(wrong: dict[str, Any], message: str) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        with pytest.raises(InvalidArgumentError, match=message):
            twilio.incoming_phone_numbers.finish(numbers(1), **wrong)
        assert sandbox.requests == 0
        outcomes = await all_of(
            twilio.incoming_phone_numbers.finish(["5", "KW" + "1" * 32, "abc"], options={"voice_url": VOICE})
        )
        assert [type(outcome.error) for outcome in outcomes] == [
            InvalidPhoneNumberError,
            InvalidArgumentError,
            InvalidArgumentError,
        ]
        assert "or a phone number such as +1" in str(outcomes[2].error)
        assert sandbox.requests == 0


@pytest.mark.parametrize("owner", ["messaging_service_sid", "trunk_sid"])
async def test_a_service_or_trunk_that_is_not_there_ends_it_before_anything_is_changed(owner: str) -> None:
    sid = ("MG" if owner == "messaging_service_sid" else "TK") + "9" * 32
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sandbox.add_numbers(numbers(3))
        sweep = twilio.incoming_phone_numbers.finish(
            numbers(3),
            options={"voice_url": VOICE},
            **{owner: sid},  # type: ignore[arg-type]
        )
        with pytest.raises(ConfigurationError, match=f"{owner}: the account has none with this SID"):
            await all_of(sweep)
        assert sandbox.operations[UPDATE] == 0


async def test_a_number_that_another_service_lets_go_is_tried_again(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        [sid] = sandbox.add_numbers(numbers(1))
        first, second = sandbox.messaging_services.add(), sandbox.messaging_services.add()
        await twilio.messaging_services.add(first, sid)

        async def finished() -> Outcome[IncomingPhoneNumber]:
            [outcome] = await all_of(
                twilio.incoming_phone_numbers.finish(
                    [sid], messaging_service_sid=second, journal=tmp_path / "finish.journal"
                )
            )
            return outcome

        assert isinstance((await finished()).error, ConflictError)
        await twilio.messaging_services.remove(first, sid)
        again = await finished()
        assert (again.ok, again.from_journal) == (True, False)
        assert (await finished()).from_journal
        assert list(sandbox.messaging_services.numbers(second)) == [sid]
