"""Regulations, and the types of end users and documents."""

from __future__ import annotations

from ..checked_client import Api
from .bundle_requests import (
    V2,
    created,
    rows,
)


async def test_the_regulations_can_be_searched(api: Api) -> None:
    every = await rows(api, f"{V2}/Regulations?PageSize=1000")
    assert {one["iso_country"] for one in every} == {"AU", "DE", "ES", "FR", "GB", "JP", "US"}
    assert len({one["sid"] for one in every}) == len(every)
    for one in every:
        assert (await api.ask("GET", f"{V2}/Regulations/{one['sid']}")).body == one
    assert "constraint" not in every[0]["requirements"]["end_user"][0]["detailed_fields"][0]
    (german,) = await rows(
        api, f"{V2}/Regulations?IsoCountry=de&NumberType=local&EndUserType=business&IncludeConstraints=true"
    )
    fields = german["requirements"]["end_user"][0]["detailed_fields"]
    assert [field["constraint"] for field in fields] == ["String"] * 4
    assert await rows(api, f"{V2}/Regulations?NumberType=tollfree") == await rows(
        api, f"{V2}/Regulations?NumberType=toll-free"
    )
    await api.refused("GET", f"{V2}/Regulations?EndUserType=robot")
    await api.refused("GET", f"{V2}/Regulations/RN{'a' * 32}", status=404, code=20404)
    await api.refused("GET", f"{V2}/Regulations?Country=GB", code=20001)


async def test_the_types_say_their_fields(api: Api) -> None:
    for path, key in (
        ("EndUserTypes", "end_user_types"),
        ("SupportingDocumentTypes", "supporting_document_types"),
    ):
        for one in await rows(api, f"{V2}/{path}", key):
            assert (await api.ask("GET", f"{V2}/{path}/{one['sid']}")).body == one
            assert (await api.ask("GET", f"{V2}/{path}/{one['machine_name']}")).body == one
        await api.refused("GET", f"{V2}/{path}/nothing", status=404, code=20404)


async def test_lists_have_pages_by_url(api: Api) -> None:
    for name in "abc":
        await created(api, f"{V2}/EndUsers", FriendlyName=name, Type="business")
    page = (await api.ask("GET", f"{V2}/EndUsers?PageSize=2")).body
    assert page["meta"]["key"] == "results"
    assert page["meta"]["previous_page_url"] is None
    url = page["meta"]["next_page_url"]
    assert url.startswith(f"https://numbers.twilio.com{V2}/EndUsers?PageSize=2&Page=1&PageToken=")
    last = (await api.ask("GET", url.removeprefix("https://numbers.twilio.com"))).body
    assert [one["friendly_name"] for one in last["results"]] == ["c"]
    assert last["meta"]["next_page_url"] is None
    await api.refused("GET", f"{V2}/EndUsers?Page=1")
