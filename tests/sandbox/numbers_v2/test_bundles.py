"""Bundles: items, evaluations, filters, copies."""

from __future__ import annotations

import datetime as dt

import pytest

from twilio_numbers_async.sandbox import Sandbox, SandboxRuntime

from ..checked_client import Api, basic
from .bundle_requests import (
    CHILD,
    EXCERPT,
    V2,
    created,
    filled,
    regulation,
    rows,
    submit,
)


async def test_an_evaluation_says_what_is_wrong_by_requirement_and_field(api: Api) -> None:
    made = await created(
        api,
        f"{V2}/Bundles",
        FriendlyName="x",
        Email="name@example.com",
        IsoCountry="de",
        NumberType="local",
        EndUserType="business",
    )
    user = await created(
        api,
        f"{V2}/EndUsers",
        FriendlyName="x",
        Type="business",
        Attributes={"business_name": "x", "last_name": " "},
    )
    paper = await created(
        api,
        f"{V2}/SupportingDocuments",
        FriendlyName="x",
        Type="commercial_registrar_excerpt",
        Attributes={"business_name": "x", "address_sids": "AD" + "b" * 32},
    )
    at = f"{V2}/Bundles/{made['sid']}"
    for item in (user, paper):
        await created(api, f"{at}/ItemAssignments", ObjectSid=item["sid"])
    evaluation = await created(api, f"{at}/Evaluations")
    assert evaluation["status"] == "noncompliant"
    assert [
        (
            one["requirement_name"],
            one["passed"],
            one["error_code"],
            [each["object_field"] for each in one["invalid"]],
        )
        for one in evaluation["results"]
    ] == [
        ("business_info", False, 22214, ["business_registration_number", "first_name", "last_name"]),
        ("business_name_info", True, None, []),
        ("business_address_proof_info", False, 22216, ["address_sids"]),
        ("business_reg_no_info", False, 22216, ["document_number"]),
        ("name_of_auth_rep_info", False, 22216, ["first_name", "last_name"]),
        ("power_of_attorney_info", False, 22216, []),
    ]
    assert await rows(api, f"{at}/Evaluations") == [evaluation]
    assert (await api.ask("GET", f"{at}/Evaluations/{evaluation['sid']}")).body == evaluation
    await api.refused("GET", f"{at}/Evaluations/EL{'a' * 32}", status=404, code=20404)
    await api.refused("POST", at, form={"Status": "pending-review"}, code=22217)
    bare = await created(api, f"{V2}/Bundles", FriendlyName="x", Email="name@example.com")
    assert (await created(api, f"{V2}/Bundles/{bare['sid']}/Evaluations"))["status"] == "noncompliant"


async def test_only_a_draft_takes_items(api: Api, sandbox: Sandbox) -> None:
    sid = await filled(api)
    at = f"{V2}/Bundles/{sid}"
    items = await rows(api, f"{at}/ItemAssignments")
    assert (await api.ask("GET", f"{at}/ItemAssignments/{items[0]['sid']}")).body == items[0]
    again = {"ObjectSid": items[0]["object_sid"]}
    await api.refused("POST", f"{at}/ItemAssignments", form=again, status=409, code=20409)
    await api.refused("POST", f"{at}/ItemAssignments", form={"ObjectSid": "RD" + "a" * 32})
    assert (await submit(api, sid)).body["status"] == "pending-review"
    await api.refused("DELETE", f"{at}/ItemAssignments/{items[0]['sid']}", status=409, code=20409)
    await api.refused("DELETE", at, status=409, code=20409)
    await api.refused("POST", at, form={"Status": "twilio-approved"}, status=409, code=20409)
    await api.refused("POST", at, form={"Status": "draft", "FriendlyName": "x"}, code=22204)
    assert (await api.form("POST", at, {"Status": "draft"})).body["status"] == "draft"
    assert (await api.ask("DELETE", f"{at}/ItemAssignments/{items[0]['sid']}")).status == 204
    await api.refused("GET", f"{at}/ItemAssignments/{items[0]['sid']}", status=404, code=20404)
    assert (await api.ask("DELETE", at)).status == 204
    await api.refused("GET", at, status=404, code=20404)
    with pytest.raises(LookupError):
        sandbox.bundles.approve(sid)


@pytest.mark.parametrize(
    "fields",
    [
        {"Email": "nobody"},
        {"StatusCallback": "example.com"},
        {"RegulationSid": "RN" + "a" * 32},
        {"IsoCountry": "GB", "NumberType": "local"},
        {"EndUserType": "robot"},
    ],
)
async def test_a_bundle_that_cannot_be_is_refused(api: Api, fields: dict[str, str]) -> None:
    await api.refused("POST", f"{V2}/Bundles", form={"FriendlyName": "x", "Email": "a@example.com"} | fields)


