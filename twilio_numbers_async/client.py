"""The client: opens and closes the session, holds the resources."""

from __future__ import annotations

import enum
import os
import ssl as ssl_module
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypedDict, Unpack

import msgspec

from ._finish import finish
from .errors import ConfigurationError
from .gate import Gate, GateChange, GateQueue
from .resources.sweep_factory import SweepFactory
from .transport.caller import Caller
from .transport.client_state import CallWait, ClientState, Exchange, Options, Priority, Runtime
from .transport.credentials import BasicCredentials, Credentials
from .transport.descriptors import connections_allowed
from .transport.events import set_up_logging
from .transport.headers import checked_headers, user_agent
from .transport.hosts import Hosts
from .transport.http.session import HttpSession
from .transport.retry import RetryPolicy
from .transport.validation import (
    check_hooks,
    checked_options,
    checked_sid,
    credentials_from,
    credentials_of,
    gate_of,
    retry_of,
)

if TYPE_CHECKING:
    import aiohttp

    from .resources.api_2010.accounts import AccountsResource
    from .resources.api_2010.addresses import AddressesResource
    from .resources.api_2010.available_phone_numbers import AvailablePhoneNumbersResource
    from .resources.api_2010.incoming_phone_numbers import IncomingPhoneNumbersResource
    from .resources.messaging_v1.services import MessagingServicesResource
    from .resources.numbers_v1.caller_ids import CallerIdsResource
    from .resources.numbers_v1.documents import DocumentsResource
    from .resources.numbers_v1.eligibility import BulkEligibilityResource, EligibilityResource
    from .resources.numbers_v1.port_ins import PortInPhoneNumbersResource, PortInsResource
    from .resources.numbers_v1.portability import PortabilityResource
    from .resources.numbers_v1.signing_request_configurations import SigningRequestConfigurationsResource
    from .resources.numbers_v1.webhook_configuration import WebhookConfigurationResource
    from .resources.numbers_v2.authorization_documents import AuthorizationDocumentsResource
    from .resources.numbers_v2.bulk_hosted_number_orders import BulkHostedNumberOrdersResource
    from .resources.numbers_v2.bundles import BundlesResource
    from .resources.numbers_v2.end_users import EndUsersResource, EndUserTypesResource
    from .resources.numbers_v2.hosting import HostingResource
    from .resources.numbers_v2.regulations import RegulationsResource
    from .resources.numbers_v2.supporting_documents import (
        SupportingDocumentsResource,
        SupportingDocumentTypesResource,
    )
    from .resources.single_flight import PortabilityCache
    from .resources.trunking_v1.trunks import TrunksResource

__all__ = ["ClientOptions", "TwilioNumbers"]

_RETRY = RetryPolicy()
_HOW = "Write `async with TwilioNumbers(...) as twilio:`, or `await twilio.open()` and later `await twilio.close()`"

set_up_logging()


class _Keep(enum.Enum):
    KEEP = "as it is"


_KEEP = _Keep.KEEP


class ClientOptions(TypedDict, total=False):
    """The keywords of TwilioNumbers that do not say who asks."""

    credentials: Credentials | None
    edge: str | None
    region: str | None
    base_url: str | None
    session: aiohttp.ClientSession | None
    timeout: float
    deadline: float | None
    retry: RetryPolicy
    max_retries: int | None
    max_waiting: int | None
    max_body: int | None
    concurrency: int | Gate | None
    proxy: str | None
    ssl: ssl_module.SSLContext | bool | None
    trust_env: bool
    trace_configs: Sequence[aiohttp.TraceConfig]
    headers: Mapping[str, str] | None
    app_info: str | tuple[str, str] | None
    on_response: Callable[[Exchange], None] | None
    on_event: Callable[[CallWait | GateChange], None] | None
    cache: PortabilityCache | None
    allow_insecure: bool
    runtime: Runtime


