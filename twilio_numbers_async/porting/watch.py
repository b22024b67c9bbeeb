"""Follows port-ins and yields each change once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any, Literal

import msgspec

from ..models import (
    PortIn,
    PortInPhoneNumberResult,
    PortInPhoneNumberStatus,
    PortInStatus,
    PortInSummary,
)
from ..models.discreet import Discreet
from ..work.follow import FollowOptions, Tolerance, follow, is_same, state_of
from .calls import PortInCalls

__all__ = ["PortInChange", "watch"]

_PAGE_SIZE = 100
_MARGIN = dt.timedelta(days=2)  # whatever Twilio takes "after a date" to mean
_LAST_LOOKS = 3  # at a request that has ended while its numbers have not


class PortInChange(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """A change of the status of a port-in request or of one of its numbers."""

    kind: Literal["request", "number"]
    """The kind of thing that has changed."""
    sid: str
    """The SID of the request (``KW...``) or of the number within it (``PU...``)."""
    port_in_request_sid: str
    """The SID of the request."""
    old_status: PortInStatus | PortInPhoneNumberStatus | None
    """The status before; None where it was not known."""
    new_status: PortInStatus | PortInPhoneNumberStatus
    """The status now."""
    port_in: PortIn
    """The request as it is now."""
    phone_number: PortInPhoneNumberResult | None = None
    """The number as it is now; None where the request has changed."""

    _shown = frozenset({"kind", "sid", "port_in_request_sid", "old_status", "new_status"})

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more."""
        return self.new_status.is_terminal

    def __repr__(self) -> str:
        old = None if self.old_status is None else self.old_status.value
        return f"PortInChange({self.kind} {self.sid}: {old!r} -> {self.new_status.value!r})"


class _Known(msgspec.Struct, omit_defaults=True):
    """The state of one request."""

    status: str | None = None
    row: str | None = None
    """The row of the list that was dealt with."""
    numbers: dict[str, str] = {}
    done: bool = False


class _State(msgspec.Struct):
    requests: dict[str, _Known] = {}


def watch(
    port_ins: PortInCalls, sids: Sequence[str] | None, state: dict[str, Any] | None, options: FollowOptions
) -> AsyncGenerator[PortInChange, None]:
    """See ``port_ins.watch``."""
    state = {} if state is None else state
    looking = _Watch(port_ins, sids, state, state_of(state, _State).requests, options)
    return follow(looking.look, looking.is_over, options, "port-ins")


