"""Checks of a request before it is sent: pure, without a clock and without metadata of numbers.

Every fault is an ``InvalidArgumentError`` whose ``argument`` is the place of the value. No message repeats a
number, a name or an address.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from ..errors import InvalidArgumentError, InvalidPhoneNumberError, invalid
from .base import Request, decode_scalar
from .numbers_v1.eligibility import EligibilityCreate
from .numbers_v1.port_in_create import LosingCarrierInformation, PortInCreate, PortingAddress
from .numbers_v1.port_ins import CustomerType
from .numbers_v1.signing_requests import SigningRequestConfigurationCreate, SigningRequestProduct
from .numbers_v1.webhook_configuration import WebhookConfigurationCreate
from .numbers_v2.bulk_hosted_number_orders import BulkHostedNumberOrderCreate
from .sids import check_sid

MAX_PORT_IN_PHONE_NUMBERS = 1000
MAX_BULK_HOSTED_NUMBERS = 1000  # an assumption
_MAX_FRIENDLY_NAME = 128
_MAX_EMAIL_SUBJECT = 255
_MAX_EMAIL_MESSAGE = 5000

R = TypeVar("R", bound=Request)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_URL = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Za-z]{2}")
# What msgspec would turn into text, so that it passed for text.
_NOT_TEXT = (bytes, bytearray, dt.datetime, dt.date, dt.time, dt.timedelta, uuid.UUID, decimal.Decimal)


def is_e164(text: str) -> bool:
    """True for ``+`` and 7 to 15 digits, the first of them not 0."""
    return _E164.fullmatch(text) is not None


def is_email(text: object) -> bool:
    """True for what looks like an e-mail address."""
    return isinstance(text, str) and _EMAIL.fullmatch(text) is not None


def is_web_address(text: object) -> bool:
    """True for a complete http or https URL."""
    return isinstance(text, str) and _URL.fullmatch(text) is not None


def check(request: Request) -> None:
    """Check a request as far as that goes without asking Twilio.

    Raises InvalidArgumentError; its ``argument`` is such as ``losing_carrier_information.customer_name`` or
    ``phone_numbers[3].pin``.
    """
    request = _check_types(request)
    if isinstance(request, PortInCreate):
        _check_port_in(request)
    elif isinstance(request, EligibilityCreate):
        _check_eligibility(request)
    elif isinstance(request, BulkHostedNumberOrderCreate):
        _check_bulk_hosting(request)
    elif isinstance(request, WebhookConfigurationCreate):
        _check_url(request.port_in_target_url, "port_in_target_url")
        _check_url(request.port_out_target_url, "port_out_target_url")
        for index, event in enumerate(request.notifications_of or ()):
            _check_filled(event, f"notifications_of[{index}]")
    elif isinstance(request, SigningRequestConfigurationCreate):
        _check_signing_request(request)
    elif isinstance(request, LosingCarrierInformation):
        _check_losing_carrier(request, "")
    elif isinstance(request, PortingAddress):
        _check_address(request, "")


def _check_types(request: R) -> R:
    """The same request out of plain values, or an error that tells where a value is of the wrong type."""
    try:
        plain = msgspec.to_builtins(request, builtin_types=_NOT_TEXT, enc_hook=_not_plain)
        return msgspec.convert(plain, type(request), strict=True, dec_hook=decode_scalar)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `")
        problem = problem.removesuffix(", got `float`")
        argument = path.rstrip("`").removeprefix("$").removeprefix(".")
        raise InvalidArgumentError(
            f"{argument or type(request).__name__}: {problem}", argument=argument or None
        ) from None


def _not_plain(_: object) -> object:
    # No field of a request takes a float, so convert() tells where this stands.
    return float("nan")


def _check_port_in(request: PortInCreate) -> None:
    check_sid(request.account_sid, "AC", "account_sid")
    if not request.documents:
        raise invalid("documents", "must hold the SID of at least one document, a utility bill")
    for index, sid in enumerate(request.documents):
        check_sid(sid, "RD", f"documents[{index}]")
    if len(request.phone_numbers) > MAX_PORT_IN_PHONE_NUMBERS:
        raise invalid(
            "phone_numbers",
            f"holds {len(request.phone_numbers)} numbers; a request takes at most {MAX_PORT_IN_PHONE_NUMBERS}",
        )
    _check_phone_numbers([entry.phone_number for entry in request.phone_numbers])
    _check_losing_carrier(request.losing_carrier_information, "losing_carrier_information.")
    for index, email in enumerate(request.notification_emails or ()):
        _check_email(email, f"notification_emails[{index}]")
    start = _offset_time(request.target_port_in_time_range_start, "target_port_in_time_range_start")
    end = _offset_time(request.target_port_in_time_range_end, "target_port_in_time_range_end")
    if start is not None and end is not None and end < start:
        raise invalid("target_port_in_time_range_end", "must not be before target_port_in_time_range_start")
    _check_optional_sid(request.bundle_sid, "BU", "bundle_sid")


def _check_eligibility(request: EligibilityCreate) -> None:
    _check_phone_numbers([entry.phone_number for entry in request.phone_numbers])
    for index, entry in enumerate(request.phone_numbers):
        _check_optional_sid(entry.hosting_account_sid, "AC", f"phone_numbers[{index}].hosting_account_sid")


def _check_phone_numbers(numbers: list[str]) -> None:
    if not numbers:
        raise invalid("phone_numbers", "must hold at least one number")
    _check_different({f"phone_numbers[{index}].phone_number": number for index, number in enumerate(numbers)})


def _check_different(numbers: Mapping[str, str]) -> None:
    """Numbers by their places: each E.164, and none twice."""
    seen: dict[str, str] = {}
    for argument, number in numbers.items():
        _check_e164(number, argument)
        first = seen.setdefault(number, argument)
        if first != argument:
            raise invalid(argument, f"is the same number as {first}")


def _check_e164(number: str, argument: str) -> None:
    if not is_e164(number):
        raise InvalidPhoneNumberError(
            f"{argument} must be in E.164 format, such as +14155550100", argument=argument
        )


def _check_bulk_hosting(request: BulkHostedNumberOrderCreate) -> None:
    if not request.request_items:
        raise invalid("request_items", "must hold at least one item")
    _check_length(request.friendly_name, _MAX_FRIENDLY_NAME, "friendly_name")
    if request.notification_email is not None:
        _check_email(request.notification_email, "notification_email")
    numbers: dict[str, str] = {}
    for position, item in enumerate(request.request_items):
        at = f"request_items[{position}]"
        _check_email(item.email, f"{at}.email")
        check_sid(item.address_sid, "AD", f"{at}.address_sid")
        _check_e164(item.contact_phone_number, f"{at}.contact_phone_number")
        _check_filled(item.contact_title, f"{at}.contact_title")
        if not item.numbers:
            raise invalid(f"{at}.numbers", "must hold at least one number")
        for index, number in enumerate(item.numbers):
            numbers[f"{at}.numbers[{index}].phone_number"] = number.phone_number
            _check_url(number.status_callback_url, f"{at}.numbers[{index}].status_callback_url")
    if len(numbers) > MAX_BULK_HOSTED_NUMBERS:
        raise invalid(
            "request_items",
            f"hold {len(numbers)} numbers; a request takes at most {MAX_BULK_HOSTED_NUMBERS}",
        )
    _check_different(numbers)


def _check_losing_carrier(info: LosingCarrierInformation, at: str) -> None:
    _check_filled(info.customer_name, f"{at}customer_name")
    _check_filled(info.authorized_representative, f"{at}authorized_representative")
    _check_email(info.authorized_representative_email, f"{at}authorized_representative_email")
    _check_choice(info.customer_type, CustomerType, f"{at}customer_type")
    if info.address is None and not info.address_sid:
        raise invalid(f"{at}address", "or address_sid must be given")
    if info.address is not None and info.address_sid:
        raise invalid(f"{at}address_sid", "and address must not both be given")
    if info.address is not None:
        _check_address(info.address, f"{at}address.")
    _check_optional_sid(info.address_sid, "AD", f"{at}address_sid")


def _check_address(address: PortingAddress, at: str) -> None:
    for name in ("street", "city", "state", "zip", "country"):
        _check_filled(getattr(address, name), f"{at}{name}")


def _check_signing_request(request: SigningRequestConfigurationCreate) -> None:
    _check_optional_sid(request.logo_sid, "RD", "logo_sid")
    _check_choice(request.product, SigningRequestProduct, "product")
    if request.country and not _COUNTRY.fullmatch(request.country):
        raise invalid("country", "must be a country code of two letters, such as US")
    _check_length(request.email_subject, _MAX_EMAIL_SUBJECT, "email_subject")
    _check_length(request.email_message, _MAX_EMAIL_MESSAGE, "email_message")
    _check_url(request.url_redirection, "url_redirection")


def _check_filled(text: str, argument: str) -> None:
    if not text.strip():
        raise invalid(argument, "must not be empty")


def _check_email(text: str, argument: str) -> None:
    if not is_email(text):
        raise invalid(argument, "must be an e-mail address, such as name@example.com")


def _check_choice(text: str | None, kind: type[CustomerType | SigningRequestProduct], argument: str) -> None:
    choices = [member.value for member in kind]
    if text and text not in choices:
        raise invalid(argument, f"must be one of {', '.join(choices)}")


def _check_length(text: str | None, limit: int, argument: str) -> None:
    if text is not None and len(text) > limit:
        raise invalid(argument, f"is {len(text)} characters long; at most {limit} are allowed")


def _check_optional_sid(sid: str | None, prefix: str, argument: str) -> None:
    if sid:  # "" clears it
        check_sid(sid, prefix, argument)


def _check_url(url: str | None, argument: str) -> None:
    if url and not is_web_address(url):
        raise invalid(argument, "must be a complete URL that starts with https:// or http://")


def _offset_time(value: dt.time | str | None, argument: str) -> dt.time | None:
    if isinstance(value, str):
        raise invalid(argument, "must be a time with its UTC offset, such as 10:15:00-08:00")
    if value is not None and value.utcoffset() is None:
        raise invalid(argument, "must have a UTC offset, such as 10:15:00-08:00")
    return value
