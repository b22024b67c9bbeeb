"""Events come twice and out of order: what to skip.

::

    seen, order = Deduplicator(), EventOrder()

    if seen.is_new(event) and order.is_current(event):
        ...                       # and seen.forget(event) where that failed, or Twilio's next try is dropped

Both remember in a ``MutableMapping[str, str]``: by default one in memory, of one process. Where several processes
receive webhooks, ``SharedDeduplicator`` asks a store that they share, and lets one of two deliveries at the very same
moment pass. ``EventOrder`` reads and then writes, so with a shared store put both into one transaction of it.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from typing import Protocol

import msgspec

from ..errors import InvalidArgumentError
from .events import PortingEvent, PortingState

__all__ = ["BoundedStore", "Deduplicator", "EventOrder", "SeenStore", "SharedDeduplicator"]


class BoundedStore(MutableMapping[str, str]):
    """A dict that forgets what was written longest ago once it holds ``max_size`` entries."""

    def __init__(self, max_size: int = 100_000) -> None:
        if max_size < 1:
            raise InvalidArgumentError("max_size has to be at least 1", argument="max_size")
        self._max_size = max_size
        self._entries: OrderedDict[str, str] = OrderedDict()
        self._adding = threading.Lock()

    def __getitem__(self, key: str) -> str:
        return self._entries[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._max_size:
            self._entries.popitem(last=False)

    def setdefault(self, key: str, default: str = "") -> str:
        """The value of the key, which is ``default`` from now on if there was none: of two threads one adds it."""
        with self._adding:
            return super().setdefault(key, default)

    def __delitem__(self, key: str) -> None:
        del self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Deduplicator:
    """Distinguishes the first delivery of an event from its repeats, by ``event.dedupe_key``.

    It adds by ``store.setdefault``: where that is atomic, as in a dict, one of two threads is the first.
    """

    def __init__(self, store: MutableMapping[str, str] | None = None) -> None:
        self._store = BoundedStore() if store is None else store

    def is_new(self, event: PortingEvent) -> bool:
        """True the first time an event is shown, False from then on."""
        mark = uuid.uuid4().hex
        return self._store.setdefault(event.dedupe_key, mark) == mark

    def forget(self, event: PortingEvent) -> None:
        """Let the event pass once more: its handling failed, and Twilio will send it again."""
        self._store.pop(event.dedupe_key, None)


class SeenStore(Protocol):
    """Keys that several processes share, such as those of Redis. Let them expire: a day is long enough."""

    async def add(self, key: str) -> bool:
        """Add the key unless it is there, in one step (Redis: ``SET key 1 NX EX 86400``). True if it was not there."""
        ...

    async def remove(self, key: str) -> None:
        """Take the key away, if it is there."""
        ...


class SharedDeduplicator:
    """A Deduplicator of several processes: of deliveries to all of them at once, one is the first.

    A process that is killed while it handles an event has marked it all the same. Where its work must not be lost, let
    the keys expire soon after the 15 seconds that Twilio waits, and make the work bear a repeat.
    """

    def __init__(self, store: SeenStore) -> None:
        self._store = store

    async def is_new(self, event: PortingEvent) -> bool:
        """True the first time an event is shown to any of them, False from then on. Raises what the store does."""
        return await self._store.add(event.dedupe_key)

    async def forget(self, event: PortingEvent) -> None:
        """Let the event pass once more: its handling failed, and Twilio will send it again."""
        await self._store.remove(event.dedupe_key)


class _Standing(msgspec.Struct, frozen=True):
    """The remembered state of a number or a request, and the time of its change."""

    state: PortingState | None = None
    date: dt.datetime | None = None


class EventOrder:
    """Drops an event with an older state than one seen before, of the same number or request.

    - Nothing but the same state passes once a number or request was completed, canceled or expired.
    - Of two dates (``last_date_updated``) the later one is current.
    - Where the dates are equal or one is missing, the state that is further on the way is current; states of
      one rank (rejected and pending, action required and in progress) both pass, and so does an unknown one.
      A number that is submitted anew after a rejection is told from a late event by its date only.

    A repeat passes; that is the Deduplicator's part.
    """

    def __init__(self, store: MutableMapping[str, str] | None = None) -> None:
        self._store = BoundedStore() if store is None else store

    def is_current(self, event: PortingEvent) -> bool:
        """True if nothing newer was seen, or if the event has no subject. The event is remembered."""
        if event.subject is None:
            return True
        new = _Standing(event.state, event.last_date_updated)
        last = _read(self._store.get(event.subject))
        if _is_stale(new, last):
            return False
        new = _Standing(new.state or last.state, new.date or last.date)
        self._store[event.subject] = msgspec.json.encode(new).decode()
        return True


def _read(remembered: str | None) -> _Standing:
    try:
        return _Standing() if remembered is None else msgspec.json.decode(remembered, type=_Standing)
    except msgspec.MsgspecError:  # a shared store may hold what another release wrote
        return _Standing()


def _is_stale(new: _Standing, last: _Standing) -> bool:
    if last.state is not None and last.state.is_terminal and new.state is not last.state:
        return True
    if new.date is not None and last.date is not None and new.date != last.date:
        return new.date < last.date
    return new.state is not None and last.state is not None and new.state.rank < last.state.rank
