from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api
from .port_in_requests import LIST, Clock, create


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(now=clock) as server:
        yield server


async def sids(api: Api, query: str = "", **rest: Any) -> list[str]:
    rows = (await api.ask("GET", f"{LIST}{query}", **rest)).body["port_in_requests"]
    return [row["port_in_request_sid"] for row in rows]


async def test_the_list_gives_the_newest_first_page_by_page(api: Api) -> None:
    created = [(await create(api, f"+161755501{n:02}"))["port_in_request_sid"] for n in range(5)]
    newest = created[::-1]
    assert await sids(api) == newest
    token, pages, previous = "", list[list[str]](), list[Any]()
    while True:
        answer = (await api.ask("GET", f"{LIST}?Size=2&Token={token}")).body
        pages.append([row["port_in_request_sid"] for row in answer["port_in_requests"]])
        previous.append(answer["meta"]["previous_token"])
        token = answer["meta"]["next_token"]
        if token is None:
            break
    assert pages == [newest[:2], newest[2:4], newest[4:]]
    assert previous == [None, newest[0], newest[2]]


async def test_a_token_holds_while_port_ins_come_and_change(api: Api, sandbox: Sandbox) -> None:
    created = [(await create(api, f"+161755501{n:02}"))["port_in_request_sid"] for n in range(4)]
    query = "?Size=2&PortInRequestStatus=in_review"
    token = (await api.ask("GET", f"{LIST}{query}")).body["meta"]["next_token"]
    assert token == created[1]
    await create(api, "+16175550110")
    sandbox.port_ins.advance(created[1])
    assert await sids(api, f"{query}&Token={token}") == [created[0]]


async def test_the_list_is_filtered(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    created: list[str] = []
    for last in range(3):
        clock.later(days=1)
        port_in = await create(api, f"+1617555010{last}", target_port_in_date="2025-06-20")
        created.append(port_in["port_in_request_sid"])
    first, second, third = created
    sandbox.port_ins.advance(first, steps=4)
    assert await sids(api, f"?PortInRequestSid={first}") == [first]
    assert await sids(api, f"?PortInRequestSid={first},{third}") == [third, first]
    assert await sids(api, f"?PortInRequestSid={first}&PortInRequestSid={third}") == [third, first]
    assert await sids(api, "?PortInRequestSid=KW" + "a" * 32) == []
    assert await sids(api, "?PortInRequestStatus=Completed") == [first]
    for spelling in ("In%20Review", "in_review", "pending"):
        assert await sids(api, f"?PortInRequestStatus={spelling}") == [third, second]
    assert await sids(api, "?CreatedBefore=2025-05-07") == [first]
    assert await sids(api, "?CreatedAfter=2025-05-07") == [third, second]
    assert await sids(api, "?CreatedAfter=2025-05-07T12:00:01Z") == [third]
    assert await sids(api, "?CreatedAfter=2025-05-07&CreatedBefore=2025-05-07T23:00:00-05:00") == [second]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Size=101", 20007),
        ("Size=0", 70002),
        ("Size=ten", 70002),
        ("PageSize=10", 20001),
        ("Token=KW1", 70002),
        ("PortInRequestStatus=Done", 70002),
        ("CreatedBefore=yesterday", 70002),
        ("Size=1&Size=2", 70002),
        ("%ff=1", 70002),
    ],
)
async def test_the_query_of_the_list_is_checked(api: Api, query: str, code: int) -> None:
    await api.refused("GET", f"{LIST}?{query}", code=code)


def test_one_more_made_up_port_in_needs_no_look_at_the_others() -> None:
    sandbox = Sandbox()
    sandbox.port_ins.add(5_000)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        sandbox.port_ins.add(1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - before < 5_000 * 4  # a copy of their SIDs has twice as many bytes
