from __future__ import annotations

from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json
from ..numbers_v1.port_in_requests import Clock
from .numbers import (
    CHILD,
    OWN,
    SISTER,
    STRANGER,
    add_accounts,
    as_account,
    buy,
    described_2010,
    number,
    numbers,
    rows,
)

LIST = f"{numbers()}.json"
NOWHERE = "PN" + "0" * 32


async def test_every_operation_of_2010_is_there_and_asks_who_is_there(api: Api) -> None:
    seen: set[str] = set()
    for method, path, operation in described_2010():
        await api.refused(method, path, status=401, code=20003, auth="")
        seen.add(operation)
    assert seen == set(api.sandbox.traffic.operations)
    assert len(seen) == 26


async def test_numbers_are_put_in_with_what_they_are_like(api: Api, sandbox: Sandbox) -> None:
    url = "https://www.example.com/voice"
    sids = sandbox.incoming_phone_numbers.add(["+12125550100", "+18005550100"], voice_url=url, beta=True)
    assert sandbox.incoming_phone_numbers.of() == dict(
        zip(sids, ["+12125550100", "+18005550100"], strict=True)
    )
    local, toll_free = await rows(api, LIST)
    assert (local["sid"], local["friendly_name"], local["type"]) == (sids[0], "(212) 555-0100", "local")
    assert (toll_free["sid"], toll_free["type"]) == (sids[1], "toll-free")
    assert {local["voice_url"], toll_free["voice_url"]} == {url}
    assert local["beta"]
    assert (local["sms_url"], local["sms_application_sid"], local["address_sid"]) == ("", "", None)
    assert local["capabilities"] == {"voice": True, "sms": True, "mms": True, "fax": False}
    assert parsedate_to_datetime(local["date_created"]).utcoffset() is not None
    assert local["uri"] == number(sids[0])


async def test_made_up_numbers_are_new_each_time(sandbox: Sandbox) -> None:
    sandbox.incoming_phone_numbers.add(["+15552000001"])
    sandbox.incoming_phone_numbers.add(2)
    sandbox.incoming_phone_numbers.add(1)
    made_up = list(sandbox.incoming_phone_numbers.of().values())
    assert made_up == ["+15552000001", "+15552000000", "+15552000002", "+15552000003"]


def test_what_cannot_be_put_in_is_an_error() -> None:
    sandbox = Sandbox()
    sandbox.incoming_phone_numbers.add(["+12125550100"])
    for wrong in (["2125550100"], ["+12125550101", "+12125550101"], ["+12125550100"], -1):
        with pytest.raises(ValueError, match="numbers"):
            sandbox.incoming_phone_numbers.add(wrong)
    with pytest.raises(LookupError):
        sandbox.incoming_phone_numbers.add(1, "AC" + "e" * 32)
    assert len(sandbox.incoming_phone_numbers.of()) == 1


async def test_one_number_is_fetched(api: Api, sandbox: Sandbox) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    answer = await api.ask("GET", number(sid))
    assert (answer.status, answer.body["sid"]) == (200, sid)
    await api.refused("GET", number(NOWHERE), status=404, code=20404)
    await api.refused("GET", f"{number(sid)}?Page=1", code=20001)


# accounts


