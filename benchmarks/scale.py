"""Cost a call by how many tasks call at once and by how many numbers a sweep has: where does it bend?"""

from __future__ import annotations

import asyncio
import gc
import time

from .client import ours
from .measure import Run, Section, Setting, table
from .server import made_up, nginx, numbers
from .sweeps import sweep

__all__ = ["run"]

WHY = """\
Where it bends: with few tasks each turn of the event loop serves few answers, so that its own cost weighs more.
With 10,000 the garbage collector looks at thousands of tasks that wait in the gate, which itself opens no more
connections than pay. A sweep bends nowhere: what it holds does not grow with the numbers. Each row is one run, minutes
after the one before, so the machine's own drift shows between them."""


async def tasks_at_once(url: str, tasks: int, calls: int) -> Run:
    """So many tasks, each of which makes its share of the calls."""
    async with ours(url) as call:
        await asyncio.gather(*(call(number) for number in numbers(200, 5_000_000)))
        rest = iter(numbers(calls))

        async def worker() -> None:
            for number in rest:
                await call(number)

        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(tasks)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return Run(cpu=cpu / calls * 1e6, rate=calls / wall)


def run(setting: Setting) -> list[Section]:
    """Two tables."""
    tasks = (10, 100) if setting.smoke else (10, 100, 1_000, 10_000)
    sizes = (100, 1_000) if setting.smoke else (1_000, 10_000, 100_000, 1_000_000)
    with nginx() as url:
        by_tasks = [
            (n, asyncio.run(tasks_at_once(url, n, max(n, 500 if setting.smoke else 10_000)))) for n in tasks
        ]
        by_size: list[tuple[int, Run]] = []
        for size in sizes:
            answered, figures = asyncio.run(sweep(url, made_up(size)))
            if answered != size:
                raise SystemExit(f"{answered} of {size} answered")
            by_size.append((size, figures))
    head = ("CPU a call, us", "calls a second")
    text = "\n\n".join(
        table(
            (what, *head), [(f"{n:,}", f"{figures.cpu:.1f}", f"{figures.rate:,.0f}") for n, figures in rows]
        )
        for what, rows in (("tasks at once", by_tasks), ("numbers in a sweep", by_size))
    )
    return [Section("Scale", f"{text}\n\n{WHY}")]
