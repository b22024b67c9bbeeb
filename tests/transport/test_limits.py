"""The limits that a caller sets: the size of a body, the time of a call; and those of the process."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.raw_server import Connection, Received, Reply, json_reply, raw_server, reply, stall, when
from twilio_numbers_async import (
    AdaptiveGate,
    FixedGate,
    OAuthClientCredentials,
    RetryPolicy,
    TwilioNumbers,
)
from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
)

from .raw_client import ACCOUNT, NUMBER, SHORT, FakeTime, client, numbers, portable_reply

YES = portable_reply()
MIB = 1 << 20


def packed(size: int, status: int = 200) -> Reply:
    """So many bytes of JSON, packed a thousand to one."""
    body = b'{"portable": true, "x": "' + b"y" * size + b'"}'
    return reply(gzip.compress(body), status, {"Content-Encoding": "gzip"})


def plain(size: int, status: int = 200) -> Reply:
    return json_reply({"portable": True, "x": "y" * size}, status)


# ---- the body


@pytest.mark.parametrize("body", [packed, plain])
async def test_a_body_beyond_the_limit_is_an_error_and_closes_the_connection(
    body: Callable[[int], Reply],
) -> None:
    async with raw_server(body(MIB), YES) as server, client(server.url, max_body=MIB) as twilio:
        with pytest.raises(TransportError, match="larger than max_body") as caught:
            await twilio.portability.fetch(NUMBER)
        assert not caught.value.is_transient
        assert caught.value.may_have_been_processed
        assert len(server.received) == 1, "asking again would bring as much"
        await server.until(lambda server: not server.open)
        assert (await twilio.portability.fetch(NUMBER)).portable


@pytest.mark.parametrize("body", [packed, plain])
async def test_a_body_within_the_limit_is_read(body: Callable[[int], Reply]) -> None:
    async with raw_server(body(MIB)) as server, client(server.url) as twilio:
        assert (await twilio.with_options(max_body=2 * MIB).portability.fetch(NUMBER)).portable
        assert (await twilio.with_options(max_body=None).portability.fetch(NUMBER)).portable
        with pytest.raises(TransportError, match="max_body"):
            await twilio.with_options(max_body=1000).portability.fetch(NUMBER)


@pytest.mark.parametrize(("status", "error"), [(502, ServerError), (429, RateLimitError), (404, ApiError)])
async def test_the_body_of_an_error_has_the_limit_too(status: int, error: type[ApiError]) -> None:
    async with raw_server(packed(MIB, status)) as server, client(server.url, max_body=MIB) as twilio:
        with pytest.raises(error, match="larger than max_body") as caught:
            await twilio.portability.fetch(NUMBER)
        assert caught.value.status == status
    assert len(server.received) == 1


async def test_the_body_of_a_token_has_the_limit_too() -> None:
    async with raw_server(packed(MIB)) as server:
        oauth = OAuthClientCredentials("OQ" + "c" * 32, "secret")
        async with client(server.url, credentials=oauth, max_body=MIB) as twilio:
            with pytest.raises((TransportError, AuthenticationError)) as caught:
                await twilio.portability.fetch(NUMBER)
            assert not caught.value.may_have_been_processed
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [200, 502])
async def test_a_body_that_unpacks_to_a_thousand_times_its_size_costs_little(status: int) -> None:
    async with (
        raw_server(packed(100 * MIB, status)) as server,
        client(server.url, max_body=4 * MIB) as twilio,
    ):
        tracemalloc.start()
        try:
            with pytest.raises((TransportError, ServerError)):
                await twilio.portability.fetch(NUMBER)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 16 * MIB, f"{peak / MIB:.0f} MiB"


@pytest.mark.parametrize("bad", [0, -1, 1.5, "1", True])
def test_a_size_that_is_none_is_refused(bad: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_body"):
        client("http://127.0.0.1:1", max_body=bad)


# ---- the deadline


def refused(retry_after: str) -> Reply:
    return json_reply({"code": 20429, "message": "Too many"}, 429, {"Retry-After": retry_after})


async def test_a_deadline_shorter_than_the_gates_pause_fails_at_once() -> None:
    """The pause after somebody else's refusal is part of the call's time."""
    time = FakeTime()
    gate = AdaptiveGate(clock=time.clock)
    async with (
        raw_server(refused("3600"), YES) as server,
        client(server.url, time, concurrency=gate) as twilio,
    ):
        with pytest.raises(RateLimitError):
            await twilio.portability.fetch(NUMBER)
        assert gate.snapshot().paused == 60.0
        with pytest.raises(RequestTimeoutError, match=r"deadline of 1 s: the gate pauses") as caught:
            await twilio.with_options(deadline=1).portability.fetch(NUMBER)
        assert not caught.value.may_have_been_processed
        assert caught.value.attempts == 0
        assert gate.snapshot().waiting == 0
    assert len(server.received) == 1
    assert time.slept == []


async def test_a_deadline_ends_the_wait_for_a_permit() -> None:
    go = asyncio.Event()
    async with raw_server(when(go, YES)) as server, client(server.url, concurrency=1) as twilio:
        first = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        with pytest.raises(RequestTimeoutError, match="no permit") as caught:
            await twilio.with_options(deadline=0.05).port_ins.cancel("KW" + "a" * 32)
        assert not caught.value.may_have_been_processed
        assert "0 calls" not in str(caught.value)
        assert twilio.gate.snapshot().waiting == 0
        go.set()
        await first
    assert len(server.received) == 1


async def test_a_deadline_is_not_slept_through() -> None:
    """A call whose next try would come too late ends before that pause."""
    time = FakeTime()
    async with raw_server(refused("5")) as server, client(server.url, time, deadline=4.0) as twilio:
        with pytest.raises(RequestTimeoutError, match=r"deadline of 4 s: HTTP 429") as caught:
            await twilio.portability.fetch(NUMBER)
    assert not caught.value.may_have_been_processed
    assert isinstance(caught.value.__cause__, RateLimitError)
    assert time.slept == []


async def test_a_deadline_counts_what_was_waited_for() -> None:
    time = FakeTime()
    policy = RetryPolicy(jitter=0.0)
    async with (
        raw_server(refused("2")) as server,
        client(server.url, time, deadline=5, retry=policy) as twilio,
    ):
        with pytest.raises(RequestTimeoutError):
            await twilio.portability.fetch(NUMBER)
    assert time.slept == [2.0, 2.0]


async def test_a_deadline_bounds_the_wait_for_a_token() -> None:
    async with raw_server(stall) as server:
        oauth = OAuthClientCredentials("OQ" + "c" * 32, "secret")
        async with client(server.url, credentials=oauth, deadline=0.05) as twilio:
            with pytest.raises(RequestTimeoutError, match="token") as caught:
                await twilio.port_ins.cancel("KW" + "a" * 32)
            assert not caught.value.may_have_been_processed
        await server.until(lambda server: not server.open)


async def test_a_sweeps_inputs_do_not_count_their_time_in_the_gate() -> None:
    async def slow(connection: Connection, received: Received) -> None:
        await asyncio.sleep(SHORT / 10)
        await YES(connection, received)

    async with (
        raw_server(slow) as server,
        client(server.url, concurrency=1, deadline=SHORT) as twilio,
        twilio.portability.sweep(numbers(20)) as outcomes,
    ):
        assert [outcome.ok async for outcome in outcomes] == [True] * 20


async def test_refused_time_counts_the_pauses_of_the_gate() -> None:
    """Waiting that the call's own refusals brought about is time that it was refused."""
    time = FakeTime()
    gate = FixedGate(1, clock=time.clock, call_later=lambda delay, then: _at_once(time, delay, then))
    policy = RetryPolicy(jitter=0.0, first_delay=0.0, max_refused_time=10.0)

    async with (
        raw_server(refused("3")) as server,
        client(server.url, time, concurrency=gate, retry=policy) as twilio,
    ):
        with pytest.raises(RateLimitError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert caught.value.attempts == 4
    assert time.now - 1000.0 == pytest.approx(9.0)


def _at_once(time: FakeTime, delay: float, then: Callable[[], None]) -> asyncio.TimerHandle:
    time.now += delay
    return asyncio.get_running_loop().call_later(0, then)


async def test_none_removes_a_deadline_and_a_timeout() -> None:
    async def soon(connection: Connection, received: Received) -> None:
        await asyncio.sleep(2 * SHORT)
        await YES(connection, received)

    async with raw_server(soon) as server, client(server.url, timeout=SHORT, deadline=SHORT) as twilio:
        with pytest.raises(RequestTimeoutError):
            await twilio.portability.fetch(NUMBER)
        free = twilio.with_options(deadline=None, timeout=None)
        assert (await free.portability.fetch(NUMBER)).portable
        with pytest.raises(RequestTimeoutError):
            await free.with_options(timeout=SHORT, retry=RetryPolicy(max_attempts=1)).portability.fetch(
                NUMBER
            )


# ---- the descriptors of the process

FEW = """
import asyncio, json, resource, sys
from twilio_numbers_async import FixedGate, TwilioNumbers
url, gate = sys.argv[1], sys.argv[2]
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))

async def main():
    given = {"concurrency": FixedGate(400)} if gate == "wide" else {"concurrency": 400} if gate == "400" else {}
    async with TwilioNumbers("AC" + "a" * 32, "secret", base_url=url, **given) as twilio:
        calls = (twilio.portability.fetch(f"+1555200{n:04}") for n in range(600))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        limit = twilio.gate.snapshot().limit
    print(json.dumps({"limit": limit, "failed": [repr(a) for a in answers if isinstance(a, Exception)]}))

asyncio.run(main())
"""


@pytest.mark.parametrize("gate", ["adaptive", "400", "wide"])
async def test_too_few_descriptors_lose_no_call(gate: str) -> None:
    async def soon(connection: Connection, received: Received) -> None:
        await asyncio.sleep(0.05)
        await YES(connection, received)

    async with raw_server(soon) as server:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FEW, server.url, gate, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await child.communicate()
    told = json.loads(output)
    assert told["failed"] == []
    if gate != "wide":
        assert told["limit"] <= 100


async def test_a_gate_of_the_callers_own_keeps_its_limit() -> None:
    gate = FixedGate(10**6)
    async with raw_server(YES) as server, TwilioNumbers(
        ACCOUNT, "secret", base_url=server.url, concurrency=gate
    ) as twilio:  # fmt: skip
        await twilio.portability.fetch(NUMBER)
        assert gate.snapshot().limit == 10**6
