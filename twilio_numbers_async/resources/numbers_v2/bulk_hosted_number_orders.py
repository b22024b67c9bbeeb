"""Bulk hosted number orders: orders for many numbers in one request, which is polled."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import invalid
from ...models.numbers_v1.hosted_orders import HostedNumberOrderStatus
from ...models.numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrder,
    BulkHostedNumberOrderCreate,
    BulkHostedNumberOrderItem,
)
from ...models.sids import check_sid
from ...models.validate import MAX_BULK_HOSTED_NUMBERS, check
from ...transport.request import query_string
from ..api_2010.number_settling import settled
from ..base import Resource, poll
from ..endpoints import get, post
from ..form_checks import choice
from ..hints import hosting_hints
from .hosted_number_orders import HostedNumberOrdersResource
from .hosting_settling import is_under_way, newest

__all__ = ["MAX_BULK_HOSTED_NUMBERS", "BulkHostedNumberOrdersResource"]

_BULK = "/v2/HostedNumber/Orders/Bulk"
_FEW = 3
"""Numbers by which a request is looked up."""

CREATE = post(
    "CreateBulkHostedNumberOrder",
    _BULK,
    BulkHostedNumberOrder,
    receipt="bulk_hosting_sid",
    settled_by="look for its orders with twilio.hosted_number_orders.list(phone_number=...)",
)
FETCH = get(
    "FetchBulkHostedNumberOrder",
    f"{_BULK}/{{BulkHostingSid}}",
    BulkHostedNumberOrder,
    echoes=("bulk_hosting_sid",),
)


class BulkHostedNumberOrdersResource(Resource):
    """``twilio.bulk_hosted_number_orders``. Hosting is not open to every new customer of Twilio's."""

    async def create(
        self,
        request_items: BulkHostedNumberOrderItem | Iterable[BulkHostedNumberOrderItem],
        *,
        friendly_name: str | None = None,
        notification_email: str | None = None,
    ) -> BulkHostedNumberOrder:
        """Order that Twilio hosts the numbers of ``request_items``: one item an owner, 1,000 numbers at most.

        The answer's ``bulk_hosting_sid`` (``BH...``) is for ``fetch`` and ``wait``. ``notification_email`` hears of the
        request. The shape of the body is an assumption: Twilio's specification leaves it open.

        The request is never sent twice. When the answer is lost, the request is looked up by the first of its numbers,
        whose orders name it. The TransportError is raised where it does not show, and has ``may_have_been_processed``.
        Raises InvalidArgumentError that names the place of what cannot be sent. Source: CreateBulkHostedNumberOrder,
        ListHostedNumberOrder, FetchBulkHostedNumberOrder.
        """
        body = BulkHostedNumberOrderCreate(
            request_items=_items(request_items),
            friendly_name=friendly_name,
            notification_email=notification_email,
        )
        check(body)
        with hosting_hints():
            return await settled(self._caller, self._post_json(CREATE, body), lambda: self._find(body))

    async def fetch(
        self, sid: str, *, order_status: HostedNumberOrderStatus | str | None = None
    ) -> BulkHostedNumberOrder:
        """Fetch the bulk request ``sid`` (``BH...``) as it is now; ``order_status`` leaves out other orders.

        Raises NotFoundError. Source: FetchBulkHostedNumberOrder.
        """
        status = choice(HostedNumberOrderStatus, order_status, "order_status")
        # The results of bulk requests spell it so.
        query = query_string({"OrderStatus": status and status.replace("-", "_")})
        return await self._caller.call(FETCH, check_sid(sid, "BH", "sid"), query=query)

    async def wait(
        self, sid: str, *, timeout: float | None = 600.0, pause: float = 1.0, max_pause: float = 30.0
    ) -> BulkHostedNumberOrder:
        """Look at the bulk request ``sid`` (``BH...``) until it is processed, and return it.

        Its orders go on after that: see ``twilio.hosted_number_orders.wait``. ``timeout`` is seconds (None: as long as
        it takes). ``pause`` is the first pause between two looks, which grows up to ``max_pause``. Raises
        RequestTimeoutError. Source: FetchBulkHostedNumberOrder.
        """
        check_sid(sid, "BH", "sid")
        return await poll(
            self._caller,
            lambda: self.fetch(sid),
            lambda bulk: bulk.request_status is not None and bulk.request_status.is_terminal,
            timeout=timeout,
            pause=pause,
            max_pause=max_pause,
        )

    async def _find(self, sent: BulkHostedNumberOrderCreate) -> BulkHostedNumberOrder | None:
        """The bulk request that the newest order under way of one of its first numbers came with."""
        numbers = [number.phone_number for item in sent.request_items for number in item.numbers]
        for number in numbers[:_FEW]:  # the order of a number may have failed at once
            orders = HostedNumberOrdersResource(self._caller).list(phone_number=number)
            order = newest(
                [one async for one in orders if one.bulk_hosting_request_sid and is_under_way(one)]
            )
            if order is not None:
                bulk = await self.fetch(order.bulk_hosting_request_sid or "")
                if _is_of(bulk, sent, len(numbers)):
                    return bulk
        return None


def _is_of(bulk: BulkHostedNumberOrder, sent: BulkHostedNumberOrderCreate, count: int) -> bool:
    """True for the bulk request that was sent, as far as its answer says what it is."""
    is_named_so = not bulk.friendly_name or bulk.friendly_name == sent.friendly_name
    return is_named_so and bulk.total_count in {None, count}


def _items(
    given: BulkHostedNumberOrderItem | Iterable[BulkHostedNumberOrderItem],
) -> list[BulkHostedNumberOrderItem]:
    if isinstance(given, BulkHostedNumberOrderItem):
        return [given]
    if not isinstance(given, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        given = [given]
    items = list(given)
    for position, item in enumerate(items):
        if not isinstance(item, BulkHostedNumberOrderItem):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise invalid(f"request_items[{position}]", "must be a BulkHostedNumberOrderItem")
    return items
