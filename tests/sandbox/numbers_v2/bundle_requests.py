"""Requests that fill, submit and read bundles."""

from __future__ import annotations

import json
from typing import Any

from ..checked_client import Answer, Api, Json

V2 = "/v2/RegulatoryCompliance"
ACCOUNT = "/2010-04-01/Accounts/" + "AC" + "a" * 32
ADDRESSES = f"{ACCOUNT}/Addresses"
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
    """The resource that a POST with a form creates."""
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
