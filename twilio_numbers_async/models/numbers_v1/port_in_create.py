"""Numbers v1, Porting/PortIn: the body that asks for a port-in."""

from __future__ import annotations

import datetime as dt

from ..base import Request, Time


class PortingAddress(Request, frozen=True, kw_only=True):
    """The customer's billing address; it must match the losing carrier's records."""

    street: str
    """The street and house number."""
    street_2: str | None = None
    """Floor, suite or building."""
    city: str
    """The city."""
    state: str
    """The state, spelled or abbreviated as the losing carrier does."""
    zip: str
    """The postal code."""
    country: str
    """The country, such as ``"US"`` or ``"USA"``."""


class LosingCarrierInformation(Request, frozen=True, kw_only=True):
    """The customer's details in the losing carrier's records. Give either ``address`` or ``address_sid``."""

    customer_name: str
    """The customer's name: a person's or a company's, as ``customer_type`` says."""
    account_number: str | None = None
    """The customer's account number; needed for mobile numbers only."""
    account_telephone_number: str | None = None
    """The telephone number of that account."""
    address_sid: str | None = None
    """An address (``AD...``) that is copied into the request, in place of ``address``."""
    address: PortingAddress | None = None
    """The billing address, in place of ``address_sid``."""
    authorized_representative: str
    """First and last name of the person who may change the account and signs."""
    authorized_representative_email: str
    """The e-mail address of that person."""
    customer_type: str | None = None
    """``"Business"`` or ``"Individual"``, or a ``CustomerType``."""
    authorized_representative_katakana: str | None = None
    """The representative's name in katakana (Japan)."""
    sub_municipality: str | None = None
    """The part of the municipality (Japan)."""
    building: str | None = None
    """The building (Japan)."""
    katakana_name: str | None = None
    """The customer's name in katakana (Japan)."""


class PortInCreatePhoneNumber(Request, frozen=True, kw_only=True):
    """One number to port."""

    phone_number: str
    """The number, E.164."""
    pin: str | None = None
    """The losing carrier's PIN; needed for US mobile numbers, elsewhere if the carrier asks for it."""


class PortInCreate(Request, frozen=True, kw_only=True):
    """A request to port 1 to 1,000 numbers of one country to Twilio. Toll-free numbers cannot be among them."""

    account_sid: str
    """The account or subaccount (``AC...``) the numbers are ported to."""
    documents: list[str]
    """The SIDs of the documents (``RD...``); one of them a utility bill dated within 30 days."""
    phone_numbers: list[PortInCreatePhoneNumber]
    """The numbers to port."""
    losing_carrier_information: LosingCarrierInformation
    """The customer's details with the losing carrier."""
    notification_emails: list[str] | None = None
    """E-mail addresses that also get a copy of the signed letter of authorization."""
    target_port_in_date: dt.date | None = None
    """The day the port is wanted for: at least 7 days ahead (Japan: 10). Not guaranteed."""
    target_port_in_time_range_start: Time | None = None
    """The earliest time on that day, with its UTC offset, such as ``"10:15:00-08:00"``."""
    target_port_in_time_range_end: Time | None = None
    """The latest time on that day, with its UTC offset."""
    bundle_sid: str | None = None
    """A bundle of regulatory documents (``BU...``)."""
    portability_advance_carrier: str | None = None
    """The donor carrier's service that the lines come from (Japan; required there)."""
    auto_cancel_approval_numbers: str | None = None
    """The numbers whose cancellation is approved automatically (Japan)."""
