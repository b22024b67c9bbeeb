"""Structs as answers: with their advice, and with a schema on the OpenAPI page that the answers keep to."""

from __future__ import annotations

import json
from typing import Annotated, Any

import jsonschema_rs
import msgspec
import pytest
from fastapi import Depends, FastAPI
from fastapi.openapi.models import OpenAPI

import twilio_numbers_async
from tests.webhooks.serving import calling
from twilio_numbers_async import (
    Eligibility,
    Portability,
    PortIn,
    PortInPhoneNumber,
    PortInPhoneNumberResult,
    TwilioNumbers,
)
from twilio_numbers_async.models.base import Answer
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import PortingEvent, parse_event
from twilio_numbers_async.webhooks.starlette import StructResponse, get_twilio, lifespan, struct_answer


def validator_of(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.Draft202012Validator(schema)


PORTABLE = Portability(phone_number="+14155550100", portable=True)
NOT_PORTABLE = Portability(phone_number="+14155550175", portable=False, not_portable_reason_code=22132)
REJECTED = PortInPhoneNumberResult(phone_number="+14155550101", rejection_reason_code=22155)
FINE = PortInPhoneNumberResult(phone_number="+14155550102", portable=True)
EVENT = parse_event(
    b'{"status": "PortInTeleported", "port_date": "soon", "last_date_updated": "2024-05-14T13:49:17Z"}'
)


def written(content: object) -> Any:
    return json.loads(bytes(StructResponse(content).body))


def plain(struct: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(msgspec.json.encode(struct))
    return found


def test_advice_is_written() -> None:
    told = plain(NOT_PORTABLE) | {"advice": NOT_PORTABLE.advice}
    assert NOT_PORTABLE.advice
    assert written(NOT_PORTABLE) == told
    assert list(written(NOT_PORTABLE))[-1] == "advice"
    assert written({"checks": [PORTABLE, NOT_PORTABLE], "more": (NOT_PORTABLE,)}) == {
        "checks": [plain(PORTABLE) | {"advice": "Can be ported."}, told],
        "more": [told],
    }
    assert written(PortInPhoneNumber(rejection_reason_code=22155))["advice"] == REJECTED.advice


def test_advice_inside_a_struct_is_written_too() -> None:
    found = written(PortIn(port_in_request_sid="KW1", phone_numbers=[REJECTED, FINE]))
    assert [number["advice"] for number in found.pop("phone_numbers")] == [REJECTED.advice, None]
    assert "advice" not in found
    without = plain(PortIn(port_in_request_sid="KW1"))
    del without["phone_numbers"]
    assert found == without


@pytest.mark.parametrize(
    "content",
    [
        EVENT,
        [EVENT],
        {"a": EVENT},
        Eligibility(),
        None,
        1,
        "text",
        [1, 2.5, None],
        {"a": {"b": [True]}},
        [],
        {},
    ],
)
def test_what_has_no_advice_is_written_as_msgspec_does(content: object) -> None:
    assert bytes(StructResponse(content).body) == msgspec.json.encode(content)


class Renamed(msgspec.Struct, rename="camel", omit_defaults=True, tag="a", tag_field="kind"):
    first_name: str
    seldom_said: list[str] = []
    not_set: int | msgspec.UnsetType = msgspec.UNSET
    checked_by: Portability | None = None


class InARow(msgspec.Struct, array_like=True):
    name: str
    check: Portability


class WithAField(msgspec.Struct):
    advice: str


def test_how_a_struct_is_written_is_its_own_affair() -> None:
    told = plain(PORTABLE) | {"advice": PORTABLE.advice}
    assert written(Renamed("x", checked_by=PORTABLE)) == {"kind": "a", "firstName": "x", "checkedBy": told}
    assert written(Renamed("x", ["y"], 1)) == {
        "kind": "a",
        "firstName": "x",
        "seldomSaid": ["y"],
        "notSet": 1,
    }
    assert written(InARow("x", PORTABLE)) == ["x", told]
    assert written([WithAField("my own")]) == [{"advice": "my own"}]


def schema_of(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = struct_answer(kind)["content"]["application/json"]["schema"]
    return found


def test_every_answer_has_a_schema() -> None:
    kinds = [getattr(twilio_numbers_async.models, name) for name in dir(twilio_numbers_async.models)]
    answers = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Answer)]
    assert len(answers) > 30
    for kind in [*answers, PortingEvent, list[PortingEvent], dict[str, Portability], Portability | None]:
        schema = schema_of(kind)
        validator_of(schema)
        assert "$ref" not in json.dumps(schema)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Portability, NOT_PORTABLE),
        (list[Portability], [PORTABLE, NOT_PORTABLE]),
        (PortIn, PortIn(phone_numbers=[REJECTED, FINE])),
        (PortingEvent, EVENT),
    ],
)
def test_what_is_written_keeps_to_the_schema(kind: Any, content: object) -> None:
    validator = validator_of(schema_of(kind))
    validator.validate(written(content))
    assert not validator.is_valid(7)


