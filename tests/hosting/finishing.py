"""A process that puts numbers to work and kills itself when so many POSTs were answered.

``python -m tests.hosting.finishing URL JOURNAL SERVICE_SID TRUNK_SID COUNT POSTS``
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.transport.client_state import Exchange

from .details import ACCOUNT, numbers


async def main(url: str, journal: str, service: str, trunk: str, count: int, left: int) -> None:
    def answered(exchange: Exchange) -> None:
        nonlocal left
        left -= exchange.method == "POST"
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    async with TwilioNumbers(ACCOUNT, "sandbox-auth-token", base_url=url, on_response=answered) as twilio:
        sweep = twilio.incoming_phone_numbers.finish(
            numbers(count),
            options={"sms_url": "https://example.com/sms"},
            messaging_service_sid=service,
            trunk_sid=trunk,
            timeout=0,
            journal=journal,
        )
        async with sweep as outcomes:
            async for _ in outcomes:
                pass


if __name__ == "__main__":
    _, *places, count, posts = sys.argv
    asyncio.run(main(places[0], places[1], places[2], places[3], int(count), int(posts)))
