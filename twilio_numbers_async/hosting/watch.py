"""Following hosted number orders and their letters: what has changed since the last look, each change once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any, Literal

import msgspec

from ..errors import NotFoundError
from ..models import (
    AuthorizationDocument,
    AuthorizationDocumentStatus,
    HostedNumberOrder,
    HostedNumberOrderStatus,
)
from ..models.discreet import Discreet
from ..work.follow import FollowOptions, Tolerance, follow, is_same, state_of
from .advice import order_advice
from .calls import HostingCalls

__all__ = ["HostingChange", "watch"]

_PAGE_SIZE = 1000
_FEW = 20
"""Orders that are fetched one by one; for more all are listed."""


class HostingChange(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """An order, or a letter of authorization, has another status."""

    kind: Literal["order", "letter"]
    """The kind of thing that has changed."""
    sid: str
    """The SID of the order (``HR...``) or of the letter (``PX...``)."""
    old_status: HostedNumberOrderStatus | AuthorizationDocumentStatus | None
    """The status before; None where it was not known."""
    new_status: HostedNumberOrderStatus | AuthorizationDocumentStatus
    """The status now."""
    order: HostedNumberOrder | None = None
    """The order as it is now; None where a letter has changed."""
    letter: AuthorizationDocument | None = None
    """The letter as it is now; None where an order has changed."""

    _shown = frozenset({"kind", "sid", "old_status", "new_status"})

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more."""
        return self.new_status.is_terminal

    @property
    def advice(self) -> str | None:
        """The advice, in one sentence; None if there is nothing to do."""
        return None if self.order is None else order_advice(self.order)

    def __repr__(self) -> str:
        old = None if self.old_status is None else self.old_status.value
        return f"HostingChange({self.kind} {self.sid}: {old!r} -> {self.new_status.value!r})"


class _State(msgspec.Struct):
    """The last status of each order and of each letter, by SID."""

    orders: dict[str, str] = {}
    letters: dict[str, str] = {}


def watch(
    calls: HostingCalls, sids: Sequence[str] | None, state: dict[str, Any] | None, options: FollowOptions
) -> AsyncGenerator[HostingChange, None]:
    """See ``hosted_number_orders.watch``."""
    state = {} if state is None else state
    looking = _Watch(calls, sids, state, state_of(state, _State), options)
    return follow(looking.look, looking.is_over, options, "hosted number orders")


class _Watch:
    def __init__(
        self,
        calls: HostingCalls,
        sids: Sequence[str] | None,
        state: dict[str, Any],
        known: _State,
        options: FollowOptions,
    ) -> None:
        self._calls = calls
        self._sids = sids
        self._state = state
        self._known = known
        self._is_first = "orders" not in state
        self._initial = options.initial
        self._gone = set[str]()  # orders that were deleted

    async def look(self, tolerance: Tolerance) -> AsyncGenerator[HostingChange, None]:
        """The changes since the last look. One that fails half-way says nothing: the next one sees the same."""
        changes: list[HostingChange] | None = None
        with tolerance:
            orders = await self._orders()
            changes = list(self._changes(await self._letters(orders), orders))
        if changes is None:
            return
        is_first, self._is_first = self._is_first, False
        news: list[HostingChange] = []
        for change in changes:
            if self._is_news(change, is_first=is_first):
                news.append(change)
            else:
                self._save(change)  # first, so that a watch that goes on later does not yield it either
        self._state.setdefault("orders", {})
        self._state.setdefault("letters", {})
        for change in news:
            self._save(change)
            yield change

    def is_over(self) -> bool:
        """True if all orders have ended, or are gone; never for a whole account."""
        return self._sids is not None and not self._under_way()

    def _under_way(self) -> list[str]:
        """The SIDs of orders that have not ended, as far as it is known."""
        return [sid for sid in self._sids or () if sid not in self._gone and not self._has_ended(sid)]

    def _has_ended(self, sid: str) -> bool:
        status = self._known.orders.get(sid)
        return status is not None and HostedNumberOrderStatus(status).is_terminal

    async def _orders(self) -> list[HostedNumberOrder]:
        """The orders that are watched. Raises NotFoundError for one that was never there."""
        found: dict[str, HostedNumberOrder] = {}
        missing = dict.fromkeys(self._under_way())
        if self._sids is None or len(missing) > _FEW:
            async for order in self._calls.orders.list(page_size=_PAGE_SIZE):
                if order.sid and (self._sids is None or order.sid in missing):
                    found[order.sid] = order
        for sid in missing:
            try:
                if sid not in found:
                    found[sid] = await self._calls.orders.fetch(sid)
            except NotFoundError:
                if sid not in self._known.orders:
                    raise
                self._gone.add(sid)
        return list(found.values())

    async def _letters(self, orders: Sequence[HostedNumberOrder]) -> list[AuthorizationDocument]:
        """The letters of the orders, also those that an order does not name any more; of an account, all."""
        wanted = {order.signing_document_sid for order in orders} - {None, ""}
        wanted.update(sid for sid, status in self._known.letters.items() if not _has_ended(status))
        if not wanted and self._sids is not None:
            return []
        found = {
            letter.sid: letter
            async for letter in self._calls.letters.list(page_size=_PAGE_SIZE)
            if letter.sid and (self._sids is None or letter.sid in wanted)
        }
        return list(found.values())

    def _is_news(self, change: HostingChange, *, is_first: bool) -> bool:
        """False for what is taken as it is found: all of it, or in an account what had ended before the first look."""
        if change.old_status is not None or not is_first:
            return True
        return self._initial and not (self._sids is None and change.is_terminal)

    def _changes(
        self, letters: Sequence[AuthorizationDocument], orders: Sequence[HostedNumberOrder]
    ) -> Iterator[HostingChange]:
        """The changes, letters first: a watch that is stopped at a letter yields its order later."""
        things: list[AuthorizationDocument | HostedNumberOrder] = [*letters, *orders]
        for thing in things:
            order, letter = (thing, None) if isinstance(thing, HostedNumberOrder) else (None, thing)
            known = self._known.letters if order is None else self._known.orders
            old, new = known.get(thing.sid or ""), thing.status
            if new is not None and not is_same(old, new):
                yield HostingChange(
                    kind="letter" if order is None else "order",
                    sid=thing.sid or "",
                    old_status=None if old is None else type(new)(old),
                    new_status=new,
                    order=order,
                    letter=letter,
                )

    def _save(self, change: HostingChange) -> None:
        """Keep a change in the state; by the time that it is handed out it is there."""
        known = self._known.orders if change.kind == "order" else self._known.letters
        known[change.sid] = change.new_status.value
        self._state.setdefault(f"{change.kind}s", {})[change.sid] = change.new_status.value


def _has_ended(status: str) -> bool:
    return AuthorizationDocumentStatus(status).is_terminal
