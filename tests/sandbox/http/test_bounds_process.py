"""The sandbox as a process of its own: what it holds when it is flooded, with descriptors that run out."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import without_remarks

from ..checked_client import basic

ROOT = Path(__file__).parents[3]
AUTHORIZATION = f"Authorization: {basic('AC' + 'a' * 32, 'sandbox-auth-token')}\r\n"
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="document_type"\r\n\r\nutility_bill\r\n'
    b'--x\r\nContent-Disposition: form-data; name="File"; filename="bill.pdf"\r\n\r\n%PDF-'
)
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="it reads /proc")

# Few descriptors, before the sandbox is made; a number of connections that they are not enough for, or None.
FEW = """
import resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (96, hard))
from twilio_numbers_async.sandbox import Sandbox, serve
most = int(sys.argv[1])
serve(Sandbox(max_connections=most or None, idle_timeout=0.2))
"""


class Running(NamedTuple):
    process: subprocess.Popen[str]
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def memory(self, name: str) -> float:
        """Megabytes: VmHWM, the most it had, or VmRSS, what it has."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def ask(self, head: str, *pieces: bytes) -> bytes:
        """The beginning of the answer; what the sandbox does not want to have is not sent."""
        with self.connect() as client:
            client.sendall(head.encode() + b"\r\n")
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    client.sendall(piece)
            return client.recv(4096)

    def check(self) -> bytes:
        path = "/v1/Porting/Portability/PhoneNumber/+16175550100"
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: sandbox\r\n{AUTHORIZATION}")

    def said(self) -> str:
        """Its stderr until it was ended, without asyncio's lines about slow callbacks in dev mode."""
        self.process.terminate()
        _, errors = self.process.communicate()
        return "".join(line for line in errors.splitlines(True) if not line.startswith("Executing <"))


@contextlib.contextmanager
def running(*command: str) -> Generator[Running]:
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=without_remarks(),
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            url = process.stderr.readline().split()[4]
            assert process.stderr.readline().startswith("OAuth client")
            yield Running(process, int(url.rpartition(":")[2]))
        finally:
            process.terminate()


def test_large_bodies_take_no_memory() -> None:
    with running("-m", "twilio_numbers_async.sandbox", "--port", "0") as sandbox:
        sandbox.check()
        before = sandbox.memory("VmHWM")
        large = f"Content-Type: application/json\r\nContent-Length: {50 * MEGABYTE}\r\n"
        head = "POST /v1/Documents HTTP/1.1\r\nHost: sandbox\r\n"
        assert sandbox.ask(head + large, *[bytes(MEGABYTE)] * 50).startswith(b"HTTP/1.1 401 ")
        assert sandbox.ask(head + AUTHORIZATION + large, *[bytes(MEGABYTE)] * 50).startswith(b"HTTP/1.1 413 ")
        assert sandbox.memory("VmHWM") < before + 20  # each of them was 100 MB and more


def test_uploads_are_not_kept() -> None:
    with running("-m", "twilio_numbers_async.sandbox", "--port", "0") as sandbox:
        sandbox.check()
        before = sandbox.memory("VmRSS")
        form = FORM + bytes(9 * MEGABYTE) + b"\r\n--x--"
        head = (
            f"POST /v1/Documents HTTP/1.1\r\nHost: sandbox\r\n{AUTHORIZATION}"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(form)}\r\n"
        )
        for _ in range(6):
            assert sandbox.ask(head, form).startswith(b"HTTP/1.1 201 ")
        assert sandbox.memory("VmRSS") < before + 35  # six of them are 54 MB


@pytest.mark.parametrize(
    ("most", "line"),
    [
        (0, "The sandbox has 32 connections open; more must wait"),
        (
            10_000,
            r"The sandbox cannot take in connections \(Too many open files\); \d+ are open, and it tries again",
        ),
    ],
)
def test_idle_connections_beyond_the_descriptors_are_one_line(most: int, line: str) -> None:
    with running("-c", FEW, str(most)) as sandbox, contextlib.ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(sandbox.connect())
        assert sandbox.check().startswith(b"HTTP/1.1 200 ")
        assert re.fullmatch(line + "\n", sandbox.said())
