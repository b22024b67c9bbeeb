"""Each fault times each kind of call: the answer or the error, what was sent, and a right next call."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Any

import aiohttp
import pytest

from tests.transport.raw_client import NUMBER, SECRET, FakeTime, client, tasks_left
from twilio_numbers_async import AdaptiveGate, OAuthClientCredentials
from twilio_numbers_async.errors import TwilioNumbersError
from twilio_numbers_async.gate.base import Timer

from .breaking import BREAKING, FRAMING, LARGE, SLOW
from .connecting import CONNECTING
from .contents import DOCUMENTS, ERROR_DOCUMENTS, OTHERS
from .kinds import ALL, GET, ORDERS, OTHER, Kind, next_call
from .stages import Stage, on_stage
from .statuses import LIMITS, REDIRECTS, SERVER_ERRORS, SIGNING_IN
from .strays import STRAYS
from .table import Fault, Outcome, cells

FAULTS = (
    *CONNECTING, *BREAKING, *FRAMING, *SLOW, *LARGE, *LIMITS, *SERVER_ERRORS, *REDIRECTS, *SIGNING_IN, *DOCUMENTS,
    *ERROR_DOCUMENTS, *OTHERS, *STRAYS,
)  # fmt: skip
CELLS = [pytest.param(fault, kind, False, id=f"{fault.name}-{kind.name}") for fault, kind in cells(FAULTS)]
TRACED_CELLS = [
    pytest.param(fault, kind, True, id=f"{fault.name}-{kind.name}-traced")
    for fault, kind in cells(FAULTS)
    if kind is GET and (fault.stage == "http" or fault.stage.startswith("tls"))  # no session of its own
]
READABLE = {"gzip", "deflate", "identity"} | {
    name
    for name, module in {"br": "brotli", "zstd": "backports.zstd"}.items()
    if find_spec(module.split(".")[0])
}


class Clock(FakeTime):
    """Time that only the client's own waits move on: its sleeps, and the pauses of its gate."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        due = self.now + delay

        def ring() -> None:
            self.now = max(self.now, due)
            callback()

        return asyncio.get_running_loop().call_soon(ring)


async def outcome_of(call: Awaitable[Any], stage: Stage, clock: Clock, *, measured: bool) -> Outcome:
    """Make the call and note what came of it."""
    requests, connections, since = stage.requests, stage.connections, clock.now
    result, error = None, None
    if measured:
        tracemalloc.start()
    try:
        result = await call
    except TwilioNumbersError as failure:
        error = failure
    finally:
        memory = tracemalloc.get_traced_memory()[1] / (1 << 20) if measured else 0.0
        if measured:
            tracemalloc.stop()
    return Outcome(
        result, error, stage.requests - requests, stage.connections - connections, clock.now - since, memory
    )


@pytest.mark.parametrize(("fault", "kind", "traced"), [*CELLS, *TRACED_CELLS])
async def test_a_fault_and_a_call(fault: Fault, kind: Kind, traced: bool) -> None:
    """``traced``: a GET goes over aiohttp's session then, and by the direct way elsewhere."""
    clock, expected = Clock(), fault.expected[kind.name]
    gate = AdaptiveGate(clock=clock.clock, call_later=clock.call_later)
    async with on_stage(fault) as stage:
        given: Any = {"concurrency": gate, **stage.options, **fault.options}
        if traced:
            given["trace_configs"] = [aiohttp.TraceConfig()]
        if fault.signed_in:
            given["credentials"] = OAuthClientCredentials("OQ" + "a" * 32, SECRET)
        async with client(stage.url, clock, **given) as twilio:
            if fault.primed:
                await twilio.portability.fetch(OTHER)
                await fault.meanwhile(stage.servers[-1])
            outcome = await outcome_of(kind.call(twilio), stage, clock, measured=expected.memory is not None)
            expected.check(outcome, kind)
            check_words(outcome.error)
            await stage.mend()
            await fault.afterwards(stage.servers[-1])
            assert await next_call(twilio.with_options(timeout=30.0, deadline=None))
            snapshot = twilio.gate.snapshot()
            assert (snapshot.in_flight, snapshot.waiting) == (0, 0)
        await stage.left()
        for server in stage.servers:
            check_requests(server.received)
    assert not tasks_left()


def check_words(error: TwilioNumbersError | None) -> None:
    """An error names no number and no secret, in one line."""
    text = "" if error is None else f"{error} {error!r}"
    assert NUMBER not in text
    assert NUMBER.strip("+") not in text
    assert SECRET not in text
    assert "\n" not in text


def check_requests(received: list[Any]) -> None:
    """Orders go over a connection of their own; only what can be read is asked for."""
    for each in received:
        assert {name.strip() for name in each.headers["accept-encoding"].split(",")} <= READABLE
        if each.method == "POST" and each.path.endswith(("/PortIn", "/IncomingPhoneNumbers.json")):
            assert [other.connection for other in received].count(each.connection) == 1


def test_the_table_is_whole() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert len(names) >= 60
    assert len(CELLS) >= 300
    for kind in ALL:
        assert sum(kind.name in fault.expected for fault in FAULTS) >= 60
    for fault in FAULTS:
        for kind in ORDERS:
            expected = fault.expected.get(kind.name)
            if expected is not None and expected.error and expected.may_have_been_processed:
                assert 2 not in expected.requests, fault.name
