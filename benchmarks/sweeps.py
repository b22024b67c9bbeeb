"""portability.sweep beside fetch on 64 workers: E.164 input, national-format input, with a journal; and its memory.

Each round runs in a process of its own, as a script does: what ran before in a process decides how the allocator and
the garbage collector fare, and with that a fifth of the time.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from twilio_numbers_async import Journal, TwilioNumbers

from .client import SID, measure, ours
from .measure import WORKERS, Peers, Run, Section, Target, in_process, peak_memory, rotated, table
from .server import made_up, nginx, numbers

__all__ = ["run"]

FETCH, PLAIN, NATIONAL = "fetch on 64 workers", "sweep", "sweep, national format"
JOURNAL = "sweep with journal"
KINDS = (FETCH, JOURNAL, PLAIN, NATIONAL)


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
    count, rounds = (300, 1) if smoke else (20_000, 11)
    peers = Peers()
    with nginx() as url:
        for turn in range(rounds):
            for kind in rotated(KINDS, turn):
                peers.add(kind, _measured(kind, url, count)[0])
        memory = {
            size: _measured(PLAIN, url, size)[1] for size in ((300, 3_000) if smoke else (30_000, 300_000))
        }
    rows = [
        (kind, f"{peers.cpu(kind):.1f}", f"{peers.rate(kind):,.0f}", f"{peers.rate_ratio(kind, FETCH):.2f}")
        for kind in KINDS
    ]
    small, large = memory.values()
    return [
        Section(
            "Sweep",
            table(("what", "CPU a number, us", "numbers a second", f"rate / {FETCH}"), rows),
            [Target("sweep with journal / fetch, calls a second", peers.rate_ratio(JOURNAL, FETCH), 0.80)],
        ),
        Section(
            "Memory of a sweep",
            table(("numbers", "peak MB"), [(f"{size:,}", f"{peak:.1f}") for size, peak in memory.items()]),
            [Target("a sweep of ten times the numbers peaks higher by, MB", large - small, 15.0, False)],
        ),
    ]


def _measured(kind: str, url: str, count: int) -> tuple[Run, float]:
    figures, peak = in_process("benchmarks.sweeps", kind, url, count)
    return Run(**figures), peak / 1024


def main(kind: str, url: str, count: int) -> None:
    """What a child process does: one round; its figures, and its peak memory in KB."""
    if kind == FETCH:
        figures = asyncio.run(measure(ours, url, count))
    else:
        given = made_up(count)
        with tempfile.TemporaryDirectory() as folder:
            answered, figures = asyncio.run(
                sweep(
                    url,
                    map(national, given) if kind == NATIONAL else given,
                    journal=Path(folder, "journal") if kind == JOURNAL else None,
                )
            )
        if answered != count:
            raise SystemExit(f"{answered} of {count} answered")
    json.dump((dataclasses.asdict(figures), peak_memory()), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
