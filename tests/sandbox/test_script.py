from __future__ import annotations

import asyncio
import datetime as dt

import aiohttp
import pytest

from twilio_numbers_async.sandbox import Fault, Sandbox

from .checked_client import Api, basic, until

NUMBER = "+16175550100"
PATH = f"/v1/Porting/Portability/PhoneNumber/{NUMBER}"
WEBHOOK = "/v1/Porting/Configuration/Webhook"
TARGET = {"port_in_target_url": "https://www.example.com/port-in"}


async def statuses(api: Api, times: int, path: str = PATH) -> list[int]:
    return [(await api.ask("GET", path, checked=False)).status for _ in range(times)]


async def test_a_429_may_say_when_to_come_back(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.rate_limited(retry_after=1.5))
    sandbox.faults.add(Fault.rate_limited(retry_after="Wed, 21 Oct 2026 07:28:00 GMT"))
    sandbox.faults.add(Fault.rate_limited())
    headers: list[str | None] = []
    for _ in range(3):
        answer = await api.ask("GET", PATH)
        assert (answer.status, answer.body["code"]) == (429, 20429)
        headers.append(answer.headers.get("Retry-After"))
    assert headers == ["1.5", "Wed, 21 Oct 2026 07:28:00 GMT", None]
    assert sandbox.traffic.refused == 3
    assert (await api.ask("GET", PATH)).status == 200


async def test_what_is_refused_or_answered_by_a_fault_is_not_processed(api: Api, sandbox: Sandbox) -> None:
    for fault in (Fault.rate_limited(), Fault.error(), Fault.html(), Fault.garbage(), Fault.answer(201)):
        sandbox.faults.add(fault, method="POST")
        await api.ask("POST", WEBHOOK, TARGET, checked=False)
    await api.refused("GET", WEBHOOK, status=404, code=20404)


async def test_errors_of_twilio_and_of_others(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.error())
    sandbox.faults.add(Fault.error(503, 20503, "Later", headers={"Retry-After": "2"}))
    sandbox.faults.add(Fault.html())
    sandbox.faults.add(Fault.html(502, body=b"<p>Bad gateway</p>", retry_after=3))
    sandbox.faults.add(Fault.answer(500))
    sandbox.faults.add(Fault.answer(200, [1, 2]))
    sandbox.faults.add(Fault.garbage())
    first = await api.ask("GET", PATH)
    assert (first.status, first.body["code"]) == (500, 20500)
    second = await api.ask("GET", PATH)
    assert (second.status, second.body["message"], second.headers["Retry-After"]) == (503, "Later", "2")
    third = await api.ask("GET", PATH, checked=False)
    assert (third.status, third.headers["Content-Type"]) == (503, "text/html")
    assert "Twilio-Request-Id" not in third.headers
    fourth = await api.ask("GET", PATH, checked=False)
    assert (fourth.status, fourth.content, fourth.headers["Retry-After"]) == (502, b"<p>Bad gateway</p>", "3")
    fifth = await api.ask("GET", PATH, checked=False)
    assert (fifth.status, fifth.content) == (500, b"")
    assert (await api.ask("GET", PATH, checked=False)).body == [1, 2]
    garbage = await api.ask("GET", PATH, checked=False)
    assert (garbage.status, garbage.headers["Content-Type"]) == (200, "application/json;charset=utf-8")
    with pytest.raises(ValueError):
        _ = garbage.body


async def test_a_connection_is_dropped_before_the_call_is_processed_or_after(
    api: Api, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault.drop(), method="POST")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", WEBHOOK, TARGET)
    await api.refused("GET", WEBHOOK, status=404, code=20404)
    sandbox.faults.add(Fault.drop_after(), method="POST")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", WEBHOOK, TARGET)
    assert (await api.ask("GET", WEBHOOK)).status == 200
    assert sandbox.traffic.in_flight == 0


async def test_an_answer_is_cut_in_the_middle(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.cut(), method="POST")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api.ask("POST", WEBHOOK, TARGET)
    assert (await api.ask("GET", WEBHOOK)).status == 200
    sandbox.faults.add(Fault.cut(), method="DELETE", times=None)  # aiohttp asks again by itself
    with pytest.raises(aiohttp.ClientError):
        await api.ask("DELETE", f"{WEBHOOK}/PORT_IN")
    await api.refused("GET", WEBHOOK, status=404, code=20404)


