"""The orders that there are, by their numbers."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Set as AbstractSet

from ..models import BulkHostedNumberOrder, HostedNumberOrder, HostedNumberOrderStatus
from .calls import HostingCalls
from .journal import Kind, Sent

__all__ = ["KnownOrders"]

_PAGE_SIZE = 1000
_FEW = 20
"""Numbers that are looked up one by one; for more all orders are listed."""


class KnownOrders:
    """The newest order of each number, as it was at the last look; one that did not fail goes before one that did."""

    def __init__(self, calls: HostingCalls) -> None:
        self._calls = calls
        self._orders: dict[str, HostedNumberOrder] = {}
        self._by_sid: dict[str, HostedNumberOrder] = {}

    async def look(self, numbers: Iterable[str]) -> None:
        """Look at the orders of these numbers (E.164)."""
        wanted = set(numbers)
        if len(wanted) > _FEW:
            await self._take(self._calls.orders.list(page_size=_PAGE_SIZE), wanted)
            return
        for number in sorted(wanted):
            await self._take(self._calls.orders.list(phone_number=number), {number})

    async def _take(self, orders: AsyncIterable[HostedNumberOrder], wanted: AbstractSet[str]) -> None:
        found: dict[str, HostedNumberOrder] = {}
        async for order in orders:
            number = order.phone_number
            if number is not None and number in wanted and order.sid:
                known = found.get(number)
                if known is None or _rank(order) > _rank(known):
                    found[number] = order
        for order in found.values():
            self._add(order)

    def _add(self, order: HostedNumberOrder) -> None:
        self._orders[order.phone_number or ""] = order
        self._by_sid[order.sid or ""] = order

    def add_bulk(self, bulk: BulkHostedNumberOrder) -> None:
        """Take in the orders that a bulk request says it has made, and no look has shown."""
        for result in bulk.results or ():
            for entry in result.orders or ():
                if entry.phone_number and entry.hosting_order_sid and entry.phone_number not in self._orders:
                    order = HostedNumberOrder(
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
                    self._add(order)

    def get(self, number: str) -> HostedNumberOrder | None:
        """The order of a number."""
        return self._orders.get(number)

    def is_under_way(self, number: str) -> bool:
        """True for a number with an order that did not fail."""
        order = self._orders.get(number)
        return order is not None and not _has_failed(order)

    def numbers_of(self, sids: Iterable[str]) -> set[str]:
        """The numbers of the orders with these SIDs."""
        found = (self._by_sid.get(sid) for sid in sids)
        return {order.phone_number for order in found if order is not None and order.phone_number}

    def sid_of(self, sent: Sent) -> str | None:
        """The SID of what a request has created, as far as the orders show it."""
        for member in sent.members:
            if sent.kind is Kind.LETTER:
                order = self._by_sid.get(member)
                if order is not None and order.signing_document_sid:
                    return order.signing_document_sid
                continue
            order = self._orders.get(member)
            if order is not None and not _has_failed(order):
                return (order.bulk_hosting_request_sid if sent.kind is Kind.BULK else None) or order.sid
        return None


def _has_failed(order: HostedNumberOrder) -> bool:
    return order.status == HostedNumberOrderStatus.FAILED


def _rank(order: HostedNumberOrder) -> tuple[bool, str]:
    return not _has_failed(order), str(order.date_created or "")
