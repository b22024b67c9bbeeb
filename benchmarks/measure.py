"""Peers side by side: interleaved rounds, medians, and ratios taken pair by pair."""

from __future__ import annotations

import contextlib
import gc
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .versions import THIS, Version

__all__ = [
    "Peers",
    "Reached",
    "Run",
    "Section",
    "Setting",
    "Target",
    "in_workers",
    "peak_memory",
    "rotated",
    "table",
    "work",
]

WORKERS = 64


@dataclass(frozen=True)
class Run:
    """One round of one peer."""

    cpu: float
    """Microseconds of this process's CPU time a call."""
    rate: float
    """Calls a second."""


@dataclass
class Peers:
    """The rounds of all peers; a ratio compares what ran in the same round."""

    runs: dict[str, list[Run]] = field(default_factory=dict[str, list[Run]])

    def add(self, name: str, run: Run) -> None:
        self.runs.setdefault(name, []).append(run)

    def cpu(self, name: str) -> float:
        return statistics.median(run.cpu for run in self.runs[name])

    def rate(self, name: str) -> float:
        return statistics.median(run.rate for run in self.runs[name])

    def cpu_ratio(self, name: str, to: str) -> float:
        """The median of CPU(name) / CPU(to)."""
        return statistics.median(a.cpu / b.cpu for a, b in zip(self.runs[name], self.runs[to], strict=True))

    def rate_ratio(self, name: str, to: str) -> float:
        """The median of rate(name) / rate(to)."""
        return statistics.median(a.rate / b.rate for a, b in zip(self.runs[name], self.runs[to], strict=True))


@dataclass(frozen=True)
class Target:
    """A figure that is wanted: at least (or at most) so much."""

    name: str
    value: float
    bound: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound


Reached = list[Target]


@dataclass(frozen=True)
class Setting:
    """The size of a run, and the version beside this one."""

    smoke: bool = False
    """True for little work: does it run at all?"""
    full: bool = False
    """True for a million rows where a tenth stands for them otherwise."""
    earlier: Version | None = None
    """Version 0.1.0; what is compared with it is left out without it."""

    @property
    def versions(self) -> tuple[Version, ...]:
        return (THIS,) if self.earlier is None else (THIS, self.earlier)


@dataclass(frozen=True)
class Section:
    """One benchmark's part of the results."""

    title: str
    text: str
    targets: Reached = field(default_factory=list[Target])


T = TypeVar("T")


def rotated(names: tuple[T, ...], turn: int) -> tuple[T, ...]:
    """The names, another one first each turn: what comes after a heavy peer does not start from nothing."""
    start = turn % len(names)
    return names[start:] + names[:start]


async def in_workers(
    call: Callable[[str], Awaitable[object]], numbers: Iterable[str], *, warm: Iterable[str] = ()
) -> Run:
    """Call for all numbers on 64 workers; ``warm`` comes first and does not count."""
    await work(call, warm)
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    count = await work(call, numbers)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Run(cpu=cpu / count * 1e6, rate=count / wall)


async def work(
    call: Callable[[str], Awaitable[object]], numbers: Iterable[str], workers: int = WORKERS
) -> int:
    """Call for all numbers, so many at once; how many there were."""
    import asyncio

    rest = iter(numbers)
    count = 0

    async def worker() -> None:
        nonlocal count
        for number in rest:
            await call(number)
            count += 1

    await asyncio.gather(*(worker() for _ in range(workers)))
    return count


def peak_memory() -> int:
    """The most memory that this process has had, in KB.

    Not ``ru_maxrss``, which a child process inherits from the one that started it.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
