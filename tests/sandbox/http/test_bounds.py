from __future__ import annotations

import asyncio
import datetime as dt
import gzip

import pytest

from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sandbox.http.listening import connections_allowed
from twilio_numbers_async.sandbox.http.notes import Notes

from ..checked_client import Api, until
from .wire import Wire, head, tracebacks, warnings, wire

PORT_IN = "/v1/Porting/PortIn"
DOCUMENTS = "/v1/Documents"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
LARGE = "Content-Length: 200000000"


# bodies


@pytest.mark.parametrize("path", [PORT_IN, DOCUMENTS, "/v1/Nowhere"])
async def test_wrong_credentials_are_answered_before_the_body(sandbox: Sandbox, path: str) -> None:
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", path, LARGE, auth=False))
        status, _ = await client.answer()
    assert status == (404 if "Nowhere" in path else 401)
    assert (sandbox.traffic.log[-1].body, sandbox.traffic.log[-1].size) == (b"", 0)


async def test_who_sends_on_after_a_401_can_ask_again(sandbox: Sandbox) -> None:
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, "Content-Length: 300000", auth=False))
        assert (await client.answer())[0] == 401
        await client.send(b"x" * 300_000, head(sandbox))
        assert (await client.answer())[0] == 200


@pytest.mark.parametrize(
    ("path", "most"), [(PORT_IN, 1000), ("/v2/token", 1000), (DOCUMENTS, 10 * 1024 * 1024 + 65_536)]
)
async def test_a_body_that_says_it_is_too_large_is_not_read(path: str, most: int) -> None:
    async with Sandbox(max_body=1000) as sandbox, wire(sandbox) as client:
        await client.send(head(sandbox, "POST", path, JSON, f"Content-Length: {most + 1}"))
        status, body = await client.answer()
        assert (status, f"larger than {most} bytes".encode() in body) == (413, True)
        assert sandbox.traffic.log[-1].size == 0


async def test_the_largest_body_is_read() -> None:
    async with Sandbox(max_body=1000) as sandbox, wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, JSON, "Content-Length: 1000"), b" " * 1000)
        assert (await client.answer())[0] == 400  # it is no JSON
        assert sandbox.traffic.log[-1].size == 1000


async def test_a_body_that_grows_too_large_is_not_read_to_its_end() -> None:
    async with Sandbox(max_body=1000) as sandbox:
        async with wire(sandbox) as client:
            await client.send(
                head(sandbox, "POST", PORT_IN, JSON, CHUNKED), b"3e8\r\n" + b" " * 1000 + b"\r\n"
            )
            await client.send(b"1\r\n \r\n")
            assert (await client.answer())[0] == 413
        packed = gzip.compress(b"0" * 50_000_000)
        for length in (f"Content-Length: {len(packed)}", CHUNKED):
            sent = packed if length != CHUNKED else b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
            async with wire(sandbox) as client:
                await client.send(
                    head(sandbox, "POST", PORT_IN, JSON, "Content-Encoding: gzip", length), sent
                )
                assert (await client.answer())[0] == 413


async def test_a_413_is_the_last_answer_of_its_connection() -> None:
    async with Sandbox(max_body=10, request_timeout=0.1) as sandbox, wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, JSON, LARGE), b" " * 300_000)
        answer = await client.rest()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in answer


async def test_who_asks_first_hears_whether_to_send_the_body(sandbox: Sandbox) -> None:
    lines = JSON, "Expect: 100-continue", "Content-Length: 2"
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, *lines))
        assert await client.answer() == (100, b"")
        await client.send(b"{}")
        assert (await client.answer())[0] == 400
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, *lines, auth=False))
        assert (await client.answer())[0] == 401


async def test_who_leaves_in_the_middle_of_a_body_leaves_nothing(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, JSON, "Expect: 100-continue", "Content-Length: 100"))
        assert (await client.answer())[0] == 100
        await client.send(b'{"account_sid"')
        client.writer.write_eof()
        assert await client.rest() == b""
    assert sandbox.traffic.log == ()
    assert tracebacks(caplog) == []


@pytest.mark.parametrize(
    "pieces",
    [
        (CHUNKED, b"zz\r\n"),
        (CHUNKED, b"5\r\nhello\r\n", b"zz\r\n"),
        ("Content-Encoding: gzip\r\nContent-Length: 5", b"hello"),
        ("Content-Encoding: gzip\r\nContent-Length: 10", b"hello", b"hello"),
    ],
)
async def test_a_broken_body_is_a_400(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, pieces: tuple[str, *tuple[bytes, ...]]
) -> None:
    async with wire(sandbox) as client:
        await client.send(head(sandbox, "POST", PORT_IN, JSON, pieces[0]), *pieces[1:])
        status, _ = await client.answer()
    assert status == 400
    assert sandbox.port_ins.sids == ()
    assert tracebacks(caplog) == []
    assert len(warnings(caplog)) == 1


