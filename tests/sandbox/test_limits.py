from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sandbox.traffic import Tally

from .checked_client import Api, until

NUMBER = "+16175550100"


class Held:
    """A sleep that ends when the test says so."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.go = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await self.go.wait()


async def test_no_more_than_the_allowance_at_once() -> None:
    sleep = Held()
    async with Sandbox(2, 0.1, sleep=sleep) as sandbox, Api(sandbox) as api:
        calls = [asyncio.create_task(api.portability(NUMBER)) for _ in range(2)]
        await until(lambda: sandbox.traffic.in_flight == 2)
        for _ in range(3):
            refused = await api.portability(NUMBER)  # at once: the others are held in their latency
            assert (refused.status, refused.body["code"]) == (429, 20429)
            assert refused.headers["Twilio-Concurrent-Requests"] == "2"
        sleep.go.set()
        assert [(await call).status for call in calls] == [200, 200]
        assert (await api.portability(NUMBER)).status == 200
        assert (
            sandbox.traffic.requests,
            sandbox.traffic.refused,
            sandbox.traffic.peak,
            sandbox.traffic.in_flight,
        ) == (6, 3, 2, 0)
        assert sandbox.traffic.requests_for(NUMBER) == 6
        assert sandbox.traffic.requests_for("+16175550101") == 0


async def test_a_token_needs_no_allowance() -> None:
    sleep = Held()
    async with Sandbox(1, 0.1, sleep=sleep) as sandbox, Api(sandbox) as api:
        call = asyncio.create_task(api.portability(NUMBER))
        await until(lambda: sandbox.traffic.in_flight > 0)
        form = f"grant_type=client_credentials&client_id={sandbox.client_id}&client_secret={sandbox.client_secret}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await api.ask("POST", "/v2/token", data=form.encode(), headers=headers)
        assert answer.status == 200
        sleep.go.set()
        await call


async def test_the_latency_may_differ_from_call_to_call() -> None:
    sleep = Held()
    sleep.go.set()
    latencies: Iterator[float] = iter([0.5, 0.0, 0.25])
    async with Sandbox(latency=lambda: next(latencies), sleep=sleep) as sandbox, Api(sandbox) as api:
        for _ in range(3):
            await api.portability(NUMBER)
    assert sleep.seconds == [0.5, 0.25]


async def test_the_time_in_service_is_added_up_and_said() -> None:
    ticks: Iterator[float] = iter([10.0, 10.5, 20.0, 22.0])
    async with Sandbox(clock=lambda: next(ticks)) as sandbox, Api(sandbox) as api:
        durations = [(await api.portability(NUMBER)).headers["Twilio-Request-Duration"] for _ in range(2)]
        assert durations == ["0.500", "2.000"]
        assert sandbox.traffic.busy_seconds == 2.5


async def test_the_counters_can_be_set_back(api: Api, sandbox: Sandbox) -> None:
    await api.portability(NUMBER)
    await api.ask("GET", "/nowhere")
    assert sandbox.traffic.operations == {"FetchPortingPortability": 1}
    assert [(entry.method, entry.path) for entry in sandbox.traffic.log] == [
        ("GET", f"/v1/Porting/Portability/PhoneNumber/{NUMBER}"),
        ("GET", "/nowhere"),
    ]
    assert sandbox.traffic.log[0].headers["user-agent"].startswith("Python")
    sandbox.traffic.reset()
    assert (
        sandbox.traffic.requests,
        sandbox.traffic.refused,
        sandbox.traffic.peak,
        sandbox.traffic.busy_seconds,
    ) == (0, 0, 0, 0.0)
    assert sandbox.traffic.log == ()
    assert sandbox.traffic.operations == {}
    assert sandbox.traffic.requests_for(NUMBER) == 0


async def test_the_log_keeps_the_last_requests_only() -> None:
    async with Sandbox(log_size=2) as sandbox, Api(sandbox) as api:
        for path in ("/1", "/2", "/3"):
            await api.ask("POST", path, {"n": path})
        assert [entry.path for entry in sandbox.traffic.log] == ["/2", "/3"]
        assert sandbox.traffic.log[1].body == b'{"n": "/3"}'


@pytest.mark.parametrize("allowance", [0, -1])
def test_an_allowance_is_one_or_more(allowance: int) -> None:
    with pytest.raises(ValueError, match="allowance"):
        Sandbox(allowance)


def test_numbers_are_counted_and_the_oldest_forgotten() -> None:
    tally = Tally(most=2)
    for number in ("+1", "+2", "+1", "+" * 100, "+3"):
        tally.add(number)
    assert [tally[number] for number in ("+1", "+2", "+3", "+" * 100)] == [0, 1, 1, 0]