class _Watch:
    def __init__(
        self,
        port_ins: PortInCalls,
        sids: Sequence[str] | None,
        state: dict[str, Any],
        known: dict[str, _Known],
        options: FollowOptions,
    ) -> None:
        self._port_ins = port_ins
        self._sids = sids
        self._options = options
        self._state = state
        self._known = known
        self._fetched_at: dict[str, float] = {}
        self._last_looks: dict[str, int] = {}
        self._listed_from: dt.date | None = None
        self._silent = set[str]()  # what is taken as it is found, the first time
        if sids is not None and not options.initial:
            self._silent.update(sid for sid in sids if sid not in known)

    async def look(self, tolerance: Tolerance) -> AsyncGenerator[PortInChange, None]:
        """Yield the changes since the last look."""
        rows: dict[str, PortInSummary | None] = {}
        with tolerance:
            rows = await self._rows()
        for sid, row in rows.items():
            if not self._is_due(sid, row):
                continue
            port_in: PortIn | None = None
            with tolerance:
                port_in = await self._port_ins.fetch(sid)
            for change in () if port_in is None else self._compare(sid, port_in, row):
                yield change

    def is_over(self) -> bool:
        """True if all have ended; never for a whole account."""
        return self._sids is not None and all(self._entry(sid).done for sid in self._sids)

    async def _rows(self) -> dict[str, PortInSummary | None]:
        """The requests to look at, each with its row of the list, where it has one."""
        found: dict[str, PortInSummary | None] = {}
        today = self._options.time.now().date()
        if self._sids is None:
            # All of them at first, and then the new ones and those that are under way.
            await self._list(found, created_after=self._listed_from)
            wanted = [sid for sid, known in self._known.items() if not known.done]
        else:
            wanted = [sid for sid in self._sids if not self._entry(sid).done]
        missing = [sid for sid in wanted if sid not in found]
        for at in range(0, len(missing), _PAGE_SIZE):
            await self._list(found, sids=missing[at : at + _PAGE_SIZE])
        if "requests" not in self._state and self._sids is None:
            self._begin(found)
        self._listed_from = today - _MARGIN
        return {sid: found.get(sid) for sid in [*found, *missing]}

    async def _list(self, found: dict[str, PortInSummary | None], **filters: Any) -> None:
        async for row in self._port_ins.list(page_size=_PAGE_SIZE, **filters):
            if row.port_in_request_sid:
                found[row.port_in_request_sid] = row

    def _begin(self, rows: dict[str, PortInSummary | None]) -> None:
        """Begin with the first look of all: requests that have ended before are no news, and may be an account's whole
        past.
        """
        self._state["requests"] = {}
        for sid, row in rows.items():
            status = None if row is None else row.port_in_request_status
            if status is not None and status.is_terminal:
                self._entry(sid).done = True
                self._entry(sid).status = status.value
                self._save(sid)
            elif not self._options.initial:
                self._silent.add(sid)

    def _is_due(self, sid: str, row: PortInSummary | None) -> bool:
        known = self._entry(sid)
        if known.done:
            return False
        fetched_at = self._fetched_at.get(sid)
        if row is None or fetched_at is None or known.row != _text_of(row):
            return True
        # A number can move on while the row of its request stays the same.
        return self._options.time.clock() - fetched_at >= self._options.refresh

    def _compare(self, sid: str, port_in: PortIn, row: PortInSummary | None) -> Iterator[PortInChange]:
        """Yield the changes; each is in the state by the time that it is yielded."""
        known = self._entry(sid)
        self._fetched_at[sid] = self._options.time.clock()
        for number in port_in.phone_numbers or ():
            number_sid, number_status = number.port_in_phone_number_sid, number.port_in_phone_number_status
            old = known.numbers.get(number_sid or "")
            if not number_sid or number_status is None or is_same(old, number_status):
                continue
            known.numbers[number_sid] = number_status.value
            self._save(sid)
            if sid not in self._silent:
                yield PortInChange(
                    kind="number",
                    sid=number_sid,
                    port_in_request_sid=sid,
                    old_status=None if old is None else PortInPhoneNumberStatus(old),
                    new_status=number_status,
                    port_in=port_in,
                    phone_number=number,
                )
        status, old = _status_of(port_in, row), known.status
        if status is not None and not is_same(old, status):
            known.status = status.value
            self._save(sid)
            if sid not in self._silent:
                yield PortInChange(
                    kind="request",
                    sid=sid,
                    port_in_request_sid=sid,
                    old_status=None if old is None else PortInStatus(old),
                    new_status=status,
                    port_in=port_in,
                )
        self._dealt_with(sid, port_in, row, status)

    def _dealt_with(
        self, sid: str, port_in: PortIn, row: PortInSummary | None, status: PortInStatus | None
    ) -> None:
        known = self._entry(sid)
        self._silent.discard(sid)
        known.row = None if row is None else _text_of(row)
        if _has_ended(status):
            # Its numbers may follow a little later; what has not come by then will not come.
            looks = self._last_looks[sid] = self._last_looks.get(sid, 0) + 1
            known.done = looks >= _LAST_LOOKS or all(map(_is_settled, port_in.phone_numbers or ()))
            known.row = None
            if known.done:
                known.numbers = {}
        self._save(sid)

    def _entry(self, sid: str) -> _Known:
        return self._known.setdefault(sid, _Known())

    def _save(self, sid: str) -> None:
        self._state.setdefault("requests", {})[sid] = msgspec.to_builtins(self._known[sid])


def _has_ended(status: PortInStatus | None) -> bool:
    return status is not None and status.is_terminal


def _is_settled(number: PortInPhoneNumberResult) -> bool:
    status = number.port_in_phone_number_status
    return status is None or status.is_terminal or status is PortInPhoneNumberStatus.PORT_REJECTED


def _status_of(port_in: PortIn, row: PortInSummary | None) -> PortInStatus | None:
    """The status of the request, unless the list knows already that it has ended."""
    if row is not None and _has_ended(row.port_in_request_status):
        return row.port_in_request_status
    return port_in.port_in_request_status or (None if row is None else row.port_in_request_status)


def _text_of(row: PortInSummary) -> str:
    """A text that differs once a request has moved on."""
    said = row.port_in_request_status, row.status_last_updated_timestamp, row.phone_numbers_ported
    return " ".join(map(str, [*said, *([row.suggested_action] if row.suggested_action else [])]))
