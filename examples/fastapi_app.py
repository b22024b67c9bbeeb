"""A FastAPI app: checks, porting webhooks, and sweeps in the background whose progress a browser can follow.

::

    NUMBERS_APP_SANDBOX=1 uvicorn --app-dir examples fastapi_app:app

    curl localhost:8000/portability/+14155550160
    curl localhost:8000/sweeps --json '{"numbers": ["+14155550100", "(415) 555-0175"]}'
    curl -N localhost:8000/sweeps/ID/events

It is set up by the environment:

- ``NUMBERS_APP_SANDBOX=1``: ask the Twilio that comes with the package, which is started with the app.
- ``TWILIO_ACCOUNT_SID``, ``TWILIO_AUTH_TOKEN``: ask Twilio. Webhooks are signed with the auth token too, so it is
  needed even where an API key makes the calls.
- ``TWILIO_SECONDARY_AUTH_TOKEN``: the other token while the auth token is rotated; webhooks may be signed with either.
- ``NUMBERS_APP_TWILIO_URL``: ask this server in Twilio's place, such as what ``twilio-numbers sandbox`` started.
- ``NUMBERS_APP_CONCURRENCY``: requests to Twilio at once; without it the client finds out what the account allows.
- ``NUMBERS_APP_PUBLIC_URL``: where Twilio sees the app (``https://porting.example.com``); needed behind a proxy.
- ``NUMBERS_APP_VOICE_URL``: the URL that handles calls to numbers once they are ported; without it nothing is set.

Put your own authentication before all of it but the webhook, which proves itself by its signature.

It keeps its sweeps and what webhooks said in the memory of one process: run one worker. ``fastapi_workers.py`` is for
several.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import threading
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator
from types import FrameType
from typing import Annotated

import msgspec
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from twilio_numbers_async import (
    ConfigurationError,
    GateSnapshot,
    Outcome,
    Portability,
    Sweep,
    TwilioNumbers,
    preload,
)
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import Deduplicator, EventOrder, PortingEvent, starlette as twilio_web

KEPT_SWEEPS = 100
SECONDS_BETWEEN_EVENTS = 0.5
WORKER = uuid.uuid4().hex[:8]
"""This process, in the ids of its sweeps."""

log = logging.getLogger(__name__)

sandbox = Sandbox(latency=0.05) if os.environ.get("NUMBERS_APP_SANDBOX") else None
auth_token = os.environ.get("TWILIO_AUTH_TOKEN") if sandbox is None else sandbox.auth_token
if not auth_token:
    raise ConfigurationError("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or NUMBERS_APP_SANDBOX=1")
secondary_auth_token = os.environ.get("TWILIO_SECONDARY_AUTH_TOKEN")
verified_event = twilio_web.porting_event(
    auth_token=[auth_token, secondary_auth_token] if secondary_auth_token else auth_token,
    public_url=os.environ.get("NUMBERS_APP_PUBLIC_URL"),
)
voice_url = os.environ.get("NUMBERS_APP_VOICE_URL")
"""The URL that handles calls to ported numbers; without one they are left as they come."""
preload()  # now, and not while the first requests wait


def make_client() -> TwilioNumbers:
    """The one client of the app."""
    if sandbox is not None:
        return sandbox.client()
    at_once = os.environ.get("NUMBERS_APP_CONCURRENCY")
    return TwilioNumbers.from_env(
        base_url=os.environ.get("NUMBERS_APP_TWILIO_URL"), concurrency=int(at_once) if at_once else None
    )


class BackgroundSweep:
    """A sweep that goes on while nobody looks at it."""

    def __init__(self, sweep: Sweep[Portability]) -> None:
        self.id = f"{WORKER}-{uuid.uuid4().hex}"
        self.sweep = sweep
        self.outcomes: list[Outcome[Portability]] = []
        self.reasons: Counter[str] = Counter()
        self.task = asyncio.create_task(self._run())
        self.task.add_done_callback(_log_failure)

    async def _run(self) -> None:
        async with self.sweep as outcomes:
            async for outcome in outcomes:
                self.outcomes.append(outcome)
                self.reasons[reason_of(outcome)] += 1

    @property
    def state(self) -> str:
        """``running``, ``done``, ``stopped`` (with the app) or ``failed`` (every further call would fail too)."""
        if not self.task.done():
            return "running"
        if self.task.cancelled():
            return "stopped"
        return "failed" if self.task.exception() else "done"

    def event(self) -> str:
        """The progress, as one server-sent event; its name is the state."""
        data = {"progress": self.sweep.progress(), "reasons": self.reasons}
        return f"event: {self.state}\ndata: {msgspec.json.encode(data).decode()}\n\n"

    async def events(self) -> AsyncGenerator[str]:
        """Its progress until it has ended; the last event is not ``running``."""
        while not self.task.done():
            yield self.event()
            await asyncio.wait([self.task], timeout=SECONDS_BETWEEN_EVENTS)
        yield self.event()


def reason_of(outcome: Outcome[Portability]) -> str:
    """The reason why a number cannot be ported, ``portable``, or the error's name."""
    if outcome.result is None:
        return type(outcome.error).__name__
    return "portable" if outcome.result.portable else str(outcome.result.not_portable_reason)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("A sweep failed: %s", error)


