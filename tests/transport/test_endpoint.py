from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote

import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.transport.endpoint import Endpoint, endpoints_of

from .raw_client import BUY, KEEP, NUMBER, READ, REMOVE, Thing

TWO = Endpoint(
    operation="FetchPart",
    method="GET",
    host="numbers",
    path="/v1/Things/{Name}/Parts/{Part}.json",
    result=Thing,
    idempotent=True,
)


def test_a_path_without_parameters_is_itself() -> None:
    assert KEEP.target() == "/v1/Kept"


def test_parameters_go_to_their_places() -> None:
    assert TWO.target("a", "b") == "/v1/Things/a/Parts/b.json"


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        (NUMBER, NUMBER),
        ("KW" + "a" * 32, "KW" + "a" * 32),
        ("a.b", "a.b"),
        ("+1 617/../x", "+1%20617%2F..%2Fx"),
        ("../x", "..%2Fx"),
        ("..\\x", "..%5Cx"),
        ("%2F", "%252F"),
        ("%2e%2e", "%252e%252e"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a b\r\nHost: x", "a%20b%0D%0AHost%3A%20x"),
        ("\N{FULLWIDTH SOLIDUS}", "%EF%BC%8F"),
        ("...", "..."),
        (".a", ".a"),
        ("a\n", "a%0A"),
        ("\x00", "%00"),
    ],
)
def test_a_value_is_one_segment_whatever_it_is(value: str, segment: str) -> None:
    assert READ.target(value) == f"/v1/Things/{segment}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_its_segment(value: str) -> None:
    try:
        target = READ.target(value)
    except InvalidArgumentError:
        assert value in {"", ".", ".."}
        return
    assert target.isascii()
    assert target.isprintable()
    *head, segment = target.split("/")
    assert head == ["", "v1", "Things"]
    assert segment not in {"", ".", ".."}
    assert not set(segment) & set(" ?#\\")
    assert unquote(segment) == value


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_segment_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="Name") as caught:
        READ.target(value)
    assert caught.value.argument == "Name"


@pytest.mark.parametrize("value", [None, 14155550100, b"a", ["a"], 1.5])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="Name must be text") as caught:
        READ.target(cast(Any, value))
    assert caught.value.argument == "Name"


def test_text_that_has_no_bytes_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="Part"):
        TWO.target("a", "\ud800")


def test_only_posts_that_must_not_be_repeated_need_a_fresh_connection() -> None:
    assert [each.needs_fresh_connection for each in (READ, REMOVE, KEEP, BUY)] == [False, False, False, True]


def test_the_repr_names_the_operation() -> None:
    assert repr(READ) == "<ReadThing: GET /v1/Things/{Name}>"


def test_endpoints_are_found_among_names() -> None:
    assert endpoints_of({"READ": READ, "other": 1, "TWO": TWO}) == [READ, TWO]
