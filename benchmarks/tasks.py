"""10,000 tasks gathered at once beside 64 workers and version 0.1.0, each round in a process of its own.

All those tasks make the garbage collector look at the whole process often, and what ran before in it decides how the
allocator fares: it should be one such as users have. What a call takes that waits is counted by ``queued``.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import statistics
import sys
import time

from .client import measure, ours
from .measure import WORKERS, Peers, Run, Section, Setting, Target, in_workers, rotated, table
from .server import nginx, numbers
from .versions import THIS, Version

__all__ = ["run"]

FEW, MANY = "64 workers", "10,000 tasks"


def run(setting: Setting) -> list[Section]:
    """One section."""
    count, rounds = (300, 1) if setting.smoke else (10_000, 7)
    kinds: dict[str, tuple[str, Version]] = {FEW: (FEW, THIS), MANY: (MANY, THIS)}
    earlier = f"{MANY}, 0.1.0"
    if setting.earlier is not None:
        kinds[earlier] = (MANY, setting.earlier)
    peers = Peers()
    with nginx() as url:
        for turn in range(rounds):
            for name in rotated(tuple(kinds), turn):
                kind, version = kinds[name]
                peers.add(name, Run(**version.run("benchmarks.tasks", kind, url, count)))
    rows = [
        (name, f"{peers.cpu(name):.1f}", f"{peers.rate(name):,.0f}", f"{peers.cpu_ratio(name, FEW):.2f}")
        for name in kinds
    ]
    waiting = {
        version.name: statistics.median(
            version.run("benchmarks.queued", count) for _ in range(min(rounds, 3))
        )
        for version in setting.versions
    }
    text = table(("what", "CPU a call, us", "calls a second", f"CPU / {FEW}"), rows)
    text += "\n\n" + table(
        ("waiting in the gate", "bytes a call"), [(k, f"{v:,.0f}") for k, v in waiting.items()]
    )
    targets = [Target("F. bytes a call that waits, 10,000 gathered", waiting[THIS.name], 1400, False)]
    if earlier in kinds:
        targets.append(
            Target(f"{MANY}: ours / 0.1.0, CPU a call", peers.cpu_ratio(MANY, earlier), 0.75, False)
        )
    return [Section("10,000 tasks gathered at once", text, targets)]


def main(name: str, url: str, count: int) -> None:
    """Measure one round, in a child process."""
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
