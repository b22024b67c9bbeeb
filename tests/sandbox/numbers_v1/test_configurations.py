from __future__ import annotations

from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json, basic

WEBHOOK = "/v1/Porting/Configuration/Webhook"
SIGNING = "/v1/SigningRequest/Configuration"
PORT_IN, PORT_OUT = "https://www.example.com/port-in", "https://www.example.com/port-out"


async def test_a_webhook_configuration_is_created_fetched_and_overwritten(api: Api) -> None:
    await api.refused("GET", WEBHOOK, status=404, code=20404)
    sent = {
        "port_in_target_url": PORT_IN,
        "port_out_target_url": PORT_OUT,
        "notifications_of": ["PortInCompleted"],
    }
    created = await api.ask("POST", WEBHOOK, sent)
    assert created.status == 201
    assert created.body == sent | {"url": f"https://numbers.twilio.com{WEBHOOK}"}
    fetched = (await api.ask("GET", WEBHOOK)).body
    assert fetched["port_in_target_date_created"]
    assert fetched["port_out_target_date_created"]
    await api.ask("POST", WEBHOOK, {"port_in_target_url": PORT_IN})
    fetched = (await api.ask("GET", WEBHOOK)).body
    assert (fetched["port_in_target_url"], fetched["port_out_target_url"]) == (PORT_IN, None)
    assert fetched["notifications_of"] == []


async def test_each_target_of_the_webhooks_is_deleted_on_its_own(api: Api) -> None:
    await api.ask("POST", WEBHOOK, {"port_in_target_url": PORT_IN, "port_out_target_url": PORT_OUT})
    assert (await api.ask("DELETE", f"{WEBHOOK}/PORT_IN")).status == 204
    fetched = (await api.ask("GET", WEBHOOK)).body
    assert (fetched["port_in_target_url"], fetched["port_in_target_date_created"]) == (None, None)
    assert fetched["port_out_target_url"] == PORT_OUT
    await api.refused("DELETE", f"{WEBHOOK}/PORT_IN", status=404, code=20404)
    assert (await api.ask("DELETE", f"{WEBHOOK}/PORT_OUT")).status == 204
    await api.refused("GET", WEBHOOK, status=404, code=20404)
    await api.refused("DELETE", f"{WEBHOOK}/PORT_OUT", status=404, code=20404)
    await api.refused("DELETE", f"{WEBHOOK}/port_in")


async def test_each_account_has_its_own(api: Api, sandbox: Sandbox) -> None:
    sandbox.accounts.add("AC" + "b" * 32, "other-token")
    other = basic("AC" + "b" * 32, "other-token")
    await api.ask("POST", WEBHOOK, {"port_in_target_url": PORT_IN})
    await api.ask("POST", SIGNING, {"product": "Porting", "country": "US"})
    await api.refused("GET", WEBHOOK, status=404, code=20404, auth=other)
    assert (await api.ask("GET", SIGNING, auth=other)).body["configurations"] == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"port_in_target_url": "ftp://www.example.com"}, 70002),
        ({"port_in_target_url": "www.example.com"}, 70002),
        ({"notifications_of": ["PortInDone"]}, 70002),
        ({"notifications_of": "PortInCompleted"}, 70002),
        ({"target_url": PORT_IN}, 20001),
    ],
)
async def test_a_webhook_configuration_is_checked(api: Api, sent: Json, code: int) -> None:
    await api.refused("POST", WEBHOOK, sent, code=code)


async def configurations(api: Api, query: str = "") -> list[Any]:
    rows = (await api.ask("GET", f"{SIGNING}{query}")).body["configurations"]
    return [(row["product"], row["country"]) for row in rows]


