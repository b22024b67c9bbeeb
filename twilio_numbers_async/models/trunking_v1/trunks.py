"""Trunking v1, Trunks: the numbers whose calls a SIP trunk takes."""

from __future__ import annotations

from ..api_2010.incoming_phone_numbers import AttachedPhoneNumber
from ..numbers_v2.paging import UrlPage


class TrunkPhoneNumber(AttachedPhoneNumber, frozen=True, kw_only=True):
    """A number of a SIP trunk. An unset URL or SID is ``""`` or None, as Twilio sends it."""

    beta: bool | None = None
    """True if the number is new to Twilio's platform."""
    links: dict[str, str | None] | None = None
    """The addresses of what belongs to it, such as ``phone_number``."""
    url: str | None = None
    """The address of this answer."""


class TrunkPhoneNumberPage(UrlPage, frozen=True, kw_only=True):
    """One page of the numbers of a SIP trunk."""

    phone_numbers: list[TrunkPhoneNumber] | None = None
    """The numbers."""
