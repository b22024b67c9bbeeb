"""The journal's file: what is not touched, what happens when it cannot be written, who may have it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.processes import without_remarks
from twilio_numbers_async.sweep import Journal, JournalError
from twilio_numbers_async.sweep.codec import digest

from .calls import Answer, at_once, collect, number, numbers, sweep
from .test_journal import files, kept


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A process of its own."""
    text = textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        env=without_remarks(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def database(path: Path, application: int, version: int) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE precious (thing TEXT)")
    db.execute(f"PRAGMA application_id = {application}")
    db.execute(f"PRAGMA user_version = {version}")
    db.commit()
    db.close()


async def test_what_is_no_journal_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    for content in (b"name,phone\n" * 100, b"short", b"SQLite format 3\0"):
        path.write_bytes(content)
        for journal in (Journal(path), Journal(path, fresh=True)):
            with pytest.raises(JournalError, match="is no journal"):
                await collect(sweep(at_once, numbers(3), journal=journal))
        assert path.read_bytes() == content
        assert files(tmp_path) == [path]


@pytest.mark.parametrize(
    ("application", "version", "match"),
    [
        (0, 0, "is no journal"),
        (1, 1, "is no journal"),
        (0x544E4A31, 3, "of version 3, and this package reads version 2"),
    ],
)
@pytest.mark.parametrize("wal", [False, True])
async def test_other_databases_are_not_touched(
    tmp_path: Path, application: int, version: int, match: str, wal: bool
) -> None:
    path = tmp_path / "precious"
    database(path, application, version)
    if wal:
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode = WAL")
        db.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match=match):
        await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    assert path.read_bytes() == before
    assert files(tmp_path) == [path]


async def test_paths_that_can_hold_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for path, match in (
        (tmp_path, "is not a file"),
        (tmp_path / "pipe", "is not a file"),
        (tmp_path / "nowhere" / "journal", "cannot be opened"),
        (tmp_path / "file" / "journal", "cannot be opened"),
    ):
        with pytest.raises(JournalError, match=match):
            async with Journal(path):
                pass


async def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.touch()
    await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    assert len(kept(path)) == 3


SWEEP = """
    import asyncio, os, sys, resource
    from tests.sweep.calls import at_once, numbers, sweep
    from twilio_numbers_async.sweep import Journal, JournalError

    async def main(path, count, **more):
        got = 0
        try:
            async with sweep(at_once, numbers(count), journal=Journal(path, **more)) as outcomes:
                async for outcome in outcomes:
                    got += 1
        except JournalError as error:
            print(got, error)
        else:
            print(got, "done")
"""


@pytest.mark.parametrize("made", [False, True])
async def test_a_read_only_folder(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "journal"
    if made:
        await collect(sweep(at_once, numbers(3), journal=Journal(path)))
        path.chmod(0o444)
    before = path.read_bytes() if made else b""
    for parent in (folder, *folder.parents):
        if parent.owner() == folder.owner() and parent != Path("/tmp"):
            parent.chmod(0o555)
    script = textwrap.dedent(SWEEP) + textwrap.dedent("""
        if os.geteuid() == 0:  # whom nothing is forbidden
            os.seteuid(65534)
        asyncio.run(main(sys.argv[1], 100))
    """)
    try:
        ran = run(script, path)
    finally:
        for parent in (folder, *folder.parents):
            if parent.owner() == folder.owner() and parent != Path("/tmp"):
                parent.chmod(0o755)
    assert ran.stdout.startswith("0 The journal "), ran
    assert "cannot be opened: Permission denied" in ran.stdout
    if made:
        assert path.read_bytes() == before
    else:
        assert not path.exists()


def test_a_full_disk_ends_the_sweep_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    limited = textwrap.dedent(SWEEP) + textwrap.dedent("""
        limit = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        asyncio.run(main(sys.argv[1], 10_000))
    """)
    ran = run(limited, path, 400_000)  # several commits, and not all
    got, _, message = ran.stdout.partition(" ")
    assert "cannot be written" in message, ran
    assert "What it had is kept" in message
    assert 0 < int(got) < 10_000
    had = kept(path)
    assert 0 < len(had) <= int(got) + 100

    ran = run(textwrap.dedent(SWEEP) + "\nasyncio.run(main(sys.argv[1], 10_000))", path)
    assert ran.stdout == "10000 done\n", ran


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    script = textwrap.dedent(SWEEP) + textwrap.dedent("""
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        asyncio.run(main(sys.argv[1], 100))
    """)
    ran = run(script, tmp_path / "journal")
    assert ran.stdout.startswith("0 The journal "), ran
    assert "cannot be written" in ran.stdout


async def test_another_process_cannot_have_the_journal_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    script = textwrap.dedent(SWEEP) + "\nasyncio.run(main(sys.argv[1], 10))"
    async with Journal(path) as journal:
        # To try it here must not give up the lock that keeps others out.
        with pytest.raises(JournalError, match="in use by another sweep"):
            await Journal(path).open()
        assert "in use by another sweep" in run(script, path).stdout
        await collect(sweep(at_once, numbers(10), journal=journal))
    assert run(script, path).stdout == "10 done\n"


def test_a_program_that_ends_without_closing_commits(tmp_path: Path) -> None:
    script = textwrap.dedent(SWEEP) + textwrap.dedent("""
        async def forgetful():
            journal = Journal(sys.argv[1], interval=3600)
            await journal.open()
            run = await journal.begin({}, int, print)
            from twilio_numbers_async.sweep.outcome import Answered
            from tests.sweep.calls import NOON
            run.record("a", Answered(7, None, NOON, False), transient=False)
            globals()["held"] = journal
        asyncio.run(forgetful())
    """)
    path = tmp_path / "journal"
    ran = run(script, path)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert kept(path) == {"a": "7"}


async def test_a_journal_that_nobody_holds_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    await journal.open()
    del journal
    async with Journal(path):
        pass


async def test_a_busy_event_loop_does_not_hold_up_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    wal = path.with_name("journal-wal")
    async with sweep(at_once, numbers(5), journal=Journal(path, interval=0.01)) as outcomes:
        async for outcome in outcomes:
            if outcome.index == 0:
                before = wal.stat().st_size
                until = time.monotonic() + 30
                while wal.stat().st_size == before and time.monotonic() < until:
                    pass  # the loop does not turn here
                assert wal.stat().st_size > before


def test_digests_tell_inputs_apart() -> None:
    values: list[object] = [
        "",
        "1",
        "2",
        " 1",
        {"a": 1},
        {"a": 2},
        ["a"],
        Answer(phone_number=number(0)),
        None,
        True,
        "\ud800",
    ]
    assert len({digest(value) for value in values}) == len(values)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
