"""portability.sweep beside fetch and version 0.1.0: E.164, national numbers, with a journal; and its memory.

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
from .measure import WORKERS, Peers, Run, Section, Setting, Target, peak_memory, rotated, table
from .server import made_up, nginx, numbers
from .versions import THIS, Version

__all__ = ["run"]

FETCH, PLAIN, NATIONAL = "fetch on 64 workers", "sweep", "sweep, national format"
JOURNAL = "sweep with journal"
KINDS = (FETCH, JOURNAL, PLAIN, NATIONAL)
MOST_MEMORY = 49.0  # MB: 47 were measured before, and stay within a twentieth


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


def run(setting: Setting) -> list[Section]:
    """Speed, then memory."""
    count, rounds = (300, 1) if setting.smoke else (10_000, 7)
    kinds: dict[str, tuple[str, Version]] = {kind: (kind, THIS) for kind in KINDS}
    if setting.earlier is not None:
        kinds |= {f"{kind}, 0.1.0": (kind, setting.earlier) for kind in (JOURNAL, NATIONAL)}
    size = 3_000 if setting.smoke else 1_000_000 if setting.full else 100_000
    peers = Peers()
    with nginx() as url:
        for turn in range(rounds):
            for name in rotated(tuple(kinds), turn):
                kind, version = kinds[name]
                peers.add(name, _measured(kind, url, count, version)[0])
        memory = {
            (version.name, numbers): _measured(PLAIN, url, numbers, version)[1]
            for version in setting.versions
            for numbers in ((size // 10, size) if version is THIS else (size,))
        }
    rows = [
        (name, f"{peers.cpu(name):.1f}", f"{peers.rate(name):,.0f}", f"{peers.cpu_ratio(name, FETCH):.2f}")
        for name in kinds
    ]
    targets = [
        Target(f"{kind}: ours / 0.1.0, CPU a call", peers.cpu_ratio(kind, f"{kind}, 0.1.0"), 0.75, False)
        for kind in (JOURNAL,)
        if setting.earlier is not None
    ]
    peak = memory[THIS.name, size]
    return [
        Section(
            "Sweep", table(("what", "CPU a number, us", "numbers a second", f"CPU / {FETCH}"), rows), targets
        ),
        Section(
            "Memory of a sweep",
            table(
                ("version", "numbers", "peak MB"),
                [(version, f"{numbers:,}", f"{peak:.1f}") for (version, numbers), peak in memory.items()],
            ),
            [
                Target(f"F. peak of a sweep of {size:,}, MB", peak, MOST_MEMORY, False),
                Target(
                    "a sweep of ten times the numbers peaks higher by, MB",
                    peak - memory[THIS.name, size // 10],
                    5.0,
                    False,
                ),
            ],
        ),
    ]


def _measured(kind: str, url: str, count: int, version: Version) -> tuple[Run, float]:
    figures, peak = version.run("benchmarks.sweeps", kind, url, count)
    return Run(**figures), peak / 1024


def main(kind: str, url: str, count: int) -> None:
    """Measure one round, in a child process: its figures, and its peak memory in KB."""
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
