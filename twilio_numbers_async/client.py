"""The client: opens and closes the session, holds the resources."""

from __future__ import annotations

import inspect
import math
import os
import ssl as ssl_module
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

import msgspec

from ._version import __version__
from .errors import ConfigurationError
from .resources.sweeps import Sweeps
from .transport.caller import Caller
from .transport.credentials import BasicCredentials, Credentials
from .transport.gate import AdaptiveGate, FixedGate, Gate
from .transport.hosts import Hosts
from .transport.permits import PermitLine
from .transport.retry import RetryPolicy
from .transport.session import HttpSession
from .transport.wiring import Exchange, Options, Runtime, Wiring

if TYPE_CHECKING:
    import aiohttp

    from .resources.available_phone_numbers import AvailablePhoneNumbersResource
    from .resources.documents import DocumentsResource
    from .resources.eligibility import BulkEligibilityResource, EligibilityResource
    from .resources.incoming_phone_numbers import IncomingPhoneNumbersResource
    from .resources.port_ins import PortInPhoneNumbersResource, PortInsResource
    from .resources.portability import PortabilityResource
    from .resources.sharing import PortabilityCache
    from .resources.signing_request_configurations import SigningRequestConfigurationsResource
    from .resources.webhook_configuration import WebhookConfigurationResource

__all__ = ["ClientOptions", "TwilioNumbers"]

