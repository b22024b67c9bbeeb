"""2010-04-01, IncomingPhoneNumbers: the numbers an account has, and the add-ons assigned to them."""

from __future__ import annotations

from typing import Any

from ..base import Answer, DateTime, OpenEnum
from .phone_numbers import AddressRequirement, PhoneNumberCapabilities, UriPage


class EmergencyStatus(OpenEnum):
    """The status of emergency calling: on or off."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


class EmergencyAddressStatus(OpenEnum):
    """The status of the registration of an emergency address."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    PENDING_REGISTRATION = "pending-registration"
    REGISTRATION_FAILURE = "registration-failure"
    PENDING_UNREGISTRATION = "pending-unregistration"
    UNREGISTRATION_FAILURE = "unregistration-failure"


class VoiceReceiveMode(OpenEnum):
    """The kind of call that an incoming call is taken for."""

    VOICE = "voice"
    FAX = "fax"


class IncomingPhoneNumberType(OpenEnum):
    """The type of a number."""

    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "toll-free"


class HttpMethod(OpenEnum):
    """The HTTP method by which a URL is called."""

    GET = "GET"
    POST = "POST"


class IncomingPhoneNumber(Answer, frozen=True, kw_only=True):
    """A number that an account has. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    address_sid: str | None = None
    """The address (``AD...``) that goes with the number."""
    address_requirements: AddressRequirement | None = None
    """The kind of address that the number needs."""
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
    identity_sid: str | None = None
    """The identity (``RI...``) that goes with the number."""
    phone_number: str | None = None
    """The number, E.164."""
    origin: str | None = None
    """The origin of the number, such as ``twilio`` or ``hosted``."""
    sid: str | None = None
    """The SID of the number (``PN...``)."""
    sms_application_sid: str | None = None
    """The application (``AP...``) that handles messages."""
    sms_fallback_method: HttpMethod | None = None
    """The HTTP method of ``sms_fallback_url``."""
    sms_fallback_url: str | None = None
    """The URL for messages when ``sms_url`` fails."""
    sms_method: HttpMethod | None = None
    """The HTTP method of ``sms_url``."""
    sms_url: str | None = None
    """The URL that handles messages."""
    status_callback: str | None = None
    """The URL that is told how calls go."""
    status_callback_method: HttpMethod | None = None
    """The HTTP method of ``status_callback``."""
    trunk_sid: str | None = None
    """The SIP trunk (``TK...``) that takes calls."""
    uri: str | None = None
    """The path of this answer."""
    voice_receive_mode: VoiceReceiveMode | None = None
    """The kind of call that incoming calls are taken for: voice or fax."""
    voice_application_sid: str | None = None
    """The application (``AP...``) that handles calls."""
    voice_caller_id_lookup: bool | None = None
    """True if the caller's name is looked up, which Twilio charges for."""
    voice_fallback_method: HttpMethod | None = None
    """The HTTP method of ``voice_fallback_url``."""
    voice_fallback_url: str | None = None
    """The URL for calls when ``voice_url`` fails."""
    voice_method: HttpMethod | None = None
    """The HTTP method of ``voice_url``."""
    voice_url: str | None = None
    """The URL that handles calls."""
    emergency_status: EmergencyStatus | None = None
    """The status of emergency calling: on or off."""
    emergency_address_sid: str | None = None
    """The address (``AD...``) that is given to emergency services."""
    emergency_address_status: EmergencyAddressStatus | None = None
    """The status of the registration of that address."""
    bundle_sid: str | None = None
    """The bundle of regulatory documents (``BU...``)."""
    status: str | None = None
    """The status of the number, such as ``in-use``."""
    type: IncomingPhoneNumberType | None = None
    """Local, mobile or toll-free."""
    subresource_uris: dict[str, str | None] | None = None
    """The paths of what belongs to the number, such as its assigned add-ons."""


