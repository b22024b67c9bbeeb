"""Creating something once: what is there already is taken, and what became of a request without an answer is looked
up, never asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Set as AbstractSet
from contextlib import nullcontext
from typing import NamedTuple
from weakref import WeakValueDictionary

from ..errors import InvalidArgumentError, NotFoundError, TwilioNumbersError
from .journal import BundleJournal

__all__ = ["Find", "Settling", "Time"]

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
_LONGEST_WITHIN = 86_400

Find = Callable[[AbstractSet[str]], Awaitable[str | None]]
"""Looks for something that is there, but for the SIDs given, and gives its SID."""


_locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()


class Time(NamedTuple):
    """What tells the time (seconds) and sleeps."""

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Settling:
    """Creates things once, by a journal.

    ``within``: seconds that something may take to appear in a list, after its request was given up.
    """

    def __init__(self, journal: BundleJournal, *, within: float, time: Time) -> None:
        if not isinstance(within, int | float) or not 0 <= within <= _LONGEST_WITHIN:
            raise InvalidArgumentError(
                f"settle_within must be 0 to {_LONGEST_WITHIN:,} seconds", argument="settle_within"
            )
        self.journal = journal
        self._within = within
        self._time = time

    async def once(
        self,
        key: str,
        *,
        find: Find,
        create: Callable[[], Awaitable[str]],
        before: Callable[[], Awaitable[Iterable[str]]] | None = None,
        look_first: bool = False,
        fetch: Callable[[str], Awaitable[object]] | None = None,
    ) -> str:
        """The SID of what the step ``key`` creates, whichever run of it did.

        ``before``: the SIDs of what is there and must not be taken for it. ``look_first``: take what is there, also
        what another task of this process is creating now. ``fetch``: asks for what an earlier run created, which may
        have been deleted since; it is created again then.
        """
        async with _one_at_a_time(key) if look_first else nullcontext():
            return await self._once(key, find, create, before, look_first=look_first, fetch=fetch)

    async def _once(
        self,
        key: str,
        find: Find,
        create: Callable[[], Awaitable[str]],
        before: Callable[[], Awaitable[Iterable[str]]] | None,
        *,
        look_first: bool,
        fetch: Callable[[str], Awaitable[object]] | None,
    ) -> str:
        step = await self.journal.step(key)
        if step is not None and step.sid is not None and await _is_there(fetch, step.sid):
            return step.sid
        found = None
        if step is not None:  # an earlier run sent it, or nearly, or it was deleted
            found = await self.patiently(find, step.before)
        elif look_first:
            found = await find(frozenset())
        if found is None:
            there = frozenset(await before()) if before is not None else frozenset[str]()
            found = await self._create(key, find, create, there)
        await self.journal.finish(key, found)
        return found

    async def _create(
        self, key: str, find: Find, create: Callable[[], Awaitable[str]], there: AbstractSet[str]
    ) -> str:
        await self.journal.begin(key, there)
        try:
            return await create()
        except TwilioNumbersError as error:
            if not error.may_have_been_processed:
                await self.journal.forget(key)
                raise
            found = await self.patiently(find, there)
            if found is None:
                raise
            return found

    async def patiently(self, find: Find, there: AbstractSet[str] = frozenset()) -> str | None:
        """Look until it is there, or until the time for that is over."""
        end = self._time.clock() + self._within
        pause = _FIRST_PAUSE
        while True:
            found = await find(there)
            left = end - self._time.clock()
            if found is not None or left <= 0:
                return found
            await self._time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)


async def _is_there(fetch: Callable[[str], Awaitable[object]] | None, sid: str) -> bool:
    if fetch is None:
        return True
    try:
        await fetch(sid)
    except NotFoundError:
        return False
    return True


def _one_at_a_time(key: str) -> asyncio.Lock:
    """The lock of a step; it is shared by all clients of the loop, and gone when nobody holds it."""
    return _locks.setdefault((id(asyncio.get_running_loop()), key), asyncio.Lock())
