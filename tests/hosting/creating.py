"""Creates the orders and letters of a plan in processes that are killed: see ``tests.killing``.

``python -m tests.hosting.creating URL JOURNAL ADDRESS_SID COUNT``
"""

from __future__ import annotations

import sys

from tests.killing import Death, until_one_lives
from twilio_numbers_async.client import TwilioNumbers

from .details import ACCOUNT, eligible, plan_of


def main(url: str, journal: str, address: str, count: str) -> None:
    async def create(death: Death) -> None:
        async with TwilioNumbers(
            ACCOUNT,
            "sandbox-auth-token",
            base_url=url,
            on_response=death.answered,
            trace_configs=death.trace,
        ) as twilio:
            plan = plan_of(eligible(int(count)), address=address, bulk_size=100)
            await twilio.hosted_number_orders.create_all(plan, journal=journal, settle_within=0.1)

    until_one_lives(create, before=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
