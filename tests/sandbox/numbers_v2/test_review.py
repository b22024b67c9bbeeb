"""The review of bundles, and what an approved one is good for."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl

import pytest

from tests.raw_server import raw_server, reply
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import verify

from ..checked_client import Api
from ..numbers_v1.port_in_requests import Clock
from .bundle_requests import (
    ACCOUNT,
    ADDRESS,
    ADDRESSES,
    V2,
    bundle,
    created,
    filled,
    rows,
    submit,
)

NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"


async def test_each_change_is_told_to_the_status_callback(api: Api, sandbox: Sandbox) -> None:
    async with raw_server(reply(b"")) as receiver:
        sid = await filled(api, StatusCallback=f"{receiver.url}/bundles?x=1")
        await submit(api, sid)
        sandbox.bundles.review(sid)
        sandbox.bundles.reject(sid, field="business_name", reason="It does not match")
        await sandbox.webhooks.delivered()
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
            sandbox.bundles.approve(sid)
        with pytest.raises(ValueError, match="approved"):
            sandbox.bundles.expire(test)
    with pytest.raises(ValueError, match="review_pace"):
        Sandbox(review_pace=-1)


async def test_an_approval_ends_when_its_time_is_up(clock_sandbox: tuple[Sandbox, Clock]) -> None:
    sandbox, clock = clock_sandbox
    async with Api(sandbox) as api:
        sid = await filled(api)
        await submit(api, sid)
        sandbox.bundles.approve(sid, valid_until=clock() + dt.timedelta(hours=1))
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
    sandbox.bundles.approve(sid)
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
