"""A sweep in chunks over a pool of processes: how much of the allowance it uses, and what kills cost.

``python benchmarks/chunks.py [--scenario NAME ...] [--numbers N] [--rounds N] [--json PATH]``. ``steady``: four
processes of ``examples/engines/process_pool.py``, cap 100, 50 ms, with the rows of a local sweep beside theirs.
``killed``: the same with ``kill -9`` of a process every 3 s and of the coordinator once. ``memory``: what a coordinator
of 10,000 chunks has at most beside one of 1,000. Celery and taskiq: ``pytest tests/chunks/test_engines.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path.insert(0, str(ROOT))  # run as a file

from benchmarks.allowance import Child  # noqa: E402
from benchmarks.measure import peak_memory, table  # noqa: E402
from benchmarks.server import made_up  # noqa: E402
from benchmarks.versions import THIS  # noqa: E402
from twilio_numbers_async import (  # noqa: E402
    ChunkResult,
    Journal,
    Outcome,
    Portability,
    TwilioNumbers,
    split,
)
from twilio_numbers_async.sweep.rows import columns_of  # noqa: E402

__all__ = ["main"]

PROCESSES, CAP, LATENCY = 4, 100, 0.05
SIZE = 1000
EVERY = 3.0
"""Seconds between two kills."""
AT_ONCE, LOOK_AHEAD = 2, 1
"""Chunks that each process works on, and that wait in it: as in the example."""


class Account(Child):
    """The server."""

    def __init__(self) -> None:
        super().__init__("_chunks_server")
        self.url = f"http://127.0.0.1:{json.loads(self.first)[0]}"

    def reset(self) -> None:
        self.say(json.dumps({"cap": CAP, "latency": LATENCY}))
        self.read()

    def books(self) -> dict[str, Any]:
        self.say("null")
        books: dict[str, Any] = json.loads(self.read())
        return books


def pool(account: Account, folder: Path) -> subprocess.Popen[str]:
    """The example, begun."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "NUMBERS_BASE_URL": account.url,
    }
    program = ROOT / "examples" / "engines" / "process_pool.py"
    command = [sys.executable, program, folder / "numbers.txt", "--out", folder / "out.csv"]
    command += ["--size", SIZE, "--processes", PROCESSES]
    return subprocess.Popen([*map(str, command)], cwd=program.parent, env=env, text=True)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return [{**row, "checked_at": ""} for row in csv.DictReader(file)]


async def local_rows(account: Account, count: int) -> list[dict[str, str]]:
    """The findings of one process, as a CSV file would hold them."""
    async with (
        TwilioNumbers("AC" + "a" * 32, "token", base_url=account.url) as twilio,
        twilio.portability.sweep(made_up(count), ordered=True) as outcomes,
    ):
        found = [outcome.as_row() async for outcome in outcomes]
    return [
        {name: "" if value is None or name == "checked_at" else str(value) for name, value in row.items()}
        for row in found
    ]


def children(process: int) -> list[int]:
    """The processes of the pool."""
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            with contextlib.suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(child)
    return found


def prepared(folder: Path, count: int) -> None:
    (folder / "numbers.txt").write_text("".join(f"{number}\n" for number in made_up(count)))


def use_of(books: dict[str, Any]) -> tuple[float, float]:
    """The part of the allowance that was used, the part of the requests that was refused."""
    used, there = (sum(phase[name] for phase in books["phases"]) for name in ("used", "there"))
    refused, answered = sum(books["refused"]), sum(books["answered"])
    return used / there, refused / (refused + answered)


def steady(account: Account, count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder, count)
        account.reset()
        with pool(account, folder) as program:
            status = program.wait()
        books = account.books()
        use, refused = use_of(books)
        account.reset()
        return {
            "status": status,
            "use": use,
            "refused": refused,
            "seconds": books["elapsed"],
            "asked twice": books["requests"] - count,
            "rows equal": rows(folder / "out.csv") == asyncio.run(local_rows(account, count)),
        }


