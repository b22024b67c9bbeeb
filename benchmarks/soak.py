"""Hundreds of thousands of calls to an account that misbehaves: is anything lost, mistaken, or left behind?

``python benchmarks/soak.py [--calls N]``. The server is a process of its own with a hidden allowance that moves; one
request in twenty is dropped, stalled, or answered 500, 503 or 429. Half of the calls are sweeps, half are single ones,
all of one client. Exit status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path.insert(0, str(ROOT))  # run as a file

from benchmarks._soak_server import CAPS, FAULTS, verdict  # noqa: E402
from benchmarks.allowance import Child  # noqa: E402
from benchmarks.client import SID  # noqa: E402
from benchmarks.measure import Section, Setting, Target, table  # noqa: E402
from benchmarks.server import numbers  # noqa: E402
from twilio_numbers_async import InvalidRequestError, Portability, TwilioNumbers  # noqa: E402

__all__ = ["run"]

CALLS = 300_000
PARTS = 30  # at the most; a sample after each
PART = 1_000  # calls, at the least
WORKERS = 200
TIMEOUT = 1.5  # seconds: what a stalled call costs
CHANGES = 100  # of the allowance
ENOUGH_SAMPLES = 9
ENOUGH_CALLS = 100_000  # fewer say nothing about memory
MORE_MEMORY = 4.0  # MB that the last third may have more than the second
MORE_DESCRIPTORS = 8


@dataclass(frozen=True)
class Sample:
    """The state of the process after so many calls."""

    calls: int
    seconds: float
    memory: float
    """VmRSS, MB."""
    descriptors: int
    tasks: int
    limit: int | None


@dataclass
class Books:
    """The outcomes: how many each number had, and which were wrong."""

    first: int
    outcomes: bytearray
    wrong: list[str] = field(default_factory=list[str])

    def add(self, number: str, result: Portability | None, error: BaseException | None) -> None:
        """One outcome of a number."""
        index = int(number[5:]) - self.first
        self.outcomes[index] = min(self.outcomes[index] + 1, 255)
        expected = verdict(number)
        if expected == "invalid":
            right = isinstance(error, InvalidRequestError) and error.code == 22102
        else:
            right = (
                result is not None
                and result.phone_number == number
                and result.portable is (expected == "portable")
                and (result.not_portable_reason_code == 22133) is (expected == "not portable")
            )
        if not right:
            got = repr(error) if result is None else f"{result.portable} for another"
            self.wrong.append(f"{expected} expected: {got}")

    @property
    def missing(self) -> int:
        return self.outcomes.count(0)

    @property
    def twice(self) -> int:
        return sum(count > 1 for count in self.outcomes)


def _parts(calls: int) -> Iterator[list[str]]:
    every = numbers(calls)
    size = max(calls // PARTS, PART)
    return (every[start : start + size] for start in range(0, calls, size))


async def _swept(twilio: TwilioNumbers, part: list[str], books: Books) -> None:
    async with twilio.portability.sweep(part) as outcomes:
        async for outcome in outcomes:
            number = part[outcome.index]
            if outcome.phone_number != number:
                books.wrong.append("an outcome of another number")
            books.add(number, outcome.result, outcome.error)


async def _fetched(twilio: TwilioNumbers, part: list[str], books: Books) -> None:
    rest = iter(part)

    async def worker() -> None:
        for number in rest:
            try:
                books.add(number, await twilio.portability.fetch(number), None)
            except Exception as error:  # noqa: BLE001 - whatever comes is an outcome
                books.add(number, None, error)

    await asyncio.gather(*(worker() for _ in range(WORKERS)))


def _memory() -> float:
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("The soak reads /proc/self/status: it runs on Linux")


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the path is no file of ours


async def soak(url: str, calls: int, books: Books, samples: list[Sample]) -> None:
    """Make the calls, in parts, and look at the process after each."""
    began, done = time.perf_counter(), 0
    async with TwilioNumbers(SID, "token", base_url=url, timeout=TIMEOUT) as twilio:
        for turn, part in enumerate(_parts(calls)):
            await (_fetched if turn % 2 else _swept)(twilio, part, books)
            done += len(part)
            sample = Sample(
                calls=done,
                seconds=time.perf_counter() - began,
                memory=_memory(),
                descriptors=_descriptors(),
                tasks=len(asyncio.all_tasks()),
                limit=twilio.gate.snapshot().limit,
            )
            samples.append(sample)
            print(f"  {done:,} calls, {sample.memory:.1f} MB, {sample.descriptors} descriptors", flush=True)


def _targets(books: Books, samples: list[Sample], after: tuple[int, int], before: int) -> list[Target]:
    targets = [
        Target("soak: numbers without an outcome", books.missing, 0, False),
        Target("soak: numbers with more than one", books.twice, 0, False),
        Target("soak: wrong outcomes", len(books.wrong), 0, False),
        Target("soak: descriptors left when the client is closed", after[0] - before, 0, False),
        Target("soak: tasks left when the client is closed", after[1] - 1, 0, False),
        Target("soak: tasks left after a part", max(each.tasks for each in samples) - 1, 0, False),
    ]
    third = len(samples) // 3
    if len(samples) >= ENOUGH_SAMPLES:
        middle, last = samples[third : 2 * third], samples[-third:]
        most = max(each.descriptors for each in samples[: 2 * third])
        grown = max(each.descriptors for each in last) - most
        targets.append(Target("soak: more descriptors in the last third", grown, MORE_DESCRIPTORS, False))
        if samples[-1].calls >= ENOUGH_CALLS:
            more = statistics.median(e.memory for e in last) - statistics.median(e.memory for e in middle)
            targets.append(Target("soak: more memory in the last third, MB", more, MORE_MEMORY, False))
    return targets


def measured(calls: int) -> tuple[Section, list[str]]:
    """One soak: its section, and what was wrong."""
    logging.getLogger("twilio_numbers_async").setLevel(logging.ERROR)
    first = int(numbers(1)[0][5:])
    books, samples = Books(first, bytearray(calls)), list[Sample]()
    server = Child("_soak_server", max(calls // CHANGES, 300))
    try:
        url = f"http://127.0.0.1:{server.first}"

        async def whole() -> tuple[int, tuple[int, int]]:
            before = _descriptors()
            await soak(url, calls, books, samples)
            await asyncio.sleep(0)  # connections close in the loop's next turn
            await asyncio.sleep(0)
            return before, (_descriptors(), len(asyncio.all_tasks()))

        before, after = asyncio.run(whole())
        server.say("books")
        said: dict[str, Any] = json.loads(server.read())
    finally:
        server.close()
    rows = [
        (f"{s.calls:,}", f"{s.seconds:.1f} s", f"{s.memory:.1f} MB", s.descriptors, s.tasks, s.limit)
        for s in samples
    ]
    faults = ", ".join(f"{said.get(kind, 0):,} {kind}" for kind in FAULTS)
    text = (
        table(("calls", "time", "memory", "descriptors", "tasks", "gate's limit"), rows)
        + f"\n\nThe server took {said['requests']:,} requests, {said['peak']} at once at the most (its allowance "
        f"moved between {min(CAPS)} and {max(CAPS)}), and refused {said.get('refused', 0):,}. Of its faults: {faults}."
    )
    targets = _targets(books, samples, after, before)
    return Section(f"Soak: {calls:,} calls", text, targets), books.wrong


def run(setting: Setting) -> list[Section]:
    """For ``python -m benchmarks``. A wrong outcome ends it, in the quick run too."""
    section, wrong = measured(3_000 if setting.smoke else CALLS)
    missed = [target for target in section.targets if not target.is_met]
    if missed and setting.smoke:
        raise SystemExit("\n".join([*(f"{target.name}: {target.value:g}" for target in missed), *wrong[:10]]))
    return [section]


def main() -> int:
    """Exit status 1 when a promise is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=CALLS, help="how many (default: %(default)s)")
    section, wrong = measured(parser.parse_args().calls)
    print(f"\n## {section.title}\n\n{section.text}\n")
    for target in section.targets:
        print(f"{'  ' if target.is_met else '! '}{target.name}: {target.value:.1f} (<= {target.bound:g})")
    for line in wrong[:20]:
        print(f"! {line}")
    return 0 if all(target.is_met for target in section.targets) else 1


if __name__ == "__main__":
    sys.exit(main())
