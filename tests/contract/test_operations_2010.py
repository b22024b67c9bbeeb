"""Every path and method of the 2010-04-01 specification has its endpoint, every parameter its argument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import Received, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.models.base import OpenEnum
from twilio_numbers_async.paging import Pager
from twilio_numbers_async.resources import assigned_add_ons, available_phone_numbers, incoming_phone_numbers
from twilio_numbers_async.resources.incoming_phone_number_options import option_parameters
from twilio_numbers_async.transport.endpoint import Endpoint, endpoints_of

from .schemas import Schema, v2010

ACCOUNT = "AC" + "a" * 32
# They come with a next page's address, which is followed word for word: no argument sends them.
PAGING = {"Page", "PageToken"}


class Call(NamedTuple):
    """The method that carries an operation out, and what it takes besides the parameter at hand."""

    method: str
    positional: tuple[str, ...] = ()
    given: Mapping[str, Any] = {}


def _calls() -> Iterator[tuple[str, Call]]:
    mine, stock, add_ons = (
        "incoming_phone_numbers",
        "available_phone_numbers",
        "incoming_phone_numbers.assigned_add_ons",
    )
    for name, kind in {"": None, "Local": "local", "Mobile": "mobile", "TollFree": "toll_free"}.items():
        yield f"ListIncomingPhoneNumber{name}", Call(f"{mine}.list", (), {"kind": kind})
        yield f"CreateIncomingPhoneNumber{name}", Call(f"{mine}.create", (), {"kind": kind})
    yield "FetchIncomingPhoneNumber", Call(f"{mine}.fetch", ("Sid",))
    yield "UpdateIncomingPhoneNumber", Call(f"{mine}.update", ("Sid",), {"voice_url": ""})
    yield "DeleteIncomingPhoneNumber", Call(f"{mine}.delete", ("Sid",))
    add_on = "IncomingPhoneNumberAssignedAddOn"
    yield f"List{add_on}", Call(f"{add_ons}.list", ("ResourceSid",))
    yield f"Create{add_on}", Call(f"{add_ons}.create", ("ResourceSid",))
    yield f"Fetch{add_on}", Call(f"{add_ons}.fetch", ("ResourceSid", "Sid"))
    yield f"Delete{add_on}", Call(f"{add_ons}.delete", ("ResourceSid", "Sid"))
    at = ("ResourceSid", "AssignedAddOnSid")
    yield f"List{add_on}Extension", Call(f"{add_ons}.list_extensions", at)
    yield f"Fetch{add_on}Extension", Call(f"{add_ons}.fetch_extension", (*at, "Sid"))
    yield "ListAvailablePhoneNumberCountry", Call(f"{stock}.countries")
    yield "FetchAvailablePhoneNumberCountry", Call(f"{stock}.country", ("CountryCode",))
    for name, kind in {
        "Local": "local",
        "Mobile": "mobile",
        "TollFree": "toll_free",
        "National": "national",
        "Voip": "voip",
        "SharedCost": "shared_cost",
        "MachineToMachine": "machine_to_machine",
    }.items():
        yield f"ListAvailablePhoneNumber{name}", Call(f"{stock}.search", ("CountryCode",), {"kind": kind})


CALLS = dict(_calls())
SAMPLES: dict[str, Any] = {
    "CountryCode": "US",
    "PhoneNumber": "+14155550100",
    "NearNumber": "+14155550100",
    "AreaCode": "415",
    "Contains": "415*",
    "NearLatLong": "37.8,-122.3",
}
# What a parameter does not go without, and what goes by another method.
NEEDS: dict[str, dict[str, Any]] = {"Distance": {"near_lat_long": "1,1"}}
ELSEWHERE = {("UpdateIncomingPhoneNumber", "AccountSid"): Call("incoming_phone_numbers.transfer", ("Sid",))}
ARGUMENTS = {"AccountSid": "to_account_sid"}


def operations() -> dict[str, tuple[str, str, Schema]]:
    """Method, path and operation by operation id."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, item in v2010().document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "delete"}
    }


def endpoints() -> list[Endpoint[Any]]:
    """All endpoints of the modules, those in tables by kind too."""
    found: list[Endpoint[Any]] = [*incoming_phone_numbers.LIST.values(), *incoming_phone_numbers.CSV.values()]
    found += [*incoming_phone_numbers.CREATE.values(), *available_phone_numbers.SEARCH.values()]
    for module in (incoming_phone_numbers, assigned_add_ons, available_phone_numbers):
        found += endpoints_of(vars(module))
    return found


