"""A process that creates a plan and kills itself at a step: ``python -m tests.porting.creating URL JOURNAL STEP``.

Steps are all that can be seen from outside between two changes of the journal: each time that the clock is read (just
before a request is noted, and after its answer was), each request that begins, has its body sent, or is answered.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import sys
from typing import Any

import aiohttp

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.transport.client_state import Exchange

from .details import ACCOUNT, checked, outcomes, plan_of

SIZE = 1001  # two requests


class Steps:
    """Counts down."""

    def __init__(self, left: int) -> None:
        self.left = left

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def now(self) -> dt.datetime:
        self.step()
        return dt.datetime.now(dt.UTC)

    def answered(self, exchange: Exchange) -> None:
        if exchange.method == "POST":
            self.step()

    async def begun(self, _session: Any, _context: Any, params: aiohttp.TraceRequestStartParams) -> None:
        if params.method == "POST":
            self.step()

    async def sent(self, *_: Any) -> None:
        self.step()


async def main(url: str, journal: str, step: int) -> None:
    steps = Steps(step)
    trace: aiohttp.TraceConfig = aiohttp.TraceConfig()
    trace.on_request_start.append(steps.begun)
    trace.on_request_chunk_sent.append(steps.sent)
    plan = plan_of(outcomes(checked(SIZE)))
    async with TwilioNumbers(
        ACCOUNT, "sandbox-auth-token", base_url=url, trace_configs=[trace], on_response=steps.answered
    ) as twilio:
        created = await twilio.port_ins.create_all(plan, journal=journal, now=steps.now)
    assert all(outcome.ok for outcome in created)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
