"""Our side of the benchmarks that measure calls; imports none of the peers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

from twilio_numbers_async import TwilioNumbers

from .measure import WORKERS, Run, in_workers
from .server import numbers

__all__ = ["SID", "Call", "Peer", "measure", "ours"]

SID = "AC" + "a" * 32

Call = Callable[[str], Awaitable[object]]
Peer = Callable[[str], contextlib.AbstractAsyncContextManager[Call]]


@contextlib.asynccontextmanager
async def ours(url: str) -> AsyncGenerator[Call]:
    """``portability.fetch`` as it is without any options."""
    async with TwilioNumbers(SID, "token", base_url=url) as twilio:
        yield twilio.portability.fetch


async def measure(peer: Peer, url: str, count: int) -> Run:
    """One round: a tenth of the calls to warm up, then all of them."""
    async with peer(url) as call:
        return await in_workers(call, numbers(count), warm=numbers(max(count // 10, WORKERS), 1_000_000))