# heads


@pytest.mark.parametrize(
    ("request_line", "lines", "status"),
    [
        ("GET /" + "x" * 20_000 + " HTTP/1.1", (), 414),
        ("GET /" + "x" * 400_000 + " HTTP/1.1", (), 414),
        ("GET / HTTP/1.1", ("X: " + "x" * 20_000,), 431),
        ("GET / HTTP/1.1", ("x" * 20_000 + ": x",), 431),
        ("GET / HTTP/1.1", tuple(f"X-{number}: x" for number in range(500)), 431),
        ("GET / HTTP/1.1", tuple(f"X-{number}: {'x' * 8000}" for number in range(5)), 431),
        ("GET / HTTP/1.1", ("Content-Length: x",), 400),
        ("PRI * HTTP/2.0", (), 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01", (), 400),
        ("GET http://[::1 HTTP/1.1", (), 400),
        ("GET foo HTTP/1.1", (), 400),
    ],
)
async def test_a_head_that_cannot_be_read_is_one_line_of_the_log(
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    request_line: str,
    lines: tuple[str, ...],
    status: int,
) -> None:
    async with wire(sandbox) as client:
        await client.send("\r\n".join([request_line, "Host: sandbox", *lines, "", ""]).encode())
        answer = await client.rest()
    assert int(answer.split()[1]) == status
    assert b'"more_info":' in answer
    assert len(warnings(caplog)) == 1
    assert "xxx" not in caplog.text
    assert tracebacks(caplog) == []
    assert sandbox.traffic.log == ()


async def test_a_header_that_is_not_ascii_is_not_a_fault_of_the_sandbox(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire(sandbox) as client:
        await client.send(
            b"GET /v1/Porting/PortIn/KW HTTP/1.1\r\nHost: x\r\nAuthorization: Basic \xff\r\n\r\n"
        )
        assert (await client.answer())[0] == 401
    assert tracebacks(caplog) == []


# times


async def sent_and_left(sandbox: Sandbox, *pieces: bytes) -> bytes:
    """The answer to a request that does not go on, until the sandbox closes the connection."""
    async with wire(sandbox) as client:
        await client.send(*pieces)
        return await client.rest()


async def test_half_a_request_ends(caplog: pytest.LogCaptureFixture) -> None:
    async with Sandbox(request_timeout=0.05) as sandbox:
        half_head = await sent_and_left(sandbox, head(sandbox)[:-2])
        half_body = await sent_and_left(
            sandbox, head(sandbox, "POST", PORT_IN, JSON, "Content-Length: 9"), b"{"
        )
        nothing = await sent_and_left(sandbox)
    assert half_head.startswith(b"HTTP/1.1 408 ")
    assert half_body.startswith(b"HTTP/1.1 408 ")
    assert nothing == b""
    assert tracebacks(caplog) == []
    assert len(warnings(caplog)) == 2


async def test_half_a_second_request_ends_too() -> None:
    async with Sandbox(request_timeout=0.5) as sandbox, wire(sandbox) as client:
        await client.send(head(sandbox))
        assert (await client.answer())[0] == 200
        await client.send(head(sandbox)[:20])
        assert (await client.rest()).startswith(b"HTTP/1.1 408 ")


async def test_half_a_request_behind_another_ends_too() -> None:
    held = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await held.wait()

    async with (
        Sandbox(latency=1, sleep=sleep, request_timeout=0.5) as sandbox,
        wire(sandbox) as client,
    ):
        await client.send(head(sandbox))
        await until(lambda: sandbox.traffic.in_flight == 1)
        await client.send(head(sandbox)[:20])
        held.set()
        assert (await client.answer())[0] == 200
        assert (await client.rest()).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_comes_a_byte_at_a_time_has_no_more_time_than_others() -> None:
    async with Sandbox(request_timeout=0.05) as sandbox, wire(sandbox) as client:

        async def drip() -> None:
            for byte in b"GET /" + b"x" * 8000:
                client.writer.write(bytes([byte]))
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        try:
            assert (await client.rest()).startswith(b"HTTP/1.1 408 ")
        finally:
            dripping.cancel()


async def test_an_idle_connection_is_closed_without_a_word() -> None:
    async with Sandbox(idle_timeout=0.05) as sandbox, wire(sandbox) as client:
        await client.send(head(sandbox))
        assert (await client.answer())[0] == 200
        assert await client.rest() == b""


async def test_a_request_in_its_latency_is_not_idle() -> None:
    async with Sandbox(latency=0.2, idle_timeout=0.02, request_timeout=0.02) as sandbox:
        assert (await sent_and_left(sandbox, head(sandbox))).startswith(b"HTTP/1.1 200 ")


async def test_a_client_that_does_not_read_is_left(caplog: pytest.LogCaptureFixture) -> None:
    large = Fault.answer(200, b"x" * 20_000_000)
    async with Sandbox(request_timeout=0.5) as sandbox, wire(sandbox) as client:
        sandbox.faults.add(large)
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await client.send(head(sandbox))
        await until(lambda: any("does not read its answers" in line for line in warnings(caplog)))
        assert sandbox.traffic.in_flight == 0
    assert tracebacks(caplog) == []


async def test_a_client_that_reads_late_has_it_all(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.answer(200, b"x" * 20_000_000))
    async with wire(sandbox) as client:
        await client.send(head(sandbox), head(sandbox))  # the second is answered when the first one is read
        await until(lambda: sandbox.traffic.in_flight == 0 and sandbox.traffic.requests == 1)
        assert await client.answer() == (200, b"x" * 20_000_000)
        assert (await client.answer())[0] == 200


async def test_a_fault_of_the_sandbox_itself_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> dt.datetime:
        raise ZeroDivisionError

    async with Sandbox(now=broken) as sandbox, wire(sandbox) as client:
        form = f"grant_type=client_credentials&client_id={sandbox.client_id}&client_secret={sandbox.client_secret}"
        lines = "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"
        await client.send(head(sandbox, "POST", "/v2/token", *lines) + form.encode())
        assert (await client.rest()).startswith(b"HTTP/1.1 500 ")
    assert len(tracebacks(caplog)) == 1


# how many


async def test_a_client_gets_the_place_of_one_that_waits() -> None:
    async with (
        Sandbox(max_connections=2, idle_timeout=0.02) as sandbox,
        wire(sandbox),
        wire(sandbox),
        wire(sandbox) as third,
    ):
        await third.send(head(sandbox))
        assert (await third.answer())[0] == 200


async def test_requests_in_service_keep_their_places(caplog: pytest.LogCaptureFixture) -> None:
    held = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await held.wait()

    async def ask(client: Wire) -> int:
        await client.send(head(sandbox))
        return (await client.answer())[0]

    async with (
        Sandbox(max_connections=2, latency=1, sleep=sleep) as sandbox,
        wire(sandbox) as first,
        wire(sandbox) as second,
        wire(sandbox) as third,
    ):
        asked = [asyncio.create_task(ask(client)) for client in (first, second)]
        await until(lambda: sandbox.traffic.in_flight == 2)
        waiting = asyncio.create_task(ask(third))
        await until(lambda: len(warnings(caplog)) == 1)
        assert (sandbox.traffic.requests, waiting.done()) == (2, False)
        held.set()
        assert [await each for each in asked] == [200, 200]
        first.writer.close()
        assert await waiting == 200
    assert warnings(caplog) == ["The sandbox has 2 connections open; more must wait"]


# what it keeps


async def test_the_log_keeps_the_beginning_of_a_body() -> None:
    async with Sandbox(log_body=5) as sandbox, Api(sandbox) as api:
        await api.ask("POST", "/1", data=b"12345")
        await api.ask("POST", "/2", data=b"123456")
        assert [(entry.body, entry.size) for entry in sandbox.traffic.log] == [(b"12345", 5), (b"12345", 6)]


def test_a_line_of_a_kind_is_loud_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    notes = Notes(clock=lambda: now)
    notes.say("a", "first")
    notes.say("b", "other")
    now = 59.0
    notes.say("a", "second")
    now = 60.0
    notes.say("a", "third")
    assert warnings(caplog) == ["first", "other", "third"]


# their values


def test_as_many_connections_as_the_process_may_have() -> None:
    assert connections_allowed(5) == 5
    assert 0 < connections_allowed(None) <= 10_000


def test_a_process_without_a_limit_has_a_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")

    def unlimited(which: int) -> tuple[int, int]:
        return (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    monkeypatch.setattr(resource, "getrlimit", unlimited)
    assert connections_allowed(None) == 10_000
