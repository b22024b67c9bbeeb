"""The orders that there are, by their numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, Iterable, Set as AbstractSet

from ..models import BulkHostedNumberOrder, HostedNumberOrder, HostedNumberOrderStatus
from .calls import HostingCalls

__all__ = ["KnownOrders"]

_PAGE_SIZE = 1000
_FEW = 20
"""Numbers that are looked up one by one; for more all orders are listed."""
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_NOBODY: frozenset[str] = frozenset()


class KnownOrders:
    """The orders of each number as they were when they were seen last.

    The one that counts is the newest; one that did not fail goes before one that did.
    """

    def __init__(self, calls: HostingCalls) -> None:
        self._calls = calls
        self._by_number: dict[str, dict[str, HostedNumberOrder]] = {}

    async def look(self, numbers: Iterable[str]) -> None:
        """Look at the orders of these numbers (E.164)."""
        wanted = set(numbers)
        if len(wanted) > _FEW:
            await self._take(self._calls.orders.list(page_size=_PAGE_SIZE), wanted)
            return
        for number in sorted(wanted):
            await self._take(self._calls.orders.list(phone_number=number), {number})

    async def _take(self, orders: AsyncIterable[HostedNumberOrder], wanted: AbstractSet[str]) -> None:
        async for order in orders:
            if order.phone_number in wanted:
                self.add(order)

    def add(self, order: HostedNumberOrder) -> None:
        """Take in an order as it is now."""
        if order.sid and order.phone_number:
            self._by_number.setdefault(order.phone_number, {})[order.sid] = order

    def add_bulk(self, bulk: BulkHostedNumberOrder) -> None:
        """Take in the orders that a bulk request says it has made, and no look has shown."""
        for result in bulk.results or ():
            for entry in result.orders or ():
                if entry.hosting_order_sid in self._by_number.get(entry.phone_number or "", {}):
                    continue
                self.add(
                    HostedNumberOrder(
                        sid=entry.hosting_order_sid,
                        bulk_hosting_request_sid=bulk.bulk_hosting_sid,
                        next_step=entry.next_step,
                        account_sid=entry.account_sid,
                        signing_document_sid=entry.signing_document_sid,
                        phone_number=entry.phone_number,
                        status=result.order_status,
                        failure_reason=entry.failure_reason,
                        email=entry.email,
                        url=entry.url,
                    )
                )

    def get(self, number: str, before: AbstractSet[str] = _NOBODY) -> HostedNumberOrder | None:
        """The order of a number that counts, but for those with the SIDs ``before``."""
        orders = self._by_number.get(number, {})
        return max((order for sid, order in orders.items() if sid not in before), key=_rank, default=None)

    def sids(self, numbers: Iterable[str]) -> list[str]:
        """The SIDs of all orders of these numbers."""
        return [sid for number in numbers for sid in self._by_number.get(number, ())]

    def is_under_way(self, number: str) -> bool:
        """True for a number with an order that did not fail."""
        order = self.get(number)
        return order is not None and not _has_failed(order)


def _has_failed(order: HostedNumberOrder) -> bool:
    return order.status == HostedNumberOrderStatus.FAILED


def _rank(order: HostedNumberOrder) -> tuple[bool, dt.datetime]:
    return not _has_failed(order), order.date_created or _LONG_AGO
