"""Caller ids: a number is verified on the sandbox, nothing is sent twice, and no code is shown."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from rich.pretty import pretty_repr

from tests.raw_server import drop, json_reply, raw_server, stall
from tests.transport.raw_client import client
from twilio_numbers_async import (
    CallerIdSmsCheck,
    CallerIdSmsCheckCreate,
    CallerIdSmsVerification,
    CallerIdVerificationStatus,
    CallerIdVoiceVerification,
    CallerIdVoiceVerificationCreate,
    DecodeError,
    HttpMethod,
    InvalidArgumentError,
    NotFoundError,
    TransportError,
    TwilioNumbers,
)
from twilio_numbers_async.models.base import decode
from twilio_numbers_async.sandbox import Sandbox

NUMBER, CODE = "+14155550199", "550199"
Call = Callable[[TwilioNumbers], Awaitable[Any]]
CALLS: list[Call] = [
    lambda t: t.caller_ids.start_sms(NUMBER),
    lambda t: t.caller_ids.check_sms(NUMBER, CODE),
    lambda t: t.caller_ids.start_voice(NUMBER, custom_code=CODE),
]


async def test_a_number_is_verified_by_sms() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        with pytest.raises(NotFoundError):
            await twilio.caller_ids.check_sms(NUMBER, CODE)
        first = await twilio.caller_ids.start_sms("+1 415 555 0199", locale="en", friendly_name="Office")
        again = await twilio.caller_ids.start_sms(NUMBER)
        assert (first.to, again.verification_sid) == (NUMBER, first.verification_sid)
        assert [len(each.send_code_attempts or []) for each in (first, again)] == [1, 2]
        wrong = await twilio.caller_ids.check_sms(NUMBER, "000000")
        assert (wrong.status, wrong.caller_id_sid) == (CallerIdVerificationStatus.PENDING, None)
        right = await twilio.caller_ids.check_sms(NUMBER, CODE, friendly_name="Office")
        assert right.status is CallerIdVerificationStatus.APPROVED
        assert (right.verification_sid, (right.caller_id_sid or "")[:2]) == (first.verification_sid, "PN")
        with pytest.raises(NotFoundError):
            await twilio.caller_ids.check_sms(NUMBER, CODE)


async def test_the_fifth_wrong_code_is_the_last() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        await twilio.caller_ids.start_sms(NUMBER)
        statuses = [(await twilio.caller_ids.check_sms(NUMBER, "000000")).status for _ in range(5)]
        assert statuses == ["pending"] * 4 + ["canceled"]
        with pytest.raises(NotFoundError):
            await twilio.caller_ids.check_sms(NUMBER, CODE)


async def test_a_number_is_verified_by_voice() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        own = await twilio.caller_ids.start_voice(NUMBER, friendly_name="Office", custom_code="012345")
        assert (own.phone_number, own.validation_code, own.friendly_name) == (NUMBER, "012345", "Office")
        assert own.account_sid == sandbox.account_sid
        made = await twilio.caller_ids.start_voice(
            NUMBER,
            call_delay=60,
            status_callback="https://example.com/calls",
            status_callback_method=HttpMethod.POST,
            extension="12",
            custom_success_message="Thanks",
        )
        assert (made.validation_code, (made.call_sid or "")[:2]) == (CODE, "CA")


async def test_bodies_are_in_camel_case() -> None:
    async with (
        raw_server(json_reply({"verificationSid": "VE" + "a" * 32})) as server,
        client(server.url) as twilio,
    ):
        await twilio.caller_ids.start_sms(NUMBER, locale="en", friendly_name="")
        await twilio.caller_ids.check_sms(NUMBER, CODE, friendly_name="Office")
        await twilio.caller_ids.start_voice(
            NUMBER,
            friendly_name="Office",
            custom_code=CODE,
            call_delay="5",
            status_callback="https://example.com",
            status_callback_method="get",
            extension="12",
            custom_success_message="Thanks",
        )
    assert [received.document for received in server.received] == [
        {"to": NUMBER, "locale": "en", "friendlyName": ""},
        {"to": NUMBER, "verificationCode": CODE, "friendlyName": "Office"},
        {
            "phoneNumber": NUMBER,
            "friendlyName": "Office",
            "customCode": CODE,
            "callDelay": "5",
            "statusCallback": "https://example.com",
            "statusCallbackMethod": "GET",
            "extension": "12",
            "customSuccessMessage": "Thanks",
        },
    ]


REFUSED: list[tuple[str, Callable[[TwilioNumbers, Any], Awaitable[Any]], list[Any]]] = [
    ("to", lambda t, value: t.caller_ids.start_sms(value), ["", "555", None, 5]),
    ("locale", lambda t, value: t.caller_ids.start_sms(NUMBER, locale=value), ["", " ", 5]),
    ("friendly_name", lambda t, value: t.caller_ids.start_sms(NUMBER, friendly_name=value), [5]),
    ("to", lambda t, value: t.caller_ids.check_sms(value, CODE), ["", None]),
    ("verification_code", lambda t, value: t.caller_ids.check_sms(NUMBER, value), ["", " ", None, 550199]),
    ("phone_number", lambda t, value: t.caller_ids.start_voice(value), ["", "555", None]),
    ("custom_code", lambda t, value: t.caller_ids.start_voice(NUMBER, custom_code=value), ["", 123456]),
    (
        "call_delay",
        lambda t, value: t.caller_ids.start_voice(NUMBER, call_delay=value),
        [61, -1, "", "5s", "\u0665", True, 1.5],
    ),
    (
        "status_callback",
        lambda t, value: t.caller_ids.start_voice(NUMBER, status_callback=value),
        ["", "example.com", 5],
    ),
    (
        "status_callback_method",
        lambda t, value: t.caller_ids.start_voice(NUMBER, status_callback_method=value),
        ["PUT", "", 5],
    ),
    ("extension", lambda t, value: t.caller_ids.start_voice(NUMBER, extension=value), ["", 12]),
    (
        "custom_success_message",
        lambda t, value: t.caller_ids.start_voice(NUMBER, custom_success_message=value),
        [""],
    ),
]


@pytest.mark.parametrize(("argument", "call", "values"), REFUSED)
async def test_what_cannot_be_sent_is_refused(
    argument: str, call: Callable[[TwilioNumbers, Any], Awaitable[Any]], values: list[Any]
) -> None:
    async with raw_server(stall) as server, client(server.url, timeout=5.0) as twilio:
        for value in values:
            with pytest.raises(InvalidArgumentError) as caught:
                await call(twilio, value)
            assert caught.value.argument == argument
        assert (server.connections, server.received) == (0, [])


@pytest.mark.parametrize("call", CALLS)
async def test_what_may_have_been_sent_is_not_sent_again(call: Call) -> None:
    async with raw_server(drop) as server, client(server.url) as twilio:
        with pytest.raises(TransportError, match="was not sent again: ") as caught:
            await call(twilio)
    assert caught.value.may_have_been_processed
    assert len(server.received) == 1
    assert CODE not in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
async def test_an_answer_about_another_number_is_none(call: Call) -> None:
    other = {"to": "+14155550111", "phoneNumber": "+14155550111", "verificationSid": "VE" + "a" * 32}
    async with raw_server(json_reply(other)) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError):
            await call(twilio)
    assert len(server.received) == 1


async def test_a_start_without_a_sid_is_no_receipt() -> None:
    async with raw_server(json_reply({"to": NUMBER})) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError, match="confirms nothing"):
            await twilio.caller_ids.start_sms(NUMBER)


def test_answers_are_tolerant() -> None:
    check = decode(CallerIdSmsCheck, b'{"status": "Denied", "callerIdSid": null, "new": 1}')
    assert check.status is not None
    assert not check.status.is_known
    voice = decode(CallerIdVoiceVerification, b'{"validationCode": 123456}')
    assert voice.validation_code == "123456"
    assert decode(CallerIdSmsVerification, b'{"sendCodeAttempts": [{"time": 1}, "x"]}').to is None


def test_no_repr_shows_a_number_or_a_code() -> None:
    shown = [
        CallerIdSmsVerification(to=NUMBER, verification_sid="VE1", send_code_attempts=[NUMBER]),
        CallerIdSmsCheck(to=NUMBER, caller_id_sid="PN1"),
        CallerIdVoiceVerification(
            phone_number=NUMBER, validation_code=CODE, friendly_name=NUMBER, call_sid="CA1"
        ),
        CallerIdSmsCheckCreate(to=NUMBER, verification_code=CODE),
        CallerIdVoiceVerificationCreate(phone_number=NUMBER, custom_code=CODE),
    ]
    for text in (text for value in shown for text in (repr(value), str([value]), pretty_repr(value))):
        assert CODE not in text
    assert [CODE in msgspec.json.encode(value).decode() for value in shown] == [True] * 5


async def test_no_log_and_no_error_shows_a_number_or_a_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "twilio_numbers_async")
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        with pytest.raises(NotFoundError) as caught:
            await twilio.caller_ids.check_sms(NUMBER, CODE)
        for call in CALLS:
            await call(twilio)
    assert CODE not in f"{caught.value} {caught.value!r}"
    ours = [
        record.getMessage() for record in caplog.records if record.name.startswith("twilio_numbers_async")
    ]
    assert any("/v1/CallerIds/SmsVerificationChecks" in line for line in ours)
    assert [line for line in ours if CODE in line] == []
