"""The long calls, and what must still be possible right after one was cancelled."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.porting.details import checked, outcomes, plan_of
from tests.transport.raw_client import NUMBER, PORT_IN, SECRET, FakeTime, numbers
from twilio_numbers_async import FixedGate, OAuthClientCredentials
from twilio_numbers_async.client import ClientOptions, TwilioNumbers
from twilio_numbers_async.porting.creation import PortInOutcome
from twilio_numbers_async.sweep import Journal

from .answers import Answers

__all__ = ["SCENARIOS", "Scenario", "Surroundings"]

DOCUMENT = b"%PDF-1.4\n" + b"example " * 40_000


@dataclass
class Surroundings:
    """The things that a call has around it."""

    twilio: TwilioNumbers
    answers: Answers
    time: FakeTime
    folder: Path


async def _nothing(around: Surroundings) -> None:
    assert (await around.twilio.portability.fetch(NUMBER)).portable


@dataclass(frozen=True)
class Scenario:
    """A call, and ``afterwards``: what is done when it was cancelled."""

    name: str
    call: Callable[[Surroundings], Coroutine[None, None, None]]
    afterwards: Callable[[Surroundings], Awaitable[None]] = _nothing
    options: Callable[[], ClientOptions] = field(default=ClientOptions)
    beside: Callable[[Surroundings], Coroutine[None, None, None]] | None = None
    """Work of others at the same time: it comes to its end, whatever becomes of the call."""


async def fetch(around: Surroundings) -> None:
    answer = await around.twilio.portability.fetch(NUMBER)
    assert answer.phone_number == NUMBER


def one_at_a_time() -> ClientOptions:
    return ClientOptions(concurrency=FixedGate(1))


async def two_others(around: Surroundings) -> None:
    """With one permit, the call is in line behind them."""
    await asyncio.gather(*(around.twilio.portability.fetch(number) for number in numbers(2)))


async def pages(around: Surroundings) -> None:
    count = 0
    async with aclosing(around.twilio.incoming_phone_numbers.list(page_size=2, prefetch=1).pages()) as found:
        async for page in found:
            count += len(page.items)
            await asyncio.sleep(0)
    assert count == 8


async def sweep(around: Surroundings) -> None:
    asked = numbers(6)
    journal = Journal(around.folder / "sweep.journal")
    async with around.twilio.portability.sweep(asked, journal=journal) as found:
        answers = [outcome.result async for outcome in found]
    assert sorted(answer.phone_number or "" for answer in answers if answer is not None) == asked


async def wait(around: Surroundings) -> None:
    port_in = await around.twilio.port_ins.wait(PORT_IN)
    assert port_in.port_in_request_sid == PORT_IN


async def watch(around: Surroundings) -> None:
    around.answers.ports[PORT_IN] = [NUMBER]
    async with aclosing(around.twilio.port_ins.watch([PORT_IN])) as changes:
        async for change in changes:
            assert change.port_in_request_sid == PORT_IN
            await asyncio.sleep(0)


async def buy_first(around: Surroundings) -> None:
    bought = await around.twilio.available_phone_numbers.buy_first("US")
    assert bought.phone_number == NUMBER


async def at_most_one_was_bought(around: Surroundings) -> None:
    assert len(around.answers.bought) <= 1
    await _nothing(around)


async def create_all(around: Surroundings) -> None:
    assert [outcome.ok for outcome in await _create_all(around)] == [True]


async def create_all_losing(around: Surroundings) -> None:
    """The answer to the order never comes."""
    around.answers.loses_orders = True
    await create_all(around)


async def created_once(around: Surroundings) -> None:
    """The journal is free at once, and what was sent is not sent again."""
    sent = len(around.answers.ports)
    around.answers.loses_orders = False
    assert [outcome.ok for outcome in await _create_all(around)] == [True]
    assert len(around.answers.ports) == max(sent, 1) == 1


async def _create_all(around: Surroundings) -> list[PortInOutcome]:
    plan = plan_of(outcomes(checked(2)))

    def now() -> dt.datetime:
        return dt.datetime(2025, 5, 5, tzinfo=dt.UTC) + dt.timedelta(seconds=around.time.now)

    journal = around.folder / "ports.journal"
    return await around.twilio.port_ins.create_all(plan, journal=journal, now=now)


async def upload(around: Surroundings) -> None:
    path = around.folder / "bill.pdf"
    path.write_bytes(DOCUMENT)
    assert (await around.twilio.documents.upload(path)).sid == "RD" + "a" * 32


def traced() -> ClientOptions:
    """Over aiohttp's session, where a fetch goes directly elsewhere."""
    return {"trace_configs": [aiohttp.TraceConfig()]}


def by_token() -> ClientOptions:
    return ClientOptions(credentials=OAuthClientCredentials("OQ" + "a" * 32, SECRET))


async def renewal(around: Surroundings) -> None:
    """A first token, and another one when it is refused."""
    await fetch(around)
    around.answers.refuses_token = True
    await fetch(around)


async def another(around: Surroundings) -> None:
    """It waits for the same token."""
    assert (await around.twilio.portability.fetch(numbers(1)[0])).portable


SCENARIOS = (
    Scenario("fetch", fetch),
    Scenario("fetch that is traced", fetch, options=traced),
    Scenario("fetch in line", fetch, options=one_at_a_time, beside=two_others),
    Scenario("fetch that is shared", fetch, beside=fetch),
    Scenario("pages", pages),
    Scenario("sweep", sweep, sweep),
    Scenario("wait", wait),
    Scenario("watch", watch),
    Scenario("buy_first", buy_first, at_most_one_was_bought),
    Scenario("create_all", create_all, created_once),
    Scenario("create_all, its answer lost", create_all_losing, created_once),
    Scenario("upload", upload),
    Scenario("token", renewal, options=by_token),
    Scenario("token for two", fetch, options=by_token, beside=another),
)
