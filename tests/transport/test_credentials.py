"""Credentials: basic, API key and OAuth, the last one over a socket too."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import (
    Connection,
    RawServer,
    Received,
    Reply,
    drop,
    json_reply,
    raw_server,
    reply,
    stall,
    unused_url,
    when,
)
from twilio_numbers_async import CallWait, GateChange
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.transport.client_state import Exchange
from twilio_numbers_async.transport.credentials import (
    BasicCredentials,
    Credentials,
    OAuthClientCredentials,
    Token,
    TokenRequest,
)
from twilio_numbers_async.transport.retry import RetryPolicy

from .raw_client import (
    ACCOUNT,
    NUMBER,
    PORT_IN,
    SECRET,
    SHORT,
    FakeTime,
    client,
    numbers,
    port_in_create,
    portable_reply,
    tasks_left,
)

CLIENT_ID, CLIENT_SECRET = "OQ" + "c" * 32, "client-s3cret"
WRONG = json_reply({"code": 20003, "message": "Authenticate"}, 401)


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def oauth(**options: Any) -> OAuthClientCredentials:
    return OAuthClientCredentials(CLIENT_ID, CLIENT_SECRET, **options)


class Tokens:
    """A server's script: it hands tokens out, counts them, and answers whoever has the last one."""

    def __init__(self, *, expires_in: object = 3600, token: Reply | None = None) -> None:
        self.expires_in = expires_in
        self.token = token
        self.issued = 0
        self.valid: str | None = None
        self.answer: Reply = portable_reply()

    async def __call__(self, connection: Connection, received: Received) -> None:
        if received.path == "/v2/token":
            self.issued += 1
            self.valid = f"token-{self.issued}"
            document = {"access_token": self.valid, "token_type": "Bearer", "expires_in": self.expires_in}
            await (self.token or json_reply(document))(connection, received)
        elif received.headers.get("authorization") == f"Bearer {self.valid}":
            await self.answer(connection, received)
        else:
            await WRONG(connection, received)


def asked_for_tokens(server: RawServer) -> list[Received]:
    return [received for received in server.received if received.path == "/v2/token"]


async def test_basic_credentials_are_sent_with_every_request() -> None:
    async with raw_server(portable_reply()) as server, client(server.url) as twilio:
        await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch(NUMBER)
    assert [each.headers["authorization"] for each in server.received] == [basic(ACCOUNT, SECRET)] * 2


async def test_an_api_key_signs_in_with_its_secret() -> None:
    key = "SK" + "b" * 32
    async with raw_server(portable_reply()) as server:
        async with TwilioNumbers(ACCOUNT, api_key=key, api_secret="x:y", base_url=server.url) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert server.received[0].headers["authorization"] == basic(key, "x:y")


async def test_wrong_basic_credentials_are_not_tried_again() -> None:
    async with raw_server(WRONG) as server, client(server.url) as twilio:
        with pytest.raises(AuthenticationError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert len(server.received) == 1
    assert caught.value.attempts == 1


@pytest.mark.parametrize("password", ["a\r\nHost: x", "a\n", "\u00e4", "\x00", "\x7f"])
def test_credentials_that_no_header_can_hold_are_refused(password: str) -> None:
    with pytest.raises(ConfigurationError, match="plain ASCII") as caught:
        BasicCredentials(ACCOUNT, password)
    assert password not in str(caught.value)


async def test_basic_credentials_have_nothing_to_renew() -> None:
    async def never(form: Mapping[str, str | None]) -> Any:
        raise AssertionError

    credentials = BasicCredentials(ACCOUNT, SECRET)
    assert not credentials.renewable
    assert await credentials.renew(never, lambda: 0.0, "old") == credentials.authorization(0.0)


@pytest.mark.parametrize("credentials", [BasicCredentials(ACCOUNT, SECRET), oauth()])
def test_no_repr_shows_a_secret(credentials: Credentials) -> None:
    assert isinstance(credentials, Credentials)
    assert "***" in repr(credentials)
    assert "s3cret" not in repr(credentials)


@pytest.mark.parametrize(("client_id", "client_secret"), [("", "x"), ("x", ""), ("", "")])
def test_oauth_needs_both(client_id: str, client_secret: str) -> None:
    with pytest.raises(ConfigurationError, match="client_id and a client_secret"):
        OAuthClientCredentials(client_id, client_secret)


async def test_a_token_is_fetched_once_and_used() -> None:
    async with (
        raw_server(Tokens()) as server,
        client(server.url, credentials=oauth(audience="a&b", scope=None)) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch(NUMBER)
    token, *calls = server.received
    assert (token.method, token.target) == ("POST", "/v2/token")
    assert token.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in token.headers
    assert dict(parse_qsl(token.body.decode())) == {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "audience": "a&b",
    }
    assert [call.headers["authorization"] for call in calls] == ["Bearer token-1"] * 2


async def test_one_token_for_a_hundred_waiting_calls() -> None:
    async with raw_server(Tokens()) as server, client(server.url, credentials=oauth()) as twilio:
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(100)))
        assert len(asked_for_tokens(server)) == 1
        assert len(server.received) == 101


