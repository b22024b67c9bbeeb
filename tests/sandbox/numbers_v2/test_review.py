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


async def test_a_status_that_stays_is_told_to_nobody(api: Api, sandbox: Sandbox) -> None:
    async with raw_server(reply(b"")) as receiver:
        sid = await filled(api, StatusCallback=receiver.url)
        await submit(api, sid)
        for _ in range(2):
            sandbox.bundles.review(sid)
        await sandbox.webhooks.delivered()
        assert [dict(parse_qsl(each.body.decode()))["Status"] for each in receiver.received] == [
            "pending-review",
            "in-review",
        ]


async def test_a_bundle_that_was_moved_by_hand_does_not_go_on_by_itself() -> None:
    async with raw_server(reply(b"")) as receiver, Sandbox(review_pace=0.05) as sandbox, Api(sandbox) as api:
        by_hand = await filled(api, StatusCallback=receiver.url)
        by_itself = await filled(api)
        await submit(api, by_hand)
        sandbox.bundles.reject(by_hand)
        await submit(api, by_itself)  # its time is up after the other's
        async with sandbox.client() as twilio:
            assert (await twilio.bundles.wait(by_itself, pause=0.01)).status == "twilio-approved"
        await sandbox.webhooks.delivered()
        assert (await bundle(api, by_hand))["status"] == "twilio-rejected"
        assert [dict(parse_qsl(each.body.decode()))["Status"] for each in receiver.received] == [
            "pending-review",
            "twilio-rejected",
        ]


@pytest.mark.parametrize("field", ["document_number", "address_sids"])
async def test_a_field_of_a_document_is_rejected_there(api: Api, sandbox: Sandbox, field: str) -> None:
    sid = await filled(api)
    await submit(api, sid)
    sandbox.bundles.reject(sid, field=field, reason="It cannot be read")
    documents = await rows(api, f"{V2}/SupportingDocuments")
    (rejected,) = [one for one in documents if one["status"] == "rejected"]
    assert field in rejected["attributes"]
    assert rejected["failure_reason"] == "It cannot be read"
    assert [error["object_field"] for error in rejected["errors"]] == [field]
    assert await rows(api, f"{V2}/Bundles/{sid}/Evaluations") == []


async def test_a_field_of_no_document_is_rejected_in_an_evaluation(api: Api, sandbox: Sandbox) -> None:
    sid = await filled(api)
    await submit(api, sid)
    sandbox.bundles.reject(sid, field="business_registration_number")
    (evaluation,) = await rows(api, f"{V2}/Bundles/{sid}/Evaluations")
    assert evaluation["status"] == "noncompliant"
    (result,) = evaluation["results"]
    assert (result["object_type"], result["passed"]) == ("business", False)
    assert [field["object_field"] for field in result["invalid"]] == ["business_registration_number"]
    assert "rejected" not in {one["status"] for one in await rows(api, f"{V2}/SupportingDocuments")}


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
