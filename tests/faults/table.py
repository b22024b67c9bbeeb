"""The shape of the fault table: what a server does wrong, and what each kind of call is to make of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.raw_server import Greeting, RawServer, Reply
from twilio_numbers_async.client import ClientOptions
from twilio_numbers_async.errors import (
    RequestTimeoutError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from twilio_numbers_async.transport.retry import RetryPolicy

from .kinds import ALL, DELETE, GET, ORDERS, UPSERT, Kind

__all__ = [
    "AGAIN", "FINE", "SHORTLY", "Cells", "Expected", "Fault", "Happening", "Outcome", "by_kind", "cells", "fails",
    "late", "lost", "server_error", "unreadable",
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The end of a call: its result or its error, and what it took."""

    result: Any
    error: TwilioNumbersError | None
    requests: int
    """The requests that the server read."""
    connections: int
    """The connections that were made."""
    elapsed: float
    """Seconds of the test's own clock: what the client chose to wait."""
    memory: float
    """The most that was allocated, in MiB; 0.0 where it was not measured."""


@dataclass(frozen=True)
class Expected:
    """The end that a fault is to have. Without an ``error`` the call gets its own answer."""

    error: tuple[type[TwilioNumbersError], ...] = ()
    """The exact classes that will do."""
    says: str = ""
    """A pattern that the error's text has to have."""
    requests: Container[int] = (1,)
    connections: Container[int] | None = None
    may_have_been_processed: bool = False
    elapsed: tuple[float, float] | None = None
    memory: float | None = None
    """The most MiB that may be allocated."""
    result: Callable[[Any], bool] | None = None
    """Stands for the kind's own way to tell its answer."""

    def check(self, outcome: Outcome, kind: Kind) -> None:
        """Compare with what became of the call."""
        error = outcome.error
        if not self.error:
            assert error is None, repr(error)
            assert (self.result or kind.is_own)(outcome.result), outcome.result
        else:
            assert error is not None, f"no error, but {outcome.result!r}"
            assert type(error) in self.error, repr(error)
            assert re.search(self.says, str(error), re.IGNORECASE), str(error)
            assert error.may_have_been_processed is self.may_have_been_processed, repr(error)
        assert outcome.requests in self.requests, f"{outcome.requests} requests"
        if self.connections is not None:
            assert outcome.connections in self.connections, f"{outcome.connections} connections"
        if self.elapsed is not None:
            least, most = self.elapsed
            assert least <= outcome.elapsed <= most, f"waited {outcome.elapsed} s"
        if self.memory is not None:
            assert outcome.memory <= self.memory, f"{outcome.memory:.1f} MiB"


Cells = Mapping[str, Expected]
Happening = Callable[[RawServer], Awaitable[None]]


async def _nothing(server: RawServer) -> None:
    pass


@dataclass(frozen=True)
class Fault:
    """A fault: the replies of the server, the last of which goes on until it is mended."""

    name: str
    replies: tuple[Reply, ...]
    expected: Cells
    """The end for each kind of call, by the kind's name; a kind that cannot tell is left out."""
    greeting: Greeting | None = None
    """The action on a connection before a request is read."""
    primed: bool = False
    """True where a sound exchange comes first, over the connection that is then kept alive."""
    meanwhile: Happening = _nothing
    """An action of the server's between that exchange and the call."""
    afterwards: Happening = _nothing
    """An action of the server's between the call and the next one, when its fault is mended."""
    stage: str = "http"
    """The way to the server: ``http``, or one of the stages in ``stages.py``."""
    signed_in: bool = False
    """True for OAuth credentials, so that a token comes first."""
    options: ClientOptions = field(default_factory=lambda: ClientOptions())


FINE = Expected()
AGAIN = Expected(requests=(2,))
SHORTLY = ClientOptions(timeout=0.25, retry=RetryPolicy(max_attempts=2))
"""For servers that are too slow: two attempts of a quarter of a second."""


def fails(error: type[TwilioNumbersError], *or_else: type[TwilioNumbersError], **more: Any) -> Expected:
    """An error, after one request unless ``more`` says otherwise."""
    if isinstance(more.get("requests"), int):
        more["requests"] = (more["requests"],)
    if "may" in more:
        more["may_have_been_processed"] = more.pop("may")
    return Expected(error=(error, *or_else), **more)


def by_kind(
    every: Expected | None = None,
    *,
    get: Expected | None = None,
    delete: Expected | None = None,
    upsert: Expected | None = None,
    orders: Expected | None = None,
    but: tuple[Kind, ...] = (),
) -> Cells:
    """``every`` kind, but for those that are named. ``but``: these cannot tell, and are left out."""
    own = {GET.name: get, DELETE.name: delete, UPSERT.name: upsert} | {kind.name: orders for kind in ORDERS}
    found = {kind.name: own[kind.name] or every for kind in ALL if kind not in but}
    return {name: expected for name, expected in found.items() if expected is not None}


def lost(*, says: str = "connection broke", resent: bool = False, read: bool = True) -> Cells:
    """The answer was lost: four attempts where that is harmless; an order is sent once.

    ``resent``: aiohttp may send a GET once more by itself. ``read``: the server gets as far as the end of a request.
    """
    error = fails(TransportError, says=says, may=True)
    most = 9 if resent else 5
    if read:
        again, once = replace(error, requests=(4,)), replace(error, requests=(1,))
        return by_kind(again, get=replace(error, requests=range(4, most)), orders=once)
    again = replace(error, requests=(0,), connections=range(4, most))
    return by_kind(again, orders=replace(error, requests=(0,), connections=(1,)))


def late(*, read: bool = True) -> Cells:
    """No answer in time, twice where that is harmless. ``read``: the server gets as far as the end of a request."""
    error = fails(RequestTimeoutError, says=r"within 0\.25 s", may=True, requests=2 * read)
    return by_kind(error, orders=replace(error, requests=(1 * read,)))


def unreadable(says: str, **more: Any) -> Cells:
    """An answer that cannot be read: nothing is sent again, and the error names the cause."""
    return by_kind(fails(TransportError, says=says, may=True, **more))


def server_error(**more: Any) -> Cells:
    """5xx: four attempts where that is harmless; an order is sent once and may have been carried out."""
    again, once = (fails(ServerError, may=True, requests=count, **more) for count in (4, 1))
    return by_kind(again, orders=once)


def cells(faults: tuple[Fault, ...]) -> Iterator[tuple[Fault, Kind]]:
    """The table, cell by cell."""
    for fault in faults:
        for kind in ALL:
            if kind.name in fault.expected:
                yield fault, kind
