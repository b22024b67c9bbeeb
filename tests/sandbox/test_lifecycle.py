from __future__ import annotations

import asyncio
import errno
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import aiohttp
import pytest

from tests.processes import without_remarks
from twilio_numbers_async.sandbox import Sandbox, serve
from twilio_numbers_async.sandbox.standalone import main

from .checked_client import Api, basic, until

ROOT = Path(__file__).parents[2]
NUMBER = "+16175550100"
PATH = f"/v1/Porting/Portability/PhoneNumber/{NUMBER}"


def check(sandbox: Sandbox) -> int:
    """The status of a check that is made from outside of any loop."""
    headers = {"Authorization": basic(sandbox.account_sid, sandbox.auth_token)}
    request = urllib.request.Request(sandbox.url + PATH, headers=headers)
    with urllib.request.urlopen(request) as response:
        status = response.status
    assert isinstance(status, int)
    return status


async def test_it_gives_a_client_that_is_signed_in(sandbox: Sandbox) -> None:
    async with sandbox.client() as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
    async with sandbox.client(api_key=sandbox.api_key, api_secret=sandbox.api_secret, timeout=5) as twilio:
        assert (await twilio.portability.fetch(NUMBER)).portable
    sent = [entry.headers["Authorization"] for entry in sandbox.traffic.log]
    assert sent == [
        basic(sandbox.account_sid, sandbox.auth_token),
        basic(sandbox.api_key, sandbox.api_secret),
    ]


def test_it_serves_from_a_thread_too() -> None:
    with Sandbox() as sandbox:
        assert check(sandbox) == 200
        assert sandbox.traffic.requests_for(NUMBER) == 1
    with pytest.raises(OSError, match="refused"):
        check(sandbox)
    with sandbox:  # its state stays, and its port
        assert check(sandbox) == 200
        assert sandbox.traffic.requests_for(NUMBER) == 2


async def test_it_starts_once_and_stops_twice() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="address"):
        _ = sandbox.url
    await sandbox.start()
    with pytest.raises(RuntimeError, match="running"):
        await sandbox.start()
    await sandbox.stop()
    await sandbox.stop()


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sandbox = Sandbox(port=port)
        with pytest.raises(OSError, match="in use"), sandbox:
            pass
        assert main(["--port", str(port)]) == 1


async def test_a_call_in_its_latency_does_not_hold_up_the_end() -> None:
    held = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await held.wait()

    async with Sandbox(latency=1, sleep=sleep) as sandbox, Api(sandbox) as api:
        call = asyncio.create_task(api.portability(NUMBER))
        await until(lambda: sandbox.traffic.in_flight > 0)
        await sandbox.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await call


async def test_a_client_that_leaves_while_it_sends_is_no_error(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/Porting/PortIn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with Api(sandbox) as api:
        assert (await api.portability(NUMBER)).status == 200
    assert sandbox.port_ins.sids == ()


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")]
)
async def test_its_url_is_one_that_can_be_reached(host: str, shown: str) -> None:
    sandbox = Sandbox(host=host, port=8010)
    assert sandbox.url == f"http://{shown}:8010"


def test_it_runs_alone_until_it_is_interrupted() -> None:
    for ending in (signal.SIGINT, signal.SIGTERM):
        command = [sys.executable, "-m", "twilio_numbers_async.sandbox", "--port", "0"]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=without_remarks(),
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            url = process.stderr.readline().split()[4]
            assert "OAuth client" in process.stderr.readline()
            exported = process.stdout.read()  # to its end, though it runs
            assert f"export TWILIO_NUMBERS_BASE_URL={url}\n" in exported
            assert "export TWILIO_ACCOUNT_SID=AC" + "a" * 32 in exported
            assert f"export TWILIO_NUMBERS_SANDBOX_PID={process.pid}\n" in exported
            with urllib.request.urlopen(
                urllib.request.Request(
                    url + PATH, headers={"Authorization": basic("AC" + "a" * 32, "sandbox-auth-token")}
                )
            ) as response:
                assert response.status == 200
            process.send_signal(ending)
            code, errors = process.wait(), process.stderr.read()
            assert (code, errors) == (0, ""), errors


def test_serving_says_where_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "OAuth" in line:
            signal.raise_signal(signal.SIGTERM)

    exported: list[str] = []
    sandbox = Sandbox()
    serve(sandbox, numbers=3, port_ins=6, say=say, export=exported.extend)
    assert said[0].startswith("The sandbox answers at http://127.0.0.1:")
    assert len(said) == 2
    assert exported[-1] == "unset TWILIO_PROFILE"
    assert len(sandbox.incoming_phone_numbers.of()) == 3
    assert len(sandbox.port_ins.sids) == 6


def test_more_port_ins_than_there_are() -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="expected 0 to 400,000"):
        sandbox.port_ins.add(400_001)
    with pytest.raises(LookupError):
        sandbox.port_ins.add(1, "AC" + "9" * 32)
    assert main(["--port", "0", "--port-ins", "400001"]) == 2
    assert main(["--port", "0", "--numbers", "200001"]) == 2
    for how_many in (-1, 200_001):
        with pytest.raises(ValueError, match="expected 0 to 200,000"):
            sandbox.add_numbers(how_many)


def test_an_unknown_name_is_an_attribute_error() -> None:
    import twilio_numbers_async.sandbox as package

    with pytest.raises(AttributeError, match="Nothing"):
        _ = package.Nothing  # type: ignore[attr-defined]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


async def test_an_address_of_another_machine_is_refused() -> None:
    sandbox = Sandbox(host="192.0.2.1")
    with pytest.raises(OSError) as caught:
        await sandbox.start()
    assert caught.value.errno == errno.EADDRNOTAVAIL
    with pytest.raises(RuntimeError, match="no address before it is started"):
        _ = sandbox.url
    await sandbox.stop()
