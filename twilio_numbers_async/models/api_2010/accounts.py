"""2010-04-01, Accounts: the account and its subaccounts."""

from __future__ import annotations

from typing import ClassVar

from ..base import DateTime, OpenEnum
from ..guarded import GuardedAnswer
from .phone_numbers import UriPage


class AccountStatus(OpenEnum):
    """The status of an account."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class AccountType(OpenEnum):
    """The type of an account."""

    TRIAL = "Trial"
    FULL = "Full"


class Account(GuardedAnswer, frozen=True, kw_only=True):
    """An account or a subaccount. The repr does not show its token."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "friendly_name", "status", "type")

    auth_token: str | None = None
    """The secret that signs in to the account: keep it as one."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    friendly_name: str | None = None
    """The name that it was given."""
    owner_account_sid: str | None = None
    """The account (``AC...``) that it is a subaccount of; its own SID where it is none."""
    sid: str | None = None
    """The SID of the account (``AC...``)."""
    status: AccountStatus | None = None
    """The status: whether it may be used."""
    subresource_uris: dict[str, str | None] | None = None
    """The paths of what belongs to it."""
    type: AccountType | None = None
    """Trial or full."""
    uri: str | None = None
    """The path of this answer."""


class AccountPage(UriPage, frozen=True, kw_only=True):
    """One page of the accounts."""

    accounts: list[Account] | None = None
    """The accounts."""