def arguments_of(operation: Schema) -> dict[str, Schema]:
    """The parameters that are no part of the path: query and form."""
    found = {
        each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"
    }
    for content in operation.get("requestBody", {}).get("content", {}).values():
        found |= content["schema"]["properties"]
    return {name: schema for name, schema in found.items() if name not in PAGING}


def sample(name: str, schema: Schema) -> Any:
    """A value that the specification allows."""
    schema = v2010().merged(schema)
    if "pattern" in schema:
        prefix = re.match(r"\^([A-Z]{2})", schema["pattern"])
        assert prefix is not None
        return prefix[1] + "b" * 32
    if name in SAMPLES:
        return SAMPLES[name]
    if "enum" in schema:
        return schema["enum"][-1]
    return {"boolean": True, "integer": 7, "string": "text"}[schema["type"]]


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def path_of(operation: Schema) -> dict[str, str]:
    """A value for each parameter of the path."""
    found = {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == "path"}
    return {name: str(sample(name, schema)) for name, schema in found.items()} | {"AccountSid": ACCOUNT}


def filled(template: str, path: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: path[match[1]], template)


def required(name: str) -> dict[str, Any]:
    """What an operation does not go without."""
    if name == "CreateIncomingPhoneNumberAssignedAddOn":
        return {"installed_add_on_sid": "XE" + "b" * 32}
    return {"phone_number": "+14155550100"} if name.startswith("CreateIncoming") else {}


async def sent(call: Call, path: Mapping[str, str], arguments: Mapping[str, Any]) -> Received:
    """The one request that a call makes."""
    async with (
        raw_server(json_reply({"sid": path.get("Sid", "XX" + "0" * 32)})) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):
        answer = attrgetter(call.method)(twilio)(*(path[name] for name in call.positional), **arguments)
        await (answer.collect() if isinstance(answer, Pager) else answer)
    (received,) = server.received
    return received


def test_every_operation_has_its_endpoint_and_the_other_way_round() -> None:
    ours = {(each.operation, each.method, each.path) for each in endpoints() if each.result is not bytes}
    assert ours == {(name, method, path) for name, (method, path, _) in operations().items()}
    assert CALLS.keys() == operations().keys()


def test_the_csv_forms_are_those_of_the_listings() -> None:
    ours = {(each.operation, each.path) for each in endpoints() if each.result is bytes}
    listed = {name: path for name, (_, path, _) in operations().items()}
    names = [f"ListIncomingPhoneNumber{kind}" for kind in ("", "Local", "Mobile", "TollFree")]
    assert ours == {(name, listed[name].replace(".json", ".csv")) for name in names}


def test_only_what_may_be_repeated_is_idempotent() -> None:
    once = {each.operation for each in endpoints() if not each.idempotent}
    assert once == {name for name in operations() if name.startswith("Create")}
    assert all(each.settled_by for each in endpoints() if not each.idempotent)


@pytest.mark.parametrize("name", operations())
async def test_every_parameter_has_its_argument(name: str) -> None:
    method, template, operation = operations()[name]
    path = path_of(operation)
    for parameter, schema in arguments_of(operation).items():
        value = sample(parameter, schema)
        call = ELSEWHERE.get((name, parameter), CALLS[name])
        given = {**required(name), **call.given, **NEEDS.get(parameter, {})}
        if parameter == "AreaCode":
            given.pop("phone_number", None)
        received = await sent(call, path, given | {ARGUMENTS.get(parameter, snake(parameter)): value})
        assert (received.method, received.path) == (method, filled(template, path))
        form = received.body.decode() if method == "POST" else received.target.partition("?")[2]
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        assert dict(parse_qsl(form))[parameter] == text


@pytest.mark.parametrize("name", operations())
async def test_every_operation_asks_its_path_for_any_account(name: str) -> None:
    method, template, operation = operations()[name]
    path = path_of(operation)
    given = {**required(name), **CALLS[name].given}
    own = await sent(CALLS[name], path, given)
    assert (own.method, own.path) == (method, filled(template, path))
    other = "AC" + "c" * 32
    received = await sent(CALLS[name], path, given | {"account_sid": other})
    assert received.path == filled(template, path | {"AccountSid": other})


@pytest.mark.parametrize("name", operations())
def test_every_enum_of_a_parameter_is_known(name: str) -> None:
    for parameter, schema in arguments_of(operations()[name][2]).items():
        for value in v2010().merged(schema).get("enum", []):
            (sent_value,) = option_parameters({snake(parameter): value}).values()
            assert sent_value == value
            assert not isinstance(sent_value, OpenEnum)
