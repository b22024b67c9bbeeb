"""Messaging v1, Services: the numbers that a messaging service sends from."""

from __future__ import annotations

from ..base import Answer, DateTime
from ..numbers_v2.paging import UrlPage


class MessagingServicePhoneNumber(Answer, frozen=True, kw_only=True):
    """A number of a messaging service."""

    sid: str | None = None
    """The SID of the number (``PN...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that has the number."""
    service_sid: str | None = None
    """The messaging service (``MG...``)."""
    date_created: DateTime | None = None
    """The time when the number was added to the service."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    phone_number: str | None = None
    """The number, E.164."""
    country_code: str | None = None
    """The country of the number, ISO 3166-1 alpha-2."""
    capabilities: list[str] | None = None
    """The names of what the number can do, such as ``SMS``, ``MMS``, ``Voice``."""
    url: str | None = None
    """The address of this answer."""


class MessagingServicePhoneNumberPage(UrlPage, frozen=True, kw_only=True):
    """One page of the numbers of a messaging service."""

    phone_numbers: list[MessagingServicePhoneNumber] | None = None
    """The numbers."""
