"""Pages of lists: their parameters, their tokens, and the two forms in which Twilio names the next page.

A page's token says after (or before) which row the page lies, so that nothing is skipped or comes twice while rows come
and go. A page number above 0 needs its token (70002); the size of a page is 1 to 1000, 50 by default.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Annotated, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

from msgspec import Meta

from .errors import bad_request
from .http.strict import Fields, PageSize, query
from .routing import PUBLIC_HOST, Call, Reply, json_reply

T = TypeVar("T")


class PageQuery(Fields):
    """The paging parameters of every list."""

    page_size: PageSize = 50
    page: Annotated[int, Meta(ge=0)] = 0
    page_token: str | None = None


def matching(asked: Fields, *names: str) -> Callable[[object], bool]:
    """The test of a row: it has the values that are asked for, in those of the fields that are asked for."""
    given = {name: value for name in names if (value := getattr(asked, name)) is not None}
    return lambda one: all(getattr(one, name) == value for name, value in given.items())


class Page(NamedTuple, Generic[T]):
    """The rows of a page, and its paging keys."""

    rows: list[T]
    keys: dict[str, object]


def uri_page(
    call: Call,
    rows: Mapping[int, T],
    key: str,
    show: Callable[[T], object],
    *,
    asked: PageQuery | None = None,
    wanted: Callable[[T], bool] | None = None,
) -> Reply:
    """A page of the 2010-04-01 API: relative URIs beside the rows, which stand under ``key``.

    ``asked``: the list's own parameters; None for a list that has the paging parameters only.
    """
    page = page_of(call, asked or query(call, PageQuery), rows, wanted)
    return json_reply(200, {key: [show(row) for row in page.rows], **page.keys})


def url_page(
    call: Call,
    rows: Mapping[int, T],
    show: Callable[[T], object],
    *,
    key: str = "results",
    asked: PageQuery | None = None,
    wanted: Callable[[T], bool] | None = None,
    host: str = PUBLIC_HOST,
) -> Reply:
    """A page of the newer APIs: ``meta`` with URLs on ``host``, Twilio's public one. For ``asked`` see ``uri_page``."""
    page = page_of(call, asked or query(call, PageQuery), rows, wanted)
    meta: dict[str, object] = {"key": key, "page": page.keys["page"], "page_size": page.keys["page_size"]}
    for name in ("first_page", "next_page", "previous_page"):
        uri = page.keys[f"{name}_uri"]
        meta[f"{name}_url"] = None if uri is None else f"{host}{uri}"
    meta["url"] = f"{host}{page.keys['uri']}"
    return json_reply(200, {key: [show(row) for row in page.rows], "meta": meta})


def page_of(
    call: Call, asked: PageQuery, rows: Mapping[int, T], wanted: Callable[[T], bool] | None = None
) -> Page[T]:
    """A page of the wanted ``rows``, in the order of their keys, which are never reused."""
    serials = list(rows)
    size = asked.page_size
    start, end = _place(asked, serials)
    if end is None:
        found = _some(serials[start:], rows, wanted, size + 1)
        more = len(found) > size
        found = found[:size]
    else:
        found = _some(serials[:end][::-1], rows, wanted, size)[::-1]
        more = True
    sent = parse_qsl(call.query, keep_blank_values=True)
    filters = [pair for pair in sent if not pair[0].startswith("Page")]

    def uri(number: int, token: str | None = None) -> str:
        """The relative URI of a page: the filters as they were sent, then the paging parameters."""
        paging = {"PageSize": size, "Page": number} | ({"PageToken": token} if token else {})
        return f"{call.path}?{urlencode([*filters, *paging.items()])}"

    first = asked.page * size
    keys: dict[str, object] = {
        "page": asked.page,
        "page_size": size,
        "start": first,
        "end": max(first, first + len(found) - 1),
        "first_page_uri": uri(0),
        "next_page_uri": uri(asked.page + 1, f"PA{found[-1]:032}") if more and found else None,
        "previous_page_uri": uri(asked.page - 1, f"PB{found[0]:032}") if asked.page and found else None,
        "uri": uri(asked.page, asked.page_token),
    }
    return Page([rows[serial] for serial in found], keys)


def _some(
    serials: list[int], rows: Mapping[int, T], wanted: Callable[[T], bool] | None, how_many: int
) -> list[int]:
    """The first serial numbers of wanted rows."""
    if wanted is None:
        return serials[:how_many]
    return list(islice((serial for serial in serials if wanted(rows[serial])), how_many))


_TOKEN = re.compile("P([AB])([0-9]{32})")


def _place(asked: PageQuery, serials: list[int]) -> tuple[int, int | None]:
    """The start of a page, and its end if it is reached backwards."""
    if not asked.page_token:
        if asked.page:
            raise bad_request("Invalid parameter: Page needs its PageToken")
        return 0, None
    token = _TOKEN.fullmatch(asked.page_token)
    if token is None:
        raise bad_request("Invalid parameter: PageToken")
    serial = int(token[2])
    if token[1] == "A":
        return bisect_right(serials, serial), None
    return 0, bisect_left(serials, serial)
