"""A proxy is told who may use it, and nothing of Twilio's."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.raw_server import RawServer, raw_server, reply
from twilio_numbers_async import OAuthClientCredentials, RetryPolicy, TwilioNumbers
from twilio_numbers_async.errors import ConfigurationError, ConnectError, TwilioNumbersError

from .raw_client import ACCOUNT, NUMBER, PORT_IN, SECRET, client, port_in_create

ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)
KEY = "SK" + "b" * 32
PROXY_HEADERS = {"host", "accept", "accept-encoding", "user-agent", "proxy-authorization"}


class OwnCredentials:
    """Credentials of the caller's own."""

    renewable = False

    def authorization(self, now: float) -> str | None:
        return f"Bearer {SECRET}"

    async def renew(self, *_: object) -> str:
        return f"Bearer {SECRET}"


CREDENTIALS: dict[str, Callable[[], dict[str, Any]]] = {
    "token": lambda: {"auth_token": SECRET},
    "key": lambda: {"api_key": KEY, "api_secret": SECRET},
    "oauth": lambda: {"credentials": OAuthClientCredentials("OQ" + "c" * 32, SECRET)},
    "own": lambda: {"credentials": OwnCredentials()},
}
CALLS: dict[str, Callable[[TwilioNumbers], Awaitable[Any]]] = {
    "fetch": lambda twilio: twilio.portability.fetch(NUMBER),
    "cancel": lambda twilio: twilio.port_ins.cancel(PORT_IN),
    "upsert": lambda twilio: twilio.webhook_configuration.create(),
    "create": lambda twilio: twilio.port_ins.create(port_in_create()),
    "buy": lambda twilio: twilio.incoming_phone_numbers.create(NUMBER),
    "upload": lambda twilio: twilio.documents.upload(b"%PDF-1.4", filename="bill.pdf"),
    "page": lambda twilio: twilio.port_ins.list().first(),
}


@asynccontextmanager
async def behind(
    proxy: RawServer, credentials: str, session: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[TwilioNumbers]:
    """A client of Twilio's own hosts behind a proxy, in one of the ways to say so."""
    given: dict[str, Any] = {"retry": ONCE, **CREDENTIALS[credentials]()}
    if session == "argument":
        given["proxy"] = proxy.url
    elif session == "environment":
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        given["trust_env"] = True
    async with aiohttp.ClientSession(proxy=proxy.url) as borrowed:
        if session == "borrowed":
            given["session"] = borrowed
        async with TwilioNumbers(ACCOUNT, **given) as twilio:
            yield twilio


@pytest.mark.parametrize("session", ["argument", "environment", "borrowed"])
@pytest.mark.parametrize("credentials", CREDENTIALS)
async def test_a_tunnel_is_asked_for_without_a_credential(
    credentials: str, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server(reply(b"", 407)) as proxy:
        async with behind(proxy, credentials, session, monkeypatch) as twilio:
            for call in CALLS.values():
                with pytest.raises(ConnectError, match="407"):
                    await call(twilio)
        hosts = {received.target for received in proxy.received}
        assert hosts == (
            {"oauth.twilio.com:443"}
            if credentials == "oauth"
            else {"numbers.twilio.com:443", "api.twilio.com:443", "numbers-upload.twilio.com:443"}
        )
        for received in proxy.received:
            assert received.method == "CONNECT"
            assert received.headers.keys() <= PROXY_HEADERS - {"proxy-authorization"}


async def test_the_proxys_own_password_goes_to_the_proxy() -> None:
    async with raw_server(reply(b"", 407)) as proxy:
        url = proxy.url.replace("http://", "http://proxy-user:proxy-word@")
        async with TwilioNumbers(ACCOUNT, SECRET, proxy=url, retry=ONCE) as twilio:
            for call in CALLS.values():
                with pytest.raises(ConnectError):
                    await call(twilio)
        expected = "Basic " + base64.b64encode(b"proxy-user:proxy-word").decode()
        assert {received.headers["proxy-authorization"] for received in proxy.received} == {expected}
        assert all(received.headers.keys() <= PROXY_HEADERS for received in proxy.received)


async def test_plain_http_goes_through_no_proxy_of_another_machine() -> None:
    """There is no tunnel for it: the proxy would read the credentials."""
    for call in CALLS.values():
        async with client("http://127.0.0.1:9", proxy="http://proxy.example.com:3128") as twilio:
            with pytest.raises(ConfigurationError, match="proxy on another machine"):
                await call(twilio)
    async with client("", base_url="http://127.0.0.1:9", proxy="http://proxy.invalid:1", allow_insecure=True,
                      retry=ONCE) as twilio:  # fmt: skip
        with pytest.raises(TwilioNumbersError) as caught:
            await twilio.portability.fetch(NUMBER)
        assert not isinstance(caught.value, ConfigurationError)
