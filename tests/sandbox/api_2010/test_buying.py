from __future__ import annotations

import aiohttp
import pytest

from twilio_numbers_async.sandbox import Fault, Sandbox

from ..checked_client import Api
from ..numbers_v1.port_in_requests import create as create_port_in
from .numbers import CHILD, OWN, SISTER, STRANGER, add_accounts, as_account, buy, found, number, numbers, rows

LIST = f"{numbers()}.json"
ADDRESS = "AD" + "1" * 32
BUNDLE = "BU" + "1" * 32


async def test_a_number_is_bought_and_leaves_the_stock(api: Api, sandbox: Sandbox) -> None:
    first = (await found(api))[0]
    bought = await buy(api, PhoneNumber=first["phone_number"], VoiceUrl="https://www.example.com")
    assert bought["voice_url"] == "https://www.example.com"
    for name in ("phone_number", "friendly_name", "capabilities", "beta", "address_requirements"):
        assert bought[name] == first[name]
    assert await rows(api, LIST) == [bought]
    assert first not in await found(api)
    assert (await api.portability(first["phone_number"])).body["not_portable_reason_code"] == 22131
    await api.refused("POST", LIST, form={"PhoneNumber": first["phone_number"]}, code=21422)
    assert (await api.ask("DELETE", bought["uri"])).status == 204
    assert (await found(api))[0] == first


async def test_a_number_of_an_area_code_is_bought(api: Api, sandbox: Sandbox) -> None:
    kinds: list[str] = []
    for code in ("415", "415", "800", "787", "416"):
        bought = await buy(api, AreaCode=code)
        assert bought["phone_number"].startswith(f"+1{code}55501")
        kinds.append(bought["type"])
    assert kinds == ["local", "local", "toll-free", "local", "local"]
    assert len(set(sandbox.incoming_phone_numbers.of().values())) == 5


async def test_an_area_code_gives_what_the_request_is_enough_for(api: Api) -> None:
    for _ in range(85):  # of a hundred, five of 20 times three need an address
        await buy(api, AreaCode="604")
    await api.refused("POST", LIST, form={"AreaCode": "604"}, code=21452)
    for _ in range(15):
        assert (await buy(api, AreaCode="604", AddressSid=ADDRESS))["address_sid"] == ADDRESS
    await api.refused("POST", LIST, form={"AreaCode": "604", "AddressSid": ADDRESS}, code=21452)
    assert await found(api, "CA", query="?AreaCode=604") == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 70002),
        ({"PhoneNumber": ""}, 70002),
        ({"PhoneNumber": "+15005550006", "AreaCode": "500"}, 70002),
        ({"PhoneNumber": "5005550006"}, 21421),
        ({"PhoneNumber": "+10005550100"}, 21421),
        ({"PhoneNumber": "+1415555010"}, 21421),
        ({"PhoneNumber": "+14155550200"}, 21422),
        ({"PhoneNumber": "+442079460000"}, 21422),
        ({"AreaCode": "41"}, 21451),
        ({"AreaCode": "015"}, 21451),
        ({"AreaCode": "999"}, 21452),
        ({"AreaCode": "533"}, 21452),
        ({"PhoneNumber": "+15005550000"}, 21422),
        ({"PhoneNumber": "+15005550001"}, 21421),
        ({"PhoneNumber": "+15005550021"}, 21631),
        ({"PhoneNumber": "+15005550022"}, 21649),
        ({"PhoneNumber": "+15005550023"}, 22300),
        ({"PhoneNumber": "+14155550115"}, 21631),
        ({"PhoneNumber": "+447700900000"}, 21631),
        ({"PhoneNumber": "+447700900000", "AddressSid": ADDRESS}, 21649),
        ({"PhoneNumber": "+15005550006", "VoiceUrl": "example"}, 70002),
        ({"PhoneNumber": "+15005550006", "AccountSid": OWN}, 20001),
    ],
)
async def test_what_cannot_be_bought(api: Api, form: dict[str, str], code: int) -> None:
    message = await api.refused("POST", LIST, form=form, code=code)
    assert form.get("PhoneNumber", "")[2:] not in message or not form.get("PhoneNumber")
    assert await rows(api, LIST) == []