async def test_a_parent_acts_for_its_subaccounts_and_nobody_else(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    (sid,) = sandbox.incoming_phone_numbers.add(1, CHILD)
    assert (await api.ask("GET", number(sid, CHILD))).body["account_sid"] == CHILD
    assert (await api.ask("GET", number(sid, CHILD), auth=as_account(CHILD))).status == 200
    await api.refused("GET", number(sid), status=404, code=20404)
    for caller, account in ((OWN, STRANGER), (CHILD, OWN), (CHILD, SISTER), (STRANGER, OWN), (OWN, "AC1")):
        auth = None if caller == OWN else as_account(caller)
        for path in (f"{numbers(account)}.json", number(sid, account), f"{numbers(account)}/Local.csv"):
            await api.refused("GET", path, status=404, code=20404, auth=auth)
        await api.refused("POST", f"{numbers(account)}.json", form={}, status=404, code=20404, auth=auth)


# the list


async def test_the_pages_of_a_list_are_reached_by_their_uris_only(api: Api, sandbox: Sandbox) -> None:
    sids = sandbox.incoming_phone_numbers.add(5)
    sandbox.incoming_phone_numbers.add(1, origin="hosted")
    last = sandbox.incoming_phone_numbers.add(1)
    path, seen, pages = f"{LIST}?Origin=twilio&PageSize=2", list[str](), list[Json]()
    while path:
        page = (await api.ask("GET", path)).body
        seen += [row["sid"] for row in page["incoming_phone_numbers"]]
        pages.append(page)
        path = page["next_page_uri"]
    assert seen == [*sids, *last]
    assert [(p["page"], p["start"], p["end"], p["page_size"]) for p in pages] == [
        (0, 0, 1, 2),
        (1, 2, 3, 2),
        (2, 4, 5, 2),
    ]
    assert pages[0]["first_page_uri"] == pages[2]["first_page_uri"] == pages[0]["uri"]
    assert pages[0]["uri"] == f"{LIST}?Origin=twilio&PageSize=2&Page=0"
    assert pages[0]["previous_page_uri"] is None
    back = (await api.ask("GET", pages[2]["previous_page_uri"])).body
    assert back["incoming_phone_numbers"] == pages[1]["incoming_phone_numbers"]
    assert back["page"] == 1
    assert (await api.ask("GET", back["next_page_uri"])).body["uri"] == pages[2]["uri"]
    token = dict(parse_qsl(pages[1]["uri"].partition("?")[2]))["PageToken"]
    assert (await rows(api, f"{LIST}?PageSize=1&Page=1&PageToken={token}"))[0]["sid"] == sids[2]


async def test_nothing_is_skipped_while_numbers_go(api: Api, sandbox: Sandbox) -> None:
    sids = sandbox.incoming_phone_numbers.add(6)
    page = (await api.ask("GET", f"{LIST}?PageSize=2")).body
    for sid in sids[:3]:
        assert (await api.ask("DELETE", number(sid))).status == 204
    rest = (await api.ask("GET", page["next_page_uri"])).body
    assert [row["sid"] for row in rest["incoming_phone_numbers"]] == list(sids[3:5])
    assert (await rows(api, rest["previous_page_uri"])) == []


async def test_a_page_holds_fifty_by_default_and_a_thousand_at_most(api: Api, sandbox: Sandbox) -> None:
    empty = (await api.ask("GET", LIST)).body
    assert (empty["start"], empty["end"], empty["next_page_uri"]) == (0, 0, None)
    sandbox.incoming_phone_numbers.add(1001)
    assert len(await rows(api, LIST)) == 50
    assert len(await rows(api, f"{LIST}?PageSize=1000")) == 1000


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=1001", 20007),
        ("PageSize=0", 70002),
        ("Page=1", 70002),
        ("Page=-1", 70002),
        ("Page=1&PageToken=PA1", 70002),
        ("PageToken=PX" + "0" * 32, 70002),
        ("Beta=perhaps", 70002),
        ("Origin=elsewhere", 70002),
        ("PhoneNumber=555-0100", 70002),
        ("PhoneNumber=", 70002),
        ("PhoneNumber=1&PhoneNumber=2", 70002),
        ("friendlyName=x", 20001),
        ("AreaCode=415", 20001),
    ],
)
async def test_the_query_of_the_list_is_checked(api: Api, query: str, code: int) -> None:
    for path in (LIST, f"{numbers()}/Local.json", f"{numbers()}.csv"):
        await api.refused("GET", f"{path}?{query}", code=code)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "abcd"),
        ("PhoneNumber=%2B12125550100", "a"),
        ("PhoneNumber=212", "a"),
        ("PhoneNumber=55501*0", "abc"),
        ("PhoneNumber=%2B1800", "c"),
        ("PhoneNumber=%2B800", ""),
        ("PhoneNumber=%2B********12*", "c"),
        ("PhoneNumber=************", ""),
        ("FriendlyName=Main+line", "b"),
        ("FriendlyName=Main", ""),
        ("Beta=true", "abcd"),
        ("Beta=false", "abd"),
        ("Origin=hosted", "d"),
        ("Origin=twilio&PhoneNumber=415", "b"),
    ],
)
async def test_the_list_is_filtered(api: Api, sandbox: Sandbox, query: str, expected: str) -> None:
    sandbox.incoming_phone_numbers.add(["+12125550100"])
    sandbox.incoming_phone_numbers.add(["+14155550110"], friendly_name="Main line", type="mobile")
    sandbox.incoming_phone_numbers.add(["+18005550120"], beta=True)
    sandbox.incoming_phone_numbers.add(["+15552223333"], origin="hosted")
    names = dict(zip(sandbox.incoming_phone_numbers.of(), "abcd", strict=True))
    assert "".join(names[row["sid"]] for row in await rows(api, f"{LIST}?{query}")) == expected


