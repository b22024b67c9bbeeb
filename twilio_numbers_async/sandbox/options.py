"""The keywords of ``Sandbox``, in groups: each is a frozen value with a default for every field."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from secrets import token_hex

import msgspec

from .._util import utc_now


class Behavior(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that Twilio's pages leave open, and checks that a test may want."""

    not_portable_status: int = 200
    """The HTTP status of "not portable": 200 as in the specification's example, or 400 as on Twilio's pages."""
    strict_documents: bool = False
    """True: a port-in's documents must have been uploaded, or added to ``sandbox.documents``."""
    strict_compliance: bool = False
    """True: a number is sold with a known address and a known bundle only; False: unknown ones are taken as given."""
    available_paging: bool = False
    """True: a search for available numbers has paging keys, which Twilio's has not."""
    csv_seed: int = 0
    """Decides the orders of the columns of CSV answers."""
    bulk_polls: int = 2
    """The poll at which a bulk eligibility check is done."""
    token_lifetime: float = 3600.0
    """Seconds of an OAuth token."""

    def __post_init__(self) -> None:
        if self.not_portable_status not in {200, 400}:
            raise ValueError("not_portable_status: expected 200 or 400")
        _check_least(self, 1, "bulk_polls")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds for a step that the sandbox takes by itself. None: only a test takes it."""

    port_ins: float | None = None
    """Seconds for a step of a port-in; ``sandbox.port_ins.advance()`` takes one at once."""
    reviews: float | None = None
    """Seconds for a step of a bundle's review; the methods of ``sandbox.bundles`` take one at once."""
    hosting: float | None = None
    """Seconds for a step of a hosted number order that is not the customer's: a code typed, a letter signed."""

    def __post_init__(self) -> None:
        _check_least(self, 0, "port_ins", "reviews", "hosting")


class WebhookFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries of webhooks: repeated, out of order, tried again, dropped."""

    repeat: int = 0
    """The further deliveries of each webhook."""
    shuffle: bool | int = False
    """Another order than that of the events: a seed that decides it, or True for always the same one."""
    attempts: int = 3
    """The most tries of a delivery that is not answered 2xx."""
    delay: float = 0.1
    """Seconds before the second try; twice as many before each one after it."""
    queue: int = 100_000
    """The most deliveries that wait; further ones are dropped."""

    def __post_init__(self) -> None:
        _check_least(self, 0, "repeat", "delay")
        _check_least(self, 1, "attempts", "queue")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most that the sandbox takes from the network and keeps in its log. Sizes are bytes, times are seconds."""

    max_line: int = 8190
    """The URL of a request (else 414), and each of its headers (else 431)."""
    max_head: int = 32_768
    """All headers of a request together (else 431)."""
    max_body: int = 1_048_576
    """The body of a request, unpacked (else 413); a document may have 10 MB."""
    request_timeout: float = 30.0
    """A request from its first byte to the end of its head, its body (else 408), and the reading of an answer: each."""
    idle_timeout: float = 75.0
    """A kept-alive connection between two requests."""
    max_connections: int | None = None
    """The connections that are open at once; None: as many as the process may have descriptors, less a few."""
    log_size: int = 1000
    """The number of requests in ``sandbox.traffic.log``."""
    log_body: int = 65_536
    """The bytes of a body in the log."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value: float | None = getattr(self, name)
            if value is not None and not value > 0 and name != "log_size":
                raise ValueError(f"{name}: expected a number above 0")
        _check_least(self, 0, "log_size")


def _new_sid(prefix: str) -> str:
    return prefix + token_hex(16)


class SandboxRuntime(msgspec.Struct, frozen=True, kw_only=True):
    """The time and the chance of a sandbox."""

    now: Callable[[], dt.datetime] = utc_now
    """The time of day, with its offset."""
    clock: Callable[[], float] = time.perf_counter
    """Seconds from any beginning; measures how long requests take."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for so many seconds."""
    new_sid: Callable[[str], str] = _new_sid
    """Makes a SID with a prefix such as ``PN``."""


def _check_least(group: msgspec.Struct, least: int, *names: str) -> None:
    for name in names:
        value: float | None = getattr(group, name)
        if value is not None and not value >= least:
            raise ValueError(f"{name}: expected {least} or more")
