"""Addresses, and the numbers and bundles that need them."""

from __future__ import annotations

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api
from ..numbers_v2.bundle_requests import (
    ADDRESS,
    ADDRESSES,
    created,
    filled,
    rows,
    submit,
)


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
    sandbox.bundles.reject(sid)
    sandbox.incoming_phone_numbers.add(1, emergency_address_sid=address["sid"])
    dependent = await rows(
        api, f"{ADDRESSES}/{address['sid']}/DependentPhoneNumbers.json", "dependent_phone_numbers"
    )
    assert [(one["emergency_address_sid"], one["voice_url"]) for one in dependent] == [(address["sid"], None)]
    await api.refused("DELETE", f"{ADDRESSES}/{address['sid']}.json", code=21628)