async def test_the_sub_lists_have_their_kind_and_do_not_say_it(api: Api, sandbox: Sandbox) -> None:
    sids = sandbox.incoming_phone_numbers.add(["+12125550100", "+18005550100"])
    (mobile,) = sandbox.incoming_phone_numbers.add(1, type="mobile")
    for name, sid in (("Local", sids[0]), ("TollFree", sids[1]), ("Mobile", mobile)):
        (row,) = await rows(api, f"{numbers()}/{name}.json")
        assert row["sid"] == sid
        assert "type" not in row
        assert await rows(api, f"{numbers()}/{name}.json?PhoneNumber=999") == []


# updates


async def test_every_setting_is_set_and_cleared(api: Api) -> None:
    created = await buy(api, PhoneNumber="+15005550006")
    path = created["uri"]
    url = "https://www.example.com/x?a=1"
    sids = {
        "SmsApplicationSid": "AP" + "1" * 32,
        "EmergencyAddressSid": "AD" + "1" * 32,
        "TrunkSid": "TK" + "1" * 32,
        "IdentitySid": "RI" + "1" * 32,
        "AddressSid": "AD" + "2" * 32,
        "BundleSid": "BU" + "1" * 32,
    }
    urls = dict.fromkeys(["SmsFallbackUrl", "SmsUrl", "StatusCallback", "VoiceFallbackUrl", "VoiceUrl"], url)
    others = {
        "ApiVersion": "2008-08-01",
        "FriendlyName": "Main line",
        "SmsFallbackMethod": "GET",
        "SmsMethod": "GET",
        "StatusCallbackMethod": "GET",
        "VoiceFallbackMethod": "GET",
        "VoiceMethod": "GET",
        "VoiceCallerIdLookup": "true",
        "EmergencyStatus": "Active",
        "VoiceReceiveMode": "fax",
    }
    updated = (await api.form("POST", path, sids | urls | others)).body
    changed = {name: updated[name] for name in updated if updated[name] != created[name]}
    assert set(changed) == {snake(name) for name in (sids | urls | others)} | {"emergency_address_status"}
    assert changed["voice_caller_id_lookup"] is True
    assert changed["emergency_address_status"] == "registered"
    assert changed["trunk_sid"] == sids["TrunkSid"]

    cleared = (await api.form("POST", path, dict.fromkeys([*sids, *urls, "FriendlyName"], ""))).body
    assert cleared["emergency_address_status"] == "unregistered"
    assert {cleared[snake(name)] for name in urls} == {""}
    assert {name: cleared[snake(name)] for name in sids} == dict.fromkeys(sids) | {"SmsApplicationSid": ""}
    assert cleared["friendly_name"] == ""
    assert cleared["voice_method"] == "GET"
    assert (await api.ask("GET", path)).body == cleared


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


