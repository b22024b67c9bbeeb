"""A bundle is looked at before it is changed; what a renewal leaves is not warned of."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.porting.details import FakeTime, opened
from tests.raw_server import Connection, Received, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import ConflictError, InvalidArgumentError, NotFoundError
from twilio_numbers_async.models import BundleStatus
from twilio_numbers_async.sandbox import Sandbox

from .business import ACCOUNT, EXCERPT, plan_of

BU, IT, BV = (prefix + "b" * 32 for prefix in ("BU", "IT", "BV"))
NEWER: list[dict[str, Any]] = [{"type": EXCERPT["type"], "file": b"%PDF-1.7 a newer one"}]
SOON = dt.timedelta(days=60)
CHANGES = ("CreateItemAssignment", "DeleteItemAssignment", "UpdateBundle", "DeleteBundle")


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


async def refusals(twilio: TwilioNumbers, sid: str) -> dict[str, str]:
    """Make each change of the bundle; return the errors of those that are refused."""
    bundles = twilio.bundles
    changes: dict[str, Callable[[], Awaitable[object]]] = {
        "assign": lambda: bundles.assign(sid, IT),
        "unassign": lambda: bundles.unassign(sid, BV),
        "submit": lambda: bundles.submit(sid),
        "delete": lambda: bundles.delete(sid),
        "draft": lambda: bundles.update(sid, status="draft"),
    }
    said: dict[str, str] = {}
    for name, change in changes.items():
        try:
            await change()
        except InvalidArgumentError as error:
            said[name] = str(error)
        except NotFoundError:
            pass  # it was sent
    return said


async def test_a_bundle_that_is_no_draft_is_not_changed(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sid = await submitted(twilio)
    for move, status, advice in (
        (sandbox.review_bundle, "in-review", "twilio.bundles.wait"),
        (sandbox.approve_bundle, "twilio-approved", "twilio.bundles.renew"),
    ):
        move(sid)
        sandbox.reset_counters()
        bundles = twilio.bundles
        for change in (
            bundles.assign(sid, IT),
            bundles.unassign(sid, BV),
            bundles.submit(sid),
            bundles.update(sid, status="draft"),
            bundles.update(sid, status="pending-review"),
        ):
            with pytest.raises(InvalidArgumentError, match=f"no draft but {status}: .*{advice}"):
                await change
        assert not any(sandbox.operations[name] for name in CHANGES)
    assert (await twilio.bundles.update(sid, friendly_name="y")).friendly_name == "y"  # that is no status


async def test_what_waits_for_its_review_can_be_taken_back(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sid = await submitted(twilio)
    sandbox.reset_counters()
    said = await refusals(twilio, sid)
    assert set(said) == {"assign", "unassign", "delete"}
    for name, words in said.items():
        place = "sid" if name == "delete" else "bundle_sid"
        assert words.startswith(f"{place}: the bundle {sid} is no draft but pending-review: ")
        assert "update(sid, status='draft')" in words
    assert (await twilio.bundles.fetch(sid)).status is BundleStatus.DRAFT
    assert sandbox.operations["UpdateBundle"] == 2  # submitted again, which it was, and then taken back


async def test_what_was_rejected_is_twilios_to_judge(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sid = await submitted(twilio)
    sandbox.reject_bundle(sid)
    with pytest.raises(ConflictError):
        await twilio.bundles.assign(sid, IT)
    assert (await twilio.bundles.submit(sid)).status is BundleStatus.PENDING_REVIEW
    await twilio.bundles.update(sid, status="draft")
    await twilio.bundles.delete(sid)
    with pytest.raises(NotFoundError):
        await twilio.bundles.fetch(sid)


async def test_a_status_that_is_not_known_rules_nothing_out() -> None:
    async def answer(connection: Connection, received: Received) -> None:
        await json_reply({"sid": BU, "bundle_sid": BU, "status": "archived"})(connection, received)

    async with raw_server(answer) as server, TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio:
        assert await refusals(twilio, BU) == {}
    sent = [each.method for each in server.received]
    assert sent == ["GET", "POST", "GET", "DELETE", "GET", "POST", "GET", "DELETE", "GET", "POST"]


async def expiring(twilio: TwilioNumbers, time: FakeTime) -> list[str | None]:
    return [one.sid async for one in twilio.bundles.expiring(within=SOON, now=time.now)]


async def test_what_a_renewal_leaves_is_not_warned_of(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sid = await submitted(twilio)
    sandbox.approve_bundle(sid, valid_until=time.now() + dt.timedelta(days=10))
    for days, newer in ((20, b"%PDF-1.7 b"), (30, b"%PDF-1.7 c")):
        before = sandbox.bundle_sids

        def approve(days: int = days, before: tuple[str, ...] = before) -> None:
            (copy,) = set(sandbox.bundle_sids) - set(before)
            sandbox.approve_bundle(copy, valid_until=time.now() + dt.timedelta(days=days))

        time.on_sleep = approve
        renewed = await twilio.bundles.renew(sid, documents=[{**NEWER[0], "file": newer}])
        time.on_sleep = None
        assert renewed.valid_until == time.now() + dt.timedelta(days=days)
        assert await expiring(twilio, time) == [sid]
    assert len(sandbox.bundle_sids) == 3
    names = {(await twilio.bundles.fetch(one)).friendly_name for one in sandbox.bundle_sids if one != sid}
    assert names == {f"Renewal of {sid}"}


async def test_a_bundle_stands_for_a_copy_whose_items_it_has(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    until = time.now() + dt.timedelta(days=10)
    sid, other = await submitted(twilio), await submitted(twilio, friendly_name="Another one")
    for one in (sid, other):
        sandbox.approve_bundle(one, valid_until=until)
    copy = (await twilio.bundles.copy(sid, friendly_name="by hand")).sid or ""
    await twilio.bundles.submit(copy)
    sandbox.approve_bundle(copy, valid_until=time.now() + dt.timedelta(days=20))
    assert await expiring(twilio, time) == [sid, other, copy]  # it has an end of its own
    await twilio.bundles.replace_items(sid, copy)
    assert await expiring(twilio, time) == [other, sid]


async def test_only_an_approval_runs_out(sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime) -> None:
    sid = await submitted(twilio)
    sandbox.approve_bundle(sid, valid_until=time.now() + dt.timedelta(days=1))
    assert await expiring(twilio, time) == [sid]
    rows = [
        {"sid": "BU" + digit * 32, "status": status, "valid_until": "2026-01-06T00:00:00Z"}
        for digit, status in enumerate_hex(*BundleStatus, "archived")
    ]
    rows.append({"sid": BU, "status": "twilio-approved"})

    async def answer(connection: Connection, received: Received) -> None:
        copies = received.path.endswith("/Copies")
        await json_reply({"results": [] if copies else rows, "meta": {}})(connection, received)

    async with raw_server(answer) as server, TwilioNumbers(ACCOUNT, "x", base_url=server.url) as careless:
        found = [one.status async for one in careless.bundles.expiring(within=SOON, now=time.now)]
    assert found == ["twilio-approved", "provisionally-approved"]


def enumerate_hex(*statuses: str) -> list[tuple[str, str]]:
    return [(f"{index:x}", status) for index, status in enumerate(statuses)]


async def test_a_bundle_that_was_deleted_asks_for_another_journal(
    sandbox: Sandbox, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    plan, journal = await plan_of(twilio), tmp_path / "journal"
    bundle = await twilio.bundles.create_all(plan, journal=journal)
    await twilio.bundles.update(bundle.sid or "", status="draft")
    await twilio.bundles.delete(bundle.sid or "")
    sandbox.reset_counters()
    with pytest.raises(InvalidArgumentError, match=f"{bundle.sid} of this journal was deleted") as refused:
        await twilio.bundles.create_all(plan, journal=journal)
    assert (refused.value.argument, set(sandbox.operations)) == ("journal", {"FetchBundle"})
    again = await twilio.bundles.create_all(plan, journal=tmp_path / "another")
    assert sandbox.bundle_sids == (again.sid,)
