"""A client against a raw server, with time, chance and the gate in the test's hands."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Unpack

from tests.raw_server import Connection, Received, Reply, json_reply
from twilio_numbers_async.client import ClientOptions, TwilioNumbers
from twilio_numbers_async.gate import GateSnapshot, Signal
from twilio_numbers_async.models import (
    LosingCarrierInformation,
    PortInCreate,
    PortInCreatePhoneNumber,
    PortingAddress,
)
from twilio_numbers_async.models.base import Answer
from twilio_numbers_async.transport.client_state import Runtime
from twilio_numbers_async.transport.endpoint import Endpoint

__all__ = [
    "ACCOUNT",
    "BUY",
    "KEEP",
    "NUMBER",
    "PORT_IN",
    "READ",
    "REMOVE",
    "SECRET",
    "SHORT",
    "FakeTime",
    "OpenGate",
    "Thing",
    "client",
    "numbers",
    "portable",
    "portable_reply",
    "tasks_left",
]

ACCOUNT = "AC" + "a" * 32
SECRET = "s3cret"
SHORT = 0.3
"""Seconds: short enough to wait for, long enough for a request to be sent on a busy machine."""
NUMBER = "+14155550100"
PORT_IN = "KW" + "a" * 32


class Thing(Answer, frozen=True, kw_only=True):
    """The answer of the endpoints below."""

    name: str | None = None


READ = Endpoint(
    operation="ReadThing",
    method="GET",
    host="numbers",
    path="/v1/Things/{Name}",
    result=Thing,
    idempotent=True,
)
REMOVE = Endpoint(
    operation="RemoveThing",
    method="DELETE",
    host="numbers",
    path="/v1/Things/{Name}",
    result=NoneType,
    idempotent=True,
)
KEEP = Endpoint(
    operation="KeepThing", method="POST", host="numbers", path="/v1/Kept", result=Thing, idempotent=True
)
BUY = Endpoint(
    operation="BuyThing", method="POST", host="numbers", path="/v1/Bought", result=Thing, idempotent=False
)


@dataclass
class FakeTime:
    """A clock that only sleeping moves on, and chance that is always the same."""

    now: float = 1000.0
    luck: float = 0.0
    slept: list[float] = field(default_factory=list[float])

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def random(self) -> float:
        return self.luck

    @property
    def runtime(self) -> Runtime:
        return Runtime(clock=self.clock, sleep=self.sleep, random=self.random)


@dataclass
class OpenGate:
    """A gate that lets everyone pass and takes notes."""

    held: int = 0
    released: list[tuple[Signal, float | None, int | None]] = field(
        default_factory=list[tuple[Signal, float | None, int | None]]
    )

    def try_acquire(self) -> int | None:
        self.held += 1
        return 0

    async def acquire(self) -> int:
        raise AssertionError("nobody has to wait here")

    def release(
        self, permit: int, signal: Signal, retry_after: float | None = None, concurrent: int | None = None
    ) -> None:
        self.held -= 1
        self.released.append((signal, retry_after, concurrent))

    def snapshot(self) -> GateSnapshot:
        return GateSnapshot(limit=None, in_flight=self.held, waiting=0, refusals=0, ceiling=None, paused=0.0)

    @property
    def signals(self) -> list[Signal]:
        return [signal for signal, _, _ in self.released]


def client(url: str, time: FakeTime | None = None, **options: Unpack[ClientOptions]) -> TwilioNumbers:
    """A client whose every host is ``url``; nothing waits unless ``options`` say so."""
    options.setdefault("base_url", url)
    options.setdefault("concurrency", OpenGate())
    options.setdefault("runtime", (time or FakeTime()).runtime)
    if options.get("credentials") is not None:
        return TwilioNumbers(ACCOUNT, **options)
    return TwilioNumbers(ACCOUNT, SECRET, **options)


def numbers(count: int) -> list[str]:
    """That many distinct phone numbers of a made-up area code."""
    return [f"+1555{200 + index // 10_000}{index % 10_000:04}" for index in range(count)]


def portable(number: str = NUMBER, **fields: Any) -> dict[str, Any]:
    """An answer that says yes."""
    return {"phone_number": number, "portable": True, "number_type": "LOCAL", "country": "US", **fields}


def portable_reply(status: int = 200, headers: Mapping[str, str] | None = None, **fields: Any) -> Reply:
    """An answer that says yes of the number that was asked for; to an order, its receipt."""

    async def send(connection: Connection, received: Received) -> None:
        if received.path.endswith("/v1/Porting/PortIn"):
            answer = json_reply({"port_in_request_sid": PORT_IN}, 201)
        else:
            answer = json_reply(portable(received.path.rpartition("/")[2], **fields), status, headers)
        await answer(connection, received)

    return send


def port_in_create(phone_numbers: Sequence[str] = (NUMBER,)) -> PortInCreate:
    """A port-in request that can be sent."""
    return PortInCreate(
        account_sid=ACCOUNT,
        documents=["RD" + "a" * 32],
        phone_numbers=[PortInCreatePhoneNumber(phone_number=number) for number in phone_numbers],
        losing_carrier_information=LosingCarrierInformation(
            customer_name="Example Ltd",
            authorized_representative="Robin Example",
            authorized_representative_email="robin@example.com",
            customer_type="Business",
            address=PortingAddress(
                street="1 Example St", city="Springfield", state="IL", zip="62701", country="US"
            ),
        ),
        target_port_in_date=dt.date(2030, 1, 31),
    )


def tasks_left() -> set[asyncio.Task[object]]:
    """The tasks that run besides the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
