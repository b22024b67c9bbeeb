"""Work that a call must not do, because it would cost on each of millions: the structure, not the time."""

from __future__ import annotations

import asyncio
import platform
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import twilio_numbers_async
from twilio_numbers_async import Exchange, Runtime, TwilioNumbers
from twilio_numbers_async.sandbox import Sandbox

NUMBERS = [f"+1415555{n:04}" for n in range(100, 160)]


class Clock:
    """Counts how often it is looked at."""

    looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return time.monotonic()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    # In a thread of its own: what it does is not counted.
    with Sandbox() as sandbox:
        yield sandbox


async def warm(twilio: TwilioNumbers) -> None:
    """The connection is there, and what is made once is made."""
    await twilio.portability.fetch("+14155550199")


async def test_a_call_makes_no_task(sandbox: Sandbox) -> None:
    made: list[object] = []

    def count(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **options)

    async with sandbox.client() as twilio:
        await warm(twilio)
        asyncio.get_running_loop().set_task_factory(count)
        try:
            for number in NUMBERS:
                await twilio.portability.fetch(number)
        finally:
            asyncio.get_running_loop().set_task_factory(None)
    assert made == []


async def test_hooks_and_deadlines_cost_nothing_where_there_are_none(sandbox: Sandbox) -> None:
    clock = Clock()
    async with sandbox.client(runtime=Runtime(clock=clock)) as twilio:
        await warm(twilio)
        before = clock.looks
        for number in NUMBERS:
            await twilio.portability.fetch(number)
        assert clock.looks == before
        await twilio.with_options(deadline=60).portability.fetch("+14155550199")
        assert clock.looks > before

    seen: list[Exchange] = []
    async with sandbox.client(runtime=Runtime(clock=clock), on_response=seen.append) as twilio:
        before = clock.looks
        await warm(twilio)
        assert clock.looks > before
    assert len(seen) == 1


def test_numbers_in_e164_are_asked_without_phonenumbers() -> None:
    code = """
import asyncio, sys
from twilio_numbers_async.sandbox import Sandbox

async def main():
    with Sandbox() as sandbox:
        loaded = set(sys.modules)
        async with sandbox.client() as twilio:
            await twilio.portability.fetch("+14155550100")
            async with twilio.portability.sweep(f"+1415555{n:04}" for n in range(100, 120)) as outcomes:
                assert [outcome.ok async for outcome in outcomes] == [True] * 20
    assert "phonenumbers" not in set(sys.modules) - loaded, "a client needs it"

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_a_read_maps_no_memory_of_its_own() -> None:
    """A block of the size that asyncio reads costs page faults each time, where glibc was left as it starts."""
    code = """
import asyncio, gc, resource, socket
from twilio_numbers_async import TwilioNumbers

def faults():
    sender, receiver = socket.socketpair()
    with sender, receiver:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(1000):
            sender.send(b"answer")
            receiver.recv(256 * 1024)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

async def main():
    async with TwilioNumbers("AC" + "a" * 32, "token", base_url="http://127.0.0.1:1"):
        gc.collect()
        assert faults() < 100, faults()

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def functions_of_a_warm_call(sandbox: Sandbox) -> set[tuple[str, str]]:
    """The functions in Python that it runs through: each with its file."""
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            seen.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    async with sandbox.client() as twilio:
        await warm(twilio)
        sys.setprofile(note)
        try:
            await twilio.portability.fetch("+14155550101")
        finally:
            sys.setprofile(None)
    return seen


async def test_a_warm_call_runs_through_nine_files(sandbox: Sandbox) -> None:
    package = str(Path(twilio_numbers_async.__file__).parent)
    files = {
        file.removeprefix(package)
        for file, _ in await functions_of_a_warm_call(sandbox)
        if file.startswith(package)
    }
    assert len({file for file in files if not file.startswith("/sandbox/")}) <= 9, sorted(files)


async def test_a_warm_call_uses_the_connections_of_aiohttp_and_not_its_session(sandbox: Sandbox) -> None:
    classes = {
        name.partition(".")[0] for file, name in await functions_of_a_warm_call(sandbox) if "aiohttp" in file
    }
    assert {"TCPConnector", "BaseConnector", "ResponseHandler"} & classes
    assert {
        "ClientSession",
        "ClientRequest",
        "ClientResponse",
        "TimerContext",
        "TimerNoop",
    } & classes == set()


async def test_calls_one_after_the_other_set_no_timer_each(sandbox: Sandbox) -> None:
    set_by: list[object] = []
    async with sandbox.client() as twilio:
        await warm(twilio)
        loop = asyncio.get_running_loop()
        set_at = loop.call_at

        def call_at(when: float, callback: Any, *arguments: Any, **more: Any) -> asyncio.TimerHandle:
            set_by.append(callback)
            return set_at(when, callback, *arguments, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_at", call_at)
            for number in NUMBERS:
                await twilio.portability.fetch(number)
    assert set_by == []
