"""Answers that are kept for a while. That calls at once share a request is in client/test_client.py."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.raw_server import json_reply, raw_server, stall
from tests.transport.raw_client import ACCOUNT, NUMBER, FakeTime, client, numbers, portable_reply
from twilio_numbers_async.errors import ConfigurationError, RequestTimeoutError, ServerError
from twilio_numbers_async.models import Portability
from twilio_numbers_async.resources.single_flight import TTLCache
from twilio_numbers_async.transport.retry import RetryPolicy

FINE = portable_reply()
ONCE = RetryPolicy(max_attempts=1)


async def test_an_answer_is_kept_for_its_time() -> None:
    time = FakeTime()
    cache = TTLCache(60.0, clock=time.clock)
    async with raw_server(FINE) as server, client(server.url, cache=cache) as twilio:
        first = await twilio.portability.fetch(NUMBER)
        time.now += 59.9
        assert await twilio.portability.fetch("+1 415 555 0100") == first
        assert await twilio.with_options(timeout=5.0).portability.fetch(NUMBER) == first
        assert len(server.received) == 1
        time.now += 0.1
        await twilio.portability.fetch(NUMBER)
        assert len(server.received) == 2


async def test_another_question_is_another_answer() -> None:
    async with raw_server(FINE) as server, client(server.url, cache=TTLCache(60.0)) as twilio:
        await twilio.portability.fetch(NUMBER)
        await twilio.portability.fetch("+14155550101")
        await twilio.portability.fetch(NUMBER, target_account_sid=ACCOUNT)
        await twilio.portability.fetch(NUMBER, target_account_sid=ACCOUNT)
    assert len(server.received) == 3


async def test_neither_failures_nor_passing_answers_are_kept() -> None:
    passing = json_reply({"portable": False, "not_portable_reason_code": 22135})
    async with (
        raw_server(json_reply({}, 503), passing, FINE) as server,
        client(server.url, cache=TTLCache(60.0), retry=ONCE) as twilio,
    ):
        with pytest.raises(ServerError):
            await twilio.portability.fetch(NUMBER)
        assert (await twilio.portability.fetch(NUMBER)).not_portable_reason_code == 22135
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert len(server.received) == 3


async def test_calls_at_once_share_a_request_with_a_cache_too() -> None:
    async with raw_server(FINE) as server, client(server.url, cache=TTLCache(60.0)) as twilio:
        await asyncio.gather(*(twilio.portability.fetch(NUMBER) for _ in range(5)))
    assert len(server.received) == 1


async def test_a_twins_time_counts_to_the_deadline() -> None:
    """The call that it had joined is cancelled: it does not begin with all of its time again."""
    time = FakeTime()
    async with raw_server(stall) as server, client(server.url, time, deadline=30.0) as twilio:
        first, second = (asyncio.ensure_future(twilio.portability.fetch(NUMBER)) for _ in range(2))
        await server.until_received(1)
        time.now += 31.0
        first.cancel()
        with pytest.raises(RequestTimeoutError, match="the time is up"):
            await second
    assert len(server.received) == 1


async def test_the_oldest_goes_first() -> None:
    cache = TTLCache(60.0, max_size=3)
    keys = numbers(4)
    for key in [*keys[:3], keys[0], keys[3]]:
        await cache.set(key, Portability(phone_number=key))
    kept = [await cache.get(key) for key in keys]
    assert [None if answer is None else answer.phone_number for answer in kept] == [
        keys[0],
        None,
        keys[2],
        keys[3],
    ]


async def test_what_is_out_of_date_takes_no_room() -> None:
    time = FakeTime()
    cache = TTLCache(60.0, max_size=2, clock=time.clock)
    one, two, three = numbers(3)
    await cache.set(one, Portability(portable=True))
    await cache.set(two, Portability(portable=True))
    time.now += 60.0
    await cache.set(three, Portability(portable=True))
    time.now -= 1.0
    assert [await cache.get(key) for key in (one, two)] == [None, None]
    assert await cache.get(three) is not None


@pytest.mark.parametrize(
    "bad", [{"seconds": 0}, {"seconds": -1}, {"seconds": float("nan")}, {"seconds": 1, "max_size": 0}]
)
def test_a_cache_that_keeps_nothing_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="TTLCache needs"):
        TTLCache(**bad)
