"""What the resources of the 2010-04-01 API share: the account in the path, dates, and pages.

The account in the path is the caller's own or a subaccount of it; any other is not found (404, 20404). Dates are RFC
2822. A page's token says after (or before) which row the page lies, so that nothing is skipped or comes twice while
rows come and go. A page number above 0 needs its token (70002); the size of a page is 1 to 1000, 50 by default.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from itertools import islice
from typing import Annotated, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

from msgspec import Meta

from ..credentials import Account
from ..errors import bad_request, not_found
from ..http.strict import Fields, PageSize
from ..routing import Call
from ..state import SandboxState

__all__ = ["ACCOUNT", "Page", "PageQuery", "account_in_path", "account_path", "page_of", "rfc_2822"]

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"

T = TypeVar("T")


class PageQuery(Fields):
    """The paging parameters of every list."""

    page_size: PageSize = 50
    page: Annotated[int, Meta(ge=0)] = 0
    page_token: str | None = None


class Page(NamedTuple, Generic[T]):
    """The rows of a page, and its paging keys."""

    rows: list[T]
    keys: dict[str, object]


def account_path(sid: str) -> str:
    """The path that everything of an account is below."""
    return ACCOUNT.format(AccountSid=sid)


def account_in_path(state: SandboxState, call: Call) -> Account:
    """The account that a call acts for."""
    sid = call.params["AccountSid"]
    account = state.accounts.get(sid)
    if account is None or not state.accounts.may_act_for(call.account, sid):
        raise not_found(call.path)
    return account


def rfc_2822(moment: dt.datetime) -> str:
    """In UTC, to the second: ``Thu, 30 Jul 2015 23:19:04 +0000``."""
    return format_datetime(moment.astimezone(dt.UTC))


def page_of(
    call: Call, asked: PageQuery, rows: Mapping[int, T], wanted: Callable[[T], bool] | None = None
) -> Page[T]:
    """A page of those ``rows`` that are wanted. They come in the order of their keys, which are never used again."""
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
    uris = _Uris(call, asked)
    first = asked.page * size
    keys: dict[str, object] = {
        "page": asked.page,
        "page_size": size,
        "start": first,
        "end": max(first, first + len(found) - 1),
        "first_page_uri": uris.of(0),
        "next_page_uri": uris.of(asked.page + 1, f"PA{found[-1]:032}") if more and found else None,
        "previous_page_uri": uris.of(asked.page - 1, f"PB{found[0]:032}") if asked.page and found else None,
        "uri": uris.of(asked.page, asked.page_token),
    }
    return Page([rows[serial] for serial in found], keys)


def _some(
    serials: list[int], rows: Mapping[int, T], wanted: Callable[[T], bool] | None, how_many: int
) -> list[int]:
    """The first of those that are wanted."""
    if wanted is None:
        return serials[:how_many]
    return list(islice((serial for serial in serials if wanted(rows[serial])), how_many))


_TOKEN = re.compile("P([AB])([0-9]{32})")


def _place(asked: PageQuery, serials: list[int]) -> tuple[int, int | None]:
    """Where the page starts, or where it ends if it is reached backwards."""
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


class _Uris:
    """The relative URIs of a list's pages: its filters as they were sent, then the paging parameters."""

    def __init__(self, call: Call, asked: PageQuery) -> None:
        pairs = parse_qsl(call.query, keep_blank_values=True)
        filters = [(name, value) for name, value in pairs if not name.startswith("Page")]
        self._path = call.path
        self._pairs = [*filters, ("PageSize", str(asked.page_size))]

    def of(self, page: int, token: str | None = None) -> str:
        pairs = [*self._pairs, ("Page", str(page))]
        if token:
            pairs.append(("PageToken", token))
        return f"{self._path}?{urlencode(pairs)}"
