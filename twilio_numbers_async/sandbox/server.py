"""The sandbox itself: what it is made of. What tests tell and ask it is in ``controls``."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Unpack

from .api_2010.accounts import AccountsFamily
from .api_2010.addresses import Addresses
from .api_2010.assigned_add_ons import AssignedAddOns
from .api_2010.available_phone_numbers import AvailablePhoneNumbers
from .api_2010.csv_form import CsvForm
from .api_2010.incoming_phone_numbers import IncomingPhoneNumbers
from .controls import Controls
from .credentials import Accounts
from .http.bounds import DEFAULT_BOUNDS, Bounds, checked
from .http.service import Service
from .inventory import Inventory
from .limits import Load
from .messaging_v1.services import MessagingServices
from .numbers_v1.caller_ids import CallerIds
from .numbers_v1.documents import Documents
from .numbers_v1.eligibility import Eligibilities
from .numbers_v1.events import port_in_event
from .numbers_v1.port_in_state import Line, PortIn
from .numbers_v1.port_ins import PortIns
from .numbers_v1.portability import Portability
from .numbers_v1.signing_requests import SigningRequests
from .numbers_v1.webhook_configuration import WebhookConfigurations
from .numbers_v1.webhooks import Webhooks
from .numbers_v2.bundle_contents import BundleContents
from .numbers_v2.bundles import Bundles
from .numbers_v2.hosting import HostedNumberOrders
from .numbers_v2.hosting_routes import HostedNumberOrderRoutes, LetterRoutes
from .numbers_v2.items import EndUsers, SupportingDocuments
from .numbers_v2.papers import Papers
from .numbers_v2.regulations import Regulations
from .numbers_v2.review import Review
from .oauth import OAuth
from .routing import Router
from .script import Answers, Script
from .state import SandboxState
from .trunking_v1.trunks import Trunks

if TYPE_CHECKING:
    from ..client import ClientOptions, TwilioNumbers

    class ClientKeywords(ClientOptions, total=False):
        auth_token: str | None
        api_key: str | None
        api_secret: str | None


__all__ = ["Sandbox"]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _new_sid(prefix: str) -> str:
    return prefix + token_hex(16)


class Sandbox(Controls):
    """A Twilio to try things on: a server on this machine that keeps state, checks strictly and can be scripted.

    ``async with Sandbox() as sandbox`` serves from the running loop, ``with Sandbox() as sandbox`` from a thread of
    its own. Which number is portable is in ``portability``'s table, how port-ins move on in ``port_in_state``'s.

    ``allowance``: requests at once, 429 code 20429 beyond it (None: any number). ``latency``: seconds that each request
    takes, or a function that says so. ``port``: 0 for a free one. ``not_portable_status``: the HTTP status of "not
    portable", 200 or 400. ``strict_documents``: a port-in's documents must be known (uploaded, or ``add_document``).
    ``strict_compliance``: a number is sold with an address and a bundle that are known only; otherwise what is not
    known is taken as given. ``review_pace``: seconds after which a bundle's review moves a step on by itself (None:
    only ``review_bundle``, ``approve_bundle`` and ``reject_bundle`` move it). ``port_in_pace``: seconds after which a
    port-in moves a step on by itself (None: only ``advance`` moves it). ``hosting_pace``: seconds after which a hosted
    number order or a letter takes a step without the customer (None: only a test takes it).
    ``webhook_repeats``: how often a webhook comes once more. ``webhook_shuffle``: they come out of order, as a seed
    decides (True: always the same one). ``webhook_attempts``: the most tries of one that is not answered 2xx;
    ``webhook_pause``: seconds before the second try, doubled after it. ``webhook_queue``: how many may wait.
    ``available_paging``: a search for available numbers has paging keys, which Twilio's has not. ``csv_seed``: decides
    the orders of the columns of CSV answers. ``bulk_polls``: the poll at which a bulk eligibility check is done.
    ``token_lifetime``: seconds of an OAuth token. ``log_size``: how many requests ``log`` keeps, with ``log_body``
    bytes of a body each. ``now``, ``clock`` (seconds) and ``sleep`` (seconds) are the time.

    What it takes from the network, in bytes: ``max_line`` for the URL and for each header (414, 431), ``max_head`` for
    all headers of a request (431), ``max_body`` for a body (413; 10 MB for a document). ``request_timeout``: seconds
    for a head, for a body (408), and for the reading of an answer. ``idle_timeout``: seconds between two requests of a
    connection. ``max_connections``: how many are open at once, as many as the process may have by default.
    """

    def __init__(
        self,
        allowance: int | None = None,
        latency: float | Callable[[], float] = 0.0,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        account_sid: str = "AC" + "a" * 32,
        auth_token: str = "sandbox-auth-token",  # noqa: S107 - it opens nothing but this sandbox
        not_portable_status: int = 200,
        strict_documents: bool = False,
        strict_compliance: bool = False,
        port_in_pace: float | None = None,
        review_pace: float | None = None,
        hosting_pace: float | None = None,
        webhook_repeats: int = 0,
        webhook_shuffle: bool | int = False,
        webhook_attempts: int = 3,
        webhook_pause: float = 0.1,
        webhook_queue: int = 100_000,
        available_paging: bool = False,
        csv_seed: int = 0,
        bulk_polls: int = 2,
        token_lifetime: float = 3600.0,
        log_size: int = 1000,
        log_body: int = DEFAULT_BOUNDS.log_body,
        max_body: int = DEFAULT_BOUNDS.max_body,
        max_head: int = DEFAULT_BOUNDS.max_head,
        max_line: int = DEFAULT_BOUNDS.max_line,
        request_timeout: float = DEFAULT_BOUNDS.request_timeout,
        idle_timeout: float = DEFAULT_BOUNDS.idle_timeout,
        max_connections: int | None = None,
        now: Callable[[], dt.datetime] = _utc_now,
        new_sid: Callable[[str], str] = _new_sid,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not_portable_status not in {200, 400}:
            raise ValueError("not_portable_status: expected 200 or 400")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.api_key = "SK" + "a" * 32
        self.api_secret = "sandbox-api-secret"  # noqa: S105 - see auth_token
        self.client_id = "OQ" + "a" * 32
        self.client_secret = "sandbox-client-secret"  # noqa: S105 - see auth_token
        self._accounts = Accounts(now, token_lifetime)
        self.add_account(account_sid, auth_token)
        self.add_api_key(self.api_key, self.api_secret)
        self._accounts.add_client(self.client_id, self.client_secret, account_sid)
        self._state = SandboxState(self._accounts, now=now, new_sid=new_sid, schedule=self.call_later)
        self._script = Script()
        self._answers = Answers()
        self._load = Load(allowance)
        self._portability = Portability(self._state, self._answers, not_portable_status=not_portable_status)
        self._inventory = Inventory(self._state)
        configurations = WebhookConfigurations(self._state)
        self._webhooks = Webhooks(
            self._state,
            configurations,
            repeats=webhook_repeats,
            shuffle=webhook_shuffle,
            attempts=webhook_attempts,
            pause=webhook_pause,
            queue=webhook_queue,
            sleep=sleep,
        )
        self._port_ins = PortIns(
            self._state,
            self._portability,
            self._inventory,
            self._tell,
            pace=port_in_pace,
            strict_documents=strict_documents,
        )
        papers = Papers(self._state, strict=strict_compliance)
        self._papers = papers
        self._review = Review(papers, self._call_back, pace=review_pace)
        csv = CsvForm(csv_seed)
        self._available = AvailablePhoneNumbers(self._state, csv, paging=available_paging)
        orders = HostedNumberOrders(self._state, self._inventory, pace=hosting_pace)
        self.hosted_number_orders, self.authorization_documents = orders, orders.letters
        self.messaging_services = MessagingServices(self._state, self._inventory, account_sid)
        self.trunks = Trunks(self._state, self._inventory, account_sid)
        families = (
            self._portability,
            self._port_ins,
            Eligibilities(self._state, self._portability, orders, polls=bulk_polls),
            HostedNumberOrderRoutes(self._state, orders, papers, self._portability, polls=bulk_polls),
            LetterRoutes(self._state, orders, papers),
            self.messaging_services,
            self.trunks,
            configurations,
            SigningRequests(self._state),
            CallerIds(self._state),
            Documents(self._state),
            IncomingPhoneNumbers(self._state, self._inventory, csv, papers),
            AssignedAddOns(self._state, self._inventory),
            self._available,
            AccountsFamily(self._state),
            Addresses(papers, self._inventory),
            Regulations(),
            EndUsers(papers),
            SupportingDocuments(papers),
            Bundles(papers, self._review, self._inventory),
            BundleContents(papers, self._review),
            OAuth(self._accounts),
        )
        service = Service(
            Router(families),
            self._accounts,
            self._script,
            self._load,
            asked=self._portability.asked,
            latency=latency if callable(latency) else lambda: latency,
            sleep=sleep,
            clock=clock,
            log_size=log_size,
            bounds=checked(
                Bounds(
                    max_line=max_line,
                    max_head=max_head,
                    max_body=max_body,
                    log_body=log_body,
                    request_timeout=request_timeout,
                    idle_timeout=idle_timeout,
                    max_connections=max_connections,
                )
            ),
        )
        super().__init__(service, host=host, port=port)

    def __repr__(self) -> str:
        where = f"at {self.url}" if self._server is not None else "not serving"
        return f"<{type(self).__name__} {where}: account {self.account_sid}, {len(self.log):,} requests in its log>"

    def client(self, *, account_sid: str | None = None, **keywords: Unpack[ClientKeywords]) -> TwilioNumbers:
        """A client of the sandbox's account; takes the client's keywords. ``async with`` opens it."""
        from ..client import TwilioNumbers

        keywords.setdefault("base_url", self.url)
        if not {"api_key", "api_secret", "credentials"} & keywords.keys():
            keywords.setdefault("auth_token", self.auth_token)
        return TwilioNumbers(account_sid or self.account_sid, **keywords)

    async def start(self) -> None:
        """Serve from the running loop. Raises OSError if the port is taken."""
        await super().start()
        await self._webhooks.open()

    async def stop(self) -> None:
        """Close every connection and the port; its state stays. Twice is fine."""
        try:
            await self._webhooks.close()
        finally:
            await super().stop()

    def _call_back(self, url: str, account_sid: str, form: Mapping[str, str]) -> None:
        self._webhooks.tell_url(url, account_sid, form["BundleSid"], form)

    def _tell(self, port_in: PortIn, line: Line | None) -> None:
        event = port_in_event(port_in, line)
        if event is not None:
            self._webhooks.tell(event)
