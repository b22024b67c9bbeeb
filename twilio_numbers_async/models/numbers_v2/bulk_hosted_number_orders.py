"""Numbers v2, HostedNumber/Orders/Bulk: orders for many numbers in one request, which is polled.

The specification leaves the body of the request and the results open. The body is an assumption.
"""

from __future__ import annotations

from typing import ClassVar

from ..base import Answer, DateTime, OpenEnum, Request, Text, fold
from ..guarded import GuardedAnswer
from ..numbers_v1.hosted_orders import HostedNumberOrderStatus

_ENDED = ("processed", "done", "complet", "finish", "succe", "fail", "error", "expir", "cancel")


class BulkHostedNumberOrderStatus(OpenEnum):
    """The status of a bulk request."""

    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    PROCESSED = "PROCESSED"

    @property
    def is_terminal(self) -> bool:
        """True for any spelling of processed, done, failed, expired or canceled, a new one too."""
        return fold(self.value).startswith(_ENDED)


class BulkHostedNumberOrderEntry(GuardedAnswer, frozen=True, kw_only=True):
    """One order of a bulk request. The repr shows no number and no contact."""

    _shown: ClassVar[tuple[str, ...]] = ("hosting_order_sid", "signing_document_sid", "next_step")

    hosting_order_sid: str | None = None
    """The SID of the order (``HR...``)."""
    phone_number: Text | None = None
    """The number, E.164."""
    account_sid: str | None = None
    """The account (``AC...``) that hosts the number."""
    failure_reason: str | None = None
    """The reason of a failure, in words; None where it did not fail."""
    next_step: str | None = None
    """The next step that Twilio suggests."""
    url: str | None = None
    """The address of the order."""
    email: str | None = None
    """The e-mail address of the number's owner."""
    signing_document_sid: str | None = None
    """The letter of authorization (``PX...``); None before there is one."""


class BulkHostedNumberOrderResult(Answer, frozen=True, kw_only=True):
    """The orders of a bulk request that have one status."""

    order_status: HostedNumberOrderStatus | None = None
    """The status of these orders. Twilio writes it with underscores here."""
    count: Text | None = None
    """The count of orders, as text, such as ``2``."""
    get_more_info: str | None = None
    """More about the status, where Twilio says it."""
    orders: list[BulkHostedNumberOrderEntry] | None = None
    """The orders."""


class BulkHostedNumberOrder(GuardedAnswer, frozen=True, kw_only=True):
    """A bulk request: it is accepted at once, and its orders are made later."""

    _shown: ClassVar[tuple[str, ...]] = ("bulk_hosting_sid", "request_status", "total_count")

    bulk_hosting_sid: str | None = None
    """The SID of the request (``BH...``)."""
    request_status: BulkHostedNumberOrderStatus | None = None
    """The step that the request is at."""
    friendly_name: str | None = None
    """The name that the request was given."""
    notification_email: str | None = None
    """The e-mail address that hears of the request."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_completed: DateTime | None = None
    """The time when it was processed; None before that."""
    url: str | None = None
    """The address of this answer."""
    total_count: int | None = None
    """The count of numbers that were sent."""
    results: list[BulkHostedNumberOrderResult] | None = None
    """The orders by their status; empty before there are any."""


class BulkHostedNumberOrderNumber(Request, frozen=True, kw_only=True):
    """One number to host."""

    phone_number: str
    """The number, E.164."""
    status_callback_url: str | None = None
    """A URL that hears of the order's progress."""


class BulkHostedNumberOrderItem(Request, frozen=True, kw_only=True):
    """The numbers of one owner, and who signs for them."""

    email: str
    """The e-mail address of the owner, who signs the letter."""
    address_sid: str
    """The address (``AD...``) of the owner."""
    contact_phone_number: str
    """The phone number of the person who signs, E.164."""
    contact_title: str
    """The title of the person who signs, such as ``Owner``."""
    numbers: list[BulkHostedNumberOrderNumber]
    """The numbers to host."""


class BulkHostedNumberOrderCreate(Request, frozen=True, kw_only=True):
    """Orders for the numbers of one or more owners."""

    request_items: list[BulkHostedNumberOrderItem]
    """The owners, each with the numbers to host."""
    friendly_name: str | None = None
    """A name for the request."""
    notification_email: str | None = None
    """An e-mail address that hears of the request."""
