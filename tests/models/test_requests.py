"""Requests: what is sent of them, and what they refuse."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.errors import DecodeError
from twilio_numbers_async.models.base import Request, decode

REQUESTS = [
    value
    for value in (getattr(m, name) for name in dir(m))
    if isinstance(value, type) and issubclass(value, Request) and value is not Request
]


def sent(request: Request) -> Any:
    return json.loads(msgspec.json.encode(request))


def port_in(**more: Any) -> m.PortInCreate:
    values: dict[str, Any] = {
        "account_sid": "AC" + "a" * 32,
        "documents": ["RD" + "a" * 32],
        "phone_numbers": [m.PortInCreatePhoneNumber(phone_number="+14155550100", pin="0012")],
        "losing_carrier_information": m.LosingCarrierInformation(
            customer_name="Ada Example",
            authorized_representative="Ada Example",
            authorized_representative_email="ada@example.com",
            address_sid="AD" + "a" * 32,
        ),
    }
    return m.PortInCreate(**(values | more))


def test_none_is_not_sent() -> None:
    assert sent(port_in()) == {
        "account_sid": "AC" + "a" * 32,
        "documents": ["RD" + "a" * 32],
        "phone_numbers": [{"phone_number": "+14155550100", "pin": "0012"}],
        "losing_carrier_information": {
            "customer_name": "Ada Example",
            "authorized_representative": "Ada Example",
            "authorized_representative_email": "ada@example.com",
            "address_sid": "AD" + "a" * 32,
        },
    }


def test_empty_text_and_empty_lists_are_sent() -> None:
    assert sent(m.WebhookConfigurationCreate(port_in_target_url="", notifications_of=[])) == {
        "port_in_target_url": "",
        "notifications_of": [],
    }
    assert sent(m.SigningRequestConfigurationCreate(friendly_name="")) == {"friendly_name": ""}
    assert sent(m.SigningRequestConfigurationCreate()) == {}


def test_dates_times_and_enums_are_sent_as_text() -> None:
    request = port_in(
        target_port_in_date=dt.date(2030, 1, 31),
        target_port_in_time_range_start=dt.time(10, 15, tzinfo=dt.timezone(dt.timedelta(hours=-8))),
        target_port_in_time_range_end="20:00:00-08:00",
    )
    body = sent(request)
    assert body["target_port_in_date"] == "2030-01-31"
    assert body["target_port_in_time_range_start"] == "10:15:00-08:00"
    assert body["target_port_in_time_range_end"] == "20:00:00-08:00"
    configuration = m.SigningRequestConfigurationCreate(product=m.SigningRequestProduct.PORTING)
    assert sent(configuration) == {"product": "Porting"}
    events: list[str] = [m.PortingEventType.PORT_IN_COMPLETED, "SomethingNew"]
    assert sent(m.WebhookConfigurationCreate(notifications_of=events))["notifications_of"] == [
        "PortInCompleted",
        "SomethingNew",
    ]


def test_a_bulk_check_is_asked_like_a_small_one() -> None:
    numbers = [
        m.EligibilityCreatePhoneNumber(phone_number="+14155550100", hosting_account_sid="AC" + "a" * 32)
    ]
    small = m.EligibilityCreate(friendly_name="Test", phone_numbers=numbers)
    bulk = m.BulkEligibilityCreate(friendly_name="Test", phone_numbers=numbers)
    assert sent(small) == sent(bulk)
    assert sent(bulk)["phone_numbers"] == [
        {"phone_number": "+14155550100", "hosting_account_sid": "AC" + "a" * 32}
    ]


@pytest.mark.parametrize(
    ("request_type", "required"),
    [
        (m.PortInCreate, {"account_sid", "documents", "phone_numbers", "losing_carrier_information"}),
        (m.PortInCreatePhoneNumber, {"phone_number"}),
        (
            m.LosingCarrierInformation,
            {"customer_name", "authorized_representative", "authorized_representative_email"},
        ),
        (m.PortingAddress, {"street", "city", "state", "zip", "country"}),
        (m.EligibilityCreate, {"phone_numbers"}),
        (m.BulkEligibilityCreate, {"phone_numbers"}),
        (m.EligibilityCreatePhoneNumber, {"phone_number"}),
        (m.WebhookConfigurationCreate, set[str]()),
        (m.SigningRequestConfigurationCreate, set[str]()),
    ],
)
def test_required_arguments(request_type: type[Request], required: set[str]) -> None:
    assert {field.name for field in msgspec.structs.fields(request_type) if field.required} == required


@pytest.mark.parametrize("request_type", REQUESTS)
def test_unknown_arguments_and_unknown_keys_are_refused(request_type: type[Request]) -> None:
    values = {field.name: "text" for field in msgspec.structs.fields(request_type) if field.required}
    unknown: dict[str, Any] = values | {"pho_number": 1}
    with pytest.raises(TypeError, match="pho_number"):
        request_type(**unknown)
    with pytest.raises(DecodeError):
        decode(request_type, b'{"pho_number": 1}')


@pytest.mark.parametrize("request_type", REQUESTS)
def test_arguments_have_names_and_do_not_change(request_type: type[Request]) -> None:
    with pytest.raises(TypeError):
        request_type(*["text"])
    values: dict[str, Any] = {
        field.name: "text" for field in msgspec.structs.fields(request_type) if field.required
    }
    with pytest.raises(AttributeError):
        setattr(request_type(**values), request_type.__struct_fields__[0], "other")
