"""Sweeps that are cut short: Ctrl-C, SIGTERM, ``kill -9``, a pipe that closes, a disk that is full."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..command import (
    PATIENCE,
    checked,
    ended,
    environment,
    numbers,
    read_csv,
    run,
    start,
    wait_until,
    write_csv,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

GIVEN = numbers(300)


@dataclass
class Pace:
    """Seconds that a request takes. A test that has stopped a sweep in its middle need not wait for the rest of it."""

    seconds: float = 0.05


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
def slow(pace: Pace) -> Iterator[Sandbox]:
    """300 numbers take it 3 seconds at 5 at once."""
    with Sandbox(latency=lambda: pace.seconds) as sandbox:
        yield sandbox


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_csv(
        tmp_path / "in.csv", [["phone", "n"], *([number, str(n)] for n, number in enumerate(GIVEN))]
    )


def without_times(path: Path) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != "checked_at"} for row in read_csv(path)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_done_is_written_and_the_same_command_goes_on(
    tmp_path: Path, slow: Sandbox, pace: Pace, file: Path, number: signal.Signals
) -> None:
    env = environment(slow)
    options = ("sweep", file, "--base-url", slow.url, "--concurrency", "5")
    process = start(*options, cwd=tmp_path, env=env)
    wait_until(lambda: slow.requests > 60)
    process.send_signal(number)
    done = ended(process)
    assert done.code == 130
    rows = read_csv(tmp_path / "results.csv.part")
    assert (
        f"Stopped: {len(rows)} of 300 rows are in results.csv.part. The same command goes on from there."
        in done.err
    )
    assert 40 < len(rows) < 300
    assert [row["phone"] for row in rows] == GIVEN[: len(rows)]
    assert all(row["portable"] or row["code"] or row["error"] for row in rows)
    assert {path.name for path in tmp_path.iterdir()} == {
        "in.csv", "results.csv.part", "results.csv.journal", "results.csv.timeline",
    }  # fmt: skip

    asked, pace.seconds = slow.requests, 0.0
    again = run(*options, cwd=tmp_path, env=env)
    assert again.code == 0
    assert "Going on with results.csv.journal" in again.err
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "results.csv", "results.csv.timeline"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("results*")} == {0o600}
    resumed = without_times(tmp_path / "results.csv")
    assert [row["phone"] for row in resumed] == GIVEN
    assert [slow.requests_for(row["phone"]) for row in rows] == [1] * len(rows), "none is asked for again"
    assert slow.requests <= 300 + 5 + asked - len(rows)
    assert not (tmp_path / "results.csv.journal").exists()

    assert run(*options[:4], "--out", "whole.csv", cwd=tmp_path, env=env).code == 0
    assert without_times(tmp_path / "whole.csv") == resumed


def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path, slow: Sandbox, pace: Pace, file: Path) -> None:
    env = environment(slow)
    options = ("sweep", file, "--base-url", slow.url, "--concurrency", "5")
    for more in (30, 60):
        until = slow.requests + more
        process = start(*options, cwd=tmp_path, env=env)
        wait_until(lambda: slow.requests > until)  # noqa: B023 - it is called in this turn
        process.kill()
        process.communicate(timeout=PATIENCE)
        assert not (tmp_path / "results.csv").exists(), "never half a file"
    pace.seconds = 0.0
    done = run(*options, cwd=tmp_path, env=env)
    assert done.code == 0
    assert [row["phone"] for row in read_csv(tmp_path / "results.csv")] == GIVEN
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "results.csv", "results.csv.timeline"}


def test_two_sweeps_on_one_journal(tmp_path: Path, slow: Sandbox, pace: Pace, file: Path) -> None:
    env = environment(slow)
    options = ("sweep", file, "--base-url", slow.url, "--concurrency", "2")
    first = start(*options, cwd=tmp_path, env=env)
    wait_until(lambda: slow.requests > 20)
    second = run(*options, cwd=tmp_path, env=env)
    assert second.code == 2
    assert "is in use by another sweep" in second.err
    pace.seconds = 0.0
    assert ended(first).code == 0
    assert [row["phone"] for row in read_csv(tmp_path / "results.csv")] == GIVEN


def test_stopped_before_the_first_row(tmp_path: Path, file: Path) -> None:
    with Sandbox(latency=PATIENCE) as stuck:
        process = start("sweep", file, "--base-url", stuck.url, cwd=tmp_path, env=environment(stuck))
        wait_until(lambda: stuck.requests > 0)
        process.send_signal(signal.SIGINT)
        done = ended(process)
    assert done.code == 130
    assert "Stopped: 0 of 300 rows were done. The same command goes on from there." in done.err
    assert not list(tmp_path.glob("*.part"))
    assert not (tmp_path / "results.csv").exists()


def test_ctrl_c_while_a_few_are_checked(tmp_path: Path) -> None:
    with Sandbox(latency=PATIENCE) as stuck:
        process = start("check", *GIVEN[:3], "--base-url", stuck.url, cwd=tmp_path, env=environment(stuck))
        wait_until(lambda: stuck.requests > 0)
        process.send_signal(signal.SIGINT)
        done = ended(process)
    assert (done.code, done.out, done.err) == (130, "", "")


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path, slow: Sandbox, file: Path) -> None:
    process = start("sweep", file, "--base-url", slow.url, "--json", cwd=tmp_path, env=environment(slow))
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["phone"] == GIVEN[0]
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    done = checked(process.wait(PATIENCE), b"", err)
    assert done.code == 141
    # It may have come to its end before its reader left.
    told = (" rows, ", " done, ", " rows in ", "Portable: ")
    assert all(any(words in line for words in told) for line in done.err.splitlines()), done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line(tmp_path: Path, file: Path) -> None:
    (tmp_path / "results.csv.part").symlink_to("/dev/full")
    with Sandbox() as sandbox:
        done = run("sweep", file, "--base-url", sandbox.url, cwd=tmp_path, env=environment(sandbox))
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("results.csv cannot be written: No space left on device")
    assert not (tmp_path / "results.csv").exists()
    assert not list(tmp_path.glob("*.part")), "after an error there is no half of a file"
    assert (tmp_path / "results.csv.journal").exists(), "what was answered is kept"
