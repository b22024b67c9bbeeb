"""The state of a client: the parts that its views share, and the options that a view may have of its own."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias

import msgspec

from ..errors import TransportError
from ..gate import Gate, GateChange
from .credentials import Credentials
from .hosts import Hosts
from .http.session import HttpSession
from .retry import RetryPolicy

__all__ = ["CallWait", "ClientState", "Exchange", "GateChange", "Options", "Priority", "Runtime"]

Priority: TypeAlias = Literal["interactive", "bulk"]
"""The order in the gate: ``interactive`` for single calls that somebody waits for, ``bulk`` for work over many inputs.
"""


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """Time, sleep and chance, to be replaced in tests. Seconds throughout."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what became of it, as ``on_response`` sees it."""

    method: str
    """The HTTP method."""
    route: str
    """The path template; never the number itself."""
    operation: str
    """The operation id in Twilio's specification."""
    attempt: int
    """1 for the first request of a call."""
    elapsed: float
    """Seconds from the request to the end of its body, waiting in the gate left out."""
    status: int | None
    """The HTTP status; None when no answer came."""
    headers: Mapping[str, str]
    """The answer's headers, case-insensitive; empty when no answer came."""
    request_id: str | None
    """``Twilio-Request-Id``."""
    error: TransportError | None
    """The reason why no answer came."""


class CallWait(msgspec.Struct, frozen=True, kw_only=True):
    """A call that failed and waits for another try, as ``on_event`` sees it."""

    operation: str
    """The operation id in Twilio's specification."""
    route: str
    """The path template; never the number itself."""
    attempt: int
    """The attempt that failed: 1 for the first."""
    seconds: float
    """The seconds that it waits."""
    status: int | None
    """The HTTP status; None when no answer came."""
    code: int | None
    """Twilio's error code; None where there was none."""
    request_id: str | None
    """``Twilio-Request-Id``."""
    reason: str
    """The class of the failure, such as ``RateLimitError``."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options that ``with_options`` can change."""

    timeout: float | None = 30.0
    deadline: float | None = None
    retry: RetryPolicy = RetryPolicy()
    max_waiting: int | None = None
    max_body: int | None = 33_554_432
    priority: Priority | None = None
    """The order in the gate; None: single calls go before those over many inputs."""
    is_patient: bool = False
    """True for calls over many inputs: they wait in the gate however long the queue is, and no deadline counts that."""


class ClientState(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that all views of a client share."""

    session: HttpSession
    hosts: Hosts
    credentials: Credentials
    gate: Gate
    on_response: Callable[[Exchange], None] | None
    on_event: Callable[[CallWait | GateChange], None] | None
    runtime: Runtime
    session_has_credentials: bool
