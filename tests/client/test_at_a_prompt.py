"""A person at a prompt: what things say of themselves, and what to write instead of what does not work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import twilio_numbers_async
from tests.transport.raw_client import ACCOUNT, NUMBER, SECRET, port_in_create, portable
from twilio_numbers_async import (
    AdaptiveGate,
    FixedGate,
    Journal,
    OAuthClientCredentials,
    Outcome,
    RateGate,
    TwilioNumbers,
)
from twilio_numbers_async.gate import Signal
from twilio_numbers_async.models import IncomingPhoneNumber, Portability
from twilio_numbers_async.models.base import Answer, decode
from twilio_numbers_async.sandbox import Sandbox

# ---- reprs


async def test_a_client_says_where_it_asks_and_how_it_is() -> None:
    async with Sandbox() as sandbox:
        twilio = sandbox.client(concurrency=7)
        begin = f"<TwilioNumbers {sandbox.account_sid} at {sandbox.url}: "
        assert repr(twilio) == begin + "not opened yet>"
        async with twilio:
            gate = "<FixedGate: 7 at once allowed, 0 in flight, 0 waiting>"
            assert repr(twilio) == repr(twilio.with_options(timeout=5)) == f"{begin}open, {gate}>"
        assert repr(twilio) == begin + "closed>"


@pytest.mark.parametrize(
    "who",
    [
        {"auth_token": SECRET},
        {"api_key": "SK" + "b" * 32, "api_secret": SECRET},
        {"credentials": OAuthClientCredentials("a", SECRET)},
    ],
)
async def test_a_client_shows_no_secret(who: dict[str, Any]) -> None:
    address = f"https://gateway.example.com/{SECRET}"
    twilio = TwilioNumbers(ACCOUNT, base_url=address, headers={"X-Key": SECRET}, **who)
    assert repr(twilio) == f"<TwilioNumbers {ACCOUNT} at https://gateway.example.com: not opened yet>"
    async with twilio:
        assert SECRET not in repr(twilio)
    assert SECRET not in repr(vars(twilio))


def test_a_client_of_twilio_names_its_host() -> None:
    assert "at https://numbers.dublin.ie1.twilio.com:" in repr(
        TwilioNumbers(ACCOUNT, SECRET, edge="dublin", region="ie1")
    )


async def test_gates_say_what_they_allow() -> None:
    assert repr(AdaptiveGate()) == "<AdaptiveGate: 5 at once allowed, 0 in flight, 0 waiting>"
    assert repr(RateGate(2.5)) == "<RateGate: 2.5 a second allowed, 0 in flight, 0 waiting>"
    gate = FixedGate(2, clock=lambda: 10.0)
    first, second = gate.try_acquire(), gate.try_acquire()
    assert first is not None
    assert second is not None
    waiting = gate.enqueue()
    assert repr(gate) == "<FixedGate: 2 at once allowed, 2 in flight, 1 waiting>"
    gate.dequeue(waiting)
    gate.release(first, Signal.REFUSED, 1.5)
    assert (
        repr(gate) == "<FixedGate: 2 at once allowed, 1 in flight, 0 waiting, 1 refusals, paused for 1.5 s>"
    )


async def test_a_pager_says_how_to_read_it() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        how = "read it with `async for item in pager`, `await pager.collect()` or `await pager.first()`"
        assert repr(twilio.port_ins.list()) == f"<Pager: {how}>"
        assert (
            repr(twilio.port_ins.list(limit=1_000, after="5:"))
            == f"<Pager, 1,000 items at the most, from a cursor on: {how}>"
        )


async def test_a_sweep_says_how_far_it_is() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sweep = twilio.portability.sweep([NUMBER, "nobody", "+14155550101"], ordered=True)
        assert repr(sweep).startswith("<Sweep of 3 inputs: not read yet, read it with `async with sweep as")
        said = list[str]()
        async with sweep as outcomes:
            async for _ in outcomes:
                said.append(repr(sweep))
        assert said[0].startswith("<Sweep of 3 inputs: 1 done (1 ok, 0 failed, 0 invalid), ")
        assert said[0].endswith(" in flight>")
        assert repr(sweep) == "<Sweep of 3 inputs: 3 done (2 ok, 0 failed, 1 invalid), ended>"
        assert repr(twilio.portability.sweep(iter([NUMBER]))).startswith("<Sweep: not read yet")
        closed = twilio.portability.sweep([NUMBER])
        await closed.aclose()
        assert repr(closed) == "<Sweep of 1 inputs: closed>"


async def test_a_journal_says_where_it_is_and_whether_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    journal = Journal(path)
    assert repr(journal) == f"<Journal '{path}': closed>"
    async with Sandbox() as sandbox, sandbox.client() as twilio, journal:
        assert repr(journal) == f"<Journal '{path}': open>"
        async with twilio.portability.sweep([NUMBER], journal=journal) as outcomes:
            assert [repr(journal) async for _ in outcomes] == [f"<Journal '{path}': in use by a sweep>"]
    assert repr(journal) == f"<Journal '{path}': closed>"


async def test_a_sandbox_says_where_it_is() -> None:
    sandbox = Sandbox()
    account = f"account {sandbox.account_sid}"
    assert repr(sandbox) == f"<Sandbox not serving: {account}, 0 requests in its log>"
    async with sandbox:
        async with sandbox.client() as twilio:
            await twilio.portability.fetch(NUMBER)
        assert repr(sandbox) == f"<Sandbox at {sandbox.url}: {account}, 1 requests in its log>"
    assert repr(sandbox) == f"<Sandbox not serving: {account}, 1 requests in its log>"
    assert sandbox.auth_token not in repr(sandbox)


def test_an_outcome_shows_its_input_and_nothing_else_that_was_given() -> None:
    outcome = Outcome[int](3, "(415) 555-0100", NUMBER, 7, None)
    assert repr(outcome) == f"Outcome(index=3, input='(415) 555-0100', phone_number='{NUMBER}', result=7)"
    request = msgspec.structs.replace(port_in_create(), notification_emails=["alex@example.com"])
    of_request = repr(Outcome[int](0, request, None, 7, None))
    assert of_request.startswith("Outcome(index=0, input=PortInCreate(")
    assert "alex" not in of_request
    assert repr(Outcome[int](0, {"pin": "1234"}, None, 7, None)) == (
        "Outcome(index=0, input=[***], phone_number=None, result=7)"
    )


# ---- what to write instead


async def test_a_pager_is_not_read_as_a_list() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        pager: Any = twilio.port_ins.list()
        with pytest.raises(TypeError, match="no list: read it with `async for item in pager`"):
            list(pager)
        with pytest.raises(TypeError, match=r"not awaited itself: read it .* `await pager.collect\(\)`"):
            await pager
        assert sandbox.log == ()


async def test_a_sweep_is_not_read_as_a_list() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        sweep: Any = twilio.portability.sweep([NUMBER])
        with pytest.raises(TypeError, match="no list: read it with `async with sweep as outcomes"):
            list(sweep)
        with pytest.raises(TypeError, match="not awaited itself"):
            await sweep
        with pytest.raises(TypeError, match="not entered with `with`"), sweep:
            pass
        assert sandbox.log == ()


async def test_a_client_is_not_entered_with_a_plain_with() -> None:
    twilio: Any = TwilioNumbers(ACCOUNT, SECRET)
    with pytest.raises(TypeError, match=r"Write `async with TwilioNumbers\(\.\.\.\) as twilio:`"), twilio:
        pass
    with pytest.raises(TypeError, match="Write `async with"):
        await twilio


# ---- answers as plain values


def test_an_answer_becomes_a_dict_of_plain_values() -> None:
    answer = decode(Portability, json.dumps(portable(number_type="mobile", not_portable_reason="New one")))
    plain = answer.to_dict()
    assert json.loads(json.dumps(plain)) == plain == json.loads(msgspec.json.encode(answer))
    assert plain["phone_number"] == NUMBER
    assert type(plain["number_type"]) is str
    assert plain["not_portable_reason"] == "New one"
    assert plain["pin_and_account_number_required"] is answer.pin_and_account_number_required


def test_what_was_not_in_the_answer_is_none() -> None:
    plain = decode(Portability, "{}").to_dict()
    assert set(plain) == set(Portability.__struct_fields__)
    assert set(plain.values()) == {None}


def test_nested_answers_and_dates_become_plain_too() -> None:
    text = json.dumps(
        {
            "sid": "PN" + "0" * 32,
            "date_created": "Thu, 30 Jul 2015 23:19:04 +0000",
            "capabilities": {"voice": True, "SMS": False},
        }
    )
    plain = decode(IncomingPhoneNumber, text).to_dict()
    assert plain["date_created"] == "2015-07-30T23:19:04Z"
    assert plain["capabilities"]["voice"] is True
    assert json.loads(json.dumps(plain)) == plain


def _answers(kind: type[Any]) -> list[type[Any]]:
    return [kind, *(one for part in kind.__subclasses__() for one in _answers(part))]


def test_no_answer_has_a_field_of_that_name() -> None:
    kinds = _answers(Answer)
    assert len(kinds) > 20
    for kind in kinds:
        assert "to_dict" not in kind.__struct_fields__, kind
        assert kind.to_dict is Answer.to_dict, kind


@pytest.mark.parametrize("name", ["Portability", "PortIn", "IncomingPhoneNumber", "BulkEligibility"])
def test_the_answers_of_the_package_have_it(name: str) -> None:
    to_dict: Callable[[Any], dict[str, Any]] = getattr(twilio_numbers_async, name).to_dict
    assert to_dict is Answer.to_dict
