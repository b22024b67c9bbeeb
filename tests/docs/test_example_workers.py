"""The example for several workers: processes that share nothing but Redis."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chunks.processes import RedisServer, redis_server
from tests.docs.test_examples import NUMBERS, Server, credentials, ended, serving
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.webhooks import sign, with_body_hash

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and file descriptors")

PUBLIC = "https://porting.example.com"
SID = "KW" + "a" * 32


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def environment(redis: RedisServer, sandbox: Sandbox) -> dict[str, str]:
    return {
        **credentials(sandbox),
        "REDIS_URL": redis.url,
        "NUMBERS_APP_TWILIO_URL": sandbox.url,
        "NUMBERS_APP_PUBLIC_URL": PUBLIC,
        "TWILIO_SECONDARY_AUTH_TOKEN": "the-next-token",
    }


async def deliver(app: Server, status: str, date: str, token: str, **fields: str) -> int:
    body = json.dumps(
        {
            "event_type": f"PortIn{status}",
            "port_in_request_sid": SID,
            "last_date_updated": f"2030-01-{date}T00:00:00Z",
            **fields,
        }
    ).encode()
    called = with_body_hash(f"{PUBLIC}/webhooks/porting", body)
    headers = sign(called, body, "application/json", auth_token=token)
    return (await app.post(called.removeprefix(PUBLIC), body, headers))[0]


def handled(redis: RedisServer) -> int:
    return int((redis.told("GET handled") or ["0"])[0])


async def test_repeats_to_two_workers_at_once_are_handled_once(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        env = environment(redis, sandbox)
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            steps = [("InProgress", "02"), ("ActionRequired", "03"), ("Completed", "04")]
            for count, (status, date) in enumerate(steps, start=1):
                for token in (sandbox.auth_token, "the-next-token"):
                    deliveries = (deliver(app, status, date, token) for app in (one, other) * 5)
                    assert await asyncio.gather(*deliveries) == [204] * 10
                    assert handled(redis) == count
            late = (deliver(app, "InProgress", "03", sandbox.auth_token) for app in (one, other))
            assert await asyncio.gather(*late) == [204, 204]
            assert handled(redis) == len(steps)
            for app in (one, other):
                answered, ports = await app.get("/ports")
                assert (answered, [port["kind"] for port in ports]) == (200, ["PortInCompleted"])
                await app.stop(signal.SIGTERM)


async def test_a_number_that_is_completed_is_put_to_work_once(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        env = environment(redis, sandbox) | {"NUMBERS_APP_VOICE_URL": "https://example.com/voice"}
        owned = sandbox.add_numbers(NUMBERS[:3])
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            for sid, number in zip(owned, NUMBERS, strict=False):
                deliveries = (
                    deliver(
                        app, "PhoneNumberCompleted", "04", sandbox.auth_token,
                        phone_number=number, port_in_phone_number_sid=f"PU{sid[2:]}",
                    )
                    for app in (one, other) * 3
                )  # fmt: skip
                assert await asyncio.gather(*deliveries) == [204] * 6
            for app in (one, other):
                await app.stop(signal.SIGTERM)  # which waits for what goes on behind the answers
        async with sandbox.client() as twilio:
            numbers = await twilio.incoming_phone_numbers.list().collect()
        assert [number.voice_url for number in numbers] == ["https://example.com/voice"] * 3
        assert sandbox.operations["UpdateIncomingPhoneNumber"] == 3


async def test_events_of_one_request_to_two_workers_at_once_end_in_the_latest(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        env = environment(redis, sandbox)
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            dates = [f"{day:02}" for day in range(1, 21)]
            deliveries = (
                deliver(app, "InProgress", date, sandbox.auth_token)
                for app, date in zip([one, other] * 10, reversed(dates), strict=True)
            )
            assert await asyncio.gather(*deliveries) == [204] * 20
            _, ports = await other.get("/ports")
            assert [port["last_date_updated"] for port in ports] == ["2030-01-20T00:00:00Z"]


async def test_any_worker_answers_for_a_sweep(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        env = environment(redis, sandbox)
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            started = await one.start_sweep([*NUMBERS, "555-0100"])
            events = [event async for event in other.events(started["events"])]
            assert [name for name, _ in events] == ["running"] * (len(events) - 1) + ["done"]
            assert events[-1][1]["progress"]["done"] == len(NUMBERS) + 1
            assert events[-1][1]["reasons"] == {"portable": len(NUMBERS), "InvalidPhoneNumberError": 1}
            for app in (one, other):
                status, results = await app.get(started["results"])
                assert (status, results["state"]) == (200, "done")
                assert sorted(row["input"] for row in results["rows"]) == sorted([*NUMBERS, "555-0100"])
                assert (await app.get("/sweeps/none"))[0] == 404
                assert (await app.get("/sweeps/none/events"))[0] == 404


async def test_a_worker_that_ends_in_the_middle_of_a_sweep(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        sandbox.script(Fault.stall(), times=None, skip=20)
        env = environment(redis, sandbox)
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            started = [await one.start_sweep(NUMBERS), await one.start_sweep(NUMBERS)]
            followed = other.events(started[0]["events"])
            assert (await anext(followed))[0] == "running"
            redis.told(
                "CLIENT PAUSE 1000 WRITE"
            )  # its last words take so long, and it is told twice to end meanwhile
            await one.stop(signal.SIGTERM)
            assert [name async for name, _ in followed][-1] == "stopped"
            status, results = await other.get(started[1]["results"])
            assert (status, results["state"]) == (200, "stopped")
        async with serving("fastapi_workers", **env) as one, serving("fastapi_workers", **env) as other:
            lost = await one.start_sweep(NUMBERS)
            one.process.kill()
            redis.told(f"DEL sweep:{lost['id']}:alive")  # what ten seconds would do
            states: list[Any] = [name async for name, _ in other.events(lost["events"])]
            assert states == ["lost"]


async def test_two_workers_of_one_uvicorn(redis: RedisServer) -> None:
    with Sandbox() as sandbox:
        env = environment(redis, sandbox)
        async with serving("fastapi_workers", "--workers", "2", **env) as app:
            deliveries = (deliver(app, "Completed", "04", sandbox.auth_token) for _ in range(20))
            assert await asyncio.gather(*deliveries) == [204] * 20
            assert handled(redis) == 1
            started = [await app.start_sweep(NUMBERS[:20]) for _ in range(4)]
            for each in started * 2:
                assert [name async for name, _ in app.events(each["events"])][-1] == "done"
                assert len((await app.get(each["results"]))[1]["rows"]) == 20
            app.process.send_signal(signal.SIGTERM)
            code, out, err = await ended(app.process)
            assert (code in {0, -signal.SIGTERM}, out) == (True, "")
            assert "Traceback" not in err, "uvicorn's parent leaves the socket of --fd open, and says no more"
