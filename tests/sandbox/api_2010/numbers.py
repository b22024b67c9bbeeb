"""Requests about the numbers of an account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import FACTS_2010, Api, Json, basic, operations

OWN = "AC" + "a" * 32
CHILD = "AC" + "b" * 32
SISTER = "AC" + "c" * 32
STRANGER = "AC" + "d" * 32
TOKEN = "child-token"


def numbers(account: str = OWN) -> str:
    """The path of an account's numbers, without the form."""
    return f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"


def number(sid: str, account: str = OWN) -> str:
    return f"{numbers(account)}/{sid}.json"


def stock(rest: str, account: str = OWN) -> str:
    return f"/2010-04-01/Accounts/{account}/AvailablePhoneNumbers{rest}"


def add_accounts(sandbox: Sandbox) -> None:
    """Two subaccounts of the sandbox's own account, and a stranger's."""
    for sid in (CHILD, SISTER):
        sandbox.accounts.add(sid, TOKEN, parent=OWN)
    sandbox.accounts.add(STRANGER, TOKEN)


def as_account(sid: str) -> str:
    """The header that signs in as a subaccount or as the stranger."""
    return basic(sid, TOKEN)


async def buy(api: Api, path: str | None = None, **fields: str) -> Json:
    answer = await api.form("POST", path or f"{numbers()}.json", fields)
    assert answer.status == 201, answer.content
    found: Json = answer.body
    return found


async def rows(api: Api, path: str, key: str = "incoming_phone_numbers") -> list[Json]:
    answer = await api.ask("GET", path)
    assert answer.status == 200, answer.content
    found: list[Json] = answer.body[key]
    return found


async def found(
    api: Api, country: str = "US", kind: str = "Local", query: str = "", **rest: Any
) -> list[Json]:
    """The numbers that a search finds."""
    path = stock(f"/{country}/{kind}.json{query}", **rest)
    return await rows(api, path, "available_phone_numbers")


def described_2010() -> Iterator[tuple[str, str, str]]:
    """Method, path and operation id of everything in the specification."""
    for pattern, method, operation in operations(FACTS_2010):
        path = pattern.pattern.replace("\\.", ".").replace("[^/]+", OWN, 1)
        yield method, path.replace("[^/]+", "XX" + "0" * 32), operation.id
