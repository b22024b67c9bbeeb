"""A program that asks for many numbers, in a process of its own. Started by allowance.py.

``python -m benchmarks._allowance_client KIND URL COUNT``: says ``ready``, waits for a line, asks, and prints what
came of it as a line of JSON.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from twilio_numbers_async import TwilioNumbers

from .server import numbers

__all__ = ["KINDS", "main"]

SID = "AC" + "a" * 32
AUTHORIZATION = "Basic " + base64.b64encode(f"{SID}:token".encode()).decode()
TRIES = 8


async def _sweep(url: str, count: int, concurrency: int | None) -> tuple[int, Any]:
    answered = 0
    async with TwilioNumbers(SID, "token", base_url=url, concurrency=concurrency) as twilio:
        async with twilio.portability.sweep(numbers(count)) as outcomes:
            async for outcome in outcomes:
                answered += outcome.ok
        snapshot = twilio.gate.snapshot()
    return answered, {"limit": snapshot.limit, "ceiling": snapshot.ceiling}


async def adaptive(url: str, count: int, _: int) -> tuple[int, Any]:
    """A sweep with nothing configured."""
    return await _sweep(url, count, None)


async def fixed(url: str, count: int, cap: int) -> tuple[int, Any]:
    """A sweep that was told the allowance."""
    return await _sweep(url, count, cap)


async def gathered(url: str, count: int, _: int) -> tuple[int, Any]:
    """asyncio.gather over fetch, nothing configured."""
    async with TwilioNumbers(SID, "token", base_url=url) as twilio:
        results = await asyncio.gather(
            *(twilio.portability.fetch(number) for number in numbers(count)), return_exceptions=True
        )
    return sum(not isinstance(result, BaseException) for result in results), None


async def sdk(url: str, count: int, _: int) -> tuple[int, Any]:
    """asyncio.gather over twilio-python."""
    from .peers import official_async  # its imports cost the other kinds time

    async with official_async(url) as fetch:
        results = await asyncio.gather(*map(fetch, numbers(count)), return_exceptions=True)
    return sum(not isinstance(result, BaseException) for result in results), None


async def semaphore(url: str, count: int, width: int) -> tuple[int, Any]:
    """aiohttp behind a semaphore, a 429 tried again after a growing pause, as one writes it in an hour."""
    gate = asyncio.Semaphore(width)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=width), headers={"Authorization": AUTHORIZATION}
    ) as session:

        async def ask(number: str) -> bool:
            for attempt in range(TRIES):
                async with (
                    gate,
                    session.get(f"{url}/v1/Porting/Portability/PhoneNumber/{number}") as response,
                ):
                    if response.status == 200:
                        await response.json()
                        return True
                await asyncio.sleep(0.1 * 2**attempt)
            return False

        return sum(await asyncio.gather(*map(ask, numbers(count)))), None


KINDS: dict[str, Callable[[str, int, int], Coroutine[Any, Any, tuple[int, Any]]]] = {
    "adaptive": adaptive,
    "fixed": fixed,
    "gathered": gathered,
    "twilio-python": sdk,
    "semaphore": semaphore,
}


def main() -> None:
    kind, url, count, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    print("ready", flush=True)
    sys.stdin.readline()
    began, cpu = time.perf_counter(), time.process_time()
    answered, more = asyncio.run(KINDS[kind](url, count, width))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"answered": answered, "elapsed": elapsed, "cpu": cpu, "more": more}), flush=True)


if __name__ == "__main__":
    main()
