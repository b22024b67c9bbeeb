"""Creates the orders and letters of a plan in processes that are killed.

``python -m tests.hosting.creating URL JOURNAL ADDRESS_SID COUNT``

Each is killed when a request is answered, before anything can be noted of the answer: at its first POST, or at a GET
that none was killed at before; until one lives to the end. It prints what they were killed at. They are forks, which
start at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.transport.client_state import Exchange

from .details import ACCOUNT, eligible, plan_of


async def create(url: str, journal: str, address: str, count: int, harmless: set[str], say: int) -> None:
    """Create it, and die at the first request that is not harmless."""

    def answered(exchange: Exchange) -> None:
        if exchange.method == "POST" or exchange.operation not in harmless:
            os.write(say, exchange.operation.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    async with TwilioNumbers(ACCOUNT, "sandbox-auth-token", base_url=url, on_response=answered) as twilio:
        plan = plan_of(eligible(count), address=address, bulk_size=100)
        await twilio.hosted_number_orders.create_all(plan, journal=journal, settle_within=2.0)


def main(url: str, journal: str, address: str, count: str) -> None:
    killed: list[str] = []
    while True:
        heard, say = os.pipe()
        child = os.fork()
        if not child:
            code = 1
            try:
                asyncio.run(create(url, journal, address, int(count), set(killed), say))
                code = 0
            finally:
                os._exit(code)
        os.close(say)
        with os.fdopen(heard) as pipe:
            operation = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.stdout.write(" ".join(killed))
            sys.exit(os.WEXITSTATUS(status))
        killed.append(operation)


if __name__ == "__main__":
    main(*sys.argv[1:])
