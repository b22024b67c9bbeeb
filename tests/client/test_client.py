"""The client as a whole: how it is built, opened and closed. What it sends is in resources/ and transport/."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server, reply, stall, when
from tests.transport.raw_client import (
    ACCOUNT,
    NUMBER,
    PORT_IN,
    SECRET,
    OpenGate,
    client,
    numbers,
    port_in_create,
    portable_reply,
    tasks_left,
)
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    ConfigurationError,
    ConnectError,
    NotFoundError,
    RequestTimeoutError,
    TransportError,
)
from twilio_numbers_async.gate import AdaptiveGate, FixedGate, RateGate
from twilio_numbers_async.transport.credentials import OAuthClientCredentials
from twilio_numbers_async.transport.retry import RetryPolicy

KEY = "SK" + "b" * 32
ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)
FINE = portable_reply()
AT_IMPORT_TIME = TwilioNumbers(ACCOUNT, SECRET, base_url="http://127.0.0.1:1")


async def host_of(make: Callable[..., TwilioNumbers], **options: Any) -> str:
    """The host that a client wants to reach, as its proxy is told."""
    async with raw_server(reply(b"", 407)) as proxy:
        async with make(proxy=proxy.url, retry=ONCE, **options) as twilio:
            with pytest.raises(ConnectError, match="407"):
                await twilio.portability.fetch(NUMBER)
        return proxy.received[0].target


def twilio_with(**options: Any) -> TwilioNumbers:
    return TwilioNumbers(ACCOUNT, SECRET, **options)


# ---- who asks


@pytest.mark.parametrize(
    "sid",
    ["", "AC", "AC" + "a" * 31, "AC" + "a" * 33, "AC" + "g" * 32, "SK" + "a" * 32, "ac" + "a" * 32, None, 5,
     b"AC" + b"a" * 32, "AC" + "a" * 32 + "\n", "AC" + "\u0661" * 32, " " + "AC" + "a" * 31],
)  # fmt: skip
def test_what_is_no_account_is_refused(sid: Any) -> None:
    with pytest.raises(ConfigurationError, match="account_sid must be a SID of 34 characters: AC"):
        TwilioNumbers(sid, SECRET)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({}, "Give one of"),
        ({"auth_token": SECRET, "api_key": KEY, "api_secret": SECRET}, "Give one of"),
        ({"auth_token": SECRET, "api_key": KEY}, "Give one of"),
        ({"auth_token": SECRET, "credentials": OAuthClientCredentials("a", "b")}, "Give one of"),
        (
            {"api_key": KEY, "api_secret": SECRET, "credentials": OAuthClientCredentials("a", "b")},
            "Give one of",
        ),
        ({"api_key": KEY}, "go together"),
        ({"api_secret": SECRET}, "go together"),
        ({"api_key": "", "api_secret": SECRET}, "go together"),
        ({"api_key": KEY, "api_secret": ""}, "go together"),
        ({"api_key": ACCOUNT, "api_secret": SECRET}, "api_key must be a SID of 34 characters: SK"),
        ({"api_key": "SK1", "api_secret": SECRET}, "api_key must be a SID of 34 characters: SK"),
        ({"auth_token": ""}, "auth_token is empty"),
        ({"auth_token": f"{SECRET}\n"}, "plain ASCII"),
        ({"credentials": SECRET}, "credentials must have"),
        ({"credentials": ("a", SECRET)}, "credentials must have"),
        ({"auth_token": 5}, "must be text"),
        ({"api_key": KEY, "api_secret": 5}, "must be text"),
    ],
)
def test_who_asks_must_be_clear(who: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        TwilioNumbers(ACCOUNT, **who)
    assert SECRET not in str(caught.value) + repr(caught.value)


# ---- from the environment


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith("TWILIO_"):
            monkeypatch.delenv(name)
    return monkeypatch


VARIABLES = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": SECRET,
    "TWILIO_API_KEY": KEY,
    "TWILIO_API_SECRET": "key-secret",
}
TOKEN = f"{ACCOUNT}:{SECRET}"
KEYED = f"{KEY}:key-secret"
OR_KEY = r"TWILIO_AUTH_TOKEN \(or TWILIO_API_KEY and TWILIO_API_SECRET\)"


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ("", f"Set TWILIO_ACCOUNT_SID and {OR_KEY} in the environment"),
        ("S", f"Set {OR_KEY} in the environment"),
        ("A", "Set TWILIO_ACCOUNT_SID in the environment"),
        ("K", "Set TWILIO_ACCOUNT_SID and TWILIO_API_SECRET in the environment"),
        ("C", f"Set TWILIO_ACCOUNT_SID and {OR_KEY} in the environment"),
        ("SA", TOKEN),
        ("SK", "Set TWILIO_API_SECRET in the environment"),
        ("SC", f"Set {OR_KEY} in the environment"),
        ("AK", "Set TWILIO_ACCOUNT_SID in the environment"),
        ("AC", "Set TWILIO_ACCOUNT_SID in the environment"),
        ("KC", "Set TWILIO_ACCOUNT_SID in the environment"),
        ("SAK", TOKEN),
        ("SAC", TOKEN),
        ("SKC", KEYED),
        ("AKC", "Set TWILIO_ACCOUNT_SID in the environment"),
        ("SAKC", KEYED),
    ],
)
async def test_each_combination_of_variables(
    environment: pytest.MonkeyPatch, names: str, outcome: str, empty: bool
) -> None:
    for letter, (name, value) in zip("SAKC", VARIABLES.items(), strict=True):
        if letter in names:
            environment.setenv(name, value)
        elif empty:
            environment.setenv(name, "")
    if outcome.startswith("Set"):
        with pytest.raises(ConfigurationError, match=f"^{outcome}$"):
            TwilioNumbers.from_env()
        return
    async with raw_server(FINE) as server, TwilioNumbers.from_env(base_url=server.url) as twilio:
        assert twilio.account_sid == ACCOUNT
        await twilio.portability.fetch(NUMBER)
        sent = server.received[0].headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent).decode() == outcome


async def test_credentials_that_are_given_go_with_the_account_of_the_environment(
    environment: pytest.MonkeyPatch,
) -> None:
    credentials = OAuthClientCredentials("a", "b")
    with pytest.raises(ConfigurationError, match=r"^Set TWILIO_ACCOUNT_SID"):
        TwilioNumbers.from_env(credentials=credentials)
    environment.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    environment.setenv("TWILIO_AUTH_TOKEN", SECRET)
    async with raw_server(json_reply({"access_token": "x"}), FINE) as server:
        async with TwilioNumbers.from_env(credentials=credentials, base_url=server.url) as twilio:
            await twilio.portability.fetch(NUMBER)
        assert server.received[1].headers["authorization"] == "Bearer x"


@pytest.mark.parametrize(
    ("variables", "options", "host"),
    [
        ({}, {}, "numbers.twilio.com:443"),
        ({"TWILIO_EDGE": "dublin"}, {}, "numbers.dublin.us1.twilio.com:443"),
        ({"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}, {}, "numbers.dublin.ie1.twilio.com:443"),
        (
            {"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"},
            {"edge": "tokyo"},
            "numbers.tokyo.us1.twilio.com:443",
        ),
        (
            {"TWILIO_EDGE": "dublin"},
            {"base_url": "https://gateway.example.com:8443"},
            "gateway.example.com:8443",
        ),
        (
            {"TWILIO_REGION": "ie1"},
            {"base_url": "https://gateway.example.com:8443"},
            "gateway.example.com:8443",
        ),
        (
            {"TWILIO_NUMBERS_BASE_URL": "https://gateway.example.com:8443", "TWILIO_EDGE": "dublin"},
            {},
            "gateway.example.com:8443",
        ),
        (
            {"TWILIO_NUMBERS_BASE_URL": "https://gateway.example.com:8443"},
            {"base_url": "https://other.example.com:8444"},
            "other.example.com:8444",
        ),
        (
            {"TWILIO_NUMBERS_BASE_URL": "https://gateway.example.com:8443"},
            {"edge": "tokyo"},
            "numbers.tokyo.us1.twilio.com:443",
        ),
        ({"TWILIO_NUMBERS_BASE_URL": ""}, {}, "numbers.twilio.com:443"),
        ({"TWILIO_NUMBERS_BASE_URL": "http://example.com"}, {}, "base_url is plain http on a host"),
        ({"TWILIO_REGION": "ie1"}, {}, "region needs an edge"),
        ({"TWILIO_EDGE": "dublin"}, {"region": "ie1"}, "region needs an edge"),
        ({"TWILIO_EDGE": "", "TWILIO_REGION": ""}, {}, "numbers.twilio.com:443"),
    ],
)
async def test_the_environment_says_where_it_is_asked(
    environment: pytest.MonkeyPatch, variables: dict[str, str], options: dict[str, Any], host: str
) -> None:
    for name, value in {**VARIABLES, **variables}.items():
        environment.setenv(name, value)
    if ":" in host:
        assert await host_of(TwilioNumbers.from_env, **options) == host
    else:
        with pytest.raises(ConfigurationError, match=host):
            TwilioNumbers.from_env(**options)


async def test_from_env_takes_the_other_keywords_and_makes_what_it_is_asked_on(
    environment: pytest.MonkeyPatch,
) -> None:
    class Mine(TwilioNumbers):
        pass

    for name, value in VARIABLES.items():
        environment.setenv(name, value)
    gate = OpenGate()
    async with (
        raw_server(stall) as server,
        Mine.from_env(base_url=server.url, timeout=0.05, retry=ONCE, concurrency=gate) as twilio,
    ):
        assert type(twilio) is Mine
        assert type(twilio.with_options(timeout=1.0)) is Mine
        assert twilio.gate is gate
        with pytest.raises(RequestTimeoutError, match=r"0\.05 s"):
            await twilio.portability.fetch(NUMBER)


async def test_edge_region_and_base_url() -> None:
    assert await host_of(twilio_with) == "numbers.twilio.com:443"
    assert await host_of(twilio_with, edge="sao-paulo") == "numbers.sao-paulo.us1.twilio.com:443"
    assert (
        await host_of(twilio_with, edge="sao-paulo", region="br1") == "numbers.sao-paulo.br1.twilio.com:443"
    )
    assert await host_of(twilio_with, base_url="https://gateway.example.com/x") == "gateway.example.com:443"
    with pytest.raises(ConfigurationError, match="allow_insecure"):
        twilio_with(base_url="http://gateway.example.com")
    twilio_with(base_url="http://gateway.example.com", allow_insecure=True)


# ---- options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": 0}, "timeout must be seconds"),
        ({"timeout": -1.0}, "timeout must be seconds"),
        ({"timeout": float("inf")}, "timeout must be seconds"),
        ({"timeout": float("nan")}, "timeout must be seconds"),
        ({"timeout": "30"}, "timeout must be seconds"),
        ({"timeout": None}, "timeout must be seconds"),
        ({"deadline": 0}, "deadline must be seconds"),
        ({"deadline": float("nan")}, "deadline must be seconds"),
        ({"retry": 3}, "retry must be a RetryPolicy"),
        ({"retry": None}, "retry must be a RetryPolicy"),
        ({"concurrency": 0}, "concurrency must be"),
        ({"concurrency": -5}, "concurrency must be"),
        ({"concurrency": True}, "concurrency must be"),
        ({"concurrency": 1.5}, "concurrency must be"),
        ({"concurrency": "5"}, "concurrency must be"),
        ({"proxy": "nonsense"}, "proxy must be"),
        ({"proxy": 5}, "proxy must be"),
        ({"timeout": True}, "timeout must be seconds"),
        ({"session": 5}, "session must be an aiohttp.ClientSession"),
        ({"on_response": 5}, "on_response must be a plain function"),
        ({"on_response": asyncio.sleep}, "on_response must be a plain function"),
        ({"cache": {}}, "cache must have get and set"),
        ({"runtime": 5}, "runtime must be a Runtime"),
    ],
)
def test_options_that_are_none_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        TwilioNumbers(ACCOUNT, SECRET, **options)


def test_each_client_has_a_gate_of_its_own_unless_it_is_given_one() -> None:
    one, other = TwilioNumbers(ACCOUNT, SECRET), TwilioNumbers(ACCOUNT, SECRET)
    assert type(one.gate) is AdaptiveGate
    assert one.gate is not other.gate
    fixed = TwilioNumbers(ACCOUNT, SECRET, concurrency=7).gate
    assert type(fixed) is FixedGate
    assert fixed.snapshot().limit == 7
    shared = RateGate(5.0)
    assert TwilioNumbers(ACCOUNT, SECRET, concurrency=shared).gate is shared


async def test_two_clients_share_a_gate() -> None:
    gate, full = FixedGate(3), asyncio.Event()

    async def together(connection: Connection, received: Received) -> None:
        if server.busy == 3:
            full.set()
        await full.wait()
        await FINE(connection, received)

    async with raw_server(together) as server:
        async with client(server.url, concurrency=gate) as one, client(server.url, concurrency=gate) as other:
            await asyncio.gather(
                *(one.portability.fetch(number) for number in numbers(30)),
                *(other.portability.fetch(number) for number in numbers(30)),
            )
        assert server.most_busy == 3
        assert len(server.received) == 60


# ---- open and closed


async def test_a_client_that_is_not_open_says_so_and_sends_nothing() -> None:
    async with raw_server(FINE) as server:
        twilio = client(server.url)
        calls = [
            twilio.portability.fetch(NUMBER),
            twilio.port_ins.cancel(PORT_IN),
            twilio.webhook_configuration.create(),
            twilio.port_ins.list().collect(),
            twilio.with_options(timeout=1.0).portability.fetch(NUMBER),
        ]
        for call in calls:
            with pytest.raises(ConfigurationError, match="not open"):
                await call
        assert server.connections == 0
        assert isinstance(twilio.gate, OpenGate)
        assert twilio.gate.held == 0


async def test_a_client_that_was_built_at_import_time_is_opened_later() -> None:
    async with AT_IMPORT_TIME as twilio:
        with pytest.raises(TransportError):
            await twilio.with_options(retry=RetryPolicy(max_attempts=1)).portability.fetch(NUMBER)


async def test_a_client_can_be_opened_again() -> None:
    async with raw_server(FINE) as server:
        twilio = client(server.url)
        view = twilio.with_options(timeout=5.0)
        for _ in range(3):
            async with twilio:
                await twilio.portability.fetch(NUMBER)
                await view.portability.fetch(NUMBER)
                await twilio.port_ins.create(port_in_create())
            await server.until(lambda server: not server.open)
        assert len(server.received) == 9
        assert server.connections == 6


async def test_opening_twice_is_an_error_and_closing_twice_is_none() -> None:
    async with raw_server(FINE) as server:
        twilio = client(server.url)
        await twilio.close()
        await twilio.open()
        with pytest.raises(ConfigurationError, match="open already"):
            await twilio.open()
        with pytest.raises(ConfigurationError, match="open already"):
            await twilio.with_options(timeout=1.0).open()
        await twilio.portability.fetch(NUMBER)
        await twilio.close()
        await twilio.close()
        with pytest.raises(ConfigurationError, match="not open"):
            await twilio.portability.fetch(NUMBER)


async def test_closing_at_once_from_two_tasks() -> None:
    async with raw_server(FINE) as server:
        twilio = client(server.url)
        await twilio.open()
        await twilio.portability.fetch(NUMBER)
        await asyncio.gather(twilio.close(), twilio.close())
        await server.until(lambda server: not server.open)


async def test_a_body_that_fails_closes_the_client_all_the_same() -> None:
    async with raw_server(FINE) as server:
        with pytest.raises(ZeroDivisionError):
            await fail_within(client(server.url))
        await server.until(lambda server: not server.open)


async def fail_within(twilio: TwilioNumbers) -> None:
    async with twilio:
        await twilio.portability.fetch(NUMBER)
        raise ZeroDivisionError


async def test_a_client_belongs_to_the_loop_that_it_was_opened_in() -> None:
    async with raw_server(FINE) as server, client(server.url) as twilio:
        await twilio.portability.fetch(NUMBER)

        async def elsewhere() -> None:
            with pytest.raises(ConfigurationError, match="another event loop"):
                await twilio.portability.fetch(NUMBER)

        await asyncio.to_thread(asyncio.run, elsewhere())
        await twilio.portability.fetch(NUMBER)
    assert len(server.received) == 2


def test_one_client_in_one_loop_after_the_other() -> None:
    twilio = TwilioNumbers(ACCOUNT, SECRET, base_url="http://127.0.0.1:1")

    async def main() -> None:
        async with raw_server(FINE) as server:
            view = client(server.url)
            async with view:
                await asyncio.gather(*(view.portability.fetch(number) for number in numbers(20)))
            async with twilio:
                with pytest.raises(TransportError):
                    await twilio.with_options(retry=RetryPolicy(max_attempts=1)).portability.fetch(NUMBER)

    asyncio.run(main())
    asyncio.run(main())


async def test_cancelling_the_whole_thing_leaves_nothing() -> None:
    before = tasks_left()
    async with raw_server(stall) as server:

        async def main() -> None:
            async with client(server.url) as twilio, asyncio.TaskGroup() as group:
                for number in numbers(20):
                    group.create_task(fetch(twilio, number))

        async def fetch(twilio: TwilioNumbers, number: str) -> None:
            await twilio.portability.fetch(number)

        task = asyncio.create_task(main())
        await server.until_received(20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.until(lambda server: not server.open)
    assert tasks_left() - before == set()


async def test_calls_for_the_same_number_at_once_share_a_request() -> None:
    async with raw_server(FINE) as server, client(server.url) as twilio:
        answers = await asyncio.gather(*(twilio.portability.fetch(NUMBER) for _ in range(10)))
        assert len(server.received) == 1
        assert all(answer == answers[0] for answer in answers)
        await twilio.portability.fetch(NUMBER)
        await asyncio.gather(
            twilio.portability.fetch(NUMBER), twilio.portability.fetch(NUMBER, target_account_sid=ACCOUNT)
        )
        assert len(server.received) == 4


async def test_the_others_go_on_when_the_one_who_asked_for_all_gives_up() -> None:
    async with raw_server(stall, FINE) as server, client(server.url) as twilio:
        calls = [asyncio.create_task(twilio.portability.fetch(NUMBER)) for _ in range(5)]
        await server.until_received(1)
        calls[0].cancel()
        answers = await asyncio.gather(*calls[1:])
        assert all(answer.portable for answer in answers)
        assert calls[0].cancelled()
        assert len(server.received) == 2


async def test_one_of_the_others_may_give_up_too() -> None:
    go = asyncio.Event()
    async with raw_server(when(go, FINE)) as server, client(server.url) as twilio:
        calls = [asyncio.create_task(twilio.portability.fetch(NUMBER)) for _ in range(5)]
        await server.until_received(1)
        calls[3].cancel()
        await asyncio.gather(calls[3], return_exceptions=True)
        go.set()
        answers = await asyncio.gather(*calls[:3], calls[4])
        assert all(answer.portable for answer in answers)
        assert len(server.received) == 1


async def test_a_shared_failure_is_an_error_of_ones_own() -> None:
    async with (
        raw_server(json_reply({"code": 1, "message": "No"}, 404)) as server,
        client(server.url) as twilio,
    ):
        errors = await asyncio.gather(
            *(twilio.portability.fetch(NUMBER) for _ in range(5)), return_exceptions=True
        )
        assert [type(error) for error in errors] == [NotFoundError] * 5
        assert len({id(error) for error in errors}) == 5
        assert len(server.received) == 1


def test_unknown_keywords_are_refused() -> None:
    with pytest.raises(TypeError):
        cast(Any, TwilioNumbers)(ACCOUNT, SECRET, retries=3)