class TwilioNumbers:
    """Twilio's phone-number APIs: ``async with TwilioNumbers(account_sid, auth_token) as twilio: ...``.

    It may be built anywhere, at import time too; ``async with`` (or ``open`` and ``close``) opens it in the running
    loop. Nothing is sent before a method is called.

    - ``account_sid`` (``AC...``) with ``auth_token``, or with ``api_key`` (``SK...``) and ``api_secret``, or with
      ``credentials``: ``OAuthClientCredentials(...)`` or anything with the ``Credentials`` protocol.
    - ``edge`` and ``region`` (``dublin``, ``ie1``), or ``base_url``, which stands for every host. Plain http is refused
      unless the host is this machine or ``allow_insecure=True``.
    - ``session``: an aiohttp session of your own, which stays open; its connector's limit bounds the gate.
    - ``timeout``: seconds for one attempt, waiting in the gate not counted.
    - ``deadline``: seconds for a whole call, with its attempts, its pauses, the gate and the token. Calls over many
      inputs (sweeps) do not count an input's time in the gate.
    - ``retry``: what is sent again, see RetryPolicy. ``max_retries=n`` is short for
      ``RetryPolicy(max_attempts=n + 1)``.
    - ``max_waiting``: how many calls may wait in the gate; one more raises GateFullError at once. None: any number.
      Sweeps and other calls over many inputs wait all the same.
    - ``max_body``: bytes of an answer's body, unpacked, that are read (32 MiB). A larger one is a TransportError, or
      the ApiError of its status. None: no limit.
    - ``concurrency``: requests at once: a number, a Gate (to share one), or None, which finds out what the account
      allows.
    - ``proxy``, ``ssl`` and ``trace_configs`` as in aiohttp; ``trust_env=True`` takes the proxy from the environment.
    - ``headers``: more headers for every request, such as ``{"X-Team": "numbers"}``. They go where the credentials go,
      and not to a proxy. ``app_info``: the name of your program, or its name and version (``"my-app/1.2"``), which
      stands in the User-Agent behind the library's own.
    - ``on_response``: called with an Exchange after every request. ``on_event``: called with a CallWait when a call
      waits before another attempt, and with a GateChange when the gate's limit changes or it pauses.
    - ``cache``: keeps portability answers, such as ``TTLCache(60)``.

    Raises ConfigurationError for what does not fit together.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str | None = None,
        *,
        api_key: str | None = None,
        api_secret: str | None = None,
        credentials: Credentials | None = None,
        edge: str | None = None,
        region: str | None = None,
        base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        timeout: float = 30.0,
        deadline: float | None = None,
        retry: RetryPolicy = _RETRY,
        max_retries: int | None = None,
        max_waiting: int | None = None,
        max_body: int | None = 33_554_432,
        concurrency: int | Gate | None = None,
        proxy: str | None = None,
        ssl: ssl_module.SSLContext | bool | None = None,
        trust_env: bool = False,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
        headers: Mapping[str, str] | None = None,
        app_info: str | tuple[str, str] | None = None,
        on_response: Callable[[Exchange], None] | None = None,
        on_event: Callable[[CallWait | GateChange], None] | None = None,
        cache: PortabilityCache | None = None,
        allow_insecure: bool = False,
        runtime: Runtime = Runtime(),  # noqa: B008 - frozen
    ) -> None:
        self.account_sid: str = checked_sid(account_sid, "AC", "account_sid")
        check_hooks(on_response, on_event, cache, runtime)
        who = credentials_of(account_sid, auth_token, api_key, api_secret, credentials)
        sent = {**checked_headers(headers), "User-Agent": user_agent(app_info)}
        session_has_credentials = isinstance(who, BasicCredentials)
        if session_has_credentials:
            sent["Authorization"] = who.authorization(runtime.clock()) or ""
        http = HttpSession(
            headers=sent,
            session=session,
            proxy=proxy,
            ssl=ssl,
            trust_env=trust_env,
            trace_configs=trace_configs,
            allow_insecure=allow_insecure,
        )
        gate = gate_of(concurrency, http.connection_limit)
        if on_event is not None and isinstance(gate, GateQueue):
            gate.on_change = on_event
        client_state = ClientState(
            session=http,
            hosts=Hosts(base_url=base_url, edge=edge, region=region, allow_insecure=allow_insecure),
            credentials=who,
            gate=gate,
            on_response=on_response,
            on_event=on_event,
            runtime=runtime,
            session_has_credentials=session_has_credentials,
        )
        if max_retries is not None:
            retry = retry_of(max_retries, _RETRY, is_other=retry is not _RETRY)
        options = Options(
            timeout=timeout, deadline=deadline, retry=retry, max_waiting=max_waiting, max_body=max_body
        )
        if options.timeout is None:
            raise ConfigurationError("timeout must be seconds, more than 0")
        # A gate that somebody else has made keeps the limit that it was given.
        self._bounds_gate = concurrency is None or isinstance(concurrency, int)
        self._build(Caller(client_state, checked_options(options)), SweepFactory(client_state.gate), cache)

    def _build(self, caller: Caller, sweep_factory: SweepFactory, cache: PortabilityCache | None) -> None:
        self._caller = caller
        self._sweep_factory = sweep_factory
        self._cache = cache

    # What is never used is never imported.

    @cached_property
    def portability(self) -> PortabilityResource:
        """Can a number be ported?"""
        from .resources.numbers_v1.portability import PortabilityResource

        return PortabilityResource(self._caller, self.account_sid, self._sweep_factory, self._cache)

    @cached_property
    def port_ins(self) -> PortInsResource:
        """Port-in requests."""
        from .resources.numbers_v1.port_ins import PortInsResource

        return PortInsResource(self._caller)

    @cached_property
    def port_in_phone_numbers(self) -> PortInPhoneNumbersResource:
        """The numbers of a port-in request."""
        from .resources.numbers_v1.port_ins import PortInPhoneNumbersResource

        return PortInPhoneNumbersResource(self._caller)

    @cached_property
    def documents(self) -> DocumentsResource:
        """The documents that port-ins need."""
        from .resources.numbers_v1.documents import DocumentsResource

        return DocumentsResource(self._caller)

    @cached_property
    def eligibility(self) -> EligibilityResource:
        """Can numbers be hosted?"""
        from .resources.numbers_v1.eligibility import EligibilityResource

        return EligibilityResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def bulk_eligibility(self) -> BulkEligibilityResource:
        """Can many numbers be hosted?"""
        from .resources.numbers_v1.eligibility import BulkEligibilityResource

        return BulkEligibilityResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def webhook_configuration(self) -> WebhookConfigurationResource:
        """Where porting events go."""
        from .resources.numbers_v1.webhook_configuration import WebhookConfigurationResource

        return WebhookConfigurationResource(self._caller)

    @cached_property
    def signing_request_configurations(self) -> SigningRequestConfigurationsResource:
        """The e-mails that ask for a signature."""
        from .resources.numbers_v1.signing_request_configurations import SigningRequestConfigurationsResource

        return SigningRequestConfigurationsResource(self._caller)

    @cached_property
    def caller_ids(self) -> CallerIdsResource:
        """Proving that a number is one's own."""
        from .resources.numbers_v1.caller_ids import CallerIdsResource

        return CallerIdsResource(self._caller)

    @cached_property
    def incoming_phone_numbers(self) -> IncomingPhoneNumbersResource:
        """The numbers that an account has."""
        from .resources.api_2010.incoming_phone_numbers import IncomingPhoneNumbersResource

        return IncomingPhoneNumbersResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def available_phone_numbers(self) -> AvailablePhoneNumbersResource:
        """The numbers that can be bought."""
        from .resources.api_2010.available_phone_numbers import AvailablePhoneNumbersResource

        return AvailablePhoneNumbersResource(self._caller, self.account_sid, self.incoming_phone_numbers)

    @cached_property
    def addresses(self) -> AddressesResource:
        """Where customers are."""
        from .resources.api_2010.addresses import AddressesResource

        return AddressesResource(self._caller, self.account_sid)

    @cached_property
    def accounts(self) -> AccountsResource:
        """The account and its subaccounts."""
        from .resources.api_2010.accounts import AccountsResource

        return AccountsResource(self._caller, self.account_sid)

    @cached_property
    def regulations(self) -> RegulationsResource:
        """What a country asks for before numbers can be had there."""
        from .resources.numbers_v2.regulations import RegulationsResource

        return RegulationsResource(self._caller)

    @cached_property
    def end_users(self) -> EndUsersResource:
        """Who uses the numbers, as regulations want to know it."""
        from .resources.numbers_v2.end_users import EndUsersResource

        return EndUsersResource(self._caller)

    @cached_property
    def end_user_types(self) -> EndUserTypesResource:
        """The types of end users."""
        from .resources.numbers_v2.end_users import EndUserTypesResource

        return EndUserTypesResource(self._caller)

    @cached_property
    def supporting_documents(self) -> SupportingDocumentsResource:
        """What is proved about end users."""
        from .resources.numbers_v2.supporting_documents import SupportingDocumentsResource

        return SupportingDocumentsResource(self._caller)

    @cached_property
    def supporting_document_types(self) -> SupportingDocumentTypesResource:
        """The types of supporting documents."""
        from .resources.numbers_v2.supporting_documents import SupportingDocumentTypesResource

        return SupportingDocumentTypesResource(self._caller)

    @cached_property
    def bundles(self) -> BundlesResource:
        """End users and documents, put together and approved."""
        from .resources.numbers_v2.bundles import BundlesResource

        return BundlesResource(self._caller, self.account_sid)

    @cached_property
    def hosted_number_orders(self) -> HostingResource:
        """The orders to host numbers that stay with their carrier."""
        from .resources.numbers_v2.hosting import HostingResource

        return HostingResource(self._caller, self.account_sid)

    @cached_property
    def bulk_hosted_number_orders(self) -> BulkHostedNumberOrdersResource:
        """Orders for many numbers in one request."""
        from .resources.numbers_v2.bulk_hosted_number_orders import BulkHostedNumberOrdersResource

        return BulkHostedNumberOrdersResource(self._caller)

    @cached_property
    def authorization_documents(self) -> AuthorizationDocumentsResource:
        """The letters whose signature lets Twilio host numbers."""
        from .resources.numbers_v2.authorization_documents import AuthorizationDocumentsResource

        return AuthorizationDocumentsResource(self._caller)

    @cached_property
    def messaging_services(self) -> MessagingServicesResource:
        """The numbers of messaging services."""
        from .resources.messaging_v1.services import MessagingServicesResource

        return MessagingServicesResource(self._caller)

    @cached_property
    def trunks(self) -> TrunksResource:
        """The numbers of SIP trunks."""
        from .resources.trunking_v1.trunks import TrunksResource

        return TrunksResource(self._caller)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """A client with what the environment says; the keywords are those of TwilioNumbers.

        ``TWILIO_ACCOUNT_SID`` with ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``, or with ``TWILIO_AUTH_TOKEN``.
        Where none of ``base_url``, ``edge`` and ``region`` is given: ``TWILIO_NUMBERS_BASE_URL``, or else
        ``TWILIO_EDGE`` and ``TWILIO_REGION``.
        Raises ConfigurationError that names the variables which are missing.
        """
        env = {name: value for name, value in os.environ.items() if name.startswith("TWILIO_") and value}
        who: dict[str, str | None] = {}
        if options.get("credentials") is None:
            who = credentials_from(env)
        elif "TWILIO_ACCOUNT_SID" not in env:
            raise ConfigurationError("Set TWILIO_ACCOUNT_SID")
        if not any(options.get(name) for name in ("base_url", "edge", "region")):
            options["base_url"] = env.get("TWILIO_NUMBERS_BASE_URL")
            if options["base_url"] is None:
                options["edge"], options["region"] = env.get("TWILIO_EDGE"), env.get("TWILIO_REGION")
        return cls(env["TWILIO_ACCOUNT_SID"], **who, **options)

    @property
    def gate(self) -> Gate:
        """The gate that all calls pass; ``gate.snapshot()`` shows its limit and line."""
        return self._caller.client_state.gate

    def with_options(
        self,
        *,
        timeout: float | Literal[_Keep.KEEP] | None = _KEEP,
        deadline: float | Literal[_Keep.KEEP] | None = _KEEP,
        retry: RetryPolicy | Literal[_Keep.KEEP] = _KEEP,
        max_retries: int | None = None,
        max_waiting: int | Literal[_Keep.KEEP] | None = _KEEP,
        max_body: int | Literal[_Keep.KEEP] | None = _KEEP,
        priority: Priority | Literal[_Keep.KEEP] | None = _KEEP,
    ) -> Self:
        """A view with other options, on the same session and gate. It needs no opening and no closing of its own.

        ``timeout`` and ``deadline`` are seconds, ``max_body`` bytes. None removes a limit; what is not given stays as
        it is. ``max_retries=n`` is the present ``retry`` with ``max_attempts=n + 1``. ``priority`` says who goes first
        in the gate: ``interactive`` (single calls, as by default), or ``bulk`` (calls over many inputs, as by
        default). None gives each its default.
        """
        given = {
            "timeout": timeout, "deadline": deadline, "retry": retry, "max_waiting": max_waiting,
            "max_body": max_body, "priority": priority,
        }  # fmt: skip
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not _KEEP}
        if max_retries is not None:
            changes["retry"] = retry_of(max_retries, self._caller.options.retry, is_other="retry" in changes)
        options = checked_options(msgspec.structs.replace(self._caller.options, **changes))
        view = type(self).__new__(type(self))
        view.account_sid = self.account_sid
        view._bounds_gate = self._bounds_gate
        view._build(Caller(self._caller.client_state, options), self._sweep_factory, self._cache)
        return view

    async def open(self) -> None:
        """Open the client in the running loop. Raises ConfigurationError if it is open already."""
        if self._caller.client_state.session.is_open:
            raise ConfigurationError("The client is open already")
        self._caller.client_state.session.open()
        gate, most = self.gate, connections_allowed()
        if self._bounds_gate and most is not None and isinstance(gate, GateQueue):
            gate.bound(most)

    async def close(self) -> None:
        """Close the client and end the sweeps that were left. Twice is no error."""
        try:
            await self._sweep_factory.close()
        finally:
            await finish(self._caller.client_state.session.close())

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        gate = self.gate
        state = self._caller.client_state.session.state
        shown = f", {gate!r}" if state == "open" else ""
        return f"<{type(self).__name__} {self.account_sid} at {self._caller.client_state.hosts.shown}: {state}{shown}>"

    if not TYPE_CHECKING:  # type checkers say it themselves

        def __enter__(self) -> NoReturn:
            raise TypeError(_HOW)

        def __exit__(self, *_: object) -> None: ...

        def __await__(self) -> NoReturn:
            raise TypeError(_HOW)
