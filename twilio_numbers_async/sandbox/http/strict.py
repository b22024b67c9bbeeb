"""Strict reading of query strings, JSON bodies and forms, by Structs of the specification.

The Structs forbid unknown fields; their field names are the specification's (``rename="pascal"`` for query parameters
and forms). A value that does not fit is refused with Twilio's error. Messages name the place of a value and never the
value.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, NoReturn, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta

from ..errors import (
    BAD_REQUEST,
    Refusal,
    bad_request,
    page_too_large,
    port_in_error,
    unknown_parameter,
    unsupported_media_type,
)
from ..routing import Call

AccountSid = Annotated[str, Meta(pattern="^AC[0-9a-fA-F]{32}$")]
AddressSid = Annotated[str, Meta(pattern="^AD[0-9a-fA-F]{32}$")]
NumberSid = Annotated[str, Meta(pattern="^PN[0-9a-fA-F]{32}$")]
Filled = Annotated[str, Meta(min_length=1)]
Method = Literal["GET", "POST"]
PageSize = Annotated[int, Meta(ge=1, le=1000)]

K = TypeVar("K", bound=msgspec.Struct)


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of a JSON body."""


class Fields(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="pascal"):
    """The base of a query string, and of a form of the 2010-04-01 API."""


_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


def is_sid(value: str, prefix: str) -> bool:
    """True for a SID of that kind."""
    return value.startswith(prefix) and _SID.fullmatch(value) is not None


def is_e164(value: str) -> bool:
    """True for ``+``, a country code and 7 to 15 digits in all."""
    return _E164.fullmatch(value) is not None


def check_email(name: str, value: str | None) -> None:
    """Refuse a parameter that is sent and is no e-mail address."""
    if value is not None and not _EMAIL.fullmatch(value):
        raise bad_request(f"Invalid parameter: {name} is no e-mail address")


def check_url(name: str, value: str | None) -> None:
    """Refuse a parameter that is sent and is neither empty nor an http or https URL."""
    if value and not _WEB_ADDRESS.fullmatch(value):
        raise bad_request(f"Invalid parameter: {name} is not an http or https URL")


def moment(name: str, value: str | None) -> dt.datetime | None:
    """A parameter as a point in time, in UTC where it names no offset. Refuses anything but ISO 8601."""
    if value is None:
        return None
    try:
        given = dt.datetime.fromisoformat(value)
    except ValueError:
        raise bad_request(f"Invalid parameter: {name} is not an ISO 8601 date") from None
    return given if given.tzinfo is not None else given.replace(tzinfo=dt.UTC)


def fold(word: str) -> str:
    """A word for comparison: lower case, without blanks, hyphens and underscores."""
    return re.sub("[-_ ]", "", word).casefold()


def no_query(call: Call) -> NoReturn:
    """Refuse the query string of an operation that has no query parameters."""
    raise unknown_parameter(next(iter(_pairs(call.query, "query", frozenset()))))


def query(call: Call, kind: type[K], *, repeatable: frozenset[str] = frozenset()) -> K:
    """Read the query string as ``kind``. The values of a ``repeatable`` parameter are joined by commas."""
    return _convert(_pairs(call.query, "query", repeatable), kind)


def form_body(call: Call, kind: type[K], *, repeatable: frozenset[str] = frozenset()) -> K:
    """Read a form-urlencoded body as ``kind``."""
    if _media_type(call) != "application/x-www-form-urlencoded":
        raise unsupported_media_type("application/x-www-form-urlencoded")
    try:
        text = call.body.decode()
    except UnicodeDecodeError:
        raise bad_request("The body is not UTF-8") from None
    return _convert(_pairs(text, "body", repeatable), kind)


def json_body(call: Call, kind: type[K], *, missing: int = BAD_REQUEST) -> K:
    """Read a JSON body as ``kind``. A missing required field is refused with the code ``missing``."""
    if _media_type(call) != "application/json":
        raise unsupported_media_type("application/json")
    try:
        return msgspec.json.decode(call.body, type=kind)
    except msgspec.ValidationError as error:
        raise _refusal(error, missing) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad_request("The body is not JSON") from None


def _media_type(call: Call) -> str:
    return call.content_type.partition(";")[0].strip().lower()


def _pairs(text: str, what: str, repeatable: frozenset[str]) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict") if text else []
    except ValueError:
        raise bad_request(f"The {what} is not form-urlencoded") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name not in fields:
            fields[name] = value
        elif name in repeatable:
            fields[name] += f",{value}"
        else:
            raise bad_request(f"Invalid parameter: {name} comes twice")
    return fields


def _convert(fields: dict[str, str], kind: type[K]) -> K:
    try:
        made = msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(error, BAD_REQUEST) from None
    for name, field in zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True):
        if name in fields and getattr(made, field) is None:  # the word null, which msgspec takes for nothing
            raise bad_request(f"Invalid parameter: {name}")
    return made


_FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_PAGE_SIZES = {"$.PageSize": 1000, "$.Size": 100}


def _refusal(error: msgspec.ValidationError, missing: int) -> Refusal:
    what, _, path = str(error).partition(" - at `")
    path = path.removesuffix("`") or "$"
    field = _FIELD.fullmatch(what)
    if field is None:
        if path in _PAGE_SIZES and "<=" in what:
            return page_too_large(path[2:], _PAGE_SIZES[path])
        if what.startswith("Invalid enum value"):
            what = "Invalid enum value"  # and not the value
        return bad_request(f"Invalid parameter: {what} at {path}")
    place = f"{path}.{field['name']}".removeprefix("$.")
    if field["how"] == "contains unknown":
        return unknown_parameter(place)
    if missing == BAD_REQUEST:
        return bad_request(f"Missing required parameter: {place}")
    return port_in_error(missing, place)
