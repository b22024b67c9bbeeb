"""The programs of sharing.py and the account that they share."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .allowance import ROOT, Child, Server

__all__ = ["Account", "Client", "Figures", "Program", "account", "shares"]

SIGMA = 0.2


@dataclass(frozen=True)
class Client:
    """Whose programs run: a kind of program, and the Python that has what it needs."""

    name: str
    kind: str
    python: str = sys.executable
    folder: Path = ROOT


class Program(Child):
    """A sweep, or somebody who makes single calls."""

    def __init__(self, client: Client, url: str, width: int, gap: float = 0.0, count: int = 0) -> None:
        options = ("-W", "ignore::DeprecationWarning", "-m", "benchmarks._sharing_client")
        self.start(
            [client.python, *options, client.kind, url, str(width), str(gap), str(count)], client.folder
        )

    def go(self) -> None:
        self.say("go")

    def stop(self) -> list[float]:
        """End it; what its single calls took."""
        self.say("stop")
        took: list[float] = json.loads(self.read())["took"]
        return took


@dataclass
class Account:
    """The server for one run, and the programs on it."""

    server: Server
    client: Client
    cap: int
    latency: float
    seed: int
    programs: list[Program] = field(default_factory=list[Program])

    def add(self, count: int, *, share: int | None = None, gap: float = 0.0, calls: int = 0) -> list[Program]:
        """So many more programs, ready to go. ``share``: what a semaphore of the right size has."""
        new: list[Program] = []
        for _ in range(count):
            url = self.server.urls[len(self.programs)]
            new.append(Program(self.client, url, share or self.cap, gap, calls))
            self.programs.append(new[-1])
        return new

    def window(self, seconds: float) -> tuple[list[int], list[int], float, dict[str, Any]]:
        """Answers and refusals of each program, and the use, over so many seconds from now; and the books."""
        before = self.server.books()
        time.sleep(seconds)
        after = self.server.books()
        answered, refused = (
            [b - a for a, b in zip(before[name], after[name], strict=True)][: len(self.programs)]
            for name in ("answered", "refused")
        )
        phase = after["phases"][-1]
        return answered, refused, phase["used"] / phase["there"] if phase["there"] else 0.0, after


@contextlib.contextmanager
def account(server: Server, client: Client, cap: int, latency: float, seed: int) -> Generator[Account]:
    server.reset(cap=cap, latency=latency, seed=seed, sigma=SIGMA)
    here = Account(server, client, cap, latency, seed)
    try:
        yield here
    finally:
        for program in here.programs:
            program.close()


Figures = dict[str, float]


def shares(answered: list[int], refused: list[int], use: float) -> Figures:
    asked = sum(answered) + sum(refused)
    return {
        "share": min(answered) / max(max(answered), 1),
        "use": use,
        "refused, %": 100 * sum(refused) / max(asked, 1),
    }