async def test_bundles_are_filtered_and_sorted(api: Api, sandbox: Sandbox) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    sids = [await filled(api) for _ in range(3)]
    for sid, year in zip(sids, (2032, 2031, None), strict=True):
        await submit(api, sid)
        sandbox.bundles.approve(sid, valid_until=None if year is None else now.replace(year=year))
    draft = (await created(api, f"{V2}/Bundles", FriendlyName="y", Email="a@example.com"))["sid"]
    rule = (await regulation(api))["sid"]
    for query, expected in (
        ("", [*sids, draft]),
        ("Status=draft", [draft]),
        (f"BundleSids={sids[0]},{draft}", [sids[0], draft]),
        ("FriendlyName=y", [draft]),
        (f"RegulationSid={rule}", sids),
        ("IsoCountry=gb&NumberType=local&EndUserType=business", sids),
        ("IsoCountry=DE", []),
        ("HasValidUntilDate=true", sids[:2]),
        ("ValidUntilDate=2031-01-01", [sids[1]]),
        ("ValidUntilDate%3C=2031-06-01T00:00:00Z", [sids[1]]),
        ("ValidUntilDate%3E=2031-06-01T00:00:00Z", [sids[0]]),
        ("SortBy=valid-until", [sids[1], sids[0], sids[2], draft]),
        ("SortBy=valid-until&SortDirection=DESC&HasValidUntilDate=true", sids[:2]),
    ):
        assert [one["sid"] for one in await rows(api, f"{V2}/Bundles?{query}")] == expected, query
    assert len(await rows(api, f"{V2}/Bundles?SortBy=date-updated&PageSize=2")) == 2
    for wrong in ("ValidUntilDate=soon", "Status=null", "HasValidUntilDate=NULL"):
        await api.refused("GET", f"{V2}/Bundles?{wrong}")
    assert await rows(api, f"{V2}/Bundles?FriendlyName=null") == []


async def test_copies_clones_and_replaced_items(api: Api, sandbox: Sandbox) -> None:
    sandbox.accounts.add(CHILD, "token", parent=sandbox.account_sid)
    sandbox.accounts.add("AC" + "c" * 32, "token")
    sid = await filled(api)
    await submit(api, sid)
    sandbox.bundles.approve(sid)
    at = f"{V2}/Bundles/{sid}"
    copy = await created(api, f"{at}/Copies", FriendlyName="renewed")
    assert (copy["status"], copy["friendly_name"]) == ("draft", "renewed")
    assert [one["sid"] for one in await rows(api, f"{at}/Copies")] == [copy["sid"]]
    inside = await rows(api, f"{V2}/Bundles/{copy['sid']}/ItemAssignments")
    assert {one["object_sid"] for one in inside} == {
        one["object_sid"] for one in await rows(api, f"{at}/ItemAssignments")
    }
    replace = {"FromBundleSid": copy["sid"]}
    await api.refused("POST", f"{at}/ReplaceItems", form=replace, status=409, code=20409)
    await api.refused("POST", f"{at}/ReplaceItems", form={"FromBundleSid": sid}, code=22226)
    await api.refused("POST", f"{at}/ReplaceItems", form={"FromBundleSid": "BU" + "a" * 32})
    await api.ask("DELETE", f"{V2}/Bundles/{copy['sid']}/ItemAssignments/{inside[1]['sid']}")
    other = await created(
        api,
        f"{V2}/SupportingDocuments",
        FriendlyName="newer",
        Type="commercial_registrar_excerpt",
        Attributes=EXCERPT,
    )
    await created(api, f"{V2}/Bundles/{copy['sid']}/ItemAssignments", ObjectSid=other["sid"])
    await submit(api, copy["sid"])
    until = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
    sandbox.bundles.approve(copy["sid"], valid_until=until)
    replaced = await created(api, f"{at}/ReplaceItems", **replace)
    assert (replaced["sid"], replaced["valid_until"]) == (sid, "2040-01-01T00:00:00Z")
    assert other["sid"] in {one["object_sid"] for one in await rows(api, f"{at}/ItemAssignments")}
    assert (await api.ask("DELETE", f"{V2}/Bundles/{copy['sid']}")).status == 204
    assert await rows(api, f"{at}/Copies") == []
    for draft, status in (("true", "draft"), ("false", "twilio-approved")):
        clone = await created(api, f"{at}/Clones", TargetAccountSid=CHILD, MoveToDraft=draft)
        assert (clone["account_sid"], clone["status"]) == (CHILD, status)
        auth = basic(CHILD, "token")
        path = f"{V2}/Bundles/{clone['bundle_sid']}/ItemAssignments"
        items = (await api.ask("GET", path, auth=auth)).body["results"]
        assert len(items) == 3
    await api.refused("POST", f"{at}/Clones", form={"TargetAccountSid": "AC" + "c" * 32})


async def test_a_clone_makes_no_sid_for_an_item_that_is_gone() -> None:
    made: list[str] = []

    def new_sid(prefix: str) -> str:
        made.append(f"{prefix}{len(made):032x}")
        return made[-1]

    async with Sandbox(runtime=SandboxRuntime(new_sid=new_sid)) as sandbox, Api(sandbox) as api:
        sandbox.accounts.add(CHILD, "token", parent=sandbox.account_sid)
        sid = await filled(api)
        first = (await rows(api, f"{V2}/Bundles/{sid}/ItemAssignments"))[0]["object_sid"]
        assert (await api.ask("DELETE", f"{V2}/EndUsers/{first}")).status == 204
        before = len(made)
        clone = await created(api, f"{V2}/Bundles/{sid}/Clones", TargetAccountSid=CHILD)
        path = f"{V2}/Bundles/{clone['bundle_sid']}/ItemAssignments"
        items = (await api.ask("GET", path, auth=basic(CHILD, "token"))).body["results"]
    copied = {one["object_sid"] for one in items} - {first}
    assert (len(items), len(copied)) == (3, 2)
    assert {one for one in made[before:] if one[:2] in {"IT", "RD"}} == copied