_USER_AGENT = f"twilio-numbers-async/{__version__}"
_sid = {prefix: frozenset("0123456789abcdefABCDEF") for prefix in ("AC", "SK")}


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
    max_waiting: int | None
    concurrency: int | Gate | None
    proxy: str | None
    ssl: ssl_module.SSLContext | bool | None
    trust_env: bool
    trace_configs: Sequence[aiohttp.TraceConfig]
    on_response: Callable[[Exchange], None] | None
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
    - ``timeout``: seconds for one attempt. ``deadline``: seconds for a whole call. Neither counts waiting in the gate.
    - ``retry``: what is sent again, see RetryPolicy.
    - ``max_waiting``: how many calls may wait in the gate; one more raises GateFullError at once. None: any number.
      Sweeps and other calls over many inputs wait all the same.
    - ``concurrency``: requests at once: a number, a Gate (to share one), or None, which finds out what the account
      allows.
    - ``proxy``, ``ssl`` and ``trace_configs`` as in aiohttp; ``trust_env=True`` takes the proxy from the environment.
    - ``on_response``: called with an Exchange after every request.
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
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        max_waiting: int | None = None,
        concurrency: int | Gate | None = None,
        proxy: str | None = None,
        ssl: ssl_module.SSLContext | bool | None = None,
        trust_env: bool = False,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
        on_response: Callable[[Exchange], None] | None = None,
        cache: PortabilityCache | None = None,
        allow_insecure: bool = False,
        runtime: Runtime = Runtime(),  # noqa: B008 - frozen
    ) -> None:
        self.account_sid = _checked_sid(account_sid, "AC", "account_sid")
        _check_hooks(on_response, cache, runtime)
        who = _credentials(account_sid, auth_token, api_key, api_secret, credentials)
        headers = {"User-Agent": _USER_AGENT}
        session_has_credentials = session is None and isinstance(who, BasicCredentials)
        if session_has_credentials:
            headers["Authorization"] = who.authorization(runtime.clock()) or ""
        http = HttpSession(
            headers=headers,
            session=session,
            proxy=proxy,
            ssl=ssl,
            trust_env=trust_env,
            trace_configs=trace_configs,
        )
        wiring = Wiring(
            session=http,
            hosts=Hosts(base_url=base_url, edge=edge, region=region, allow_insecure=allow_insecure),
            credentials=who,
            gate=_gate(concurrency, http.connection_limit),
            on_response=on_response,
            runtime=runtime,
            session_has_credentials=session_has_credentials,
        )
        options = Options(timeout=timeout, deadline=deadline, retry=retry, max_waiting=max_waiting)
        self._build(Caller(wiring, _checked(options)), Sweeps(wiring.gate), cache)

    def _build(self, caller: Caller, sweeps: Sweeps, cache: PortabilityCache | None) -> None:
        self._caller = caller
        self._sweeps = sweeps
        self._cache = cache

    # What is never used is never imported.

    @cached_property
    def portability(self) -> PortabilityResource:
        """Can a number be ported?"""
        from .resources.portability import PortabilityResource

        return PortabilityResource(self._caller, self.account_sid, self._sweeps, self._cache)

    @cached_property
    def port_ins(self) -> PortInsResource:
        """Port-in requests."""
        from .resources.port_ins import PortInsResource

        return PortInsResource(self._caller)

    @cached_property
    def port_in_phone_numbers(self) -> PortInPhoneNumbersResource:
        """The numbers of a port-in request."""
        from .resources.port_ins import PortInPhoneNumbersResource

        return PortInPhoneNumbersResource(self._caller)

    @cached_property
    def documents(self) -> DocumentsResource:
        """The documents that port-ins need."""
        from .resources.documents import DocumentsResource

        return DocumentsResource(self._caller)

    @cached_property
    def eligibility(self) -> EligibilityResource:
        """Can numbers be hosted?"""
        from .resources.eligibility import EligibilityResource

        return EligibilityResource(self._caller)

    @cached_property
    def bulk_eligibility(self) -> BulkEligibilityResource:
        """Can many numbers be hosted?"""
        from .resources.eligibility import BulkEligibilityResource

        return BulkEligibilityResource(self._caller)

    @cached_property
    def webhook_configuration(self) -> WebhookConfigurationResource:
        """Where porting events go."""
        from .resources.webhook_configuration import WebhookConfigurationResource

        return WebhookConfigurationResource(self._caller)

    @cached_property
    def signing_request_configurations(self) -> SigningRequestConfigurationsResource:
        """The e-mails that ask for a signature."""
        from .resources.signing_request_configurations import SigningRequestConfigurationsResource

        return SigningRequestConfigurationsResource(self._caller)

    @cached_property
    def incoming_phone_numbers(self) -> IncomingPhoneNumbersResource:
        """The numbers that an account has."""
        from .resources.incoming_phone_numbers import IncomingPhoneNumbersResource

        return IncomingPhoneNumbersResource(self._caller, self.account_sid, self._sweeps)

    @cached_property
    def available_phone_numbers(self) -> AvailablePhoneNumbersResource:
        """The numbers that can be bought."""
        from .resources.available_phone_numbers import AvailablePhoneNumbersResource

        return AvailablePhoneNumbersResource(self._caller, self.account_sid, self.incoming_phone_numbers)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """A client with what the environment says; the keywords are those of TwilioNumbers.

        ``TWILIO_ACCOUNT_SID`` with ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``, or with ``TWILIO_AUTH_TOKEN``;
        ``TWILIO_EDGE`` and ``TWILIO_REGION`` where neither they nor ``base_url`` are given.
        Raises ConfigurationError that names the variables which are missing.
        """
        env = {name: value for name, value in os.environ.items() if name.startswith("TWILIO_") and value}
        who: dict[str, str | None] = {}
        if options.get("credentials") is None:
            who = _credentials_from(env)
        elif "TWILIO_ACCOUNT_SID" not in env:
            raise ConfigurationError("Set TWILIO_ACCOUNT_SID")
        if not any(options.get(name) for name in ("base_url", "edge", "region")):
            options["edge"] = env.get("TWILIO_EDGE")
            options["region"] = env.get("TWILIO_REGION")
        return cls(env["TWILIO_ACCOUNT_SID"], **who, **options)

    @property
    def gate(self) -> Gate:
        """The gate that all calls pass; ``gate.snapshot()`` shows its limit and line."""
        return self._caller.wiring.gate

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: RetryPolicy | None = None,
        max_waiting: int | None = None,
    ) -> Self:
        """A view with another timeout, deadline (seconds), retry policy or max_waiting, on the same session and gate.

        What is not given stays as it is. The view needs no opening and no closing of its own.
        """
        given = {"timeout": timeout, "deadline": deadline, "retry": retry, "max_waiting": max_waiting}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        options = _checked(msgspec.structs.replace(self._caller.options, **changes))
        view = type(self).__new__(type(self))
        view.account_sid = self.account_sid
        view._build(Caller(self._caller.wiring, options), self._sweeps, self._cache)
        return view

    async def open(self) -> None:
        """Open the client in the running loop. Raises ConfigurationError if it is open already."""
        if self._caller.wiring.session.is_open:
            raise ConfigurationError("The client is open already")
        self._caller.wiring.session.open()

    async def close(self) -> None:
        """Close the client and end the sweeps that were left. Twice is no error."""
        try:
            await self._sweeps.close()
        finally:
            await self._caller.wiring.session.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.account_sid!r})"


