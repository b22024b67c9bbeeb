"""Trunking v1, Trunks: the numbers whose calls a SIP trunk takes."""

from __future__ import annotations

from ..api_2010.incoming_phone_numbers import HttpMethod
from ..api_2010.phone_numbers import AddressRequirement, PhoneNumberCapabilities
from ..base import Answer, DateTime
from ..numbers_v2.paging import UrlPage

__all__ = ["TrunkPhoneNumber", "TrunkPhoneNumberPage"]


class TrunkPhoneNumber(Answer, frozen=True, kw_only=True):
    """A number of a SIP trunk. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    address_requirements: AddressRequirement | None = None
    """The kind of address that the number asks for."""
    api_version: str | None = None
    """The API version that calls to the number are handled with."""
    beta: bool | None = None
    """True if the number is new to Twilio's platform."""
    capabilities: PhoneNumberCapabilities | None = None
    """The number's capabilities."""
    date_created: DateTime | None = None
    """The time when the account got the number."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    friendly_name: str | None = None
    """The name that the number was given."""
    links: dict[str, str | None] | None = None
    """The addresses of what belongs to it, such as ``phone_number``."""
    phone_number: str | None = None
    """The number, E.164."""
    sid: str | None = None
    """The SID of the number (``PN...``)."""
    sms_application_sid: str | None = None
    """The application (``AP...``) that handles messages."""
    sms_fallback_method: HttpMethod | None = None
    """The method that ``sms_fallback_url`` is called with."""
    sms_fallback_url: str | None = None
    """The URL for messages when ``sms_url`` fails."""
    sms_method: HttpMethod | None = None
    """The method that ``sms_url`` is called with."""
    sms_url: str | None = None
    """The URL that handles messages."""
    status_callback: str | None = None
    """The URL that hears of the calls' progress."""
    status_callback_method: HttpMethod | None = None
    """The method that ``status_callback`` is called with."""
    trunk_sid: str | None = None
    """The SIP trunk (``TK...``)."""
    url: str | None = None
    """The address of this answer."""
    voice_application_sid: str | None = None
    """The application (``AP...``) that handles calls."""
    voice_caller_id_lookup: bool | None = None
    """True if the caller's name is looked up, which Twilio charges for."""
    voice_fallback_method: HttpMethod | None = None
    """The method that ``voice_fallback_url`` is called with."""
    voice_fallback_url: str | None = None
    """The URL for calls when ``voice_url`` fails."""
    voice_method: HttpMethod | None = None
    """The method that ``voice_url`` is called with."""
    voice_url: str | None = None
    """The URL that handles calls."""


class TrunkPhoneNumberPage(UrlPage, frozen=True, kw_only=True):
    """One page of the numbers of a SIP trunk."""

    phone_numbers: list[TrunkPhoneNumber] | None = None
    """The numbers."""
