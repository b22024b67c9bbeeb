"""The pager by itself; its three ways over a socket are in resources/numbers_v1/test_resources.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import InvalidArgumentError, PagingError
from twilio_numbers_async.paging import Page, PageQuery, Pager, RawPage

Pages = Mapping[str | None, RawPage[int]]

SOME: Pages = {
    None: RawPage([0, 1, 2], "b"),
    "b": RawPage([], "c"),
    "c": RawPage([3, 4, 5], "d:e"),
    "d:e": RawPage([6], None),
}


class Source:
    """Pages, and what was asked for."""

    def __init__(self, pages: Pages = SOME) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    async def fetch(self, at: str | None) -> RawPage[int]:
        self.asked.append(at)
        await asyncio.sleep(0)
        return self.pages[at]

    def pager(self, **options: Any) -> Pager[int]:
        return Pager(self.fetch, **options)


def listing(count: int, size: int) -> Callable[[str | None], Any]:
    """A listing of ``count`` items whose tokens are offsets, so that a token goes with any page size."""

    async def fetch(at: str | None) -> RawPage[int]:
        start = int(at or 0)
        end = min(start + size, count)
        return RawPage(list(range(start, end)), str(end) if end < count else None)

    return fetch


async def read_into(got: list[int], pager: Pager[int]) -> None:
    """Read slowly, so that what is fetched ahead is there."""
    async for item in pager:
        got.append(item)
        for _ in range(3):
            await asyncio.sleep(0)


@pytest.fixture(autouse=True)
async def no_task_is_left() -> Any:
    yield
    await asyncio.sleep(0)
    assert {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}} == set()


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_items_of_all_pages(prefetch: int) -> None:
    source = Source()
    assert [item async for item in source.pager(prefetch=prefetch)] == list(range(7))
    assert source.asked == [None, "b", "c", "d:e"]


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_pages_with_the_empty_ones(prefetch: int) -> None:
    pages = [page async for page in Source().pager(prefetch=prefetch).pages()]
    assert [page.items for page in pages] == [[0, 1, 2], [], [3, 4, 5], [6]]
    assert pages[-1].cursor is None
    assert all(page.cursor for page in pages[:-1])


async def test_collect_and_first() -> None:
    source = Source()
    pager = source.pager()
    assert await pager.collect() == list(range(7))
    assert await pager.first() == 0
    assert source.asked[4:] == [None]
    assert await Source({None: RawPage([], "b"), "b": RawPage([9], None)}).pager().first() == 9
    assert await Source({None: RawPage([], None)}).pager().first() is None
    assert await Source({None: RawPage([], None)}).pager().collect() == []


async def test_each_loop_starts_anew() -> None:
    pager = Source().pager()
    assert await pager.collect() == await pager.collect()
    one, other = await asyncio.gather(pager.collect(), pager.collect())
    assert one == other == list(range(7))


@pytest.mark.parametrize("prefetch", [0, 1])
@pytest.mark.parametrize(
    ("limit", "asked"),
    [(0, 0), (1, 1), (2, 1), (3, 1), (4, 3), (6, 3), (7, 4), (8, 4), (1000, 4)],
)
async def test_a_limit_stops_the_asking(limit: int, asked: int, prefetch: int) -> None:
    source = Source()
    assert await source.pager(limit=limit, prefetch=prefetch).collect() == list(range(7))[:limit]
    assert len(source.asked) == asked


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_every_cursor_goes_on_past_its_page(prefetch: int) -> None:
    for limit in [None, 0, 1, 2, 3, 4, 5, 6, 7, 8]:
        pages = [page async for page in Source().pager(limit=limit, prefetch=prefetch).pages()]
        seen = 0
        for page in pages:
            seen += len(page.items)
            rest = [] if page.cursor is None else await Source().pager(after=page.cursor).collect()
            assert rest == list(range(7))[seen:]


async def test_a_cut_page_goes_on_at_the_cut_as_often_as_it_is_cut() -> None:
    got: list[int] = []
    cursor: str | None = None
    while True:
        pages = [page async for page in Source().pager(limit=2, after=cursor).pages()]
        got += [item for page in pages for item in page.items]
        cursor = pages[-1].cursor
        if cursor is None:
            break
    assert got == list(range(7))


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(1, 12)), min_size=1, max_size=8),
)
def test_going_on_loses_and_repeats_nothing_whatever_the_page_sizes(
    count: int, steps: list[tuple[int, int | None]]
) -> None:
    async def run() -> None:
        got: list[int] = []
        cursor: str | None = None
        for size, limit in [*steps, (5, None)]:
            pages: list[Page[int]] = [
                page async for page in Pager(listing(count, size), limit=limit, after=cursor).pages()
            ]
            got += [item for page in pages for item in page.items]
            cursor = pages[-1].cursor
            if cursor is None:
                break
        assert got == list(range(count))

    asyncio.run(run())


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_a_cursor_that_comes_again_ends_the_listing(prefetch: int) -> None:
    source = Source({None: RawPage([1], "b"), "b": RawPage([2], "c"), "c": RawPage([3], "b")})
    got: list[int] = []
    with pytest.raises(PagingError, match="twice"):
        await read_into(got, source.pager(prefetch=prefetch))
    assert got == [1, 2, 3]
    assert source.asked == [None, "b", "c"]


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_a_page_that_names_itself_ends_the_listing(prefetch: int) -> None:
    source = Source({"b": RawPage([1], "b")})
    with pytest.raises(PagingError, match="twice"):
        await source.pager(after="0:b", prefetch=prefetch).collect()
    assert source.asked == ["b"]


async def test_a_limit_that_is_reached_ends_before_a_cursor_that_comes_again() -> None:
    source = Source({None: RawPage([1], "b"), "b": RawPage([2], "b")})
    assert await source.pager(limit=2).collect() == [1, 2]


@pytest.mark.parametrize(
    "cursor",
    ["", "0", "b", ":b", "0:", "-1:b", "x:b", "1.5:b", " 1:b", "+1:b", "\u0663:b", "1_0:b", "9" * 5000 + ":b",
     0, b"0:b", ["0:b"]],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor: object) -> None:
    with pytest.raises(InvalidArgumentError, match="cursor of a page") as caught:
        Source().pager(after=cast(Any, cursor))
    assert caught.value.argument == "after"


def test_an_empty_cursor_is_that_of_the_last_page() -> None:
    with pytest.raises(InvalidArgumentError, match=r"after is empty.*: the last page has none"):
        Source().pager(after="")


@pytest.mark.parametrize("limit", [-1, True, 1.5, "10", float("nan")])
def test_what_is_no_limit_is_refused(limit: object) -> None:
    with pytest.raises(InvalidArgumentError, match="limit must be") as caught:
        Source().pager(limit=limit)
    assert caught.value.argument == "limit"


@pytest.mark.parametrize("prefetch", [-1, 2, None, "1"])
def test_what_is_no_prefetch_is_refused(prefetch: object) -> None:
    with pytest.raises(InvalidArgumentError, match="prefetch must be") as caught:
        Source().pager(prefetch=prefetch)
    assert caught.value.argument == "prefetch"


async def test_the_next_page_is_fetched_while_one_is_read() -> None:
    source = Source()
    pages = source.pager(prefetch=1).pages()
    await anext(pages)
    assert source.asked == [None]
    await asyncio.sleep(0)
    assert source.asked == [None, "b"]
    await anext(pages)
    assert source.asked == [None, "b"]
    await pages.aclose()


class FailingError(Exception):
    pass


async def test_a_failing_page_fails_when_it_is_reached() -> None:
    async def fetch(at: str | None) -> RawPage[int]:
        if at is not None:
            raise FailingError
        return RawPage([1, 2], "b")

    for prefetch in (0, 1):
        got: list[int] = []
        with pytest.raises(FailingError):
            await read_into(got, Pager(fetch, prefetch=prefetch))
        assert got == [1, 2]


async def test_a_failing_page_that_nobody_reaches_is_nobodys_business() -> None:
    async def fetch(at: str | None) -> RawPage[int]:
        if at is not None:
            raise FailingError
        return RawPage([1, 2], "b")

    pages = Pager(fetch, prefetch=1).pages()
    await anext(pages)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await pages.aclose()


async def test_leaving_the_loop_early_stops_what_was_fetched_ahead() -> None:
    cancelled: list[str | None] = []

    async def fetch(at: str | None) -> RawPage[int]:
        if at is not None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(at)
                raise
        return RawPage([1, 2], "b")

    async for item in Pager(fetch, prefetch=1):
        assert item == 1
        await asyncio.sleep(0)
        break
    for _ in range(5):
        await asyncio.sleep(0)  # the loop's own hook closes what was left
    assert cancelled == ["b"]
    assert await Pager(fetch, prefetch=1).first() == 1


async def test_cancelling_the_reader_cancels_what_it_waits_for() -> None:
    cancelled = asyncio.Event()

    async def fetch(at: str | None) -> RawPage[int]:
        if at is not None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
        return RawPage([1], "b")

    for prefetch in (0, 1):
        cancelled.clear()
        reader = asyncio.create_task(Pager(fetch, prefetch=prefetch).collect())
        for _ in range(5):
            await asyncio.sleep(0)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        assert cancelled.is_set()


@pytest.mark.parametrize("value", [1, 50, 100])
def test_page_sizes_are_given_back(value: int) -> None:
    assert PageQuery(value, 3, None).size(100) == value


@pytest.mark.parametrize(("limit", "size"), [(None, None), (0, 1), (7, 7), (100, 100), (10**9, 100)])
def test_no_larger_page_is_asked_for_than_the_limit_needs(limit: int | None, size: int | None) -> None:
    assert PageQuery(None, limit, None).size(100) == size


@pytest.mark.parametrize("value", [0, -1, 101, True, 1.0, "10", float("nan")])
def test_other_page_sizes_are_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="from 1 to 100") as caught:
        PageQuery(cast(Any, value), None, None).size(100)
    assert caught.value.argument == "page_size"


@pytest.mark.parametrize("value", [-1, True, 1.0, "10", float("inf")])
def test_other_limits_are_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="0 or more") as caught:
        PageQuery(None, cast(Any, value), None)
    assert caught.value.argument == "limit"
