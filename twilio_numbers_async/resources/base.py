"""The base of every resource: requests, listings, waits and checks of arguments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from copy import copy
from typing import Protocol, Self, TypeVar

import msgspec

from .._util import utc_now
from ..errors import GateFullError, PagingError, RequestTimeoutError, invalid
from ..models.base import OpenEnum
from ..models.sids import check_sid
from ..paging import PageQuery, Pager, RawPage, wrong_cursor
from ..transport.caller import Caller
from ..transport.endpoint import Endpoint
from ..transport.hosts import check_target
from ..transport.http.sending import Outgoing
from ..transport.request import FORM, JSON, Value, form_body, json_body, query_string
from ..work.time import Time, check_seconds

__all__ = ["Resource", "checked_sids", "confirms_number", "enum_value", "poll", "reached", "time_text"]

T = TypeVar("T")


class LinkedPage(Protocol):
    """A page that may name the next one."""

    @property
    def next_page(self) -> str | None: ...


P = TypeVar("P", bound=LinkedPage)


class Resource:
    """A part of the API; made by the client."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _in_bulk(self) -> Self:
        """Return the resource for calls over many inputs: they let single calls go first, and wait in a queue of any
        length.
        """
        bulk = copy(self)
        bulk._caller = self._caller.in_bulk
        return bulk

    def _time(self, now: Callable[[], dt.datetime] = utc_now) -> Time:
        runtime = self._caller.client_state.runtime
        return Time(runtime.clock, runtime.sleep, now)

    async def _post_json(
        self, endpoint: Endpoint[T], body: msgspec.Struct, confirms: Callable[[T], str] | None = None
    ) -> T:
        outgoing = Outgoing(json_body(body), JSON, endpoint.needs_fresh_connection, confirms)
        return await self._caller.call(endpoint, body=outgoing)

    async def _post(
        self,
        endpoint: Endpoint[T],
        *values: str,
        form: Mapping[str, Value | Iterable[Value]] | bytes,
        expected: tuple[str, ...] | None = None,
        confirms: Callable[[T], str] | None = None,
    ) -> T:
        content = form if isinstance(form, bytes) else form_body(form)
        body = Outgoing(content, FORM, endpoint.needs_fresh_connection, confirms)
        return await self._caller.call(endpoint, *values, body=body, expected=expected)

    def _rows(
        self,
        endpoint: Endpoint[P],
        rows: Callable[[P], list[T] | None],
        asked: PageQuery,
        *values: str,
        query: Mapping[str, Value] | None = None,
        prefetch: int = 0,
    ) -> Pager[T]:
        """A listing whose pages name the next one, as a URL or as a path, which is then followed word for word."""
        path = endpoint.target(*values)
        first = path + query_string({**(query or {}), "PageSize": asked.size()})

        async def fetch(target: str | None) -> RawPage[T]:
            page = await self._caller.follow(endpoint, first if target is None else target)
            if not page.next_page:
                return RawPage(rows(page) or [], None)
            target = self._caller.client_state.hosts.follow(endpoint.host, page.next_page)
            return RawPage(rows(page) or [], checked(target))

        def checked(target: str) -> str:
            check_target(target)
            if target.partition("?")[0] != path:
                raise PagingError("The next page is not one of this listing; it was not asked for")
            return target

        _, start = asked.start()
        if start is not None:
            try:
                checked(start)  # a cursor may have been anywhere
            except PagingError:
                raise wrong_cursor() from None
        return Pager(fetch, limit=asked.limit, after=asked.after, prefetch=prefetch)


def foreign_number(answered: Iterable[str | None], sent: Iterable[str]) -> bool:
    """True if an answer names a number that was not sent: it is the answer to another request."""
    known = set(sent)
    return any(number and number not in known for number in answered)


