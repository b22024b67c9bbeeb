"""Events for the log and the hooks: waits, changes of the gate, and calls that fail for good."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from tests.raw_server import Reply, drop, json_reply, raw_server
from twilio_numbers_async import AdaptiveGate, CallWait, Exchange, GateChange, RetryPolicy
from twilio_numbers_async.errors import ConfigurationError, RateLimitError, ServerError

from .raw_client import NUMBER, SECRET, FakeTime, client, portable_reply

YES = portable_reply()
FIRM = RetryPolicy(jitter=0.0)


def refused(retry_after: str | None = None) -> Reply:
    headers = {"Twilio-Request-Id": "RQ1"} | ({} if retry_after is None else {"Retry-After": retry_after})
    return json_reply({"code": 20429, "message": "Too many"}, 429, headers)


def lines(caplog: pytest.LogCaptureFixture, event: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.__dict__.get("event") == event]


async def test_a_wait_of_a_second_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "twilio_numbers_async")
    async with raw_server(refused("1.5"), YES) as server, client(server.url, retry=FIRM) as twilio:
        await twilio.portability.fetch(NUMBER)
    (line,) = lines(caplog, "call.wait")
    assert "FetchPortingPortability attempt=1 status=429 request_id=RQ1 seconds=1.50" in line
    assert lines(caplog, "call.exchange") == []


async def test_short_waits_are_added_up(caplog: pytest.LogCaptureFixture) -> None:
    """Twelve seconds of refusals are told, however short each pause is."""
    caplog.set_level(logging.INFO, "twilio_numbers_async")
    policy = RetryPolicy(jitter=0.0, first_delay=0.25, max_delay=0.25)
    script = [*[refused()] * 48, YES]
    async with raw_server(*script) as server, client(server.url, retry=policy) as twilio:
        await twilio.portability.fetch(NUMBER)
    assert len(lines(caplog, "call.wait")) == 12


async def test_a_call_that_fails_for_good_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with raw_server(json_reply({}, 503)) as server, client(server.url, retry=FIRM) as twilio:
        with pytest.raises(ServerError):
            await twilio.portability.fetch(NUMBER)
        (line,) = lines(caplog, "call.gave_up")
        assert "attempts=4 status=503" in line
        caplog.clear()
        with pytest.raises(ServerError):
            await twilio.with_options(retry=RetryPolicy(max_attempts=1)).portability.fetch(NUMBER)
        assert lines(caplog, "call.gave_up") == [], "it was not tried again: the error says it all"


async def test_a_request_id_that_is_none_is_told_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "twilio_numbers_async")
    seen: list[Exchange] = []
    long = json_reply({"portable": True}, headers={"Twilio-Request-Id": "RQ" + "9" * 4000})
    async with raw_server(long) as server, client(server.url, on_response=seen.append) as twilio:
        await twilio.portability.fetch(NUMBER)
    (line,) = lines(caplog, "call.exchange")
    assert "request_id=None" in line
    assert [exchange.request_id for exchange in seen] == [None]


async def test_a_long_pause_of_the_gate_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    time = FakeTime()
    gate = AdaptiveGate(clock=time.clock)
    async with raw_server(refused("3600")) as server, client(server.url, time, concurrency=gate) as twilio:
        with pytest.raises(RateLimitError):
            await twilio.portability.fetch(NUMBER)
    assert len(lines(caplog, "gate.paused")) == 1


async def test_each_exchange_is_a_line_for_who_debugs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "twilio_numbers_async")
    async with raw_server(drop, refused(), YES) as server, client(server.url, retry=FIRM) as twilio:
        await twilio.portability.fetch(NUMBER)
    told = lines(caplog, "call.exchange")
    assert len(told) >= 2
    assert "outcome=200" in told[-1]
    assert not any(secret in caplog.text for secret in (NUMBER, NUMBER.removeprefix("+"), SECRET))


async def test_the_hook_is_told_of_waits_and_of_the_gate() -> None:
    told: list[CallWait | GateChange] = []
    time = FakeTime()
    gate = AdaptiveGate(clock=time.clock)
    async with (
        raw_server(refused("2"), YES) as server,
        client(server.url, time, concurrency=gate, retry=FIRM, on_event=told.append) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    (wait,) = [event for event in told if isinstance(event, CallWait)]
    assert wait == CallWait(
        operation="FetchPortingPortability",
        route="/v1/Porting/Portability/PhoneNumber/{PhoneNumber}",
        attempt=1,
        seconds=2.0,
        status=429,
        code=20429,
        request_id="RQ1",
        reason="RateLimitError",
    )
    assert any(isinstance(event, GateChange) and event.paused == 2.0 for event in told)


async def test_a_broken_hook_takes_no_answer_away(caplog: pytest.LogCaptureFixture) -> None:
    def broken(event: object) -> None:
        raise ValueError(type(event).__name__)

    async with (
        raw_server(refused("2"), YES) as server,
        client(server.url, retry=FIRM, on_event=broken) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert "on_event failed" in caplog.text


async def test_calls_between_two_attempts_are_counted() -> None:
    counted: list[int] = []
    gate = AdaptiveGate()

    class Watching(FakeTime):
        async def sleep(self, seconds: float) -> None:
            counted.append(gate.snapshot().waiting_to_retry)
            await super().sleep(seconds)

    async with (
        raw_server(json_reply({}, 503), YES) as server,
        client(server.url, Watching(), concurrency=gate, retry=FIRM) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert counted == [1]
    assert gate.snapshot().waiting_to_retry == 0


def test_a_hook_that_is_none_is_refused() -> None:
    async def late(event: object) -> None: ...

    for bad in (3, "x", late):
        with pytest.raises(ConfigurationError, match="on_event"):
            client("http://127.0.0.1:1", on_event=bad)  # type: ignore[arg-type]  # that is the point


PROGRAM = """
import asyncio
from twilio_numbers_async.sandbox import Sandbox

async def main():
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        await twilio.portability.fetch("+14155550100")

asyncio.run(main())
"""


def logged(program: str, level: str) -> subprocess.CompletedProcess[str]:
    """The output of a program with ``TWILIO_NUMBERS_LOG``."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TWILIO_NUMBERS_LOG": level},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize(("level", "seen"), [("debug", True), ("DEBUG", True), ("info", False), ("", False)])
def test_the_environment_turns_the_log_on(level: str, seen: bool) -> None:
    done = logged(PROGRAM, level)
    assert ("call.exchange FetchPortingPortability" in done.stderr) is seen
    assert "4155550100" not in done.stderr


def test_a_level_that_is_none_is_told() -> None:
    done = logged(PROGRAM, "loud")
    assert "TWILIO_NUMBERS_LOG must be debug or info" in done.stderr


def test_a_program_that_logs_already_gets_each_line_once() -> None:
    own = "import logging\nlogging.basicConfig(format='own %(message)s')\n"
    told = [line for line in logged(own + PROGRAM, "debug").stderr.splitlines() if "call.exchange" in line]
    assert len(told) == 1
    assert told[0].startswith("own call.exchange FetchPortingPortability")
