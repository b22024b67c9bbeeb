"""The sandbox itself: its parts, its keywords and its families of routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Unpack

from .api_2010.accounts import AccountsFamily
from .api_2010.addresses import Addresses
from .api_2010.assigned_add_ons import AssignedAddOns
from .api_2010.available_phone_numbers import AvailablePhoneNumbers
from .api_2010.csv_form import CsvForm
from .api_2010.incoming_phone_numbers import IncomingPhoneNumbers
from .credentials import Account, Accounts
from .faults import Faults
from .http.service import Service
from .inventory import Inventory
from .lifecycle import Hosted
from .messaging_v1.services import MessagingServices
from .numbers_v1.caller_ids import CallerIds
from .numbers_v1.documents import Documents
from .numbers_v1.eligibility import Eligibilities
from .numbers_v1.events import port_in_event
from .numbers_v1.port_in_routes import PortInRoutes
from .numbers_v1.port_in_state import Line, PortIn
from .numbers_v1.port_ins import PortIns
from .numbers_v1.portability import Portability
from .numbers_v1.signing_requests import SigningRequests
from .numbers_v1.webhook_configuration import WebhookConfigurations
from .numbers_v1.webhooks import Webhooks
from .numbers_v2.bundle_contents import BundleContents
from .numbers_v2.bundles import Bundles
from .numbers_v2.hosting import AuthorizationDocuments, HostedNumberOrders
from .numbers_v2.hosting_routes import HostedNumberOrderRoutes
from .numbers_v2.items import EndUsers, SupportingDocuments
from .numbers_v2.letter_routes import LetterRoutes
from .numbers_v2.papers import Papers
from .numbers_v2.regulations import END_USER_TYPES, Regulations, Types
from .numbers_v2.review import Review
from .numbers_v2.tables import DOCUMENT_TYPES
from .oauth import OAuth
from .older import OlderKeywords, Parts, check_keywords, with_older
from .options import Behavior, Limits, Pace, SandboxRuntime, WebhookFaults
from .routing import Family, Router
from .state import SandboxState
from .traffic import Traffic
from .trunking_v1.trunks import Trunks

if TYPE_CHECKING:
    from ..client import ClientOptions, TwilioNumbers

    class ClientKeywords(ClientOptions, total=False):
        auth_token: str | None
        api_key: str | None
        api_secret: str | None


class Sandbox(Hosted, Parts):
    """A Twilio to try things on: a server on this machine that keeps state, checks strictly and can be scripted.

    ``async with Sandbox() as sandbox`` serves from the running loop, ``with Sandbox() as sandbox`` from a thread of
    its own. The table in ``numbers_v1/portability.py`` says which number is portable, and the one in
    ``numbers_v1/port_in_state.py`` the steps of a port-in.

    A test tells and asks the sandbox by its parts: ``accounts``, ``faults``, ``traffic``, and by the names of the
    client's resources ``portability``, ``port_ins``, ``documents``, ``incoming_phone_numbers``,
    ``available_phone_numbers``, ``bundles``, ``hosted_number_orders``, ``authorization_documents``,
    ``messaging_services``, ``trunks``, ``addresses`` and ``webhooks``.

    ``allowance``: requests at once, 429 code 20429 beyond it (None: any number). ``latency``: seconds that each request
    takes, or a function that returns them. ``port``: 0 for a free one. ``behavior``, ``pace``, ``webhook_faults``,
    ``limits`` and ``runtime``: see each group. ``older``: keywords of 0.1.0, which set fields of the groups.
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
        behavior: Behavior | None = None,
        pace: Pace | None = None,
        webhook_faults: WebhookFaults | None = None,
        limits: Limits | None = None,
        runtime: SandboxRuntime | None = None,
        **older: Unpack[OlderKeywords],
    ) -> None:
        check_keywords(older)
        behavior = with_older(behavior or Behavior(), older)
        pace = with_older(pace or Pace(), older)
        webhook_faults = with_older(webhook_faults or WebhookFaults(), older)
        limits = with_older(limits or Limits(), older)
        runtime = with_older(runtime or SandboxRuntime(), older)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.api_key = "SK" + "a" * 32
        self.api_secret = "sandbox-api-secret"  # noqa: S105 - see auth_token
        self.client_id = "OQ" + "a" * 32
        self.client_secret = "sandbox-client-secret"  # noqa: S105 - see auth_token
        own = Account(sid=account_sid, auth_token=auth_token)
        self.accounts: Accounts = Accounts(own, runtime.now, behavior.token_lifetime)
        self.accounts.add_api_key(self.api_key, self.api_secret)
        self.accounts.add_client(self.client_id, self.client_secret)
        self.faults: Faults = Faults()
        self.traffic: Traffic = Traffic(allowance, limits)
        self._state = SandboxState(self.accounts, runtime, self.call_later)
        service = Service(
            Router(self._families(behavior, pace, webhook_faults, runtime)),
            self.accounts,
            self.faults,
            self.traffic,
            latency=latency if callable(latency) else lambda: latency,
            runtime=runtime,
            limits=limits,
        )
        super().__init__(service, host=host, port=port)

    def _families(
        self, behavior: Behavior, pace: Pace, webhook_faults: WebhookFaults, runtime: SandboxRuntime
    ) -> Iterable[Family]:
        """Make the parts, and the families of routes over them."""
        state = self._state
        csv = CsvForm(behavior.csv_seed)
        papers = Papers(state, strict=behavior.strict_compliance)
        configurations = WebhookConfigurations(state)
        self.documents: set[str] = state.documents
        self.webhooks: Webhooks = Webhooks(state, configurations, webhook_faults, runtime.sleep)
        self.portability: Portability = Portability(state, not_portable_status=behavior.not_portable_status)
        self.incoming_phone_numbers: Inventory = Inventory(state, self.webhooks.tell)
        self.available_phone_numbers: AvailablePhoneNumbers = AvailablePhoneNumbers(
            state, csv, paging=behavior.available_paging
        )
        self.port_ins: PortIns = PortIns(
            state, self.portability, self.incoming_phone_numbers, self._tell, pace=pace.port_ins
        )
        self.addresses: Addresses = Addresses(papers, self.incoming_phone_numbers)
        self.bundles: Review = Review(papers, self.webhooks.tell_url, pace=pace.reviews)
        orders = HostedNumberOrders(state, self.incoming_phone_numbers, pace=pace.hosting)
        self.hosted_number_orders: HostedNumberOrders = orders
        self.authorization_documents: AuthorizationDocuments = orders.letters
        self.messaging_services: MessagingServices = MessagingServices(state, self.incoming_phone_numbers)
        self.trunks: Trunks = Trunks(state, self.incoming_phone_numbers)
        return (
            self.portability,
            PortInRoutes(state, self.port_ins, strict_documents=behavior.strict_documents),
            Eligibilities(state, self.portability, orders, polls=behavior.bulk_polls),
            HostedNumberOrderRoutes(state, orders, papers, self.portability, polls=behavior.bulk_polls),
            LetterRoutes(state, orders, papers),
            self.messaging_services,
            self.trunks,
            configurations,
            SigningRequests(state),
            CallerIds(state),
            Documents(state),
            IncomingPhoneNumbers(state, self.incoming_phone_numbers, csv, papers),
            AssignedAddOns(state, self.incoming_phone_numbers),
            self.available_phone_numbers,
            AccountsFamily(state),
            self.addresses,
            Regulations(),
            Types("EndUserType", "end_user_types", END_USER_TYPES),
            Types("SupportingDocumentType", "supporting_document_types", DOCUMENT_TYPES),
            EndUsers(papers),
            SupportingDocuments(papers),
            Bundles(papers, self.bundles, self.incoming_phone_numbers),
            BundleContents(papers, self.bundles),
            OAuth(self.accounts),
        )

    def __repr__(self) -> str:
        where = f"at {self.url}" if self._serving is not None else "not serving"
        logged = f"{len(self.traffic.log):,} requests in its log"
        return f"<{type(self).__name__} {where}: account {self.account_sid}, {logged}>"

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
        await self.webhooks.open()

    async def stop(self) -> None:
        """Close every connection and the port; its state stays. Twice is fine."""
        try:
            await self.webhooks.close()
        finally:
            await super().stop()

    def _tell(self, port_in: PortIn, line: Line | None) -> None:
        event = port_in_event(port_in, line)
        if event is not None:
            self.webhooks.tell(event)
