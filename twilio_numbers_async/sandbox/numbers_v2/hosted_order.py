"""Hosted number orders and their letters: the fields, the steps, and the answers.

Each step takes an order one row down:

====================  =============================================================================================
status                the next step
====================  =============================================================================================
twilio-processing     a bulk request is processed (see ``hosting``)
received              the customer asks for the call: a call with a code is made
pending-verification  somebody types the code
verified              the customer sends a letter; the order stays here without one
pending-loa           somebody signs the letter
carrier-processing    the carrier agrees
testing               the tests are over
completed             none
====================  =============================================================================================

An order that goes wrong is ``failed``, and its number leaves the account, or ``action-required``. A reserved number,
``+1 NXX 555 01XX``, does so by its last two digits: 96 action-required after the signature (the name does not match),
97 failed after it (the address does not match), 98 action-required after the third call (nobody types the code),
99 failed in the tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from ..numbering import is_reserved
from ..routing import PUBLIC_HOST
from ..state import timestamp

ROOT = "/v2/HostedNumber"
ORDERS = f"{ROOT}/Orders"
BULK = f"{ORDERS}/Bulk"
LETTERS = f"{ROOT}/AuthorizationDocuments"

MOST_CALLS = 3
NEXT: Mapping[str, str] = {
    "twilio-processing": "received",
    "received": "pending-verification",
    "pending-verification": "verified",
    "pending-loa": "carrier-processing",
    "carrier-processing": "testing",
    "testing": "completed",
}
BY_ITSELF = frozenset({"pending-verification", "carrier-processing", "testing"})
"""The statuses that an order leaves without the customer."""
OPEN = frozenset({*NEXT, "verified", "action-required"})


class Fate(msgspec.Struct, frozen=True):
    """The way in which the order of a scripted number goes wrong: at the status ``at`` it becomes ``status``."""

    at: str
    status: str
    reason: str
    next_step: str


_FATES = {
    "96": Fate(
        "carrier-processing",
        "action-required",
        "The name on the letter does not match",
        "CREATE_AUTHORIZATION_DOCUMENT",
    ),
    "97": Fate("carrier-processing", "failed", "The address does not match", "CREATE_HOSTED_NUMBER_ORDER"),
    "98": Fate("pending-verification", "action-required", "The code was not typed", "CONTACT_SUPPORT"),
    "99": Fate("testing", "failed", "The number could not be reached", "CONTACT_SUPPORT"),
}


def fate_of(number: str) -> Fate | None:
    """The fate of a number that goes wrong by the table, None for one that goes right."""
    return _FATES.get(number[-2:]) if is_reserved(number) else None


class Letter(msgspec.Struct, kw_only=True, eq=False):
    """A letter of authorization."""

    sid: str
    account_sid: str
    address_sid: str
    email: str
    cc_emails: list[str]
    orders: list[Order]
    created: dt.datetime
    updated: dt.datetime
    status: str = "signing"


class Order(msgspec.Struct, kw_only=True, eq=False):
    """An order to host a number."""

    sid: str
    account_sid: str
    phone_number: str
    address_sid: str
    email: str
    contact_phone_number: str
    created: dt.datetime
    updated: dt.datetime
    status: str = "received"
    incoming_phone_number_sid: str | None = None
    contact_title: str | None = None
    friendly_name: str | None = None
    cc_emails: list[str] = []
    sms: bool = True
    bulk_sid: str | None = None
    letter: Letter | None = None
    failure_reason: str = ""
    next_step: str | None = None
    attempts: int = 0
    call_sids: list[str] = []
    delay: int = 0
    extension: str | None = None
    code: str | None = None


class Bulk(msgspec.Struct, kw_only=True, eq=False):
    """A bulk request."""

    sid: str
    account_sid: str
    friendly_name: str | None
    notification_email: str | None
    orders: list[Order]
    created: dt.datetime
    completed: dt.datetime | None = None
    polls: int = 0


_AS_THEY_ARE = (
    "sid", "account_sid", "incoming_phone_number_sid", "address_sid", "phone_number", "friendly_name", "status",
    "failure_reason", "next_step", "email", "cc_emails", "contact_title", "contact_phone_number",
)  # fmt: skip


def shown_dependent(order: Order) -> dict[str, object]:
    """An order, as the list of a letter's orders has it."""
    return {
        **{name: getattr(order, name) for name in _AS_THEY_ARE},
        "signing_document_sid": order.letter.sid if order.letter else None,
        "capabilities": {"sms": order.sms, "voice": False},
        "date_created": timestamp(order.created),
        "date_updated": timestamp(order.updated),
        "bulk_hosting_request_sid": order.bulk_sid,
    }


def shown_order(order: Order) -> dict[str, object]:
    """An order."""
    return {
        **shown_dependent(order),
        "url": f"{PUBLIC_HOST}{ORDERS}/{order.sid}",
        "verification_attempts": order.attempts,
        "verification_call_sids": order.call_sids,
        "verification_call_delay": order.delay,
        "verification_call_extension": order.extension,
        "verification_code": order.code,
        "verification_type": "phone-call",
    }


def shown_letter(letter: Letter) -> dict[str, object]:
    """A letter."""
    url = f"{PUBLIC_HOST}{LETTERS}/{letter.sid}"
    return {
        "sid": letter.sid,
        "address_sid": letter.address_sid,
        "status": letter.status,
        "email": letter.email,
        "cc_emails": letter.cc_emails,
        "date_created": timestamp(letter.created),
        "date_updated": timestamp(letter.updated),
        "url": url,
        "links": {"dependent_hosted_number_orders": f"{url}/DependentHostedNumberOrders"},
    }


def shown_bulk(bulk: Bulk, status: str, wanted: str | None) -> dict[str, object]:
    """A bulk request; ``wanted`` is the one status whose orders are in it, None for all of them."""
    groups: dict[str, list[Order]] = {}
    for order in bulk.orders if bulk.completed else ():
        groups.setdefault(order.status.replace("-", "_"), []).append(order)
    return {
        "bulk_hosting_sid": bulk.sid,
        "request_status": status,
        "friendly_name": bulk.friendly_name,
        "notification_email": bulk.notification_email,
        "date_created": timestamp(bulk.created),
        "date_completed": timestamp(bulk.completed) if bulk.completed else None,
        "url": f"{PUBLIC_HOST}{BULK}/{bulk.sid}",
        "total_count": len(bulk.orders),
        "results": [
            {
                "order_status": name,
                "count": str(len(orders)),
                "get_more_info": "See the failure_reason of each order" if name == "failed" else None,
                "orders": [_shown_entry(order) for order in orders],
            }
            for name, orders in groups.items()
            if wanted in {None, name}
        ],
    }


def _shown_entry(order: Order) -> dict[str, object]:
    return {
        "hosting_order_sid": order.sid,
        "phone_number": order.phone_number,
        "account_sid": order.account_sid,
        "failure_reason": order.failure_reason or None,
        "next_step": order.next_step,
        "url": f"{PUBLIC_HOST}{ORDERS}/{order.sid}",
        "email": order.email,
        "signing_document_sid": order.letter.sid if order.letter else None,
    }
