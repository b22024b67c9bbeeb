"""The protocol of every gate: its methods, the signals that it gets, and its snapshots."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Protocol

import msgspec

from ..errors import InvalidArgumentError

__all__ = ["CallLater", "Gate", "GateChange", "GateSnapshot", "Signal", "Timer", "check_count"]


class Signal(enum.Enum):
    """The outcome of a request, as far as a gate is concerned."""

    ACCEPTED = "accepted"
    """Answered, with whatever status but 429 and 5xx."""
    REFUSED = "refused"
    """429: too many at once, or too many a second."""
    LIMITED = "limited"
    """Not sent: this process can open no more connections, as with "too many open files"."""
    FAILED = "failed"
    """5xx, a timeout, a broken connection."""
    UNKNOWN = "unknown"
    """Cancelled, or never sent: says nothing."""


class GateSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A gate at one moment."""

    limit: int | None
    """Requests at once that it allows just now; None if it does not count them."""
    in_flight: int
    """Permits held."""
    waiting: int
    """Callers in line."""
    refusals: int
    """Answers of 429 since it was made."""
    ceiling: int | None
    """The most that was found to be allowed at once; None while that is not known."""
    paused: float
    """Seconds until it issues permits again, as after a Retry-After; 0.0 if it does now."""
    waiting_bulk: int = 0
    """Of those in line, the bulk calls; single calls go before them."""
    waiting_to_retry: int = 0
    """Calls without a permit that pause before another try."""
    rate: float | None = None
    """Requests a second that it allows just now; None if it does not count them."""


class GateChange(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that has changed, or a pause that has begun."""

    limit: int | None
    """Requests at once that are allowed from now on; None if they are not counted."""
    limit_before: int | None
    """The same before the change."""
    paused: float
    """Seconds until it issues permits again; 0.0 if it does now."""
    rate: float | None
    """Requests a second that are allowed from now on; None if they are not counted."""
    in_flight: int
    """Permits held."""
    cause: Signal | None
    """The end of a request that brought it about; None if it was another thing."""


class Gate(Protocol):
    """Decides when a request may be sent. Several clients of one event loop may share one.

    A permit is an int that means something to the gate alone.
    """

    def try_acquire(self) -> int | None:
        """Return a permit at once, or None if one would have to wait."""
        ...

    async def acquire(self) -> int:
        """Get a permit, after waiting in the queue if need be. A cancelled wait loses none."""
        ...

    def release(
        self, permit: int, signal: Signal, retry_after: float | None = None, concurrent: int | None = None
    ) -> None:
        """Give a permit back and say what became of the request.

        ``retry_after`` is the answer's Retry-After in seconds, ``concurrent`` its Twilio-Concurrent-Requests.
        """
        ...

    def snapshot(self) -> GateSnapshot:
        """A snapshot of the gate."""
        ...


class Timer(Protocol):
    """The timer that ``call_later`` returns."""

    def cancel(self) -> None:
        """Call it off."""
        ...


CallLater = Callable[[float, Callable[[], None]], Timer]


def check_count(value: int, argument: str, *, least: int = 1) -> int:
    """The value, if it is a whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidArgumentError(
            f"{argument} must be a whole number of at least {least}, not {value!r}", argument=argument
        )
    return value
