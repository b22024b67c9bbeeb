"""Every operation on addresses, accounts and compliance has its endpoint, every parameter its argument."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.models.base import OpenEnum
from twilio_numbers_async.paging import Pager
from twilio_numbers_async.resources.api_2010 import accounts as accounts_module
from twilio_numbers_async.resources.api_2010 import addresses as addresses_module
from twilio_numbers_async.resources.numbers_v2 import (
    bundle_contents,
    bundle_operations,
    end_users,
    regulations,
    supporting_documents,
)
from twilio_numbers_async.transport.endpoint import Endpoint, endpoints_of

from .schemas import Facts, Schema, accounts, addresses, compliance

ACCOUNT = "AC" + "a" * 32
# They come with a next page's address, which is followed word for word: no argument sends them.
PAGING = {"Page", "PageToken"}


class Call(NamedTuple):
    """The method that carries an operation out, what it takes of the path, and what it does not go without."""

    method: str
    positional: tuple[str, ...] = ()
    given: Mapping[str, Any] = {}


_ADDRESS = {
    "customer_name": "Example Ltd",
    "street": "1 Example Street",
    "city": "London",
    "region": "London",
    "postal_code": "N1 1AA",
    "iso_country": "GB",
}
_BUNDLE, _IN_BUNDLE = ("Sid",), ("BundleSid",)
CALLS: dict[str, Call] = {
    "CreateAddress": Call("addresses.create", (), _ADDRESS),
    "ListAddress": Call("addresses.list"),
    "FetchAddress": Call("addresses.fetch", ("Sid",)),
    "UpdateAddress": Call("addresses.update", ("Sid",), {"street": "1 Example Street"}),
    "DeleteAddress": Call("addresses.delete", ("Sid",)),
    "ListDependentPhoneNumber": Call("addresses.dependent_phone_numbers", ("AddressSid",)),
    "CreateAccount": Call("accounts.create"),
    "ListAccount": Call("accounts.list"),
    "FetchAccount": Call("accounts.fetch", ("Sid",)),
    "UpdateAccount": Call("accounts.update", ("Sid",), {"friendly_name": "text", "confirm": True}),
    "ListRegulation": Call("regulations.list"),
    "FetchRegulation": Call("regulations.fetch", ("Sid",)),
    "CreateEndUser": Call("end_users.create", (), {"friendly_name": "x", "type": "business"}),
    "ListEndUser": Call("end_users.list"),
    "FetchEndUser": Call("end_users.fetch", ("Sid",)),
    "UpdateEndUser": Call("end_users.update", ("Sid",), {"friendly_name": "text"}),
    "DeleteEndUser": Call("end_users.delete", ("Sid",)),
    "ListEndUserType": Call("end_user_types.list"),
    "FetchEndUserType": Call("end_user_types.fetch", ("Sid",)),
    "CreateSupportingDocument": Call(
        "supporting_documents.create", (), {"friendly_name": "x", "type": "passport"}
    ),
    "ListSupportingDocument": Call("supporting_documents.list"),
    "FetchSupportingDocument": Call("supporting_documents.fetch", ("Sid",)),
    "UpdateSupportingDocument": Call("supporting_documents.update", ("Sid",), {"friendly_name": "text"}),
    "DeleteSupportingDocument": Call("supporting_documents.delete", ("Sid",)),
    "ListSupportingDocumentType": Call("supporting_document_types.list"),
    "FetchSupportingDocumentType": Call("supporting_document_types.fetch", ("Sid",)),
    "CreateBundle": Call("bundles.create", (), {"friendly_name": "x", "email": "name@example.com"}),
    "ListBundle": Call("bundles.list"),
    "FetchBundle": Call("bundles.fetch", _BUNDLE),
    "UpdateBundle": Call("bundles.update", _BUNDLE, {"friendly_name": "text"}),
    "DeleteBundle": Call("bundles.delete", _BUNDLE),
    "CreateBundleClone": Call("bundles.clone", _IN_BUNDLE, {"target_account_sid": "AC" + "b" * 32}),
    "CreateBundleCopy": Call("bundles.copy", _IN_BUNDLE),
    "ListBundleCopy": Call("bundles.copies", _IN_BUNDLE),
    "CreateEvaluation": Call("bundles.evaluate", _IN_BUNDLE),
    "ListEvaluation": Call("bundles.evaluations", _IN_BUNDLE),
    "FetchEvaluation": Call("bundles.evaluation", (*_IN_BUNDLE, "Sid")),
    "CreateItemAssignment": Call("bundles.assign", _IN_BUNDLE, {"object_sid": "IT" + "b" * 32}),
    "ListItemAssignment": Call("bundles.items", _IN_BUNDLE),
    "FetchItemAssignment": Call("bundles.item", (*_IN_BUNDLE, "Sid")),
    "DeleteItemAssignment": Call("bundles.unassign", (*_IN_BUNDLE, "Sid")),
    "CreateReplaceItems": Call("bundles.replace_items", _IN_BUNDLE, {"from_bundle_sid": "BU" + "b" * 32}),
}
MODULES = (
    addresses_module,
    accounts_module,
    bundle_contents,
    bundle_operations,
    end_users,
    regulations,
    supporting_documents,
)
MOMENT = dt.datetime(2022, 11, 29, 23, 59, 59, tzinfo=dt.UTC)
ATTRIBUTES = {"business_name": "Example Ltd", "since": dt.date(2020, 1, 2)}
ARGUMENTS = {"ValidUntilDate<": "valid_until_before", "ValidUntilDate>": "valid_until_after"}
# What the specification calls text alone.
SAMPLES: dict[str, Any] = {
    "BundleSids": ["BU" + "b" * 32],
    "Email": "name@example.com",
    "IsoCountry": "GB",
    "NumberType": "toll-free",
    "ObjectSid": "RD" + "c" * 32,
    "StatusCallback": "https://example.com/bundles",
}


class Operation(NamedTuple):
    """One operation of a specification."""

    method: str
    path: str
    facts: Facts
    schema: Schema


def operations() -> dict[str, Operation]:
    """The operations of the three specifications by their ids."""
    return {
        operation["operationId"]: Operation(method.upper(), path, facts, operation)
        for facts in (addresses(), accounts(), compliance())
        for path, item in facts.document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "delete"}
    }


OPERATIONS = operations()


def endpoints() -> list[Endpoint[Any]]:
    return [endpoint for module in MODULES for endpoint in endpoints_of(vars(module))]


def arguments_of(operation: Operation) -> dict[str, Schema]:
    """The parameters that are no part of the path: query and form."""
    schema = operation.schema
    found = {each["name"]: each["schema"] for each in schema.get("parameters", []) if each["in"] == "query"}
    for content in schema.get("requestBody", {}).get("content", {}).values():
        found |= content["schema"].get("properties", {})
    return {name: each for name, each in found.items() if name not in PAGING}


def sample(name: str, operation: Operation, schema: Schema) -> Any:
    """A value that the specification allows, as a user gives it."""
    schema = operation.facts.merged(schema)
    if name in SAMPLES:
        return SAMPLES[name]
    if schema.get("format") == "date-time":
        return MOMENT
    if "pattern" in schema:
        prefix = re.match(r"\^([A-Z]{2})", schema["pattern"])
        assert prefix is not None
        return prefix[1] + "b" * 32
    if "enum" in schema:
        return schema["enum"][-1]
    return {"boolean": True, "integer": 7, "string": "text", None: ATTRIBUTES}[schema.get("type")]


def text_of(value: Any) -> str:
    """How a value is sent."""
    if isinstance(value, dict):
        return json.dumps(value, default=str, separators=(",", ":"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return "2022-11-29T23:59:59Z"
    return str(value[0] if isinstance(value, list) else value)  # pyright: ignore[reportUnknownArgumentType]


def argument_of(parameter: str) -> str:
    return ARGUMENTS.get(parameter) or re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).lower()


def path_of(operation: Operation) -> dict[str, str]:
    """A value for each parameter of the path."""
    parameters = operation.schema.get("parameters", [])
    found = {each["name"]: each["schema"] for each in parameters if each["in"] == "path"}
    return {name: str(sample(name, operation, schema)) for name, schema in found.items()}


def filled(template: str, path: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: path[match[1]], template)


Ask = Callable[[Call, Mapping[str, str], Mapping[str, Any]], Awaitable[Received]]


async def confirm(connection: Connection, received: Received) -> None:
    """Answer with the SIDs of the path, so that an order is confirmed."""
    sids = re.findall("[A-Z]{2}[0-9a-f]{32}", received.path) or ["AC" + "d" * 32]
    await json_reply({"sid": sids[-1], "bundle_sid": sids[0]})(connection, received)


@pytest.fixture
async def sent() -> AsyncGenerator[Ask]:
    """Makes a call and gives the one request that it is."""
    async with (
        raw_server(confirm) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):

        async def ask(call: Call, path: Mapping[str, str], arguments: Mapping[str, Any]) -> Received:
            server.received.clear()
            answer = attrgetter(call.method)(twilio)(*(path[name] for name in call.positional), **arguments)
            await (answer.collect() if isinstance(answer, Pager) else answer)
            *looked, received = server.received
            assert [each.method for each in looked] in (
                [],
                ["GET"],
            )  # a bundle is looked at before it is changed
            return received

        yield ask


def test_every_operation_has_its_endpoint_and_the_other_way_round() -> None:
    ours = {(each.operation, each.method, each.path, each.host) for each in endpoints()}
    upload = supporting_documents.UPLOAD
    ours.remove((upload.operation, upload.method, upload.path, "numbers-upload"))
    theirs = {
        (name, each.method, each.path, "numbers" if each.path.startswith("/v2/") else "api")
        for name, each in OPERATIONS.items()
    }
    assert ours == theirs
    assert CALLS.keys() == OPERATIONS.keys()
    assert len(OPERATIONS) == 42


def test_what_must_not_be_repeated_says_how_to_find_out() -> None:
    once = {each.operation for each in endpoints() if not each.idempotent}
    created = {name for name in OPERATIONS if name.startswith("Create")}
    assert once == created | {"UploadSupportingDocument", "UpdateBundle"}
    assert all(each.settled_by for each in endpoints() if not each.idempotent)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_every_parameter_has_its_argument(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation) | {"AccountSid": ACCOUNT}
    for parameter, schema in arguments_of(operation).items():
        value = sample(parameter, operation, schema)
        received = await sent(call, path, {**call.given, argument_of(parameter): value})
        assert (received.method, received.path) == (operation.method, filled(operation.path, path))
        if operation.method == "POST":
            assert received.headers["content-type"] == "application/x-www-form-urlencoded"
            form = received.body.decode()
        else:
            form = received.target.partition("?")[2]
        assert dict(parse_qsl(form, keep_blank_values=True))[parameter] == text_of(value)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_nothing_is_sent_that_was_not_given(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation) | {"AccountSid": ACCOUNT}
    received = await sent(call, path, call.given)
    assert (received.method, received.path) == (operation.method, filled(operation.path, path))
    form = received.body.decode() if operation.method == "POST" else received.target.partition("?")[2]
    given = {argument for argument in call.given if argument != "confirm"}
    assert {argument_of(parameter) for parameter in dict(parse_qsl(form))} == given


@pytest.mark.parametrize("name", [name for name in OPERATIONS if "{AccountSid}" in OPERATIONS[name].path])
async def test_addresses_are_asked_for_of_any_account(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation) | {"AccountSid": "AC" + "c" * 32}
    received = await sent(call, path, {**call.given, "account_sid": path["AccountSid"]})
    assert received.path == filled(operation.path, path)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_every_value_of_an_enum_can_be_sent(sent: Ask, name: str) -> None:
    operation, call = OPERATIONS[name], CALLS[name]
    path = path_of(operation) | {"AccountSid": ACCOUNT}
    for parameter, schema in arguments_of(operation).items():
        for value in operation.facts.merged(schema).get("enum", []):
            received = await sent(call, path, {**call.given, argument_of(parameter): value})
            form = received.body.decode() if operation.method == "POST" else received.target.partition("?")[2]
            assert dict(parse_qsl(form))[parameter] == value
            assert not isinstance(value, OpenEnum)
