"""The sweep engine alone, with calls that are made up: memory by length, cost an input, what the journal costs.

``python -m benchmarks.sweep_memory [--smoke]`` prints it all; with MODE and COUNT one figure: ``plain``, ``ordered``,
``journal`` (answers come at once), ``plain-10k``, ``journal-10k`` (100 calls of 10 ms at once: 10,000 a second).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from twilio_numbers_async.models import Portability
from twilio_numbers_async.sweep import Journal, Sweep, SweepPolicy

from .measure import Peers, Run, Section, Setting, Target, peak_memory, table
from .versions import THIS

__all__ = ["run"]

MODES = ("plain", "ordered", "journal", "plain-10k", "journal-10k")


async def sweep(mode: str, count: int, journal: Path) -> Run:
    """Sweep so many random numbers, read one by one."""
    pause = 0.010 if mode.endswith("10k") else 0.0

    async def call(number: str) -> Portability:
        await asyncio.sleep(pause)
        return Portability(phone_number=number, portable=True, country="US", account_sid="AC" + "a" * 32)

    def numbers() -> Iterator[str]:
        chance = random.Random(1)
        for _ in range(count):
            yield f"+1555{chance.randrange(10**9):09}"

    under_test = Sweep(
        call,
        numbers(),
        SweepPolicy(
            key=lambda number: number,
            width=lambda _: 100,
            ordered=mode == "ordered",
            journal=Journal(journal) if mode.startswith("journal") else None,
            result_type=Portability,
        ),
    )
    cpu, wall, answered = time.process_time(), time.perf_counter(), 0
    async with under_test as outcomes:
        async for outcome in outcomes:
            answered += outcome.ok
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if answered != count:
        raise SystemExit(f"{answered} of {count} answered")
    return Run(cpu=cpu / count * 1e6, rate=count / wall)


def run(setting: Setting) -> list[Section]:
    """Each figure from a process of its own."""
    rounds, count = (1, 2_000) if setting.smoke else (5, 50_000)
    peers = Peers()
    for _ in range(rounds):
        for mode in MODES:
            peers.add(mode, _measured(mode, count)[0])
    few = (300, 3_000) if setting.smoke else (30_000, 300_000)
    many = (1_000, 10_000) if setting.smoke else (100_000, 1_000_000)
    peaks = {
        (mode, size): _measured(mode, size)[1]
        for mode, sizes in (("plain", few), ("ordered", few), ("journal", many))
        for size in sizes
    }
    speed = table(
        ("answers", "CPU an input, us", "inputs a second"),
        [(mode, f"{peers.cpu(mode):.1f}", f"{peers.rate(mode):,.0f}") for mode in MODES],
    )
    memory = table(
        ("sweep", "inputs", "peak MB"),
        [(mode, f"{size:,}", f"{peak:.1f}") for (mode, size), peak in peaks.items()],
    )
    ratio = peers.rate_ratio("journal-10k", "plain-10k")
    grown = [
        Target(
            f"{mode}: ten times the inputs peak higher by, MB", peaks[mode, b] - peaks[mode, a], most, False
        )
        for mode, (a, b), most in (("plain", few, 15.0), ("ordered", few, 15.0), ("journal", many, 40.0))
    ]
    return [
        Section(
            "Sweep engine, made-up calls",
            speed,
            [
                Target("CPU an input, the made-up call included, us", peers.cpu("plain"), 20.0, False),
                Target("with journal / without, at 10,000 calls a second", ratio, 0.80),
            ],
        ),
        Section("Memory of the sweep engine", memory, grown),
    ]


def _measured(mode: str, count: int) -> tuple[Run, float]:
    cpu, rate, peak = THIS.run("benchmarks.sweep_memory", mode, count)
    return Run(cpu=cpu, rate=rate), peak / 1024


def main(mode: str, count: int) -> None:
    """Measure in a child process: its figures, and its peak memory in KB."""

    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(sweep(mode, count, Path(folder, "journal")))
    json.dump((figures.cpu, figures.rate, peak_memory()), sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:] in ([], ["--smoke"]):
        for section in run(Setting(smoke=bool(sys.argv[1:]))):
            print(section.text, *section.targets, sep="\n")
    else:
        main(sys.argv[1], int(sys.argv[2]))
