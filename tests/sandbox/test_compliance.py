"""Addresses, accounts and regulatory compliance, as the sandbox answers them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import raw_server, reply
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import verify

from .checked_client import Answer, Api, Json, basic
from .numbers_v1.port_in_requests import Clock

V2 = "/v2/RegulatoryCompliance"
ACCOUNT = "/2010-04-01/Accounts/" + "AC" + "a" * 32
ADDRESSES = f"{ACCOUNT}/Addresses"
NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"
CHILD = "AC" + "b" * 32
ADDRESS = {
    "CustomerName": "Example Ltd",
    "Street": "1 Example Street",
    "City": "London",
    "Region": "London",
    "PostalCode": "N1 1AA",
    "IsoCountry": "gb",
}
END_USER = {"business_name": "Example Ltd", "business_registration_number": "01234567"}
EXCERPT = {"business_name": "Example Ltd", "document_number": "01234567"}


async def created(api: Api, path: str, **fields: Any) -> Json:
    """What a POST with a form creates."""
    sent = {
        name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in fields.items()
    }
    answer = await api.form("POST", path, sent)
    assert answer.status == 201, answer.content
    made: Json = answer.body
    return made


async def rows(api: Api, path: str, key: str = "results") -> list[Json]:
    found: list[Json] = (await api.ask("GET", path)).body[key]
    return found


async def regulation(api: Api, country: str = "GB", kind: str = "local", user: str = "business") -> Json:
    (found,) = await rows(api, f"{V2}/Regulations?IsoCountry={country}&NumberType={kind}&EndUserType={user}")
    return found


async def filled(api: Api, **bundle: Any) -> str:
    """A British draft with all that it needs."""
    address = await created(api, f"{ADDRESSES}.json", **ADDRESS)
    user = await created(api, f"{V2}/EndUsers", FriendlyName="x", Type="business", Attributes=END_USER)
    excerpt = await created(
        api,
        f"{V2}/SupportingDocuments",
        FriendlyName="x",
        Type="commercial_registrar_excerpt",
        Attributes=EXCERPT,
    )
    home = await created(
        api,
        f"{V2}/SupportingDocuments",
        FriendlyName="x",
        Type="address",
        Attributes={"address_sids": [address["sid"]]},
    )
    rule = (await regulation(api))["sid"]
    made = await created(
        api, f"{V2}/Bundles", FriendlyName="x", Email="name@example.com", RegulationSid=rule, **bundle
    )
    for item in (user, excerpt, home):
        await created(api, f"{V2}/Bundles/{made['sid']}/ItemAssignments", ObjectSid=item["sid"])
    sid: str = made["sid"]
    return sid


async def submit(api: Api, sid: str) -> Answer:
    return await api.form("POST", f"{V2}/Bundles/{sid}", {"Status": "pending-review"})


async def bundle(api: Api, sid: str) -> Json:
    found: Json = (await api.ask("GET", f"{V2}/Bundles/{sid}")).body
    return found


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


async def test_addresses_are_kept_and_found(api: Api) -> None:
    made = await created(api, f"{ADDRESSES}.json", **ADDRESS, FriendlyName="Office", EmergencyEnabled="true")
    one = f"{ADDRESSES}/{made['sid']}.json"
    assert (made["iso_country"], made["emergency_enabled"]) == ("GB", True)
    assert (await api.ask("GET", one)).body == made
    changed = (await api.form("POST", one, {"City": "Leeds", "FriendlyName": ""})).body
    assert (changed["city"], changed["friendly_name"], changed["street"]) == ("Leeds", "", "1 Example Street")
    for query, count in (
        ("IsoCountry=GB", 1),
        ("IsoCountry=DE", 0),
        ("CustomerName=Example+Ltd&EmergencyEnabled=true", 1),
        ("FriendlyName=Office", 0),
    ):
        assert len(await rows(api, f"{ADDRESSES}.json?{query}", "addresses")) == count
    assert (await api.ask("DELETE", one)).status == 204
    await api.refused("GET", one, status=404, code=20404)
    for missing in ("Street", "IsoCountry"):
        fields = {name: value for name, value in ADDRESS.items() if name != missing}
        await api.refused("POST", f"{ADDRESSES}.json", form=fields)
    for wrong in ({"IsoCountry": "Britain"}, {"CustomerName": " "}, {"FriendlyName": "x" * 65}):
        await api.refused("POST", f"{ADDRESSES}.json", form=ADDRESS | wrong)


async def test_an_address_that_is_needed_stays(api: Api, sandbox: Sandbox) -> None:
    sid = await filled(api)
    (address,) = await rows(api, f"{ADDRESSES}.json", "addresses")
    assert (await submit(api, sid)).status == 200
    await api.refused("DELETE", f"{ADDRESSES}/{address['sid']}.json", code=21628)
    sandbox.reject_bundle(sid)
    sandbox.add_numbers(1, emergency_address_sid=address["sid"])
    dependent = await rows(
        api, f"{ADDRESSES}/{address['sid']}/DependentPhoneNumbers.json", "dependent_phone_numbers"
    )
    assert [(one["emergency_address_sid"], one["voice_url"]) for one in dependent] == [(address["sid"], None)]
    await api.refused("DELETE", f"{ADDRESSES}/{address['sid']}.json", code=21628)


async def test_accounts_are_made_renamed_and_closed(api: Api, sandbox: Sandbox) -> None:
    accounts = "/2010-04-01/Accounts.json"
    made = await created(api, accounts, FriendlyName="Branch")
    one = f"/2010-04-01/Accounts/{made['sid']}.json"
    assert made["owner_account_sid"] == sandbox.account_sid
    assert (await api.ask("POST", accounts)).status == 201
    child = basic(made["sid"], made["auth_token"])
    assert [row["sid"] for row in (await api.ask("GET", accounts, auth=child)).body["accounts"]] == [
        made["sid"]
    ]
    await api.refused("POST", accounts, form={}, auth=child)
    await api.refused("GET", f"{ACCOUNT}.json", status=404, code=20404, auth=child)
    assert (await api.ask("GET", f"{ACCOUNT}.json")).body["sid"] == sandbox.account_sid
    assert (await api.ask("GET", one)).body == made
    assert len(await rows(api, accounts, "accounts")) == 3
    assert len(await rows(api, f"{accounts}?FriendlyName=Branch&Status=active", "accounts")) == 1
    changed = (await api.form("POST", one, {"FriendlyName": "Shop", "Status": "closed"})).body
    assert (changed["friendly_name"], changed["status"]) == ("Shop", "closed")
    await api.refused("POST", one, form={"Status": "active"})
    await api.refused("POST", f"{ACCOUNT}.json", form={"Status": "closed"})


async def test_items_are_changed_and_deleted_while_they_are_free(api: Api) -> None:
    user = await created(api, f"{V2}/EndUsers", FriendlyName="x", Type="individual", Attributes={"a": 1})
    one = f"{V2}/EndUsers/{user['sid']}"
    changed = (await api.form("POST", one, {"Attributes": '{"b": 2}'})).body
    assert (changed["attributes"], changed["friendly_name"]) == ({"b": 2}, "x")
    assert (await api.form("POST", one, {"FriendlyName": "y"})).body["attributes"] == {"b": 2}
    assert (await api.ask("DELETE", one)).status == 204
    await api.refused("GET", one, status=404, code=20404)
    paper = await created(api, f"{V2}/SupportingDocuments", FriendlyName="x", Type="passport")
    one = f"{V2}/SupportingDocuments/{paper['sid']}"
    assert (await api.form("POST", one, {"FriendlyName": "y"})).body["friendly_name"] == "y"
    assert (await api.ask("DELETE", one)).status == 204
    await api.refused("DELETE", one, status=404, code=20404)
    for path, fields in (
        ("EndUsers", {"FriendlyName": "x", "Type": "robot"}),
        ("EndUsers", {"FriendlyName": "x", "Type": "business", "Attributes": "[]"}),
        ("SupportingDocuments", {"FriendlyName": "x", "Type": "library_card"}),
        ("SupportingDocuments", {"FriendlyName": "x", "Type": "passport", "Attributes": "{"}),
    ):
        await api.refused("POST", f"{V2}/{path}", form=fields)
    sid = await filled(api)
    await submit(api, sid)
    for item in await rows(api, f"{V2}/Bundles/{sid}/ItemAssignments"):
        kind = "EndUsers" if item["object_sid"].startswith("IT") else "SupportingDocuments"
        await api.refused("DELETE", f"{V2}/{kind}/{item['object_sid']}", status=409, code=20409)


def form_with_file(
    fields: Mapping[str, str], content: bytes, media_type: str
) -> tuple[bytes, dict[str, str]]:
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--xx\r\nContent-Disposition: form-data; name="File"; filename="a"\r\nContent-Type: {media_type}\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, b"\r\n--xx--\r\n"])
    return body, {"Content-Type": "multipart/form-data; boundary=xx"}


@pytest.mark.parametrize(
    ("fields", "content", "status"),
    [
        ({"FriendlyName": "x", "Type": "passport", "Attributes": "{}"}, b"%PDF-1.7", 201),
        ({"FriendlyName": "x"}, b"%PDF-1.7", 400),
        ({"FriendlyName": "x", "Type": "passport", "Kind": "y"}, b"%PDF-1.7", 400),
        ({"FriendlyName": "x", "Type": "passport"}, b"GIF89a", 400),
        ({"FriendlyName": "x", "Type": "passport"}, b"%PDF-" + bytes(5 * 1024 * 1024), 413),
    ],
)
async def test_a_document_may_have_a_file(
    api: Api, fields: dict[str, str], content: bytes, status: int
) -> None:
    data, headers = form_with_file(fields, content, "application/pdf")
    answer = await api.ask("POST", f"{V2}/SupportingDocuments", data=io.BytesIO(data), headers=headers)
    assert answer.status == status
    if status == 201:
        assert answer.body["mime_type"] == "application/pdf"


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
        sandbox.approve_bundle(sid)


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
        sandbox.approve_bundle(sid, valid_until=None if year is None else now.replace(year=year))
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
    sandbox.add_account(CHILD, "token", parent=sandbox.account_sid)
    sandbox.add_account("AC" + "c" * 32, "token")
    sid = await filled(api)
    await submit(api, sid)
    sandbox.approve_bundle(sid)
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
    sandbox.approve_bundle(copy["sid"], valid_until=until)
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


async def test_each_change_is_told_to_the_status_callback(api: Api, sandbox: Sandbox) -> None:
    async with raw_server(reply(b"")) as receiver:
        sid = await filled(api, StatusCallback=f"{receiver.url}/bundles?x=1")
        await submit(api, sid)
        sandbox.review_bundle(sid)
        sandbox.reject_bundle(sid, field="business_name", reason="It does not match")
        await sandbox.webhooks_delivered()
        said: list[dict[str, str]] = []
        for received in receiver.received:
            url = receiver.url + received.target
            verify(url, received.body, received.headers, auth_token=sandbox.auth_token)
            said.append(dict(parse_qsl(received.body.decode())))
    assert [one["Status"] for one in said] == ["pending-review", "in-review", "twilio-rejected"]
    assert {one["BundleSid"] for one in said} == {sid}
    assert said[-1]["FailureReason"] == "It does not match"


async def test_a_review_may_go_on_by_itself() -> None:
    async with Sandbox(review_pace=0.01) as sandbox, Api(sandbox) as api:
        sid = await filled(api)
        await submit(api, sid)
        async with sandbox.client() as twilio:
            assert (await twilio.bundles.wait(sid, pause=0.01)).status == "twilio-approved"
        test = await filled(api, IsTest="true")
        assert (await submit(api, test)).body["status"] == "twilio-rejected"
        with pytest.raises(ValueError, match="submitted"):
            sandbox.approve_bundle(sid)
        with pytest.raises(ValueError, match="approved"):
            sandbox.expire_bundle(test)
    with pytest.raises(ValueError, match="review_pace"):
        Sandbox(review_pace=-1)


async def test_an_approval_ends_when_its_time_is_up(clock_sandbox: tuple[Sandbox, Clock]) -> None:
    sandbox, clock = clock_sandbox
    async with Api(sandbox) as api:
        sid = await filled(api)
        await submit(api, sid)
        sandbox.approve_bundle(sid, valid_until=clock() + dt.timedelta(hours=1))
        assert (await bundle(api, sid))["status"] == "twilio-approved"
        clock.later(hours=2)
        assert (await bundle(api, sid))["status"] == "twilio-rejected"


async def test_buying_asks_for_a_bundle_that_is_approved_for_it(api: Api, sandbox: Sandbox) -> None:
    sid = await filled(api)
    (address,) = await rows(api, f"{ADDRESSES}.json", "addresses")
    papers = {"AddressSid": address["sid"], "BundleSid": sid}
    british = {"PhoneNumber": "+441632960000"} | papers
    await api.refused("POST", NUMBERS, form=british, code=21649)
    await submit(api, sid)
    sandbox.approve_bundle(sid)
    assert (await api.form("POST", NUMBERS, british)).status == 201
    await api.refused("DELETE", f"{V2}/Bundles/{sid}", code=21648)
    for number in ("+447700900000", "+493023125000", "+61255500000", "+81300000000"):
        await api.refused("POST", NUMBERS, form={"PhoneNumber": number} | papers, code=21649)
        await api.refused("POST", NUMBERS, form={"PhoneNumber": number}, code=21631)
    unknown = {"PhoneNumber": "+493023125000", "AddressSid": "AD" + "b" * 32, "BundleSid": "BU" + "b" * 32}
    assert (await api.form("POST", NUMBERS, unknown)).status == 201  # what is not known is taken as given
    async with Sandbox(strict_compliance=True) as strict, Api(strict) as asked:
        await asked.refused("POST", NUMBERS, form=unknown, code=21631)
        made = await created(asked, f"{ADDRESSES}.json", **ADDRESS)
        await asked.refused("POST", NUMBERS, form=unknown | {"AddressSid": made["sid"]}, code=21649)
