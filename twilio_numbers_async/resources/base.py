"""What every resource has: the caller that carries its operations out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from copy import copy
from typing import Protocol, Self, TypeVar

import msgspec

from .._util import utc_now
from ..errors import GateFullError, InvalidArgumentError, PagingError, RequestTimeoutError
from ..models.base import OpenEnum
from ..paging import PageQuery, Pager, RawPage, wrong_cursor
from ..transport.caller import Caller
from ..transport.endpoint import Endpoint
from ..transport.hosts import check_target
from ..transport.http.session import Outgoing
from ..transport.request import FORM, JSON, Value, form_body, json_body, query_string
from ..work.time import Time

__all__ = ["Resource", "enum_value", "poll", "utc_text"]

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
        """The same for calls over many inputs: they let single calls go first, and wait in any line."""
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
        *values: str,
        query: Mapping[str, Value] | None = None,
        page_size: int | None,
        limit: int | None,
        after: str | None,
        prefetch: int = 0,
    ) -> Pager[T]:
        """A listing whose pages name the next one, as a URL or as a path, which is then followed word for word."""
        asked = PageQuery(page_size, limit, after)
        path = endpoint.target(*values)
        first = path + query_string({**(query or {}), "PageSize": asked.size()})

        async def fetch(at: str | None) -> RawPage[T]:
            page = await self._caller.follow(endpoint, first if at is None else at)
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
        return Pager(fetch, limit=limit, after=after, prefetch=prefetch)


def foreign_number(answered: Iterable[str | None], sent: Iterable[str]) -> bool:
    """True where an answer names a number that was not sent: it is the answer to something else."""
    known = set(sent)
    return any(number and number not in known for number in answered)


Enum = TypeVar("Enum", bound=OpenEnum)


def enum_value(kind: type[Enum], value: Enum | str, argument: str) -> Enum:
    """The member for a value or its plain string. Raises InvalidArgumentError for one that is not known."""
    member = kind(value) if isinstance(value, str) else None
    if member is None or not member.is_known:
        known = ", ".join(repr(each.value) for each in kind)
        raise InvalidArgumentError(f"{argument} must be one of {known}", argument=argument)
    return member


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

    Raises RequestTimeoutError when ``timeout`` is up; the last answer is then lost, the thing itself is not.
    """
    for name, value in (("timeout", timeout), ("pause", pause), ("max_pause", max_pause)):
        if value is not None and not (isinstance(value, int | float) and value >= 0):
            raise InvalidArgumentError(f"{name} must be 0 seconds or more", argument=name)
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


def utc_text(value: dt.datetime, argument: str) -> str:
    """A datetime with a time zone, as ``2022-11-29T23:59:59Z``."""
    try:
        in_utc = value.astimezone(dt.UTC).replace(tzinfo=None)
    except OverflowError:
        raise InvalidArgumentError(
            f"{argument} is no time of the calendar in UTC", argument=argument
        ) from None
    return f"{in_utc.isoformat(timespec='seconds')}Z"
