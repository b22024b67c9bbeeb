"""2010-04-01, Addresses: where a customer is, and the numbers that depend on it."""

from __future__ import annotations

from typing import ClassVar

from ..base import DateTime
from ..guarded import GuardedAnswer
from .incoming_phone_numbers import AttachedPhoneNumber, EmergencyStatus
from .phone_numbers import UriPage


class Address(GuardedAnswer, frozen=True, kw_only=True):
    """The address of a customer. The repr does not show it: an address is personal data."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "iso_country")

    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    city: str | None = None
    """The city."""
    customer_name: str | None = None
    """The name of the person or business."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    friendly_name: str | None = None
    """The name that it was given."""
    iso_country: str | None = None
    """The country, ISO 3166-1 alpha-2."""
    postal_code: str | None = None
    """The postal code."""
    region: str | None = None
    """The state or region."""
    sid: str | None = None
    """The SID of the address (``AD...``)."""
    street: str | None = None
    """The number and street."""
    uri: str | None = None
    """The path of this answer."""
    emergency_enabled: bool | None = None
    """True if it can be used for emergency calls."""
    validated: bool | None = None
    """True if it was checked to be a valid address."""
    verified: bool | None = None
    """True if it was verified, which regulation asks for in some countries."""
    street_secondary: str | None = None
    """Suite, floor or building."""


class DependentPhoneNumber(AttachedPhoneNumber, frozen=True, kw_only=True):
    """A number that an address is used for. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    emergency_status: EmergencyStatus | None = None
    """Tells if emergency calling is on."""
    emergency_address_sid: str | None = None
    """The address (``AD...``) that is given to emergency services."""
    uri: str | None = None
    """The path of the number."""


class AddressPage(UriPage, frozen=True, kw_only=True):
    """One page of an account's addresses."""

    addresses: list[Address] | None = None
    """The addresses."""


class DependentPhoneNumberPage(UriPage, frozen=True, kw_only=True):
    """One page of the numbers that an address is used for."""

    dependent_phone_numbers: list[DependentPhoneNumber] | None = None
    """The numbers."""
