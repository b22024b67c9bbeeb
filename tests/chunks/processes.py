"""Programs that tests start, kill and look into."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Self

import pytest

from twilio_numbers_async.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
ENGINES = ROOT / "examples" / "engines"
PATIENCE = 60.0


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    """This one's, but for what would slow a program down or change what it does."""
    foreign = ("TWILIO_", "NUMBERS_", "COVERAGE_", "PYTHONDEVMODE", "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "TWILIO_ACCOUNT_SID": sandbox.account_sid,
        "TWILIO_AUTH_TOKEN": sandbox.auth_token,
        "NUMBERS_BASE_URL": sandbox.url,
        **more,
    }


class Program:
    """A process with a log, and what it started itself."""

    def __init__(self, *command: str | Path, log: Path, env: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [*map(str, command)], cwd=ENGINES, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                for child in [*self.children(), self._process.pid]:
                    kill(child)
                self._process.wait()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ended(self) -> int:
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def children(self, of: str = "") -> list[int]:
        """The processes that it started, of which the command line has this word."""
        try:
            texts = [each.read_text() for each in Path(f"/proc/{self._process.pid}/task").glob("*/children")]
        except OSError:
            return []
        return [child for child in map(int, " ".join(texts).split()) if of in command_line(child)]


def command_line(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def until(is_so: Callable[[], object], what: str) -> None:
    """Wait for what only a look can tell."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


class RedisServer:
    """Debian's redis-server on a free port of this machine; it keeps nothing on the disk."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._program: Program | None = None

    def start(self) -> None:
        options = ["--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._program = Program("redis-server", *map(str, options), log=self._log)
        until(self._answers, "redis-server")

    def _answers(self) -> bool:
        try:
            return self.told("PING") == ["+PONG"]
        except OSError:
            return False

    def told(self, *command: str) -> list[str]:
        """The lines of its answer, each without what says how long it is."""
        with (
            socket.create_connection(("127.0.0.1", self.port), 1) as connection,
            connection.makefile("rwb") as file,
        ):
            file.write(f"{' '.join(command)}\r\nQUIT\r\n".encode())
            file.flush()
            lines = file.read().decode(errors="replace").split("\r\n")[:-2]
        return [line.lstrip(":") for line in lines if line[:1] not in {"*", "$"}]

    def stop(self) -> None:
        if self._program is not None:
            self._program.kill()

    def restart(self) -> None:
        """Kill it and start it anew: it has lost all that it had."""
        self.stop()
        self.start()


@contextlib.contextmanager
def redis_server(folder: Path) -> Generator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server: .ci/packages installs it")
    server = RedisServer(folder / "redis.log")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def python(*arguments: str | Path) -> tuple[str | Path, ...]:
    return (sys.executable, *arguments)
