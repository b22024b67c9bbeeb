"""check() and check_sid(): every fault is found before anything is sent, and named without repeating it."""

from __future__ import annotations

import datetime as dt
import pickle
import re
import uuid
from typing import Any

import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.models.base import Request
from twilio_numbers_async.models.sids import check_sid
from twilio_numbers_async.models.validate import check, is_e164

from .test_requests import port_in

EAST = dt.timezone(dt.timedelta(hours=1))
ADDRESS = m.PortingAddress(street="101 Spear St", city="San Francisco", state="CA", zip="94105", country="US")


def carrier(**more: Any) -> m.LosingCarrierInformation:
    values: dict[str, Any] = {
        "customer_name": "Ada Example",
        "authorized_representative": "Ada Example",
        "authorized_representative_email": "ada@example.com",
        "address": ADDRESS,
    }
    return m.LosingCarrierInformation(**(values | more))


def address(**more: Any) -> m.PortingAddress:
    values: dict[str, Any] = {
        "street": "1 Road",
        "city": "Town",
        "state": "CA",
        "zip": "94105",
        "country": "US",
    }
    return m.PortingAddress(**(values | more))


def number(text: Any, **more: Any) -> m.PortInCreatePhoneNumber:
    return m.PortInCreatePhoneNumber(phone_number=text, **more)


def numbers(count: int) -> list[m.PortInCreatePhoneNumber]:
    return [number(f"+1555{index:07}") for index in range(count)]


def eligibility(*phone_numbers: m.EligibilityCreatePhoneNumber) -> m.EligibilityCreate:
    return m.EligibilityCreate(phone_numbers=list(phone_numbers))


FINE = [
    port_in(),
    port_in(losing_carrier_information=carrier(customer_type=m.CustomerType.BUSINESS)),
    port_in(
        losing_carrier_information=carrier(
            customer_type="Individual", address=None, address_sid="AD" + "0" * 32
        )
    ),
    port_in(losing_carrier_information=carrier(address_sid="", account_number="", building="")),
    port_in(phone_numbers=numbers(1000)),
    port_in(phone_numbers=(number("+14155550100"),)),
    port_in(notification_emails=["a.b+c@mail.example.com"], bundle_sid="BU" + "F" * 32),
    port_in(notification_emails=[], bundle_sid="", auto_cancel_approval_numbers=""),
    port_in(target_port_in_date=dt.date(2030, 1, 31)),
    port_in(target_port_in_time_range_start="10:15:00-08:00", target_port_in_time_range_end="20:00:00-08:00"),
    port_in(
        target_port_in_time_range_start=dt.time(10, tzinfo=EAST), target_port_in_time_range_end="09:00:00Z"
    ),
    port_in(target_port_in_time_range_start="10:00:00Z"),
    port_in(target_port_in_time_range_end=""),
    m.EligibilityCreate(phone_numbers=[m.EligibilityCreatePhoneNumber(phone_number="+14155550100")]),
    m.BulkEligibilityCreate(
        friendly_name="",
        phone_numbers=[m.EligibilityCreatePhoneNumber(phone_number="+81312345678", hosting_account_sid="")],
    ),
    m.WebhookConfigurationCreate(),
    m.WebhookConfigurationCreate(
        port_in_target_url="https://example.com/a?b=c", port_out_target_url="", notifications_of=[]
    ),
    m.WebhookConfigurationCreate(notifications_of=["PortInCompleted", "SomethingNew"]),
    m.SigningRequestConfigurationCreate(),
    m.SigningRequestConfigurationCreate(
        logo_sid="RD" + "a" * 32,
        product="Hosting",
        country="MX",
        email_subject="s" * 255,
        email_message="m" * 5000,
        url_redirection="http://example.com",
    ),
    m.SigningRequestConfigurationCreate(logo_sid="", product="", country="", url_redirection=""),
    carrier(),
    ADDRESS,
    number("+14155550100"),
]


@pytest.mark.parametrize("request_", FINE, ids=lambda request: type(request).__name__)
def test_a_request_without_a_fault(request_: Request) -> None:
    check(request_)


