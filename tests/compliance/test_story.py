"""From the question what a country requires to a number and the renewal of its approval, over sockets."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import stat
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.porting.details import FakeTime, opened
from twilio_numbers_async.compliance.plan import plan_bundle
from twilio_numbers_async.errors import InvalidRequestError
from twilio_numbers_async.models import BundleStatus
from twilio_numbers_async.sandbox import Sandbox

from .business import ACCOUNT, ADDRESS, DETAILS, EMAIL, END_USER, EXCERPT, ONCE, counts, plan_of

ROOT = Path(__file__).parents[2]


async def create_killed(url: str, journal: Path, *renewed: str) -> Counter[str]:
    """Create the bundle, or renew one, in processes that are killed after each request in turn; says after which."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.compliance.creating",
        url,
        str(journal),
        *renewed,
        cwd=ROOT,
        env={**os.environ, "PYTHONDEVMODE": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return Counter(output.decode().split())


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
async def test_a_number_in_the_united_kingdom(tmp_path: Path) -> None:
    journal = tmp_path / "gb.journal"
    time = FakeTime(moment=dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC))
    async with Sandbox(now=time.now, strict_compliance=True) as sandbox, opened(sandbox, time) as twilio:
        # What is required, and what is missing.
        regulation = await twilio.regulations.find("GB", "local", "business")
        needs = regulation.needs()
        assert [field.name for field in needs.end_user] == list(END_USER)
        assert [[one.type for one in proof.alternatives] for proof in needs.documents] == [
            ["commercial_registrar_excerpt"],
            ["address", "utility_bill"],
        ]
        plan = plan_bundle(
            regulation, end_user={"business_name": "Example Ltd"}, documents=[EXCERPT], email=EMAIL
        )
        assert {(problem.argument, problem.field) for problem in plan.problems} == {
            ("end_user.business_registration_number", "business_registration_number"),
            ("address", "address_sids"),
        }
        plan = plan_bundle(regulation, **DETAILS)
        assert plan.is_ready

        # Created once, although it is killed after each of its requests in turn.
        killed = await create_killed(sandbox.url, journal)
        assert {name: count for name, count in killed.items() if name[:4] not in {"List", "Fetc"}} == {
            "CreateAddress": 1,
            "CreateEndUser": 1,
            "CreateSupportingDocument": 1,
            "UploadSupportingDocument": 1,
            "CreateBundle": 1,
            "CreateItemAssignment": 3,
            "CreateEvaluation": 1,
            "UpdateBundle": 1,
        }
        assert len(killed) >= 14  # the looks in between too
        assert await counts(twilio) == ONCE
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600
        bundle = await twilio.bundles.create_all(plan, journal=journal)
        assert await counts(twilio) == ONCE
        sid = bundle.sid or ""
        assert bundle.status is BundleStatus.PENDING_REVIEW

        # Rejected, corrected, approved.
        sandbox.review_bundle(sid)
        sandbox.reject_bundle(sid, field="document_number")
        rejected = await twilio.bundles.wait(sid, until="twilio-approved")
        assert rejected.status is BundleStatus.TWILIO_REJECTED
        (problem,) = rejected.problems
        assert (problem.field, problem.error_code) == ("document_number", 18601)
        corrected = {**EXCERPT, "attributes": EXCERPT["attributes"] | {"document_number": "01234568"}}
        plan = await plan_of(twilio, documents=[corrected])
        assert (await twilio.bundles.create_all(plan, journal=journal)).sid == sid
        until = time.now() + dt.timedelta(days=30)
        time.on_sleep = lambda: sandbox.approve_bundle(sid, valid_until=until)
        approved = await twilio.bundles.wait(sid, until="twilio-approved")
        assert (approved.status, approved.problems) == (BundleStatus.TWILIO_APPROVED, [])
        time.on_sleep = None

        # A number is bought with it.
        (address,) = await twilio.addresses.list().collect()
        with pytest.raises(InvalidRequestError) as refused:
            await twilio.available_phone_numbers.buy_first("GB", options={"address_sid": address.sid})
        assert "twilio.bundles.create_all(plan)" in str(refused.value)
        assert refused.value.code == 21649
        number = await twilio.available_phone_numbers.buy_first(
            "GB", options={"address_sid": address.sid, "bundle_sid": sid}
        )
        assert number.bundle_sid == sid
        dependent = await twilio.addresses.dependent_phone_numbers(address.sid or "").collect()
        assert [one.sid for one in dependent] == [number.sid]

        # Its approval ends soon, and is renewed: the number keeps its bundle.
        soon = twilio.bundles.expiring(within=dt.timedelta(days=60), now=time.now)
        assert [one.sid async for one in soon] == [sid]
        assert [
            one.sid async for one in twilio.bundles.expiring(within=dt.timedelta(days=29), now=time.now)
        ] == []

        def approve_copy() -> None:
            (copy,) = [one for one in sandbox.bundle_sids if one != sid]
            sandbox.approve_bundle(copy)

        time.on_sleep = approve_copy
        renewed = await twilio.bundles.renew(
            sid,
            documents=[{"type": "commercial_registrar_excerpt", "file": b"%PDF-1.7 a newer one"}],
            journal=tmp_path / "renewal.journal",
        )
        assert (renewed.sid, renewed.status, renewed.valid_until) == (sid, BundleStatus.TWILIO_APPROVED, None)
        assert [
            one.sid async for one in twilio.bundles.expiring(within=dt.timedelta(days=60), now=time.now)
        ] == []
        assert (await twilio.incoming_phone_numbers.fetch(number.sid or "")).bundle_sid == sid


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
async def test_a_renewal_that_is_killed_does_nothing_twice(tmp_path: Path) -> None:
    async with Sandbox(review_pace=0.01) as sandbox, sandbox.client() as twilio:
        bundle = await twilio.bundles.create_all(await plan_of(twilio))
        sid = bundle.sid or ""
        await twilio.bundles.wait(sid, pause=0.01)
        before = {item.object_sid async for item in twilio.bundles.items(sid)}
        killed = await create_killed(sandbox.url, tmp_path / "renewal.journal", sid)
        assert {name: count for name, count in killed.items() if name[:4] not in {"List", "Fetc"}} == {
            "CreateBundleCopy": 1,
            "UploadSupportingDocument": 1,
            "DeleteItemAssignment": 1,
            "CreateItemAssignment": 1,
            "CreateEvaluation": 1,
            "UpdateBundle": 1,
            "CreateReplaceItems": 1,
        }
        assert len(killed) >= 12  # the looks in between too
        after = {item.object_sid async for item in twilio.bundles.items(sid)}
        assert len(before - after) == len(after - before) == 1
        (copy,) = await twilio.bundles.copies(sid).collect()
        assert {item.object_sid async for item in twilio.bundles.items(copy.sid or "")} == after
        assert (await counts(twilio))["documents"] == ONCE["documents"] + 1


async def test_the_plan_of_the_story_makes_each_thing_once(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        await twilio.bundles.create_all(await plan_of(twilio))
        assert await counts(twilio) == ONCE
        assert (
            ADDRESS.items()
            <= {
                name: getattr(one, name)
                for one in await twilio.addresses.list().collect()
                for name in ADDRESS
            }.items()
        )
        assert sandbox.account_sid == ACCOUNT