async def test_one_new_token_for_a_hundred_calls_that_were_told_401() -> None:
    tokens = Tokens()
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        await twilio.portability.fetch(NUMBER)
        tokens.valid = "revoked"
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(100)))
        assert len(asked_for_tokens(server)) == 2


async def test_401_renews_once_and_not_twice() -> None:
    tokens = Tokens()
    tokens.answer = WRONG
    time = FakeTime()
    async with raw_server(tokens) as server, client(server.url, time, credentials=oauth()) as twilio:
        with pytest.raises(AuthenticationError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert [each.path == "/v2/token" for each in server.received] == [True, False, True, False]
    assert caught.value.attempts == 2
    assert sum(time.slept) == 0


async def test_a_refusal_after_the_renewal_is_another_matter() -> None:
    tokens = Tokens()
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        await twilio.portability.fetch(NUMBER)
        tokens.valid = "revoked"
        tokens.answer = json_reply({"code": 20403, "message": "Forbidden"}, 403)
        with pytest.raises(PermissionDeniedError):
            await twilio.portability.fetch(NUMBER)
        assert len(asked_for_tokens(server)) == 2


@pytest.mark.parametrize(
    ("expires_in", "margin", "still_good", "renewed"),
    [
        (3600, 60.0, 3539.0, 3541.0),
        (100, 60.0, 89.0, 91.0),
        ("1000", 60.0, 939.0, 941.0),
        (3600, 0.0, 3599.0, 3600.0),
    ],
)
async def test_a_token_is_renewed_ahead_of_its_end(
    expires_in: object, margin: float, still_good: float, renewed: float
) -> None:
    time = FakeTime()
    async with (
        raw_server(Tokens(expires_in=expires_in)) as server,
        client(server.url, time, credentials=oauth(margin=margin)) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        time.now = 1000.0 + still_good
        await twilio.portability.fetch(NUMBER)
        assert len(asked_for_tokens(server)) == 1
        time.now = 1000.0 + renewed
        await twilio.portability.fetch(NUMBER)
        assert len(asked_for_tokens(server)) == 2


@pytest.mark.parametrize("expires_in", [0, -5])
async def test_a_token_that_has_expired_already_is_used_for_those_who_wait(expires_in: int) -> None:
    async with (
        raw_server(Tokens(expires_in=expires_in)) as server,
        client(server.url, credentials=oauth()) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert len(asked_for_tokens(server)) == 2


async def test_a_waiter_that_is_cancelled_takes_the_token_from_nobody() -> None:
    go = asyncio.Event()
    tokens = Tokens()
    tokens.token = when(go, json_reply({"access_token": "token-1", "expires_in": 3600}))
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        calls = [asyncio.create_task(twilio.portability.fetch(number)) for number in numbers(10)]
        await server.until_received(1)
        calls[0].cancel()
        calls[5].cancel()
        go.set()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [
            index in {0, 5} for index in range(10)
        ]
        assert len(asked_for_tokens(server)) == 1


async def test_when_nobody_waits_for_the_token_any_more_nothing_is_left() -> None:
    tokens = Tokens(token=stall)
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        before = tasks_left()
        calls = [asyncio.create_task(twilio.portability.fetch(number)) for number in numbers(3)]
        await server.until_received(1)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        tokens.token = None
        assert (await twilio.portability.fetch(NUMBER)).portable, "a newcomer gets a token of its own"
        await server.until(lambda server: server.busy == 0)
        assert {task for task in tasks_left() - before if "raw_server" not in repr(task)} == set()


async def test_an_impatient_view_spoils_nothing_for_the_others() -> None:
    go = asyncio.Event()
    tokens = Tokens()
    tokens.token = when(go, json_reply({"access_token": "token-1", "expires_in": 3600}))
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        hasty = asyncio.create_task(twilio.with_options(deadline=SHORT).portability.fetch(NUMBER))
        await server.until_received(1)
        patient = asyncio.create_task(twilio.portability.fetch(NUMBER))
        with pytest.raises(RequestTimeoutError) as caught:
            await hasty
        assert not caught.value.may_have_been_processed
        go.set()
        assert (await patient).portable
        assert len(asked_for_tokens(server)) == 1


async def test_a_deadline_counts_the_wait_for_a_token_that_another_call_fetches() -> None:
    tokens = Tokens(token=stall)
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        patient = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        with pytest.raises(RequestTimeoutError) as caught:
            await twilio.with_options(deadline=0.05).port_ins.create(port_in_create())
        assert not caught.value.may_have_been_processed
        assert len(server.received) == 1
        patient.cancel()
        await asyncio.gather(patient, return_exceptions=True)


@pytest.mark.parametrize(
    ("token", "kind", "requests"),
    [
        (
            json_reply({"error": "invalid_client", "error_description": "No such client"}, 400),
            AuthenticationError,
            1,
        ),
        (json_reply({"code": 20003, "message": "No"}, 401), AuthenticationError, 1),
        (json_reply({"code": 20003, "message": "No"}, 403), PermissionDeniedError, 1),
        (json_reply({"token": "x"}), AuthenticationError, 1),
        (json_reply({"access_token": ""}), AuthenticationError, 1),
        (json_reply({"access_token": "a\r\nHost: evil.example"}), AuthenticationError, 1),
        (json_reply({"access_token": "\u00e4"}), AuthenticationError, 1),
        (json_reply({"access_token": None}), AuthenticationError, 1),
        (reply(b"<html>", 200, content_type="text/html"), AuthenticationError, 1),
        (reply(b"", 204), AuthenticationError, 1),
        (reply(b"", 503), ServerError, 4),
        (drop, TransportError, 4),
    ],
)
async def test_a_token_endpoint_that_fails_fails_the_call_and_once_only(
    token: Reply, kind: type[Exception], requests: int
) -> None:
    async with raw_server(Tokens(token=token)) as server, client(server.url, credentials=oauth()) as twilio:
        with pytest.raises(kind) as caught:
            await twilio.portability.fetch(NUMBER)
        assert len(server.received) == requests
        assert "s3cret" not in str(caught.value) + repr(caught.value)
        error: Any = caught.value
        assert (error.method, error.route, error.attempts) == ("POST", "/v2/token", requests)


async def test_a_failing_token_fails_each_waiting_call_with_an_error_of_its_own() -> None:
    async with (
        raw_server(Tokens(token=drop)) as server,
        client(server.url, credentials=oauth(), retry=RetryPolicy(max_attempts=1)) as twilio,
    ):
        errors = await asyncio.gather(
            *(twilio.portability.fetch(number) for number in numbers(20)), return_exceptions=True
        )
    assert all(isinstance(error, TransportError) for error in errors)
    assert len({id(error) for error in errors}) == 20
    assert len(server.received) == 1


@pytest.mark.parametrize("token", [drop, stall, reply(b"", 503)])
async def test_what_was_never_sent_for_want_of_a_token_was_not_processed(token: Reply) -> None:
    async with (
        raw_server(Tokens(token=token)) as server,
        client(server.url, credentials=oauth(), timeout=SHORT, retry=RetryPolicy(max_attempts=1)) as twilio,
    ):
        with pytest.raises((TransportError, ServerError)) as caught:
            await twilio.port_ins.create(port_in_create())
    assert len(server.received) == 1
    assert getattr(caught.value, "may_have_been_processed", False) is False
    assert "may have been" not in str(caught.value)


async def test_a_token_that_was_refused_is_asked_for_again_when_twilio_says_so() -> None:
    time = FakeTime()
    tokens = Tokens(token=json_reply({"code": 20429, "message": "Too many"}, 429, {"Retry-After": "3"}))
    told: list[CallWait | GateChange] = []

    async def refused_twice(connection: Connection, received: Received) -> None:
        if tokens.issued == 2:
            tokens.token = None
        await tokens(connection, received)

    policy = RetryPolicy(max_attempts=1, jitter=0.0)
    async with (
        raw_server(refused_twice) as server,
        client(server.url, time, credentials=oauth(), retry=policy, on_event=told.append) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert len(asked_for_tokens(server)) == 3
    assert time.slept == [3.0, 3.0]
    assert [(wait.attempt, wait.status) for wait in told if isinstance(wait, CallWait)] == [
        (1, 429),
        (2, 429),
    ]


async def test_a_token_that_stays_refused_ends_with_the_time_that_the_policy_gives() -> None:
    time = FakeTime()
    refused = json_reply({"code": 20429, "message": "Too many"}, 429, {"Retry-After": "4"})
    policy = RetryPolicy(jitter=0.0, max_refused_time=10.0)
    async with (
        raw_server(Tokens(token=refused)) as server,
        client(server.url, time, credentials=oauth(), retry=policy) as twilio,
    ):
        with pytest.raises(RateLimitError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert caught.value.attempts == len(server.received) == 3
    assert time.slept == [4.0, 4.0]


async def test_a_token_that_fails_tells_nothing_about_a_deletion() -> None:
    """A 404 after a failed token is a 404: nothing was asked to be deleted before it."""
    tokens = Tokens(token=reply(b"", 503))
    tokens.answer = json_reply({"code": 20404, "message": "Not found"}, 404)
    async with raw_server(tokens) as server, client(server.url, credentials=oauth()) as twilio:
        with pytest.raises(ServerError):
            await twilio.port_ins.cancel(PORT_IN)
        assert all(each.method == "POST" for each in server.received)


async def test_nobody_listens_at_the_token_endpoint() -> None:
    async with client(await unused_url(), credentials=oauth()) as twilio:
        with pytest.raises(ConnectError) as caught:
            await twilio.port_ins.create(port_in_create())
    assert not caught.value.may_have_been_processed


async def test_the_hook_sees_the_token_requests_too() -> None:
    seen: list[Exchange] = []
    async with (
        raw_server(Tokens()) as server,
        client(server.url, credentials=oauth(), on_response=seen.append) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert [(each.operation, each.status) for each in seen] == [
        ("CreateToken", 200),
        ("FetchPortingPortability", 200),
    ]
    assert "s3cret" not in repr(seen)


class Changing:
    """Credentials of somebody's own: not renewable on a 401, but not there at first either."""

    renewable = False

    def __init__(self) -> None:
        self.header: str | None = None

    def authorization(self, now: float) -> str | None:
        return self.header

    async def renew(self, request: TokenRequest, now: Callable[[], float], rejected: str | None) -> str:
        self.header = "Bearer first"
        return self.header


async def test_credentials_of_ones_own() -> None:
    own = Changing()
    async with raw_server(portable_reply()) as server, client(server.url, credentials=own) as twilio:
        await twilio.portability.fetch(NUMBER)
        own.header = "Bearer second"
        await twilio.portability.fetch(NUMBER)
    assert [each.headers["authorization"] for each in server.received] == ["Bearer first", "Bearer second"]


async def test_one_credentials_object_in_one_loop_after_the_other() -> None:
    credentials = oauth()

    async def main() -> None:
        async with (
            raw_server(Tokens(expires_in=0)) as server,
            client(server.url, credentials=credentials) as twilio,
        ):
            await twilio.portability.fetch(NUMBER)

    await asyncio.to_thread(asyncio.run, main())
    await main()


async def test_a_renewal_of_a_loop_that_died_holds_up_nobody() -> None:
    credentials = oauth()

    async def dies() -> None:
        async with raw_server(stall) as server, client(server.url, credentials=credentials) as twilio:
            call = asyncio.create_task(twilio.portability.fetch(NUMBER))
            await server.until_received(1)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    await asyncio.to_thread(asyncio.run, dies())
    async with raw_server(Tokens()) as server, client(server.url, credentials=credentials) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable


async def test_who_comes_late_with_an_old_header_gets_the_new_one() -> None:
    """Of two calls that were told 401, the second hears of it when the first has a new token already."""
    issued = 0

    async def request(form: Mapping[str, str | None]) -> Token:
        nonlocal issued
        issued += 1
        return Token(access_token=f"token-{issued}")

    credentials = oauth()
    old = await credentials.renew(request, lambda: 0.0, None)
    new = await credentials.renew(request, lambda: 0.0, old)
    assert await credentials.renew(request, lambda: 0.0, old) == new == "Bearer token-2"
    assert await credentials.renew(request, lambda: 0.0, new) == "Bearer token-3"


def test_the_form_is_what_is_documented() -> None:
    forms: list[Mapping[str, str | None]] = []

    async def main() -> None:
        async def request(form: Mapping[str, str | None]) -> Any:
            forms.append(form)
            raise AuthenticationError("no", status=401)

        with pytest.raises(AuthenticationError):
            await oauth(scope="s").renew(request, lambda: 0.0, None)

    asyncio.run(main())
    assert json.loads(json.dumps(forms))[0]["scope"] == "s"


@dataclass
class Pauses(FakeTime):
    """The second pause of a call lasts until it is let go."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if len(self.slept) == 2:
            self.reached.set()
            await self.go_on.wait()


async def test_a_client_that_closes_while_there_is_no_token_leaves_the_call_unclear() -> None:
    """A deletion has failed with 500, the next try with 401, and then the new token with 503."""
    time = Pauses()
    token = json_reply({"access_token": "token-1", "expires_in": 3600})
    script = token, json_reply({}, 500), WRONG, json_reply({}, 503)
    async with raw_server(*script) as server, client(server.url, time, credentials=oauth()) as twilio:
        call = asyncio.ensure_future(twilio.port_ins.cancel(PORT_IN))
        await time.reached.wait()
        await twilio.close()
        time.go_on.set()
        with pytest.raises(TransportError) as caught:
            await call
        assert len(server.received) == 4
    assert caught.value.may_have_been_processed
    assert not tasks_left()


class Odd:
    """Credentials of the caller's own that give what is no header."""

    renewable = True

    def __init__(self, first: Any, renewed: Any) -> None:
        self.first = first
        self.renewed = renewed

    def authorization(self, now: float) -> Any:
        return self.first

    async def renew(self, request: Any, now: Any, rejected: str | None) -> Any:
        return self.renewed


@pytest.mark.parametrize(
    ("first", "renewed", "words"),
    [
        (None, None, r"Odd\.renew must give .* 'Bearer \.\.\.', and gave NoneType"),
        (None, b"Bearer x", r"Odd\.renew must give .* gave bytes"),
        (None, "", r"Odd\.renew must give .* gave a text that is no header"),
        (None, f"Bearer {SECRET}\r\n", r"Odd\.renew must give .* gave a text that is no header"),
        (5, "Bearer x", r"Odd\.authorization must give .* or None, and gave int"),
        (f"Bearer {SECRET}\n", "Bearer x", r"Odd\.authorization must give .* gave a text that is no header"),
    ],
)
async def test_credentials_that_give_no_header_are_named(first: Any, renewed: Any, words: str) -> None:
    async with raw_server(portable_reply()) as server:
        async with client(server.url, credentials=Odd(first, renewed)) as twilio:
            with pytest.raises(ConfigurationError, match=words) as caught:
                await twilio.portability.fetch(NUMBER)
        assert server.received == []
    assert SECRET not in str(caught.value)
    frame = caught.value.__traceback__
    while frame is not None:
        if "twilio_numbers_async" in Path(frame.tb_frame.f_code.co_filename).parts:
            assert SECRET not in repr({**frame.tb_frame.f_locals, "server": None})
        frame = frame.tb_next


async def test_a_renewal_without_a_header_after_401_is_named_too() -> None:
    async with (
        raw_server(reply(b"{}", 401)) as server,
        client(server.url, credentials=Odd("Bearer x", None)) as twilio,
    ):
        with pytest.raises(ConfigurationError, match=r"Odd\.renew must give"):
            await twilio.portability.fetch(NUMBER)
        assert len(server.received) == 1
