"""Waiting for a review, what is to be corrected, renewing and expiring."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.porting.details import FakeTime, opened
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, RequestTimeoutError, TransportError
from twilio_numbers_async.models import BundleStatus
from twilio_numbers_async.sandbox import Fault, Sandbox

from .business import EXCERPT, NEWER, plan_of

V2 = "/v2/RegulatoryCompliance"


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(moment=dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC))


@pytest.fixture
async def sandbox(time: FakeTime) -> AsyncGenerator[Sandbox]:
    async with Sandbox(now=time.now) as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox, time: FakeTime) -> AsyncGenerator[TwilioNumbers]:
    async with opened(sandbox, time) as twilio:
        yield twilio


async def submitted(twilio: TwilioNumbers, **details: Any) -> str:
    return (await twilio.bundles.create_all(await plan_of(twilio, **details))).sid or ""


async def approved(sandbox: Sandbox, twilio: TwilioNumbers, valid_until: dt.datetime | None = None) -> str:
    sid = await submitted(twilio)
    sandbox.approve_bundle(sid, valid_until=valid_until)
    return sid


def copy_of(sandbox: Sandbox, sid: str) -> str:
    (copy,) = [one for one in sandbox.bundle_sids if one != sid]
    return copy


async def test_a_wait_ends_with_its_status_or_with_the_review(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sid = await submitted(twilio)
    with pytest.raises(RequestTimeoutError):
        await twilio.bundles.wait(sid, timeout=60)
    time.on_sleep = lambda: sandbox.review_bundle(sid)
    assert (await twilio.bundles.wait(sid, until="in-review")).status is BundleStatus.IN_REVIEW
    time.on_sleep = lambda: sandbox.approve_bundle(sid)
    seen = await twilio.bundles.wait(sid, until=lambda bundle: bundle.friendly_name == "no such name")
    assert (seen.status, seen.problems) == (BundleStatus.TWILIO_APPROVED, [])
    with pytest.raises(InvalidArgumentError):
        await twilio.bundles.wait(sid, until="done")


@pytest.mark.parametrize(
    ("field", "argument", "code"),
    [
        ("document_number", "documents.commercial_registrar_excerpt.document_number", 18601),
        ("business_registration_number", "end_user.business_registration_number", 22215),
        (None, "bundle", None),
    ],
)
async def test_a_rejection_says_what_to_correct(
    sandbox: Sandbox, twilio: TwilioNumbers, field: str | None, argument: str, code: int | None
) -> None:
    sid = await submitted(twilio)
    sandbox.reject_bundle(sid, field=field, reason=None if field is None else "It does not match")
    bundle = await twilio.bundles.wait(sid)
    (problem,) = bundle.problems
    assert (problem.code.value, problem.argument, problem.field, problem.error_code) == (
        "rejected",
        argument,
        field,
        code,
    )
    assert ("It does not match" if field else "name@example.com") in problem.message
    assert problem.message in repr(bundle)


async def test_a_renewal_keeps_the_bundle_and_what_is_not_said(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, tmp_path: Path
) -> None:
    sid = await approved(sandbox, twilio, time.now() + dt.timedelta(days=30))
    before = {item.object_sid async for item in twilio.bundles.items(sid)}
    sandbox.script(Fault.drop_after(), method="POST", times=None)  # and no answer ever comes
    time.on_sleep = lambda: sandbox.approve_bundle(copy_of(sandbox, sid))
    for _ in range(2):  # the second run finds it done
        renewed = await twilio.bundles.renew(sid, documents=NEWER, journal=tmp_path / "journal")
        assert (renewed.sid, renewed.status, renewed.valid_until) == (sid, BundleStatus.TWILIO_APPROVED, None)
        time.on_sleep = None
    after = {item.object_sid async for item in twilio.bundles.items(sid)}
    assert len(before - after) == len(after - before) == 1
    (new,) = after - before
    assert (await twilio.supporting_documents.fetch(new or "")).attributes == EXCERPT["attributes"]
    assert sandbox.operations["CreateBundleCopy"] == sandbox.operations["CreateReplaceItems"] == 1


async def test_a_document_that_was_deleted_is_left_out(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sid = await approved(sandbox, twilio)
    (gone,) = [
        one.sid or "" async for one in twilio.supporting_documents.list() if one.type == EXCERPT["type"]
    ]
    missing = Fault.error(404, 20404, "It was deleted")
    sandbox.script(missing, method="GET", path=f"{V2}/SupportingDocuments/{gone}", times=None)
    time.on_sleep = lambda: sandbox.reject_bundle(copy_of(sandbox, sid))
    whole = [{**NEWER[0], "attributes": EXCERPT["attributes"]}]
    rejected = await twilio.bundles.renew(sid, documents=whole)
    assert [one.field for one in rejected.problems] == [None]
    objects = [item.object_sid async for item in twilio.bundles.items(copy_of(sandbox, sid))]
    assert (len(objects), gone in objects) == (3, False)
    other = await submitted(twilio, friendly_name="Another one")
    assert gone in [item.object_sid async for item in twilio.bundles.items(other)]
    sandbox.reject_bundle(other)
    assert [one.field for one in (await twilio.bundles.wait(other)).problems] == [None]


async def test_a_renewal_that_is_rejected_is_corrected_with_its_journal(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, tmp_path: Path
) -> None:
    sid, journal = await approved(sandbox, twilio), tmp_path / "journal"
    time.on_sleep = lambda: sandbox.reject_bundle(copy_of(sandbox, sid), field="document_number")
    wrong = [{**NEWER[0], "attributes": {"document_number": "1"}}]
    rejected = await twilio.bundles.renew(sid, documents=wrong, journal=journal)
    assert rejected.sid == copy_of(sandbox, sid)
    assert [one.field for one in rejected.problems] == ["document_number"]
    time.on_sleep = lambda: sandbox.approve_bundle(copy_of(sandbox, sid))
    renewed = await twilio.bundles.renew(sid, documents=NEWER, journal=journal)
    assert (renewed.sid, renewed.problems) == (sid, [])


async def test_a_renewal_gives_up_in_time_and_goes_on(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    sid, journal = await approved(sandbox, twilio), tmp_path / "journal"
    with pytest.raises(RequestTimeoutError):
        await twilio.bundles.renew(sid, documents=NEWER, journal=journal, timeout=60)
    sandbox.approve_bundle(copy_of(sandbox, sid))
    sandbox.script(Fault.drop(), method="POST", path=f"{V2}/Bundles/*/ReplaceItems")
    with pytest.raises(TransportError):
        await twilio.bundles.renew(sid, documents=NEWER, journal=journal)
    assert (await twilio.bundles.renew(sid, documents=NEWER, journal=journal)).sid == sid
    before = sandbox.bundle_sids
    with pytest.raises(InvalidArgumentError, match="the next renewal takes another journal") as refused:
        await twilio.bundles.renew(sid, documents=[{**NEWER[0], "file": b"%PDF-newest"}], journal=journal)
    assert (refused.value.argument, sandbox.bundle_sids) == ("documents", before)
    assert len(sandbox.bundle_sids) == 2


async def test_what_cannot_be_renewed_is_left_alone(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sid = await submitted(twilio)
    sandbox.reset_counters()
    with pytest.raises(InvalidArgumentError, match="not approved but pending-review") as refused:
        await twilio.bundles.renew(sid, documents=NEWER)
    assert refused.value.argument == "bundle_sid"
    sandbox.approve_bundle(sid)
    for documents, place in (
        ([], "documents"),
        ("passport", "documents"),
        ([{"type": "passport"}], "documents[0].type"),
        ([{**NEWER[0], "attributes": {"x": "y"}}], "documents[0].attributes.x"),
        ([{**NEWER[0], "file": b"GIF89a"}], "documents[0].file"),
    ):
        with pytest.raises(InvalidArgumentError) as wrong:
            await twilio.bundles.renew(sid, documents=documents)  # type: ignore[arg-type]
        assert wrong.value.argument == place
    assert [name for name in sandbox.operations if name.startswith("Create")] == []


async def test_an_approval_that_has_lapsed_can_be_renewed(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sid = await approved(sandbox, twilio, time.now() + dt.timedelta(days=1))
    sandbox.expire_bundle(sid)
    assert (await twilio.bundles.fetch(sid)).status is BundleStatus.TWILIO_REJECTED
    time.on_sleep = lambda: sandbox.approve_bundle(copy_of(sandbox, sid))
    assert (await twilio.bundles.renew(sid, documents=NEWER)).status is BundleStatus.TWILIO_APPROVED


async def test_what_ends_soon_is_listed_the_first_first(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sids = [await submitted(twilio, friendly_name=name) for name in ("a", "b", "c", "d")]
    for sid, days in zip(sids, (50, 10, 70, None), strict=True):
        until = None if days is None else time.now() + dt.timedelta(days=days)
        sandbox.approve_bundle(sid, valid_until=until)
    within = dt.timedelta(days=60)
    assert [one.sid async for one in twilio.bundles.expiring(within=within, now=time.now)] == [
        sids[1],
        sids[0],
    ]
    sandbox.expire_bundle(sids[1])
    assert [one.sid async for one in twilio.bundles.expiring(within=within, now=time.now)] == [sids[0]]
    for wrong in (60, dt.timedelta(days=-1)):
        with pytest.raises(InvalidArgumentError):
            twilio.bundles.expiring(within=wrong)  # type: ignore[arg-type]
