from __future__ import annotations

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json
from .numbers import CHILD, OWN, STRANGER, add_accounts, as_account, found, rows, stock

KINDS = ["Local", "Mobile", "TollFree", "National", "Voip", "SharedCost", "MachineToMachine"]


async def phone_numbers(api: Api, query: str, kind: str = "Local", country: str = "US") -> list[str]:
    every = await found(api, country, kind, f"?PageSize=1000{query and f'&{query}'}")
    return [row["phone_number"] for row in every]


async def test_the_countries_say_what_kinds_they_have(api: Api) -> None:
    countries = await rows(api, stock(".json"), "countries")
    assert [row["country_code"] for row in countries] == ["US", "CA", "GB", "PR", "AU", "DE", "JP"]
    for country in countries:
        assert (await api.ask("GET", country["uri"])).body == country
        for path in country["subresource_uris"].values():
            assert await rows(api, path, "available_phone_numbers")
    assert len(countries[0]["subresource_uris"]) == 7
    assert [row["beta"] for row in countries] == [False, False, False, True, False, False, False]
    assert len(await rows(api, stock(".json?PageSize=2"), "countries")) == 2


@pytest.mark.parametrize("path", ["/FR.json", "/us.json", "/FR/Local.json", "/CA/Voip.json", "/US/Fax.json"])
async def test_what_is_not_there_is_404(api: Api, path: str) -> None:
    await api.refused("GET", stock(path), status=404, code=20404)


