"""The body that creates a port-in, and the rules that the specification's prose and Twilio's pages add."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from ..errors import bad_request, port_in_error
from ..http.strict import AccountSid, Body, check_email, is_e164, is_sid
from ..numbering import TOLL_FREE_CODES, country_of, is_north_american

MAX_NUMBERS = 1000


class Address(Body):
    street: str
    city: str
    state: str
    zip: str
    country: str
    street_2: str | UnsetType = UNSET


class LosingCarrier(Body):
    customer_name: str
    authorized_representative: str
    authorized_representative_email: str
    account_number: str | UnsetType = UNSET
    account_telephone_number: str | UnsetType = UNSET
    address_sid: str | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    customer_type: Literal["Business", "Individual"] | UnsetType = UNSET
    authorized_representative_katakana: str | UnsetType = UNSET
    sub_municipality: str | UnsetType = UNSET
    building: str | UnsetType = UNSET
    katakana_name: str | UnsetType = UNSET


class PhoneNumber(Body):
    phone_number: str
    pin: str | UnsetType = UNSET


class PortInBody(Body):
    """The specification's ``porting_port_in_create``."""

    account_sid: AccountSid
    documents: list[str]
    losing_carrier_information: LosingCarrier
    phone_numbers: Annotated[list[PhoneNumber], Meta(min_length=1)]
    notification_emails: list[str] | None = None
    target_port_in_date: dt.date | None = None
    target_port_in_time_range_start: str | None = None
    target_port_in_time_range_end: str | None = None
    bundle_sid: str | None = None
    portability_advance_carrier: str | None = None
    auto_cancel_approval_numbers: str | None = None


def check(body: PortInBody, *, today: dt.date, documents: set[str] | None) -> None:
    """Refuse a body that Twilio would refuse. ``documents``: the known SIDs, None to take any of the right form."""
    country = _check_numbers(body)
    _check_documents(body.documents, documents)
    _check_carrier(body.losing_carrier_information)
    for place, email in enumerate(body.notification_emails or ()):
        check_email(f"notification_emails[{place}]", email)
    if body.bundle_sid and not is_sid(body.bundle_sid, "BU"):
        raise port_in_error(22170, "bundle_sid")
    if country == "JP":
        _require(body, "", "bundle_sid", "portability_advance_carrier")
    days = 10 if country == "JP" else 7
    if body.target_port_in_date and body.target_port_in_date < today + dt.timedelta(days=days):
        raise bad_request(f"Invalid parameter: target_port_in_date is less than {days} days in the future")
    target(body)


def _check_numbers(body: PortInBody) -> str | None:
    numbers = body.phone_numbers
    if len(numbers) > MAX_NUMBERS:
        raise bad_request(f"Invalid parameter: phone_numbers has more than {MAX_NUMBERS} phone numbers")
    countries: set[str | None] = set()
    for place, entry in enumerate(numbers):
        number = entry.phone_number
        if not is_e164(number):
            raise port_in_error(22172, f"phone_numbers[{place}].phone_number")
        if is_north_american(number) and number[2:5] in TOLL_FREE_CODES:
            raise port_in_error(22130, f"phone_numbers[{place}].phone_number is toll-free")
        countries.add(country_of(number))
    if len(countries) > 1:
        raise port_in_error(22172, "phone_numbers")
    return countries.pop()


def _check_documents(sids: list[str], known: set[str] | None) -> None:
    for place, sid in enumerate(sids):
        if not is_sid(sid, "RD") or (known is not None and sid not in known):
            raise bad_request(f"Invalid parameter: documents[{place}] is not the SID of a document")
    if not sids:
        raise port_in_error(22171, "documents")


def _check_carrier(carrier: LosingCarrier) -> None:
    place = "losing_carrier_information"
    _require(carrier, f"{place}.", "customer_name", "authorized_representative")
    check_email(f"{place}.authorized_representative_email", carrier.authorized_representative_email)
    if carrier.address_sid:
        if not is_sid(carrier.address_sid, "AD"):
            raise port_in_error(22173, f"{place}.address_sid")
    elif not carrier.address:
        raise port_in_error(22171, f"{place} needs address or address_sid")
    else:
        _require(carrier.address, f"{place}.address.", "street", "city", "state", "zip", "country")


def _require(part: Body, place: str, *names: str) -> None:
    for name in names:
        value: str | None = getattr(part, name)
        if not value or not value.strip():
            raise port_in_error(22171, place + name)


def _time(place: str, value: str) -> dt.time:
    try:
        time = dt.time.fromisoformat(value)
    except ValueError:
        time = dt.time()
    if time.tzinfo is None:
        raise bad_request(f"Invalid parameter: {place} is not an ISO 8601 time with its offset")
    return time


def target(body: PortInBody) -> tuple[dt.date | None, dt.time | None, dt.time | None]:
    """The target date and time range in UTC; the date moves along with the times."""
    start, end = body.target_port_in_time_range_start, body.target_port_in_time_range_end
    if not start and not end:
        return body.target_port_in_date, None, None
    if not start or not end:
        raise bad_request("Invalid parameter: target_port_in_time_range_start and _end come together")
    if body.target_port_in_date is None:
        raise port_in_error(22171, "target_port_in_date")
    names = ("target_port_in_time_range_start", "target_port_in_time_range_end")
    first, last = (
        dt.datetime.combine(body.target_port_in_date, _time(name, value)).astimezone(dt.UTC)
        for name, value in zip(names, (start, end), strict=True)
    )
    if last <= first:
        raise bad_request("Invalid parameter: target_port_in_time_range_end is not after its start")
    return first.date(), first.timetz(), last.timetz()


def port_date(body: PortInBody, today: dt.date) -> dt.datetime:
    """The time of the port: the start of the target range, in UTC, or in a week."""
    date, start, _ = target(body)
    date = date or today + dt.timedelta(days=7)
    return dt.datetime.combine(date, start or dt.time(tzinfo=dt.UTC), dt.UTC)
