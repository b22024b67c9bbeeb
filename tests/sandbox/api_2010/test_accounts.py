"""Accounts and subaccounts."""

from __future__ import annotations

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, basic
from ..numbers_v2.bundle_requests import (
    ACCOUNT,
    created,
    rows,
)


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
