"""Parts that the tests of porting share: time in the test's hands, details that can be sent, and numbers."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.models import LosingCarrierInformation, NumberType, Portability, PortingAddress
from twilio_numbers_async.porting.numbers import PortInNumber
from twilio_numbers_async.porting.plan import PortInPlan, plan_port_ins
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sweep import Outcome
from twilio_numbers_async.transport.client_state import Runtime
from twilio_numbers_async.transport.retry import RetryPolicy

ACCOUNT = "AC" + "a" * 32
TODAY = dt.date(2025, 5, 5)  # a Monday

ADDRESS = PortingAddress(street="1 Example St", city="Springfield", state="IL", zip="62701", country="US")
CARRIER = LosingCarrierInformation(
    customer_name="Example Ltd",
    authorized_representative="Robin Example",
    authorized_representative_email="robin@example.com",
    customer_type="Business",
    account_number="0042",
    address=ADDRESS,
)
DETAILS: dict[str, Any] = {
    "account_sid": ACCOUNT,
    "losing_carrier": CARRIER,
    "documents": ["RD" + "a" * 32],
    "today": TODAY,
}


def numbers(count: int, start: int = 0) -> list[str]:
    """Distinct made-up numbers that the sandbox calls portable and local."""
    return [f"+1555{200 + index // 500}{index % 500:04}" for index in range(start, start + count)]


def portable(number: str, **fields: Any) -> Portability:
    """An answer that says yes."""
    known: dict[str, Any] = {"portable": True, "number_type": NumberType.LOCAL, "country": "US"}
    return Portability(phone_number=number, **known | fields)


def checked(count: int) -> list[Portability]:
    """That many numbers that can be ported."""
    return [portable(number) for number in numbers(count)]


def outcomes(answers: Iterable[Portability]) -> list[Outcome[Portability]]:
    """The outcomes that a sweep makes of the answers."""
    return [
        Outcome(index, answer.phone_number, answer.phone_number, answer, None)
        for index, answer in enumerate(answers)
    ]


def plan_of(numbers: Iterable[PortInNumber], **details: Any) -> PortInPlan:
    """A plan with details that can be sent, but for those that are given."""
    return plan_port_ins(numbers, **DETAILS | details)


@dataclass
class FakeTime:
    """A clock that only sleeping moves on."""

    seconds: float = 1000.0
    moment: dt.datetime = dt.datetime(2025, 5, 5, 12, tzinfo=dt.UTC)
    slept: list[float] = field(default_factory=list[float])
    on_sleep: Callable[[], object] | None = None

    def clock(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        self.moment += dt.timedelta(seconds=seconds)
        if self.on_sleep is not None:
            self.on_sleep()
        await asyncio.sleep(0)

    @property
    def runtime(self) -> Runtime:
        return Runtime(clock=self.clock, sleep=self.sleep, random=lambda: 0.0)


PATIENT = RetryPolicy(max_attempts=2, first_delay=0.0, jitter=0.0)


def opened(sandbox: Sandbox, time: FakeTime, **options: Any) -> TwilioNumbers:
    """A client of the sandbox that lives in that time; ``async with`` opens it."""
    return sandbox.client(runtime=time.runtime, retry=PATIENT, **options)


async def ported(twilio: TwilioNumbers) -> list[list[str | None]]:
    """The numbers of every port-in that is there, the oldest first."""
    rows = await twilio.port_ins.list().collect()
    port_ins = [await twilio.port_ins.fetch(row.port_in_request_sid or "") for row in reversed(rows)]
    return [[entry.phone_number for entry in port_in.phone_numbers or ()] for port_in in port_ins]
