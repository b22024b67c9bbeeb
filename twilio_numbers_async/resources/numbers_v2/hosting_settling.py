"""The fate of a hosting request whose answer was lost: looked up, never sent again."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import TypeVar

from ...errors import TwilioNumbersError
from ...models.numbers_v2.hosted_number_orders import HostedNumberOrder
from ...transport.caller import Caller
from ..api_2010.number_settling import LOOKS

__all__ = ["find_order", "is_under_way", "look"]

T = TypeVar("T")

# What makes an order the one that was sent: the form's names and the order's.
_SAME = {
    "PhoneNumber": "phone_number",
    "ContactPhoneNumber": "contact_phone_number",
    "AddressSid": "address_sid",
    "Email": "email",
    "AccountSid": "account_sid",
}


async def look(caller: Caller, find: Callable[[], Awaitable[T | None]]) -> T | None:
    """The first thing that ``find`` gives, at one of a few looks; None where it never shows."""
    for pause in LOOKS:
        await caller.client_state.runtime.sleep(pause)
        try:
            found = await find()
        except TwilioNumbersError:
            continue  # the error that is worth raising is that of the request
        if found is not None:
            return found
    return None


async def find_order(
    orders: AsyncIterable[HostedNumberOrder], form: Mapping[str, object]
) -> HostedNumberOrder | None:
    """The newest of the orders under way that was made of this form: a number has one order at a time."""
    found = [order async for order in orders if _is_of(order, form)]
    return max(found, key=lambda order: str(order.date_created or ""), default=None)


def is_under_way(order: HostedNumberOrder) -> bool:
    """True for an order that may be a new one: it has not ended."""
    return bool(order.sid) and (order.status is None or not order.status.is_terminal)


def _is_of(order: HostedNumberOrder, form: Mapping[str, object]) -> bool:
    if not is_under_way(order) or order.phone_number is None:
        return False
    return all(
        sent is None or getattr(order, field) in {None, sent}
        for field, sent in ((field, form.get(name)) for name, field in _SAME.items())
    )
