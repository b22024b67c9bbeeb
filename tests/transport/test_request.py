from __future__ import annotations

import datetime as dt
import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.models import PortInStatus, WebhookConfigurationCreate
from twilio_numbers_async.transport.request import (
    Value,
    form_body,
    json_body,
    query_string,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, ""),
        ({"A": None}, ""),
        ({"A": []}, ""),
        ({"A": ""}, "?A="),
        ({"A": "b", "C": None, "D": "e"}, "?A=b&D=e"),
        ({"A": True, "B": False}, "?A=true&B=false"),
        ({"A": 0, "B": 1.5}, "?A=0&B=1.5"),
        ({"A": dt.date(2026, 5, 1)}, "?A=2026-05-01"),
        ({"A": dt.datetime(2026, 5, 1, 10, 0, tzinfo=dt.UTC)}, "?A=2026-05-01T10%3A00%3A00Z"),
        ({"A": ["b", None, "c"]}, "?A=b&A=c"),
        ({"A": "a b&c=d+e/f%2F"}, "?A=a%20b%26c%3Dd%2Be%2Ff%252F"),
        ({"A": PortInStatus.IN_REVIEW}, "?A=In%20Review"),
        ({"A": "x\r\nHost: y"}, "?A=x%0D%0AHost%3A%20y"),
    ],
)
def test_query_string(parameters: dict[str, Value], text: str) -> None:
    assert query_string(parameters) == text


@given(st.dictionaries(st.text("AbC", min_size=1), TEXT))
def test_what_goes_into_a_query_or_a_form_comes_out(parameters: dict[str, str]) -> None:
    pairs = list(parameters.items())
    assert parse_qsl(query_string(parameters)[1:], keep_blank_values=True) == pairs
    assert parse_qsl(form_body(parameters).decode(), keep_blank_values=True) == pairs


def test_a_form_leaves_none_out_and_sends_empty_text() -> None:
    assert form_body({"A": None, "B": "", "C": "d e+", "F": [1, True]}) == b"B=&C=d+e%2B&F=1&F=true"


def test_a_json_body_leaves_none_out_and_sends_empty_text_and_lists() -> None:
    body = json_body(WebhookConfigurationCreate(port_in_target_url="", notifications_of=[]))
    assert json.loads(body) == {"port_in_target_url": "", "notifications_of": []}


def test_text_that_has_no_bytes_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="Unicode"):
        query_string({"A": "\ud800"})
    with pytest.raises(InvalidArgumentError, match="Unicode"):
        form_body({"A": "\ud800"})
    with pytest.raises(InvalidArgumentError, match="Unicode"):
        json_body(WebhookConfigurationCreate(port_in_target_url="\ud800"))