def confirms_number(field: str, sent: str | None) -> Callable[[object], str]:
    """Return a function that names the field in which an answer has another number than was sent; ``""`` for none."""

    def difference(answer: object) -> str:
        return field if sent and foreign_number([getattr(answer, field)], [sent]) else ""

    return difference


Enum = TypeVar("Enum", bound=OpenEnum)


def enum_value(kind: type[Enum], value: Enum | str, argument: str) -> Enum:
    """The member for a value or its plain string. Raises InvalidArgumentError for one that is not known."""
    member = kind(value) if isinstance(value, str) else None
    if member is None or not member.is_known:
        known = ", ".join(repr(each.value) for each in kind)
        raise invalid(argument, f"must be one of {known}")
    return member


def reached(
    kind: type[Enum],
    until: Enum | str | Callable[[T], bool] | None,
    status_of: Callable[[T], Enum | None],
    is_over: Callable[[Enum], bool],
) -> Callable[[T], bool]:
    """Return a function that is True for a thing at which a wait ends: in a status, or by a function. A thing that has
    ended ends the wait too.
    """
    wanted = None if until is None or callable(until) else enum_value(kind, until, "until")

    def is_reached(thing: T) -> bool:
        if callable(until) and until(thing):
            return True
        status = status_of(thing)
        return status is not None and (status == wanted or is_over(status))

    return is_reached


async def poll(
    caller: Caller,
    fetch: Callable[[], Awaitable[T]],
    is_done: Callable[[T], bool],
    *,
    timeout: float | None,
    pause: float,
    max_pause: float,
) -> T:
    """Ask until it is done, with pauses that grow by half. All times are seconds.

    Raises RequestTimeoutError when ``timeout`` is up: the resource still exists, only the last response is lost.
    """
    if timeout is not None:
        check_seconds(timeout, "timeout")
    check_seconds(pause, "pause")
    check_seconds(max_pause, "max_pause")
    runtime = caller.client_state.runtime
    end = None if timeout is None else runtime.clock() + timeout
    while True:
        with suppress(GateFullError):  # a wait sits that out
            answer = await fetch()
            if is_done(answer):
                return answer
        left = float("inf") if end is None else end - runtime.clock()
        if left <= 0:
            raise RequestTimeoutError(f"Not finished after {timeout:g} s", may_have_been_processed=False)
        # The last look is at the deadline itself, not a pause before it.
        await runtime.sleep(min(pause, left))
        pause = min(pause * 1.5, max_pause)


def time_text(value: dt.date | None, argument: str, *, days_as_dates: bool = False) -> str | None:
    """A datetime with a time zone as ``2022-11-29T23:59:59Z``; a date as its first moment, or as a date."""
    if value is None:
        return None
    if not isinstance(value, dt.date):
        raise invalid(argument, "must be a date or a datetime")
    if not isinstance(value, dt.datetime):
        return value.isoformat() if days_as_dates else f"{value.isoformat()}T00:00:00Z"
    if value.tzinfo is None:
        raise invalid(argument, "must be a date, or a datetime with a time zone")
    try:
        in_utc = value.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        raise invalid(argument, "is no time of the calendar in UTC") from None
    return f"{in_utc.isoformat(timespec='seconds')}Z"


def checked_sids(
    sids: str | Iterable[str],
    prefix: str,
    argument: str,
    *,
    most: int | None = None,
    empty: str = "must not be empty: leave it out for all of them",
) -> list[str]:
    """The distinct SIDs. Raises InvalidArgumentError for a wrong one, for none at all, and for more than ``most``."""
    if not isinstance(sids, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise invalid(argument, "must be SIDs")
    given = [sids] if isinstance(sids, str) else list(sids)
    if not given:
        raise invalid(argument, empty)
    if most is not None and len(given) > most:
        raise invalid(argument, f"must be 1 to {most} SIDs")
    return list(
        dict.fromkeys(check_sid(sid, prefix, f"{argument}[{place}]") for place, sid in enumerate(given))
    )