def test_the_schema_tells_what_msgspec_does_not_know() -> None:
    schema = schema_of(Portability)
    assert (schema["title"], schema["required"]) == ("Portability", ["advice"])
    assert schema["properties"]["advice"] == {
        "type": "string",
        "description": "Advice on what to do now, in one sentence.",
    }
    kind = schema["properties"]["number_type"]["anyOf"][0]
    assert kind["anyOf"] == [
        {"type": "string", "enum": ["LOCAL", "UNKNOWN", "MOBILE", "TOLL-FREE"]},
        {"type": "string"},
    ]
    number = schema_of(PortIn)["properties"]["phone_numbers"]["anyOf"][0]["items"]
    assert number["properties"]["advice"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert number["properties"]["port_date"]["anyOf"][0] == {"type": "string", "format": "date-time"}


class Tree(msgspec.Struct):
    name: str
    branches: list[Tree] = []


class Unwritable(msgspec.Struct):
    error: Exception


def test_a_struct_that_holds_itself() -> None:
    schema = schema_of(Tree)
    validator_of(schema)
    assert schema["properties"]["branches"]["items"] == {"title": "Tree"}


def test_what_has_no_schema_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="Exception"):
        struct_answer(Unwritable)


app = FastAPI()
Twilio = Annotated[TwilioNumbers, Depends(get_twilio)]


@app.get("/portability/{number}", response_model=None, responses={200: struct_answer(Portability)})
async def check(number: str, twilio: Twilio) -> StructResponse:
    return StructResponse(await twilio.portability.fetch(number))


@app.get("/events", response_model=None, responses={200: struct_answer(list[PortingEvent], "What came")})
async def events() -> StructResponse:
    return StructResponse([EVENT])


async def test_the_openapi_page_shows_what_is_answered() -> None:
    async with (
        Sandbox() as sandbox,
        lifespan(sandbox.client())(app),
        calling(app) as (origin, session),
    ):
        async with session.get(f"{origin}/openapi.json") as response:
            document = await response.json()
        OpenAPI.model_validate(document)
        for path, called in (
            ("/portability/{number}", "/portability/+14155550175"),
            ("/portability/{number}", "/portability/+14155550100"),
            ("/events", "/events"),
        ):
            shown = document["paths"][path]["get"]["responses"]["200"]
            schema = shown["content"]["application/json"]["schema"]
            async with session.get(origin + called) as response:
                answer = await response.json()
            validator_of(schema).validate(answer)
            assert not validator_of(schema).is_valid({"advice": 1})
        assert shown["description"] == "What came"
        shown = document["paths"]["/portability/{number}"]["get"]["responses"]["200"]
        properties = shown["content"]["application/json"]["schema"]["properties"]
        assert {*Portability.__struct_fields__, "advice"} == {*properties}
