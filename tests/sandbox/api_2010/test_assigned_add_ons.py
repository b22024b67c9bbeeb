from __future__ import annotations

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, Json
from .numbers import CHILD, add_accounts, number, numbers, rows

ADD_ON = "XE" + "1" * 32


def add_ons(sid: str, rest: str = ".json", account: str | None = None) -> str:
    return f"{numbers(*filter(None, [account]))}/{sid}/AssignedAddOns{rest}"


async def assign(api: Api, path: str, sid: str = ADD_ON) -> Json:
    answer = await api.form("POST", path, {"InstalledAddOnSid": sid})
    assert answer.status == 201
    assigned: Json = answer.body
    return assigned


async def test_an_add_on_is_assigned_and_taken_away(api: Api, sandbox: Sandbox) -> None:
    first, second = sandbox.incoming_phone_numbers.add(2)
    assigned = await assign(api, add_ons(first))
    assert (assigned["sid"], assigned["resource_sid"]) == (ADD_ON, first)
    await assign(api, add_ons(second))
    await api.refused("POST", add_ons(first), form={"InstalledAddOnSid": ADD_ON}, status=409, code=20409)
    assert await rows(api, add_ons(first), "assigned_add_ons") == [assigned]
    assert (await api.ask("GET", assigned["uri"])).body == assigned
    assert (await api.ask("DELETE", assigned["uri"])).status == 204
    await api.refused("GET", assigned["uri"], status=404, code=20404)
    await api.refused("DELETE", assigned["uri"], status=404, code=20404)
    assert await rows(api, add_ons(first), "assigned_add_ons") == []
    assert len(await rows(api, add_ons(second), "assigned_add_ons")) == 1


async def test_the_add_ons_are_paged(api: Api, sandbox: Sandbox) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    sids = [f"XE{n:032x}" for n in range(3)]
    for each in sids:
        await assign(api, add_ons(sid), each)
    page = (await api.ask("GET", add_ons(sid, ".json?PageSize=2"))).body
    rest = (await api.ask("GET", page["next_page_uri"])).body
    assert [row["sid"] for row in page["assigned_add_ons"] + rest["assigned_add_ons"]] == sids
    await api.refused("GET", add_ons(sid, ".json?PageSize=1001"), code=20007)


async def test_an_add_on_has_extensions(api: Api, sandbox: Sandbox) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    assigned = await assign(api, add_ons(sid))
    path = assigned["subresource_uris"]["extensions"]
    extensions = await rows(api, path, "extensions")
    assert [extension["unique_name"] for extension in extensions] == ["voice-incoming", "sms-incoming"]
    for extension in extensions:
        assert extension["assigned_add_on_sid"] == ADD_ON
        assert (await api.ask("GET", extension["uri"])).body == extension
    nowhere = f"{path.removesuffix('.json')}/XF{'0' * 32}.json"
    await api.refused("GET", nowhere, status=404, code=20404)
    await api.refused("GET", path.replace(ADD_ON, "XE" + "2" * 32), status=404, code=20404)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 70002),
        ({"InstalledAddOnSid": "XF" + "1" * 32}, 70002),
        ({"InstalledAddOnSid": ADD_ON, "Configuration": "{}"}, 20001),
    ],
)
async def test_what_is_assigned_is_checked(
    api: Api, sandbox: Sandbox, form: dict[str, str], code: int
) -> None:
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    await api.refused("POST", add_ons(sid), form=form, code=code)
    await api.refused("POST", add_ons("PN" + "0" * 32), form=form, status=404, code=20404)


async def test_add_ons_do_not_move_with_their_number(api: Api, sandbox: Sandbox) -> None:
    add_accounts(sandbox)
    (sid,) = sandbox.incoming_phone_numbers.add(1)
    await assign(api, add_ons(sid))
    await api.form("POST", number(sid), {"AccountSid": CHILD})
    assert await rows(api, add_ons(sid, account=CHILD), "assigned_add_ons") == []
    await api.refused("GET", add_ons(sid), status=404, code=20404)
