"""The state behind compliance: addresses, end users, documents and bundles of accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from ..numbering import country_of
from ..state import SandboxState, Shelf, timestamp
from .tables import regulations

BOUND = frozenset({"pending-review", "in-review", "twilio-approved", "provisionally-approved"})
"""The statuses of a bundle that binds its items: they can be neither changed nor deleted."""


class Paper(msgspec.Struct, kw_only=True, eq=False):
    """A resource of an account."""

    sid: str
    account_sid: str


class Address(Paper, kw_only=True, eq=False):
    """The address of a customer."""

    customer_name: str
    street: str
    street_secondary: str | None = None
    city: str
    region: str
    postal_code: str
    iso_country: str
    friendly_name: str | None = None
    emergency_enabled: bool = False
    date_created: str
    date_updated: str


class Item(Paper, kw_only=True, eq=False):
    """An end user or a supporting document, which bundles hold."""

    friendly_name: str
    type: str
    attributes: dict[str, Any]
    date_created: str
    date_updated: str


class EndUser(Item, kw_only=True, eq=False):
    """The person or business that uses the numbers."""


class Document(Item, kw_only=True, eq=False):
    """A proof of an end user's name, address or identity."""

    mime_type: str | None = None
    status: str = "draft"
    failure_reason: str | None = None
    errors: list[dict[str, Any]] | None = None


class Assignment(Paper, kw_only=True, eq=False):
    """An item in a bundle."""

    bundle_sid: str
    object_sid: str
    date_created: str


class Bundle(Paper, kw_only=True, eq=False):
    """Items that are put together for a regulation."""

    regulation_sid: str | None
    friendly_name: str
    status: str = "draft"
    valid_until: dt.datetime | None = None
    email: str
    status_callback: str | None = None
    is_test: bool = False
    copy_of: str | None = None
    items: dict[int, Assignment] = {}
    evaluations: dict[int, dict[str, Any]] = {}
    date_created: str
    date_updated: str

    def holds(self, sid: str) -> bool:
        """True if an end user or a document is in the bundle."""
        return any(item.object_sid == sid for item in self.items.values())


class Papers:
    """The papers of every account. ``strict``: a number is sold only with a known address and a known bundle."""

    def __init__(self, state: SandboxState, *, strict: bool) -> None:
        self.state = state
        self.strict = strict
        self.addresses: Shelf[Address] = Shelf()
        self.end_users: Shelf[EndUser] = Shelf()
        self.documents: Shelf[Document] = Shelf()
        self.bundles: Shelf[Bundle] = Shelf()

    def users_in(self, bundle: Bundle) -> list[EndUser]:
        """The end users in a bundle."""
        return [one for one in self.end_users.rows_of(bundle.account_sid).values() if bundle.holds(one.sid)]

    def documents_in(self, bundle: Bundle) -> list[Document]:
        """The supporting documents in a bundle."""
        return [one for one in self.documents.rows_of(bundle.account_sid).values() if bundle.holds(one.sid)]

    def stamp(self) -> str:
        """The time, as Numbers v2 writes it."""
        return timestamp(self.state.now())

    def refusal(
        self, account_sid: str, number: str, kind: str, address_sid: str | None, bundle_sid: str | None
    ) -> int | None:
        """The code with which a sale of a number of a kind is refused: 21631, 21649, or None if it is not.

        Unknown addresses and bundles are taken as given, unless the sandbox is strict.
        """
        if address_sid and self.strict and self.addresses.find(account_sid, address_sid) is None:
            return 21631
        if not bundle_sid:
            return None
        bundle = self.bundles.find(account_sid, bundle_sid)
        if bundle is None:
            return 21649 if self.strict else None
        self.lapse(bundle)
        regulation = regulations().get(bundle.regulation_sid or "")
        fits = (
            bundle.status in {"twilio-approved", "provisionally-approved"}
            and regulation is not None
            and regulation.country == country_of(number)
            and regulation.number_type == kind.replace("_", "-")
        )
        return None if fits else 21649

    def lapse(self, bundle: Bundle) -> None:
        """End an approval that is no longer valid."""
        until = bundle.valid_until
        if bundle.status == "twilio-approved" and until is not None and until <= self.state.now():
            bundle.status = "twilio-rejected"


def named_addresses(attributes: Mapping[str, Any]) -> list[Any]:
    """The addresses (``AD...``) in a document's attributes."""
    sids: Any = attributes.get("address_sids") or []
    return [*cast("Iterable[Any]", sids)] if isinstance(sids, list) else [sids]
