"""2010-04-01, Addresses: where a customer is, and the numbers that depend on it."""

from __future__ import annotations

from typing import ClassVar

from ..base import Answer, DateTime
from ..guarded import GuardedAnswer
from .incoming_phone_numbers import EmergencyStatus, HttpMethod
from .phone_numbers import AddressRequirement, PhoneNumberCapabilities, UriPage

__all__ = ["Address", "AddressPage", "DependentPhoneNumber", "DependentPhoneNumberPage"]


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


class DependentPhoneNumber(Answer, frozen=True, kw_only=True):
    """A number that an address is used for. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    sid: str | None = None
    """The SID of the number (``PN...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    friendly_name: str | None = None
    """The name that the number was given."""
    phone_number: str | None = None
    """The number, E.164."""
    voice_url: str | None = None
    """The URL that handles calls."""
    voice_method: HttpMethod | None = None
    """The HTTP method of ``voice_url``."""
    voice_fallback_method: HttpMethod | None = None
    """The HTTP method of ``voice_fallback_url``."""
    voice_fallback_url: str | None = None
    """The URL for calls when ``voice_url`` fails."""
    voice_caller_id_lookup: bool | None = None
    """True if the caller's name is looked up, which Twilio charges for."""
    date_created: DateTime | None = None
    """The time when the account got the number."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    sms_fallback_method: HttpMethod | None = None
    """The HTTP method of ``sms_fallback_url``."""
    sms_fallback_url: str | None = None
    """The URL for messages when ``sms_url`` fails."""
    sms_method: HttpMethod | None = None
    """The HTTP method of ``sms_url``."""
    sms_url: str | None = None
    """The URL that handles messages."""
    address_requirements: AddressRequirement | None = None
    """The kind of address that the number needs."""
    capabilities: PhoneNumberCapabilities | None = None
    """The number's capabilities."""
    status_callback: str | None = None
    """The URL that is told how calls go."""
    status_callback_method: HttpMethod | None = None
    """The HTTP method of ``status_callback``."""
    api_version: str | None = None
    """The API version that calls to the number are handled with."""
    sms_application_sid: str | None = None
    """The application (``AP...``) that handles messages."""
    voice_application_sid: str | None = None
    """The application (``AP...``) that handles calls."""
    trunk_sid: str | None = None
    """The SIP trunk (``TK...``) that takes calls."""
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
