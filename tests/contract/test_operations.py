"""Every operation of the specifications has its endpoint and its method; Numbers v1 sends and reads what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import attrgetter
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import json_reply, raw_server, reply
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.transport.endpoint import Endpoint

from .operations import (
    ACCOUNT,
    CALLS,
    JSON_BODIES,
    OPERATIONS,
    PAGING,
    PHONE,
    UPLOADS,
    endpoints,
    filled,
    name_of,
    operations_of,
    path_of,
)

# POSTs that may be sent again: they ask, or set what is there.
HARMLESS = {
    "CreateEligibility",
    "CreatePortingWebhookConfiguration",
    "CreateSigningRequestConfiguration",
    "messaging.CreatePhoneNumber",
    "trunking.CreatePhoneNumber",
}
ONCE = {"UpdateBundle", "UpdateHostedNumberOrder"}
"""Operations that create nothing and must not be repeated either."""


def named(endpoint: Endpoint[Any]) -> str:
    return name_of(endpoint.host, endpoint.operation)


def test_every_operation_has_its_endpoint_and_the_other_way_round() -> None:
    """A CSV form has its listing's id."""
    ours = {
        (each.operation, each.method, each.host, each.path)
        for each in endpoints()
        if each.result is not bytes and each.operation not in UPLOADS
    }
    assert ours == {(each.id, each.method, each.host, each.path) for each in OPERATIONS.values()}


def test_every_operation_has_its_call() -> None:
    assert CALLS.keys() == OPERATIONS.keys()
    assert {named(each) for each in endpoints()} == OPERATIONS.keys() | UPLOADS.keys()


@pytest.mark.parametrize("name", CALLS | UPLOADS)
def test_every_call_is_a_method_of_the_client(name: str) -> None:
    twilio = TwilioNumbers(ACCOUNT, "token")
    assert callable(attrgetter((CALLS | UPLOADS)[name].method)(twilio))


def test_the_csv_forms_are_those_of_the_listings() -> None:
    ours = {(each.operation, each.path) for each in endpoints() if each.result is bytes}
    names = [f"ListIncomingPhoneNumber{kind}" for kind in ("", "Local", "Mobile", "TollFree")]
    assert ours == {(name, OPERATIONS[name].path.replace(".json", ".csv")) for name in names}


def test_what_must_not_be_repeated_says_how_to_find_out() -> None:
    once = {named(each) for each in endpoints() if not each.idempotent}
    created = {name for name, each in OPERATIONS.items() if each.id.startswith("Create")}
    assert once == created - HARMLESS | UPLOADS.keys() | ONCE
    assert all(each.settled_by for each in endpoints() if not each.idempotent)


@pytest.mark.parametrize("endpoint", endpoints(), ids=lambda endpoint: endpoint.path)
def test_only_a_post_must_not_be_repeated_and_what_answers_nothing_has_no_result(
    endpoint: Endpoint[Any],
) -> None:
    assert endpoint.idempotent or endpoint.method == "POST"
    if named(endpoint) in OPERATIONS:
        is_empty = "204" in OPERATIONS[named(endpoint)].schema["responses"]
        assert (endpoint.result is NoneType) == is_empty


# What is sent as JSON: Numbers v1, and the bulk orders of Numbers v2


def _of_this_number(document: Any) -> None:
    for row in document.get("results") or document.get("phone_numbers") or [document]:
        row["phone_number"] = PHONE
    if "account_sid" in document:
        document["account_sid"] = ACCOUNT


ASKED: dict[str, Callable[[Any], None]] = {
    "CreateEligibility": _of_this_number,
    "CreatePortingPortIn": _of_this_number,
    "FetchPortingPortability": _of_this_number,
}
"""The specification's examples answer other questions than the calls here ask: they are made to fit."""


@pytest.mark.parametrize("name", [*operations_of("numbers-v1", "caller-ids"), *JSON_BODIES])
async def test_a_method_sends_what_the_specification_says_and_reads_its_example(name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation)
    status, response = next(iter(operation.schema["responses"].items()))
    examples = response.get("content", {}).get("application/json", {}).get("examples", {})
    document: Any = next(iter(examples.values()))["value"] if examples else None
    if "meta" in (document or {}):
        document["meta"]["next_token"] = None
    if document is not None:
        ASKED.get(name, lambda document: None)(document)
    answer = json_reply(document, int(status)) if examples else reply(status=int(status))

    async with raw_server(answer) as server, TwilioNumbers(ACCOUNT, "token", base_url=server.url) as twilio:
        running: Any = attrgetter(call.method)(twilio)(
            *(path[each] for each in call.positional), **call.given
        )
        result = await (running.collect() if hasattr(running, "collect") else running)

    (request,) = server.received
    target, _, query = request.target.partition("?")
    assert (request.method, target) == (operation.method, filled(operation.path, path))

    parameters = operation.schema.get("parameters", [])
    known = {each["name"] for each in parameters if each["in"] == "query"}
    sent = [each for each, _ in parse_qsl(query, keep_blank_values=True)]
    assert sorted(sent) == sorted(known - PAGING)

    if operation.method == "POST":
        assert request.headers["content-type"] == "application/json"
        assert isinstance(json.loads(request.body), dict)
    else:
        assert request.body == b""
    assert (result is None) == (not examples)