LOSING = "losing_carrier_information"
FAULTS: list[tuple[Request, str]] = [
    # of the wrong type
    (port_in(account_sid=5), "account_sid"),
    (port_in(account_sid=None), "account_sid"),
    (port_in(account_sid=b"AC"), "account_sid"),
    (port_in(account_sid=object()), "account_sid"),
    (port_in(documents="RD" + "a" * 32), "documents"),
    (port_in(documents=[5]), "documents[0]"),
    (port_in(documents=[uuid.UUID(int=0)]), "documents[0]"),
    (port_in(phone_numbers=["+14155550100"]), "phone_numbers[0]"),
    (port_in(phone_numbers=[*numbers(3), number("+14155550100", pin=12)]), "phone_numbers[3].pin"),
    (port_in(phone_numbers=[{"phone_number": "+14155550100", "pim": "1"}]), "phone_numbers[0]"),
    (port_in(losing_carrier_information=None), LOSING),
    (
        port_in(losing_carrier_information=carrier(customer_name=dt.date(2030, 1, 1))),
        f"{LOSING}.customer_name",
    ),
    (port_in(losing_carrier_information=carrier(customer_name=1.5)), f"{LOSING}.customer_name"),
    (port_in(losing_carrier_information=carrier(address=address(zip=94105))), f"{LOSING}.address.zip"),
    (port_in(target_port_in_date="soon"), "target_port_in_date"),
    (port_in(target_port_in_date=dt.datetime(2030, 1, 31, tzinfo=dt.UTC)), "target_port_in_date"),
    (port_in(target_port_in_time_range_start=10), "target_port_in_time_range_start"),
    (m.WebhookConfigurationCreate(notifications_of=[None]), "notifications_of[0]"),  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  (what it is about)
    # SIDs
    (port_in(account_sid=""), "account_sid"),
    (port_in(account_sid="SK" + "a" * 32), "account_sid"),
    (port_in(account_sid="AC" + "a" * 31), "account_sid"),
    (port_in(account_sid="AC" + "g" * 32), "account_sid"),
    (port_in(account_sid="AC" + "a" * 32 + "\n"), "account_sid"),
    (port_in(documents=["RD" + "a" * 32, "RDx"]), "documents[1]"),
    (port_in(bundle_sid="AC" + "a" * 32), "bundle_sid"),
    (port_in(losing_carrier_information=carrier(address=None, address_sid="ADx")), f"{LOSING}.address_sid"),
    (
        eligibility(m.EligibilityCreatePhoneNumber(phone_number="+14155550100", hosting_account_sid="x")),
        "phone_numbers[0].hosting_account_sid",
    ),
    (m.SigningRequestConfigurationCreate(logo_sid="x"), "logo_sid"),
    # how many
    (port_in(documents=[]), "documents"),
    (port_in(phone_numbers=[]), "phone_numbers"),
    (port_in(phone_numbers=numbers(1001)), "phone_numbers"),
    (eligibility(), "phone_numbers"),
    # the losing carrier
    (port_in(losing_carrier_information=carrier(customer_name="  ")), f"{LOSING}.customer_name"),
    (
        port_in(losing_carrier_information=carrier(authorized_representative="")),
        f"{LOSING}.authorized_representative",
    ),
    (port_in(losing_carrier_information=carrier(customer_type="Bussiness")), f"{LOSING}.customer_type"),
    (port_in(losing_carrier_information=carrier(address=None)), f"{LOSING}.address"),
    (port_in(losing_carrier_information=carrier(address=None, address_sid="")), f"{LOSING}.address"),
    (port_in(losing_carrier_information=carrier(address_sid="AD" + "a" * 32)), f"{LOSING}.address_sid"),
    *(
        (
            port_in(losing_carrier_information=carrier(address=address(**{field: " "}))),
            f"{LOSING}.address.{field}",
        )
        for field in ("street", "city", "state", "zip", "country")
    ),
    (carrier(customer_name=""), "customer_name"),
    (address(city=""), "city"),
    # e-mail addresses
    *(
        (
            port_in(losing_carrier_information=carrier(authorized_representative_email=email)),
            f"{LOSING}.authorized_representative_email",
        )
        for email in (
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "ada@example.",
            "a da@example.com",
            "a@b@example.com",
        )
    ),
    (port_in(notification_emails=["ada@example.com", "ada"]), "notification_emails[1]"),
    # times
    (port_in(target_port_in_time_range_start="10:15:00"), "target_port_in_time_range_start"),
    (port_in(target_port_in_time_range_end=dt.time(10)), "target_port_in_time_range_end"),
    (port_in(target_port_in_time_range_end="noon"), "target_port_in_time_range_end"),
    (
        port_in(target_port_in_time_range_start="20:00:00Z", target_port_in_time_range_end="10:00:00Z"),
        "target_port_in_time_range_end",
    ),
    (
        port_in(target_port_in_time_range_start="10:00:00-08:00", target_port_in_time_range_end="10:00:00Z"),
        "target_port_in_time_range_end",
    ),
    # the other configurations
    (m.WebhookConfigurationCreate(port_in_target_url="example.com"), "port_in_target_url"),
    (m.WebhookConfigurationCreate(port_out_target_url="ftp://example.com"), "port_out_target_url"),
    (m.WebhookConfigurationCreate(notifications_of=["PortInCompleted", " "]), "notifications_of[1]"),
    (m.SigningRequestConfigurationCreate(product="Importing"), "product"),
    (m.SigningRequestConfigurationCreate(country="Mexico"), "country"),
    (m.SigningRequestConfigurationCreate(email_subject="s" * 256), "email_subject"),
    (m.SigningRequestConfigurationCreate(email_message="m" * 5001), "email_message"),
    (m.SigningRequestConfigurationCreate(url_redirection="/thanks"), "url_redirection"),
]


