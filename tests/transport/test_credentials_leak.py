"""The variables that an error tracker would see: of each frame of ours, of the error and of all that led to it."""

from __future__ import annotations

import base64
import ssl as ssl_module
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import aiohttp
import pytest

import twilio_numbers_async
from tests.raw_server import Reply, cut_after, drop, json_reply, raw_server, reply, stall, unused_url
from twilio_numbers_async import OAuthClientCredentials, RetryPolicy, TwilioNumbers
from twilio_numbers_async.errors import TwilioNumbersError

from .raw_client import ACCOUNT, FakeTime
from .test_proxy import CALLS, KEY, OwnCredentials

SECRET, PROXY_WORD, TOKEN = "s3cret", "proxy-w0rd", "t0ken-of-0auth"
SECRETS = [
    SECRET,
    PROXY_WORD,
    TOKEN,
    base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode(),
    base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    base64.b64encode(f"proxy:{PROXY_WORD}".encode()).decode(),
]
PACKAGE = str(Path(twilio_numbers_async.__file__).parent)

FAULTS: dict[str, Reply] = {
    "drop": drop,
    "stall": stall,
    "cut": cut_after(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "no HTTP": cut_after(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "401": json_reply({"code": 20003, "message": "Authenticate"}, 401),
    "500": json_reply({"message": "no"}, 500),
    "HTML": reply(b"<html>"),
    "redirect": reply(b"", 302, {"Location": "https://example.com/"}),
}
WHO: dict[str, Callable[[], dict[str, Any]]] = {
    "token": lambda: {"auth_token": SECRET},
    "key": lambda: {"api_key": KEY, "api_secret": SECRET},
    "oauth": lambda: {"credentials": OAuthClientCredentials("OQ" + "c" * 32, SECRET)},
    "own": lambda: {"credentials": OwnCredentials()},
}


def frames(error: BaseException | None, seen: set[int]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The frames of ours, of an error and of its causes, by the name of their function."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(PACKAGE):
            yield code.co_qualname, dict(trace.tb_frame.f_locals)
        trace = trace.tb_next
    yield from frames(error.__cause__, seen)
    yield from frames(error.__context__, seen)


def texts(value: object, depth: int = 5) -> Iterator[str]:
    """The texts that a tracker writes of a value: its repr, and the reprs of what is in it."""
    yield repr(value)
    if depth == 0:
        return
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            yield from texts(key, depth - 1)
            yield from texts(item, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in cast("list[object]", value):
            yield from texts(item, depth - 1)


def leaks(error: BaseException) -> list[str]:
    """The places where a secret can be read."""
    found = [f"{type(error).__name__} says" for secret in SECRETS if secret in f"{error!r} {error}"]
    for function, variables in frames(error, set()):
        for name, value in variables.items():
            for text in texts(value):
                found += [f"{function}: {name}" for secret in SECRETS if secret in text]
    return found


async def fail(twilio: TwilioNumbers, call: Callable[[TwilioNumbers], Awaitable[Any]]) -> BaseException:
    try:
        result = await call(twilio)
    except TwilioNumbersError as error:
        return error
    raise AssertionError(f"no error, but {result!r}")


async def sweep(twilio: TwilioNumbers) -> Any:
    async with twilio.portability.sweep(["+14155550100"]) as outcomes:
        async for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error


EVERY = {**CALLS, "sweep": sweep}
ONCE = RetryPolicy(max_attempts=2, max_refused_time=0.0)


@pytest.mark.parametrize("way", ["direct", "traced", "borrowed"])
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_frame_holds_a_secret(fault: str, who: str, way: str) -> None:
    token = json_reply({"access_token": TOKEN, "expires_in": 3600})

    async def answer(connection: Any, received: Any) -> None:
        await (token if received.path == "/v2/token" else FAULTS[fault])(connection, received)

    async with raw_server(answer) as server, aiohttp.ClientSession() as session:
        ways: dict[str, dict[str, Any]] = {
            "traced": {"trace_configs": [aiohttp.TraceConfig()]},
            "borrowed": {"session": session},
        }
        given = ways.get(way, {})
        timeout = 0.05 if fault == "stall" else 5.0
        async with TwilioNumbers(
            ACCOUNT, **WHO[who](), base_url=server.url, retry=ONCE, timeout=timeout, runtime=FakeTime().runtime,
            **given,
        ) as twilio:  # fmt: skip
            for name, call in EVERY.items():
                if fault in {"HTML", "redirect"} and name == "page":
                    continue
                assert leaks(await fail(twilio, call)) == [], name


@pytest.mark.parametrize("fault", [*FAULTS, "no token"])
async def test_no_frame_holds_the_clients_secret_when_there_is_no_token(fault: str) -> None:
    trouble = FAULTS.get(fault, json_reply({"expires_in": 1}))
    async with (
        raw_server(trouble) as server,
        TwilioNumbers(
            ACCOUNT,
            **WHO["oauth"](),
            base_url=server.url,
            retry=ONCE,
            timeout=0.2,
            runtime=FakeTime().runtime,
        ) as twilio,
    ):
        for name, call in EVERY.items():
            assert leaks(await fail(twilio, call)) == [], name


async def test_no_frame_holds_a_token_that_was_refused_and_not_renewed() -> None:
    asked = 0

    async def answer(connection: Any, received: Any) -> None:
        nonlocal asked
        if received.path != "/v2/token":
            await FAULTS["401"](connection, received)
        else:
            asked += 1
            first = json_reply({"access_token": TOKEN, "expires_in": 3600})
            await (first if asked == 1 else FAULTS["500"])(connection, received)

    async with (
        raw_server(answer) as server,
        TwilioNumbers(
            ACCOUNT, **WHO["oauth"](), base_url=server.url, retry=ONCE, runtime=FakeTime().runtime
        ) as twilio,
    ):
        assert leaks(await fail(twilio, EVERY["fetch"])) == []


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", ["407", "nobody listens", "drop"])
async def test_no_frame_holds_the_proxys_password(who: str, kind: str) -> None:
    async with raw_server(reply(b"", 407) if kind == "407" else drop) as server:
        url = await unused_url() if kind == "nobody listens" else server.url
        proxy = url.replace("http://", f"http://proxy:{PROXY_WORD}@")
        async with TwilioNumbers(
            ACCOUNT, **WHO[who](), proxy=proxy, retry=ONCE, runtime=FakeTime().runtime,
            ssl=ssl_module.create_default_context(),
        ) as twilio:  # fmt: skip
            for name, call in EVERY.items():
                error = await fail(twilio, call)
                assert leaks(error) == [], name
                assert error.__context__ is None


def test_the_test_finds_a_secret() -> None:
    """A secret that is planted in a frame is found."""

    def function() -> None:
        headers = {"Authorization": f"Bearer {SECRET}"}
        raise TwilioNumbersError(f"{len(headers)}")

    code = function.__code__.replace(co_filename=f"{PACKAGE}/x.py")
    with pytest.raises(TwilioNumbersError) as caught:
        exec(code, {"SECRET": SECRET, "TwilioNumbersError": TwilioNumbersError})
    assert leaks(caught.value)
