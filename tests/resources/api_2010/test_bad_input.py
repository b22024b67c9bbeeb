"""Arguments that cannot be sent are refused before anything is sent, with their place and without their value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.raw_server import raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.paging import Pager

from .answers import ACCOUNT, ADD_ON, EXTENSION, NUMBER, SUBACCOUNT, client, numbers

Ask = Callable[[Any], Any]

INCOMING: list[tuple[str, Ask]] = [
    ("phone_number", lambda it: it.create()),
    ("phone_number", lambda it: it.create("+14155550100", area_code=415)),
    ("phone_number", lambda it: it.create("415 555 0100")),
    ("phone_number", lambda it: it.create(14155550100)),
    ("area_code", lambda it: it.create(area_code=415, kind="local")),
    ("area_code", lambda it: it.create(area_code="41")),
    ("area_code", lambda it: it.create(area_code="4155")),
    ("area_code", lambda it: it.create(area_code="\u0664\u0661\u0665")),
    ("area_code", lambda it: it.create(area_code=True)),
    ("kind", lambda it: it.create("+14155550100", kind="national")),
    ("kind", lambda it: it.create("+14155550100", kind=["local"])),
    ("kind", lambda it: it.list("voip")),
    ("kind", lambda it: it.list("Local")),
    ("kind", lambda it: it.csv("nothing")),
    ("sid", lambda it: it.fetch(ACCOUNT)),
    ("sid", lambda it: it.fetch(NUMBER + "a")),
    ("sid", lambda it: it.fetch("../" + NUMBER[3:])),
    ("sid", lambda it: it.fetch(None)),
    ("sid", lambda it: it.delete("")),
    ("sid", lambda it: it.update(ADD_ON, voice_url="")),
    ("sid", lambda it: it.transfer(ADD_ON, SUBACCOUNT)),
    ("account_sid", lambda it: it.fetch(NUMBER, account_sid=NUMBER)),
    ("account_sid", lambda it: it.list(account_sid="")),
    ("account_sid", lambda it: it.csv(account_sid="me")),
    ("account_sid", lambda it: it.delete(NUMBER, account_sid="AC/..")),
    ("account_sid", lambda it: it.create("+14155550100", account_sid=5)),
    ("options", lambda it: it.update(NUMBER)),
    ("options", lambda it: it.update(NUMBER, voice_url=None)),
    ("voice_uri", lambda it: it.update(NUMBER, voice_uri="https://example.com/")),
    ("VoiceUrl", lambda it: it.create("+14155550100", VoiceUrl="https://example.com/")),
    ("contains", lambda it: it.list(contains="415")),
    ("area_code", lambda it: it.csv(area_code="415")),
    ("voice_url", lambda it: it.update(NUMBER, voice_url=b"https://example.com/")),
    ("friendly_name", lambda it: it.update(NUMBER, friendly_name=5)),
    ("voice_method", lambda it: it.update(NUMBER, voice_method="PUT")),
    ("voice_method", lambda it: it.update(NUMBER, voice_method="")),
    ("voice_caller_id_lookup", lambda it: it.update(NUMBER, voice_caller_id_lookup="true")),
    ("emergency_status", lambda it: it.update(NUMBER, emergency_status="on")),
    ("voice_receive_mode", lambda it: it.update(NUMBER, voice_receive_mode=1)),
    ("address_sid", lambda it: it.update(NUMBER, address_sid=NUMBER)),
    ("bundle_sid", lambda it: it.create("+14155550100", bundle_sid="BU1")),
    ("trunk_sid", lambda it: it.update(NUMBER, trunk_sid=0)),
    ("beta", lambda it: it.list(beta="yes")),
    ("phone_number", lambda it: it.list(phone_number=" ")),
    ("friendly_name", lambda it: it.list(friendly_name="")),
    ("page_size", lambda it: it.list(page_size=1001)),
    ("page_size", lambda it: it.csv(page_size=0)),
    ("limit", lambda it: it.list(limit=-1)),
    ("prefetch", lambda it: it.list(prefetch=2)),
    ("after", lambda it: it.list(after="nonsense")),
    ("after", lambda it: it.list(after=f"0:/2010-04-01/Accounts/{SUBACCOUNT}/Calls.json?Page=1")),
    ("to_account_sid", lambda it: it.transfer(NUMBER, NUMBER)),
    ("to_account_sid", lambda it: it.transfer(NUMBER, ACCOUNT)),
    ("to_account_sid", lambda it: it.transfer(NUMBER, SUBACCOUNT, account_sid=SUBACCOUNT)),
    ("to_account_sid", lambda it: it.transfer_many([NUMBER], ACCOUNT)),
    ("address_sid", lambda it: it.transfer(NUMBER, SUBACCOUNT, address_sid="x")),
    ("bundle_sid", lambda it: it.transfer_many([NUMBER], SUBACCOUNT, bundle_sid=ADD_ON)),
    ("account_sid", lambda it: it.update_many([], account_sid="x")),
    ("phone_number_sid", lambda it: it.assigned_add_ons.list(ADD_ON)),
    ("page_size", lambda it: it.assigned_add_ons.list(NUMBER, page_size=5000)),
    ("installed_add_on_sid", lambda it: it.assigned_add_ons.create(NUMBER, NUMBER)),
    ("sid", lambda it: it.assigned_add_ons.fetch(NUMBER, EXTENSION)),
    ("sid", lambda it: it.assigned_add_ons.delete(NUMBER, "XE")),
    ("assigned_add_on_sid", lambda it: it.assigned_add_ons.list_extensions(NUMBER, EXTENSION)),
    ("sid", lambda it: it.assigned_add_ons.fetch_extension(NUMBER, ADD_ON, ADD_ON)),
]
AVAILABLE: list[tuple[str, Ask]] = [
    ("code", lambda it: it.country("USA")),
    ("code", lambda it: it.country("..")),
    ("code", lambda it: it.country(None)),
    ("country", lambda it: it.search("1")),
    ("country", lambda it: it.search("\u00e9\u00e9")),
    ("kind", lambda it: it.search("US", "landline")),
    ("kind", lambda it: it.search("US", None)),
    ("page_size", lambda it: it.countries(page_size=True)),
    ("account_sid", lambda it: it.search("US", account_sid=NUMBER)),
    ("colour", lambda it: it.search("US", colour="purple")),
    ("in_city", lambda it: it.buy_first("US", in_city="Paris")),
    ("voice_uri", lambda it: it.buy_first("US", options={"voice_uri": "x"})),
    ("contains", lambda it: it.search("US", contains="4")),
    ("contains", lambda it: it.search("US", contains="4" * 17)),
    ("contains", lambda it: it.search("US", contains="41+5")),
    ("contains", lambda it: it.search("US", contains="$41")),
    ("contains", lambda it: it.search("US", contains="+$")),
    ("contains", lambda it: it.search("US", contains="415-555")),
    ("contains", lambda it: it.search("US", contains="\u00e9\u00e9\u00e9")),
    ("contains", lambda it: it.search("US", contains="415\n")),
    ("contains", lambda it: it.search("US", contains=415)),
    ("distance", lambda it: it.search("US", distance=5)),
    ("distance", lambda it: it.search("US", distance=0, near_lat_long="1,1")),
    ("distance", lambda it: it.search("US", distance=501, near_lat_long="1,1")),
    ("distance", lambda it: it.search("US", distance=2.5, near_lat_long="1,1")),
    ("distance", lambda it: it.search("US", distance=True, near_lat_long="1,1")),
    ("near_lat_long", lambda it: it.search("US", near_lat_long="37.8")),
    ("near_lat_long", lambda it: it.search("US", near_lat_long="91,0")),
    ("near_lat_long", lambda it: it.search("US", near_lat_long="0,-180.5")),
    ("near_lat_long", lambda it: it.search("US", near_lat_long="37,8,-122,3")),
    ("near_lat_long", lambda it: it.search("US", near_lat_long=(1, 2, 3))),
    ("near_lat_long", lambda it: it.search("US", near_lat_long=(float("nan"), 0))),
    ("near_lat_long", lambda it: it.search("US", near_lat_long=(True, 0))),
    ("near_lat_long", lambda it: it.search("US", near_lat_long=5)),
    ("near_number", lambda it: it.search("US", near_number="5550100")),
    ("area_code", lambda it: it.search("US", area_code="4l5")),
    ("area_code", lambda it: it.search("US", area_code=41.5)),
    ("sms_enabled", lambda it: it.search("US", sms_enabled=1)),
    ("in_region", lambda it: it.search("US", in_region="")),
    ("in_lata", lambda it: it.search("US", in_lata=722)),
]


async def carried_out(ask: Callable[[TwilioNumbers], Any], twilio: TwilioNumbers) -> None:
    asked = ask(twilio)
    await (asked.collect() if isinstance(asked, Pager) else asked)


async def told(ask: Callable[[TwilioNumbers], Any]) -> InvalidArgumentError:
    async with raw_server(numbers()) as server, client(server.url) as twilio:
        with pytest.raises(InvalidArgumentError) as caught:
            await carried_out(ask, twilio)
    assert server.received == []
    return caught.value


@pytest.mark.parametrize(("argument", "ask"), INCOMING)
async def test_incoming_phone_numbers(argument: str, ask: Ask) -> None:
    error = await told(lambda twilio: ask(twilio.incoming_phone_numbers))
    assert error.argument == argument
    assert argument in str(error) or argument == "options"


@pytest.mark.parametrize(("argument", "ask"), AVAILABLE)
async def test_available_phone_numbers(argument: str, ask: Ask) -> None:
    error = await told(lambda twilio: ask(twilio.available_phone_numbers))
    assert error.argument == argument
    assert argument in str(error)


async def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    ask: Ask = lambda it: it.search("US", colour="purple")  # noqa: E731
    error = await told(lambda twilio: ask(twilio.available_phone_numbers))
    assert "in_locality" in str(error)
    assert "purple" not in str(error)


async def test_a_number_that_is_none_is_not_repeated() -> None:
    error = await told(lambda twilio: twilio.incoming_phone_numbers.create("415 555 0100"))
    assert isinstance(error, InvalidPhoneNumberError)
    assert "0100" not in str(error)
