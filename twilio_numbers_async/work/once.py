"""Creating something once.

What is there already is taken. The fate of a request without an answer is looked up; the request is never sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Set as AbstractSet
from contextlib import nullcontext
from weakref import WeakValueDictionary

from ..errors import NotFoundError, TwilioNumbersError
from .steps import StepJournal
from .time import Time, checked_settle_within, look_until

__all__ = ["Find", "Once"]

Find = Callable[[AbstractSet[str]], Awaitable[str | None]]
"""Looks for something that is there, but for the SIDs given, and gives its SID."""

_locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()


class Once:
    """Creates things once, by a journal.

    ``within``: seconds that something may take to appear in a list, after its request was given up.
    """

    def __init__(self, journal: StepJournal, *, within: float, time: Time) -> None:
        self.journal = journal
        self._within = checked_settle_within(within)
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
            step = await self.journal.step(key)
            if step is not None and step.sid is not None and await _is_there(fetch, step.sid):
                return step.sid
            found = None
            if step is not None:  # an earlier run sent it, or nearly, or it was deleted
                found = await self._look(find, step.before)
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
            found = await self._look(find, there)
            if found is None:
                raise
            return found

    async def _look(self, find: Find, there: AbstractSet[str]) -> str | None:
        end = self._time.clock() + self._within
        return await look_until(lambda: find(there), lambda: end - self._time.clock(), self._time)


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
