"""Calls that finish when the test says so, and what else the tests of the sweep share."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from twilio_numbers_async.errors import InvalidPhoneNumberError
from twilio_numbers_async.sweep import Journal, Outcome, Sweep, SweepPolicy

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the fake calls."""

    phone_number: str
    portable: bool = True


def number(index: int) -> str:
    """A number that nobody has."""
    return f"+1555{2_000_000 + index:07}"


def numbers(count: int) -> list[str]:
    return [number(index) for index in range(count)]


def key(text: str) -> str:
    """A stand-in for the real thing: blanks are dropped, and what has no + is no number."""
    digits = text.replace(" ", "")
    if not digits.startswith("+"):
        raise InvalidPhoneNumberError("no number")
    return digits


def never(error: Exception) -> bool:
    return False


def always(error: Exception) -> bool:
    return True


async def at_once(number: str) -> Answer:
    """A call that is answered in the next turn of the loop."""
    await asyncio.sleep(0)
    return Answer(phone_number=number)


class Calls:
    """Calls that wait until they are told what to answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.waiting: dict[str, asyncio.Future[Answer]] = {}
        self.cancelled: list[str] = []
        self.most = 0
        self._wanted: tuple[int, asyncio.Future[None]] | None = None

    async def __call__(self, number: str) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.asked.append(number)
        self.waiting[number] = future
        self.most = max(self.most, len(self.waiting))
        if self._wanted is not None and len(self.asked) >= self._wanted[0] and not self._wanted[1].done():
            self._wanted[1].set_result(None)
        try:
            return await future
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise
        finally:
            del self.waiting[number]

    async def until_asked(self, count: int) -> None:
        """Wait until so many calls were made."""
        if len(self.asked) < count:
            self._wanted = count, asyncio.get_running_loop().create_future()
            await self._wanted[1]

    def answer(self, *numbers: str) -> None:
        for one in numbers or tuple(self.waiting):
            self.waiting[one].set_result(Answer(phone_number=one))

    def fail(self, number: str, error: BaseException) -> None:
        self.waiting[number].set_exception(error)


def sweep(
    call: Callable[[str], Awaitable[Answer]],
    inputs: Iterable[str] | AsyncIterable[str],
    *,
    width: int | Callable[[int], int] = 10,
    journal: Journal | str | Path | None = None,
    **more: Any,
) -> Sweep[Answer]:
    """A sweep with what a test does not care about filled in."""
    more.setdefault("key", key)
    more.setdefault("now", lambda: NOON)

    def fixed(_: int) -> int:
        assert isinstance(width, int)
        return width

    wide = fixed if isinstance(width, int) else width
    return Sweep(call, inputs, SweepPolicy(width=wide, journal=journal, result_type=Answer, **more))


async def collect(sweep: Sweep[Answer]) -> list[Outcome[Answer]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]


async def read_into(got: list[Outcome[Answer]], sweep: Sweep[Answer]) -> None:
    """Read it, and leave what came before an error."""
    async with sweep as outcomes:
        async for outcome in outcomes:
            got.append(outcome)


async def settle() -> None:
    """Let the loop do all that it can do without being told more."""
    for _ in range(50):
        await asyncio.sleep(0)


def other_tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