async def test_it_is_an_accounts_own_question(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    assert await found(api, account=CHILD)
    for path in (".json", "/US.json", "/US/Local.json"):
        await api.refused("GET", stock(path, STRANGER), status=404, code=20404)
        await api.refused("GET", stock(path, OWN), status=404, code=20404, auth=as_account(CHILD))


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_has_some_and_none_is_real(api: Api, kind: str) -> None:
    every = await phone_numbers(api, "", kind)
    assert len(every) == len(set(every)) >= 300
    assert all(number[5:10] == "55501" or number.startswith("+1555") for number in every)
    assert await phone_numbers(api, "", kind) == every


async def test_a_search_has_no_paging_keys(api: Api) -> None:
    answer = (await api.ask("GET", stock("/US/Local.json?PageSize=3"))).body
    assert answer.keys() == {"available_phone_numbers", "uri"}
    assert len(answer["available_phone_numbers"]) == 3
    assert len(await found(api)) == 50
    await api.refused("GET", stock("/US/Local.json?Page=1"))


async def test_a_search_has_paging_keys_if_told(api: Api) -> None:
    async with Sandbox(available_paging=True) as sandbox, Api(sandbox) as paging:
        path, pages = stock("/US/TollFree.json?Contains=800&PageSize=40"), list[Json]()
        while path:
            pages.append((await paging.ask("GET", path)).body)
            sandbox.available_phone_numbers.sell(pages[-1]["available_phone_numbers"][0]["phone_number"])
            path = pages[-1]["next_page_uri"]
        assert [len(page["available_phone_numbers"]) for page in pages] == [40, 40, 20]
        assert (await paging.ask("GET", stock(".json"), checked=False)).body["page_size"] == 50


async def test_latitude_and_longitude_are_text(api: Api) -> None:
    row = (await found(api, query="?AreaCode=415&PageSize=1"))[0]
    assert (row["latitude"], row["longitude"]) == ("37.770000", "-122.420000")
    assert (row["locality"], row["region"], row["postal_code"]) == ("San Francisco", "CA", "94103")
    assert (row["lata"], row["rate_center"], row["friendly_name"]) == ("722", "SNFC CNTRL", "(415) 555-0100")
    toll_free = (await found(api, kind="TollFree", query="?PageSize=1"))[0]
    assert {toll_free[name] for name in ("latitude", "longitude", "locality", "lata")} == {None}


@pytest.mark.parametrize(
    ("contains", "expected"),
    [
        ("%2B1415", 100),
        ("415555", 100),
        ("%2B415", 0),
        ("5550150$", 7),
        ("555019*$", 70),
        ("%2B1212%257$", 10),
        ("212%250142", 1),
        ("21255501**", 100),
        ("21255501***", 0),
        ("212jjj", 100),
        ("LOCAL", 0),
        ("Jw000100$", 1),
        ("**", 1000),
    ],
)
async def test_contains_is_a_pattern(api: Api, contains: str, expected: int) -> None:
    assert len(await phone_numbers(api, f"Contains={contains}")) == expected


@pytest.mark.parametrize(
    "contains", ["4", "4" * 17, "415-555", "4+15", "$415", "+", "41%0A", "%2B%2B1", "", "415$$"]
)
async def test_contains_is_checked(api: Api, contains: str) -> None:
    await api.refused("GET", stock(f"/US/Local.json?Contains={contains}"))


async def test_capabilities_are_asked_for(api: Api) -> None:
    every = await found(api, query="?AreaCode=415&PageSize=1000")
    for name in ("sms", "mms", "voice", "fax"):
        for value in (True, False):
            query = f"?AreaCode=415&PageSize=1000&{name.capitalize()}Enabled={str(value).lower()}"
            expected = [row for row in every if row["capabilities"][name] is value]
            assert await found(api, query=query) == expected
            assert expected or (name, value) == ("voice", False)


async def test_requirements_and_beta_are_left_out(api: Api) -> None:
    every = await found(api, query="?AreaCode=415&PageSize=1000")
    assert {row["address_requirements"] for row in every} == {"none", "any", "local", "foreign"}
    for name, gone in (
        ("All", {"any", "local", "foreign"}),
        ("Local", {"local"}),
        ("Foreign", {"foreign"}),
    ):
        query = f"?AreaCode=415&PageSize=1000&Exclude{name}AddressRequired="
        assert await found(api, query=f"{query}true") == [
            row for row in every if row["address_requirements"] not in gone
        ]
        assert await found(api, query=f"{query}false") == every
    assert await found(api, query="?AreaCode=415&PageSize=1000&Beta=true") == every
    without = await found(api, query="?AreaCode=415&PageSize=1000&Beta=false")
    assert without == [row for row in every if not row["beta"]] != every
    assert await phone_numbers(api, "Beta=false", country="PR") == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("InRegion=ca", {"415", "510"}),
        ("InLocality=oakland", {"510"}),
        ("InPostalCode=94103", {"415"}),
        ("InRateCenter=SNFC%20CNTRL", {"415"}),
        ("InLata=722", {"415", "510"}),
        ("InLata=722&InLocality=Boston", set[str]()),
        ("NearNumber=%2B14155550100", {"415", "510"}),
        ("NearNumber=%2B14155550100&Distance=5", {"415"}),
        ("NearLatLong=37.8,-122.27&Distance=5", {"510"}),
        ("NearLatLong=41.88,-87.63&Distance=250", {"312", "555"}),
        ("NearLatLong=41.88,-87.63&Distance=100", {"312"}),
        ("NearNumber=%2B13235550100&Distance=500", set[str]()),
        ("NearNumber=%2B442079460000", set[str]()),
        ("NearNumber=%2B14155550100&NearLatLong=37.8,-122.27&Distance=5", set[str]()),
    ],
)
async def test_places_are_found(api: Api, query: str, codes: set[str]) -> None:
    assert {number[2:5] for number in await phone_numbers(api, query)} == codes


async def test_what_has_no_place_is_near_to_nothing(api: Api) -> None:
    assert await phone_numbers(api, "NearNumber=%2B14155550100&Distance=500", "TollFree") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("AreaCode=41", 70002),
        ("AreaCode=1000", 70002),
        ("AreaCode=abc", 70002),
        ("SmsEnabled=maybe", 70002),
        ("Distance=10", 70002),
        ("NearNumber=415&Distance=10", 70002),
        ("NearNumber=%2B14155550100&Distance=501", 70002),
        ("NearNumber=%2B14155550100&Distance=0", 70002),
        ("NearLatLong=37.8", 70002),
        ("NearLatLong=91,0", 70002),
        ("NearLatLong=0,-181", 70002),
        ("PageSize=1001", 20007),
        ("PageToken=x", 70002),
        ("InCity=Boston", 20001),
        ("Contains=41&Contains=55", 70002),
    ],
)
async def test_a_search_is_checked(api: Api, query: str, code: int) -> None:
    await api.refused("GET", stock(f"/US/Local.json?{query}"), code=code)
