"""Lists of Numbers v2: pages that name the next one by its URL on Twilio's public host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from ..api_2010.phone_numbers import PageQuery, page_of
from ..http.strict import query
from ..routing import PUBLIC_HOST, Call, Reply, json_reply

__all__ = ["listing", "plain_listing"]

T = TypeVar("T")


def listing(
    call: Call,
    asked: PageQuery,
    rows: Mapping[int, T],
    show: Callable[[T], object],
    *,
    wanted: Callable[[T], bool] | None = None,
    key: str = "results",
) -> Reply:
    """A page of those ``rows`` that are wanted."""
    page = page_of(call, asked, rows, wanted)
    meta: dict[str, object] = {"key": key, "page": asked.page, "page_size": asked.page_size}
    for name in ("first_page", "next_page", "previous_page"):
        uri = page.keys[f"{name}_uri"]
        meta[f"{name}_url"] = None if uri is None else f"{PUBLIC_HOST}{uri}"
    meta["url"] = f"{PUBLIC_HOST}{page.keys['uri']}"
    return json_reply(200, {key: [show(row) for row in page.rows], "meta": meta})


def plain_listing(
    call: Call, rows: Mapping[int, T], show: Callable[[T], object], key: str = "results"
) -> Reply:
    """A page of a list that has no filters."""
    return listing(call, query(call, PageQuery), rows, show, key=key)
