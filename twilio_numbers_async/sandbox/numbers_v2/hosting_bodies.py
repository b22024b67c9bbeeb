"""The forms and bodies of hosting, and the checks of their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from msgspec import Meta

from ..errors import bad_request
from ..http.strict import (
    AccountSid,
    AddressSid,
    Body,
    Fields,
    Filled,
    Method,
    NumberSid,
    check_email,
    is_e164,
)
from ..paging import PageQuery, matching

OrderStatus = Literal[
    "twilio-processing", "received", "pending-verification", "verified", "pending-loa", "carrier-processing",
    "testing", "completed", "failed", "action-required",
]  # fmt: skip
DependentStatus = Literal[
    "received", "verified", "pending-loa", "carrier-processing", "completed", "failed", "action-required"
]
LetterStatus = Literal["opened", "signing", "signed", "canceled", "failed"]
ApplicationSid = Annotated[str, Meta(pattern="^AP[0-9a-fA-F]{32}$")]
_Name = Annotated[str, Meta(max_length=128)]


class OrderBody(Fields):
    phone_number: str
    contact_phone_number: str
    address_sid: AddressSid
    email: str
    account_sid: AccountSid | None = None
    friendly_name: _Name | None = None
    cc_emails: str | None = None
    sms_url: str | None = None
    sms_method: Method | None = None
    sms_fallback_url: str | None = None
    sms_capability: bool = True
    sms_fallback_method: Method | None = None
    status_callback_url: str | None = None
    status_callback_method: Method | None = None
    sms_application_sid: ApplicationSid | None = None
    contact_title: str | None = None


class StatusBody(Fields):
    status: OrderStatus
    verification_call_delay: Annotated[int, Meta(ge=0, le=60)] = 0
    verification_call_extension: str | None = None


class DependentQuery(PageQuery):
    status: DependentStatus | None = None
    phone_number: str | None = None
    incoming_phone_number_sid: NumberSid | None = None
    friendly_name: str | None = None


class OrdersQuery(PageQuery):
    status: OrderStatus | None = None
    sms_capability: bool | None = None
    phone_number: str | None = None
    incoming_phone_number_sid: NumberSid | None = None
    friendly_name: str | None = None


class BulkNumber(Body):
    phone_number: str
    status_callback_url: str | None = None


class BulkItem(Body):
    email: str
    address_sid: AddressSid
    contact_phone_number: str
    contact_title: Filled
    numbers: Annotated[list[BulkNumber], Meta(min_length=1)]


class BulkBody(Body):
    request_items: Annotated[list[BulkItem], Meta(min_length=1)]
    friendly_name: _Name | None = None
    notification_email: str | None = None


class BulkQuery(Fields):
    order_status: str | None = None


class LetterBody(Fields):
    address_sid: AddressSid
    email: str
    contact_phone_number: str
    hosted_number_order_sids: str
    contact_title: str | None = None
    cc_emails: str | None = None


class LettersQuery(PageQuery):
    email: str | None = None
    status: LetterStatus | None = None


def check_contact(email: str, phone_number: str, email_name: str, phone_number_name: str) -> None:
    """Refuse an e-mail address or a number of a contact that is none."""
    check_email(email_name, email)
    if not is_e164(phone_number):
        raise bad_request(f"Invalid parameter: {phone_number_name} is not E.164")


def emails_of(name: str, joined: str | None) -> list[str]:
    """The e-mail addresses of a parameter that may come again."""
    emails = joined.split(",") if joined else []
    for email in emails:
        check_email(name, email)
    return emails


def settings_of(body: OrderBody) -> dict[str, str]:
    """The fields of the number that an order sets."""
    given = {
        "friendly_name": body.friendly_name,
        "sms_url": body.sms_url,
        "sms_method": body.sms_method,
        "sms_fallback_url": body.sms_fallback_url,
        "sms_fallback_method": body.sms_fallback_method,
        "sms_application_sid": body.sms_application_sid,
        "status_callback": body.status_callback_url,
        "status_callback_method": body.status_callback_method,
    }
    return {name: value for name, value in given.items() if value is not None}


def order_filter(asked: OrdersQuery | DependentQuery) -> Callable[[object], bool]:
    """The test for the orders that a list asks for."""
    if asked.phone_number is not None:
        asked.phone_number = asked.phone_number.strip()
    return matching(asked, "status", "phone_number", "incoming_phone_number_sid", "friendly_name")
