"""The parts of ``fastapi_app.py`` that need one store when several workers serve an app: sweeps and webhooks, in Redis.

::

    REDIS_URL=redis://127.0.0.1:6379/0 uvicorn --app-dir examples --workers 4 fastapi_workers:app

It is set up as ``fastapi_app.py`` is, and by REDIS_URL. Any worker answers for a sweep that another one carries out,
and of deliveries of one webhook to all of them at once, one is handled: a number that is completed is put to work by
one worker. Keys hold phone numbers, so they expire.

Each worker has a client and a gate of its own; the gates share what the account allows. A sweep ends with the worker
that carries it out, and is then ``lost``: for sweeps that outlive a worker see docs/engines.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from fastapi_app import (
    SECONDS_BETWEEN_EVENTS,
    SweepRequest,
    Twilio,
    make_client,
    put_to_work,
    reason_of,
    told_of_the_end,
    verified_event,
    voice_url,
)
from redis.asyncio import Redis

from twilio_numbers_async import Portability, Sweep
from twilio_numbers_async.webhooks import (
    EventOrder,
    PortingEvent,
    SharedDeduplicator,
    starlette as twilio_web,
)

KEPT_SECONDS = 86_400
PORT_SECONDS = 90 * 86_400
"""A port takes weeks."""
ALIVE_SECONDS = 10
"""A worker that has not been heard of for so long is gone."""

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
redis: Redis = Redis.from_url(REDIS_URL, decode_responses=True)  # pyright: ignore[reportUnknownMemberType]


class RedisSeen:
    """Seen webhooks, one key each."""

    async def add(self, key: str) -> bool:
        return bool(await redis.set(f"seen:{key}", 1, nx=True, ex=KEPT_SECONDS))

    async def remove(self, key: str) -> None:
        await redis.delete(f"seen:{key}")


async def remember_if_current(event: PortingEvent) -> bool:
    """Keep the event as the last one of its number or request, unless a newer one is kept already."""
    subject = event.subject or event.dedupe_key

    async def decide(pipe: Any) -> bool:
        last: str | None = await pipe.get(f"order:{subject}")
        known = {} if last is None else {subject: last}
        current = EventOrder(known).is_current(event)
        pipe.multi()
        if current:
            pipe.set(f"order:{subject}", known.get(subject, ""), ex=PORT_SECONDS)
            pipe.hset("latest", subject, msgspec.json.encode(event))
            pipe.expire("latest", PORT_SECONDS)
        return current

    # Run again where another worker has written meanwhile.
    return bool(await redis.transaction(decide, f"order:{subject}", value_from_callable=True))


class SharedSweeps:
    """Sweeps that this process carries out and all processes can see."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self, sweep: Sweep[Portability]) -> str:
        """Begin one, and give its id. Raises HTTPException (503) once the app is stopping."""
        if self._stopped:
            raise HTTPException(503, "The app is stopping")
        key = uuid.uuid4().hex
        await write(key, "running", sweep, Counter(), [])
        task = asyncio.create_task(self._run(key, sweep))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return key

    async def _run(self, key: str, sweep: Sweep[Portability]) -> None:
        rows: list[bytes] = []
        reasons: Counter[str] = Counter()
        task = asyncio.create_task(collect(sweep, rows, reasons))
        try:
            while not task.done():
                await asyncio.wait([task], timeout=SECONDS_BETWEEN_EVENTS)
                await write(key, "running", sweep, reasons, rows)
        finally:
            task.cancel()
            await asyncio.wait([task])
            failed = "stopped" if task.cancelled() else "failed" if task.exception() else None
            await write(key, failed or "done", sweep, reasons, rows)

    def stop(self) -> None:
        """Stop those of this process. Asked again, it leaves them to their last words."""
        if not self._stopped:
            self._stopped = True
            for task in self._tasks:
                task.cancel()

    async def close(self) -> None:
        """Stop them, and wait until it is written that they were."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def collect(sweep: Sweep[Portability], rows: list[bytes], reasons: Counter[str]) -> None:
    async with sweep as outcomes:
        async for outcome in outcomes:
            rows.append(msgspec.json.encode(outcome.as_row()))
            reasons[reason_of(outcome)] += 1


async def write(
    key: str, state: str, sweep: Sweep[Portability], reasons: Counter[str], rows: list[bytes]
) -> None:
    """Write how far a sweep has come, and the rows that are new: they are taken out of the list."""
    new = rows[:]
    progress = msgspec.json.encode({"progress": sweep.progress(), "reasons": reasons})
    async with redis.pipeline() as pipe:
        if new:
            pipe.rpush(f"sweep:{key}:rows", *new)
            pipe.expire(f"sweep:{key}:rows", KEPT_SECONDS)
        pipe.hset(f"sweep:{key}", mapping={"state": state, "said": progress})
        pipe.expire(f"sweep:{key}", KEPT_SECONDS)
        pipe.set(f"sweep:{key}:alive", 1, ex=ALIVE_SECONDS)
        await pipe.execute()
    del rows[: len(new)]


async def read(key: str) -> tuple[str, str]:
    """The state of a sweep, whoever carries it out, and its progress. Raises HTTPException (404)."""
    alive = await redis.exists(f"sweep:{key}:alive")
    found: Any = await redis.hgetall(f"sweep:{key}")
    if not found:
        raise HTTPException(404, f"There is no such sweep. They are kept for {KEPT_SECONDS // 3600} hours")
    state: str = found["state"]
    return "lost" if state == "running" and not alive else state, found["said"]


async def events(key: str) -> AsyncGenerator[str]:
    """The progress of a sweep as server-sent events, until it has ended."""
    while not sweeps_are_stopping.is_set():
        state, said = await read(key)
        yield f"event: {state}\ndata: {said}\n\n"
        if state != "running":
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(sweeps_are_stopping.wait(), SECONDS_BETWEEN_EVENTS)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Open what a worker needs, and close it in the reverse order."""

    def stop() -> None:
        sweeps.stop()
        sweeps_are_stopping.set()

    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(redis.aclose)
        await stack.enter_async_context(twilio_web.lifespan(make_client)(app))
        stack.push_async_callback(sweeps.close)
        stack.enter_context(told_of_the_end(stop))
        yield