class AttachedPhoneNumber(Answer, frozen=True, kw_only=True):
    """A number as lists of other things have it. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    address_requirements: AddressRequirement | None = None
    """The kind of address that the number needs."""
    api_version: str | None = None
    """The API version that calls to the number are handled with."""
    capabilities: PhoneNumberCapabilities | None = None
    """The number's capabilities."""
    date_created: DateTime | None = None
    """The time when the account got the number."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    friendly_name: str | None = None
    """The name that the number was given."""
    phone_number: str | None = None
    """The number, E.164."""
    sid: str | None = None
    """The SID of the number (``PN...``)."""
    sms_application_sid: str | None = None
    """The application (``AP...``) that handles messages."""
    sms_fallback_method: HttpMethod | None = None
    """The HTTP method of ``sms_fallback_url``."""
    sms_fallback_url: str | None = None
    """The URL for messages when ``sms_url`` fails."""
    sms_method: HttpMethod | None = None
    """The HTTP method of ``sms_url``."""
    sms_url: str | None = None
    """The URL that handles messages."""
    status_callback: str | None = None
    """The URL that is told how calls go."""
    status_callback_method: HttpMethod | None = None
    """The HTTP method of ``status_callback``."""
    trunk_sid: str | None = None
    """The SIP trunk (``TK...``) that takes calls."""
    voice_application_sid: str | None = None
    """The application (``AP...``) that handles calls."""
    voice_caller_id_lookup: bool | None = None
    """True if the caller's name is looked up, which Twilio charges for."""
    voice_fallback_method: HttpMethod | None = None
    """The HTTP method of ``voice_fallback_url``."""
    voice_fallback_url: str | None = None
    """The URL for calls when ``voice_url`` fails."""
    voice_method: HttpMethod | None = None
    """The HTTP method of ``voice_url``."""
    voice_url: str | None = None
    """The URL that handles calls."""


class AssignedAddOn(Answer, frozen=True, kw_only=True):
    """An add-on that is assigned to a number."""

    sid: str | None = None
    """The SID of the installed add-on (``XE...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    resource_sid: str | None = None
    """The number (``PN...``) that the add-on is assigned to."""
    friendly_name: str | None = None
    """The name of the add-on."""
    description: str | None = None
    """A description of the add-on."""
    configuration: Any = None
    """The settings of the add-on, in the shape that the add-on defines."""
    unique_name: str | None = None
    """The unique name that the add-on was given."""
    date_created: DateTime | None = None
    """The time when the add-on was assigned."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    uri: str | None = None
    """The path of this answer."""
    subresource_uris: dict[str, str | None] | None = None
    """The paths of what belongs to it, such as its extensions."""


class AssignedAddOnExtension(Answer, frozen=True, kw_only=True):
    """An extension of an add-on: the product that the add-on hooks into."""

    sid: str | None = None
    """The SID of the extension (``XF...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    resource_sid: str | None = None
    """The number (``PN...``) that the add-on is assigned to."""
    assigned_add_on_sid: str | None = None
    """The add-on (``XE...``) that it extends."""
    friendly_name: str | None = None
    """The name of the extension."""
    product_name: str | None = None
    """The product that it hooks into."""
    unique_name: str | None = None
    """The unique name of the extension."""
    uri: str | None = None
    """The path of this answer."""
    enabled: bool | None = None
    """True if the extension is invoked."""


class IncomingPhoneNumberPage(UriPage, frozen=True, kw_only=True):
    """One page of an account's numbers."""

    incoming_phone_numbers: list[IncomingPhoneNumber] | None = None
    """The numbers."""


class AssignedAddOnPage(UriPage, frozen=True, kw_only=True):
    """One page of the add-ons assigned to a number."""

    assigned_add_ons: list[AssignedAddOn] | None = None
    """The add-ons."""


class AssignedAddOnExtensionPage(UriPage, frozen=True, kw_only=True):
    """One page of the extensions of an add-on."""

    extensions: list[AssignedAddOnExtension] | None = None
    """The extensions."""
