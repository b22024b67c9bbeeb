"""The older spelling: the methods and keywords of version 0.1.0, which keep working. New code names the part.

Each older name of ``Parts`` stands beside the part's method that it is: ``sandbox.advance()`` is
``sandbox.port_ins.advance()``. Each of ``OlderKeywords`` sets a field of ``Behavior``, ``Pace``, ``WebhookFaults``,
``Limits`` or ``SandboxRuntime``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Generic, Self, TypedDict, TypeVar, overload

import msgspec

from .api_2010.available_phone_numbers import AvailablePhoneNumbers
from .credentials import Accounts
from .faults import Faults
from .inventory import Inventory
from .messaging_v1.services import MessagingServices
from .numbers_v1.port_ins import PortIns
from .numbers_v1.portability import Portability
from .numbers_v1.webhooks import Webhooks
from .numbers_v2.hosting import AuthorizationDocuments, HostedNumberOrders
from .numbers_v2.review import Review
from .traffic import Traffic
from .trunking_v1.trunks import Trunks

T = TypeVar("T")


class _Older(Generic[T]):
    """An older name for what a part has."""

    def __init__(self, get: Callable[[Parts], T]) -> None:
        self._get = get

    @overload
    def __get__(self, sandbox: None, kind: type[object]) -> Self: ...

    @overload
    def __get__(self, sandbox: Parts, kind: type[object]) -> T: ...

    def __get__(self, sandbox: Parts | None, kind: type[object]) -> Self | T:
        return self if sandbox is None else self._get(sandbox)


class Parts:
    """The parts of a sandbox, and the older names for what they have."""

    accounts: Accounts
    """The accounts, their API keys and their OAuth tokens."""
    faults: Faults
    """The faults of the next calls."""
    traffic: Traffic
    """The requests: their counters and their log."""
    documents: set[str]
    """The SIDs (``RD...``) of the known documents."""
    portability: Portability
    """The answers of single numbers."""
    port_ins: PortIns
    """The port-ins, and the steps that they take."""
    incoming_phone_numbers: Inventory
    """The numbers of the accounts."""
    available_phone_numbers: AvailablePhoneNumbers
    """The numbers that can be bought, or that a stranger buys first."""
    bundles: Review
    """The bundles, and the steps of their review."""
    hosted_number_orders: HostedNumberOrders
    """The hosted number orders, and the steps that they take."""
    authorization_documents: AuthorizationDocuments
    """The letters of hosted number orders, and their signatures."""
    messaging_services: MessagingServices
    """The messaging services, and their numbers."""
    trunks: Trunks
    """The SIP trunks, and their numbers."""
    webhooks: Webhooks
    """The deliveries of webhooks."""

    add_account: Final = _Older(lambda sandbox: sandbox.accounts.add)
    add_api_key: Final = _Older(lambda sandbox: sandbox.accounts.add_api_key)
    revoke_tokens: Final = _Older(lambda sandbox: sandbox.accounts.revoke_tokens)
    script: Final = _Older(lambda sandbox: sandbox.faults.add)
    answer: Final = _Older(lambda sandbox: sandbox.portability.answer)
    add_document: Final = _Older(lambda sandbox: sandbox.documents.add)
    add_numbers: Final = _Older(lambda sandbox: sandbox.incoming_phone_numbers.add)
    phone_numbers: Final = _Older(lambda sandbox: sandbox.incoming_phone_numbers.of)
    port_out: Final = _Older(lambda sandbox: sandbox.incoming_phone_numbers.port_out)
    refuse_release: Final = _Older(lambda sandbox: sandbox.incoming_phone_numbers.refuse_release)
    sell: Final = _Older(lambda sandbox: sandbox.available_phone_numbers.sell)
    sell_found: Final = _Older(lambda sandbox: sandbox.available_phone_numbers.sell_found)
    add_port_ins: Final = _Older(lambda sandbox: sandbox.port_ins.add)
    port_in_sids: Final = _Older(lambda sandbox: sandbox.port_ins.sids)
    advance: Final = _Older(lambda sandbox: sandbox.port_ins.advance)
    expire: Final = _Older(lambda sandbox: sandbox.port_ins.expire)
    reject: Final = _Older(lambda sandbox: sandbox.port_ins.reject)
    bundle_sids: Final = _Older(lambda sandbox: sandbox.bundles.sids)
    review_bundle: Final = _Older(lambda sandbox: sandbox.bundles.review)
    approve_bundle: Final = _Older(lambda sandbox: sandbox.bundles.approve)
    reject_bundle: Final = _Older(lambda sandbox: sandbox.bundles.reject)
    expire_bundle: Final = _Older(lambda sandbox: sandbox.bundles.expire)
    webhooks_dropped: Final = _Older(lambda sandbox: sandbox.webhooks.dropped)
    webhooks_delivered: Final = _Older(lambda sandbox: sandbox.webhooks.delivered)
    requests: Final = _Older(lambda sandbox: sandbox.traffic.requests)
    refused: Final = _Older(lambda sandbox: sandbox.traffic.refused)
    in_flight: Final = _Older(lambda sandbox: sandbox.traffic.in_flight)
    peak: Final = _Older(lambda sandbox: sandbox.traffic.peak)
    busy_seconds: Final = _Older(lambda sandbox: sandbox.traffic.busy_seconds)
    operations: Final = _Older(lambda sandbox: sandbox.traffic.operations)
    log: Final = _Older(lambda sandbox: sandbox.traffic.log)
    requests_for: Final = _Older(lambda sandbox: sandbox.traffic.requests_for)
    reset_counters: Final = _Older(lambda sandbox: sandbox.traffic.reset)

    def forget_script(self) -> None:
        """Forget every fault and every ordered answer."""
        self.faults.clear()
        self.portability.forget_answers()

    @property
    def webhook_key(self) -> tuple[str, str] | None:
        """The key of ``webhooks``."""
        return self.webhooks.key

    @webhook_key.setter
    def webhook_key(self, key: tuple[str, str] | None) -> None:
        self.webhooks.key = key


class OlderKeywords(TypedDict, total=False):
    """The keywords of 0.1.0 that have become fields of a group."""

    not_portable_status: int
    strict_documents: bool
    strict_compliance: bool
    available_paging: bool
    csv_seed: int
    bulk_polls: int
    token_lifetime: float
    port_in_pace: float | None
    review_pace: float | None
    webhook_repeats: int
    webhook_shuffle: bool | int
    webhook_attempts: int
    webhook_pause: float
    webhook_queue: int
    log_size: int
    log_body: int
    max_body: int
    max_head: int
    max_line: int
    request_timeout: float
    idle_timeout: float
    max_connections: int | None
    now: Callable[[], dt.datetime]
    new_sid: Callable[[str], str]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


_RENAMED = {
    "port_in_pace": "port_ins",
    "review_pace": "reviews",
    "webhook_repeats": "repeat",
    "webhook_shuffle": "shuffle",
    "webhook_attempts": "attempts",
    "webhook_pause": "delay",
    "webhook_queue": "queue",
}

G = TypeVar("G", bound=msgspec.Struct)


def check_keywords(older: Mapping[str, object]) -> None:
    """Refuse keywords that 0.1.0 did not have, as Python does."""
    for name in older.keys() - OlderKeywords.__optional_keys__:
        raise TypeError(f"Sandbox() got an unexpected keyword argument {name!r}")


def with_older(group: G, older: Mapping[str, object]) -> G:
    """The group with those of its fields that an older keyword sets. ValueError names the keyword."""
    for keyword, value in older.items():
        field = _RENAMED.get(keyword, keyword)
        if field in group.__struct_fields__:
            try:
                # structs.replace checks nothing before msgspec 0.21
                group = type(group)(**{**msgspec.structs.asdict(group), field: value})
            except ValueError as error:
                raise ValueError(f"{keyword}: {str(error).partition(': ')[2]}") from None
    return group
