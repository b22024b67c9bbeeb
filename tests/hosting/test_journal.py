"""A journal of hosting that is cut, changed or in use: it is not believed, and nothing is ordered twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sqlite3
import sys
from pathlib import Path

import msgspec
import pytest

from twilio_numbers_async.errors import JournalError
from twilio_numbers_async.hosting.journal import HostingJournal, Kind
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import ACCOUNT, FakeTime, numbers, opened
from .test_creation import BULK, PATHS, planned, sent, statuses

ROOT = Path(__file__).parents[2]
NOON = dt.datetime(2025, 5, 5, 12, tzinfo=dt.UTC)


async def written(path: Path) -> None:
    """One request that was answered, one that was lost, and one that a killed process had sent."""
    async with HostingJournal(path, ACCOUNT) as journal:
        bulk = await journal.intend(Kind.BULK, numbers(40), (), NOON)
        await journal.record(bulk, "BH" + "1" * 32)
        lost = await journal.intend(Kind.ORDER, numbers(1, 50), ["HR" + "1" * 32], NOON)
        await journal.lose(lost, NOON)
        await journal.intend(Kind.LETTER, ["HR" + "2" * 32], (), NOON)


async def said(path: Path) -> object:
    async with HostingJournal(path, ACCOUNT) as journal:
        return await journal.requests()


async def test_a_journal_that_was_cut_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    await written(path)
    content, expected = path.read_bytes(), await said(path)
    places = {
        *range(1, 130),
        *range(1, len(content), 211),
        *range(4096, len(content), 4096),
        len(content) - 1,
    }
    for place in sorted(places):
        path.write_bytes(content[:place])
        with pytest.raises(JournalError, match=r"is (damaged|no journal)"):
            await said(path)
        assert path.read_bytes() == content[:place], "it is left as it is"
    path.write_bytes(content)
    assert await said(path) == expected


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE requests SET sid = 'BH2' WHERE sid IS NOT NULL",
        "UPDATE requests SET sid = NULL",
        "UPDATE requests SET lost_at = NULL",
        "UPDATE requests SET before = ''",
        "UPDATE requests SET kind = 'order'",
        "UPDATE requests SET members = '+15552000000'",
        "UPDATE requests SET checksum = NULL",
        "DROP TABLE requests",
    ],
)
async def test_a_journal_that_was_changed_is_refused_before_anything_is_sent(
    tmp_path: Path, change: str
) -> None:
    path, time = tmp_path / "journal", FakeTime()
    await written(path)
    db = sqlite3.connect(path)
    with db:
        db.execute(change)
    db.close()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2)
        asked = sandbox.requests
        with pytest.raises(JournalError, match=r"is damaged: .* nothing was sent\. See with twilio\.hosted_"):
            await twilio.hosted_number_orders.create_all(plan, journal=path, now=time.now)
        assert sandbox.requests == asked


async def test_a_new_journal_in_the_place_of_a_lost_one_orders_nothing_again(tmp_path: Path) -> None:
    path, time = tmp_path / "journal", FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 25, bulk_size=10)
        await twilio.hosted_number_orders.create_all(plan, journal=path, now=time.now)
        path.write_bytes(b"")
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=path, now=time.now)
        assert statuses(outcomes) == {"received": 25}
        assert all(outcome.was_there for outcome in outcomes)
        assert sent(sandbox) == [3, 0, 0]


async def test_another_plan_goes_on_with_the_journal(tmp_path: Path) -> None:
    """Numbers came and went, and the size of bulk requests has changed, while one of them was lost."""
    path, time = tmp_path / "journal", FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        create = twilio.hosted_number_orders.create_all
        rule = sandbox.script(Fault.drop(), skip=1, times=None, method="POST", path=PATHS[BULK])
        first = await create(await planned(twilio, 8, bulk_size=4), journal=path, now=time.now)
        assert [outcome.is_unknown for outcome in first] == [False] * 4 + [True] * 4
        rule.cancel()
        plan = await planned(twilio, 12, bulk_size=3)
        chosen = [*numbers(2, 10), *numbers(6, 2)]
        other = msgspec.structs.replace(plan, phone_numbers=chosen)
        for _ in range(2):
            outcomes = await create(other, journal=path, now=time.now)
            assert [outcome.phone_number for outcome in outcomes] == other.phone_numbers
            assert statuses(outcomes) == {"received": 8}
        assert statuses(await create(plan, journal=path, now=time.now)) == {"received": 12}
        ordered = [
            order.phone_number or ""
            for order in await twilio.hosted_number_orders.list(page_size=1000).collect()
        ]
        assert sorted(ordered) == numbers(12)


async def test_one_process_at_a_time(tmp_path: Path) -> None:
    path, time = tmp_path / "journal", FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2)
        async with HostingJournal(path, ACCOUNT):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SECOND, sandbox.url, str(path), plan.address_sid,
                cwd=ROOT, env={**os.environ, "PYTHONDEVMODE": ""}, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            output, _ = await process.communicate()
        assert output.decode().strip() == f"The journal {path} is in use."
        assert sent(sandbox) == [0, 0, 0]
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=path, now=time.now)
        assert statuses(outcomes) == {"received": 2}


SECOND = """
import asyncio, sys
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.errors import JournalError
from tests.hosting.details import ACCOUNT, eligible, plan_of
async def main(url, journal, address):
    async with TwilioNumbers(ACCOUNT, "sandbox-auth-token", base_url=url) as twilio:
        try:
            await twilio.hosted_number_orders.create_all(plan_of(eligible(2), address=address), journal=journal)
        except JournalError as error:
            print(error)
asyncio.run(main(*sys.argv[1:]))
"""
