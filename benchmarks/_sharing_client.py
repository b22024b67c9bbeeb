"""One of several programs on an account, in a process of its own. Started by sharing.py.

``python -m benchmarks._sharing_client KIND URL WIDTH GAP COUNT``: says ``ready``, waits for a line, and works until
the next line comes. With a ``GAP`` (seconds) it makes ``COUNT`` single calls, one each ``GAP``; without, it asks for
numbers as fast as it may. It ends with a line of JSON: what each single call took, in seconds.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
import json
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp

from twilio_numbers_async import TwilioNumbers

__all__ = ["main"]

SID = "AC" + "a" * 32
AUTHORIZATION = "Basic " + base64.b64encode(f"{SID}:token".encode()).decode()

Ask = Callable[[str], Awaitable[object]]


def number(index: int) -> str:
    return f"+1555{2_000_000 + index % 7_999_999:07}"


async def endless() -> AsyncIterator[str]:
    index = 0
    while True:
        yield number(index)
        index += 1


@contextlib.asynccontextmanager
async def ours(url: str, _: int) -> AsyncGenerator[Ask]:
    """This package, with nothing configured."""
    async with TwilioNumbers(SID, "token", base_url=url) as twilio:
        yield twilio.portability.fetch


@contextlib.asynccontextmanager
async def semaphore(url: str, width: int) -> AsyncGenerator[Ask]:
    """aiohttp behind a semaphore; a 429 is tried again after a growing pause."""
    gate = asyncio.Semaphore(width)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), headers={"Authorization": AUTHORIZATION}
    ) as session:

        async def ask(asked: str) -> object:
            pause = 0.1
            while True:
                async with (
                    gate,
                    session.get(f"{url}/v1/Porting/Portability/PhoneNumber/{asked}") as response,
                ):
                    if response.status == 200:
                        return await response.json()
                await asyncio.sleep(pause)
                pause = min(2 * pause, 8.0)

        yield ask


@contextlib.asynccontextmanager
async def official(url: str, _: int) -> AsyncGenerator[Ask]:
    """twilio-python, which does not try again."""
    from .peers import official_async

    async with official_async(url) as fetch:
        yield fetch


KINDS: dict[str, Callable[[str, int], contextlib.AbstractAsyncContextManager[Ask]]] = {
    "ours": ours,
    "semaphore": semaphore,
    "twilio-python": official,
}


async def sweep(kind: str, url: str, width: int) -> None:
    """Ask for numbers without end."""
    if kind == "ours":
        async with (
            TwilioNumbers(SID, "token", base_url=url) as twilio,
            twilio.portability.sweep(endless()) as outcomes,
        ):
            async for _ in outcomes:
                pass
    async with KINDS[kind](url, width) as ask:

        async def work(worker: int) -> None:
            index = worker
            while True:
                with contextlib.suppress(Exception):
                    await ask(number(index))
                index += width

        await asyncio.gather(*map(work, range(width)))


async def people(kind: str, url: str, width: int, gap: float, count: int, took: list[float]) -> None:
    """Single calls, one each ``gap`` seconds, whatever became of those before."""
    async with KINDS[kind](url, width) as ask, asyncio.TaskGroup() as group:

        async def one(index: int) -> None:
            began = time.perf_counter()
            with contextlib.suppress(Exception):
                await ask(number(index))
                took.append(time.perf_counter() - began)

        began = time.perf_counter()
        for index in range(count):
            await asyncio.sleep(began + index * gap - time.perf_counter())
            group.create_task(one(index))


async def run(kind: str, url: str, width: int, gap: float, count: int) -> dict[str, Any]:
    took: list[float] = []
    work = asyncio.ensure_future(
        people(kind, url, width, gap, count, took) if gap else sweep(kind, url, width)
    )
    await asyncio.to_thread(sys.stdin.readline)
    work.cancel()
    await asyncio.wait([work])
    return {"took": took}


def main() -> None:
    kind, url, width, gap, count = sys.argv[1:]
    if kind == "twilio-python":
        importlib.import_module("twilio.http.async_http_client")  # its imports take a while
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asyncio.run(run(kind, url, int(width), float(gap), int(count)))), flush=True)


if __name__ == "__main__":
    main()