async def test_a_trunk_and_a_voice_application_take_each_others_place(api: Api, sandbox: Sandbox) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    trunk, application = "TK" + "1" * 32, "AP" + "1" * 32
    for sent, expected in (
        ({"VoiceApplicationSid": application}, (None, application)),
        ({"TrunkSid": trunk}, (trunk, "")),
        ({"VoiceApplicationSid": application}, (None, application)),
    ):
        body = (await api.form("POST", number(sid), sent)).body
        assert (body["trunk_sid"], body["voice_application_sid"]) == expected


async def test_an_update_says_when(clock_sandbox: tuple[Sandbox, Clock]) -> None:
    sandbox, clock = clock_sandbox
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    async with Api(sandbox) as api:
        clock.later(hours=1)
        assert (await api.form("POST", number(sid), {})).body[
            "date_updated"
        ] == "Mon, 05 May 2025 12:00:00 +0000"
        body = (await api.form("POST", number(sid), {"FriendlyName": "x"})).body
    assert (body["date_created"], body["date_updated"]) == (
        "Mon, 05 May 2025 12:00:00 +0000",
        "Mon, 05 May 2025 13:00:00 +0000",
    )


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"VoiceUrl": "www.example.com"}, 70002),
        ({"StatusCallback": "ftp://www.example.com"}, 70002),
        ({"VoiceMethod": "PUT"}, 70002),
        ({"VoiceMethod": ""}, 70002),
        ({"VoiceApplicationSid": "AD" + "1" * 32}, 70002),
        ({"TrunkSid": "TK1"}, 70002),
        ({"BundleSid": "BU" + "1" * 32 + "\n"}, 70002),
        ({"VoiceCallerIdLookup": "yes"}, 70002),
        ({"EmergencyStatus": "active"}, 70002),
        ({"VoiceReceiveMode": "both"}, 70002),
        ({"ApiVersion": "2011"}, 70002),
        ({"FriendlyName": "x" * 65}, 70002),
        ({"AccountSid": "AC1"}, 70002),
        ({"voice_url": "https://www.example.com"}, 20001),
        ({"PhoneNumber": "+12125550100"}, 20001),
    ],
)
async def test_an_update_is_checked(api: Api, sandbox: Sandbox, sent: dict[str, str], code: int) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    before = (await api.ask("GET", number(sid))).body
    await api.refused("POST", number(sid), form=sent, code=code)
    await api.refused("POST", number(sid), {"FriendlyName": "x"}, status=415)
    assert (await api.ask("GET", number(sid))).body == before
    await api.refused("POST", number(NOWHERE), form={}, status=404, code=20404)


# releases


async def test_a_number_is_released(api: Api, sandbox: Sandbox) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(["+12125550100"])
    assert (await api.portability("+12125550100")).body["not_portable_reason_code"] == 22131
    assert (await api.ask("DELETE", number(sid))).status == 204
    await api.refused("DELETE", number(sid), status=404, code=20404)
    assert await rows(api, LIST) == []
    assert (await api.portability("+12125550100")).body["portable"]


async def test_a_number_that_is_kept_is_not_released(api: Api, sandbox: Sandbox) -> None:
    first, second = sandbox.incoming_phone_numbers.add(2)
    sandbox.incoming_phone_numbers.refuse_release(first)
    await api.refused("DELETE", number(first), code=22350)
    assert (await api.ask("DELETE", number(second))).status == 204
    assert list(sandbox.incoming_phone_numbers.of()) == [first]


async def test_forty_thousand_numbers_are_listed(api: Api, sandbox: Sandbox) -> None:
    sids = sandbox.incoming_phone_numbers.add(40_000)
    path, seen = f"{LIST}?PageSize=1000", list[str]()
    while path:
        page = (await api.ask("GET", path, checked=False)).body
        seen += [row["sid"] for row in page["incoming_phone_numbers"]]
        path = page["next_page_uri"]
    assert seen == list(sids)
    assert sandbox.traffic.operations["ListIncomingPhoneNumber"] == 40