class BackgroundSweeps:
    """The sweeps of this process: they end with it."""

    def __init__(self) -> None:
        self._sweeps: dict[str, BackgroundSweep] = {}
        self._stopped = False

    def start(self, sweep: Sweep[Portability]) -> BackgroundSweep:
        """Begin one. Raises HTTPException (503) once the app is stopping."""
        if self._stopped:
            raise HTTPException(503, "The app is stopping")
        ended = [one.id for one in self._sweeps.values() if one.task.done()]
        for key in ended[: max(0, len(self._sweeps) - KEPT_SWEEPS + 1)]:
            del self._sweeps[key]
        started = BackgroundSweep(sweep)
        self._sweeps[started.id] = started
        return started

    def get(self, key: str) -> BackgroundSweep:
        """The one of that id. Raises HTTPException: 404, or 409 for one of another process."""
        if key in self._sweeps:
            return self._sweeps[key]
        if re.fullmatch("[0-9a-f]{8}-[0-9a-f]{32}", key) and not key.startswith(f"{WORKER}-"):
            raise HTTPException(
                409,
                "Another worker of this app started this sweep, or this one before it was restarted, and a worker "
                "knows its own sweeps only. Run one worker (uvicorn --workers 1), or keep sweeps where all workers "
                "see them, as fastapi_workers.py does",
            )
        raise HTTPException(404, f"There is no such sweep. The last {KEPT_SWEEPS} are kept")

    def stop(self) -> None:
        """Stop them all, and so end the event streams that follow them."""
        self._stopped = True
        for one in self._sweeps.values():
            one.task.cancel()

    async def close(self) -> None:
        """Stop them, and wait until they have cleaned up."""
        self.stop()
        await asyncio.gather(*(one.task for one in self._sweeps.values()), return_exceptions=True)


@contextlib.contextmanager
def told_of_the_end(stop: Callable[[], None]) -> Generator[None]:
    """Call ``stop`` on SIGINT and SIGTERM, besides what the server does then.

    A server ends the lifespan only after the last answer is finished, and an event stream would never finish.
    """
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        server = before[signal.Signals(number)]
        if callable(server):
            server(number, frame)

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Open what the app needs, and close it in the reverse order."""
    async with contextlib.AsyncExitStack() as stack:
        if sandbox is not None:
            await stack.enter_async_context(sandbox)
        await stack.enter_async_context(twilio_web.lifespan(make_client)(app))
        stack.push_async_callback(sweeps.close)
        stack.enter_context(told_of_the_end(sweeps.stop))
        yield


sweeps = BackgroundSweeps()
# In memory, of one process; and what was learned belongs in your database.
seen, order = Deduplicator(), EventOrder()
latest: dict[str, PortingEvent] = {}

app = FastAPI(
    title="Porting", lifespan=lifespan, exception_handlers=twilio_web.exception_handlers, redoc_url=None
)
Twilio = Annotated[TwilioNumbers, Depends(twilio_web.get_twilio)]


@app.get("/portability/{number}", response_model=None, responses={200: twilio_web.struct_answer(Portability)})
async def check(number: str, twilio: Twilio, country: str | None = "US") -> Response:
    """Can this number be ported?"""
    return twilio_web.StructResponse(await twilio.portability.fetch(number, country=country))


@app.get("/gate", response_model=None, responses={200: twilio_web.struct_answer(GateSnapshot)})
async def gate(twilio: Twilio) -> Response:
    """Show the requests to Twilio that are under way and in the queue, and the limit that was found."""
    return twilio_web.StructResponse(twilio.gate.snapshot())


@app.post("/webhooks/porting", status_code=204, response_model=None)
async def porting(
    event: Annotated[PortingEvent, Depends(verified_event)], twilio: Twilio, background: BackgroundTasks
) -> None:
    """Receive Twilio's news of a port. Twilio gives up after 15 seconds: long work belongs in a queue."""
    if not (seen.is_new(event) and order.is_current(event)):
        return  # a repeat, or older than what is known
    try:
        latest[event.subject or event.dedupe_key] = event  # your own work, which may fail
        if voice_url and event.phone_number and event.kind == "PortInPhoneNumberCompleted":
            background.add_task(put_to_work, twilio, event.phone_number, voice_url)  # behind the answer
    except Exception:
        seen.forget(event)  # so that Twilio's next try is let in
        raise


async def put_to_work(twilio: TwilioNumbers, number: str, voice_url: str) -> None:
    """Set up a number that was ported, once the account has it. To do it again changes nothing."""
    finishing = twilio.incoming_phone_numbers.finish([number], options={"voice_url": voice_url}, timeout=60)
    async with finishing as outcomes:
        async for outcome in outcomes:
            if not outcome.ok:
                log.error("a ported number could not be put to work: %s", outcome.error)


@app.get("/ports", response_model=None, responses={200: twilio_web.struct_answer(list[PortingEvent])})
async def ports() -> Response:
    """The last event of each port-in and of each of its numbers."""
    return twilio_web.StructResponse(list(latest.values()))


class SweepRequest(BaseModel):
    """Numbers as people write them, and the country of those without a country code."""

    numbers: Annotated[list[str], Field(min_length=1, max_length=100_000)]
    country: str | None = "US"


@app.post("/sweeps", status_code=202)
async def start_sweep(asked: SweepRequest, twilio: Twilio) -> dict[str, str]:
    """Start checking them all; the answer says where its progress and its results are."""
    started = sweeps.start(twilio.portability.sweep(asked.numbers, country=asked.country))
    return {"id": started.id, "events": f"/sweeps/{started.id}/events", "results": f"/sweeps/{started.id}"}


@app.get("/sweeps/{key}", response_model=None)
async def sweep_results(key: str) -> Response:
    """Show the results of the sweep so far: one row for each number that is done."""
    one = sweeps.get(key)
    rows = [outcome.as_row() for outcome in one.outcomes]
    return twilio_web.StructResponse({"state": one.state, "rows": rows})


@app.get("/sweeps/{key}/events", response_model=None)
async def sweep_events(key: str) -> Response:
    """The sweep's progress as server-sent events, until it has ended."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(sweeps.get(key).events(), media_type="text/event-stream", headers=headers)