async def test_magic_numbers_and_what_needs_more_are_bought(api: Api, sandbox: Sandbox) -> None:
    sids = {(await buy(api, PhoneNumber="+15005550006"))["sid"] for _ in range(2)}
    bought = await buy(api, AreaCode="500")
    assert bought["phone_number"] == "+15005550006"
    assert len(sids | {bought["sid"]}) == 3
    await buy(api, PhoneNumber="+15005550021", AddressSid=ADDRESS)
    await buy(api, PhoneNumber="+15005550022", BundleSid=BUNDLE)
    british = await buy(api, PhoneNumber="+447700900000", AddressSid=ADDRESS, BundleSid=BUNDLE)
    assert (british["type"], british["friendly_name"]) == ("mobile", "+447700900000")
    add_accounts(sandbox)
    assert (await api.form("POST", bought["uri"], {"AccountSid": CHILD})).status == 200
    for sid in sids:
        assert (await api.ask("DELETE", number(sid))).status == 204
    assert (len(sandbox.incoming_phone_numbers.of()), len(sandbox.incoming_phone_numbers.of(CHILD))) == (3, 1)


@pytest.mark.parametrize(
    ("name", "good", "wrong"),
    [
        ("Local", "+14155550100", "+18005550100"),
        ("Mobile", "+15559010000", "+14155550100"),
        ("TollFree", "+18005550100", "+14155550100"),
        ("Mobile", "+15559050001", "+15559020000"),
        ("Local", "+15005550006", "+15559010000"),
    ],
)
async def test_a_number_of_one_kind_is_bought(api: Api, name: str, good: str, wrong: str) -> None:
    path = f"{numbers()}/{name}.json"
    await api.refused("POST", path, form={"PhoneNumber": wrong}, code=21421)
    await api.refused("POST", path, form={}, code=70002)
    await api.refused("POST", path, form={"PhoneNumber": good, "AreaCode": "415"}, code=20001)
    bought = await buy(api, path, PhoneNumber=good)
    assert "type" not in bought
    assert await rows(api, path) == [bought]


async def test_a_stranger_may_be_quicker(api: Api, sandbox: Sandbox) -> None:
    sandbox.available_phone_numbers.sell_found(2, times=2)
    first = [row["phone_number"] for row in await found(api)]
    second = [row["phone_number"] for row in await found(api)]
    assert second[:2] == first[2:4]
    for sold in (*first[:2], *second[:2]):
        await api.refused("POST", LIST, form={"PhoneNumber": sold}, code=21422)
    third = [row["phone_number"] for row in await found(api)]
    await buy(api, PhoneNumber=third[0])
    assert (await api.portability(first[0])).body["not_portable_reason_code"] == 22132
    sandbox.available_phone_numbers.sell(third[1])
    await api.refused("POST", LIST, form={"PhoneNumber": third[1]}, code=21422)
    for again in (third[0], third[1]):
        with pytest.raises(ValueError, match="already"):
            sandbox.available_phone_numbers.sell(again)
    for wrong in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="1 or more"):
            sandbox.available_phone_numbers.sell_found(*wrong)


