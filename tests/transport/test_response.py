from __future__ import annotations

import contextlib
import datetime as dt
import json
from types import NoneType
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st
from multidict import CIMultiDict

from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.models import Portability
from twilio_numbers_async.resources.numbers_v1.portability import FETCH
from twilio_numbers_async.transport.call import Call
from twilio_numbers_async.transport.endpoint import Endpoint
from twilio_numbers_async.transport.response import (
    api_error,
    check_answer,
    concurrent_requests,
    read_result,
    retry_after,
)

from .raw_client import BUY, KEEP, NUMBER, READ, REMOVE, Thing

REQUEST_ID = "RQ" + "a" * 32
HEADERS = CIMultiDict({"twilio-request-id": REQUEST_ID})
RAW = Endpoint(operation="Raw", method="GET", host="api", path="/raw", result=bytes, idempotent=True)

PLAIN = {
    "code": 20404,
    "message": "It was not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
}
BODIES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("plain", {**PLAIN, "status": 404}, {}),
    ("plain with details", {**PLAIN, "status": 404, "details": {"a": 1}}, {"details": {"a": 1}}),
    (
        "problem details",
        {
            "type": PLAIN["more_info"],
            "title": "Not found",
            "status": 404,
            "code": 20404,
            "detail": PLAIN["message"],
            "instance": "/x",
            "errors": [{"detail": "d", "pointer": "#/a"}],
        },
        {"instance": "/x", "errors": [{"detail": "d", "pointer": "#/a"}]},
    ),
    (
        "camelCase",
        {
            "code": 20404,
            "message": PLAIN["message"],
            "httpStatusCode": 404,
            "userError": True,
            "params": {"a": "b"},
        },
        {"userError": True, "params": {"a": "b"}},
    ),
    (
        "snake_case",
        {
            "code": "20404",
            "message": PLAIN["message"],
            "http_status_code": 404,
            "user_error": True,
            "params": {},
        },
        {"user_error": True, "params": {}},
    ),
    (
        "list",
        {
            "errors": [
                {"code": 20404, "message": PLAIN["message"], "infoUrl": PLAIN["more_info"], "context": {}}
            ]
        },
        {},
    ),
]


@pytest.mark.parametrize(
    ("document", "details"), [body[1:] for body in BODIES], ids=[body[0] for body in BODIES]
)
def test_each_of_the_error_bodies_says_the_same(document: dict[str, Any], details: dict[str, Any]) -> None:
    error = api_error(READ, 404, HEADERS, json.dumps(document).encode())
    assert type(error) is NotFoundError
    assert (error.status, error.code, error.message) == (404, 20404, "It was not found")
    assert error.more_info in {PLAIN["more_info"], None}
    if "more_info" in document or "type" in document or "errors" in document:
        assert error.more_info == PLAIN["more_info"]
    assert error.details.items() >= details.items()
    assert (error.request_id, error.method, error.route) == (REQUEST_ID, "GET", "/v1/Things/{Name}")
    assert str(error) == (f"HTTP 404, code 20404: It was not found (GET /v1/Things/{{Name}}, {REQUEST_ID})")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequestError),
        (401, AuthenticationError),
        (402, ApiError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, ApiError),
        (409, ConflictError),
        (418, ApiError),
        (422, InvalidRequestError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
        (599, ServerError),
        (301, ApiError),
        (304, ApiError),
        (700, ServerError),
    ],
)
def test_the_class_goes_by_the_status(status: int, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        read_result(READ, status, {}, b"")
    assert type(caught.value) is kind
    assert caught.value.status == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b"<html><body>502 Bad Gateway</body></html>",
        b"\xff\xfe\x00",
        b'{"message": "\xff"}',
        b'{"message": ',
        b'{"code": null, "message": null, "errors": null}',
        b'{"code": true, "message": "", "errors": []}',
        b'{"code": 1.5, "message": 7, "errors": ["text"]}',
        b'{"code": {}, "message": [], "errors": {}}',
        b'{"code": "9' + b"9" * 5000 + b'"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_body_that_says_nothing_is_an_error_all_the_same(body: bytes) -> None:
    error = api_error(READ, 502, HEADERS, body)
    assert type(error) is ServerError
    assert error.code is None
    assert error.message == "Bad Gateway, without an error body of Twilio's"
    assert error.request_id == REQUEST_ID
    assert str(error).isprintable()


def test_a_redirect_says_so() -> None:
    assert "a redirect, which is not followed" in str(
        api_error(READ, 307, {"Location": "https://evil.example"}, b"")
    )


def test_a_status_that_nobody_knows() -> None:
    assert "unknown status" in str(api_error(READ, 499, {}, b""))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (f"The number {NUMBER} is not valid", "The number [number] is not valid"),
        ("No 14155550100, sir", "No [number], sir"),
        ("/PhoneNumber/%2B14155550100 was not found", "/PhoneNumber/[number] was not found"),
        ("+1 (415) 555-0100 and +44 20 7946 0958.", "[number] and [number]."),
        ("(415) 555-0100", "[number]"),
        ("415-555-0100", "[number]"),
        ("415.555.0100", "[number]"),
        ("'4155550100'", "'[number]'"),
        ("PhoneNumber=+14155550100&x=y", "PhoneNumber=[number]&x=y"),
        (f"Resource {'KW' + '1' * 32} is gone", f"Resource {'KW' + '1' * 32} is gone"),
        ("error 20404 of 2026-05-01T10:00:00Z", "error 20404 of 2026-05-01T10:00:00Z"),
        ("Size must be between 1 and 1000", "Size must be between 1 and 1000"),
        ("see https://www.twilio.com/docs/errors/20404", "see https://www.twilio.com/docs/errors/20404"),
    ],
)
def test_a_message_does_not_repeat_a_number(message: str, shown: str) -> None:
    error = api_error(READ, 400, {}, json.dumps({"code": 1, "message": message}).encode())
    assert error.message == shown
    assert shown in str(error)


