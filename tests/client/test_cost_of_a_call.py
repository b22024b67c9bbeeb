"""What a call must not do, because it would cost on each of millions: the structure, not the time."""

from __future__ import annotations

import asyncio
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


async def test_a_warm_call_runs_through_nine_files(sandbox: Sandbox) -> None:
    package = str(Path(twilio_numbers_async.__file__).parent)
    files: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(package):
            files.add(frame.f_code.co_filename.removeprefix(package))

    async with sandbox.client() as twilio:
        await warm(twilio)
        sys.setprofile(note)
        try:
            await twilio.portability.fetch("+14155550101")
        finally:
            sys.setprofile(None)
    assert len({file for file in files if not file.startswith("/sandbox/")}) <= 9, sorted(files)
