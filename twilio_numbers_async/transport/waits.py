"""Waits of calls for something else than an answer: closing the client ends them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator
from typing import Any

from ..errors import TransportError
from ..gate import GateQueue

__all__ = ["Hold", "Waits", "closed_while_waiting"]


class Hold:
    """One wait, inside of an ``asyncio.timeout``."""

    __slots__ = ("is_ended", "scope")

    def __init__(self, scope: asyncio.Timeout) -> None:
        self.scope: asyncio.Timeout = scope
        self.is_ended: bool = False
        """True if the client was closed meanwhile."""


class Waits:
    """All waits of a client."""

    def __init__(self) -> None:
        self._holds: set[Hold] = set()
        self.queue: GateQueue | None = None
        """The queue in which calls have places that these waits own."""

    @contextlib.contextmanager
    def hold(self, scope: asyncio.Timeout) -> Generator[Hold]:
        """Begin a wait within ``scope``, which times out at once if the client is closed."""
        hold = Hold(scope)
        self._holds.add(hold)
        try:
            yield hold
        finally:
            self._holds.discard(hold)

    def end(self) -> None:
        """End them all."""
        for hold in self._holds:
            hold.is_ended = True
            hold.scope.reschedule(float("-inf"))
        for place in () if self.queue is None else self.queue.places_of(self):
            if not place.done():
                place.set_exception(closed_while_waiting())


def closed_while_waiting(*, was_sent: bool = False, **where: Any) -> TransportError:
    """The error of a call that waited when the client was closed. ``was_sent``: an earlier request of it was."""
    return TransportError(
        "The client was closed while the call waited",
        may_have_been_processed=was_sent,
        is_transient=False,
        **where,
    )
