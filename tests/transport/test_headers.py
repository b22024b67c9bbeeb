"""Headers of a client's own, its User-Agent, and ``max_retries``."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.raw_server import json_reply, raw_server, reply
from twilio_numbers_async import (
    CallWait,
    GateChange,
    OAuthClientCredentials,
    RetryPolicy,
    TwilioNumbers,
    __version__,
)
from twilio_numbers_async.errors import ConfigurationError, ConnectError, ServerError, TwilioNumbersError
from twilio_numbers_async.sandbox import Sandbox

from .raw_client import ACCOUNT, NUMBER, PORT_IN, SECRET, client, port_in_create, portable, portable_reply

OWN = f"twilio-numbers-async/{__version__}"
EXTRA = {"X-Team": "numbers", "traceparent": "00-1-2-01"}
ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)


@pytest.mark.parametrize("session", ["own", "borrowed", "own, proxies allowed"])
@pytest.mark.parametrize("credentials", ["token", "oauth"])
async def test_they_go_with_every_request(session: str, credentials: str) -> None:
    given: dict[str, Any] = {"headers": EXTRA, "app_info": ("my-app", "1.2")}
    given["trust_env"] = session == "own, proxies allowed"
    async with Sandbox() as sandbox, aiohttp.ClientSession() as borrowed:
        if session == "borrowed":
            given["session"] = borrowed
        if credentials == "oauth":
            given["credentials"] = OAuthClientCredentials(sandbox.client_id, sandbox.client_secret)
        async with sandbox.client(**given) as twilio:
            await twilio.portability.fetch(NUMBER)
            await twilio.webhook_configuration.create()
            await twilio.documents.upload(b"%PDF-1.4", filename="bill.pdf")
            await twilio.incoming_phone_numbers.list().first()
            with pytest.raises(TwilioNumbersError):
                await twilio.port_ins.cancel(PORT_IN)
        assert len(sandbox.log) == 5 + (credentials == "oauth")
        for received in sandbox.log:
            sent = {name.lower(): value for name, value in received.headers.items()}
            assert sent["x-team"] == "numbers"
            assert sent["traceparent"] == EXTRA["traceparent"]
            assert sent["user-agent"] == f"{OWN} my-app/1.2"


async def test_a_purchase_over_a_connection_of_its_own_has_them_too() -> None:
    async with raw_server(json_reply({"sid": "PN" + "0" * 32, "phone_number": NUMBER}, 201)) as server:
        async with client(server.url, headers=EXTRA) as twilio:
            await twilio.incoming_phone_numbers.create(NUMBER)
        [received] = server.received
    assert received.headers["x-team"] == "numbers"
    assert received.headers["connection"] == "close"


@pytest.mark.parametrize("session", ["argument", "borrowed"])
async def test_a_proxy_is_not_told(session: str) -> None:
    async with raw_server(reply(b"", 407)) as proxy, aiohttp.ClientSession(proxy=proxy.url) as borrowed:
        given: dict[str, Any] = {"session": borrowed} if session == "borrowed" else {"proxy": proxy.url}
        async with TwilioNumbers(
            ACCOUNT, SECRET, headers=EXTRA, app_info="secret-app", retry=ONCE, **given
        ) as twilio:
            with pytest.raises(ConnectError, match="407"):
                await twilio.portability.fetch(NUMBER)
            with pytest.raises(ConnectError, match="407"):
                await twilio.port_ins.create(port_in_create())
        assert [received.method for received in proxy.received] == ["CONNECT", "CONNECT"]
        for received in proxy.received:
            assert not {"x-team", "traceparent"} & received.headers.keys()
            assert "secret-app" not in received.headers.get("user-agent", "")


async def test_a_redirect_is_not_told() -> None:
    async with raw_server(portable_reply()) as elsewhere:
        moved = reply(b"", 307, {"Location": f"{elsewhere.url}/there"})
        async with raw_server(moved) as server, client(server.url, headers=EXTRA) as twilio:
            with pytest.raises(TwilioNumbersError):
                await twilio.portability.fetch(NUMBER)
        assert server.received[0].headers["x-team"] == "numbers"
        assert elsewhere.received == []


async def test_they_are_the_ones_that_were_given() -> None:
    given = {"X-Team": "numbers"}
    async with raw_server(portable_reply()) as server:
        twilio = client(server.url, headers=given)
        given["X-Team"] = "changed"
        async with twilio:
            await twilio.with_options(timeout=5).portability.fetch(NUMBER)
        assert server.received[0].headers["x-team"] == "numbers"
        assert server.received[0].headers["user-agent"] == OWN


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([("X-A", "b")], "must be a mapping"),
        ("X-A: b", "must be a mapping"),
        ({"Authorization": SECRET}, "Authorization is the library's own"),
        ({"AUTHORIZATION": SECRET}, "AUTHORIZATION is the library's own"),
        ({"Proxy-Authorization": SECRET}, "is the library's own"),
        ({"Host": SECRET}, "Host is the library's own"),
        ({"content-type": SECRET}, "content-type is the library's own"),
        ({"Content-Length": "1"}, "is the library's own"),
        ({"Transfer-Encoding": "chunked"}, "is the library's own"),
        ({"Connection": "close"}, "is the library's own"),
        ({"Accept-Encoding": "br"}, "is the library's own"),
        ({"User-Agent": SECRET}, "app_info"),
        ({"X-A": SECRET + "\r\nX-B: c"}, "the value of X-A must be ASCII text"),
        ({"X-A": SECRET + "\0"}, "the value of X-A must be"),
        ({"X-A": SECRET + " "}, "without blanks around it"),
        ({"X-A": "ä"}, "the value of X-A must be"),
        ({"X-A": b"bytes"}, "the value of X-A must be"),
        ({"X-A": None}, "the value of X-A must be"),
        ({"X-A": 5}, "the value of X-A must be"),
        ({"X A": "b"}, "'X A' is no name of a header"),
        ({"X-A:": "b"}, "is no name of a header"),
        ({"": "b"}, "is no name of a header"),
        ({"X-A\r\nX-B": "b"}, "is no name of a header"),
        ({5: "b"}, "5 is no name of a header"),
        ({"X-A": "b", "x-a": "c"}, "x-a is there twice"),
    ],
)
def test_what_cannot_be_sent_is_refused(headers: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        TwilioNumbers(ACCOUNT, SECRET, headers=headers)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("app_info", "sent"),
    [
        (None, OWN),
        ("my-app", f"{OWN} my-app"),
        ("my-app/1.2", f"{OWN} my-app/1.2"),
        (("my-app", "1.2"), f"{OWN} my-app/1.2"),
        (("My App", "1.2+build"), f"{OWN} My-App/1.2+build"),
        (("my-app",), f"{OWN} my-app"),
    ],
)
async def test_the_user_agent_names_the_program(app_info: Any, sent: str) -> None:
    async with raw_server(portable_reply()) as server:
        async with client(server.url, app_info=app_info) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert server.received[0].headers["user-agent"] == sent


@pytest.mark.parametrize(
    "app_info",
    ["", " ", "a/", "/1", "a/1/2", "a/1 (x)", ("a/b",), "a\r\nX-B: c", "a\0", "ä", 5, b"a", (), ("a", ""),
     ("a", None), ("a", "1", "2"), ["a", "1"], ("a\n", "1"), ("a", "1 (x)")],
)  # fmt: skip
def test_what_is_no_product_is_refused(app_info: Any) -> None:
    with pytest.raises(ConfigurationError, match="app_info must be the name of a program"):
        TwilioNumbers(ACCOUNT, SECRET, app_info=app_info)


# ---- max_retries


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("where", ["client", "view"])
async def test_so_many_retries_are_one_request_more(retries: int, where: str) -> None:
    async with raw_server(reply(b"", 500)) as server:
        given: dict[str, Any] = {"max_retries": retries} if where == "client" else {}
        async with client(server.url, **given) as twilio:
            asked = twilio if where == "client" else twilio.with_options(max_retries=retries)
            with pytest.raises(ServerError) as caught:
                await asked.portability.fetch(NUMBER)
        assert caught.value.attempts == len(server.received) == retries + 1


async def test_a_view_keeps_the_rest_of_its_policy() -> None:
    patient = RetryPolicy(max_attempts=9, first_delay=0.5, jitter=0.0)
    async with raw_server(reply(b"", 500)) as server:
        events = list[CallWait | GateChange]()
        async with client(server.url, retry=patient, on_event=events.append) as twilio:
            with pytest.raises(ServerError):
                await twilio.with_options(max_retries=2).portability.fetch(NUMBER)
        assert [event.seconds for event in events if isinstance(event, CallWait)] == [0.5, 1.0]


@pytest.mark.parametrize("retries", [-1, True, False, 1.0, "3"])
def test_what_is_no_number_of_retries_is_refused(retries: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_retries must be a whole number, 0 or more"):
        TwilioNumbers(ACCOUNT, SECRET, max_retries=retries)
    with pytest.raises(ConfigurationError, match="max_retries must be a whole number, 0 or more"):
        TwilioNumbers(ACCOUNT, SECRET).with_options(max_retries=retries)


def test_two_ways_to_say_it_are_one_too_many() -> None:
    for policy in (RetryPolicy(), RetryPolicy(max_attempts=3)):
        with pytest.raises(ConfigurationError, match="Give max_retries or retry, not both"):
            TwilioNumbers(ACCOUNT, SECRET, max_retries=2, retry=policy)
        with pytest.raises(ConfigurationError, match="Give max_retries or retry, not both"):
            TwilioNumbers(ACCOUNT, SECRET).with_options(max_retries=2, retry=policy)


def test_the_environments_client_and_the_sandboxs_take_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", SECRET)
    twilio = TwilioNumbers.from_env(max_retries=0, headers=EXTRA, app_info="my-app")
    with pytest.raises(ConfigurationError, match="not both"):
        TwilioNumbers.from_env(max_retries=0, retry=RetryPolicy())
    assert portable()["phone_number"] == NUMBER
    assert repr(twilio).endswith("not opened yet>")
