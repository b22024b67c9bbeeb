"""Get a bundle approved for numbers in a country that asks for one, and buy a number with it.

::

    python examples/compliance.py examples/gb.toml --sandbox
    python examples/compliance.py my.toml --journal my.journal

The first asks the Twilio that comes with the package, on this machine, where a review takes a moment. The second asks
Twilio, where it takes days: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN have to be set. After a stop or a crash run it
again with the same journal: it goes on where it was, and nothing is created twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tomllib
from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path
from typing import Any

from twilio_numbers_async import (
    BundlePlan,
    BundleProblem,
    NoncompliantError,
    TwilioNumbers,
    TwilioNumbersError,
    plan_bundle,
)


@contextlib.asynccontextmanager
async def connect(*, use_sandbox: bool) -> AsyncGenerator[TwilioNumbers]:
    """An open client of Twilio, or of a sandbox in which reviews go on by themselves."""
    if use_sandbox:
        from twilio_numbers_async.sandbox import Sandbox

        async with Sandbox(review_pace=0.1) as sandbox, sandbox.client() as twilio:
            yield twilio
    else:
        async with TwilioNumbers.from_env() as twilio:
            yield twilio


async def plan_of(twilio: TwilioNumbers, details: dict[str, Any]) -> BundlePlan:
    """The plan, for the regulation that the details are about."""
    regulation = await twilio.regulations.find(
        details["country"], details["number_type"], details["end_user_type"]
    )
    print(regulation.needs())
    return plan_bundle(
        regulation,
        end_user=details["end_user"],
        address=details["address"],
        documents=details["documents"],
        email=details["email"],
        friendly_name=details["friendly_name"],
    )


def complain(problems: Iterable[BundleProblem]) -> int:
    """Say what is to be mended, each with its place."""
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1


async def approve_and_buy(twilio: TwilioNumbers, details: dict[str, Any], journal: Path | None) -> int:
    """From the details to a number; returns the exit code."""
    plan = await plan_of(twilio, details)
    if not plan.is_ready:
        return complain(plan.problems)
    try:
        bundle = await twilio.bundles.create_all(plan, journal=journal)
    except NoncompliantError as error:
        return complain(error.problems)
    print(f"{bundle.sid} is in review.")
    reviewed = await twilio.bundles.wait(bundle.sid or "", until="twilio-approved", pause=0.1)
    if reviewed.problems:
        return complain(reviewed.problems)
    address = await twilio.addresses.ensure(**{"iso_country": details["country"], **details["address"]})
    number = await twilio.available_phone_numbers.buy_first(
        details["country"], options={"address_sid": address.sid, "bundle_sid": bundle.sid}
    )
    print(f"Approved, and bought with it: {number.sid}.")
    return 0


async def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Get a bundle approved, and buy a number with it.")
    parser.add_argument("details", type=Path, help="what the customer provides (TOML)")
    parser.add_argument("--journal", type=Path, help="where it is kept what was created")
    parser.add_argument("--sandbox", action="store_true", help="ask the Twilio that comes with the package")
    given = parser.parse_args(arguments)
    details = tomllib.loads(given.details.read_text(encoding="utf-8"))
    try:
        async with connect(use_sandbox=given.sandbox) as twilio:
            return await approve_and_buy(twilio, details, given.journal)
    except TwilioNumbersError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
