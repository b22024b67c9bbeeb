"""Both stories over sockets, with 300 numbers, cut connections and processes that are killed: from eligible to hosted
and working, and from ported to working with 20 rejected and planned again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.killing import UNSENT
from tests.porting.details import ADDRESS, CARRIER, TODAY, checked, outcomes, plan_of as plan_port_ins_of
from twilio_numbers_async import IncomingPhoneNumberOptions, TwilioNumbers, plan_hosting, replan
from twilio_numbers_async.errors import TransportError
from twilio_numbers_async.models import IncomingPhoneNumber
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Outcome

from .details import CONTACT, FakeTime, numbers, opened
from .test_creation import planned, statuses

ROOT = Path(__file__).parents[2]
COUNT = 300
OPTIONS: IncomingPhoneNumberOptions = {"sms_url": "https://example.com/sms"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


async def killed(url: str, journal: Path, address: str) -> Counter[str]:
    """Create the orders in processes that are killed before and after each request in turn; says at which."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.hosting.creating", url, str(journal), address, str(COUNT),
        cwd=ROOT, env={**os.environ, "PYTHONDEVMODE": ""}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return Counter(output.decode().split())


async def killed_while_finishing(url: str, journal: Path, places: tuple[str, str], posts: int) -> bool:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.hosting.finishing", url, str(journal), *places, str(COUNT), str(posts),
        cwd=ROOT, env={**os.environ, "PYTHONDEVMODE": ""},
    )  # fmt: skip
    return await process.wait() == -signal.SIGKILL


async def put_to_work(
    twilio: TwilioNumbers, wanted: list[str], places: tuple[str, str], journal: Path
) -> list[Outcome[IncomingPhoneNumber]]:
    sweep = twilio.incoming_phone_numbers.finish(
        wanted, options=OPTIONS, messaging_service_sid=places[0], trunk_sid=places[1], journal=journal
    )
    async with sweep as found:
        return [outcome async for outcome in found]


async def check_working(
    twilio: TwilioNumbers, wanted: list[str], places: tuple[str, str], origin: str
) -> None:
    """Each is in the account once, has its options, and is attached."""
    there = await twilio.incoming_phone_numbers.list(page_size=1000).collect()
    assert sorted(one.phone_number or "" for one in there) == wanted
    assert {(one.sms_url, one.trunk_sid, one.origin) for one in there} == {
        ("https://example.com/sms", places[1], origin)
    }
    service = await twilio.messaging_services.phone_numbers(places[0], page_size=1000).collect()
    assert sorted(one.phone_number or "" for one in service) == wanted
    trunk = await twilio.trunks.phone_numbers(places[1], page_size=1000).collect()
    assert sorted(one.phone_number or "" for one in trunk) == wanted


