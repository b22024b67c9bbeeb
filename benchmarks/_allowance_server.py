"""An account with a hidden allowance, over HTTP, in a process of its own.

Started by allowance.py and told what to be by lines of JSON on its standard input, one answer line each. It keeps the
books itself: slot-seconds used and slot-seconds there were, between the first request and the last answer, so that
whatever delays this server counts against nobody.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from functools import partial
from typing import Any, cast

from .server import DOCUMENT

__all__ = ["main"]

PROGRAMS = 9  # a port each, so that the books know them apart
SIGMA = 0.5


def _answer(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


NUMBER = b"+15552000000"  # in the document: the one that was asked for takes its place
ACCEPTED = _answer("200 OK", DOCUMENT)
REFUSED = _answer("429 Too Many Requests", '{"code":20429,"message":"Too Many Requests","status":429}')


class Account:
    """At most ``cap`` at once, one more is refused at once; after ``change_after`` answers it is ``change_to``."""

    def __init__(
        self,
        cap: int = 1,
        latency: float = 0.01,
        seed: int = 0,
        change_after: int | None = None,
        change_to: int = 0,
        sigma: float = SIGMA,
    ) -> None:
        self.cap = cap
        self.change_after = change_after
        self.change_to = change_to
        self.busy = 0
        self.answered = [0] * PROGRAMS
        self.refused = [0] * PROGRAMS
        self.seconds: list[list[int]] = []  # answers of each program, second by second
        self.phases: list[dict[str, float]] = []
        self._used = self._there = 0.0
        self._began = self._since = 0.0
        self._random = random.Random(seed)
        self._mean, self._sigma, self._latency = -(sigma**2) / 2, sigma, latency
        self.first: list[float | None] = [None] * PROGRAMS  # seconds until each program's first answer

    def duration(self) -> float:
        return self._latency * math.exp(self._random.gauss(self._mean, self._sigma))

    def tick(self) -> float:
        now = time.perf_counter()
        if not self._began:
            self._began = self._since = now
        self._used += (now - self._since) * self.busy
        self._there += (now - self._since) * self.cap
        self._since = now
        return now

    def count(self, program: int) -> None:
        """One more answer."""
        since = self.tick() - self._began
        second = int(since)
        if self.first[program] is None:
            self.first[program] = since
        while len(self.seconds) <= second:
            self.seconds.append([0] * PROGRAMS)
        self.seconds[second][program] += 1
        self.busy -= 1
        self.answered[program] += 1
        if self.change_after is not None and sum(self.answered) >= self.change_after:
            self.change_after = None
            self.end_phase()
            self.cap = self.change_to

    def end_phase(self) -> None:
        refused, answered = sum(self.refused), sum(self.answered)
        phase = {"used": self._used, "there": self._there, "refused": refused, "answered": answered}
        for before in self.phases:
            for name in phase:
                phase[name] -= before[name]
        self.phases.append(phase)

    def books(self) -> dict[str, Any]:
        """All of it until the last answer: what came after it does not count."""
        self.end_phase()
        return {
            "phases": self.phases,
            "answered": self.answered,
            "refused": self.refused,
            "seconds": self.seconds,
            "first": self.first,
            "elapsed": self._since - self._began,
        }


class Connection(asyncio.Protocol):
    """Keep-alive HTTP/1.1, one request at a time, GET without a body: what the clients here send."""

    account = Account()

    def __init__(self, program: int) -> None:
        self._program = program
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._asked = NUMBER

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b"\r\n\r\n"):
            return
        self._asked = self._buffer.split(b" ", 2)[1].rpartition(b"/")[2].replace(b"%2B", b"+")
        self._buffer = b""
        account = Connection.account
        if account.busy >= account.cap:
            account.refused[self._program] += 1
            self._write(REFUSED)
            return
        account.tick()
        account.busy += 1
        asyncio.get_running_loop().call_later(account.duration(), self._done, account)

    def _done(self, account: Account) -> None:
        account.count(self._program)
        self._write(ACCEPTED.replace(NUMBER, self._asked))

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def serve() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(partial(Connection, program), "127.0.0.1", 0, backlog=4096)
        for program in range(PROGRAMS)
    ]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        if order is None:
            print(json.dumps(Connection.account.books()), flush=True)
        else:
            Connection.account = Account(**order)
            print("{}", flush=True)
    for server in servers:
        server.close()


def main() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    main()
