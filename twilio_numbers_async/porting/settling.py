"""Settles port-ins whose answer never came: they are looked up in the list, never asked for again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence, Set as AbstractSet

import msgspec

from ..errors import NotFoundError, TwilioNumbersError
from ..models import PortIn
from ..work.time import Time, checked_settle_within, given_up, look_until
from .calls import PortInCalls
from .journal import Intent

__all__ = ["Settling"]

_PAGE_SIZE = 100
# Whichever way the clocks differ, and whatever Twilio takes "after a date" to mean.
_MARGIN = dt.timedelta(days=2)


class Settling:
    """Finds port-ins by their numbers, among those that were not there before.

    ``within``: seconds that a port-in may take to appear, after its request was given up.
    """

    def __init__(self, port_ins: PortInCalls, *, within: float, time: Time) -> None:
        self._port_ins = port_ins
        self._within = dt.timedelta(seconds=checked_settle_within(within))
        self._time = time
        self._fetched: dict[str, PortIn] = {}
        self._without_numbers: set[str] = set()

    def candidate(self, intent: Intent) -> str | None:
        """The SID of a port-in that may be this one: it was there at the last look, without its numbers."""
        return min(self._without_numbers - intent.before, default=None)

    def since(self) -> dt.date:
        """The day to list from, for port-ins that are created from now on."""
        return (self._time.now() - _MARGIN).date()

    async def there(self, since: dt.date) -> list[str]:
        """The SIDs of the port-ins that were created from that day on."""
        rows = self._port_ins.list(created_after=since, page_size=_PAGE_SIZE)
        return [row.port_in_request_sid async for row in rows if row.port_in_request_sid]

    async def find(
        self, intents: Sequence[Intent], known: AbstractSet[str | None], *, patient: bool
    ) -> dict[str, PortIn]:
        """Find the port-ins that were created after all, by key; look until the time for that is over.

        ``known``: SIDs that belong to other requests. ``patient``: if a look fails, return what was found; otherwise
        the error is raised.
        """
        found: dict[str, PortIn] = {}
        start = self._time.now()
        end = max(given_up(intent.sent_at, intent.lost_at, start) for intent in intents) + self._within

        async def look() -> bool | None:
            try:
                await self._look([intent for intent in intents if intent.key not in found], known, found)
            except TwilioNumbersError:
                if not patient:
                    raise
            return len(found) == len(intents) or None

        await look_until(look, lambda: (end - self._time.now()).total_seconds(), self._time)
        return found

    async def _look(
        self, intents: Sequence[Intent], known: AbstractSet[str | None], found: dict[str, PortIn]
    ) -> None:
        for sid in await self.there(min(intent.since for intent in intents)):
            candidates = [intent for intent in intents if sid not in known and sid not in intent.before]
            if not candidates:
                continue
            port_in = await self._fetch(sid)
            if port_in is None or not port_in.phone_numbers:
                self._without_numbers.add(sid)
                continue
            self._without_numbers.discard(sid)
            numbers = {entry.phone_number for entry in port_in.phone_numbers}
            for intent in candidates:
                # One number in common is enough: it cannot be in two port-ins at once.
                if not numbers.isdisjoint(intent.numbers):
                    found.setdefault(intent.key, port_in)

    async def _fetch(self, sid: str) -> PortIn | None:
        if sid in self._fetched:
            return self._fetched[sid]
        try:
            port_in = await self._port_ins.fetch(sid)
        except NotFoundError:
            return None
        port_in = msgspec.structs.replace(port_in, port_in_request_sid=port_in.port_in_request_sid or sid)
        if port_in.phone_numbers:
            self._fetched[sid] = port_in
        return port_in
