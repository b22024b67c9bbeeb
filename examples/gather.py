"""Check a few numbers at once, with asyncio.gather and nothing else.

::

    python examples/gather.py --sandbox
    python examples/gather.py "(415) 555-0100" "+1 212 555 0160"

The first asks the Twilio that comes with the package, on this machine, about reserved numbers. The second asks
Twilio: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN have to be set. From a few thousand numbers on take a sweep instead.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Sequence

from twilio_numbers_async import (
    ConfigurationError,
    InvalidPhoneNumberError,
    Portability,
    TwilioNumbers,
    TwilioNumbersError,
)

RESERVED = ("(415) 555-0100", "212-555-0165", "+1 312 555 0175", "+1 646 555 0187", "555-0199")


@contextlib.asynccontextmanager
async def connect(*, use_sandbox: bool) -> AsyncGenerator[TwilioNumbers]:
    """One client for everything: it opens connections as they are needed, and closes them at the end."""
    if use_sandbox:
        from twilio_numbers_async.sandbox import Sandbox

        async with Sandbox() as sandbox, sandbox.client() as twilio:
            yield twilio
    else:
        async with TwilioNumbers.from_env() as twilio:
            yield twilio


async def main(numbers: Sequence[str], country: str, *, use_sandbox: bool) -> int:
    """Ask for all of them at once; the client's gate lets as many through as the account allows."""
    async with connect(use_sandbox=use_sandbox) as twilio:
        answers = await asyncio.gather(
            *(twilio.portability.fetch(number, country=country) for number in numbers),
            return_exceptions=True,  # one that fails does not take the others with it
        )
    failed = False
    for number, answer in zip(numbers, answers, strict=True):
        if isinstance(answer, Portability):
            # A number that cannot be ported is an answer too, with its reason and what to do.
            print(f"{number}: {answer.phone_number}, {answer.advice}")
        elif isinstance(answer, TwilioNumbersError):
            print(f"{number}: {answer}")
            failed |= not isinstance(answer, InvalidPhoneNumberError)
        else:
            raise answer
    return 1 if failed else 0


def run() -> int:
    """The script; returns its exit code."""
    parser = argparse.ArgumentParser(description="Can these numbers be ported to Twilio?")
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="as people write them")
    parser.add_argument("--country", default="US", help="of numbers without a country code (default: US)")
    parser.add_argument("--sandbox", action="store_true", help="ask the Twilio that comes with the package")
    given = parser.parse_args()
    if not given.numbers and not given.sandbox:
        parser.error("give some numbers, or --sandbox to try it with reserved ones")
    try:
        return asyncio.run(main(given.numbers or RESERVED, given.country, use_sandbox=given.sandbox))
    except ConfigurationError as error:
        print(f"{error}, or use --sandbox", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(run())
