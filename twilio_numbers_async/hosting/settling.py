"""Settles requests whose answer never came: what they have created is looked up, never asked for again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence, Set as AbstractSet

from ..errors import NotFoundError
from ..models import BulkHostedNumberOrder
from ..work.time import Time, given_up, look_until
from .calls import HostingCalls
from .journal import Kind, Sent
from .orders import KnownOrders

__all__ = ["Settling"]


class Settling:
    """Finds what requests have created, by the numbers and orders that they were for.

    ``within``: seconds that an order may take to appear, after its request was given up.
    """

    def __init__(self, calls: HostingCalls, orders: KnownOrders, *, within: float, time: Time) -> None:
        self._calls = calls
        self._orders = orders
        self._within = dt.timedelta(seconds=within)
        self._time = time
        self._foreign: set[tuple[str, str]] = set()  # requests, and bulk requests that are not theirs

    async def find(self, unsettled: Sequence[Sent], known: AbstractSet[str]) -> dict[str, str]:
        """The SIDs of what the requests have created after all, by key. ``known``: those of other requests.

        It looks until all of them show, or until the time for that is over.
        """
        found: dict[str, str] = {}
        if not unsettled:
            return found
        start = self._time.now()
        end = max(given_up(sent.sent_at, sent.lost_at, start) for sent in unsettled) + self._within

        async def look() -> bool | None:
            left = [sent for sent in unsettled if sent.key not in found]
            await self._orders.look(
                {number for sent in left if sent.kind is not Kind.LETTER for number in sent.members}
            )
            for sent in left:
                sid = await self._sid_of(sent, known)
                if sid:
                    found[sent.key] = sid
            return len(found) == len(unsettled) or None

        await look_until(look, lambda: (end - self._time.now()).total_seconds(), self._time)
        return found

    async def _sid_of(self, sent: Sent, known: AbstractSet[str]) -> str | None:
        if sent.kind is Kind.LETTER:
            return await self._letter_of(sent)
        orders = [self._orders.get(number, sent.before) for number in sent.members]
        there = [order for order in orders if order is not None]
        if sent.kind is Kind.BULK:
            for bulk_sid in dict.fromkeys(order.bulk_hosting_request_sid for order in there):
                if bulk_sid and bulk_sid not in known and await self._has_made(bulk_sid, sent):
                    return bulk_sid
        # One that names no bulk request says nothing of the other numbers.
        return there[0].sid if len(there) == len(sent.members) else None

    async def _letter_of(self, sent: Sent) -> str | None:
        try:
            order = await self._calls.orders.fetch(sent.members[0])
        except NotFoundError:
            return None
        letter = order.signing_document_sid
        return letter if letter not in sent.before else None

    async def _has_made(self, bulk_sid: str, sent: Sent) -> bool:
        """True for the bulk request that was made of this one: the number may have come into another since."""
        if (sent.key, bulk_sid) in self._foreign:
            return False
        try:
            is_same = _is_of(await self._calls.bulk_orders.fetch(bulk_sid), sent)
        except NotFoundError:
            is_same = False
        if not is_same:
            self._foreign.add((sent.key, bulk_sid))
        return is_same


def _is_of(bulk: BulkHostedNumberOrder, sent: Sent) -> bool:
    """True for a bulk request of as many numbers, and of none that was not sent, as far as it says."""
    entries = (entry for result in bulk.results or () for entry in result.orders or ())
    numbers = {_digits(entry.phone_number) for entry in entries if entry.phone_number}
    return bulk.total_count in {None, len(sent.members)} and numbers <= set(map(_digits, sent.members))


def _digits(number: str) -> str:
    return number.lstrip("+")
