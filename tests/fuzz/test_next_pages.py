"""Listings whose pages name whatever they like as the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given, settings, strategies as st

from tests.raw_server import Reply, json_reply, raw_server
from twilio_numbers_async import Pager, TwilioNumbers, TwilioNumbersError
from twilio_numbers_async.errors import PagingError
from twilio_numbers_async.paging import RawPage

from .properties import next_page
from .strategies import quick

SID = "AC" + "a" * 32
LISTING = f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"

_hosts = st.sampled_from(
    [
        "gateway.example.com",
        "numbers.twilio.com",
        "example.org",
        "numbers.twilio.com.example.org",
        "numbers.twilio.com:443",
    ]
)
_paths = st.text("/.%2eE\\?#@:aA=& \t\r\n\u2025\uff0e", max_size=25) | st.sampled_from(
    [LISTING, f"{LISTING}?PageToken=1", "/twilio" + LISTING, "/v1/../v2", "//example.org/v1"]
)
_addresses = st.tuples(
    st.sampled_from(["https://", "http://", "//", "ftp://", "HTTPS://", "https:/", "", "\thttps://"]),
    st.sampled_from(["", "", "user@", "gateway.example.com@", "a:b@", "["]),
    _hosts | st.just(""),
    _paths,
).map("".join)


@given(_addresses | st.text(max_size=40))
@settings(quick, max_examples=300)
def test_a_next_page_is_on_the_same_origin_or_refused(named: str) -> None:
    next_page(named)


def _chain(pages: list[tuple[list[int], int | None]]) -> Callable[[str | None], RawPage[int]]:
    def page(at: str | None) -> RawPage[int]:
        items, following = pages[int(at or 0) % len(pages)]
        return RawPage(items, None if following is None else str(following))

    return page


_pages = st.lists(
    st.tuples(st.lists(st.integers(), max_size=4), st.none() | st.integers(1, 8)), min_size=1, max_size=8
)


@given(_pages, st.none() | st.integers(0, 12), st.integers(0, 1))
@settings(quick, max_examples=200)
def test_a_listing_ends_and_goes_on_where_it_was_left(
    pages: list[tuple[list[int], int | None]], limit: int | None, prefetch: int
) -> None:
    page = _chain(pages)

    async def fetch(at: str | None) -> RawPage[int]:
        return page(at)

    async def read(after: str | None, limit: int | None) -> tuple[list[int], list[str | None], bool]:
        items: list[int] = []
        cursors: list[str | None] = []
        try:
            async for one in Pager(fetch, limit=limit, after=after, prefetch=prefetch).pages():
                items += one.items
                cursors.append(one.cursor)
        except PagingError:
            return items, cursors, False
        return items, cursors, True

    async def whole() -> None:
        async with asyncio.timeout(20):
            items, _, ended = await read(None, None)
            first, cursors, _ = await read(None, limit)
            assert first == items[:limit]
            if ended and cursors and cursors[-1] is not None:
                rest, _, _ = await read(cursors[-1], None)
                assert first + rest == items

    asyncio.run(whole())


@given(st.lists(_addresses, min_size=1, max_size=5))
@settings(quick, max_examples=60)
def test_the_credentials_go_nowhere_else(named: list[str]) -> None:
    """Over sockets: nobody but the server that was configured is asked, and only for pages of the listing."""

    async def ask() -> None:
        async with asyncio.timeout(20), raw_server(json_reply({})) as stranger:
            host = stranger.url.removeprefix("http://")
            script: list[Reply] = [
                json_reply({"incoming_phone_numbers": [], "next_page_uri": each.replace("example.org", host)})
                for each in named
            ]
            async with (
                raw_server(*script) as server,
                TwilioNumbers(SID, "token", base_url=server.url) as twilio,
            ):
                try:
                    await twilio.incoming_phone_numbers.list().collect()
                except TwilioNumbersError as error:
                    assert isinstance(error, PagingError), error  # noqa: PT017 - the only one that there may be
                assert {received.path for received in server.received} == {LISTING}
            assert stranger.connections == 0

    asyncio.run(ask())
