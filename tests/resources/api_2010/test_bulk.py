"""Many numbers at once: an outcome for each, nothing lost, every number in exactly one account."""

from __future__ import annotations

import collections
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Received, Reply, drop, json_reply, raw_server, reply
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, InvalidRequestError
from twilio_numbers_async.resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from twilio_numbers_async.resources.api_2010.incoming_phone_numbers import Change
from twilio_numbers_async.sweep import Journal

from .answers import ACCOUNT, ADD_ON, NUMBER, SUBACCOUNT, answers, client, error, form

ONE_URL, OTHER_URL = "https://example.com/one", "https://example.com/other"


def sid(position: int) -> str:
    return f"PN{position:032x}"


class Accounts:
    """The owner of each number, and what goes wrong with whom."""

    def __init__(self, count: int) -> None:
        self.owner = {sid(position): ACCOUNT for position in range(count)}
        self.set: dict[str, dict[str, str]] = collections.defaultdict(dict)
        self.faults: dict[str, list[str]] = {}
        self.posts: collections.Counter[str] = collections.Counter()

    def __call__(self, received: Received) -> Reply:
        _, _, _, account, _, name = received.path.split("/")
        number = name.removesuffix(".json")
        if received.method == "GET":
            return self._show(number) if self.owner[number] == account else error(20404, 404)
        self.posts[number] += 1
        fault = self.faults.get(number, [])
        now = fault.pop(0) if fault else "fine"
        if now == "lost before":
            return drop
        if now == "503 before":
            return reply("", 503)
        if self.owner[number] != account:
            return error(20404, 404)
        if now == "refused":
            return error(21473)
        given = form(received)
        self.owner[number] = given.pop("AccountSid", account)
        self.set[number].update(given)
        if now == "lost after":
            return drop
        return reply("", 503) if now == "503 after" else self._show(number)

    def _show(self, number: str) -> Reply:
        return json_reply({"sid": number, "account_sid": self.owner[number], **self.set[number]})