sweeps = SharedSweeps()
sweeps_are_stopping = asyncio.Event()
seen = SharedDeduplicator(RedisSeen())
app = FastAPI(
    title="Porting", lifespan=lifespan, exception_handlers=twilio_web.exception_handlers, redoc_url=None
)


@app.post("/webhooks/porting", status_code=204, response_model=None)
async def porting(
    event: Annotated[PortingEvent, Depends(verified_event)], twilio: Twilio, background: BackgroundTasks
) -> None:
    """Receive Twilio's news of a port: one worker handles each. Work that must outlive it belongs in a queue."""
    if not await seen.is_new(event):
        return
    try:
        if await remember_if_current(event):
            await redis.incr("handled")  # your own work, which may fail
            if voice_url and event.phone_number and event.kind == "PortInPhoneNumberCompleted":
                background.add_task(put_to_work, twilio, event.phone_number, voice_url)  # behind the answer
    except Exception:
        await seen.forget(event)  # so that Twilio's next try is let in
        raise


@app.get("/ports", response_model=None, responses={200: twilio_web.struct_answer(list[PortingEvent])})
async def ports() -> Response:
    """The last event of each port-in and of each of its numbers."""
    latest: Any = await redis.hvals("latest")
    return twilio_web.StructResponse([msgspec.Raw(event) for event in latest])


@app.post("/sweeps", status_code=202)
async def start_sweep(asked: SweepRequest, twilio: Twilio) -> dict[str, str]:
    """Start checking them all; any worker answers for its progress and its results."""
    key = await sweeps.start(twilio.portability.sweep(asked.numbers, country=asked.country))
    return {"id": key, "events": f"/sweeps/{key}/events", "results": f"/sweeps/{key}"}


@app.get("/sweeps/{key}", response_model=None)
async def sweep_results(key: str) -> Response:
    """Show the results of the sweep so far: one row for each number that is done."""
    state, _ = await read(key)
    rows: Any = await redis.lrange(f"sweep:{key}:rows", 0, -1)
    return twilio_web.StructResponse(
        {"state": state, "worker": os.getpid(), "rows": [msgspec.Raw(row) for row in rows]}
    )


@app.get("/sweeps/{key}/events", response_model=None)
async def sweep_events(key: str) -> Response:
    """The sweep's progress as server-sent events, until it has ended."""
    await read(key)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(key), media_type="text/event-stream", headers=headers)
