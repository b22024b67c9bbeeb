"""2010-04-01, AvailablePhoneNumbers: the numbers that can be bought, and the countries there are any in.

It is not the schema of that name in Numbers v1, which is ``NumbersV1AvailablePhoneNumber`` here.
"""

from __future__ import annotations

from ..base import Answer, Float, Text
from .phone_numbers import AddressRequirement, PhoneNumberCapabilities, UriPage


class AvailablePhoneNumber(Answer, frozen=True, kw_only=True):
    """A number that can be bought, as a search of the 2010-04-01 API finds it, whatever its kind."""

    friendly_name: str | None = None
    """The number in its national format."""
    phone_number: str | None = None
    """The number, E.164."""
    lata: Text | None = None
    """The local access and transport area (North America)."""
    locality: str | None = None
    """The city."""
    rate_center: str | None = None
    """The rate centre (North America)."""
    latitude: Float | None = None
    """Degrees north."""
    longitude: Float | None = None
    """Degrees east."""
    region: str | None = None
    """The state or province."""
    postal_code: Text | None = None
    """The postal code."""
    iso_country: str | None = None
    """The country, ISO 3166-1 alpha-2."""
    address_requirements: AddressRequirement | None = None
    """The kind of address that the number needs."""
    beta: bool | None = None
    """True if the number is new to Twilio's platform."""
    capabilities: PhoneNumberCapabilities | None = None
    """The number's capabilities."""


class AvailablePhoneNumberCountry(Answer, frozen=True, kw_only=True):
    """A country in which numbers can be bought."""

    country_code: str | None = None
    """The country, ISO 3166-1 alpha-2."""
    country: str | None = None
    """The name of the country."""
    uri: str | None = None
    """The path of this answer."""
    beta: bool | None = None
    """True if all numbers there are new to Twilio's platform."""
    subresource_uris: dict[str, str | None] | None = None
    """The paths of the searches, by kind, such as ``local`` and ``toll_free``."""


class AvailablePhoneNumberPage(UriPage, frozen=True, kw_only=True):
    """The numbers that a search found. Twilio sends no paging keys here."""

    available_phone_numbers: list[AvailablePhoneNumber] | None = None
    """The numbers."""


class AvailablePhoneNumberCountryPage(UriPage, frozen=True, kw_only=True):
    """The countries in which numbers can be bought. Twilio sends no paging keys here."""

    countries: list[AvailablePhoneNumberCountry] | None = None
    """The countries."""
