"""Numbers v1: its schema of an available phone number, which no path of the specification uses.

Its keys are in PascalCase. It is not the ``AvailablePhoneNumber`` that a search of the 2010-04-01 API gives.
"""

from __future__ import annotations

import msgspec

from ..base import Answer, DateTime, Float, Text


class NumbersV1Capabilities(Answer, frozen=True, kw_only=True, rename="pascal"):
    """The number's capabilities."""

    voice: bool | None = None
    """Calls."""
    restricted_voice: bool | None = None
    """Calls, within restrictions."""
    sms: bool | None = None
    """Text messages."""
    restricted_sms: bool | None = None
    """Text messages, within restrictions."""
    mms: bool | None = None
    """Multimedia messages."""
    restricted_mms: bool | None = None
    """Multimedia messages, within restrictions."""
    fax: bool | None = None
    """Faxes."""
    restricted_fax: bool | None = None
    """Faxes, within restrictions."""
    sip: bool | None = None
    """SIP."""


class NumbersV1Geography(Answer, frozen=True, kw_only=True, rename="pascal"):
    """The place that the number belongs to."""

    iso_country: str | None = None
    """The country, ISO 3166-1 alpha-2."""
    region: str | None = None
    """The state or province."""
    locality: str | None = None
    """The city."""
    postal_code: Text | None = None
    """The postal code."""
    latitude: Float | None = None
    """Degrees north."""
    longitude: Float | None = None
    """Degrees east."""
    lata: Text | None = None
    """The local access and transport area (North America)."""
    rate_center: str | None = None
    """The rate centre (North America)."""


class NumbersV1Certifications(Answer, frozen=True, kw_only=True, rename="pascal"):
    """The certifications that the number asks for."""

    resident: bool | None = None
    """One for residents."""
    non_resident: bool | None = msgspec.field(default=None, name="Non-Resident")
    """One for people who do not reside there."""


class NumbersV1Billing(Answer, frozen=True, kw_only=True, rename="pascal"):
    """The billable items of the number."""

    recurring_billable_item_sid: str | None = None
    """The item that is charged again and again (``BI...``)."""
    setup_billable_item_sid: str | None = None
    """The item that is charged once (``BI...``)."""


class NumbersV1Flags(Answer, frozen=True, kw_only=True, rename="pascal"):
    """The places from which the number can be reached."""

    national: bool | None = None
    """From its own country."""
    international: bool | None = None
    """From abroad."""


class NumbersV1AvailablePhoneNumber(Answer, frozen=True, kw_only=True, rename="pascal"):
    """An available phone number as Numbers v1 describes it."""

    did: str | None = None
    """The number, E.164."""
    inventory_did_sid: str | None = None
    """The SID of the number in Twilio's inventory (``ID...``)."""
    friendly_name: str | None = None
    """The number in its national format."""
    type: str | None = None
    """The type of the number, such as Local, Mobile or TollFree."""
    npa: Text | None = None
    """The area code (North America)."""
    nxx: Text | None = None
    """The exchange code (North America)."""
    locked: bool | None = None
    """True if somebody else is buying the number."""
    locked_until: int | None = None
    """The end of that lock, in seconds since 1970 (UTC)."""
    capabilities: NumbersV1Capabilities | None = None
    """The number's capabilities."""
    geography: NumbersV1Geography | None = None
    """The place that the number belongs to."""
    address_requirements: str | None = None
    """The kind of address that the number needs."""
    certifications: NumbersV1Certifications | None = None
    """The certifications that the number asks for."""
    billing: NumbersV1Billing | None = None
    """The billable items of the number."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    beta: bool | None = None
    """True if the number is new to Twilio's platform."""
    voice_emergency_capable: bool | None = None
    """True if emergency calls can be made from it."""
    flags: NumbersV1Flags | None = None
    """The places from which the number can be reached."""
