"""A number of an account: its fields in answers, and the settings that a request can change.

An unset URL and an unset application is ``""``, any other unset SID null, as in the specification's examples. A trunk
replaces the voice application, and the other way round. The address for emergencies is ``registered`` as soon as it is
set. A number that moves to another account keeps its name, its URLs and its methods, and loses its SIDs, which belong
to the old account.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import msgspec
from msgspec import Meta

from ..http.strict import AccountSid, Fields, Method
from ..numbering import TOLL_FREE_CODES, is_north_american
from ..state import account_path


class Capabilities(msgspec.Struct, frozen=True):
    """The capabilities of a number."""

    voice: bool = True
    sms: bool = True
    mms: bool = True
    fax: bool = False


class Number(msgspec.Struct, kw_only=True, eq=False):
    """The ``incoming_phone_number`` of the specification."""

    account_sid: str
    address_requirements: str = "none"
    address_sid: str | None = None
    api_version: str = "2010-04-01"
    beta: bool = False
    bundle_sid: str | None = None
    capabilities: Capabilities = Capabilities()
    date_created: str
    date_updated: str
    emergency_address_sid: str | None = None
    emergency_address_status: str = "unregistered"
    emergency_status: str = "Inactive"
    friendly_name: str
    identity_sid: str | None = None
    origin: str = "twilio"
    phone_number: str
    sid: str
    sms_application_sid: str = ""
    sms_fallback_method: str = "POST"
    sms_fallback_url: str = ""
    sms_method: str = "POST"
    sms_url: str = ""
    status: str = "in-use"
    status_callback: str = ""
    status_callback_method: str = "POST"
    subresource_uris: dict[str, str] | None = None
    trunk_sid: str | None = None
    type: str
    uri: str = ""
    voice_application_sid: str = ""
    voice_caller_id_lookup: bool = False
    voice_fallback_method: str = "POST"
    voice_fallback_url: str = ""
    voice_method: str = "POST"
    voice_receive_mode: str = "voice"
    voice_url: str = ""

    def __post_init__(self) -> None:
        _set_paths(self)


class NumberFields(TypedDict, total=False):
    """Fields for numbers that a test adds, by their names in answers. They are not checked."""

    address_requirements: str
    address_sid: str | None
    beta: bool
    bundle_sid: str | None
    capabilities: Capabilities
    emergency_address_sid: str | None
    emergency_status: str
    friendly_name: str
    identity_sid: str | None
    origin: str
    sms_application_sid: str
    sms_method: str
    sms_url: str
    status: str
    status_callback: str
    trunk_sid: str | None
    type: str
    voice_application_sid: str
    voice_caller_id_lookup: bool
    voice_method: str
    voice_receive_mode: str
    voice_url: str


ApplicationSid = Annotated[str, Meta(pattern=r"^(AP[0-9a-fA-F]{32})?\Z")]
AddressOrNone = Annotated[str, Meta(pattern=r"^(AD[0-9a-fA-F]{32})?\Z")]
IdentitySid = Annotated[str, Meta(pattern=r"^(RI[0-9a-fA-F]{32})?\Z")]
TrunkSid = Annotated[str, Meta(pattern=r"^(TK[0-9a-fA-F]{32})?\Z")]
BundleSid = Annotated[str, Meta(pattern=r"^(BU[0-9a-fA-F]{32})?\Z")]
Url = Annotated[str, Meta(pattern=r"^(https?://[^\s/]+(/\S*)?)?\Z")]


class Settings(Fields):
    """The fields that creating and updating share. ``""`` clears a text, a URL and a SID."""

    api_version: Literal["2010-04-01", "2008-08-01"] | None = None
    friendly_name: Annotated[str, Meta(max_length=64)] | None = None
    sms_application_sid: ApplicationSid | None = None
    sms_fallback_method: Method | None = None
    sms_fallback_url: Url | None = None
    sms_method: Method | None = None
    sms_url: Url | None = None
    status_callback: Url | None = None
    status_callback_method: Method | None = None
    voice_application_sid: ApplicationSid | None = None
    voice_caller_id_lookup: bool | None = None
    voice_fallback_method: Method | None = None
    voice_fallback_url: Url | None = None
    voice_method: Method | None = None
    voice_url: Url | None = None
    emergency_status: Literal["Active", "Inactive"] | None = None
    emergency_address_sid: AddressOrNone | None = None
    trunk_sid: TrunkSid | None = None
    identity_sid: IdentitySid | None = None
    address_sid: AddressOrNone | None = None
    voice_receive_mode: Literal["voice", "fax"] | None = None
    bundle_sid: BundleSid | None = None


class CreateBody(Settings):
    """The form that buys a number, by the number or by an area code."""

    phone_number: str | None = None
    area_code: str | None = None


class KindCreateBody(Settings, kw_only=True):
    """The form that buys a number of one kind."""

    phone_number: str


class UpdateBody(Settings):
    """The form that changes a number, or moves it to another account."""

    account_sid: AccountSid | None = None


_NULL = frozenset({"address_sid", "bundle_sid", "emergency_address_sid", "identity_sid", "trunk_sid"})
_SETTINGS = Settings.__struct_fields__


def apply(number: Number, settings: Settings) -> bool:
    """Change the settings that were sent. Returns False if there were none."""
    sent = {name: value for name in _SETTINGS if (value := getattr(settings, name)) is not None}
    for name, value in sent.items():
        setattr(number, name, None if value == "" and name in _NULL else value)
    if settings.trunk_sid:
        number.voice_application_sid = ""
    elif settings.voice_application_sid:
        number.trunk_sid = None
    if "emergency_address_sid" in sent:
        number.emergency_address_status = "registered" if settings.emergency_address_sid else "unregistered"
    return bool(sent)


def change_owner(number: Number, account_sid: str) -> None:
    """Move a number to another account."""
    number.account_sid = account_sid
    for name in _NULL:
        setattr(number, name, None)
    number.sms_application_sid = number.voice_application_sid = ""
    number.emergency_status, number.emergency_address_status = "Inactive", "unregistered"
    _set_paths(number)


def _set_paths(number: Number) -> None:
    path = f"{account_path(number.account_sid)}/IncomingPhoneNumbers/{number.sid}"
    number.uri = f"{path}.json"
    number.subresource_uris = {"assigned_add_ons": f"{path}/AssignedAddOns.json"}


def type_of(number: str) -> str:
    """The type of an E.164 number, by its digits."""
    return "toll-free" if is_north_american(number) and number[2:5] in TOLL_FREE_CODES else "local"


def friendly(number: str) -> str:
    """An E.164 number as its country writes it: ``(415) 555-0100``; elsewhere as it is."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}" if is_north_american(number) else number
