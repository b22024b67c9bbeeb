"""An account's numbers as CSV: read by header, whatever the order of the columns, and page by page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeAlias, get_args

import msgspec
from msgspec.structs import fields

from ...errors import DecodeError, PagingError
from ...models import IncomingPhoneNumber, IncomingPhoneNumberPage
from ...models.base import convert, fold
from ...paging import RawPage, wrong_cursor
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from ..endpoints import get

__all__ = ["CAPABILITIES", "csv_form", "csv_pages", "read_csv"]

CAPABILITIES = ("voice", "sms", "mms", "fax")
"""The abilities of a number, in Twilio's order."""
# "voice sms", '{"voice": true, "sms": false}' and "Voice=1;SMS=0" alike.
_capability = re.compile(r"(voice|sms|mms|fax)\W*(true|false|1|0|null|none)?", re.IGNORECASE).findall
_FLAGS = {"": True, "true": True, "1": True, "false": False, "0": False}

_Put: TypeAlias = Callable[[dict[str, Any], str], None]


def csv_form(listing: Endpoint[IncomingPhoneNumberPage]) -> Endpoint[bytes]:
    """The same listing with ``.csv`` in place of ``.json``."""
    return get(listing.operation, f"{listing.path.removesuffix('.json')}.csv", bytes)


def csv_pages(
    caller: Caller,
    form: Endpoint[bytes],
    listing: Endpoint[IncomingPhoneNumberPage],
    account_sid: str,
    query: str,
    size: int,
) -> Callable[[str | None], Awaitable[RawPage[IncomingPhoneNumber]]]:
    """Return the function that fetches the pages for a Pager.

    CSV does not say where the next page is. A page of exactly ``size`` rows may have one: its own query is then the
    place to go on from, and the JSON form of that page is asked for the next, but only when it is wanted.
    """
    csv_path, json_path = form.target(account_sid), listing.target(account_sid)

    async def following(at: str) -> str | None:
        page = await caller.follow(listing, json_path + at)
        if not page.next_page_uri:
            return None
        path, mark, query = caller.client_state.hosts.follow(listing.host, page.next_page_uri).partition("?")
        if path != json_path:
            raise PagingError("The next page is not one of this listing; it was not asked for")
        return mark + query

    async def fetch(at: str | None) -> RawPage[IncomingPhoneNumber]:
        if at is not None and not at.startswith("?"):
            raise wrong_cursor()
        now = query if at is None else await following(at)
        if now is None:
            return RawPage([], None)
        try:
            rows = read_csv(await caller.follow(form, csv_path + now))
        except DecodeError as error:
            error.method, error.route = form.method, form.path
            raise
        return RawPage(rows, now if len(rows) == size else None)

    return fetch


def read_csv(body: bytes) -> list[IncomingPhoneNumber]:
    """The rows of a CSV answer, whose first line says what the columns are.

    ``PhoneNumber``, ``phone_number`` and ``Phone Number`` are the same column; unknown ones are left out. An empty
    cell is ``""`` where the field is text, else None. Raises DecodeError with the place, such as ``$[3].beta``.
    """
    try:
        # strict: a quote that is never closed would swallow the rest of the rows without a word.
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise DecodeError(f"The answer is not CSV: {reason}") from None
    rows = [row for row in rows if row]
    if not rows:
        return []
    header, *rows = rows
    columns = _columns(header)
    return [_number(row, columns, position) for position, row in enumerate(rows)]


def _columns(header: list[str]) -> list[_Put | None]:
    names = [fold(name).replace(".", "") for name in header]
    if "sid" not in names and "phonenumber" not in names:
        raise DecodeError("The answer is not CSV of phone numbers: it has no column for their SID or number")
    return [_puts().get(name) if names.index(name) == at else None for at, name in enumerate(names)]


def _number(row: list[str], columns: list[_Put | None], position: int) -> IncomingPhoneNumber:
    if len(row) != len(columns):
        raise DecodeError(
            f"The answer is not CSV: row {position} has {len(row)} cells, the header has {len(columns)}",
            path=f"$[{position}]",
        )
    values: dict[str, Any] = {}
    for put, cell in zip(columns, row, strict=True):
        if put is not None:
            put(values, cell)
    try:
        return convert(IncomingPhoneNumber, values)
    except DecodeError as error:
        at = f"$[{position}]{error.path.removeprefix('$')}"
        raise DecodeError(f"{error.args[0].rpartition(' at ')[0]} at {at}", path=at) from None


def _put_value(name: str, kind: Any) -> _Put:
    is_text = str in get_args(kind)
    is_mapping = any(getattr(part, "__origin__", None) is dict for part in get_args(kind))

    def put(values: dict[str, Any], cell: str) -> None:
        value: Any = _document(cell) if is_mapping else cell
        if cell or is_text:
            values[name] = value

    return put


def _put_capability(name: str) -> _Put:
    def put(values: dict[str, Any], cell: str) -> None:
        if cell:
            values.setdefault("capabilities", {})[name] = cell

    return put


def _put_capabilities(values: dict[str, Any], cell: str) -> None:
    for name, value in _capability(cell):
        values.setdefault("capabilities", {})[name.lower()] = _FLAGS.get(value.lower())


def _document(cell: str) -> Any:
    """A nested value in a cell. Its form is not known: JSON is read, anything else is left out."""
    try:
        return msgspec.json.decode(cell, type=dict[str, str | None])
    except msgspec.MsgspecError:
        return None


@cache  # not at import: resolving the fields' types takes a while
def _puts() -> dict[str, _Put]:
    return {
        **{fold(field.name): _put_value(field.name, field.type) for field in fields(IncomingPhoneNumber)},
        **{fold(name): _put_capability(name) for name in CAPABILITIES},
        **{fold(f"capabilities_{name}"): _put_capability(name) for name in CAPABILITIES},
        "capabilities": _put_capabilities,
    }
