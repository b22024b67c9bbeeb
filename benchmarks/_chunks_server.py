"""The account of _allowance_server.py that answers for the number it is asked about, and counts how often that was.

Started by chunks.py and told what to be in the same way.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from functools import partial
from typing import Any, ClassVar

from ._allowance_server import REFUSED, Account, Connection

__all__ = ["main"]


class CountingConnection(Connection):
    """Answers that differ by the number's last digit."""

    asked: ClassVar[Counter[str]] = Counter()
    _number = ""

    def data_received(self, data: bytes) -> None:
        account = Connection.account
        if account.busy >= account.cap:
            account.refused[0] += 1
            self._write(REFUSED)
            return
        self._number = data.split(b" ", 2)[1].decode().rpartition("/")[2]
        account.tick()
        account.busy += 1
        asyncio.get_running_loop().call_later(account.duration(), self._done, account)

    def _done(self, account: Account) -> None:
        account.count(0)
        number = self._number
        CountingConnection.asked[number] += 1
        body = json.dumps(
            {
                "phone_number": number,
                "portable": number[-1] not in "37",
                "pin_and_account_number_required": number[-1] == "1",
                "not_portable_reason_code": {"3": 22130, "7": 22132}.get(number[-1]),
                "number_type": "LOCAL",
                "country": "US",
            }
        )
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._write((head + body).encode())


def books() -> dict[str, Any]:
    times = Counter(CountingConnection.asked.values())
    return {**Connection.account.books(), "times": times, "requests": sum(Connection.account.answered)}


async def serve() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(CountingConnection, 0), "127.0.0.1", 0, backlog=4096)
    print(json.dumps([server.sockets[0].getsockname()[1]]), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        if order is None:
            print(json.dumps(books()), flush=True)
        else:
            Connection.account = Account(**order)
            CountingConnection.asked.clear()
            print("{}", flush=True)
    server.close()


def main() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    main()
