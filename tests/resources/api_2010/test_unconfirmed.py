"""Orders that are answered with a success that confirms nothing: they are looked up before they count."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.raw_server import Received, Reply, json_reply, raw_server, reply
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import DecodeError
from twilio_numbers_async.models import IncomingPhoneNumber
from twilio_numbers_async.resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from twilio_numbers_async.sweep import Journal
from twilio_numbers_async.transport.client_state import Runtime

from .answers import ACCOUNT, NUMBER, SUBACCOUNT, answers, error, form, found

WANTED, OTHER = "+14155550100", "+14155550101"
NO_RECEIPT: list[Reply] = [
    json_reply({}, 201),
    json_reply({"sid": None, "phone_number": WANTED}, 201),
    json_reply({"sid": ""}, 200),
    json_reply({"code": 20500, "message": "An internal server error has occurred", "status": 500}, 200),
    reply("<html>", 200),
]
no_receipt = pytest.mark.parametrize("answer", NO_RECEIPT)


class Account:
    """An account: what it has, and what it answers to a POST."""

    def __init__(self, answer: Reply, *, looks: int = 0, has: dict[str, Any] | None = None) -> None:
        self.answer = answer
        self.looks_before = looks
        self.has = has
        self.posts: list[dict[str, str]] = []
        self.looks = 0
        self.slept: list[float] = []

    def __call__(self, received: Received) -> Reply:
        if "AvailablePhoneNumbers" in received.path:
            return found(WANTED, OTHER)
        if received.method == "POST":
            self.posts.append(form(received))
            return self.answer
        self.looks += 1
        there = self.has is not None and self.looks > self.looks_before
        if received.path.endswith("IncomingPhoneNumbers.json"):
            return json_reply({"incoming_phone_numbers": [self.has] if there else []})
        return json_reply(self.has or {}) if there else error(20404, 404)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def client(self, url: str) -> TwilioNumbers:
        return TwilioNumbers(ACCOUNT, "token", base_url=url, runtime=Runtime(sleep=self.sleep))


@no_receipt
@pytest.mark.parametrize("looks", [0, 2])
async def test_a_first_number_that_was_bought_all_the_same(answer: Reply, looks: int) -> None:
    account = Account(answer, looks=looks, has={"sid": NUMBER, "phone_number": WANTED})
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        bought = await twilio.available_phone_numbers.buy_first("US")
    assert (bought.sid, bought.phone_number) == (NUMBER, WANTED)
    assert [post["PhoneNumber"] for post in account.posts] == [WANTED]
    assert account.slept == [0.0, 0.5, 2.0][: looks + 1]


@no_receipt
@pytest.mark.parametrize("has", [None, {"sid": NUMBER, "phone_number": OTHER}, {"phone_number": WANTED}])
async def test_a_first_number_that_does_not_show_is_no_purchase(
    answer: Reply, has: dict[str, Any] | None
) -> None:
    account = Account(answer, has=has)
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        with pytest.raises(DecodeError):
            await twilio.available_phone_numbers.buy_first("US")
    assert [post["PhoneNumber"] for post in account.posts] == [WANTED]
    assert account.looks == 3


async def test_a_first_number_that_cannot_be_looked_up_is_no_purchase() -> None:
    account = Account(json_reply({}, 201), has={"sid": []})
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        with pytest.raises(DecodeError, match="confirms nothing") as caught:
            await twilio.available_phone_numbers.buy_first("US")
    assert caught.value.may_have_been_processed
    assert len(account.posts) == 1


CHANGE: IncomingPhoneNumberOptions = {
    "voice_url": "https://example.com/",
    "sms_url": "",
    "voice_caller_id_lookup": True,
    "voice_method": "GET",
}
SHOWN: dict[str, Any] = {**CHANGE, "sid": NUMBER, "account_sid": ACCOUNT, "sms_url": None}


@no_receipt
async def test_an_update_that_shows_is_done(answer: Reply) -> None:
    account = Account(answer, has=SHOWN)
    async with (
        raw_server(answers(account)) as server,
        account.client(server.url) as twilio,
        twilio.incoming_phone_numbers.update_many([(NUMBER, CHANGE)]) as outcomes,
    ):
        [outcome] = [outcome async for outcome in outcomes]
    assert outcome.result is not None
    assert outcome.result.sid == NUMBER
    assert len(account.posts) == account.looks == 1


@no_receipt
@pytest.mark.parametrize("change", [{"voice_url": None}, {"sms_url": "https://x"}, {"voice_method": "POST"}])
async def test_an_update_that_does_not_show_is_no_success(
    tmp_path: Path, answer: Reply, change: dict[str, Any]
) -> None:
    account = Account(answer, has=SHOWN | change)
    asked: list[int] = []
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        for _ in range(2):  # the next run asks again: the journal has no success
            journal = Journal(tmp_path / "journal")
            sweep = twilio.incoming_phone_numbers.update_many([(NUMBER, CHANGE)], journal=journal)
            async with sweep as outcomes:
                [outcome] = [outcome async for outcome in outcomes]
            assert isinstance(outcome.error, DecodeError)
            asked.append(len(account.posts))
    assert asked == [1, 2]


MOVED: dict[str, Any] = {"sid": NUMBER, "account_sid": SUBACCOUNT}


async def transfer(twilio: TwilioNumbers) -> IncomingPhoneNumber:
    return await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)


async def transfer_many(twilio: TwilioNumbers) -> IncomingPhoneNumber:
    async with twilio.incoming_phone_numbers.transfer_many([NUMBER], SUBACCOUNT) as outcomes:
        [outcome] = [outcome async for outcome in outcomes]
    if outcome.error is not None:
        raise outcome.error
    assert outcome.result is not None
    return outcome.result


transfers = pytest.mark.parametrize("move", [transfer, transfer_many])
Move: TypeAlias = Callable[[TwilioNumbers], Awaitable[IncomingPhoneNumber]]


@no_receipt
@transfers
async def test_a_transfer_that_shows_is_done(answer: Reply, move: Move) -> None:
    account = Account(answer, has=MOVED)
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        assert (await move(twilio)).account_sid == SUBACCOUNT
    assert len(account.posts) == account.looks == 1


@no_receipt
@transfers
async def test_a_transfer_that_does_not_show_is_no_success(answer: Reply, move: Move) -> None:
    account = Account(answer)
    async with raw_server(answers(account)) as server, account.client(server.url) as twilio:
        with pytest.raises(DecodeError):
            await move(twilio)
    assert len(account.posts) == 1
