"""The client: opens and closes the session."""

from __future__ import annotations

import enum
import os
import ssl as ssl_module
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypedDict, Unpack

import msgspec

from ._finish import finish
from .errors import ConfigurationError
from .gate import Gate, GateChange, GateQueue
from .resources.of_client import ClientResources
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

    from .resources.single_flight import PortabilityCache

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


class TwilioNumbers(ClientResources):
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

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """Make a client from environment variables; the keywords are those of TwilioNumbers.

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
        """The gate that all calls pass; ``gate.snapshot()`` shows its limit and queue."""
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
