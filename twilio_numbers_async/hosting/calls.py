"""The calls that hosting needs. The resources have them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import NamedTuple, Protocol

from ..models import (
    Address,
    AuthorizationDocument,
    BulkHostedNumberOrder,
    BulkHostedNumberOrderItem,
    DependentHostedNumberOrder,
    HostedNumberOrder,
)

__all__ = ["HostingCalls"]


class _Orders(Protocol):
    """``twilio.hosted_number_orders``."""

    async def create(
        self,
        phone_number: str,
        *,
        contact_phone_number: str,
        address_sid: str,
        email: str,
        contact_title: str | None = None,
        account_sid: str | None = None,
        friendly_name: str | None = None,
        cc_emails: str | Iterable[str] | None = None,
        sms_capability: bool | None = None,
        status_callback_url: str | None = None,
    ) -> HostedNumberOrder: ...

    def list(
        self, *, phone_number: str | None = None, page_size: int | None = None
    ) -> AsyncIterable[HostedNumberOrder]: ...

    async def fetch(self, sid: str) -> HostedNumberOrder: ...


class _BulkOrders(Protocol):
    """``twilio.bulk_hosted_number_orders``."""

    async def create(
        self,
        request_items: BulkHostedNumberOrderItem | Iterable[BulkHostedNumberOrderItem],
        *,
        friendly_name: str | None = None,
        notification_email: str | None = None,
    ) -> BulkHostedNumberOrder: ...

    async def fetch(self, sid: str) -> BulkHostedNumberOrder: ...

    async def wait(self, sid: str, *, timeout: float | None = 600.0) -> BulkHostedNumberOrder: ...


class _Letters(Protocol):
    """``twilio.authorization_documents``."""

    async def create(
        self,
        hosted_number_order_sids: str | Iterable[str],
        *,
        address_sid: str,
        email: str,
        contact_phone_number: str,
        contact_title: str | None = None,
        cc_emails: str | Iterable[str] | None = None,
    ) -> AuthorizationDocument: ...

    async def fetch(self, sid: str) -> AuthorizationDocument: ...

    def list(self, *, page_size: int | None = None) -> AsyncIterable[AuthorizationDocument]: ...

    def orders(
        self, sid: str, *, page_size: int | None = None
    ) -> AsyncIterable[DependentHostedNumberOrder]: ...


class _Addresses(Protocol):
    """``twilio.addresses``."""

    async def fetch(self, sid: str) -> Address: ...


class HostingCalls(NamedTuple):
    """The calls of all resources."""

    orders: _Orders
    bulk_orders: _BulkOrders
    letters: _Letters
    addresses: _Addresses
