"""The operations that take forms, of whatever API: every parameter has its argument, every value is sent."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.paging import Pager

from .operations import (
    ACCOUNT,
    CALLS,
    JSON_BODIES,
    OPERATIONS,
    Call,
    filled,
    operations_of,
    parameters_of,
    path_of,
    sample,
    snake,
    text_of,
)
from .schemas import Schema

EDITIONS = ("2010-04-01", "addresses", "accounts", "compliance", "hosting", "messaging", "trunking")
NAMES = [name for name in operations_of(*EDITIONS) if name not in JSON_BODIES]
ARGUMENTS: dict[str | tuple[str, str], str] = {
    "ValidUntilDate<": "valid_until_before",
    "ValidUntilDate>": "valid_until_after",
    "AccountSid": "to_account_sid",
    "PhoneNumberSid": "number_sid",
    "VerificationCallDelay": "call_delay",
    "VerificationCallExtension": "call_extension",
    ("CreateHostedNumberOrder", "AccountSid"): "account_sid",
}
# What a method sends by itself: its name says it.
FIXED = {("UpdateHostedNumberOrder", "Status"): "pending-verification"}
# What a parameter does not go without, what does not go beside it, and what goes by another method.
NEEDS: dict[str, dict[str, Any]] = {"Distance": {"near_lat_long": "1,1"}}
INSTEAD_OF = {"AreaCode": "phone_number"}
ELSEWHERE = {("UpdateIncomingPhoneNumber", "AccountSid"): Call("incoming_phone_numbers.transfer", ("Sid",))}
NOT_SENT = {"confirm", "kind"}

Ask = Callable[[Call, Mapping[str, str], Mapping[str, Any]], Awaitable[Received]]


async def confirm(connection: Connection, received: Received) -> None:
    """Answer with the SIDs of the path, or with the number that is added, so that an order is confirmed."""
    sids = re.findall("[A-Z]{2}[0-9a-f]{32}", received.path) or ["AC" + "d" * 32]
    sids += re.findall("^PhoneNumberSid=(.+)$", received.body.decode())
    await json_reply({"sid": sids[-1], "bundle_sid": sids[0]})(connection, received)


@pytest.fixture
async def sent() -> AsyncGenerator[Ask]:
    """Makes a call and gives the request that it is."""
    async with (
        raw_server(confirm) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):

        async def ask(call: Call, path: Mapping[str, str], arguments: Mapping[str, Any]) -> Received:
            server.received.clear()
            answer = attrgetter(call.method)(twilio)(*(path[name] for name in call.positional), **arguments)
            await (answer.collect() if isinstance(answer, Pager) else answer)
            *looked, received = server.received
            # A bundle is looked at before it is changed, an order before its letter is sent.
            assert [each.method for each in looked] in ([], ["GET"])
            return received

        yield ask


def argument_of(name: str, parameter: str) -> str:
    return ARGUMENTS.get((name, parameter)) or ARGUMENTS.get(parameter) or snake(parameter)


def given_parameters(name: str) -> dict[str, Schema]:
    """The parameters that are arguments."""
    found = parameters_of(OPERATIONS[name])
    return {parameter: schema for parameter, schema in found.items() if (name, parameter) not in FIXED}


def form_of(received: Received) -> dict[str, str]:
    """The parameters that were sent, in the query or in the body."""
    text = received.body.decode() if received.method == "POST" else received.target.partition("?")[2]
    return dict(parse_qsl(text, keep_blank_values=True))


@pytest.mark.parametrize("name", NAMES)
async def test_every_parameter_has_its_argument(sent: Ask, name: str) -> None:
    operation = OPERATIONS[name]
    path = path_of(operation)
    for parameter, schema in given_parameters(name).items():
        value = sample(parameter, operation, schema)
        call = ELSEWHERE.get((name, parameter), CALLS[name])
        given = {**call.given, **NEEDS.get(parameter, {})}
        given.pop(INSTEAD_OF.get(parameter, ""), None)
        received = await sent(call, path, {**given, argument_of(name, parameter): value})
        assert (received.method, received.path) == (operation.method, filled(operation.path, path))
        if operation.method == "POST":
            assert received.headers["content-type"] == "application/x-www-form-urlencoded"
        assert form_of(received)[parameter] == text_of(value)


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_is_sent_that_was_not_given(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation)
    received = await sent(call, path, call.given)
    assert (received.method, received.path) == (operation.method, filled(operation.path, path))
    sent_ones = form_of(received)
    fixed = {parameter: value for (of, parameter), value in FIXED.items() if of == name}
    assert fixed.items() <= sent_ones.items()
    arguments = {argument_of(name, parameter) for parameter in sent_ones.keys() - fixed.keys()}
    assert arguments == call.given.keys() - NOT_SENT


@pytest.mark.parametrize("name", [name for name in NAMES if "{AccountSid}" in OPERATIONS[name].path])
async def test_any_account_can_be_asked_for(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation) | {"AccountSid": "AC" + "c" * 32}
    received = await sent(call, path, {**call.given, "account_sid": path["AccountSid"]})
    assert received.path == filled(operation.path, path)


@pytest.mark.parametrize("name", NAMES)
async def test_every_value_of_an_enum_can_be_sent(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation)
    for parameter, schema in given_parameters(name).items():
        for value in operation.facts.merged(schema).get("enum", []):
            received = await sent(call, path, {**call.given, argument_of(name, parameter): value})
            assert form_of(received)[parameter] == value
