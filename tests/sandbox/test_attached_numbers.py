"""Messaging services and trunks: strictness, conflicts, accounts. Answers are checked."""

from __future__ import annotations

import pytest

from twilio_numbers_async.sandbox import Sandbox

from .checked_client import Api, basic

MG, TK = "MG" + "a" * 32, "TK" + "a" * 32
SERVICES, TRUNKS = f"/v1/Services/{MG}/PhoneNumbers", f"/v1/Trunks/{TK}/PhoneNumbers"
PN = "PN" + "f" * 32
SUB, STRANGER = "AC" + "b" * 32, "AC" + "c" * 32
each_path = pytest.mark.parametrize("path", [SERVICES, TRUNKS])


async def test_a_number_of_a_service(sandbox: Sandbox, api: Api) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(["+14155550101"])
    added = await api.form("POST", SERVICES, {"PhoneNumberSid": sid})
    assert added.status == 201
    assert added.body | {"date_created": "", "date_updated": ""} == {
        "sid": sid,
        "account_sid": sandbox.account_sid,
        "service_sid": MG,
        "date_created": "",
        "date_updated": "",
        "phone_number": "+14155550101",
        "country_code": "US",
        "capabilities": ["MMS", "SMS", "Voice"],
        "url": f"https://messaging.twilio.com{SERVICES}/{sid}",
    }
    page = (await api.ask("GET", f"{SERVICES}?PageSize=1")).body
    assert page["phone_numbers"] == [added.body]
    assert page["meta"]["first_page_url"].startswith(f"https://messaging.twilio.com{SERVICES}?")
    assert (page["meta"]["key"], page["meta"]["next_page_url"]) == ("phone_numbers", None)
    assert (await api.ask("GET", f"{SERVICES}/{sid}")).body == added.body
    assert (await api.ask("DELETE", f"{SERVICES}/{sid}")).status == 204
    await api.refused("DELETE", f"{SERVICES}/{sid}", status=404, code=20404)


async def test_a_number_of_a_trunk(sandbox: Sandbox, api: Api) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(["+14155550101"], voice_application_sid="AP" + "a" * 32)
    added = (await api.form("POST", TRUNKS, {"PhoneNumberSid": sid})).body
    number = f"/2010-04-01/Accounts/{sandbox.account_sid}/IncomingPhoneNumbers/{sid}.json"
    assert (added["trunk_sid"], added["voice_application_sid"]) == (TK, None)
    assert added["url"] == f"https://trunking.twilio.com{TRUNKS}/{sid}"
    assert added["links"] == {"phone_number": f"https://api.twilio.com{number}"}
    assert (await api.ask("GET", number)).body["trunk_sid"] == TK
    assert (await api.ask("GET", f"{TRUNKS}/{sid}")).body == added
    assert (await api.ask("DELETE", f"{TRUNKS}/{sid}")).status == 204
    assert (await api.ask("GET", number)).body["trunk_sid"] is None
    await api.form("POST", number, {"TrunkSid": TK})
    assert sandbox.trunks.numbers(TK) == {sid: "+14155550101"}


async def test_a_number_is_in_one_service(sandbox: Sandbox, api: Api) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    other = sandbox.messaging_services.add()
    form = {"PhoneNumberSid": sid}
    await api.form("POST", SERVICES, form)
    await api.refused("POST", SERVICES, form=form, status=409, code=21710)
    await api.refused("POST", f"/v1/Services/{other}/PhoneNumbers", form=form, status=409, code=21712)
    await api.refused("GET", f"/v1/Services/{other}/PhoneNumbers/{sid}", status=404, code=20404)


async def test_a_number_is_on_one_trunk(sandbox: Sandbox, api: Api) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    other = sandbox.trunks.add()
    form = {"PhoneNumberSid": sid}
    await api.form("POST", TRUNKS, form)
    assert "this" in await api.refused("POST", TRUNKS, form=form, status=409, code=20409)
    words = await api.refused("POST", f"/v1/Trunks/{other}/PhoneNumbers", form=form, status=409, code=20409)
    assert "another" in words


@each_path
async def test_the_numbers_are_those_of_the_account(sandbox: Sandbox, api: Api, path: str) -> None:
    sandbox.accounts.add(SUB, "secret", parent=sandbox.account_sid)
    sandbox.accounts.add(STRANGER, "secret")
    (theirs,) = sandbox.incoming_phone_numbers.add(1, SUB)
    for sid in (PN, theirs):
        await api.refused("POST", path, form={"PhoneNumberSid": sid}, status=404, code=20404)
    part = sandbox.messaging_services if path == SERVICES else sandbox.trunks
    owner = part.add(SUB)
    of_sub = path.replace(part.sids[0], owner)
    await api.form("POST", of_sub, {"PhoneNumberSid": theirs})
    assert part.numbers(owner).keys() == {theirs}
    for auth, status in ((None, 200), (basic(SUB, "secret"), 200), (basic(STRANGER, "secret"), 404)):
        assert (await api.ask("GET", of_sub, auth=auth)).status == status
    with pytest.raises(LookupError):
        part.add("AC" + "d" * 32)
    with pytest.raises(LookupError):
        part.numbers(PN)


@each_path
async def test_what_is_not_known_is_not_found(api: Api, path: str) -> None:
    unknown = path.replace("a" * 32, "9" * 32)
    for method, place in (("GET", unknown), ("GET", f"{unknown}/{PN}"), ("DELETE", f"{path}/{PN}")):
        await api.refused(method, place, status=404, code=20404)
    await api.refused("POST", unknown, form={"PhoneNumberSid": PN}, status=404, code=20404)


@each_path
@pytest.mark.parametrize(
    ("form", "code"),
    [({}, 70002), ({"PhoneNumberSid": "x"}, 70002), ({"PhoneNumberSid": PN, "A": "b"}, 20001)],
)
async def test_a_form_is_read_strictly(api: Api, path: str, form: dict[str, str], code: int) -> None:
    await api.refused("POST", path, form=form, code=code)
    assert (await api.ask("GET", f"{path}?Other=1")).status == 400
    assert (await api.ask("DELETE", f"{path}/{PN}?a=b")).status == 400


async def test_a_number_that_leaves_its_account_leaves_the_service(sandbox: Sandbox, api: Api) -> None:
    sandbox.accounts.add(SUB, "secret", parent=sandbox.account_sid)
    first, second = sandbox.incoming_phone_numbers.add(2)
    for sid in (first, second):
        await api.form("POST", SERVICES, {"PhoneNumberSid": sid})
        await api.form("POST", TRUNKS, {"PhoneNumberSid": sid})
    numbers = f"/2010-04-01/Accounts/{sandbox.account_sid}/IncomingPhoneNumbers"
    assert (await api.ask("DELETE", f"{numbers}/{first}.json")).status == 204
    assert (await api.form("POST", f"{numbers}/{second}.json", {"AccountSid": SUB})).status == 200
    assert sandbox.messaging_services.numbers(MG) == sandbox.trunks.numbers(TK) == {}
