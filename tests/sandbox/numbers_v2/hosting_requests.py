"""Requests that order, and send letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from ..checked_client import Answer, Api, Json

ORDERS = "/v2/HostedNumber/Orders"
BULK = f"{ORDERS}/Bulk"
LETTERS = "/v2/HostedNumber/AuthorizationDocuments"
NUMBERS = "/2010-04-01/Accounts/{}/IncomingPhoneNumbers"
NUMBER, OTHER = "+14155550101", "+14155550102"
AD, HR, PX, BH = (prefix + "f" * 32 for prefix in ("AD", "HR", "PX", "BH"))
SUB = "AC" + "b" * 32
ORDER = {
    "PhoneNumber": NUMBER,
    "ContactPhoneNumber": "+14155550100",
    "AddressSid": AD,
    "Email": "owner@example.com",
}
LETTER = {name: value for name, value in ORDER.items() if name != "PhoneNumber"}
ITEM: Json = {
    "email": "owner@example.com",
    "address_sid": AD,
    "contact_phone_number": "+14155550100",
    "contact_title": "Owner",
    "numbers": [{"phone_number": NUMBER}],
}
MANY = [{"phone_number": f"+1555{number}"} for number in range(2_000_000, 2_001_001)]


async def post(api: Api, path: str, fields: Sequence[tuple[str, str]], **rest: Any) -> Answer:
    """A form in which a name may come again."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await api.ask("POST", path, data=urlencode(fields).encode(), headers=headers, **rest)


async def ordered(api: Api, number: str = NUMBER, **fields: str) -> Json:
    answer = await api.form("POST", ORDERS, ORDER | {"PhoneNumber": number} | fields)
    assert answer.status == 201
    order: Json = answer.body
    return order


async def letter_for(api: Api, *sids: str, **fields: str) -> Answer:
    form = [*(LETTER | fields).items(), *(("HostedNumberOrderSids", sid) for sid in sids)]
    return await post(api, LETTERS, form)


async def status_of(api: Api, sid: str) -> str:
    answer = await api.ask("GET", f"{ORDERS}/{sid}")
    return str(answer.body["status"])
