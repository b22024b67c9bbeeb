"""A sweep on taskiq, with Redis between.

    taskiq worker taskiq_app:broker --workers 4 --max-async-tasks 2 --max-prefetch 0    # on every machine
    python taskiq_app.py numbers.txt --country US --out results.csv                     # once

Both in this folder. REDIS_URL says where Redis is. Done means in the journal: run the second command again after any
accident. Messages and results hold phone numbers, so they are not kept: a message goes with its acknowledgement, a
result when it is read.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Annotated

import msgspec
from home import arguments, make_client, numbers_in, write_rows
from redis.asyncio import Redis
from redis.exceptions import RedisError
from taskiq import Context, TaskiqDepends, TaskiqEvents, TaskiqState
from taskiq.exceptions import TaskiqError
from taskiq.serializers import JSONSerializer
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from twilio_numbers_async import Chunk, ChunkResult, Journal, TwilioNumbers, TwilioNumbersError, sweep_chunk

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
PATIENCE = float(os.environ.get("NUMBERS_PATIENCE", "300"))
"""Seconds after which a killed worker's chunk is another's; longer than a chunk ever takes."""
MOST_DELIVERIES = int(os.environ.get("NUMBERS_MOST_DELIVERIES", "10"))
"""taskiq delivers a chunk that kills its worker again and again: this is when it is the chunk's fault."""


class Broker(RedisStreamBroker):
    """Deletes what is acknowledged, which taskiq-redis leaves in Redis for ever."""

    def _ack_generator(self, id: str, queue_name: str) -> Callable[[], Awaitable[None]]:  # noqa: A002
        async def acknowledge() -> None:
            async with Redis(connection_pool=self.connection_pool) as redis:
                await redis.xack(queue_name, self.consumer_group_name, id)
                await redis.xdel(queue_name, id)

        return acknowledge


broker = Broker(
    REDIS_URL,
    queue_name="numbers",
    consumer_id="0",  # what was sent before there was a worker is read too
    xread_count=1,  # more would wait in one worker until another takes them for abandoned, and both run them
    unacknowledged_batch_size=1,
    idle_timeout=int(PATIENCE * 1000),
    unacknowledged_lock_timeout=PATIENCE,
    socket_timeout=None,  # redis-py 8 gives up a blocking read after 5 seconds
).with_result_backend(
    RedisAsyncResultBackend(
        REDIS_URL, keep_results=False, result_ex_time=3600, serializer=JSONSerializer(), prefix_str="result"
    )
)


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def open_client(state: TaskiqState) -> None:
    state.twilio = make_client()
    await state.twilio.open()


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def close_client(state: TaskiqState) -> None:
    await state.twilio.close()


@broker.task("sweep_chunk")
async def sweep(data: str, context: Annotated[Context, TaskiqDepends()]) -> str:
    chunk = msgspec.json.decode(data, type=Chunk)
    twilio: TwilioNumbers = context.state.twilio
    redis, deliveries = Redis(connection_pool=broker.connection_pool), f"deliveries:{chunk.key}"
    with suppress(RedisError):  # without Redis there is no count, and no harm
        if await redis.incr(deliveries) > MOST_DELIVERIES:
            raise RuntimeError(f"The chunk {chunk.key} was begun {MOST_DELIVERIES} times and never finished")
        await redis.expire(deliveries, 86_400)
    result = await sweep_chunk(twilio, chunk)
    with suppress(RedisError):
        await redis.delete(deliveries)
    return b64encode(result.to_bytes()).decode()


@broker.task("tick")
async def tick() -> None:
    """Wake the workers: they look for a killed worker's chunk only when a message comes."""


async def send(chunk: Chunk) -> float:
    data = msgspec.json.encode(chunk).decode()
    await sweep.kicker().with_task_id(chunk.key).kiq(data)  # type: ignore[call-overload] # the context is the worker's
    return time.monotonic()


async def carry_out(journal: Journal, chunks: Iterator[Chunk], at_once: int) -> None:
    """Have the chunks carried out, ``at_once`` at a time, and merge what comes back."""
    under_way: dict[str, tuple[Chunk, float]] = {}
    ticked = time.monotonic()
    while True:
        with suppress(RedisError, TaskiqError):  # Redis is restarted: what it lost is sent again
            while len(under_way) < at_once and (chunk := next(chunks, None)) is not None:
                if chunk.key not in under_way:
                    under_way[chunk.key] = chunk, -2 * PATIENCE  # not sent yet
                    under_way[chunk.key] = chunk, await send(chunk)
            for key, (chunk, sent) in [*under_way.items()]:
                if await broker.result_backend.is_result_ready(key):
                    result = await broker.result_backend.get_result(key)
                    if result.error is not None:
                        raise RuntimeError(f"{chunk} failed: {result.error}")
                    journal.merge(ChunkResult.from_bytes(b64decode(str(result.return_value))))
                    del under_way[key]
                elif time.monotonic() - sent > 2 * PATIENCE:
                    under_way[key] = chunk, await send(chunk)
            if time.monotonic() - ticked > PATIENCE / 2:
                ticked = time.monotonic()
                await tick.kiq()
        if not under_way:
            return
        await asyncio.sleep(0.1)


async def main() -> int:
    parser = arguments("Check numbers on taskiq.")
    parser.add_argument(
        "--at-once", type=int, default=16, help="chunks in Redis: twice as many as tasks at once"
    )
    options = parser.parse_args()
    journal = Journal(options.journal or options.out.with_name(f"{options.out.name}.journal"))
    await broker.startup()
    try:
        async with journal:
            pending = journal.pending(
                numbers_in(options.numbers),
                size=options.size,
                operation="portability",
                country=options.country,
            )
            await carry_out(journal, pending, options.at_once)
        failed = await write_rows(options, journal)
    except (TwilioNumbersError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        await broker.shutdown()
    print(f"{options.out}: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