async def test_a_stalled_call_ends_when_its_client_leaves(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.stall())
    call = asyncio.create_task(api.ask("POST", WEBHOOK, TARGET))
    await until(lambda: sandbox.traffic.in_flight > 0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: sandbox.traffic.in_flight == 0)
    await api.refused("GET", WEBHOOK, status=404, code=20404)


async def test_a_stalled_call_ends_with_the_sandbox() -> None:
    async with Sandbox() as sandbox, Api(sandbox) as api:
        sandbox.faults.add(Fault.stall())
        call = asyncio.create_task(api.ask("GET", PATH))
        await until(lambda: sandbox.traffic.in_flight > 0)
        await sandbox.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await call


async def test_a_slow_call_takes_the_latency_and_more() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with Sandbox(latency=0.5, sleep=sleep) as sandbox, Api(sandbox) as api:
        sandbox.faults.add(Fault.slow(2))
        assert (await api.ask("GET", PATH)).status == 200
        assert (await api.ask("GET", PATH)).status == 200
    assert slept == [0.5, 2, 0.5]


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_slow_is_a_finite_time(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        Fault.slow(seconds)


async def test_a_rule_is_for_some_calls_only(api: Api, sandbox: Sandbox) -> None:
    rule = sandbox.faults.add(Fault.error(), times=2, method="GET", path="/v1/Porting/Portability/*")
    await api.refused("GET", WEBHOOK, status=404, code=20404)
    await api.refused("POST", PATH, status=405, code=20004)
    assert await statuses(api, 3, PATH.replace("+", "%2B")) == [500, 500, 200]
    assert rule.used == 2
    assert rule.done


async def test_a_rule_may_skip_calls_and_take_every_third(api: Api, sandbox: Sandbox) -> None:
    rule = sandbox.faults.add(Fault.error(), times=None, skip=1, every=3)
    assert await statuses(api, 8) == [200, 200, 200, 500, 200, 200, 500, 200]
    rule.cancel()
    assert await statuses(api, 3) == [200, 200, 200]
    assert rule.used == 2


async def test_rules_are_asked_in_turn(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.error(), path=PATH)
    sandbox.faults.add(Fault.rate_limited(), times=2)
    assert await statuses(api, 4) == [500, 429, 429, 200]
    sandbox.faults.add(Fault.error(), times=None)
    sandbox.portability.answer(NUMBER, {}, status=418)
    sandbox.forget_script()
    assert await statuses(api, 1) == [200]


@pytest.mark.parametrize(("times", "skip", "every"), [(0, 0, 1), (1, -1, 1), (None, 0, 0)])
async def test_a_rule_is_checked(sandbox: Sandbox, times: int | None, skip: int, every: int) -> None:
    with pytest.raises(ValueError, match="script"):
        sandbox.faults.add(Fault.error(), times=times, skip=skip, every=every)


async def test_a_number_answers_as_it_is_told(api: Api, sandbox: Sandbox) -> None:
    sandbox.portability.answer(NUMBER, {"portable": None, "new_field": 1}, times=2)
    sandbox.portability.answer("+16175550101", b"[]", status=500)
    for _ in range(2):
        assert (await api.ask("GET", PATH, checked=False)).body == {"portable": None, "new_field": 1}
    assert (await api.ask("GET", PATH)).body["portable"] is True
    other = await api.ask("GET", PATH[:-1] + "1", checked=False)
    assert (other.status, other.content) == (500, b"[]")
    await api.refused("GET", PATH[:-1] + "1", status=401, code=20003, auth=basic("AC", "x"))
    with pytest.raises(ValueError, match="times"):
        sandbox.portability.answer(NUMBER, {}, times=0)


async def test_a_port_in_whose_answer_never_came_is_there(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.drop_after(), method="POST", path="/v1/Porting/PortIn")
    body = {
        "account_sid": sandbox.account_sid,
        "documents": ["RD" + "a" * 32],
        "phone_numbers": [{"phone_number": NUMBER}],
        "losing_carrier_information": {
            "customer_name": "Example Company",
            "authorized_representative": "Alex Example",
            "authorized_representative_email": "alex@example.com",
            "address_sid": "AD" + "a" * 32,
        },
        "target_port_in_date": (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat(),
    }
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", "/v1/Porting/PortIn", body)
    assert len(sandbox.port_ins.sids) == 1
