"""A sweep on Celery, with Redis between.

    celery --app celery_app worker --concurrency 4 --without-gossip --without-mingle    # on every machine
    python celery_app.py numbers.txt --country US --out results.csv                     # once

Both in this folder. REDIS_URL says where Redis is. Done means in the journal: run the second command again after any
accident. Messages and results hold phone numbers, so they are not kept: a message goes with its acknowledgement, a
result when it is merged.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
from celery import Celery
from celery.result import AsyncResult
from celery.signals import worker_process_shutdown
from celery.states import READY_STATES
from home import arguments, make_client, numbers_in, write_rows
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from twilio_numbers_async import Chunk, ChunkResult, ChunkRunner, Journal, TwilioNumbersError

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
PATIENCE = int(os.environ.get("NUMBERS_PATIENCE", "300"))
"""Seconds without a result after which a chunk is sent again; longer than a chunk ever takes."""
MOST_DELIVERIES = int(os.environ.get("NUMBERS_MOST_DELIVERIES", "10"))
"""Celery delivers a chunk that kills its process again and again: this is when it is the chunk's fault."""

app = Celery("numbers", broker=REDIS_URL, backend=REDIS_URL)
app.conf.update(
    task_acks_late=True,  # once it is done; together with
    task_reject_on_worker_lost=True,  # this a killed process gives its chunk back at once
    worker_prefetch_multiplier=1,  # or a process hoards chunks that others could do
    result_expires=3600,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": PATIENCE
    },  # a killed machine gives its chunks back after this
)
run = ChunkRunner(make_client)
redis: Redis = Redis.from_url(REDIS_URL)  # pyright: ignore[reportUnknownMemberType] - it is half typed


# Not an ``async def``: Celery never runs those (with ignore_result it calls them a success). And no retries: what is
# raised here, AuthenticationError and PermissionDeniedError above all, would be raised again.
@app.task(name="sweep_chunk", max_retries=0)
def sweep(data: str) -> str:
    chunk = msgspec.json.decode(data, type=Chunk)
    deliveries = f"deliveries:{chunk.key}"
    with suppress(RedisError):  # without Redis there is no count, and no harm
        if redis.incr(deliveries) > MOST_DELIVERIES:
            raise RuntimeError(f"The chunk {chunk.key} was begun {MOST_DELIVERIES} times and never finished")
        redis.expire(deliveries, 86_400)
    result = run(chunk)
    with suppress(RedisError):
        redis.delete(deliveries)
    return b64encode(result.to_bytes()).decode()


@worker_process_shutdown.connect
def close(**_: object) -> None:
    run.close()


def send(chunk: Chunk) -> float:
    data = msgspec.json.encode(chunk).decode()
    shown: dict[str, Any] = {"argsrepr": repr(chunk)}  # by monitors, instead of phone numbers
    sweep.apply_async((data,), task_id=chunk.key, **shown)
    return time.monotonic()


def carry_out(journal: Journal, chunks: Iterator[Chunk], at_once: int) -> None:
    """Have the chunks carried out, ``at_once`` at a time, and merge what comes back."""
    under_way: dict[str, tuple[Chunk, float]] = {}
    while True:
        with suppress(OperationalError, RedisError):  # Redis is restarted: what it lost is sent again
            while len(under_way) < at_once and (chunk := next(chunks, None)) is not None:
                if chunk.key not in under_way:
                    under_way[chunk.key] = chunk, -PATIENCE  # not sent yet
                    under_way[chunk.key] = chunk, send(chunk)
            for key, (chunk, sent) in [*under_way.items()]:
                result: AsyncResult[str] = sweep.AsyncResult(key)
                state = result.state
                if state == "SUCCESS":
                    journal.merge(ChunkResult.from_bytes(b64decode(str(result.result))))
                    result.forget()
                    del under_way[key]
                elif state in READY_STATES and isinstance(result.result, RedisError):
                    result.forget()  # it was done, and Celery could not keep the result: it calls that a failure
                    under_way[key] = chunk, send(chunk)
                elif state in READY_STATES:
                    raise RuntimeError(f"{chunk} failed: {result.result}")
                elif time.monotonic() - sent > PATIENCE:
                    under_way[key] = chunk, send(chunk)
        if not under_way:
            return
        time.sleep(0.1)


def main() -> int:
    parser = arguments("Check numbers on Celery.")
    parser.add_argument("--at-once", type=int, default=16, help="chunks in Redis: twice as many as processes")
    options = parser.parse_args()
    journal = Journal(options.journal or options.out.with_name(f"{options.out.name}.journal"))
    try:
        with journal:
            pending = journal.pending(
                numbers_in(options.numbers),
                size=options.size,
                operation="portability",
                country=options.country,
            )
            carry_out(journal, pending, options.at_once)
        failed = asyncio.run(write_rows(options, journal))
    except (TwilioNumbersError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
