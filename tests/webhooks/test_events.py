"""parse_event: tolerant of everything but what is no event at all."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.errors import WebhookError
from twilio_numbers_async.webhooks import PortingEvent, PortingEventType, PortingState, parse_event

REQUEST = "KW" + "a" * 32
NUMBER = "PU" + "b" * 32
PHONE = "+15555550100"

BODY: dict[str, object] = {
    "event_type": "PortInPhoneNumberRejected",
    "account_sid": "AC" + "c" * 32,
    "port_in_request_sid": REQUEST,
    "port_in_phone_number_sid": NUMBER,
    "phone_number": PHONE,
    "status": "port_rejected",
    "last_date_updated": "2024-05-14T13:49:17Z",
    "port_date": "2024-05-28",
    "portable": True,
    "not_portable_reason": None,
    "not_portable_reason_code": "",
    "rejection_reason": "Wrong PIN",
    "rejection_reason_code": "22155",
    "order_cancellation_reason": "",
    "something_new": {"a": [1]},
}


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def parse(**fields: object) -> PortingEvent:
    return parse_event(json.dumps(fields).encode())


def said(event: PortingEvent) -> dict[str, Any]:
    fields = msgspec.structs.asdict(event)
    del fields["raw"], fields["dedupe_key"]
    return fields


def test_every_field() -> None:
    event = parse(**BODY)
    assert said(event) == {
        "kind": PortingEventType.PORT_IN_PHONE_NUMBER_REJECTED,
        "port_in_request_sid": REQUEST,
        "port_in_phone_number_sid": NUMBER,
        "account_sid": "AC" + "c" * 32,
        "phone_number": PHONE,
        "status": "port_rejected",
        "last_date_updated": dt.datetime(2024, 5, 14, 13, 49, 17, tzinfo=dt.UTC),
        "port_date": dt.date(2024, 5, 28),
        "portable": True,
        "not_portable_reason": None,
        "not_portable_reason_code": None,
        "rejection_reason": "Wrong PIN",
        "rejection_reason_code": 22155,
        "order_cancellation_reason": None,
    }
    assert event.raw == BODY
    assert event.state is PortingState.REJECTED
    assert not event.is_terminal
    assert event.is_about_number
    assert event.subject == NUMBER


def test_one_event_in_three_dialects() -> None:
    plain = {name: value for name, value in BODY.items() if name not in {"something_new", "portable"}}
    snake = parse(**plain)
    camel_case = parse(**{camel(name): value for name, value in plain.items()})
    pascal = {camel(name)[0].upper() + camel(name)[1:]: value or "" for name, value in plain.items()}
    form = parse_event(urlencode(pascal).encode())
    assert said(snake) == said(camel_case) == said(form)
    assert snake.dedupe_key == camel_case.dedupe_key == form.dedupe_key
    assert form.raw == pascal


@pytest.mark.parametrize("kind", list(PortingEventType))
def test_the_name_of_the_event_in_either_place(kind: PortingEventType) -> None:
    assert parse(event_type=kind.value).kind is kind
    event = parse(status=kind.value)
    assert event.kind is kind
    assert kind.is_known
    assert event.is_about_number is ("PhoneNumber" in kind.value)
    assert event.state is not None
    assert event.state.value.replace("_", "") in kind.value.lower()
    assert event.is_terminal is kind.value.endswith(("Completed", "Canceled", "Expired"))


def test_there_are_thirteen_names() -> None:
    assert len(PortingEventType) == 13


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"status": "In Progress"}, "PortInInProgress"),
        ({"status": "in_progress", "phone_number": PHONE}, "in_progress"),
        ({"status": "Cancelled"}, "PortInCanceled"),
        ({"status": "Waiting for Signature"}, "PortInWaitingForSignature"),
        ({"status": "completed", "port_in_phone_number_sid": NUMBER}, "PortInPhoneNumberCompleted"),
        ({"status": "port_submitted", "phone_number": PHONE}, "PortInPhoneNumberSubmitted"),
        ({"status": "port_pending", "phone_number": PHONE}, "PortInPhoneNumberPending"),
        ({"status": "port_rejected", "phone_number": PHONE}, "PortInPhoneNumberRejected"),
        ({"status": "canceling", "phone_number": PHONE}, "canceling"),
        ({"status": "In Review"}, "In Review"),
        ({"event_type": "status-changed", "status": "PortInExpired"}, "PortInExpired"),
        ({"event_type": "status-changed", "status": "expired"}, "PortInExpired"),
        ({"event_type": "PortInTeleported", "status": "odd"}, "PortInTeleported"),
    ],
)
def test_the_name_is_told_from_a_plain_status_or_kept(fields: dict[str, object], kind: str) -> None:
    event = parse(**fields)
    assert event.kind == kind
    assert event.kind is not None
    assert event.kind.is_known is (kind in {known.value for known in PortingEventType})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("In Review", "in_review"),
        ("port_submitted", "submitted"),
        ("PORT-PENDING", "pending"),
        ("pending", "pending"),
        ("cancelling", "canceling"),
        ("Action Required", "action_required"),
        ("portinreview", "in_review"),
        ("teleported", None),
    ],
)
def test_states(status: str, state: str | None) -> None:
    event = parse(status=status, phone_number=PHONE)
    assert event.state == (None if state is None else PortingState(state))
    assert not event.is_terminal


def test_what_an_event_is_about() -> None:
    assert parse(port_in_request_sid=REQUEST, status="completed").subject == REQUEST
    whole = parse(port_in_request_sid=REQUEST, phone_number=PHONE, event_type="PortInCompleted")
    assert whole.subject == REQUEST
    assert not whole.is_about_number
    number = parse(port_in_request_sid=REQUEST, phone_number=PHONE, status="completed")
    assert number.subject is not None
    assert "555" not in number.subject
    assert number.subject == parse(port_in_request_sid=REQUEST, phone_number=PHONE, status="x").subject
    assert number.subject != parse(port_in_request_sid="KW", phone_number=PHONE).subject
    assert parse(event_type="PortOutPhoneNumberCompleted").subject is None
    assert parse().subject is None
    assert parse().state is None


@pytest.mark.parametrize(
    ("value", "portable"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("False", False),
        (" TRUE ", True),
        ("", None),
        (None, None),
        ("maybe", None),
        (1, None),
        ([], None),
    ],
)
def test_portable(value: object, portable: bool | None) -> None:
    assert parse(portable=value).portable is portable


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (22131, 22131),
        ("22131", 22131),
        ("UNSUPPORTED", "UNSUPPORTED"),
        ("٢", "٢"),
        ("9" * 5000, "9" * 5000),
        ("", None),
        (None, None),
        (True, None),
        ({}, None),
    ],
)
def test_codes(value: object, code: object) -> None:
    assert parse(not_portable_reason_code=value).not_portable_reason_code == code
    assert parse(not_portability_reason_code=value).not_portable_reason_code == code
    assert parse(rejection_reason_code=value).rejection_reason_code == code


@pytest.mark.parametrize(
    ("updated", "port_date", "expected"),
    [
        (
            "Tue, 14 May 2024 13:49:17 +0000",
            "2024-05-28T10:00:00-05:00",
            (
                dt.datetime(2024, 5, 14, 13, 49, 17, tzinfo=dt.UTC),
                dt.datetime(2024, 5, 28, 15, tzinfo=dt.UTC),
            ),
        ),
        (
            "2024-05-14T13:49:17",
            "soon",
            (dt.datetime(2024, 5, 14, 13, 49, 17, tzinfo=dt.UTC), "soon"),
        ),
        ("yesterday", "2024-05-28", (None, dt.date(2024, 5, 28))),
        (1715694557, None, (None, None)),
        ("", "", (None, None)),
        ([], {}, (None, None)),
    ],
)
def test_dates(updated: object, port_date: object, expected: tuple[object, object]) -> None:
    event = parse(last_date_updated=updated, port_date=port_date)
    assert (event.last_date_updated, event.port_date) == expected


def test_fields_of_another_type_are_not_in_the_way() -> None:
    event = parse(**{name: ["odd"] for name in BODY})
    assert set(said(event).values()) == {None}
    assert parse(status=7, phone_number=15555550100).phone_number == "15555550100"


def test_a_value_wins_over_an_empty_one() -> None:
    assert parse(phoneNumber="", phone_number=PHONE).phone_number == PHONE
    assert parse(phoneNumber=PHONE, phone_number=None).phone_number == PHONE


def test_a_form_with_repeated_parameters() -> None:
    event = parse_event(b"status=completed&status=completed&note=a&note=b&empty=")
    assert event.raw == {"status": "completed", "note": ["a", "b"], "empty": ""}
    assert event.kind == "PortInCompleted"


def test_blanks_and_a_byte_order_mark_around_json() -> None:
    assert parse_event(b'\xef\xbb\xbf \r\n{"status": "completed"} \n').status == "completed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'[{"status": "a=b"}]',
        b'"a=b"',
        b"<a b=c>",
        b"hello",
        b"{",
        b'{"status": }',
        b'{"status": "\xff"}',
        b'{"status": "\\ud800"}',
        b"status=\xff",
        b"status=%ff",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        None,
        "{}",
        {},
    ],
)
def test_what_is_no_event(body: object) -> None:
    with pytest.raises(WebhookError):
        parse_event(cast("bytes", body))


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.binary(),
        st.text('{}[]":,=&%aF09\\u').map(str.encode),
        st.dictionaries(
            st.one_of(st.sampled_from(sorted(BODY)), st.sampled_from(sorted(BODY)).map(camel), st.text()),
            st.recursive(
                st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
                lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
                max_leaves=5,
            ),
        ).map(lambda fields: json.dumps(fields).encode()),
    )
)
def test_an_event_or_a_webhook_error(body: bytes) -> None:
    try:
        event = parse_event(body)
    except WebhookError:
        return
    assert len(event.dedupe_key) == 64
    assert event.dedupe_key == parse_event(body).dedupe_key
    assert isinstance(event.subject, str | None)


def test_the_key_is_that_of_the_event_not_of_its_bytes() -> None:
    key = parse(**BODY).dedupe_key
    backwards = dict(reversed(BODY.items()))
    assert parse(**backwards).dedupe_key == key
    assert parse_event(json.dumps(BODY, indent=4).encode()).dedupe_key == key
    assert parse(**BODY | {"delivery_attempt": 2}).dedupe_key == key
    assert parse(**BODY | {"portable": "true", "rejection_reason_code": 22155}).dedupe_key == key


@pytest.mark.parametrize(
    "change",
    [
        {"event_type": "PortInPhoneNumberPending"},
        {"port_in_request_sid": "KW" + "d" * 32},
        {"port_in_phone_number_sid": "PU" + "d" * 32},
        {"phone_number": "+15555550101"},
        {"last_date_updated": "2024-05-14T13:49:18Z"},
        {"rejection_reason_code": 22156},
        {"port_date": "2024-05-29"},
        {"portable": False},
    ],
)
def test_another_event_has_another_key(change: dict[str, object]) -> None:
    assert parse(**BODY | change).dedupe_key != parse(**BODY).dedupe_key


def test_without_a_date_all_of_the_body_tells_events_apart() -> None:
    undated = {name: value for name, value in BODY.items() if name != "last_date_updated"}
    assert parse(**undated).dedupe_key == parse(**dict(reversed(undated.items()))).dedupe_key
    assert parse(**undated | {"something_new": 2}).dedupe_key != parse(**undated).dedupe_key
