"""Numbers of an account by their phone number: found, changed, moved and released once, however they are named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Received, Reply, json_reply, raw_server
from twilio_numbers_async.chunks import ChunkResult, split, sweep_chunk
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    InvalidArgumentError,
    InvalidPhoneNumberError,
    InvalidRequestError,
    NotFoundError,
)
from twilio_numbers_async.resources.api_2010.number_names import EachOnce
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Outcome, Sweep

from .answers import ACCOUNT, NUMBER, SUBACCOUNT, answers, client

HAS = ["+15552000000", "+15552000001", "+15552000002"]
NOT = "+15552000009"
URL, OTHER_URL = "https://example.com/one", "https://example.com/other"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        sandbox.add_account(SUBACCOUNT, "other", parent=sandbox.account_sid)
        yield sandbox


async def all_of(sweep: Sweep[Any]) -> list[Outcome[Any]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]


async def test_find(sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS)
    async with sandbox.client() as twilio:
        numbers = twilio.incoming_phone_numbers
        assert (await numbers.find("+1 (555) 200-0001")).sid == sids[1]
        with pytest.raises(NotFoundError, match=f"The account {sandbox.account_sid} has no such number"):
            await numbers.find(NOT)
        with pytest.raises(NotFoundError, match=f"The account {SUBACCOUNT} has no such number"):
            await numbers.find(HAS[0], account_sid=SUBACCOUNT)
        with pytest.raises(InvalidPhoneNumberError, match="number: The phone number has no country code"):
            await numbers.find("555 200 0001")


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{"sid": NUMBER, "phone_number": HAS[0] + "1"}], NotFoundError),
        ([{"sid": NUMBER, "phone_number": HAS[0], "account_sid": SUBACCOUNT}], NotFoundError),
        ([{"phone_number": HAS[0]}], NotFoundError),
        (
            [{"sid": NUMBER, "phone_number": HAS[0]}, {"sid": "PN" + "1" * 32, "phone_number": HAS[0]}],
            InvalidArgumentError,
        ),
    ],
    ids=["another number", "another account", "no sid", "twice"],
)
async def test_find_takes_no_other_number(rows: list[dict[str, str]], error: type[Exception]) -> None:
    async with (
        raw_server(json_reply({"incoming_phone_numbers": rows})) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(error):
            await twilio.incoming_phone_numbers.find(HAS[0])


async def test_update_many_takes_both_names_and_does_each_number_once(sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS)
    changes: list[Any] = [
        (HAS[0], {"voice_url": URL}),
        (sids[0], {"voice_url": URL}),
        ("+1 555 200 0001", {"voice_url": URL}),
        (NOT, {"voice_url": URL}),
        ("PN1", {"voice_url": URL}),
        ("nobody", {"voice_url": URL}),
        ("555 200 0002", {"voice_url": URL}),
    ]
    async with sandbox.client() as twilio:
        outcomes = await all_of(twilio.incoming_phone_numbers.update_many(changes, ordered=True))
    assert [outcome.ok for outcome in outcomes] == [True, True, True, False, False, False, False]
    assert [outcome.phone_number for outcome in outcomes[:4]] == [HAS[0], None, HAS[1], NOT]
    assert [outcome.result.sid for outcome in outcomes[:3]] == [sids[0], sids[0], sids[1]]
    assert [type(outcome.error) for outcome in outcomes[3:]] == [
        NotFoundError, InvalidArgumentError, InvalidArgumentError, InvalidPhoneNumberError,
    ]  # fmt: skip
    assert sandbox.operations["UpdateIncomingPhoneNumber"] == 2


@pytest.mark.parametrize("by_number_first", [True, False])
async def test_two_values_for_one_number_under_two_names_are_not_both_set(
    sandbox: Sandbox, by_number_first: bool
) -> None:
    [sid] = sandbox.add_numbers(HAS[:1])
    changes: list[Any] = [(HAS[0], {"voice_url": URL}), (sid, {"voice_url": OTHER_URL, "sms_url": ""})]
    async with sandbox.client() as twilio:
        ordered = changes if by_number_first else changes[::-1]
        outcomes = await all_of(twilio.incoming_phone_numbers.update_many(ordered))
    [wrong] = [outcome for outcome in outcomes if not outcome.ok]
    assert isinstance(wrong.error, InvalidArgumentError)
    assert wrong.error.argument == "voice_url"
    assert sandbox.operations["UpdateIncomingPhoneNumber"] == 1


async def test_update_many_by_number_goes_on_from_its_journal(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_numbers(HAS)
    changes: dict[str, Any] = {number: {"voice_url": URL} for number in [*HAS, NOT]}
    sandbox.script(Fault.error(503), method="POST", times=4)
    outcomes: list[Outcome[Any]] = []
    async with sandbox.client() as twilio:
        for ok in (3, 3):
            sweep = twilio.incoming_phone_numbers.update_many(changes, journal=tmp_path / "journal")
            outcomes = await all_of(sweep)
            assert sum(outcome.ok for outcome in outcomes) == ok
    assert all(outcome.from_journal for outcome in outcomes)
    assert [type(outcome.error) for outcome in outcomes if not outcome.ok] == [NotFoundError]


async def test_transfer_many_by_number(sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS)
    given = [HAS[0], sids[0], HAS[1], NOT, sids[2]]
    async with sandbox.client() as twilio:
        numbers = twilio.incoming_phone_numbers
        sandbox.script(Fault.drop_after(), method="POST", times=2)
        first = await all_of(numbers.transfer_many(given, SUBACCOUNT, ordered=True))
        posts = sandbox.operations["UpdateIncomingPhoneNumber"]
        again = await all_of(numbers.transfer_many(HAS, SUBACCOUNT, ordered=True))
    assert [outcome.ok for outcome in first] == [True, True, True, False, True]
    assert isinstance(first[3].error, NotFoundError)
    assert {outcome.result.account_sid for outcome in first if outcome.ok} == {SUBACCOUNT}
    assert [outcome.result.sid for outcome in again] == list(sids)
    assert sandbox.operations["UpdateIncomingPhoneNumber"] == posts, "what was moved is not moved again"
    assert len(sandbox.phone_numbers(SUBACCOUNT)) == 3


async def test_delete_many(sandbox: Sandbox, tmp_path: Path) -> None:
    sids = sandbox.add_numbers([*HAS, "+15552000003"])
    sandbox.refuse_release(sids[2])
    given = [sids[0], HAS[0], HAS[1], sids[2], NOT, "PN" + "f" * 32, "PN1"]
    outcomes: list[Outcome[Any]] = []
    async with sandbox.client() as twilio:
        journal = tmp_path / "journal"
        for _ in range(2):
            sweep = twilio.incoming_phone_numbers.delete_many(given, ordered=True, journal=journal)
            outcomes = await all_of(sweep)
            assert [outcome.ok for outcome in outcomes] == [True, True, True, False, False, False, False]
    assert [type(outcome.error) for outcome in outcomes[3:]] == [
        InvalidRequestError, NotFoundError, NotFoundError, InvalidArgumentError,
    ]  # fmt: skip
    assert "the account keeps it" in str(outcomes[3].error)
    assert set(sandbox.phone_numbers()) == {sids[2], sids[3]}
    assert sandbox.operations["DeleteIncomingPhoneNumber"] == 3, "each once, and only what is there"
    assert [outcome.result.phone_number for outcome in outcomes[:3]] == [HAS[0], HAS[0], HAS[1]]


@pytest.mark.parametrize("fault", [Fault.drop_after(), Fault.cut()])
async def test_a_release_whose_answer_is_lost_is_a_release(sandbox: Sandbox, fault: Fault) -> None:
    sids = sandbox.add_numbers(HAS)
    sandbox.script(fault, method="DELETE", times=1)
    async with sandbox.client() as twilio:
        outcomes = await all_of(twilio.incoming_phone_numbers.delete_many([HAS[0], sids[1]]))
    assert [outcome.ok for outcome in outcomes] == [True, True]
    assert set(sandbox.phone_numbers()) == {sids[2]}


async def test_release_in_a_subaccount(sandbox: Sandbox) -> None:
    sandbox.add_numbers(HAS)
    sandbox.add_numbers([NOT], account_sid=SUBACCOUNT)
    async with sandbox.client() as twilio:
        sweep = twilio.incoming_phone_numbers.delete_many([NOT, HAS[0]], account_sid=SUBACCOUNT, ordered=True)
        assert [outcome.ok for outcome in await all_of(sweep)] == [True, False]
    assert len(sandbox.phone_numbers()) == 3
    assert sandbox.phone_numbers(SUBACCOUNT) == {}


async def test_chunks_take_phone_numbers_too(sandbox: Sandbox) -> None:
    sids = sandbox.add_numbers(HAS)
    changes = [(HAS[0], {"voice_url": URL}), (NOT, {"voice_url": URL}), (sids[2], {"sms_url": URL})]
    async with sandbox.client() as twilio:
        [chunk] = split(changes, operation="update")
        updated = await sweep_chunk(twilio, chunk)
        [chunk] = split([*HAS, NOT], operation="transfer", to_account_sid=SUBACCOUNT)
        moved = await sweep_chunk(twilio, chunk)
    assert [outcome.ok for outcome in updated.outcomes] == [True, False, True]
    assert updated.keys == tuple(
        f'["{name}","{field}=https%3A%2F%2Fexample.com%2Fone"]'
        for name, field in ((HAS[0], "VoiceUrl"), (NOT, "VoiceUrl"), (sids[2], "SmsUrl"))
    )
    assert moved.keys == (*HAS, NOT)
    assert [outcome.ok for outcome in moved.outcomes] == [True, True, True, False]
    for result in (updated, moved):
        again = ChunkResult.from_bytes(result.to_bytes())
        assert (again.keys, again.to_rows()) == (result.keys, result.to_rows())


async def test_a_number_whose_look_up_fails_may_pass() -> None:
    def refuse(received: Received) -> Reply:
        return json_reply({"code": 20500, "message": "No", "status": 500}, 500)

    async with raw_server(answers(refuse)) as server, client(server.url, max_attempts=2) as twilio:
        sweep = twilio.incoming_phone_numbers.delete_many([HAS[0]])
        [outcome] = await all_of(sweep)
    assert sweep.asks_again(outcome)
    assert [received.method for received in server.received] == ["GET", "GET"]


async def test_once_is_once() -> None:
    import asyncio

    once, done, begun, go_on = EachOnce[str, str](), list[str](), asyncio.Event(), asyncio.Event()

    async def do() -> str:
        done.append("did")
        begun.set()
        await go_on.wait()
        return "did"

    async def look() -> str:
        return "looked"

    first = asyncio.create_task(once("a", do, look))
    await begun.wait()
    second = asyncio.create_task(once("a", do, look))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    go_on.set()
    assert await second == "did", "what was cut short is done by the next one"
    assert await once("a", do, look) == "looked"
    assert done == ["did", "did"]


async def test_a_failure_is_not_tried_under_the_other_name() -> None:
    once, tried = EachOnce[str, None](), list[int]()

    async def fail() -> None:
        tried.append(1)
        raise NotFoundError("No", status=404)

    for _ in range(2):
        with pytest.raises(NotFoundError):
            await once("a", fail, fail)
    assert tried == [1]


REFUSED: list[tuple[str, Any]] = [
    ("voice_url", "example.com/voice"),
    ("sms_url", "ftp://example.com"),
    ("status_callback", "https://exam ple.com"),
    ("voice_fallback_url", "https:///path"),
    ("sms_fallback_url", "javascript:alert(1)"),
    ("friendly_name", "x" * 65),
]
Call = Callable[[TwilioNumbers, Any], Awaitable[object]]
CALLS: list[Call] = [
    lambda twilio, options: twilio.incoming_phone_numbers.update(NUMBER, **options),
    lambda twilio, options: twilio.incoming_phone_numbers.create(HAS[0], **options),
    lambda twilio, options: twilio.available_phone_numbers.buy_first("US", options=options),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
@pytest.mark.parametrize("call", CALLS, ids=["update", "create", "buy_first"])
async def test_what_twilio_refuses_is_not_sent(call: Call, name: str, value: str) -> None:
    async with raw_server(json_reply({})) as server, client(server.url) as twilio:
        with pytest.raises(InvalidArgumentError, match=f"^{name} ") as caught:
            await call(twilio, {name: value})
    assert caught.value.argument == name
    assert value not in str(caught.value)
    assert server.received == []


@pytest.mark.parametrize(
    "value", ["", "https://example.com", "HTTP://u:p@example.com:8080/a?b=c#d", "x" * 64]
)
async def test_what_twilio_takes_is_sent(value: str) -> None:
    name = "friendly_name" if value.startswith("x") else "voice_url"
    options: Any = {name: value}
    async with (
        raw_server(json_reply({"sid": NUMBER, "account_sid": ACCOUNT})) as server,
        client(server.url) as twilio,
    ):
        assert (await twilio.incoming_phone_numbers.update(NUMBER, **options)).sid == NUMBER
    assert len(server.received) == 1