async def test_from_eligible_to_hosted_and_working(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        places = sandbox.messaging_services.add(), sandbox.trunks.add()
        wanted = numbers(COUNT)
        # Checked in bulk, with answers cut off.
        sandbox.script(Fault.cut(), times=2, path="/v1/HostedNumber/*", every=2)
        async with twilio.bulk_eligibility.sweep([*wanted, "+12125550175", "x"], size=100) as sweep:
            found = [outcome async for outcome in sweep]
        address = (await planned(twilio, 1)).address_sid
        plan = plan_hosting(found, address=address, contact=CONTACT, bulk_size=100)
        assert (plan.phone_numbers, plan.is_ready) == (wanted, True)
        assert [one.reason.value for one in plan.left_out] == ["already_in_twilio", "invalid"]

        # Ordered once, although it is killed before and after each of its requests in turn; then verified; then the
        # letter.
        first = await killed(sandbox.url, journal, address)
        assert (first["CreateBulkHostedNumberOrder"], first[UNSENT]) == (3, 3)
        sandbox.hosted_number_orders.advance(steps=3)
        second = await killed(sandbox.url, journal, address)
        assert second["CreateAuthorizationDocument"] == 1
        assert second[UNSENT] >= 1
        assert len(sandbox.hosted_number_orders.sids) == COUNT
        assert len(sandbox.authorization_documents.sids) == 1
        orders = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(orders) == {"pending-loa": COUNT}

        # Followed until all are completed, with answers cut off, and put to work.
        sandbox.script(Fault.cut(), times=3, path="/v2/HostedNumber/*", every=3)
        time.on_sleep = sandbox.hosted_number_orders.advance
        sids = [outcome.result.sid or "" for outcome in orders]
        seen: Counter[tuple[str, str]] = Counter()
        state: dict[str, Any] = {}
        stopped = True
        while stopped:  # and goes on in another process
            state, stopped = json.loads(json.dumps(state)), False
            async with aclosing(twilio.hosted_number_orders.watch(sids, state=state)) as watching:
                async for change in watching:
                    seen[change.sid, change.new_status.value] += 1
                    stopped = seen.total() % 250 == 0
                    if stopped:
                        break
        assert set(seen.values()) == {1}, "each change is seen once"
        assert sum(status == "completed" for _, status in seen) == COUNT
        sandbox.script(Fault.drop_after(), times=20, method="POST", every=7)
        # One that loses both of its answers fails, and is done by the next run.
        first_run = await put_to_work(twilio, wanted, places, tmp_path / "finish.journal")
        assert all(isinstance(outcome.error, TransportError) for outcome in first_run if not outcome.ok)
        done = await put_to_work(twilio, wanted, places, tmp_path / "finish.journal")
        assert [outcome.error for outcome in done if not outcome.ok] == []
        assert sum(outcome.from_journal for outcome in done) == sum(outcome.ok for outcome in first_run) > 290
        await check_working(twilio, wanted, places, "hosted")
        again = await put_to_work(twilio, wanted, places, tmp_path / "finish.journal")
        assert all(outcome.from_journal for outcome in again)


async def test_from_ported_to_working_with_some_rejected(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "ports.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        places = sandbox.messaging_services.add(), sandbox.trunks.add()
        wanted = numbers(COUNT)
        sandbox.script(Fault.drop_after(), times=None, method="POST", path="/v1/Porting/PortIn")
        [created] = await twilio.port_ins.create_all(
            plan_port_ins_of(outcomes(checked(COUNT))), journal=journal, now=time.now
        )
        sid = created.result.port_in_request_sid or ""
        sandbox.advance(steps=2)
        codes = [22152, 22153, 22154, 22155, 22156]
        lines = (await twilio.port_ins.fetch(sid)).phone_numbers or []
        for index, line in enumerate(lines[:20]):
            sandbox.reject(line.port_in_phone_number_sid or "", codes[index % 5])
        sandbox.advance(steps=9)

        # Planned again with what the codes ask for; the rest says what it waits for.
        rejected = await twilio.port_ins.fetch(sid)
        nothing = replan(rejected, today=TODAY)
        assert (nothing.is_ready, len(nothing.missing)) == (False, 20)
        again = replan(
            rejected,
            pins=dict.fromkeys(wanted[:20], "0007"),
            losing_carrier=msgspec.structs.replace(
                CARRIER,
                customer_name="Example Limited",
                account_number="77",
                address=msgspec.structs.replace(ADDRESS, street="2 Main St"),
            ),
            resolved=[wanted[0], wanted[5], wanted[10]],
            today=TODAY,
        )
        assert (again.is_ready, again.number_count) == (True, 19)
        assert [one.kind.value for one in again.missing] == ["inactive_line"]
        for one in again.corrections:
            if one.is_given:
                await twilio.port_in_phone_numbers.cancel(sid, one.phone_number_sid or "")
        [second] = await twilio.port_ins.create_all(again, journal=journal, now=time.now)
        assert second.result.port_in_request_sid != sid
        [same] = await twilio.port_ins.create_all(again, journal=journal, now=time.now)
        assert same.result == second.result
        assert sandbox.operations["CreatePortingPortIn"] == 2, "neither was sent twice"

        # Those that are there are put to work by processes that are killed in the middle of it; the others as they
        # come. The one whose line is inactive stays out.
        for posts in (150, 250):
            assert await killed_while_finishing(sandbox.url, tmp_path / "finish.journal", places, posts)
        time.on_sleep = sandbox.advance
        ported = [number for number in wanted if number != wanted[15]]
        sandbox.script(Fault.cut(), times=20, method="POST", every=7)
        first_run = await put_to_work(twilio, ported, places, tmp_path / "finish.journal")
        assert all(isinstance(outcome.error, TransportError) for outcome in first_run if not outcome.ok)
        done = await put_to_work(twilio, ported, places, tmp_path / "finish.journal")
        assert [outcome.error for outcome in done if not outcome.ok] == []
        await check_working(twilio, sorted(ported), places, "twilio")
