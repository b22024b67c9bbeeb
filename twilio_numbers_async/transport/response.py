"""Reading what came back: (status, headers, body) into a result or an error. Pure."""

from __future__ import annotations

import datetime as dt
import http
import math
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast

import msgspec

from ..errors import ApiError, DecodeError, TransportError, api_error_class
from ..models.base import DECODER_FAILURES, misfit
from .endpoint import Endpoint

__all__ = [
    "api_error",
    "check_answer",
    "concurrent_requests",
    "read_result",
    "refusal_code",
    "request_id_of",
    "retry_after",
]

T = TypeVar("T")

_REQUEST_ID = "Twilio-Request-Id"

_KNOWN = {"code", "message", "more_info", "status", "httpStatusCode", "http_status_code"}
_TOO_LARGE = "The body of the answer is larger than max_body"
_MOST_DIGITS = 18  # of a number that is worth reading
_LONGEST_MESSAGE = 500
_LONGEST_ID = 100
_DEEPEST = 50  # levels of nesting in an error's details
# Numbers are personal data, and Twilio's messages repeat them: an error's own text does not.
_phone_number = re.compile(
    r"(?:\+|%2[Bb]) ?\(?\d(?:[ ().-]{0,2}\d){6,14}|(?<![\w.])\(?\d(?:[ ().-]{0,2}\d){9,14}(?!\w)"
)


def read_result(endpoint: Endpoint[T], status: int, headers: Mapping[str, str], body: bytes | None) -> T:
    """The result of an answer; ``body`` is None where it was too large to be read.

    Raises ApiError, DecodeError, and TransportError for a success that is too large.
    """
    is_success = 200 <= status < 300
    if body is None:
        if is_success:
            raise TransportError(_TOO_LARGE, is_transient=False, method=endpoint.method, route=endpoint.path)
        error = api_error(endpoint, status, headers, b"").with_hint(_TOO_LARGE)
        error.is_transient = False
        raise error
    if not is_success and not (endpoint.is_result is not None and endpoint.is_result(status, body)):
        raise api_error(endpoint, status, headers, body)
    try:
        result = endpoint.read(body)
        if endpoint.receipt and not getattr(result, endpoint.receipt):
            _check_receipt(endpoint, body)
        return result
    except DECODER_FAILURES as error:
        failure = misfit(endpoint.result, error)
    except DecodeError as error:
        failure = error
    failure.status = status
    failure.request_id = request_id_of(headers)
    failure.method = endpoint.method
    failure.route = endpoint.path
    failure.may_have_been_processed = True
    raise failure


def _check_receipt(endpoint: Endpoint[Any], body: bytes) -> None:
    """Raise DecodeError where an answer without its SID is no answer at all."""
    path = f"$.{endpoint.receipt}"
    if "code" in _document(body):
        raise DecodeError("An error document came with a status of success, and without a SID", path="$.code")
    if not endpoint.idempotent:
        raise DecodeError(f"The answer confirms nothing: it has no SID ({endpoint.receipt})", path=path)


def check_answer(
    endpoint: Endpoint[Any],
    result: object,
    expected: tuple[str, ...],
    confirms: Callable[[Any], str] | None = None,
) -> None:
    """Raise DecodeError for the answer to something else. A field that is absent or empty is no difference."""
    for name, value in zip(endpoint.echoes, expected):  # noqa: B905 - strict= costs as much as the rest
        if name and (found := getattr(result, name)) != value and found and _differs(name, found, value):
            raise _mistaken(endpoint, name)
    if confirms is not None and (name := confirms(result)):
        raise _mistaken(endpoint, name)


def _differs(name: str, found: str, value: str) -> bool:
    return name != "phone_number" or _digits(found) != _digits(value)


def _mistaken(endpoint: Endpoint[Any], name: str) -> DecodeError:
    error = DecodeError(
        f"This is the answer to something else: {name} differs",
        path=f"$.{name}",
        method=endpoint.method,
        route=endpoint.path,
    )
    error.is_transient = endpoint.method == "GET"
    error.may_have_been_processed = True
    return error


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def refusal_code(body: bytes | None) -> int | None:
    """Twilio's code in the body of a refusal, as far as there is one."""
    return None if body is None else _integer(_document(body).get("code"))


def api_error(endpoint: Endpoint[Any], status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """The error that an answer stands for, whichever of Twilio's four shapes its body has, or none of them."""
    document = _document(body)
    first = _first_of(document.get("errors"))
    code = _integer(document.get("code")) or _integer(first.get("code"))
    message = _words(document, "message", "detail", "title", "error_description") or _words(
        first, "message", "detail"
    )
    more_info = _words(document, "more_info", "type") or _words(first, "infoUrl", "info_url")
    return api_error_class(status)(
        _plain(message or _phrase(status)),
        status=status,
        code=code,
        more_info=more_info,
        details={key: value for key, value in document.items() if key not in _KNOWN and _is_shallow(value)},
        request_id=request_id_of(headers),
        retry_after=retry_after(headers),
        method=endpoint.method,
        route=endpoint.path,
    )


def retry_after(headers: Mapping[str, str], *, now: dt.datetime | None = None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, from its number or its date; None where it says nothing."""
    raw = headers.get("Retry-After")
    if raw is None:
        return None
    try:
        seconds = float(raw)
    except ValueError:
        try:
            until = parsedate_to_datetime(raw)
        except (ValueError, OverflowError):
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        seconds = (until - (now or dt.datetime.now(dt.UTC))).total_seconds()
    if not math.isfinite(seconds) and not raw.strip().isdigit():
        return None
    return max(0.0, seconds)


def concurrent_requests(headers: Mapping[str, str]) -> int | None:
    """``Twilio-Concurrent-Requests``: how many requests the account had under way."""
    said = headers.get("Twilio-Concurrent-Requests")
    return None if said is None else _integer(said)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """The request's id, where it is one: errors and log lines repeat it."""
    said = headers.get(_REQUEST_ID)
    return said if said and len(said) <= _LONGEST_ID and said.isascii() and said.isprintable() else None


def _is_shallow(value: object, levels: int = _DEEPEST) -> bool:
    """False for what is nested so deep that an error could not be pickled or printed with it."""
    if isinstance(value, dict):
        value = list(cast("dict[str, object]", value).values())
    if not isinstance(value, list):
        return True
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in cast("list[object]", value))


def _first_of(errors: object) -> dict[str, Any]:
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return cast("dict[str, Any]", errors[0])
    return {}


def _words(document: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = document.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return int(cast(str, value)) if digits else None


def _plain(message: str) -> str:
    """One short line without a number in it, or anything that a terminal would obey."""
    text = _phone_number.sub("[number]", message)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}..."


def _phrase(status: int) -> str:
    if 300 <= status < 400:
        return "a redirect, which is not followed"
    try:
        return f"{http.HTTPStatus(status).phrase}, without an error body of Twilio's"
    except ValueError:
        return "an unknown status, without an error body of Twilio's"
