"""Creating a bundle when answers are lost, refused or say that something is wrong: nothing is created twice."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.porting.details import FakeTime, opened
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.compliance.review import NoncompliantError
from twilio_numbers_async.errors import DecodeError, InvalidArgumentError, InvalidRequestError, TransportError
from twilio_numbers_async.models import BundleStatus
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Journal, JournalError

from .business import DETAILS, END_USER, EXCERPT, ONCE, counts, plan_of

V2 = "/v2/RegulatoryCompliance"
ADDRESSES = "/2010-04-01/Accounts/*/Addresses.json"
CREATED = (
    "CreateAddress",
    "CreateEndUser",
    "CreateSupportingDocument",
    "CreateBundle",
    "CreateItemAssignment",
    "CreateEvaluation",
    "UpdateBundle",
)


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox, time: FakeTime) -> AsyncGenerator[TwilioNumbers]:
    async with opened(sandbox, time) as twilio:
        yield twilio


def excerpt(**attributes: str) -> dict[str, Any]:
    return {**EXCERPT, "attributes": EXCERPT["attributes"] | attributes}


async def test_although_every_answer_is_lost_each_thing_is_created_once(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sandbox.script(Fault.drop_after(), times=None, method="POST")
    bundle = await twilio.bundles.create_all(await plan_of(twilio))
    assert bundle.status is BundleStatus.PENDING_REVIEW
    assert [sandbox.operations[name] for name in CREATED] == [1, 1, 2, 1, 3, 1, 1]
    assert await counts(twilio) == ONCE
    assert time.slept == []  # what was looked for was there


@pytest.mark.parametrize(
    "path",
    [
        ADDRESSES,
        f"{V2}/EndUsers",
        f"{V2}/SupportingDocuments",
        f"{V2}/Bundles",
        f"{V2}/Bundles/*/ItemAssignments",
        f"{V2}/Bundles/*/Evaluations",
    ],
)
async def test_what_does_not_show_is_looked_for_and_sent_again_by_the_next_run_only(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, tmp_path: Path, path: str
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    sandbox.script(Fault.drop(), method="POST", path=path)
    with pytest.raises(TransportError) as lost:
        await twilio.bundles.create_all(plan, journal=journal)
    assert lost.value.may_have_been_processed
    assert sum(time.slept) == 30
    await twilio.bundles.create_all(plan, journal=journal)
    assert sum(time.slept) == 60  # it might have shown by then
    assert await counts(twilio) == ONCE


async def test_an_answer_that_confirms_nothing_is_looked_up(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, tmp_path: Path
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    sandbox.script(Fault.answer(201, {}), method="POST", path=f"{V2}/EndUsers")
    with pytest.raises(DecodeError, match="has no SID"):
        await twilio.bundles.create_all(plan, journal=journal)
    assert sum(time.slept) == 30
    await twilio.bundles.create_all(plan, journal=journal)
    assert await counts(twilio) == ONCE


async def test_a_journal_that_is_damaged_is_not_relied_on(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    bundle = await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
    content = journal.read_bytes()
    sid = (bundle.sid or "").encode()
    assert sid in content
    journal.write_bytes(content.replace(sid, sid[:-1] + (b"0" if sid[-1:] != b"0" else b"1")))
    plan = await plan_of(twilio)
    sandbox.reset_counters()
    with pytest.raises(JournalError, match="is damaged"):
        await twilio.bundles.create_all(plan, journal=journal)
    assert sandbox.requests == 0


async def test_a_journal_of_another_account_is_refused_before_anything_is_sent(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path, time: FakeTime
) -> None:
    journal, plan, other = tmp_path / "journal", await plan_of(twilio), "AC" + "b" * 32
    bundle = await twilio.bundles.create_all(plan, journal=journal)
    sandbox.bundles.approve(bundle.sid or "")
    sandbox.accounts.add(other, "another-token")
    sandbox.reset_counters()
    async with opened(sandbox, time, account_sid=other, auth_token="another-token") as stranger:
        with pytest.raises(JournalError, match="is of another account"):
            await stranger.bundles.create_all(plan, journal=journal)
        with pytest.raises(JournalError, match="is of another account"):
            await stranger.bundles.renew(
                bundle.sid or "", documents=[{"type": "business_registration", **excerpt()}], journal=journal
            )
    assert sandbox.requests == 0


async def test_what_was_refused_is_sent_again_at_once(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime, tmp_path: Path
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    sandbox.script(Fault.error(400, 20001, "No"), method="POST", path=f"{V2}/EndUsers")
    with pytest.raises(InvalidRequestError):
        await twilio.bundles.create_all(plan, journal=Journal(journal))
    await twilio.bundles.create_all(plan, journal=journal)
    assert time.slept == []
    assert await counts(twilio) == ONCE


async def test_a_noncompliant_bundle_is_not_submitted_and_used_again(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    stranger = await plan_of(twilio, address="AD" + "b" * 32)
    drafts: set[str] = set()
    for _ in range(2):
        with pytest.raises(NoncompliantError) as found:
            await twilio.bundles.create_all(stranger, journal=journal)
        drafts.add(found.value.bundle_sid)
        (problem,) = found.value.problems
        assert (problem.code.value, problem.field, problem.error_code) == (
            "noncompliant",
            "address_sids",
            22219,
        )
        assert problem.argument == "documents[1].attributes.address_sids"
        assert problem.message in str(found.value)
    assert sandbox.operations["UpdateBundle"] == 0
    bundle = await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
    assert (drafts, bundle.status) == ({bundle.sid}, BundleStatus.PENDING_REVIEW)
    assert len(await twilio.bundles.items(bundle.sid or "").collect()) == 3
    assert len(sandbox.bundle_sids) == 1


async def test_what_is_there_with_the_same_contents_is_used_again(twilio: TwilioNumbers) -> None:
    first = await twilio.bundles.create_all(await plan_of(twilio))
    second = await twilio.bundles.create_all(await plan_of(twilio, friendly_name="Another one"))
    assert first.sid != second.sid
    found = await counts(twilio)
    assert [found[name] for name in ("addresses", "end_users", "documents", "bundles")] == [1, 1, 2, 2]
    other = await plan_of(twilio, documents=[{**EXCERPT, "file": b"%PDF-1.7 another"}])
    await twilio.bundles.create_all(other)
    assert (await counts(twilio))["documents"] == 3


@pytest.mark.parametrize("deleted", ["end_users", "supporting_documents", "addresses"])
async def test_what_was_deleted_since_is_created_again(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path, deleted: str
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    sandbox.script(Fault.error(400, 20001, "No"), method="POST", path=f"{V2}/Bundles")
    with pytest.raises(InvalidRequestError):
        await twilio.bundles.create_all(plan, journal=journal)
    first = {one.sid async for one in getattr(twilio, deleted).list()}
    if deleted == "addresses":  # the document of an address keeps it
        for document in await twilio.supporting_documents.list().collect():
            await twilio.supporting_documents.delete(document.sid or "")
    for sid in first:
        await getattr(twilio, deleted).delete(sid)
    bundle = await twilio.bundles.create_all(plan, journal=journal)
    assert bundle.status is BundleStatus.PENDING_REVIEW
    assert await counts(twilio) == ONCE
    assert first.isdisjoint({one.sid async for one in getattr(twilio, deleted).list()})


async def test_papers_that_are_there_are_put_in_as_they_are(twilio: TwilioNumbers) -> None:
    paper = await twilio.supporting_documents.create(
        friendly_name="An excerpt", type=EXCERPT["type"], attributes=EXCERPT["attributes"]
    )
    address = await twilio.addresses.create(
        customer_name="Example Ltd",
        street="1 Example Street",
        city="London",
        region="",
        postal_code="",
        iso_country="GB",
    )
    bundle = await twilio.bundles.create_all(await plan_of(twilio, documents=[paper], address=address))
    items = [item.object_sid async for item in twilio.bundles.items(bundle.sid or "")]
    assert paper.sid in items
    assert (await counts(twilio))["addresses"] == 1


async def test_a_bundle_that_is_no_draft_is_left_alone(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    plan = await plan_of(twilio)
    bundle = await twilio.bundles.create_all(plan, journal=journal)
    changed = await plan_of(twilio, documents=[excerpt(document_number="2")])
    sandbox.reset_counters()
    with pytest.raises(InvalidArgumentError, match="no draft but pending-review"):
        await twilio.bundles.create_all(changed, journal=journal)
    sandbox.reject_bundle(bundle.sid or "", field="document_number")
    with pytest.raises(InvalidArgumentError, match="was rejected and the plan has not changed"):
        await twilio.bundles.create_all(plan, journal=journal)
    assert not any(sandbox.operations[name] for name in CREATED)  # nothing was changed
    again = await twilio.bundles.create_all(changed, journal=journal)
    assert (again.sid, again.status) == (bundle.sid, BundleStatus.PENDING_REVIEW)
    assert sandbox.operations["DeleteItemAssignment"] == 1


async def test_who_is_told_can_be_corrected(sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    stranger: dict[str, Any] = {"address": "AD" + "b" * 32}  # so that it stays a draft
    for told, times in (
        ({}, 0),
        ({"email": "new@example.com", "status_callback": "https://example.com/told"}, 1),
        ({"email": "new@example.com"}, 1),  # what is not said stays
    ):
        with pytest.raises(NoncompliantError):
            await twilio.bundles.create_all(await plan_of(twilio, **stranger, **told), journal=journal)
        assert sandbox.operations["UpdateBundle"] == times
    (sid,) = sandbox.bundle_sids
    bundle = await twilio.bundles.fetch(sid)
    assert (bundle.email, bundle.status_callback) == ("new@example.com", "https://example.com/told")


async def test_a_lost_answer_to_a_correction_is_looked_up(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    bundle = await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
    sandbox.reject_bundle(bundle.sid or "", field="document_number")
    changed = await plan_of(twilio, documents=[excerpt(document_number="2")])
    sandbox.script(Fault.drop(), method="POST", path=f"{V2}/Bundles/BU*", times=1)
    with pytest.raises(TransportError):
        await twilio.bundles.create_all(changed, journal=journal)
    assert (await twilio.bundles.fetch(bundle.sid or "")).status is BundleStatus.TWILIO_REJECTED
    sandbox.script(Fault.drop_after(), method="POST", times=None)
    again = await twilio.bundles.create_all(changed, journal=journal)
    assert (again.sid, again.status) == (bundle.sid, BundleStatus.PENDING_REVIEW)


async def test_a_submission_that_got_through_unseen_is_no_error(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    path = f"{V2}/Bundles/BU" + "[0-9a-f]" * 32
    sandbox.script(Fault.error(500), method="POST", path=path)
    with pytest.raises(Exception, match="500"):
        await twilio.bundles.create_all(plan, journal=journal)
    (sid,) = sandbox.bundle_sids
    await twilio.bundles.submit(sid)
    assert (await twilio.bundles.create_all(plan, journal=journal)).status is BundleStatus.PENDING_REVIEW
    await twilio.bundles.update(sid, status="draft")
    sandbox.script(Fault.error(400, 20001, "No"), method="POST", path=path)
    with pytest.raises(InvalidRequestError):
        await twilio.bundles.create_all(plan, journal=journal)


@pytest.mark.parametrize(
    ("document", "place", "match"),
    [
        ({"file": b"GIF89a"}, "documents[0].file", "PDF, JPEG or PNG"),
        ({"file": b""}, "documents[0].file", "empty"),
        ({"file": b"%PDF-" + bytes(5 * 1024 * 1024)}, "documents[0].file", "larger than the 5 MB"),
        ({"file": "there/is/none.pdf"}, "documents[0].file", "cannot be read"),
        ({"file": b"%PDF-", "filename": "excerpt.png"}, "documents[0].filename", "its content is"),
    ],
)
async def test_files_are_checked_before_anything_is_sent(
    sandbox: Sandbox, twilio: TwilioNumbers, document: dict[str, Any], place: str, match: str
) -> None:
    plan = await plan_of(twilio, documents=[EXCERPT | document])
    sandbox.reset_counters()
    with pytest.raises(InvalidArgumentError, match=match) as refused:
        await twilio.bundles.create_all(plan)
    assert refused.value.argument == place
    assert sandbox.requests == 0


async def test_what_cannot_be_created_is_said_at_once(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    plan = await plan_of(twilio)
    unready = await plan_of(twilio, end_user={})
    sandbox.reset_counters()
    with pytest.raises(
        InvalidArgumentError, match=r"not ready: 2 problems, the first: end_user\.business_name"
    ):
        await twilio.bundles.create_all(unready)
    unready = await plan_of(twilio, email="")
    sandbox.reset_counters()
    with pytest.raises(InvalidArgumentError, match=r"not ready: 1 problem: email must be"):
        await twilio.bundles.create_all(unready)
    for wrong, options in ((DETAILS, {}), (plan, {"journal": 5}), (plan, {"settle_within": -1})):
        with pytest.raises(InvalidArgumentError):
            await twilio.bundles.create_all(wrong, **options)  # type: ignore[arg-type]
    assert sandbox.requests == 0
    text = tmp_path / "text"
    text.write_text("no journal, but a text that is long enough to be taken for one")
    database = tmp_path / "database"
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    for path, why in ((text, "is no journal of bundles"), (database, "is no journal of bundles")):
        with pytest.raises(JournalError, match=why):
            await twilio.bundles.create_all(plan, journal=path)
    with pytest.raises(JournalError, match="cannot be opened"):
        await twilio.bundles.create_all(plan, journal=tmp_path / "none" / "journal")
    assert sandbox.requests == 0


async def test_the_journal_is_its_owners_and_holds_no_name(twilio: TwilioNumbers, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    content = journal.read_bytes()
    for value in (*END_USER.values(), "Example Street", "name@example.com"):
        assert value.encode() not in content
    with sqlite3.connect(journal, isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalError, match="is in use"):
            await twilio.bundles.create_all(await plan_of(twilio), journal=journal)
    holder.close()
