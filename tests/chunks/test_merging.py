"""Done means in the journal: what is merged, what is still pending, and a local sweep that asks nothing more."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import (
    Chunk,
    ChunkResult,
    InvalidArgumentError,
    Journal,
    JournalError,
    Outcome,
    Portability,
    split,
    sweep_chunk,
)
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep.rows import columns_of

from .samples import factory, numbers, rows_of

TO = "AC" + "b" * 32
INPUTS = [*numbers(24), "extension 7", *numbers(3), "+1 212 555 0165"]


async def results_of(
    sandbox: Sandbox, inputs: Any = INPUTS, size: int = 10, **options: Any
) -> list[ChunkResult]:
    if "operation" not in options:
        options.setdefault("country", "US")
    async with factory(sandbox)() as twilio:
        return [await sweep_chunk(twilio, chunk) for chunk in split(inputs, size=size, **options)]


def left(journal: Journal, inputs: Any = INPUTS, size: int = 10, **options: Any) -> list[Chunk]:
    return [*journal.pending(inputs, size=size, **{"country": "US", **options})]


def content(path: Path) -> dict[str, Any]:
    """All rows of all tables, as another program would find them if this one were killed now."""
    copy = path.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        if file.is_file():
            shutil.copy(file, copy)
    db = sqlite3.connect(copy / path.name)
    try:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
    finally:
        db.close()


async def test_what_is_merged_is_not_pending_and_not_asked_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    async with Sandbox() as sandbox:
        assert left(journal) == [*split(INPUTS, size=10, country="US")]
        first, second, third = await results_of(sandbox)
        journal.merge(second)
        assert [chunk.index for chunk in left(journal)] == [0, 2]
        journal.merge(ChunkResult.from_bytes(third.to_bytes()))
        (chunk,) = left(journal)
        assert chunk.inputs == (*INPUTS[3:10],), "the first three came in the last chunk too"
        assert [chunk.position(offset) for offset in range(7)] == [*range(3, 10)]
        journal.merge(first)
        assert left(journal) == []

        asked = sandbox.requests
        async with factory(sandbox)() as twilio:
            sweep = twilio.portability.sweep(INPUTS, country="US", ordered=True, journal=journal)
            async with sweep as outcomes:
                got = [outcome async for outcome in outcomes]
            assert sandbox.requests == asked
            async with twilio.portability.sweep(INPUTS, country="US") as outcomes:
                local = [outcome async for outcome in outcomes]
    assert rows_of(got) == rows_of(local)
    assert all(outcome.from_journal for outcome in got if outcome.phone_number)


async def test_a_row_that_is_not_as_it_was_written_is_pending_and_merged_again(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    async with Sandbox() as sandbox:
        results = await results_of(sandbox, numbers(20))
    with Journal(path) as journal:
        for result in results:
            journal.merge(result)
    db = sqlite3.connect(path)
    with db:
        damage = "UPDATE outcomes SET result = replace(result, 'true', 'null') WHERE key LIKE '%5552000013%'"
        assert db.execute(damage).rowcount == 1
    db.close()
    with Journal(path) as journal:
        (chunk,) = left(journal, numbers(20))
        assert chunk.inputs == (numbers(20)[13],)
        journal.merge(results[1])
        assert left(journal, numbers(20)) == []


async def test_to_merge_again_changes_nothing_whatever_the_order(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.script(Fault.error(503), path="*/+15552000001", times=1)
        before = await results_of(sandbox)
        later = await results_of(sandbox)
    chance = random.Random(3)
    seen: list[dict[str, Any]] = []
    for attempt in range(6):
        path = tmp_path / f"journal-{attempt}"
        results = [*before, *later, *before]
        chance.shuffle(results)
        with Journal(path) as journal:
            for result in results:
                journal.merge(result)
        seen.append(content(path))
        with Journal(path) as journal:
            for result in results:
                journal.merge(result)
            assert left(journal) == []
        assert {**content(path), "inputs": []} == {**seen[-1], "inputs": []}
    assert all(one == seen[0] for one in seen)
    assert len(seen[0]["outcomes"]) == 25
    assert seen[0]["inputs"] == []


async def test_unfinished_inputs_come_again_alone(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, factory(sandbox)() as twilio:
        for number in ("+15552000003", "+15552000007", "+15552000012"):
            sandbox.script(Fault.error(503), path=f"*/{number}", times=1)
        sandbox.script(Fault.error(404, 20404), path="*/+15552000005", times=1)
        with Journal(tmp_path / "journal") as journal:
            for result in await results_of(sandbox):
                journal.merge(result)
            again = left(journal)
            assert [chunk.inputs for chunk in again] == [(INPUTS[3], INPUTS[7]), (INPUTS[12],)]
            assert [chunk.index for chunk in again] == [0, 1]
            assert [chunk.start for chunk in again] == [3, 12]
            for chunk in again:
                last = await sweep_chunk(twilio, chunk)
                assert [row["index"] for row in last.to_rows()] == [
                    chunk.position(offset) for offset in range(len(chunk.inputs))
                ]
                journal.merge(last)
                # What failed once is merged late: it does not take the answer away.
                journal.merge(msgspec.structs.replace(last, again=(0,)))
            assert left(journal) == []


async def test_pending_goes_on_while_results_are_merged(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, factory(sandbox)() as twilio:
        with Journal(tmp_path / "journal") as journal:
            done = 0
            for chunk in journal.pending(iter(numbers(30) * 2), size=10, country="US"):
                journal.merge(await sweep_chunk(twilio, chunk))
                done += 1
            assert done == 3, "the others had come before"
        assert sandbox.requests == 30


async def test_update_and_transfer_too(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.add_account(TO, "another-token", parent=sandbox.account_sid)
        sids = sandbox.add_numbers(5)
        changes = [(sid, {"voice_url": "https://example.com/"}) for sid in sids]
        cases: list[tuple[Any, dict[str, Any]]] = [
            (changes, {"operation": "update"}),
            (sids, {"operation": "transfer", "to_account_sid": TO}),
        ]
        for inputs, options in cases:
            journal = Journal(tmp_path / options["operation"])
            first, second, third = await results_of(sandbox, inputs, 2, **options)
            journal.merge(second)
            pending = [*journal.pending(inputs, size=2, **options)]
            assert [chunk.inputs for chunk in pending] == [tuple(inputs[:2]), tuple(inputs[4:])]
            journal.merge(first)
            journal.merge(third)
            assert [*journal.pending(inputs, size=2, **options)] == []
            asked = sandbox.requests
            async with factory(sandbox)() as twilio:
                numbers_of = twilio.incoming_phone_numbers
                sweep = (
                    numbers_of.update_many(inputs, journal=journal)
                    if options["operation"] == "update"
                    else numbers_of.transfer_many(inputs, TO, journal=journal)
                )
                async with sweep as outcomes:
                    assert [outcome.from_journal async for outcome in outcomes] == [True] * 5
            assert sandbox.requests == asked


async def test_other_options_and_inputs_are_refused(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        (result,) = await results_of(sandbox, numbers(3))
        (other,) = await results_of(sandbox, numbers(3), country="CA")
        (foreign,) = await results_of(
            sandbox, sandbox.add_numbers(1), operation="transfer", to_account_sid=TO
        )
    with Journal(tmp_path / "journal") as journal:
        assert len(left(journal, numbers(3))) == 1
        journal.merge(result)
        before = content(tmp_path / "journal")
        for wrong in (other, foreign):
            with pytest.raises(JournalError, match="with other options"):
                journal.merge(wrong)
        others: list[Any] = [{"country": "CA"}, {"address_sid": "AD" + "a" * 32}, {"target_account_sid": TO}]
        for options in others:
            with pytest.raises(JournalError, match="with other options"):
                left(journal, numbers(3), **options)
        with pytest.raises(JournalError, match="with other options"):
            next(journal.pending([], operation="update"))
        assert content(tmp_path / "journal") == before
        assert left(journal, numbers(3)[::2]) == []
        assert left(journal, numbers(2)) == []
        assert left(journal, numbers(3)) == []
        assert [chunk.inputs for chunk in left(journal, numbers(4)[::-1])] == [(numbers(4)[3],)]
        with pytest.raises(InvalidArgumentError, match="size must be"):
            journal.pending(numbers(3), size=0)


async def test_a_journal_of_a_sweep_goes_on_in_chunks(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    async with Sandbox() as sandbox, factory(sandbox)() as twilio:
        sandbox.script(Fault.error(503), path="*/+15552000004", times=1)
        async with twilio.portability.sweep(INPUTS, country="US", journal=journal) as outcomes:
            async for _ in outcomes:
                with pytest.raises(JournalError, match="is in use by a sweep"):
                    journal.merge((await results_of(sandbox, numbers(1)))[0])
                with pytest.raises(JournalError, match="is in use by a sweep"):
                    left(journal)
                break
        async with twilio.portability.sweep(INPUTS, country="US", journal=journal) as outcomes:
            [None async for _ in outcomes]
        sandbox.script(Fault.error(503), path="*/+15552000004", times=1)
        async with journal:
            pending = left(journal)
            for chunk in pending:
                journal.merge(await sweep_chunk(twilio, chunk))
    assert len(pending) <= 1


async def test_old_answers_come_again(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    async with Sandbox() as sandbox:
        results = await results_of(sandbox)
        journal = Journal(tmp_path / "journal", max_age=3600, now=lambda: now)
        for result in results:
            journal.merge(result)
        assert left(journal) == []
        now += dt.timedelta(hours=2)
        assert left(journal) == [*split(INPUTS, size=10, country="US")]
        later = await results_of(sandbox)
    newer = [
        msgspec.structs.replace(
            result,
            outcomes=tuple(
                msgspec.structs.replace(outcome, checked_at=outcome.checked_at and now)
                for outcome in result.outcomes
            ),
        )
        for result in later
    ]
    for result in newer:
        journal.merge(result)
    assert left(journal) == []


async def test_threads_may_share_a_journal(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        results = await results_of(sandbox, numbers(200), 10)
    for journal in (Journal(tmp_path / "closed"), Journal(tmp_path / "open")):
        if journal.path.name == "open":
            await journal.open()
        with ThreadPoolExecutor(4) as pool:
            assert [*pool.map(journal.merge, results)] == [None] * 20
        assert left(journal, numbers(200)) == []
        await journal.aclose()


async def test_what_is_merged_is_on_the_disk(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        results = await results_of(sandbox)
    with Journal(tmp_path / "journal", interval=3600) as journal:
        for result in results:
            journal.merge(result)
        assert len(content(tmp_path / "journal")["outcomes"]) == 25, "another program sees it"


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("not a journal, and long enough to be looked at" * 10)
    with pytest.raises(JournalError, match="is no journal"), Journal(tmp_path / "journal"):
        pass
    with pytest.raises(JournalError, match="is no journal"):
        left(Journal(tmp_path / "journal"))


def made_up(chunks: int, size: int) -> Iterator[ChunkResult]:
    """Results as workers would send them."""
    options = {
        "operation": "FetchPortingPortability",
        "account_sid": "AC" + "a" * 32,
        "country": None,
        "query": "",
    }
    now = dt.datetime.now(dt.UTC)
    for chunk in split((f"+1555{2_000_000 + position}" for position in range(chunks * size)), size=size):
        outcomes: tuple[Outcome[Portability], ...] = tuple(
            Outcome(chunk.position(offset), number, number, Portability(phone_number=number, portable=True), None,
                    False, now, columns_of(Portability))
            for offset, number in enumerate(chunk.inputs)
        )  # fmt: skip
        yield ChunkResult(chunk.key, chunk.index, "portability", options, outcomes, chunk.inputs, ())


def test_memory_does_not_grow_with_the_chunks(tmp_path: Path) -> None:
    size = 20

    def peak(chunks: int) -> int:
        inputs = (f"+1555{2_000_000 + position}" for position in range(chunks * size))
        tracemalloc.start()
        try:
            with Journal(tmp_path / f"{chunks}") as journal:
                for chunk, result in zip(
                    journal.pending(inputs, size=size), made_up(chunks, size), strict=True
                ):
                    assert result.key == chunk.key
                    journal.merge(ChunkResult.from_bytes(result.to_bytes()))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(5)  # what is made once
    assert peak(300) - peak(30) < 1_000_000, "to keep the results would take six times that"
