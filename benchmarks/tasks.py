"""10,000 tasks gathered at once beside 64 workers, in a process of their own that imports none of the peers.

All those tasks make the garbage collector look at the whole process often: it should be one such as users have.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import os
import subprocess
import sys
import time

from .client import measure, ours
from .measure import WORKERS, Peers, Run, Section, Target, in_workers, rotated, table
from .server import nginx, numbers

__all__ = ["run"]

FEW, MANY = "64 workers", "10,000 tasks"


def run(*, smoke: bool) -> list[Section]:
    """One section."""
    count, rounds = (300, 1) if smoke else (10_000, 31)
    peers = Peers()
    with nginx() as url:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.tasks", url, str(count), str(rounds)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    for name, figures in json.loads(done.stdout):
        peers.add(name, Run(**figures))
    rows = [
        (name, f"{peers.cpu(name):.1f}", f"{peers.rate(name):,.0f}", f"{peers.cpu_ratio(name, FEW):.2f}")
        for name in (FEW, MANY)
    ]
    return [
        Section(
            "10,000 tasks gathered at once",
            table(("what", "CPU a call, us", "calls a second", f"CPU / {FEW}"), rows),
            [Target(f"{MANY} / {FEW}, CPU", peers.cpu_ratio(MANY, FEW), 1.1, False)],
        )
    ]


def main(url: str, count: int, rounds: int) -> None:
    """What the child process does: all rounds, and their figures as JSON."""
    figures: list[tuple[str, object]] = []
    for turn in range(rounds):
        for name in rotated((FEW, MANY), turn):
            made = asyncio.run(measure(ours, url, count) if name == FEW else _all_at_once(url, count))
            figures.append((name, dataclasses.asdict(made)))
    json.dump(figures, sys.stdout)


async def _all_at_once(url: str, count: int) -> Run:
    async with ours(url) as call:
        await in_workers(call, numbers(WORKERS * 4))
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(call(number) for number in numbers(count)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return Run(cpu=cpu / count * 1e6, rate=count / wall)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
