"""A plain HTTP client that holds every answer of the sandbox against the specification."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self, cast
from urllib.parse import urlencode

import aiohttp
import jsonschema_rs
from yarl import URL

from twilio_numbers_async.sandbox import Sandbox

CONTRACT = Path(__file__).parents[1] / "contract"
FACTS = CONTRACT / "numbers_v1_facts.json"
FACTS_2010 = CONTRACT / "phone_numbers_2010_facts.json"

Json = dict[str, Any]

# The specification says "uri" of paths too.
FORMATS: dict[str, Callable[[str], bool]] = {"uri": lambda _: True}


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation, and the specification that has it."""

    spec: Json
    described: Json

    @property
    def is_2010(self) -> bool:
        return any(path.startswith("/2010-04-01/") for path in self.spec["paths"])

    @property
    def id(self) -> str:
        return cast("str", self.described["operationId"])

    @cache  # noqa: B019 - each lives as long as its specification
    def validator(self, status: int) -> jsonschema_rs.Validator | None:
        """The schema of its answers of a status; None for one without content."""
        described = self.described["responses"].get(str(status))
        assert described is not None, f"{self.id} does not answer {status}"
        if "content" not in described:
            return None
        schema = closed(described["content"]["application/json"]["schema"], self.spec)
        if self.is_2010:
            schema = with_strays(schema)
        return jsonschema_rs.Draft202012Validator(schema, FORMATS, validate_formats=True)


@cache
def operations(path: Path = FACTS) -> tuple[tuple[re.Pattern[str], str, Operation], ...]:
    """(path, method, operation), literal paths before those with parameters."""
    spec = cast("Json", json.loads(path.read_text()))
    found: list[tuple[re.Pattern[str], str, Operation]] = []
    for place, item in sorted(spec["paths"].items(), key=lambda entry: entry[0].count("{")):
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", place.replace(".", r"\.")))
        methods = (method for method in ("get", "post", "delete") if method in item)
        found += [(pattern, method.upper(), Operation(spec, item[method])) for method in methods]
    return tuple(found)


@cache
def every_operation() -> tuple[tuple[re.Pattern[str], str, Operation], ...]:
    """The same of all specifications."""
    return tuple(each for path in sorted(CONTRACT.glob("*_facts.json")) for each in operations(path))


def operation(method: str, path: str) -> Operation | None:
    """The specification's operation for a request."""
    known = every_operation()
    return next((op for pattern, verb, op in known if verb == method and pattern.fullmatch(path)), None)


def closed(schema: Json, spec: Json) -> Json:
    """An OpenAPI 3.0 schema as JSON Schema: nullable said in its way, and no property besides the named ones."""
    if "$ref" in schema:
        plain = closed(spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]], spec)
    else:
        plain = {key: value for key, value in schema.items() if key != "nullable"}
        if "items" in plain:
            plain["items"] = closed(plain["items"], spec)
        if "properties" in plain:
            plain["properties"] = {name: closed(value, spec) for name, value in plain["properties"].items()}
            plain["additionalProperties"] = False
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def with_strays(schema: Any) -> Any:
    """A closed schema of 2010-04-01 with what Twilio answers, and its own examples have, in spite of it."""
    if isinstance(schema, list):
        return [with_strays(each) for each in schema]  # pyright: ignore[reportUnknownVariableType] - it is JSON
    if not isinstance(schema, dict):
        return schema
    strayed: Json = {key: with_strays(value) for key, value in cast("Json", schema).items()}
    if "anyOf" in strayed and any("pattern" in each for each in strayed["anyOf"]):
        strayed["anyOf"].append({"const": ""})  # a SID that is not set
    properties = strayed.get("properties", {})
    for name in {"latitude", "longitude"} & properties.keys():
        properties[name] = {"type": ["string", "null"], "pattern": r"^-?\d+\.\d{6}$"}
    if "voice_url" in properties:
        properties["subresource_uris"] = {"type": "object"}
    return strayed


def conforms(operation: Operation, answer: Answer) -> None:
    """Fails for an answer that the specification does not describe."""
    validator = operation.validator(answer.status)
    if validator is None:
        assert answer.content == b""
        return
    validator.validate(answer.body)
    assert answer.headers["Content-Type"].startswith("application/json")


def is_twilio_error(answer: Answer) -> None:
    """Fails for anything but Twilio's error body."""
    body = answer.body
    assert set(body) == {"code", "message", "more_info", "status"}
    assert body["status"] == answer.status
    assert body["more_info"].endswith(f"/{body['code']}")


class Api:
    """Asks a sandbox as its own account, or with other headers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        auth: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | io.BytesIO | None = None,
        checked: bool = True,
    ) -> Answer:
        """One exchange. ``checked``: the answer must be one of the specification's, or Twilio's error."""
        authorization = basic(self.sandbox.account_sid, self.sandbox.auth_token) if auth is None else auth
        sent = {"Authorization": authorization} if authorization else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        sent |= headers or {}
        url = URL(self.sandbox.url + path, encoded=True)
        async with self.session.request(method, url, data=data, headers=sent) as response:
            answer = Answer(response.status, response.headers, await response.read())
        if checked:
            self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: Answer) -> None:
        assert re.fullmatch("RQ[0-9a-f]{32}", answer.headers["Twilio-Request-Id"])
        assert int(answer.headers["Twilio-Concurrent-Requests"]) >= 0
        assert float(answer.headers["Twilio-Request-Duration"]) >= 0
        described = operation(method, path.partition("?")[0])
        if answer.status < 400 and described is not None:
            conforms(described, answer)
        elif answer.status >= 400 and b"not_portable_reason_code" not in answer.content:
            is_twilio_error(answer)

    async def refused(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        status: int = 400,
        code: int = 70002,
        form: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> str:
        """The message of an answer that must be this error."""
        if form is None:
            answer = await self.ask(method, path, body, **rest)
        else:
            answer = await self.form(method, path, form, **rest)
        assert (answer.status, answer.body["code"]) == (status, code), answer.content
        return cast("str", answer.body["message"])

    async def form(self, method: str, path: str, fields: Mapping[str, str], **rest: Any) -> Answer:
        """One exchange with a form for its body."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask(method, path, data=urlencode(fields).encode(), headers=headers, **rest)

    async def portability(self, number: str, query: str = "", **rest: Any) -> Answer:
        return await self.ask("GET", f"/v1/Porting/Portability/PhoneNumber/{number}{query}", **rest)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it is so."""
    while not condition():  # noqa: ASYNC110 - the sandbox tells nobody
        await asyncio.sleep(0)


def basic(user: str, password: str) -> str:
    return aiohttp.encode_basic_auth(user, password)
