"""Countries, the search, and buying the first number that fits."""

from __future__ import annotations

import pytest

from tests.raw_server import Received, Reply, drop, json_reply, raw_server, reply
from twilio_numbers_async.errors import (
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.resources.api_2010.available_phone_number_filters import AvailablePhoneNumberKind

from .answers import AVAILABLE, PATH, SUBACCOUNT, answers, client, error, form, found, lines

KINDS: list[tuple[AvailablePhoneNumberKind, str]] = [
    ("local", "Local"),
    ("mobile", "Mobile"),
    ("toll_free", "TollFree"),
    ("national", "National"),
    ("voip", "Voip"),
    ("shared_cost", "SharedCost"),
    ("machine_to_machine", "MachineToMachine"),
]


async def test_countries_without_paging_keys() -> None:
    document = {"uri": "x", "countries": [{"country_code": "US", "subresource_uris": {"local": "/x"}}]}
    async with raw_server(json_reply(document)) as server, client(server.url) as twilio:
        (country,) = await twilio.available_phone_numbers.countries(page_size=5).collect()
    assert country.country_code == "US"
    assert lines(server.received) == [f"GET {AVAILABLE}.json?PageSize=5"]


async def test_country() -> None:
    async with (
        raw_server(json_reply({"country_code": "GB"}), error(20404, 404)) as server,
        client(server.url) as twilio,
    ):
        assert (await twilio.available_phone_numbers.country("gb")).country_code == "GB"
        with pytest.raises(NotFoundError):
            await twilio.available_phone_numbers.country("XX", account_sid=SUBACCOUNT)
    assert server.received[0].target == f"{AVAILABLE}/GB.json"
    assert SUBACCOUNT in server.received[1].target


@pytest.mark.parametrize(("kind", "name"), KINDS)
async def test_every_kind_has_its_list(kind: AvailablePhoneNumberKind, name: str) -> None:
    async with raw_server(found("+14155550100")) as server, client(server.url) as twilio:
        (one,) = await twilio.available_phone_numbers.search("us", kind).collect()
    assert one.phone_number == "+14155550100"
    assert lines(server.received) == [f"GET {AVAILABLE}/US/{name}.json"]


async def test_the_filters_are_sent_as_the_api_wants_them() -> None:
    async with raw_server(found()) as server, client(server.url) as twilio:
        pager = twilio.available_phone_numbers.search(
            "CA",
            area_code=514,
            contains="+1514*5%AB$",
            sms_enabled=True,
            fax_enabled=False,
            beta=None,
            near_number="+14155550100",
            near_lat_long=(37.84, -0.000002),
            distance=500,
            in_region="QC",
            limit=3,
            account_sid=SUBACCOUNT,
        )
        assert await pager.first() is None
    (received,) = server.received
    assert SUBACCOUNT in received.path
    assert received.query == {
        "AreaCode": "514",
        "Contains": "+1514*5%AB$",
        "SmsEnabled": "true",
        "FaxEnabled": "false",
        "NearNumber": "+14155550100",
        "NearLatLong": "37.840000,-0.000002",
        "Distance": "500",
        "InRegion": "QC",
        "PageSize": "3",
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [("37.8,-122.3", "37.8,-122.3"), (" +37 , 122.25 ", "+37,122.25"), ((-90, 180), "-90.000000,180.000000")],
)
async def test_near_lat_long(given: str | tuple[float, float], sent: str) -> None:
    async with raw_server(found()) as server, client(server.url) as twilio:
        await twilio.available_phone_numbers.search("US", near_lat_long=given).collect()
    assert server.received[0].query == {"NearLatLong": sent}


@pytest.mark.parametrize("pattern", ["**", "2%", "+1", "A$", "0123456789abcdef", "+1*******ABCDEF$"])
async def test_patterns_that_the_api_takes(pattern: str) -> None:
    async with raw_server(found()) as server, client(server.url) as twilio:
        await twilio.available_phone_numbers.search("US", contains=pattern).collect()
    assert server.received[0].query == {"Contains": pattern}


async def test_a_search_that_names_a_next_page_goes_on() -> None:
    following = f"{AVAILABLE}/US/Local.json?Page=1"
    script = [
        json_reply(
            {"available_phone_numbers": [{"phone_number": "+14155550100"}], "next_page_uri": following}
        ),
        found("+14155550101"),
    ]
    async with raw_server(*script) as server, client(server.url) as twilio:
        assert len(await twilio.available_phone_numbers.search("US").collect()) == 2
    assert server.received[1].target == following


def shop(*purchases: Reply) -> Reply:
    """A search that finds three numbers, and one answer for each purchase."""
    left = list(purchases)

    def handle(received: Received) -> Reply:
        if received.method == "GET":
            return found("+14155550100", "+14155550101", "+14155550102")
        return left.pop(0)

    return answers(handle)


def bought(received: list[Received]) -> list[str]:
    return [form(each)["PhoneNumber"] for each in received if each.method == "POST"]


async def test_buy_first_buys_the_first() -> None:
    async with raw_server(shop(json_reply({"sid": "PN1"}, 201))) as server, client(server.url) as twilio:
        one = await twilio.available_phone_numbers.buy_first(
            "US",
            "toll_free",
            contains="800",
            options={"voice_url": "https://example.com/", "voice_method": "GET"},
            account_sid=SUBACCOUNT,
        )
    assert one.sid == "PN1"
    searched, purchase = server.received
    assert searched.query == {"Contains": "800"}
    assert SUBACCOUNT in searched.path
    assert purchase.target == PATH.replace(PATH.split("/")[3], SUBACCOUNT) + ".json"
    assert form(purchase) == {
        "PhoneNumber": "+14155550100",
        "VoiceUrl": "https://example.com/",
        "VoiceMethod": "GET",
    }


async def test_buy_first_goes_on_where_a_number_was_taken_meanwhile() -> None:
    script = shop(error(21422), error(21422), json_reply({"sid": "PN3"}, 201))
    async with raw_server(script) as server, client(server.url) as twilio:
        assert (await twilio.available_phone_numbers.buy_first("US")).sid == "PN3"
    assert bought(server.received) == ["+14155550100", "+14155550101", "+14155550102"]


async def test_buy_first_of_numbers_that_are_all_taken() -> None:
    async with raw_server(shop(*[error(21422)] * 3)) as server, client(server.url) as twilio:
        with pytest.raises(NotFoundError, match=r"all 3 .* taken meanwhile") as caught:
            await twilio.available_phone_numbers.buy_first("US")
    assert caught.value.details == {"taken": 3}
    assert len(bought(server.received)) == 3


@pytest.mark.parametrize("nothing", [found(), json_reply({"available_phone_numbers": [{"locality": "x"}]})])
async def test_buy_first_of_nothing(nothing: Reply) -> None:
    async with raw_server(nothing) as server, client(server.url) as twilio:
        with pytest.raises(NotFoundError, match="the search finds none"):
            await twilio.available_phone_numbers.buy_first("US", area_code="533")
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (drop, TransportError),
        (reply("", 503), ServerError),
        (error(21421), InvalidRequestError),
        (error(21631), InvalidRequestError),
    ],
)
async def test_buy_first_never_buys_two(failure: Reply, kind: type[Exception]) -> None:
    async with raw_server(shop(failure)) as server, client(server.url) as twilio:
        with pytest.raises(kind):
            await twilio.available_phone_numbers.buy_first("US")
    assert bought(server.received) == ["+14155550100"]


async def test_buy_first_looks_at_the_options_before_it_searches() -> None:
    async with raw_server(shop()) as server, client(server.url) as twilio:
        with pytest.raises(InvalidArgumentError) as caught:
            await twilio.available_phone_numbers.buy_first("US", options={"voice_method": "PUT"})
    assert caught.value.argument == "voice_method"
    assert server.received == []