@pytest.mark.parametrize(("request_", "argument"), FAULTS)
def test_a_fault_is_named_by_its_place(request_: Request, argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        check(request_)
    assert caught.value.argument == argument
    assert argument in str(caught.value)
    for secret in ("Ada", "ada", "Spear", "+1", "0x"):
        assert secret not in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).argument == argument


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14155550100",
        "+1 415 555 0100",
        "+04155550100",
        "+141555",
        "+1415555010012345",
        "+1415555010x",
        "+1415555010\u0660",
    ],
)
def test_a_number_that_is_not_e164_is_named_but_not_repeated(text: str) -> None:
    fine = m.EligibilityCreatePhoneNumber(phone_number="+14155550199")
    for request in (
        port_in(phone_numbers=[number("+14155550199"), number(text)]),
        eligibility(fine, m.EligibilityCreatePhoneNumber(phone_number=text)),
    ):
        with pytest.raises(InvalidPhoneNumberError) as caught:
            check(request)
        assert caught.value.argument == "phone_numbers[1].phone_number"
        assert "E.164" in str(caught.value)
        assert not text or text not in str(caught.value).replace("+14155550100", "")


def test_a_number_that_comes_twice_is_named_with_its_first_place() -> None:
    with pytest.raises(InvalidArgumentError, match=r"phone_numbers\[0\]") as caught:
        check(
            port_in(
                phone_numbers=[
                    number("+14155550100"),
                    number("+14155550101"),
                    number("+14155550100", pin="1"),
                ]
            )
        )
    assert caught.value.argument == "phone_numbers[2].phone_number"
    assert "555" not in str(caught.value)


def test_lengths_and_choices_are_told() -> None:
    with pytest.raises(InvalidArgumentError, match=r"256 characters long; at most 255"):
        check(m.SigningRequestConfigurationCreate(email_subject="s" * 256))
    with pytest.raises(InvalidArgumentError, match=r"1001 numbers; a request takes at most 1000"):
        check(port_in(phone_numbers=numbers(1001)))
    with pytest.raises(InvalidArgumentError, match=r"Business, Individual"):
        check(carrier(customer_type="business"))
    with pytest.raises(InvalidArgumentError, match=r"Expected `str`$"):
        check(carrier(customer_name=object()))


def test_check_sid_gives_the_sid_back() -> None:
    assert check_sid("KW" + "aF" * 16, "KW", "port_in_request_sid") == "KW" + "aF" * 16


@pytest.mark.parametrize(
    "value", ["", "KW", "KW" + "a" * 33, "kw" + "a" * 32, "PU" + "a" * 32, "KW" + "a" * 31 + "/", None, 5]
)
def test_check_sid_says_what_would_be_right(value: Any) -> None:
    message = "port_in_request_sid must be a SID of 34 characters: KW and 32 hexadecimal digits"
    with pytest.raises(InvalidArgumentError, match=f"^{re.escape(message)}$") as caught:
        check_sid(value, "KW", "port_in_request_sid")
    assert caught.value.argument == "port_in_request_sid"


def test_is_e164() -> None:
    assert is_e164("+14155550100")
    assert is_e164("+1234567")
    assert is_e164("+123456789012345")
    assert not is_e164("+14155550100\n")
    assert not is_e164("+123456")