async def test_a_subaccount_buys_for_itself(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    bought = await buy(api, f"{numbers(CHILD)}.json", AreaCode="415")
    assert bought["account_sid"] == CHILD
    assert sandbox.incoming_phone_numbers.of() == {}
    assert list(sandbox.incoming_phone_numbers.of(CHILD)) == [bought["sid"]]
    assert (await api.portability(bought["phone_number"])).body["not_portable_reason_code"] == 22136


# transfers


async def test_a_number_moves_between_the_accounts_of_a_parent(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    first, _ = sandbox.incoming_phone_numbers.add(2, voice_url="https://www.example.com", address_sid=ADDRESS)
    sandbox.incoming_phone_numbers.add(1, CHILD)
    moved = (await api.form("POST", number(first), {"AccountSid": CHILD, "FriendlyName": "moved"})).body
    assert (moved["account_sid"], moved["sid"], moved["friendly_name"]) == (CHILD, first, "moved")
    assert (moved["voice_url"], moved["address_sid"]) == ("https://www.example.com", None)
    assert moved["uri"] == number(first, CHILD)
    await api.refused("GET", number(first), status=404, code=20404)
    assert (await rows(api, f"{numbers(CHILD)}.json"))[1] == moved
    again = (await api.form("POST", moved["uri"], {"AccountSid": SISTER, "AddressSid": ADDRESS})).body
    assert (again["account_sid"], again["address_sid"]) == (SISTER, ADDRESS)
    back = (await api.form("POST", again["uri"], {"AccountSid": OWN})).body
    assert (await api.portability(back["phone_number"])).body["account_sid"] == OWN
    assert [len(sandbox.incoming_phone_numbers.of(sid)) for sid in (OWN, CHILD, SISTER)] == [2, 1, 0]


async def test_only_the_parent_moves_a_number_and_only_within_its_family(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    (own,), (child,) = sandbox.incoming_phone_numbers.add(1), sandbox.incoming_phone_numbers.add(1, CHILD)
    strangers = sandbox.incoming_phone_numbers.add(1, STRANGER)
    for to in (STRANGER, "AC" + "e" * 32):
        await api.refused("POST", number(own), form={"AccountSid": to}, code=21473)
        await api.refused(
            "POST", number(child, CHILD), form={"AccountSid": to}, code=21473, auth=as_account(CHILD)
        )
    for to in (OWN, SISTER):
        await api.refused(
            "POST", number(child, CHILD), form={"AccountSid": to}, code=21474, auth=as_account(CHILD)
        )
    stays = await api.form("POST", number(child, CHILD), {"AccountSid": CHILD}, auth=as_account(CHILD))
    assert stays.body["account_sid"] == CHILD
    assert [list(sandbox.incoming_phone_numbers.of(sid)) for sid in (OWN, CHILD, STRANGER)] == [
        [own],
        [child],
        [*strangers],
    ]


async def test_what_needs_an_address_needs_one_of_the_new_account(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    (local,) = sandbox.incoming_phone_numbers.add(1, address_requirements="any")
    british = await buy(api, PhoneNumber="+447700900000", AddressSid=ADDRESS, BundleSid=BUNDLE)
    await api.refused("POST", number(local), form={"AccountSid": CHILD}, code=21631)
    sent = {"AccountSid": CHILD, "AddressSid": ADDRESS}
    assert (await api.form("POST", number(local), sent)).body["account_sid"] == CHILD
    await api.refused("POST", british["uri"], form=sent, code=21649)
    assert (await api.form("POST", british["uri"], sent | {"BundleSid": BUNDLE})).body["bundle_sid"] == BUNDLE


async def test_some_transfers_fail_and_every_number_is_in_one_account(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    sids = sandbox.incoming_phone_numbers.add(50)
    every_tenth = sandbox.faults.add(
        Fault.error(400, 21631, "Address required"), every=10, times=100, method="POST", path=f"{numbers()}/*"
    )
    statuses = [(await api.form("POST", number(sid), {"AccountSid": CHILD})).status for sid in sids]
    assert statuses.count(400) == every_tenth.used == 5
    own, child = sandbox.incoming_phone_numbers.of(), sandbox.incoming_phone_numbers.of(CHILD)
    assert (len(own), len(child)) == (5, 45)
    assert own.keys() | child.keys() == set(sids)


async def test_a_lost_answer_of_a_transfer_leaves_it_moved(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    sandbox.faults.add(Fault.drop_after(), path=number(sid))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.form("POST", number(sid), {"AccountSid": CHILD})
    assert list(sandbox.incoming_phone_numbers.of(CHILD)) == [sid]


# numbers that are ported in


async def test_what_is_ported_is_among_the_numbers(api: Api, clock_sandbox: tuple[Sandbox, object]) -> None:
    sandbox, _ = clock_sandbox
    add_accounts(sandbox)
    async with Api(sandbox) as other:
        await create_port_in(other, "+16175550130", "+16175550199")
        assert "+16175550130" not in {
            row["phone_number"] for row in await found(other, query="?AreaCode=617&PageSize=1000")
        }
        sandbox.port_ins.advance(steps=4)
        (row,) = await rows(other, LIST)
        assert row["phone_number"] == "+16175550130"
        await other.form("POST", row["uri"], {"AccountSid": CHILD})
        sid = sandbox.port_ins.sids[0]
        await other.ask("DELETE", f"/v1/Porting/PortIn/{sid}")
        assert (await other.portability("+16175550130")).body["account_sid"] == CHILD
        await other.ask("DELETE", number(row["sid"], CHILD))
        assert (await other.portability("+16175550130")).body["portable"]
