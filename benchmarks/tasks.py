"""10,000 tasks gathered at once beside 64 workers, each round in a process of its own that imports none of the peers.

All those tasks make the garbage collector look at the whole process often, and what ran before in it decides how the
allocator fares: it should be one such as users have.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import sys
import time

from .client import measure, ours
from .measure import WORKERS, Peers, Run, Section, Target, in_process, in_workers, rotated, table
from .server import nginx, numbers

__all__ = ["run"]

FEW, MANY = "64 workers", "10,000 tasks"


def run(*, smoke: bool) -> list[Section]:
    """One section."""
    count, rounds = (300, 1) if smoke else (10_000, 15)
    peers = Peers()
    with nginx() as url:
        for turn in range(rounds):
            for name in rotated((FEW, MANY), turn):
                peers.add(name, Run(**in_process("benchmarks.tasks", name, url, count)))
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


def main(name: str, url: str, count: int) -> None:
    """What a child process does: one round."""
    made = asyncio.run(measure(ours, url, count) if name == FEW else _all_at_once(url, count))
    json.dump(dataclasses.asdict(made), sys.stdout)


async def _all_at_once(url: str, count: int) -> Run:
    async with ours(url) as call:
        await in_workers(call, numbers(WORKERS * 4))
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(call(number) for number in numbers(count)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return Run(cpu=cpu / count * 1e6, rate=count / wall)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
