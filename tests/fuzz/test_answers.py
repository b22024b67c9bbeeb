"""Answers of Twilio's, of strangers' and of broken lines."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.transport.response import api_error

from .properties import ENDPOINTS, answer, api_csv, headers_of_an_answer
from .strategies import bodies, damaged, headers, quick, statuses, texts


def test_the_operations_are_there() -> None:
    assert len(ENDPOINTS) > 20


@given(st.sampled_from(ENDPOINTS), statuses, headers, bodies)
@settings(quick, max_examples=300)
def test_an_answer_is_a_result_or_an_error(
    endpoint: Any, status: int, sent: dict[str, str], body: bytes
) -> None:
    answer(endpoint, status, sent, body)


@given(headers)
@quick
def test_headers_say_a_number_or_nothing(sent: dict[str, str]) -> None:
    headers_of_an_answer(sent)


_rows = st.lists(st.lists(texts, max_size=4), max_size=4).map(
    lambda rows: "\n".join(["Sid,PhoneNumber,capabilities,Beta", *map(",".join, rows)]).encode(
        errors="replace"
    )
)


@given(damaged(_rows) | st.binary(max_size=80))
@quick
def test_a_csv_answer_is_rows_or_an_error(body: bytes) -> None:
    api_csv(body)


@pytest.mark.parametrize("said", ["", "RQ\x7f", "RQ\x85", "RQ\u00e9", "R" * 101])
def test_a_request_id_that_is_none_is_left_out(said: str) -> None:
    error = api_error(ENDPOINTS[0], 500, {"Twilio-Request-Id": said}, b"")
    assert error.request_id is None
    assert str(error).isprintable()


def test_details_that_are_nested_without_end_are_left_out() -> None:
    body = b'{"details": {"a": [1]}, "deep": ' + b"[" * 500 + b"]" * 500
    body += b', "map": ' + b'{"a":' * 500 + b"1" + b"}" * 501
    error = api_error(ENDPOINTS[0], 500, {}, body)
    assert error.details == {"details": {"a": [1]}}
    assert pickle.loads(pickle.dumps(error)).details == error.details
