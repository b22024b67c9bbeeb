"""Creates a bundle, or renews one, in processes that are killed: see ``tests.killing``.

``python -m tests.compliance.creating URL JOURNAL [BUNDLE_SID]``
"""

from __future__ import annotations

import sys

from tests.killing import Death, until_one_lives
from twilio_numbers_async.client import TwilioNumbers

from .business import ACCOUNT, NEWER, plan_of


def main(url: str, journal: str, sid: str | None = None) -> None:
    """Create it, or renew the one of this SID."""

    async def create(death: Death) -> None:
        async with TwilioNumbers(
            ACCOUNT, "sandbox-auth-token", base_url=url, on_response=death.answered
        ) as twilio:
            if sid is None:
                await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
            else:
                await twilio.bundles.renew(sid, documents=NEWER, journal=journal, pause=0.01)

    until_one_lives(create)


if __name__ == "__main__":
    main(*sys.argv[1:])
