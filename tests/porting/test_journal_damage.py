"""A journal of port-ins that is not as it was written: nothing is sent, and nothing in it is shown or believed."""

from __future__ import annotations

import datetime as dt
import sqlite3
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from twilio_numbers_async.models import PortIn, PortInCreate, PortInCreatePhoneNumber
from twilio_numbers_async.porting.creation import PortInOutcome
from twilio_numbers_async.porting.journal import PortInJournal, key_of
from twilio_numbers_async.porting.plan import PortInPlan
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sweep import JournalError

from .details import ACCOUNT, CARRIER, FakeTime, opened

WRITTEN_BY_0_1_0 = Path(__file__).with_name("journal_0_1_0.sql")
NUMBERS = [f"+1415555010{index}" for index in range(5)]
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PORT_IN = PortIn(port_in_request_sid="KW" + "1" * 32)


def request(*numbers: str) -> PortInCreate:
    return PortInCreate(
        account_sid=ACCOUNT,
        documents=["RD" + "a" * 32],
        phone_numbers=[PortInCreatePhoneNumber(phone_number=number) for number in numbers],
        losing_carrier_information=CARRIER,
    )


REQUESTS = [request(*NUMBERS[:2]), request(*NUMBERS[2:4]), request(NUMBERS[4])]
PLAN = PortInPlan(requests=REQUESTS, left_out=[], duplicates={}, problems=[])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ports.journal"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


async def written(path: Path) -> None:
    """One that was created, and one whose answer was lost."""
    async with PortInJournal(path) as journal:
        await journal.begin(NOON.date(), ["KW" + "0" * 32])
        for one in REQUESTS[:2]:
            await journal.intend(key_of(one), [entry.phone_number for entry in one.phone_numbers], NOON)
        await journal.record(key_of(REQUESTS[0]), PORT_IN)
        await journal.lose(key_of(REQUESTS[1]), NOON)


async def said(path: Path) -> object:
    """All that a journal says."""
    async with PortInJournal(path) as journal:
        return await journal.created(), await journal.unsettled()


async def create_all(sandbox: Sandbox, path: Path) -> list[PortInOutcome]:
    time = FakeTime()
    async with opened(sandbox, time) as twilio:
        return await twilio.port_ins.create_all(PLAN, journal=path, now=time.now)


def assert_says_nothing(error: BaseException) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    words = "".join(traceback.format_exception(error))
    assert "555" not in words
    assert "Example" not in words


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE port_ins SET answer = replace(answer, 'KW1', 'KW2')",
        "UPDATE port_ins SET answer = NULL",
        "UPDATE port_ins SET answer = CAST(x'ff' AS TEXT)",
        "UPDATE port_ins SET numbers = '+14155550109' WHERE answer IS NULL",
        "UPDATE port_ins SET lost_at = NULL",
        "UPDATE port_ins SET run = 1.5",
        "UPDATE port_ins SET checksum = NULL",
        "UPDATE runs SET before = ''",
        "DELETE FROM runs",
        "DROP TABLE runs",
        "DROP TABLE port_ins",
    ],
)
async def test_what_is_damaged_is_refused_before_anything_is_sent(
    sandbox: Sandbox, path: Path, change: str
) -> None:
    await written(path)
    db = sqlite3.connect(path)
    with db:
        db.execute(change)
    db.close()
    with pytest.raises(JournalError, match=r"is damaged: .* nothing was sent\. See with twilio\.") as refused:
        await create_all(sandbox, path)
    assert_says_nothing(refused.value)
    assert sandbox.requests == 0


def replaced(path: Path, place: slice, new: bytes) -> bytes:
    """Put other bytes into the file; says what it was."""
    content = path.read_bytes()
    changed = bytearray(content)
    changed[place] = new
    path.write_bytes(changed)
    return content


async def test_any_changed_byte_of_the_file_is_refused_or_changes_nothing(path: Path) -> None:
    await written(path)
    content, expected = replaced(path, slice(0, 0), b""), await said(path)
    refused = same = 0
    key = content.index(b"PRIMARY KEY, since")  # a column of another kind is empty, and its rows join nothing
    for place in [key, *[place for place, byte in enumerate(content) if byte][::17]]:
        replaced(path, slice(0, None), content)
        replaced(path, slice(place, place + 1), bytes([content[place] ^ (1 << place % 8)]))
        try:
            assert await said(path) == expected, place
            same += 1
        except JournalError as error:
            assert_says_nothing(error)
            refused += 1
    assert refused > same > 0


async def test_a_journal_of_version_0_1_0_goes_on(sandbox: Sandbox, path: Path) -> None:
    db = sqlite3.connect(path)
    db.executescript(WRITTEN_BY_0_1_0.read_text("utf-8"))
    db.close()
    expected = [(key_of(REQUESTS[0]), NUMBERS[:2], PORT_IN)]
    async with PortInJournal(path) as journal:
        assert await journal.created() == expected
        [intent] = await journal.unsettled()
        assert (intent.key, intent.numbers, intent.lost_at) == (
            key_of(REQUESTS[1]),
            frozenset(NUMBERS[2:4]),
            NOON,
        )
        assert (intent.since, intent.before) == (dt.date(2025, 5, 3), frozenset({"KW" + "0" * 32}))

    first = await create_all(sandbox, path)
    assert [outcome.from_journal for outcome in first] == [True, False, False]
    assert first[0].result == PORT_IN
    assert all(outcome.ok for outcome in first)
    assert sandbox.operations["CreatePortingPortIn"] == 2
    second = await create_all(sandbox, path)
    assert [outcome.from_journal for outcome in second] == [True, True, True]


async def test_a_journal_of_version_0_1_0_is_checked_once_it_was_opened(path: Path) -> None:
    db = sqlite3.connect(path)
    db.executescript(WRITTEN_BY_0_1_0.read_text("utf-8"))
    db.close()
    await said(path)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE port_ins SET answer = NULL")
    db.close()
    with pytest.raises(JournalError, match="is damaged"):
        await said(path)
