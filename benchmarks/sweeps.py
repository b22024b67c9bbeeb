"""portability.sweep beside fetch on 64 workers: E.164 input, national-format input, with a journal; and its memory."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from twilio_numbers_async import Journal, TwilioNumbers

from .client import SID, measure, ours
from .measure import WORKERS, Peers, Run, Section, Target, peak_memory, rotated, table
from .server import nginx, numbers

__all__ = ["run"]

FETCH = "fetch on 64 workers"


async def sweep(url: str, given: Iterable[str], *, journal: Path | None = None) -> tuple[int, Run]:
    """Sweep it all; how many had an answer, and the figures."""
    async with TwilioNumbers(SID, "token", base_url=url, concurrency=WORKERS) as twilio:
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(500, 2_000_000)))
        gc.collect()
        cpu, wall, answered, count = time.process_time(), time.perf_counter(), 0, 0
        kept = None if journal is None else Journal(journal)
        async with twilio.portability.sweep(given, country="US", journal=kept) as outcomes:
            async for outcome in outcomes:
                count += 1
                answered += outcome.ok
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return answered, Run(cpu=cpu / count * 1e6, rate=count / wall)


def national(number: str) -> str:
    """+15552000000 as people write it: (555) 200-0000."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def run(*, smoke: bool) -> list[Section]:
    """Speed, then memory."""
    count, rounds = (300, 1) if smoke else (10_000, 11)
    peers = Peers()
    with nginx() as url, tempfile.TemporaryDirectory() as folder:
        given = numbers(count)
        kinds = {
            "sweep": given,
            "sweep, national format": [*map(national, given)],
            "sweep with journal": given,
        }
        for index in range(rounds):
            for name in rotated((FETCH, *kinds), index):
                if name == FETCH:
                    peers.add(FETCH, asyncio.run(measure(ours, url, count)))
                    continue
                inputs = kinds[name]
                journal = Path(folder, f"{index}.journal") if "journal" in name else None
                answered, figures = asyncio.run(sweep(url, inputs, journal=journal))
                if answered != count:
                    raise SystemExit(f"{name}: {answered} of {count} answered")
                peers.add(name, figures)
        memory = {size: _peak(url, size) for size in ((300, 3_000) if smoke else (30_000, 300_000))}
    rows = [
        (name, f"{peers.cpu(name):.1f}", f"{peers.rate(name):,.0f}", f"{peers.rate_ratio(name, FETCH):.2f}")
        for name in (FETCH, *kinds)
    ]
    small, large = memory.values()
    return [
        Section(
            "Sweep",
            table(("what", "CPU a number, us", "numbers a second", f"rate / {FETCH}"), rows),
            [
                Target(
                    "sweep with journal / fetch, calls a second",
                    peers.rate_ratio("sweep with journal", FETCH),
                    0.80,
                )
            ],
        ),
        Section(
            "Memory of a sweep",
            table(("numbers", "peak MB"), [(f"{size:,}", f"{peak:.1f}") for size, peak in memory.items()]),
            [Target("a sweep of ten times the numbers peaks higher by, MB", large - small, 15.0, False)],
        ),
    ]


def _peak(url: str, size: int) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sweeps", url, str(size)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return float(json.loads(done.stdout)) / 1024


def main(url: str, size: int) -> None:
    """What the child process does: sweep a generator, and say its peak memory in KB."""
    answered, _ = asyncio.run(sweep(url, (f"+1555{2_000_000 + n:07}" for n in range(size))))
    if answered != size:
        raise SystemExit(f"{answered} of {size} answered")
    json.dump(peak_memory(), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
