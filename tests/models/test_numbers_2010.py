"""The 2010-04-01 API: incoming and available numbers as they come."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.models.base import convert, decode

ACCOUNT = "AC" + "a" * 32
NUMBER: dict[str, Any] = {
    "account_sid": ACCOUNT,
    "address_requirements": "none",
    "address_sid": None,
    "api_version": "2010-04-01",
    "beta": None,
    "capabilities": {"mms": True, "sms": False, "voice": True},
    "date_created": "Thu, 30 Jul 2015 23:19:04 +0000",
    "date_updated": "Fri, 31 Jul 2015 00:00:00 +0000",
    "emergency_status": "Active",
    "emergency_address_status": "pending-registration",
    "friendly_name": "(415) 555-0100",
    "origin": "twilio",
    "phone_number": "+14155550100",
    "sid": "PN" + "a" * 32,
    "sms_application_sid": "",
    "sms_method": "POST",
    "sms_url": "",
    "status": "in-use",
    "subresource_uris": {"assigned_add_ons": "/2010-04-01/AssignedAddOns.json", "none": None},
    "trunk_sid": None,
    "type": "local",
    "voice_caller_id_lookup": False,
    "voice_method": "get",
    "voice_receive_mode": "fax",
    "voice_url": None,
}


def test_an_incoming_number() -> None:
    number = decode(m.IncomingPhoneNumber, json.dumps(NUMBER))
    assert number.date_created == dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)
    assert number.date_updated == dt.datetime(2015, 7, 31, tzinfo=dt.UTC)
    assert number.capabilities == m.PhoneNumberCapabilities(voice=True, sms=False, mms=True)
    assert number.address_requirements is m.AddressRequirement.NONE
    assert number.emergency_status is m.EmergencyStatus.ACTIVE
    assert number.emergency_address_status is m.EmergencyAddressStatus.PENDING_REGISTRATION
    assert number.voice_receive_mode is m.VoiceReceiveMode.FAX
    assert number.voice_method is m.HttpMethod.GET
    assert number.type is m.IncomingPhoneNumberType.LOCAL
    assert (number.sms_url, number.sms_application_sid, number.voice_url, number.trunk_sid) == (
        "",
        "",
        None,
        None,
    )
    assert number.beta is None
    assert number.subresource_uris == {"assigned_add_ons": "/2010-04-01/AssignedAddOns.json", "none": None}


@pytest.mark.parametrize("text", ["toll-free", "tollfree", "TOLL_FREE", "TollFree"])
def test_toll_free_in_every_spelling(text: str) -> None:
    assert (
        decode(m.IncomingPhoneNumber, json.dumps({"type": text})).type is m.IncomingPhoneNumberType.TOLL_FREE
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"voice": True, "sms": False, "mms": True, "fax": False},
        {"VOICE": True, "SMS": False, "MMS": True, "FAX": False},
        {"Voice": True, "Sms": False, "Mms": True, "Fax": False},
        {"voice": True, "SMS": False, "MMS": True, "fax": False},
        {"voice": True, "sms": False, "mms": True, "FAX": False},
        {"voice": True, "sms": False, "mms": True, "Fax": False},
        {"voice": "true", "SMS": "false", "mms": 1, "fax": 0},
        {"voice": None, "VOICE": True, "sms": False, "mms": True, "fax": False, "rcs": True},
    ],
)
def test_capabilities_whatever_the_case_of_their_keys(sent: dict[str, Any]) -> None:
    got = decode(m.PhoneNumberCapabilities, json.dumps(sent))
    expected = m.PhoneNumberCapabilities(voice=True, sms=False, mms=True, fax=False)
    assert got == expected
    assert hash(got) == hash(expected)
    assert repr(got) == "PhoneNumberCapabilities(voice=True, sms=False, mms=True, fax=False)"
    assert json.loads(msgspec.json.encode(got)) == {"voice": True, "sms": False, "mms": True, "fax": False}
    assert pickle.loads(pickle.dumps(got)) == expected
    assert convert(m.PhoneNumberCapabilities, sent) == expected


def test_capabilities_that_are_not_all_there() -> None:
    assert decode(m.PhoneNumberCapabilities, b"{}") == m.PhoneNumberCapabilities()
    assert decode(m.PhoneNumberCapabilities, b'{"SMS": true}') == m.PhoneNumberCapabilities(sms=True)
    assert decode(m.PhoneNumberCapabilities, b'{"SMS": null, "FAX": true}') == m.PhoneNumberCapabilities(
        fax=True
    )
    assert decode(m.IncomingPhoneNumber, b'{"capabilities": null}').capabilities is None


def test_an_available_number() -> None:
    sent = {
        "capabilities": {"MMS": True, "SMS": False, "voice": True},
        "latitude": "19.720000",
        "longitude": -155.09,
        "lata": 834,
        "postal_code": "96720",
        "address_requirements": "any",
    }
    number = decode(m.AvailablePhoneNumber, json.dumps(sent))
    assert (number.latitude, number.longitude) == (19.72, -155.09)
    assert (number.lata, number.postal_code) == ("834", "96720")
    assert number.capabilities == m.PhoneNumberCapabilities(voice=True, sms=False, mms=True)
    assert number.address_requirements is m.AddressRequirement.ANY
    assert decode(m.AvailablePhoneNumber, b'{"latitude": "", "longitude": null}') == m.AvailablePhoneNumber()


def test_a_page_without_paging_keys() -> None:
    page = decode(m.AvailablePhoneNumberPage, b'{"available_phone_numbers": [{}], "uri": "/Local.json"}')
    assert page.next_page_uri is None
    assert page.page_size is None
    assert page.available_phone_numbers == [m.AvailablePhoneNumber()]


def test_a_page_with_paging_keys() -> None:
    page = decode(
        m.IncomingPhoneNumberPage,
        b'{"incoming_phone_numbers": [], "next_page_uri": "/a?Page=1", "page": 0, "page_size": 50,'
        b'"start": 0, "end": 49}',
    )
    assert page == m.IncomingPhoneNumberPage(
        incoming_phone_numbers=[], next_page_uri="/a?Page=1", page=0, page_size=50, start=0, end=49
    )


def test_add_ons() -> None:
    page = decode(
        m.AssignedAddOnPage,
        b'{"assigned_add_ons": [{"configuration": {"bad_words": true},'
        b'"date_created": "Thu, 07 Apr 2016 23:52:28 +0000"}]}',
    )
    assert page.assigned_add_ons == [
        m.AssignedAddOn(
            configuration={"bad_words": True}, date_created=dt.datetime(2016, 4, 7, 23, 52, 28, tzinfo=dt.UTC)
        )
    ]
    extensions = decode(m.AssignedAddOnExtensionPage, b'{"extensions": [{"enabled": true}]}').extensions
    assert extensions == [m.AssignedAddOnExtension(enabled=True)]


def test_countries() -> None:
    page = decode(
        m.AvailablePhoneNumberCountryPage,
        b'{"countries": [{"country_code": "US", "subresource_uris": {"toll_free": "/TollFree.json"}}], "uri": "/a"}',
    )
    assert page.countries is not None
    assert page.countries[0].subresource_uris == {"toll_free": "/TollFree.json"}


def test_a_number_read_from_plain_text_values() -> None:
    number = convert(
        m.IncomingPhoneNumber,
        {
            "date_created": NUMBER["date_created"],
            "beta": "false",
            "voice_caller_id_lookup": "true",
            "sms_url": "",
        },
    )
    assert number.date_created == dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)
    assert (number.beta, number.voice_caller_id_lookup, number.sms_url) == (False, True, "")
