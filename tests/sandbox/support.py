"""A plain HTTP client that holds every answer of the sandbox against the specification."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import aiohttp
from yarl import URL

from twilio_numbers_async.sandbox import Sandbox

FACTS = Path(__file__).parents[1] / "contract" / "numbers_v1_facts.json"

Json = dict[str, Any]

_jsonschema: Any = importlib.import_module("jsonschema")  # it comes without types


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@cache
def spec() -> Json:
    return cast("Json", json.loads(FACTS.read_text()))


@cache
def operations() -> tuple[tuple[re.Pattern[str], str, Json], ...]:
    """(path, method, operation), literal paths before those with parameters."""
    found: list[tuple[re.Pattern[str], str, Json]] = []
    for path, item in sorted(spec()["paths"].items(), key=lambda entry: "{" in entry[0]):
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        found += [
            (pattern, method.upper(), item[method]) for method in ("get", "post", "delete") if method in item
        ]
    return tuple(found)


def operation(method: str, path: str) -> Json | None:
    """The specification's operation for a request."""
    return next(
        (op for pattern, verb, op in operations() if verb == method and pattern.fullmatch(path)), None
    )


def closed(schema: Json) -> Json:
    """An OpenAPI 3.0 schema as JSON Schema: nullable said in its way, and no property besides the named ones."""
    if "$ref" in schema:
        plain = closed(spec()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    else:
        plain = {key: value for key, value in schema.items() if key != "nullable"}
        if "items" in plain:
            plain["items"] = closed(plain["items"])
        if "properties" in plain:
            plain["properties"] = {name: closed(value) for name, value in plain["properties"].items()}
            plain["additionalProperties"] = False
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def conforms(operation: Json, answer: Answer) -> None:
    """Fails for an answer that the specification does not describe."""
    described = operation["responses"].get(str(answer.status))
    assert described is not None, f"{operation['operationId']} does not answer {answer.status}"
    if "content" not in described:
        assert answer.content == b""
        return
    schema = closed(described["content"]["application/json"]["schema"])
    checker = _jsonschema.Draft202012Validator.FORMAT_CHECKER
    _jsonschema.Draft202012Validator(schema, format_checker=checker).validate(answer.body)
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
        data: bytes | None = None,
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
        **rest: Any,
    ) -> str:
        """The message of an answer that must be this error."""
        answer = await self.ask(method, path, body, **rest)
        assert (answer.status, answer.body["code"]) == (status, code), answer.content
        return cast("str", answer.body["message"])

    async def portability(self, number: str, query: str = "", **rest: Any) -> Answer:
        return await self.ask("GET", f"/v1/Porting/Portability/PhoneNumber/{number}{query}", **rest)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it is so."""
    while not condition():  # noqa: ASYNC110 - the sandbox tells nobody
        await asyncio.sleep(0)


def basic(user: str, password: str) -> str:
    return aiohttp.encode_basic_auth(user, password)
