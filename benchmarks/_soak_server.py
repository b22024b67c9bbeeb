"""An account whose allowance moves and that misbehaves now and then, in a process of its own. Started by soak.py.

``python -m benchmarks._soak_server CHANGE_EVERY``: answers after which its allowance is another. Prints its port, and
for each line on standard input its books. One request in twenty goes wrong, whatever it asks; a number is let down
twice at the most, so that each has one answer in the end: ``verdict`` says which.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from typing import Literal, cast

from ._allowance_server import REFUSED
from .server import DOCUMENT

__all__ = ["Verdict", "main", "verdict"]

CAPS = (40, 15, 80, 30, 60, 5, 50)
LATENCY = 0.01  # seconds
FAULTS = {"drop": 0.01, "500": 0.01, "503": 0.01, "429": 0.015, "stall": 0.005}
LET_DOWN = 2

Verdict = Literal["portable", "not portable", "invalid"]


def answer(status: str, body: str, *headers: str) -> bytes:
    """A whole answer."""
    lines = (f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


_ERROR = '{{"code":{},"message":"Later","more_info":"https://www.twilio.com/docs/errors","status":{}}}'
_FAILED = answer("500 Internal Server Error", _ERROR.format(20500, 500))
_BUSY = answer("503 Service Unavailable", _ERROR.format(20503, 503))
_BUSY_A_SECOND = answer("503 Service Unavailable", _ERROR.format(20503, 503), "Retry-After: 1")
_INVALID = answer("400 Bad Request", _ERROR.format(22102, 400))


def verdict(number: str) -> Verdict:
    """The right answer for a number (E.164)."""
    if number.endswith("13"):
        return "invalid"
    return "not portable" if number.endswith("7") else "portable"


def _answer(number: str) -> bytes:
    found = verdict(number)
    if found == "invalid":
        return _INVALID
    document = DOCUMENT.replace("+15552000000", number)
    if found == "not portable":
        document = document.replace('"portable":true', '"portable":false').replace(
            '"not_portable_reason_code":null', '"not_portable_reason_code":22133'
        )
    return answer("200 OK", document)


class Account:
    """The allowance, the faults and the books."""

    def __init__(self, change_every: int) -> None:
        self.change_every = change_every
        self.busy = 0
        self.books: Counter[str] = Counter()
        self._let_down: Counter[str] = Counter()
        self._random = random.Random(20_430)

    @property
    def cap(self) -> int:
        return CAPS[self.books["answered"] // self.change_every % len(CAPS)]

    def fault(self, number: str) -> str | None:
        """The fault of this request."""
        kind = self._random.choices((None, *FAULTS), (1 - sum(FAULTS.values()), *FAULTS.values()))[0]
        if kind is None:
            return None
        if self._let_down[number] >= LET_DOWN:
            return None
        self._let_down[number] += 1
        self.books[kind] += 1
        return kind

    def duration(self) -> float:
        return LATENCY * self._random.uniform(0.5, 1.5)


class Connection(asyncio.Protocol):
    """Keep-alive HTTP/1.1, one request at a time, GET without a body."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._stalled = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._account.busy -= self._stalled
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b"\r\n\r\n"):
            return
        target, self._buffer = self._buffer.split(b" ", 2)[1].decode(), b""
        account = self._account
        account.books["requests"] += 1
        if account.busy >= account.cap:
            account.books["refused"] += 1
            self._write(REFUSED)
            return
        account.busy += 1
        account.books["peak"] = max(account.books["peak"], account.busy)
        number = target.rpartition("/")[2].replace("%2B", "+")
        fault = account.fault(number)
        if fault == "stall":
            self._stalled = 1  # until the client leaves
            return
        asyncio.get_running_loop().call_later(account.duration(), self._done, number, fault)

    def _done(self, number: str, fault: str | None) -> None:
        account = self._account
        account.busy -= 1
        if fault == "drop":
            if self._transport is not None:
                self._transport.abort()
        elif fault == "500":
            self._write(_FAILED)
        elif fault == "503":
            self._write(_BUSY if account.books["503"] % 10 else _BUSY_A_SECOND)
        elif fault == "429":
            self._write(REFUSED)
        else:
            account.books["answered"] += 1
            self._write(_answer(number))

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def serve() -> None:
    """Serve until standard input ends."""
    account = Account(int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(account), "127.0.0.1", 0, backlog=4096
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(account.books), flush=True)
    server.close()


def main() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    main()