def _checked_sid(value: str, prefix: str, argument: str) -> str:
    fits = isinstance(value, str) and len(value) == 34 and value.startswith(prefix)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not fits or not _sid[prefix].issuperset(value[2:]):
        raise ConfigurationError(f"{argument} must be {prefix} and 32 hexadecimal digits")
    return value


def _credentials(
    account_sid: str,
    auth_token: str | None,
    api_key: str | None,
    api_secret: str | None,
    credentials: Credentials | None,
) -> Credentials:
    ways = [auth_token is not None, api_key is not None or api_secret is not None, credentials is not None]
    if sum(ways) != 1:
        raise ConfigurationError("Give one of: auth_token, api_key with api_secret, credentials")
    if credentials is not None:
        if not isinstance(credentials, Credentials):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("credentials must have authorization, renew and renewable")
        return credentials
    if auth_token is not None:
        if not auth_token:
            raise ConfigurationError("auth_token is empty")
        return BasicCredentials(account_sid, auth_token)
    if not api_key or not api_secret:
        raise ConfigurationError("api_key and api_secret go together")
    return BasicCredentials(_checked_sid(api_key, "SK", "api_key"), api_secret)


def _credentials_from(env: Mapping[str, str]) -> dict[str, str | None]:
    if "TWILIO_ACCOUNT_SID" in env:
        if "TWILIO_API_KEY" in env and "TWILIO_API_SECRET" in env:
            return {"api_key": env["TWILIO_API_KEY"], "api_secret": env["TWILIO_API_SECRET"]}
        if "TWILIO_AUTH_TOKEN" in env:
            return {"auth_token": env["TWILIO_AUTH_TOKEN"]}
    missing = [] if "TWILIO_ACCOUNT_SID" in env else ["TWILIO_ACCOUNT_SID"]
    if "TWILIO_AUTH_TOKEN" not in env and not {"TWILIO_API_KEY", "TWILIO_API_SECRET"} <= env.keys():
        keyed = "TWILIO_API_KEY" in env
        missing.append(
            "TWILIO_API_SECRET" if keyed else "TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and TWILIO_API_SECRET)"
        )
    raise ConfigurationError(f"Set {' and '.join(missing)} in the environment")


def _check_hooks(on_response: object, cache: object, runtime: object) -> None:
    if on_response is not None and (not callable(on_response) or inspect.iscoroutinefunction(on_response)):
        raise ConfigurationError("on_response must be a plain function that takes an Exchange, or None")
    if cache is not None and not (
        callable(getattr(cache, "get", None)) and callable(getattr(cache, "set", None))
    ):
        raise ConfigurationError("cache must have get and set, such as TTLCache(60), or be None")
    if not isinstance(runtime, Runtime):
        raise ConfigurationError("runtime must be a Runtime")


def _gate(concurrency: int | Gate | None, most: int | None) -> Gate:
    if concurrency is None:
        return AdaptiveGate() if most is None else AdaptiveGate(maximum=most)
    if isinstance(concurrency, int):
        if isinstance(concurrency, bool) or concurrency < 1:
            raise ConfigurationError("concurrency must be a whole number of at least 1, a Gate or None")
        return FixedGate(concurrency if most is None else min(concurrency, most))
    if not callable(getattr(concurrency, "try_acquire", None)):
        raise ConfigurationError("concurrency must be a whole number of at least 1, a Gate or None")
    if most is not None and isinstance(concurrency, PermitLine):
        concurrency.bound(most)  # what waits for a connection would run out of time there
    return concurrency


def _checked(options: Options) -> Options:
    for name, value in (("timeout", options.timeout), ("deadline", options.deadline)):
        if (value is not None or name == "timeout") and not (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and value > 0
        ):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"{name} must be seconds, more than 0")
    if not isinstance(options.retry, RetryPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError("retry must be a RetryPolicy")
    waiting = options.max_waiting
    if waiting is not None and (isinstance(waiting, bool) or not isinstance(waiting, int) or waiting < 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError("max_waiting must be a whole number, 0 or more, or None")
    return options
