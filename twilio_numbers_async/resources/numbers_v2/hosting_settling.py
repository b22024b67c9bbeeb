"""The fate of a hosting request whose answer was lost: looked up, never sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, Iterable, Mapping

from ...models.numbers_v2.hosted_number_orders import HostedNumberOrder

__all__ = ["find_order", "is_under_way", "newest"]

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)

# What makes an order the one that was sent: the form's names and the order's.
_SAME = {
    "PhoneNumber": "phone_number",
    "ContactPhoneNumber": "contact_phone_number",
    "AddressSid": "address_sid",
    "Email": "email",
    "AccountSid": "account_sid",
}


async def find_order(
    orders: AsyncIterable[HostedNumberOrder], form: Mapping[str, object]
) -> HostedNumberOrder | None:
    """Find the newest of the orders under way that was made of this form: a number has one order at a time."""
    return newest([order async for order in orders if _is_of(order, form)])


def newest(orders: Iterable[HostedNumberOrder]) -> HostedNumberOrder | None:
    """The order that was created last; None if there is none."""
    return max(orders, key=lambda order: order.date_created or _LONG_AGO, default=None)


def is_under_way(order: HostedNumberOrder) -> bool:
    """True for an order that may be a new one: it has not ended."""
    return bool(order.sid) and (order.status is None or not order.status.is_terminal)


def _is_of(order: HostedNumberOrder, form: Mapping[str, object]) -> bool:
    if not is_under_way(order) or order.phone_number is None:
        return False
    return all(
        sent is None or shown is None or str(shown).casefold() == str(sent).casefold()
        for shown, sent in ((getattr(order, field), form.get(name)) for name, field in _SAME.items())
    )
