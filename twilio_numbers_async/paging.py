"""Listings: one async generator over Twilio's three kinds of paging (token, URL, relative URI)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

import msgspec

from ._finish import finish
from .errors import InvalidArgumentError, PagingError, invalid

__all__ = ["Page", "PageQuery", "Pager", "RawPage", "wrong_cursor"]

T = TypeVar("T")
_HOW = "read it with `async for item in pager`, `await pager.collect()` or `await pager.first()`"


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a listing."""

    items: list[T]
    """The items of the page; may be empty in the middle of a listing."""
    cursor: str | None
    """Opaque text that points past this page, for ``after=``; None at the end."""


class RawPage(msgspec.Struct, Generic[T], frozen=True):
    """A page as a resource hands it over: its items, and the address of the next page."""

    items: list[T]
    next: str | None


class Pager(Generic[T]):
    """A listing, fetched page by page while it is read.

    ``async for item in pager`` gives the items, ``async for page in pager.pages()`` the pages (empty ones too),
    ``await pager.collect()`` a list, ``await pager.first()`` the first item or None. Each loop starts anew.

    Raises PagingError when Twilio sends the same next page twice or names one on a foreign host, besides the
    errors of the call itself.
    """

    def __init__(
        self,
        fetch: Callable[[str | None], Awaitable[RawPage[T]]],
        *,
        limit: int | None = None,
        after: str | None = None,
        prefetch: int = 0,
    ) -> None:
        if prefetch not in {0, 1}:
            raise invalid("prefetch", "must be 0 or 1 (the pages to fetch ahead)")
        self._fetch = fetch
        self._limit = limit
        self._skip, self._start = PageQuery(None, limit, after).start()
        self._prefetch = prefetch

    def __repr__(self) -> str:
        limit = "" if self._limit is None else f", {self._limit:,} items at the most"
        after = "" if self._start is None and not self._skip else ", from a cursor on"
        return f"<{type(self).__name__}{limit}{after}: {_HOW}>"

    if not TYPE_CHECKING:  # type checkers say it themselves

        def __iter__(self) -> NoReturn:
            raise TypeError(f"A Pager is no list: {_HOW}")

        def __await__(self) -> NoReturn:
            raise TypeError(f"A Pager is not awaited itself: {_HOW}")

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    async def pages(self) -> AsyncGenerator[Page[T], None]:
        """Yield the pages, empty ones too. With ``limit`` the last one may be cut; its cursor goes on at the cut."""
        left, skip, at = self._limit, self._skip, self._start
        seen = {at}
        ahead: asyncio.Task[RawPage[T]] | None = None
        try:
            while left is None or left > 0:
                raw = await (ahead if ahead is not None else self._fetch(at))
                ahead = None
                items = raw.items[skip:] if skip else raw.items
                if left is not None and len(items) > left:
                    yield Page(items=items[:left], cursor=_write_cursor(skip + left, at))
                    return
                # The page that was cut may have been a larger one: what is to be skipped goes on over the next ones.
                skip = max(0, skip - len(raw.items))
                left = None if left is None else left - len(items)
                repeated = raw.next is not None and raw.next in seen
                if self._prefetch and raw.next is not None and not repeated and left != 0:
                    ahead = asyncio.ensure_future(self._fetch(raw.next))
                yield Page(items=items, cursor=None if raw.next is None else _write_cursor(skip, raw.next))
                if raw.next is None or left == 0:
                    return
                if repeated:
                    raise PagingError("Twilio named the same next page twice: the listing would never end")
                at = raw.next
                seen.add(at)
        finally:
            if ahead is not None:
                ahead.cancel()
                await finish(asyncio.gather(ahead, return_exceptions=True))

    async def collect(self) -> list[T]:
        """Return all items as a list."""
        return [item async for item in self]

    async def first(self) -> T | None:
        """Return the first item, or None if there is none."""
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                if page.items:
                    return page.items[0]
        return None


class PageQuery(msgspec.Struct, frozen=True):
    """The part of a listing that is asked for. Raises InvalidArgumentError, naming the argument, for what is none."""

    page_size: int | None
    """The size of a page; None leaves it to ``limit`` and to Twilio."""
    limit: int | None
    """The most items to read."""
    after: str | None
    """The cursor of a page to go on from."""

    def __post_init__(self) -> None:
        if self.limit is not None and not (_is_int(self.limit) and self.limit >= 0):
            raise invalid("limit", "must be a whole number, 0 or more")

    def size(self, maximum: int = 1000) -> int | None:
        """The page size to send: an explicit one as given, else no more than the limit needs."""
        if self.page_size is None:
            return None if self.limit is None else min(max(self.limit, 1), maximum)
        if not (_is_int(self.page_size) and 1 <= self.page_size <= maximum):
            raise invalid("page_size", f"must be a whole number from 1 to {maximum}")
        return self.page_size

    def start(self) -> tuple[int, str | None]:
        """Return the number of items to skip, and the page from which on."""
        if self.after is None:
            return 0, None
        if self.after == "":
            raise invalid("after", "is empty, which is no cursor of a page: the last page has none")
        skip, colon, at = self.after.partition(":") if isinstance(self.after, str) else ("", "", "")
        if not colon or not _count(skip) or not (at or skip != "0"):
            raise wrong_cursor()
        return int(skip), at or None


_count = re.compile("[0-9]{1,9}").fullmatch


def wrong_cursor() -> InvalidArgumentError:
    """The error for a cursor of another listing."""
    return invalid("after", "must be the cursor of a page of this listing")


def _write_cursor(skip: int, at: str | None) -> str:
    # A cut page is asked for again, so a cursor says how many items from there on were seen.
    return f"{skip}:{at or ''}"


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