async def test_transfer_of_a_thousand_numbers_with_failures() -> None:
    accounts = Accounts(1000)
    faults = [["lost before"], ["lost after"], ["503 before"], ["503 after"], ["refused"]]
    for position in range(0, 1000, 10):
        accounts.faults[sid(position)] = list(faults[position // 10 % len(faults)])
    async with (
        raw_server(answers(accounts)) as server,
        client(server.url, concurrency=20) as twilio,
        twilio.incoming_phone_numbers.transfer_many(accounts.owner, SUBACCOUNT) as outcomes,
    ):
        ended = [outcome async for outcome in outcomes]
    assert sorted(outcome.index for outcome in ended) == list(range(1000))
    refused = {sid(position) for position in range(40, 1000, 50)}
    for outcome in ended:
        if outcome.ok:
            assert outcome.result is not None
            assert outcome.result.account_sid == accounts.owner[outcome.input] == SUBACCOUNT
        else:
            assert isinstance(outcome.error, InvalidRequestError)
            assert outcome.input in refused
            assert accounts.owner[outcome.input] == ACCOUNT
    assert {number for number, owner in accounts.owner.items() if owner == ACCOUNT} == refused


async def test_a_transfer_goes_on_from_its_journal(tmp_path: Path) -> None:
    accounts = Accounts(6)
    accounts.faults = {sid(1): ["lost after"], sid(2): ["503 before"], sid(3): ["refused"]}

    async def run(twilio: TwilioNumbers) -> dict[str, str | None]:
        journal = Journal(tmp_path / "journal")
        sweep = twilio.incoming_phone_numbers.transfer_many(accounts.owner, SUBACCOUNT, journal=journal)
        async with sweep as outcomes:
            return {o.input: None if o.result is None else o.result.account_sid async for o in outcomes}

    async with raw_server(answers(accounts)) as server, client(server.url, max_attempts=1) as twilio:
        first = await run(twilio)
        second = await run(twilio)
    moved = dict.fromkeys(accounts.owner, SUBACCOUNT) | {sid(3): None}
    assert first == moved | {sid(2): None}
    assert second == moved
    assert accounts.posts == dict.fromkeys(accounts.owner, 1) | {sid(2): 2}


async def test_update_many() -> None:
    accounts = Accounts(20)

    async def changes() -> AsyncIterator[Change]:
        for number in accounts.owner:
            yield number, {"voice_url": f"https://example.com/{number[-2:]}", "voice_method": "GET"}

    async with raw_server(answers(accounts)) as server, client(server.url) as twilio:
        sweep = twilio.incoming_phone_numbers.update_many(changes(), ordered=True)
        async with sweep as outcomes:
            ended = [outcome async for outcome in outcomes]
    assert [outcome.index for outcome in ended] == list(range(20))
    assert all(outcome.ok for outcome in ended)
    assert accounts.set[sid(10)] == {"VoiceUrl": "https://example.com/0a", "VoiceMethod": "GET"}
    assert ended[3].as_row()["sid"] == sid(3)


async def test_update_many_for_a_subaccount_sends_the_same_change_once() -> None:
    accounts = Accounts(1)
    accounts.owner[sid(0)] = SUBACCOUNT
    changes: list[Change] = [
        (sid(0), {"sms_url": "", "voice_url": None, "friendly_name": "a b"}),
        (sid(0), {"friendly_name": "a b", "sms_url": ""}),
    ]
    async with raw_server(answers(accounts)) as server, client(server.url) as twilio:
        sweep = twilio.incoming_phone_numbers.update_many(changes, account_sid=SUBACCOUNT)
        async with sweep as outcomes:
            assert [outcome.ok async for outcome in outcomes] == [True, True]
    assert accounts.posts == {sid(0): 1}
    assert accounts.set[sid(0)] == {"SmsUrl": "", "FriendlyName": "a b"}


async def test_update_many_takes_a_dict() -> None:
    accounts = Accounts(3)
    changes: dict[str, IncomingPhoneNumberOptions] = {
        sid(0): {"sms_url": ONE_URL},
        sid(2): {"voice_url": OTHER_URL},
    }
    async with (
        raw_server(answers(accounts)) as server,
        client(server.url) as twilio,
        twilio.incoming_phone_numbers.update_many(changes, ordered=True) as outcomes,
    ):
        ended = [(outcome.input[0], outcome.ok) async for outcome in outcomes]
    assert ended == [(sid(0), True), (sid(2), True)]
    assert accounts.set == {sid(0): {"SmsUrl": ONE_URL}, sid(2): {"VoiceUrl": OTHER_URL}}


IMPOSSIBLE: list[tuple[Any, str]] = [
    ((ADD_ON, {"voice_url": ""}), "sid"),
    ((NUMBER, {}), "options"),
    ((NUMBER, {"voice_uri": ""}), "voice_uri"),
    ((NUMBER, {"voice_method": "PUT"}), "voice_method"),
    ((NUMBER, "voice_url"), "options"),
    (NUMBER, "changes"),
    ((NUMBER,), "changes"),
    ((sid(1), {"friendly_name": "b", "sms_url": OTHER_URL}), "sms_url"),
]


@pytest.mark.parametrize(("change", "argument"), IMPOSSIBLE)
async def test_a_change_that_cannot_be_sent_is_an_outcome(change: Any, argument: str) -> None:
    accounts = Accounts(3)
    changes: list[Any] = [(sid(1), {"sms_url": ONE_URL}), change, (sid(2), {"sms_url": ONE_URL})]
    async with raw_server(answers(accounts)) as server, client(server.url) as twilio:
        sweep = twilio.incoming_phone_numbers.update_many(changes, ordered=True)
        async with sweep as outcomes:
            first, wrong, last = [outcome async for outcome in outcomes]
    assert first.ok
    assert last.ok
    assert isinstance(wrong.error, InvalidArgumentError)
    assert wrong.error.argument == argument
    assert accounts.set == {sid(1): {"SmsUrl": ONE_URL}, sid(2): {"SmsUrl": ONE_URL}}


async def test_changes_of_different_fields_of_one_number_are_both_carried_out() -> None:
    accounts = Accounts(1)
    changes: list[Change] = [
        (sid(0), {"sms_url": ONE_URL}),
        (sid(0), {"voice_url": OTHER_URL, "sms_url": ONE_URL}),
    ]
    async with (
        raw_server(answers(accounts)) as server,
        client(server.url) as twilio,
        twilio.incoming_phone_numbers.update_many(changes) as outcomes,
    ):
        assert [outcome.ok async for outcome in outcomes] == [True, True]
    assert accounts.set[sid(0)] == {"SmsUrl": ONE_URL, "VoiceUrl": OTHER_URL}


async def test_a_sid_that_is_none_is_an_outcome_of_a_transfer() -> None:
    accounts = Accounts(1)
    async with raw_server(answers(accounts)) as server, client(server.url) as twilio:
        sweep = twilio.incoming_phone_numbers.transfer_many([sid(0), "PN1"], SUBACCOUNT, ordered=True)
        async with sweep as outcomes:
            fine, wrong = [outcome async for outcome in outcomes]
    assert fine.ok
    assert isinstance(wrong.error, InvalidArgumentError)
    assert len(server.received) == 1
