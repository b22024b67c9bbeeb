"""Every operation of Numbers v1 has its endpoint and its method; every parameter of it is sent by an argument."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import json_reply, raw_server, reply
from twilio_numbers_async import (
    LosingCarrierInformation,
    PortInCreate,
    PortInCreatePhoneNumber,
    TwilioNumbers,
)
from twilio_numbers_async.resources import (
    eligibility,
    port_ins,
    portability,
    signing_request_configurations,
    webhook_configuration,
)
from twilio_numbers_async.transport.endpoint import Endpoint

from .schemas import FACTS_V1, Schema

MODULES = (eligibility, port_ins, portability, signing_request_configurations, webhook_configuration)
SPEC = json.loads(FACTS_V1.read_text())
ACCOUNT, ADDRESS, BULK, DOCUMENT, NUMBER, PORT_IN = (
    prefix + "a" * 32 for prefix in ("AC", "AD", "EC", "RD", "PU", "KW")
)
PHONE = "+14155550100"

# What a parameter's argument does not send, and why.
NOT_SENT = {
    (
        "ListSigningRequestConfiguration",
        "Page",
    ): "comes with the next page's URL, which is followed word for word",
    (
        "ListSigningRequestConfiguration",
        "PageToken",
    ): "comes with the next page's URL, followed word for word",
}

CREATE = PortInCreate(
    account_sid=ACCOUNT,
    documents=[DOCUMENT],
    phone_numbers=[PortInCreatePhoneNumber(phone_number=PHONE, pin="1234")],
    losing_carrier_information=LosingCarrierInformation(
        customer_name="Customer",
        authorized_representative="Representative",
        authorized_representative_email="signer@example.com",
        address_sid=ADDRESS,
    ),
)

Call = Callable[[TwilioNumbers], Awaitable[Any]]
CALLS: dict[str, tuple[Call, dict[str, str]]] = {
    "CreateBulkEligibility": (lambda t: t.bulk_eligibility.create([PHONE]), {}),
    "FetchBulkEligibility": (lambda t: t.bulk_eligibility.fetch(BULK), {"RequestId": BULK}),
    "CreateEligibility": (lambda t: t.eligibility.create([PHONE]), {}),
    "CreatePortingPortIn": (lambda t: t.port_ins.create(CREATE), {}),
    "DeletePortingPortIn": (lambda t: t.port_ins.cancel(PORT_IN), {"PortInRequestSid": PORT_IN}),
    "FetchPortingPortIn": (lambda t: t.port_ins.fetch(PORT_IN), {"PortInRequestSid": PORT_IN}),
    "ListPortInRequests": (
        lambda t: t.port_ins.list(
            status="Completed",
            sids=[PORT_IN],
            created_before=dt.date(2025, 5, 5),
            created_after=dt.datetime(2025, 1, 5, tzinfo=dt.UTC),
            page_size=20,
            after="0:TOKEN",
        ).collect(),
        {},
    ),
    "DeletePortingPortInPhoneNumber": (
        lambda t: t.port_in_phone_numbers.cancel(PORT_IN, NUMBER),
        {"PortInRequestSid": PORT_IN, "PhoneNumberSid": NUMBER},
    ),
    "FetchPortingPortInPhoneNumber": (
        lambda t: t.port_in_phone_numbers.fetch(PORT_IN, NUMBER),
        {"PortInRequestSid": PORT_IN, "PhoneNumberSid": NUMBER},
    ),
    "FetchPortingPortability": (
        lambda t: t.portability.fetch(PHONE, target_account_sid=ACCOUNT, address_sid=ADDRESS),
        {"PhoneNumber": PHONE},
    ),
    "CreatePortingWebhookConfiguration": (
        lambda t: t.webhook_configuration.create(port_in_target_url="https://example.com/in"),
        {},
    ),
    "FetchPortingWebhookConfigurationFetch": (lambda t: t.webhook_configuration.fetch(), {}),
    "DeletePortingWebhookConfigurationDelete": (
        lambda t: t.webhook_configuration.delete("PORT_IN"),
        {"WebhookType": "PORT_IN"},
    ),
    "CreateSigningRequestConfiguration": (
        lambda t: t.signing_request_configurations.create(product="Porting", country="US"),
        {},
    ),
    "ListSigningRequestConfiguration": (
        lambda t: t.signing_request_configurations.list(
            country="MX", product="Porting", page_size=50
        ).collect(),
        {},
    ),
}


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


def _operations() -> dict[str, tuple[str, str, Schema]]:
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, item in SPEC["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "delete"}
    }


OPERATIONS = _operations()
ENDPOINTS: dict[str, Endpoint[Any]] = {
    value.operation: value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Endpoint)
}


def test_the_specification_has_fifteen_operations_and_each_has_an_endpoint() -> None:
    assert len(OPERATIONS) == 15
    assert ENDPOINTS.keys() == OPERATIONS.keys() == CALLS.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_endpoint_is_what_the_specification_says(operation: str) -> None:
    method, path, details = OPERATIONS[operation]
    endpoint = ENDPOINTS[operation]
    assert (endpoint.method, endpoint.path, endpoint.host) == (method, path, "numbers")
    if "204" in details["responses"]:
        assert endpoint.result is NoneType
    if method in {"GET", "DELETE"}:
        assert endpoint.idempotent


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_method_sends_what_the_specification_says_and_reads_its_example(operation: str) -> None:
    method, path, details = OPERATIONS[operation]
    call, values = CALLS[operation]
    status, response = next(iter(details["responses"].items()))
    examples = response.get("content", {}).get("application/json", {}).get("examples", {})
    document: Any = next(iter(examples.values()))["value"] if examples else None
    if "meta" in (document or {}):
        document["meta"]["next_token"] = None
    if document is not None:
        ASKED.get(operation, lambda document: None)(document)
    answer = json_reply(document, int(status)) if examples else reply(status=int(status))

    async with raw_server(answer) as server, TwilioNumbers(ACCOUNT, "token", base_url=server.url) as twilio:
        result = await call(twilio)

    assert len(server.received) == 1
    request = server.received[0]
    target, _, query = request.target.partition("?")
    assert request.method == method
    assert target == re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)

    known = {each["name"] for each in details.get("parameters", []) if each["in"] == "query"}
    sent = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    assert len(sent) == len(set(sent))
    assert set(sent) == {name for name in known if (operation, name) not in NOT_SENT}

    if method == "POST":
        assert request.headers["content-type"] == "application/json"
        assert isinstance(json.loads(request.body), dict)
    else:
        assert request.body == b""
    assert (result is None) == (not examples)


def test_every_deviation_is_still_one() -> None:
    for operation, name in NOT_SENT:
        assert name in {each["name"] for each in OPERATIONS[operation][2]["parameters"]}
