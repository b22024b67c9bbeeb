"""A call from start to end over a socket: what is tried again, for how long, and what is told in the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from tests.raw_server import (
    Connection,
    Received,
    Reply,
    cut_after,
    drop,
    json_reply,
    raw_server,
    reply,
    stall,
    unused_url,
    when,
)
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from twilio_numbers_async.gate import FixedGate, Signal
from twilio_numbers_async.transport.client_state import Exchange
from twilio_numbers_async.transport.credentials import TokenRequest
from twilio_numbers_async.transport.retry import RetryPolicy

from .raw_client import (
    ACCOUNT,
    NUMBER,
    PORT_IN,
    SECRET,
    SHORT,
    FakeTime,
    OpenGate,
    client,
    numbers,
    port_in_create,
    portable_reply,
    tasks_left,
)

FIRM = RetryPolicy(jitter=0.0)
ONCE = RetryPolicy(max_attempts=1, max_refused_time=0.0)
YES = portable_reply()
NO_CONTENT = reply(b"", 204)
CREATED = json_reply({"port_in_request_sid": PORT_IN}, 201)
SET = json_reply({"port_in_target_url": "https://example.com/"})
GONE = json_reply({"code": 20404, "message": "The requested resource was not found"}, 404)
CUT = cut_after(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

Call = Callable[[TwilioNumbers], Awaitable[Any]]


def read(twilio: TwilioNumbers) -> Awaitable[Any]:
    return twilio.portability.fetch(NUMBER)


def remove(twilio: TwilioNumbers) -> Awaitable[Any]:
    return twilio.port_ins.cancel(PORT_IN)


def upsert(twilio: TwilioNumbers) -> Awaitable[Any]:
    return twilio.webhook_configuration.create(port_in_target_url="https://example.com/")


def buy(twilio: TwilioNumbers) -> Awaitable[Any]:
    return twilio.port_ins.create(port_in_create())


ALL: list[tuple[Call, Reply]] = [(read, YES), (remove, NO_CONTENT), (upsert, SET), (buy, CREATED)]
REPEATABLE = ALL[:3]


def refused(retry_after: str | None = None) -> Reply:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return json_reply({"code": 20429, "message": "Too Many Requests", "status": 429}, 429, headers)


def failed(status: int = 503, retry_after: str | None = None) -> Reply:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return reply(b"<html>sorry</html>", status, headers, content_type="text/html")


# ---- refused


@pytest.mark.parametrize(("call", "fine"), ALL)
async def test_every_call_that_was_refused_is_sent_again(call: Call, fine: Reply) -> None:
    time = FakeTime()
    script = [refused()] * 6 + [fine]
    async with raw_server(*script) as server, client(server.url, time, retry=FIRM) as twilio:
        await call(twilio)
    assert len(server.received) == 7
    assert len({(each.method, each.target, each.body) for each in server.received}) == 1
    assert time.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [("3", 3.0), ("1.5", 1.5), ("60", 60.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.25), ("soon", 0.25), ("nan", 0.25),
     ("-1", 0.25), ("0", 0.25)],
)  # fmt: skip
async def test_retry_after_is_waited_for(retry_after: str, pause: float) -> None:
    time = FakeTime()
    async with (
        raw_server(refused(retry_after), YES) as server,
        client(server.url, time, retry=FIRM) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert time.slept == [pause]


@pytest.mark.parametrize("retry_after", ["61", "3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
@pytest.mark.parametrize(("call", "fine"), ALL)
async def test_a_retry_after_above_the_cap_gives_up(call: Call, fine: Reply, retry_after: str) -> None:
    time = FakeTime()
    async with raw_server(refused(retry_after), fine) as server, client(server.url, time) as twilio:
        with pytest.raises(RateLimitError) as caught:
            await call(twilio)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 60
    assert (len(server.received), time.slept) == (1, [])


async def test_refusals_end_with_the_time_that_the_policy_gives() -> None:
    time = FakeTime()
    policy = RetryPolicy(jitter=0.0, max_refused_time=20.0, max_attempts=1)
    async with raw_server(refused()) as server, client(server.url, time, retry=policy) as twilio:
        with pytest.raises(RateLimitError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert time.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]
    assert caught.value.attempts == len(server.received) == 7


async def test_failures_in_between_count_apart_from_refusals() -> None:
    time = FakeTime()
    policy = RetryPolicy(jitter=0.0, max_attempts=3)
    script = [failed(), refused(), refused(), failed(), refused(), YES]
    async with raw_server(*script) as server, client(server.url, time, retry=policy) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert time.slept == [0.25, 0.25, 0.5, 0.5, 1.0]
    script = [failed(), refused(), failed(), refused(), failed(), YES]
    async with raw_server(*script) as server, client(server.url, retry=policy) as twilio:
        with pytest.raises(ServerError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert caught.value.attempts == 5


async def test_jitter_is_the_runtimes_chance() -> None:
    time = FakeTime(luck=1.0)
    policy = RetryPolicy(jitter=0.5)
    async with (
        raw_server(refused(), refused("2"), YES) as server,
        client(server.url, time, retry=policy) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert time.slept == [0.125, 2.125]


# ---- failed


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("call", "fine"), REPEATABLE)
async def test_a_server_error_is_tried_again_where_that_is_safe(call: Call, fine: Reply, status: int) -> None:
    time = FakeTime()
    script = [failed(status), failed(status), fine]
    async with raw_server(*script) as server, client(server.url, time, retry=FIRM) as twilio:
        await call(twilio)
    assert len(server.received) == 3
    assert time.slept == [0.25, 0.5]


@pytest.mark.parametrize(("call", "fine"), REPEATABLE)
async def test_attempts_end(call: Call, fine: Reply) -> None:
    async with raw_server(failed()) as server, client(server.url) as twilio:
        with pytest.raises(ServerError) as caught:
            await call(twilio)
        assert caught.value.attempts == len(server.received) == 4
        with pytest.raises(ServerError) as caught:
            await call(twilio.with_options(retry=ONCE))
        assert caught.value.attempts == 1


@pytest.mark.parametrize(("retry_after", "slept"), [("5", [5.0]), ("61", [])])
async def test_the_wish_of_a_server_error_counts_too(retry_after: str, slept: list[float]) -> None:
    time = FakeTime()
    script = [failed(503, retry_after), YES]
    async with raw_server(*script) as server, client(server.url, time, retry=FIRM) as twilio:
        if slept:
            await twilio.portability.fetch(NUMBER)
        else:
            with pytest.raises(ServerError):
                await twilio.portability.fetch(NUMBER)
    assert time.slept == slept


@pytest.mark.parametrize("broken", [CUT, cut_after(b"HTTP/1.1 2"), cut_after(b"nonsense\r\n\r\n")])
@pytest.mark.parametrize(("call", "fine"), REPEATABLE)
async def test_a_broken_answer_is_tried_again_where_that_is_safe(
    call: Call, fine: Reply, broken: Reply
) -> None:
    async with raw_server(broken, fine) as server, client(server.url) as twilio:
        await call(twilio)
    assert len(server.received) == 2


@pytest.mark.parametrize(("call", "fine"), REPEATABLE)
async def test_an_answer_that_is_late_is_tried_again_where_that_is_safe(call: Call, fine: Reply) -> None:
    async with raw_server(stall, fine) as server, client(server.url, timeout=SHORT) as twilio:
        await call(twilio)
    assert len(server.received) == 2


@pytest.mark.parametrize("trouble", [failed(500), failed(502), failed(503), failed(504), failed(503, "1")])
async def test_a_port_in_is_not_created_again_after_a_server_error(trouble: Reply) -> None:
    time = FakeTime()
    async with raw_server(trouble, CREATED) as server, client(server.url, time) as twilio:
        with pytest.raises(ServerError, match=r"port_ins\.list") as caught:
            await buy(twilio)
        assert "port_ins.list" in caught.value.message
    assert (len(server.received), time.slept) == (1, [])


@pytest.mark.parametrize("trouble", [drop, CUT, stall, cut_after(b"HTTP/1.1 201 Created\r\n")])
async def test_a_port_in_whose_answer_was_lost_may_have_been_created(trouble: Reply) -> None:
    async with raw_server(trouble, CREATED) as server, client(server.url, timeout=SHORT) as twilio:
        with pytest.raises(TransportError, match=r"port_ins\.list") as caught:
            await buy(twilio)
        assert caught.value.may_have_been_processed
        assert (caught.value.method, caught.value.route) == ("POST", "/v1/Porting/PortIn")
    assert len(server.received) == 1


async def test_a_port_in_that_was_never_sent_is_tried_again_and_was_not_created() -> None:
    async with client(await unused_url()) as twilio:
        with pytest.raises(ConnectError) as caught:
            await buy(twilio)
    assert not caught.value.may_have_been_processed
    assert caught.value.attempts == 4
    assert "may have been" not in str(caught.value)


@pytest.mark.parametrize(("call", "fine"), ALL)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, InvalidRequestError), (401, AuthenticationError), (404, NotFoundError), (408, ApiError),
     (409, ConflictError), (422, InvalidRequestError), (501, ServerError), (505, ServerError)],
)  # fmt: skip
async def test_what_would_be_answered_alike_is_not_asked_again(
    call: Call, fine: Reply, status: int, kind: type[ApiError]
) -> None:
    async with (
        raw_server(json_reply({"code": 1, "message": "No"}, status), fine) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(kind, match="No") as caught:
            await call(twilio)
    assert caught.value.attempts == len(server.received) == 1


async def test_connecting_is_tried_again() -> None:
    """Nobody listens until the client has slept once."""
    server_url = await unused_url()
    host, port = server_url.removeprefix("http://").split(":")
    received: list[Received] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        received.append(Received("POST", "", {}, b"", 0))
        await CREATED(Connection(reader, writer), received[0])
        await reader.read()
        writer.close()

    listeners: list[asyncio.Server] = []

    class Opening(FakeTime):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            listeners.append(await asyncio.start_server(serve, host, int(port)))

    async with client(server_url, Opening()) as twilio:
        assert (await twilio.port_ins.create(port_in_create())).port_in_request_sid == PORT_IN
    for listener in listeners:
        listener.close()
        await listener.wait_closed()
    assert len(received) == 1


# ---- what became of it


@pytest.mark.parametrize("unclear", [CUT, failed(500), failed(504)])
async def test_a_deletion_that_finds_nothing_after_an_unclear_one_is_done(unclear: Reply) -> None:
    async with raw_server(unclear, GONE) as server, client(server.url) as twilio:
        await remove(twilio)
    assert [received.method for received in server.received] == ["DELETE", "DELETE"]


async def test_a_deletion_whose_connection_was_dropped_and_that_finds_nothing_then_is_done() -> None:
    async with raw_server(drop, GONE) as server, client(server.url) as twilio:
        await remove(twilio)
    assert len(server.received) == 2


async def test_a_session_of_ones_own_does_not_send_a_deletion_again_unseen() -> None:
    """Its middlewares see it all the same."""
    seen: list[str] = []

    async def middleware(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        seen.append(request.method)
        return await handler(request)

    own = aiohttp.ClientSession(middlewares=[middleware])
    async with own, raw_server(drop, GONE) as server, client(server.url, session=own) as twilio:
        await remove(twilio)
    assert [received.method for received in server.received] == seen == ["DELETE", "DELETE"]


@pytest.mark.parametrize("clear", [[], [refused()], [refused(), refused()]])
async def test_a_deletion_that_finds_nothing_at_first_is_an_error(clear: list[Reply]) -> None:
    async with raw_server(*clear, GONE) as server, client(server.url) as twilio:
        with pytest.raises(NotFoundError):
            await remove(twilio)


async def test_nothing_else_is_done_when_it_is_not_found_after_an_unclear_try() -> None:
    for call in (read, upsert):
        async with raw_server(CUT, GONE) as server, client(server.url) as twilio:
            with pytest.raises(NotFoundError) as caught:
                await call(twilio)
        assert caught.value.attempts == 2


async def test_a_last_try_that_sent_nothing_does_not_make_the_first_one_undone() -> None:
    """An answer was lost, then the server is gone: whether it was carried out is unclear all the same."""

    async def cut_and_hang_up_for_good(connection: Connection, received: Received) -> None:
        listener.close()
        await CUT(connection, received)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await cut_and_hang_up_for_good(Connection(reader, writer), Received("DELETE", "", {}, b"", 0))
        await writer.wait_closed()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    async with client(f"http://{host}:{port}") as twilio:
        with pytest.raises(ConnectError) as caught:
            await remove(twilio)
    await listener.wait_closed()
    assert caught.value.attempts == 4
    assert caught.value.may_have_been_processed


# ---- results that report a transient failure


PASSING = {"phone_number": NUMBER, "portable": False, "not_portable_reason_code": 22135}


@pytest.mark.parametrize("status", [200, 400])
async def test_22135_is_asked_again(status: int) -> None:
    time = FakeTime()
    script = [json_reply(PASSING, status), json_reply(PASSING, status), YES]
    async with raw_server(*script) as server, client(server.url, time, retry=FIRM) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
    assert time.slept == [0.25, 0.5]


@pytest.mark.parametrize("status", [200, 400])
async def test_22135_is_returned_when_it_stays(status: int) -> None:
    async with raw_server(json_reply(PASSING, status)) as server, client(server.url) as twilio:
        answer = await twilio.portability.fetch(NUMBER)
        assert answer.not_portable_reason_code == 22135
        assert len(server.received) == 4
        answer = await twilio.with_options(retry=ONCE).portability.fetch(NUMBER)
        assert answer.not_portable_reason_code == 22135
        assert len(server.received) == 5


async def test_22135_is_no_reason_to_shrink_the_gate() -> None:
    gate = OpenGate()
    async with (
        raw_server(json_reply(PASSING, 400), YES) as server,
        client(server.url, concurrency=gate) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert gate.signals == [Signal.ACCEPTED, Signal.ACCEPTED]


@pytest.mark.parametrize("code", [22131, 22133, 22102, 20003, "22130"])
async def test_a_number_that_cannot_be_ported_is_an_answer_whatever_the_status(code: int | str) -> None:
    document = {"phone_number": NUMBER, "portable": False, "not_portable_reason_code": code}
    for status in (200, 400):
        async with raw_server(json_reply(document, status)) as server, client(server.url) as twilio:
            answer = await twilio.portability.fetch(NUMBER)
        assert answer.portable is False
        assert answer.not_portable_reason_code == int(code)
        assert len(server.received) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"not_portable_reason_code": null}',
        b'{"message": "about not_portable_reason_code"}',
        b'"not_portable_reason_code"',
        b'["not_portable_reason_code"]',
        b'{"not_portable_reason_code": {}}',
        b'{"not_portable_reason_code": 22131',
        b'{"not_portable_reason_code": "\xff"}',
        b'{"not_portable_reason_code": ' + b"[" * 100_000,
        b'{"x": ' + b'{"not_portable_reason_code": ' * 100_000,
    ],
)
async def test_a_400_without_a_reason_is_an_error(body: bytes) -> None:
    async with raw_server(reply(body, 400)) as server, client(server.url) as twilio:
        with pytest.raises(InvalidRequestError):
            await twilio.portability.fetch(NUMBER)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
async def test_a_reason_with_another_status_is_an_error(status: int) -> None:
    document = {"portable": False, "not_portable_reason_code": 22131}
    async with raw_server(json_reply(document, status)) as server, client(server.url, retry=ONCE) as twilio:
        with pytest.raises(ApiError):
            await twilio.portability.fetch(NUMBER)


# ---- the gate


@pytest.mark.parametrize(
    ("answer", "noted"),
    [
        (YES, (Signal.ACCEPTED, None, None)),
        (portable_reply(200, {"Twilio-Concurrent-Requests": "7"}), (Signal.ACCEPTED, None, 7)),
        (json_reply({}, 404, {"Twilio-Concurrent-Requests": "x"}), (Signal.ACCEPTED, None, None)),
        (json_reply({}, 401), (Signal.ACCEPTED, None, None)),
        (refused(), (Signal.REFUSED, None, None)),
        (refused("7"), (Signal.REFUSED, 7.0, None)),
        (failed(503, "7"), (Signal.FAILED, None, None)),
        (failed(500), (Signal.FAILED, None, None)),
        (CUT, (Signal.FAILED, None, None)),
        (stall, (Signal.FAILED, None, None)),
        (reply(b"<html>"), (Signal.ACCEPTED, None, None)),
    ],
)
async def test_what_the_gate_is_told(answer: Reply, noted: tuple[Signal, float | None, int | None]) -> None:
    gate = OpenGate()
    async with (
        raw_server(answer) as server,
        client(server.url, concurrency=gate, retry=ONCE, timeout=SHORT) as twilio,
    ):
        with contextlib.suppress(TwilioNumbersError):
            await twilio.portability.fetch(NUMBER)
    assert gate.released == [noted]
    assert gate.held == 0


async def test_a_call_that_is_cancelled_gives_its_permit_back_and_says_nothing() -> None:
    gate = OpenGate()
    async with raw_server(stall) as server, client(server.url, concurrency=gate) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        assert gate.held == 1
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    assert (gate.signals, gate.held) == ([Signal.UNKNOWN], 0)


async def test_no_permit_is_held_while_backing_off() -> None:
    gate = OpenGate()
    held: list[int] = []

    class Watching(FakeTime):
        async def sleep(self, seconds: float) -> None:
            held.append(gate.held)
            await super().sleep(seconds)

    script = [refused(), failed(), CUT, YES]
    async with raw_server(*script) as server, client(server.url, Watching(), concurrency=gate) as twilio:
        await twilio.portability.fetch(NUMBER)
    assert held == [0, 0, 0]


async def test_a_permit_is_held_until_the_body_is_read() -> None:
    go = asyncio.Event()
    gate = OpenGate()

    async def slowly(connection: Connection, received: Received) -> None:
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
        await go.wait()
        await connection.send(b"}")

    async with raw_server(slowly) as server, client(server.url, concurrency=gate) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        for _ in range(10):
            await asyncio.sleep(0)
        assert (gate.held, gate.released) == (1, [])
        go.set()
        await call
        assert gate.held == 0


async def test_waiting_in_the_gate_counts_in_no_attempt() -> None:
    go = asyncio.Event()
    async with raw_server(when(go, YES), YES) as server, client(server.url, concurrency=1) as twilio:
        first = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        second = asyncio.create_task(twilio.with_options(timeout=SHORT).port_ins.fetch(PORT_IN))
        await asyncio.sleep(0)
        assert twilio.gate.snapshot().waiting == 1
        await asyncio.sleep(2 * SHORT)  # longer than the attempt may take
        go.set()
        await first
        await second


async def test_a_refusal_in_the_gates_line_is_not_time_that_was_refused() -> None:
    """max_refused_time leaves the line out as well."""
    time = FakeTime()
    gate = FixedGate(1, clock=time.clock)
    policy = RetryPolicy(jitter=0.0, max_refused_time=1.0)
    go = asyncio.Event()
    async with (
        raw_server(refused(), when(go, YES), YES) as server,
        client(server.url, time, concurrency=gate, retry=policy) as twilio,
    ):
        first = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await server.until_received(1)
        await server.until(lambda server: server.busy == 0)
        second = asyncio.create_task(twilio.port_ins.fetch(PORT_IN))
        await server.until_received(2)
        time.now += 3600.0
        go.set()
        await asyncio.gather(first, second)
    assert len(server.received) == 3


# ---- the deadline


async def test_a_deadline_bounds_the_whole_call() -> None:
    time = FakeTime()
    policy = RetryPolicy(jitter=0.0, max_attempts=100)
    async with raw_server(failed()) as server, client(server.url, time, deadline=5.0, retry=policy) as twilio:
        with pytest.raises(RequestTimeoutError, match="deadline of 5 s: HTTP 503") as caught:
            await twilio.portability.fetch(NUMBER)
    assert time.slept == [0.25, 0.5, 1.0, 2.0], "four more seconds would be too long"
    assert caught.value.attempts == 5
    assert isinstance(caught.value.__cause__, ServerError)


async def test_a_deadline_ends_an_attempt_that_takes_longer() -> None:
    async with raw_server(stall) as server, client(server.url, deadline=0.05) as twilio:
        with pytest.raises(RequestTimeoutError):
            await twilio.portability.fetch(NUMBER)
        await server.until(lambda server: not server.open)


async def test_a_deadline_that_has_passed_while_sleeping_sends_nothing_more() -> None:
    class Oversleeping(FakeTime):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds + 100.0)

    async with raw_server(CUT, YES) as server, client(server.url, Oversleeping(), deadline=10.0) as twilio:
        with pytest.raises(RequestTimeoutError, match="deadline") as caught:
            await twilio.port_ins.cancel(PORT_IN)
    assert len(server.received) == 1
    assert caught.value.attempts == 1
    assert caught.value.may_have_been_processed, "the first one may have been"


async def test_a_timeout_of_the_callers_own_parts_is_not_the_deadlines() -> None:
    class LateGate(OpenGate):
        def try_acquire(self) -> None:
            return None

        async def acquire(self) -> int:
            raise TimeoutError("the gate's own")

    class LateSleep(FakeTime):
        async def sleep(self, seconds: float) -> None:
            raise TimeoutError("the sleep's own")

    class LateCredentials:
        renewable = True

        def authorization(self, now: float) -> str | None:
            return None

        async def renew(self, request: TokenRequest, now: Callable[[], float], rejected: str | None) -> str:
            raise TimeoutError("the credentials' own")

    async with raw_server(failed()) as server:
        for twilio, words in (
            (client(server.url, concurrency=LateGate(), deadline=10.0), "the gate's own"),
            (client(server.url, LateSleep(), concurrency=FixedGate(1), deadline=10.0), "the sleep's own"),
            (client(server.url, credentials=LateCredentials(), deadline=10.0), "the credentials' own"),
        ):
            async with twilio:
                with pytest.raises(TimeoutError, match=f"^{words}$"):
                    await twilio.portability.fetch(NUMBER)
                seen = twilio.gate.snapshot()
                assert (seen.in_flight, seen.waiting_to_retry) == (0, 0)
    assert len(server.received) == 1


async def test_a_deadline_leaves_time_for_the_answer_that_is_there() -> None:
    time = FakeTime()
    async with (
        raw_server(json_reply(PASSING)) as server,
        client(server.url, time, deadline=0.2, retry=FIRM) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).not_portable_reason_code == 22135
    assert time.slept == []


async def test_each_attempt_has_its_own_timeout() -> None:
    async with raw_server(stall) as server, client(server.url, timeout=SHORT, retry=FIRM) as twilio:
        with pytest.raises(RequestTimeoutError) as caught:
            await twilio.portability.fetch(NUMBER)
    assert caught.value.attempts == len(server.received) == 4


async def test_many_calls_share_a_timeout() -> None:
    async with raw_server(stall) as server, client(server.url, retry=ONCE) as twilio:
        hasty = twilio.with_options(timeout=SHORT)
        outcomes = await asyncio.gather(
            *(hasty.portability.fetch(number) for number in numbers(50)), return_exceptions=True
        )
        assert all(type(outcome) is RequestTimeoutError for outcome in outcomes)
        server.script = [YES]
        await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(50)))


async def test_a_cancellation_while_backing_off_is_a_cancellation() -> None:
    class Forever(FakeTime):
        async def sleep(self, seconds: float) -> None:
            sleeping.set()
            await asyncio.Event().wait()

    sleeping = asyncio.Event()
    async with raw_server(failed()) as server, client(server.url, Forever()) as twilio:
        call = asyncio.create_task(twilio.portability.fetch(NUMBER))
        await sleeping.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert len(server.received) == 1


async def test_a_cancellation_is_never_taken_for_a_timeout() -> None:
    """Many callers give up at about the time at which the limit is up: each ends in one way or the other."""
    async with raw_server(stall) as server, client(server.url, timeout=0.05, retry=ONCE) as twilio:
        ends: list[str] = []

        async def impatient(number: str, patience: float) -> None:
            try:
                async with asyncio.timeout(patience):
                    try:
                        await twilio.portability.fetch(number)
                    except RequestTimeoutError:
                        ends.append("ours")
            except TimeoutError:
                ends.append("theirs")

        tasks = [
            asyncio.create_task(impatient(number, 0.05 + (index - 50) * 1e-4))
            for index, number in enumerate(numbers(100))
        ]
        await asyncio.gather(*tasks)
        assert len(ends) == 100
        assert all(task.cancelling() == 0 for task in tasks)
        await server.until(lambda server: not server.open)


# ---- the hook


async def test_the_hook_sees_every_exchange() -> None:
    time = FakeTime()
    seen: list[Exchange] = []

    def hook(exchange: Exchange) -> None:
        seen.append(exchange)

    script = [refused("1"), CUT, portable_reply(200, {"Twilio-Request-Id": "RQ1", "X-Own": "1"})]
    async with (
        raw_server(*script) as server,
        client(server.url, time, on_response=hook, retry=FIRM) as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
    assert [(each.status, each.attempt, type(each.error)) for each in seen] == [
        (429, 1, type(None)), (None, 2, TransportError), (200, 3, type(None)),
    ]  # fmt: skip
    assert {(each.method, each.route, each.operation) for each in seen} == {
        ("GET", "/v1/Porting/Portability/PhoneNumber/{PhoneNumber}", "FetchPortingPortability")
    }
    assert [each.request_id for each in seen] == [None, None, "RQ1"]
    assert (seen[0].headers["retry-after"], seen[1].headers, seen[2].headers["x-own"]) == ("1", {}, "1")
    assert all(each.elapsed == 0.0 for each in seen)
    assert "4155550100" not in repr([(each.route, each.error) for each in seen])


async def test_the_hook_is_told_how_long_it_took() -> None:
    time = FakeTime()
    seen: list[Exchange] = []

    async def later(connection: Connection, received: Received) -> None:
        time.now += 2.5
        await YES(connection, received)

    async with raw_server(later) as server, client(server.url, time, on_response=seen.append) as twilio:
        await twilio.portability.fetch(NUMBER)
    assert [each.elapsed for each in seen] == [2.5]


async def test_a_broken_hook_takes_no_answer_away(caplog: pytest.LogCaptureFixture) -> None:
    def hook(exchange: Exchange) -> None:
        raise ZeroDivisionError

    async with raw_server(YES, drop) as server, client(server.url, on_response=hook, retry=ONCE) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
        with pytest.raises(TransportError):
            await upsert(twilio)
    assert [record.getMessage() for record in caplog.records] == ["on_response failed"] * 2


# ---- views


async def test_views_share_the_session_and_the_gate_and_not_the_options() -> None:
    async with raw_server(stall) as server:
        twilio = client(server.url)
        view = twilio.with_options(timeout=0.05, retry=ONCE)
        async with twilio:
            assert view.gate is twilio.gate
            assert view.account_sid == ACCOUNT
            assert type(view) is TwilioNumbers
            with pytest.raises(RequestTimeoutError, match=r"0\.05 s"):
                await view.portability.fetch(NUMBER)
            with pytest.raises(RequestTimeoutError, match=r"0\.06 s"):
                await view.with_options(timeout=0.06).portability.fetch(NUMBER)
            server.script = [YES]
            await twilio.portability.fetch(NUMBER)
            before = server.connections
            await view.with_options(timeout=30.0).portability.fetch(NUMBER)
            assert server.connections == before
        with pytest.raises(ConfigurationError, match="not open"):
            await view.portability.fetch(NUMBER)


async def test_a_view_keeps_what_it_is_not_told_to_change() -> None:
    time = FakeTime()
    async with (
        raw_server(failed()) as server,
        client(server.url, time, retry=RetryPolicy(jitter=0.0, max_attempts=2)) as twilio,
    ):
        with pytest.raises(ServerError) as caught:
            await twilio.with_options(timeout=5.0).portability.fetch(NUMBER)
        assert caught.value.attempts == 2
        with pytest.raises(RequestTimeoutError) as late:
            await twilio.with_options(deadline=0.1).with_options(retry=FIRM).portability.fetch(NUMBER)
        assert late.value.attempts == 1
        with pytest.raises(ServerError) as caught:
            await twilio.with_options(deadline=0.1).with_options(deadline=None).portability.fetch(NUMBER)
        assert caught.value.attempts == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"timeout": 0}, {"deadline": -1.0}, {"retry": 3}, {"timeout": float("nan")}, {"priority": "low"},
        {"max_waiting": -1},
    ],
)  # fmt: skip
def test_a_view_checks_what_it_is_given(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(bad))):
        client("http://127.0.0.1:1").with_options(**bad)


# ---- what is never shown


@pytest.mark.parametrize(
    "trouble",
    [failed(), CUT, drop, stall, refused(), json_reply({"code": 1, "message": f"Bad number {NUMBER}"}, 400),
     reply(b"<html>"), reply(b'{"portable": "+14155550100", "phone_numbers": "+14155550100"}'),
     json_reply({"message": "x"}, 401)],
)  # fmt: skip
async def test_neither_number_nor_credential_is_shown(
    trouble: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "twilio_numbers_async")
    policy = RetryPolicy(max_attempts=2, max_refused_time=0.5)
    shown: list[str] = []
    async with raw_server(trouble) as server:
        twilio = client(server.url, timeout=0.05, retry=policy)
        shown.append(repr(twilio))
        async with twilio:
            for call in (twilio.portability.fetch(NUMBER), twilio.port_ins.create(port_in_create())):
                with pytest.raises(TwilioNumbersError) as caught:
                    await call
                shown += [str(caught.value), repr(caught.value)]
                shown += traceback.format_exception(caught.value)
                assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
                shown.append(pickle.dumps(caught.value).decode("latin-1"))
    shown += [record.getMessage() for record in caplog.records]
    for text in shown:
        for secret in ("4155550100", SECRET, "Basic ", "Robin", "Springfield"):
            assert secret not in text


# ---- nothing is left


@pytest.mark.parametrize("trouble", [YES, failed(), CUT, stall, refused("1"), GONE])
async def test_no_task_is_left_whatever_happens(trouble: Reply) -> None:
    before = tasks_left()
    async with raw_server(trouble) as server:
        async with client(server.url, timeout=0.05) as twilio:
            calls = [twilio.with_options(deadline=60.0, retry=ONCE).portability.fetch(n) for n in numbers(5)]
            await asyncio.gather(*calls, return_exceptions=True)
        await server.until(lambda server: not server.open)
    assert tasks_left() - before == set()


async def test_two_thousand_checks_at_once_through_a_gate_of_fifty() -> None:
    async with raw_server(YES) as server, client(server.url, concurrency=50) as twilio:
        answers = await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(2000)))
        assert all(answer.portable for answer in answers)
        assert len(server.received) == 2000
        assert len({received.target for received in server.received}) == 2000
        assert server.connections <= 50
        assert server.most_busy <= 50
        snapshot = twilio.gate.snapshot()
        assert (snapshot.in_flight, snapshot.waiting, snapshot.refusals) == (0, 0, 0)


async def test_two_thousand_checks_at_once_with_the_gate_that_finds_out() -> None:
    allowance = 20

    async def strict(connection: Connection, received: Received) -> None:
        if server.busy > allowance:
            await refused()(connection, received)
        else:
            await asyncio.sleep(0.001)
            await YES(connection, received)

    async with raw_server(strict) as server, client(server.url, concurrency=None) as twilio:
        answers = await asyncio.gather(*(twilio.portability.fetch(number) for number in numbers(2000)))
        assert all(answer.portable for answer in answers)
        assert len(server.received) - 2000 == twilio.gate.snapshot().refusals < 200
        assert server.connections < 200