def killed(account: Account, count: int) -> dict[str, Any]:
    chance, kills, coordinators = random.Random(5), 0, 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder, count)
        account.reset()
        program, due = pool(account, folder), time.monotonic() + EVERY
        while program.poll() is None:
            time.sleep(0.05)
            if time.monotonic() < due:
                continue
            due = time.monotonic() + EVERY
            if kills == 3 and coordinators == 1:
                program.kill()
                program.wait()
                coordinators += 1
                program = pool(account, folder)
            elif found := children(program.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(found), signal.SIGKILL)
                kills += 1
        books = account.books()
        numbers = sum(books["times"].values())
        most = SIZE * (kills * AT_ONCE + (coordinators - 1) * PROCESSES * (AT_ONCE + LOOK_AHEAD))
        return {
            "status": program.returncode,
            "kills": kills,
            "coordinators": coordinators,
            "missing": count - numbers,
            "rows": len(rows(folder / "out.csv")),
            "asked twice": books["requests"] - numbers,
            "at most": most,
            "seconds": books["elapsed"],
        }


def results(chunks: int, size: int) -> Iterator[ChunkResult]:
    """Results as a worker would send them, made up."""
    options = {
        "operation": "FetchPortingPortability",
        "account_sid": "AC" + "a" * 32,
        "country": None,
        "query": "",
    }
    columns, now = columns_of(Portability), Journal(os.devnull)._now()  # pyright: ignore[reportPrivateUsage]
    for chunk in split(made_up(chunks * size), size=size):
        outcomes: tuple[Outcome[Portability], ...] = tuple(
            Outcome(
                chunk.start + offset, number, number, Portability(phone_number=number, portable=True), None, False,
                now, columns,
            )
            for offset, number in enumerate(chunk.inputs)
        )  # fmt: skip
        yield ChunkResult(chunk.key, chunk.index, "portability", options, outcomes, chunk.inputs, ())


def coordinate(chunks: int, size: int = 100) -> None:
    """Merge so many results, and look what is pending then: prints this process's peak, in KB."""
    with tempfile.TemporaryDirectory() as name, Journal(Path(name) / "journal") as journal:
        pending = journal.pending(made_up(chunks * size), size=size)
        for _, result in zip(pending, results(chunks, size), strict=True):
            journal.merge(ChunkResult.from_bytes(result.to_bytes()))
        assert [*journal.pending(made_up(chunks * size), size=size)] == []
    print(json.dumps(peak_memory()))


def memory(_: Account, count: int) -> dict[str, Any]:
    few, many = max(count // 1000, 10), max(count // 100, 100)
    small, large = (THIS.run("benchmarks.chunks", "--coordinate", chunks) for chunks in (few, many))
    return {
        f"{few} chunks, MB": small / 1024,
        f"{many} chunks, MB": large / 1024,
        "more": (large - small) / 1024,
    }


SCENARIOS = {"steady": steady, "killed": killed, "memory": memory}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", action="append", choices=SCENARIOS)
    parser.add_argument("--numbers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--coordinate", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.coordinate:
        coordinate(options.coordinate)
        return 0
    account, all_rounds = Account(), dict[str, list[dict[str, Any]]]()
    try:
        for name in options.scenario or SCENARIOS:
            for _ in range(options.rounds):
                all_rounds.setdefault(name, []).append(SCENARIOS[name](account, options.numbers))
    finally:
        account.close()
    for name, found in all_rounds.items():
        print(f"\n## {name}\n")
        print(table(tuple(found[0]), [tuple(map(_cell, each.values())) for each in found]))
        if name == "steady":
            print(f"\nmedian use {statistics.median(each['use'] for each in found):.3f}")
    if options.json is not None:
        options.json.write_text(json.dumps(all_rounds, indent=1))
    return 0


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
