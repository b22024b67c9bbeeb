"""kill -9 at any moment: nothing that the journal has is asked again, and the end is the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import processes
from twilio_numbers_async.sweep import Journal

ROOT = Path(__file__).parents[2]

KILLS = int(os.environ.get("SWEEP_KILLS", "4"))
COUNT = int(os.environ.get("SWEEP_KILL_INPUTS", "6000"))

# Outcomes that a kill may cost: half a second of a few thousand a second, or 1,000, and some room for a busy machine.
MOST_LOST = 4000


@contextmanager
def started(
    folder: Path, asked: str, name: str = "journal", count: int = COUNT
) -> Generator[processes.Process, None, None]:
    arguments: list[str | Path] = [folder / name, str(count), folder / asked, folder / f"{name}.rows"]
    with processes.start(
        "-m", "tests.sweep.child", *arguments,
        cwd=ROOT, env=os.environ, imports=["tests.sweep.calls", "twilio_numbers_async.sweep"], stderr=2,
    ) as child:  # fmt: skip
        try:
            yield child
        finally:
            child.kill()


def finished(folder: Path, asked: str, name: str = "journal") -> int | None:
    with started(folder, asked, name) as child:
        child.communicate()
    return child.returncode


def killed(folder: Path, asked: str, after: int) -> int:
    """Kill it after so many outcomes; says how many there were."""
    with started(folder, asked) as child:
        assert child.stdout is not None
        seen = 0
        while seen < after and child.stdout.readline():
            seen += 1
        child.kill()
        return seen + len(child.stdout.read().split())


def journalled(folder: Path) -> set[str]:
    """The numbers in the journal as the kill left it; read from a copy, so that the next run finds it just so."""
    copy = folder / "copy"
    copy.mkdir(exist_ok=True)
    for name in ("journal", "journal-wal", "journal-journal"):
        (copy / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copy(folder / name, copy / name)
    if not (copy / "journal").exists():
        return set()
    db = sqlite3.connect(copy / "journal")
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not db.execute("SELECT * FROM sqlite_master").fetchall():
            return set()
        return {key for (key,) in db.execute("SELECT key FROM outcomes WHERE NOT passing")}
    finally:
        db.close()


def asked(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text().split() if path.exists() else []


def test_killed_again_and_again_it_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    assert finished(tmp_path, "asked-whole", name="whole") == 0

    chance = random.Random(7)
    for kill in range(KILLS):
        known = journalled(tmp_path)
        # The first time before there is any outcome, perhaps while the file is made.
        seen = killed(tmp_path, f"asked-{kill}", after=chance.randrange(COUNT) if kill else 0)
        again = asked(tmp_path, f"asked-{kill}")
        assert len(again) == len(set(again))
        assert not known & set(again)
        assert known <= journalled(tmp_path)
        assert len(journalled(tmp_path)) >= seen * 0.8 - MOST_LOST  # of ten inputs one or two ask nothing

    known = journalled(tmp_path)
    assert finished(tmp_path, "asked-last") == 0
    again = asked(tmp_path, "asked-last")
    assert not known & set(again)
    assert known | set(again) == set(asked(tmp_path, "asked-whole"))
    assert (tmp_path / "journal.rows").read_bytes() == (tmp_path / "whole.rows").read_bytes()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_the_lock_ends_with_the_process(tmp_path: Path, how: signal.Signals) -> None:
    many = 100_000  # so many that it waits for the pipe to be read, and is there until it is killed
    with started(tmp_path, "asked-0", count=many) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert finished(tmp_path, "asked-1") == 1
        assert asked(tmp_path, "asked-1") == []
        child.send_signal(how)
        child.stdout.read()
        child.wait()
    async with Journal(tmp_path / "journal") as journal:
        await journal.counts()  # it opens: nobody holds it any more