def test_a_message_is_one_plain_line() -> None:
    body = json.dumps({"code": 1, "message": "one\n\ttwo\r\n\x1b[31mthree\x00\u2028four\x85"}).encode()
    line = str(api_error(READ, 400, {}, body))
    assert line.isprintable()
    for word in ("one", "two", "three", "four"):
        assert word in line


def test_a_message_without_end_is_cut() -> None:
    error = api_error(READ, 400, {}, json.dumps({"code": 1, "message": "very long " * 100_000}).encode())
    assert len(str(error)) < 2000


@given(st.binary(max_size=200), st.integers(300, 599))
def test_no_body_breaks_the_reading_of_an_error(body: bytes, status: int) -> None:
    assert str(api_error(READ, status, {}, body)).startswith(f"HTTP {status}")


KEYS = st.sampled_from(["code", "message", "more_info", "errors", "detail", "title", "type", "status"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(DOCUMENTS)
def test_no_document_breaks_the_reading_of_an_error(document: object) -> None:
    assert str(api_error(READ, 400, {}, json.dumps(document).encode())).startswith("HTTP 400")


def test_a_result_is_decoded() -> None:
    assert read_result(READ, 200, {}, b'{"name": "x", "new": 1}') == Thing(name="x")
    assert read_result(READ, 202, {}, b"{}") == Thing()


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b'{"sid": "x"}', b'{"code": null}'])
def test_a_deletion_is_confirmed_by_an_empty_body_or_an_object(body: bytes) -> None:
    assert REMOVE.result is NoneType
    assert read_result(REMOVE, 204, {}, body) is None


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"null", b"{", b"\xff", b'{"code": 20003, "message": "no"}']
)
def test_nothing_else_confirms_a_deletion(body: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_result(REMOVE, 200, {"Twilio-Request-Id": "RQ1"}, body)
    assert caught.value.may_have_been_processed
    assert (caught.value.request_id, caught.value.route) == ("RQ1", REMOVE.path)


def test_an_answer_that_cannot_be_read_says_how_to_find_out_what_became_of_it() -> None:
    """The request that must not be repeated went through, as its status says."""
    buying = msgspec.structs.replace(BUY, settled_by="look at the list")
    with pytest.raises(DecodeError) as caught:
        read_result(buying, 201, {}, b"<html>")
    assert caught.value.may_have_been_processed
    told = Call(buying, "/v1/x", ()).told(caught.value)
    assert str(told).endswith("It was most likely carried out and was not sent again: look at the list")


@pytest.mark.parametrize(
    "body", [b"{}", b'{"name": null}', b'{"code": 20003, "message": "no", "status": 401}']
)
def test_an_order_without_its_receipt_is_confirmed_by_nothing(body: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_result(msgspec.structs.replace(BUY, receipt="name"), 201, {}, body)
    assert caught.value.may_have_been_processed


def test_an_error_document_that_comes_as_a_success_is_none() -> None:
    keeping = msgspec.structs.replace(KEEP, receipt="name")
    assert read_result(keeping, 200, {}, b"{}") == Thing()
    with pytest.raises(DecodeError, match="error document"):
        read_result(keeping, 200, {}, b'{"code": 20003, "message": "no"}')


@pytest.mark.parametrize(
    ("status", "error"), [(200, TransportError), (404, NotFoundError), (502, ServerError)]
)
def test_a_body_that_was_too_large_is_told_and_not_asked_for_again(
    status: int, error: type[TransportError | ApiError]
) -> None:
    with pytest.raises(error, match="larger than max_body") as caught:
        read_result(READ, status, {}, None)
    assert not caught.value.is_transient


NAMED = msgspec.structs.replace(READ, echoes=("name",))


@pytest.mark.parametrize("name", [None, "", "x"])
def test_an_absent_field_is_no_difference(name: str | None) -> None:
    check_answer(NAMED, Thing(name=name), ("x",))


def test_the_answer_to_something_else_is_no_result() -> None:
    with pytest.raises(DecodeError, match="name differs") as caught:
        check_answer(NAMED, Thing(name="y"), ("x",))
    assert caught.value.is_transient
    assert caught.value.may_have_been_processed
    with pytest.raises(DecodeError, match="name differs") as caught:
        check_answer(BUY, Thing(name="y"), (), lambda thing: "name")
    assert not caught.value.is_transient
    assert caught.value.may_have_been_processed


@pytest.mark.parametrize(
    ("answered", "fits"), [("+14155550100", True), ("14155550100", True), ("+14155550101", False)]
)
def test_numbers_are_compared_by_their_digits(answered: str, fits: bool) -> None:
    with contextlib.nullcontext() if fits else pytest.raises(DecodeError):
        check_answer(FETCH, Portability(phone_number=answered), ("+14155550100",))


def test_a_body_is_handed_over_as_it_is() -> None:
    assert read_result(RAW, 200, {}, b"a,b\r\n\xff") == b"a,b\r\n\xff"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"<html>", "$"),
        (b"[]", "$"),
        (b"null", "$"),
        (b"\xff", "$"),
        (b'{"name": "\xff"}', "$"),
        (b'{"name": "x"', "$"),
        (b'{"name": ["+14155550100"]}', "$.name"),
        (b'{"x":' * 100_000, "$"),
        (b'{"name": ' + b"[" * 100_000, "$.name"),
    ],
)
def test_what_cannot_be_decoded_says_where(body: bytes, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_result(READ, 200, HEADERS, body)
    error = caught.value
    assert (error.path, error.status, error.request_id) == (path, 200, REQUEST_ID)
    assert (error.method, error.route) == ("GET", "/v1/Things/{Name}")
    assert "4155550100" not in str(error) + repr(error)


def test_an_error_status_may_carry_a_result() -> None:
    endpoint = Endpoint(
        operation="Ask",
        method="GET",
        host="numbers",
        path="/x",
        result=Thing,
        idempotent=True,
        is_result=lambda status, body: status == 400 and b"name" in body,
    )
    assert read_result(endpoint, 400, {}, b'{"name": "x"}') == Thing(name="x")
    for status, body in [(400, b"{}"), (404, b'{"name": "x"}')]:
        with pytest.raises(ApiError):
            read_result(endpoint, status, {}, body)


NOW = dt.datetime(2026, 5, 1, 12, 0, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("1", 1.0),
        ("1.5", 1.5),
        (" 2 ", 2.0),
        ("-1", 0.0),
        ("120", 120.0),
        ("99999999999", 99999999999.0),
        ("1e400", None),
        ("inf", None),
        ("-inf", None),
        ("nan", None),
        ("soon", None),
        ("1 second", None),
        ("1,5", None),
        ("Fri, 01 May 2026 12:00:30 GMT", 30.0),
        ("Fri, 01 May 2026 14:00:30 +0200", 30.0),
        ("Fri, 01 May 2026 12:00:30", 30.0),
        ("Friday, 01-May-26 12:00:30 GMT", 30.0),
        ("Fri May  1 12:00:30 2026", 30.0),
        ("Fri, 01 May 2026 11:59:00 GMT", 0.0),
        ("Fri, 31 Feb 2026 12:00:00 GMT", None),
        ("Fri, 01 May 2026 25:00:00 GMT", None),
        ("Fri, 01 May 99999 12:00:00 GMT", None),
        ("Fri, 01 May 99999999999999999999 12:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
        ("2026-05-01T12:00:30Z", None),
    ],
)
def test_retry_after(raw: str | None, seconds: float | None) -> None:
    headers = CIMultiDict[str]() if raw is None else CIMultiDict({"retry-after": raw})
    assert retry_after(headers, now=NOW) == seconds


def test_retry_after_as_a_date_goes_by_the_clock_on_the_wall() -> None:
    past, future = "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
    assert retry_after({"Retry-After": past}) == 0.0
    assert (retry_after({"Retry-After": future}) or 0.0) > 1e6


DATE_WORDS = st.sampled_from(
    ["Fri,", "01", "May", "2026", "12:00:30", "GMT", "+0000", "-", "9" * 30, ":", ",", "("]
)


@given(st.one_of(st.text(max_size=40), st.lists(DATE_WORDS, max_size=8).map(" ".join)))
def test_no_retry_after_breaks_anything(raw: str) -> None:
    seconds = retry_after({"Retry-After": raw}, now=NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("raw", "count"),
    [(None, None), ("", None), ("7", 7), ("0", 0), ("-1", None), ("x", None), ("1.5", None), ("\u0663", None),
     ("9" * 5000, None)],
)  # fmt: skip
def test_concurrent_requests(raw: str | None, count: int | None) -> None:
    headers = CIMultiDict[str]() if raw is None else CIMultiDict({"twilio-concurrent-requests": raw})
    assert concurrent_requests(headers) == count
