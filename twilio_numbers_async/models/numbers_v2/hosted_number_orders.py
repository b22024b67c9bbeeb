"""Numbers v2, HostedNumber: the orders to host numbers, and the letters of authorization that they need."""

from __future__ import annotations

from typing import ClassVar

from ..api_2010.phone_numbers import PhoneNumberCapabilities
from ..base import DateTime, Text
from ..guarded import GuardedAnswer
from ..numbers_v1.hosted_orders import (
    AuthorizationDocumentStatus,
    HostedNumberOrderStatus,
    HostedNumberOrderVerificationType,
)
from .paging import UrlPage


class DependentHostedNumberOrder(GuardedAnswer, frozen=True, kw_only=True):
    """An order to host a number, as the list of a letter's orders has it. The repr shows no number and no contact."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "status")

    sid: str | None = None
    """The SID of the order (``HR...``)."""
    bulk_hosting_request_sid: str | None = None
    """The bulk request (``BH...``) that the order came with; None without one."""
    next_step: str | None = None
    """The next step that Twilio suggests."""
    account_sid: str | None = None
    """The account (``AC...``) that hosts the number."""
    incoming_phone_number_sid: str | None = None
    """The number in the account (``PN...``)."""
    address_sid: str | None = None
    """The address (``AD...``) of the number's owner."""
    signing_document_sid: str | None = None
    """The letter of authorization (``PX...``); None before there is one."""
    phone_number: str | None = None
    """The number, E.164."""
    capabilities: PhoneNumberCapabilities | None = None
    """The capabilities to host: one that is True comes to Twilio."""
    friendly_name: str | None = None
    """The name that the order was given."""
    status: HostedNumberOrderStatus | None = None
    """The step that the order is at."""
    failure_reason: str | None = None
    """The reason of a failure, in words; empty where it did not fail."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    email: str | None = None
    """The e-mail address of the number's owner, who signs the letter."""
    cc_emails: list[str] | None = None
    """The e-mail addresses that get copies of the letter."""
    contact_title: str | None = None
    """The title of the person who signs the letter."""
    contact_phone_number: str | None = None
    """The phone number of the person who signs the letter, E.164."""


class HostedNumberOrder(DependentHostedNumberOrder, frozen=True, kw_only=True):
    """An order to host a number that stays with its carrier. The repr shows no number, no contact and no code."""

    url: str | None = None
    """The address of this answer."""
    verification_attempts: int | None = None
    """The count of calls that were made to verify the ownership."""
    verification_call_sids: list[str] | None = None
    """The SIDs (``CA...``) of those calls."""
    verification_call_delay: int | None = None
    """The seconds before the call."""
    verification_call_extension: str | None = None
    """The digits that are dialed once the call is answered."""
    verification_code: Text | None = None
    """The digits that the called person types to verify the ownership."""
    verification_type: HostedNumberOrderVerificationType | None = None
    """The way in which the ownership is verified."""


class AuthorizationDocument(GuardedAnswer, frozen=True, kw_only=True):
    """A letter of authorization: its signature lets Twilio host the numbers of its orders."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "status")

    sid: str | None = None
    """The SID of the letter (``PX...``)."""
    address_sid: str | None = None
    """The address (``AD...``) of the numbers' owner."""
    status: AuthorizationDocumentStatus | None = None
    """The step that the letter is at."""
    email: str | None = None
    """The e-mail address of the signer."""
    cc_emails: list[str] | None = None
    """The e-mail addresses that get copies."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    url: str | None = None
    """The address of this answer."""
    links: dict[str, str | None] | None = None
    """The addresses of what belongs to it."""


class HostedNumberOrderPage(UrlPage, frozen=True, kw_only=True):
    """One page of the orders."""

    items: list[HostedNumberOrder] | None = None
    """The orders."""


class DependentHostedNumberOrderPage(UrlPage, frozen=True, kw_only=True):
    """One page of the orders of a letter."""

    items: list[DependentHostedNumberOrder] | None = None
    """The orders."""


class AuthorizationDocumentPage(UrlPage, frozen=True, kw_only=True):
    """One page of the letters."""

    items: list[AuthorizationDocument] | None = None
    """The letters."""
