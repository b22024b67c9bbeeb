"""Webhooks of strangers."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.errors import WebhookError
from twilio_numbers_async.webhooks import sign, verify, with_body_hash

from .properties import event, webhook
from .strategies import bodies, quick, texts

TOKEN = "a" * 32
FORM = "application/x-www-form-urlencoded"
URL = "https://www.example.com/port-in"
SIGNATURE, SETTINGS = "X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings"
NAMES = (
    "port_in_request_sid", "portInPhoneNumberSid", "status", "event_type", "last_date_updated", "port_date", "portable",
    "phone_number", "account_sid", "rejection_reason_code",
)  # fmt: skip
_values = st.sampled_from(
    [
        "",
        "completed",
        "PortInCompleted",
        "2026-01-01T00:00:00Z",
        "2026-02-30",
        "true",
        "KW" + "a" * 32,
        "\x00",
        "9" * 30,
    ]
)
_fields = st.dictionaries(st.sampled_from(NAMES) | texts, _values | texts, max_size=8)
_forms = _fields.map(lambda fields: urlencode(fields, errors="replace").encode())
_names = st.sampled_from([SIGNATURE, SETTINGS, "content-type", "X-TWILIO-SIGNATURE", "Host"])
_lines = st.sampled_from(
    [
        "",
        FORM,
        "application/json",
        "key=key,algorithm=HMAC_SHA256",
        "key=key",
        "algorithm=HMAC_SHA256,key=other",
        "a=b,a=b",
    ]
) | st.text(max_size=30)


@given(bodies | _forms)
@settings(quick, max_examples=200)
def test_a_body_is_an_event_or_refused(body: bytes) -> None:
    event(body)


@given(_fields.filter(bool), st.randoms(use_true_random=False))
@quick
def test_an_event_is_the_same_one_in_any_order(fields: dict[str, str], dice: object) -> None:
    backwards = dict(reversed(fields.items()))
    one, other = (event(json.dumps(each).encode()) for each in (fields, backwards))
    assert one is not None
    assert other is not None
    if len({name.casefold().replace("_", "").replace("-", "").replace(" ", "") for name in fields}) == len(
        fields
    ):
        assert one.dedupe_key == other.dedupe_key


@given(
    st.sampled_from(
        [URL, f"{URL}?bodySHA256={'0' * 64}", "", "https://", "https://[::1", "https://x:99999999/"]
    )
    | st.text(max_size=40),
    bodies | _forms,
    st.lists(st.tuples(_names, _lines), max_size=4),
    st.booleans(),
)
@settings(quick, max_examples=200)
def test_what_nobody_signed_is_refused(
    url: str, body: bytes, headers: list[tuple[str, str]], as_bytes: bool
) -> None:
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
    webhook(url, body, raw if as_bytes else headers)


@given(bodies.filter(bool), st.integers(0, 10_000), st.integers(1, 255))
@settings(quick, max_examples=150)
def test_a_signed_document_with_another_byte_is_refused(body: bytes, position: int, other: int) -> None:
    url = with_body_hash(URL, body)
    headers = sign(url, body, "application/json", auth_token=TOKEN)
    verify(url, body, headers, auth_token=TOKEN)
    at = position % len(body)
    forged = body[:at] + bytes([body[at] ^ other]) + body[at + 1 :]
    with pytest.raises(WebhookError):
        verify(url, forged, headers, auth_token=TOKEN)
    with pytest.raises(WebhookError):
        verify(with_body_hash(URL, forged), forged, headers, auth_token=TOKEN)
