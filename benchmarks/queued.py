"""Bytes that a call takes that waits in the gate: 10,000 gathered, none of which may go on.

``python -m benchmarks.queued COUNT`` prints the figure; it runs with version 0.1.0 too.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tracemalloc

from twilio_numbers_async import FixedGate, TwilioNumbers

from .client import SID
from .server import numbers

__all__: list[str] = []


async def bytes_each(count: int) -> float:
    """The memory of so many calls in the queue, the tasks of asyncio among it."""
    gate = FixedGate(1)
    gate.try_acquire()
    given = numbers(count)
    async with TwilioNumbers(SID, "token", base_url="http://127.0.0.1:9", concurrency=gate) as twilio:
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        calls = asyncio.gather(*(twilio.portability.fetch(number) for number in given))
        while gate.snapshot().waiting < count:  # noqa: ASYNC110 - a gate tells nobody who enters its queue
            await asyncio.sleep(0)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        calls.cancel()
        await asyncio.gather(calls, return_exceptions=True)
    return (after - before) / count


if __name__ == "__main__":
    json.dump(asyncio.run(bytes_each(int(sys.argv[1]))), sys.stdout)