async def test_a_signing_configuration_is_inserted_and_updated(api: Api) -> None:
    sent: Json = {
        "product": "Porting",
        "country": "US",
        "friendly_name": "One",
        "logo_sid": "RD" + "a" * 32,
        "email_subject": "Please sign",
        "email_message": "Thank you",
        "url_redirection": "https://www.example.com/done",
    }
    created = await api.ask("POST", SIGNING, sent)
    assert (created.status, created.body) == (201, sent | {"url": f"https://numbers.twilio.com{SIGNING}"})
    update = {"product": "porting", "country": "us", "email_subject": "Sign, please", "email_message": ""}
    updated = (await api.ask("POST", SIGNING, update)).body
    assert (updated["email_subject"], updated["email_message"], updated["friendly_name"]) == (
        "Sign, please",
        None,
        "One",
    )
    assert await configurations(api) == [("Porting", "US")]


async def test_the_list_is_filtered_by_product_and_country(api: Api) -> None:
    for product, country in (("Porting", "US"), ("Hosting", "US"), ("Porting", "MX")):
        await api.ask("POST", SIGNING, {"product": product, "country": country})
    assert await configurations(api, "?Product=Porting") == [("Porting", "US"), ("Porting", "MX")]
    assert await configurations(api, "?Country=US") == [("Porting", "US"), ("Hosting", "US")]
    assert await configurations(api, "?Country=US&Product=Hosting") == [("Hosting", "US")]
    assert await configurations(api, "?Country=CL") == []


async def test_the_list_is_paged_by_urls_of_the_public_host(api: Api) -> None:
    countries = ["AA", "AB", "AC", "AD", "AE"]
    for country in countries:
        await api.ask("POST", SIGNING, {"product": "Porting", "country": country})
    path, seen, urls = f"{SIGNING}?Product=Porting&PageSize=2", list[str](), list[str]()
    while True:
        answer = (await api.ask("GET", path)).body
        meta = answer["meta"]
        seen += [row["country"] for row in answer["configurations"]]
        urls.append(meta["url"])
        assert (meta["key"], meta["page_size"]) == ("configurations", 2)
        assert (
            meta["first_page_url"] == f"https://numbers.twilio.com{SIGNING}?Product=Porting&PageSize=2&Page=0"
        )
        if meta["next_page_url"] is None:
            break
        assert meta["next_page_url"].startswith(
            f"https://numbers.twilio.com{SIGNING}?Product=Porting&PageSize=2"
        )
        path = meta["next_page_url"].removeprefix("https://numbers.twilio.com")
    assert seen == countries
    assert meta["page"] == 2
    assert len(urls) == 3
    path = meta["previous_page_url"].removeprefix("https://numbers.twilio.com")
    answer = (await api.ask("GET", path)).body
    assert [row["country"] for row in answer["configurations"]] == ["AC", "AD"]
    assert answer["meta"]["page"] == 1


async def test_a_page_holds_fifty_by_default(api: Api) -> None:
    for first in "AB":
        for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            await api.ask("POST", SIGNING, {"product": "Porting", "country": first + second})
    assert len(await configurations(api)) == 50
    assert len(await configurations(api, "?PageSize=1000")) == 52


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=1001", 20007),
        ("PageSize=0", 70002),
        ("Page=-1", 70002),
        ("Page=1", 70002),
        ("PageToken=abc", 70002),
        ("PageToken=PT" + "9" * 32, 70002),
        ("Product=Voice", 70002),
        ("Country=USA", 70002),
        ("Size=1", 20001),
    ],
)
async def test_the_query_of_the_list_is_checked(api: Api, query: str, code: int) -> None:
    await api.refused("GET", f"{SIGNING}?{query}", code=code)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"product": "Voice"}, 70002),
        ({"country": "United States"}, 70002),
        ({"logo_sid": "RD1"}, 70002),
        ({"email_subject": "x" * 256}, 70002),
        ({"email_message": "x" * 5001}, 70002),
        ({"url_redirection": "example"}, 70002),
        ({"logo": "RD1"}, 20001),
    ],
)
async def test_a_signing_configuration_is_checked(api: Api, sent: Json, code: int) -> None:
    await api.refused("POST", SIGNING, sent, code=code)
