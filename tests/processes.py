"""Python processes that start in hundredths of a second: copies of one that has already imported what takes long.

A copy is a process like any other, with arguments, a folder, an environment, streams, signals and an end of its own.
Only its imports are not its own. Where processes cannot be copied so (it takes Linux), a plain one is started.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import pkgutil
import runpy
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Self

ROOT = Path(__file__).parents[1]
CAN_COPY = sys.platform == "linux"
# What Python reads only when it starts: processes that differ in it are no copies of the same one.
_AT_START = ("PYTHON", "LC_", "LANG", "COVERAGE_")
_MOST = 1 << 20
"""Bytes of a message: arguments and environment."""


def without_remarks() -> dict[str, str]:
    """This environment, with all warnings and without asyncio's remarks on steps that took long on a busy machine."""
    left_out = ("PYTHONDEVMODE", "PYTHONASYNCIODEBUG")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"PYTHONWARNINGS": "default"}


class Copy:
    """A process that was copied; it is used like ``subprocess.Popen``."""

    def __init__(self, original: _Original, pid: int, *streams: IO[bytes] | None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = streams
        self._original = original
        self._end = os.pidfd_open(pid)
        """It can be read when the process has ended."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self.wait()

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = self._original.end_of(self.pid)
            os.close(self._end)
        return self.returncode

    def communicate(self, input: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:  # noqa: A002 - its name in Popen
        """The output, when it has ended; ``input`` is no more than a pipe holds."""
        if self.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.stdin:
                self.stdin.write(input)
        end = None if timeout is None else time.monotonic() + timeout
        written: dict[IO[bytes] | None, bytearray] = {self.stdout: bytearray(), self.stderr: bytearray()}
        with selectors.DefaultSelector() as selector:
            for stream in written:
                if stream is not None and not stream.closed:
                    selector.register(stream, selectors.EVENT_READ, written[stream])
            while selector.get_map():
                ready = selector.select(_left(end))
                if not ready:
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
                for key, _ in ready:
                    piece = os.read(key.fd, 65_536)
                    key.data.extend(piece)
                    if not piece:
                        selector.unregister(key.fileobj)
        self._close()
        self.wait(_left(end))
        return bytes(written[self.stdout]), bytes(written[self.stderr])

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _close(self) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()


Process = Copy | subprocess.Popen[bytes]


def _left(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


class _Original:
    """The process that is copied, and the socket on which it is asked for copies."""

    def __init__(self, flags: Sequence[str], imports: Sequence[str], env: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, *flags, "-m", "tests.processes", str(theirs.fileno()), *imports],
                cwd=ROOT,
                env=env,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._close)

    def copy(self, request: Mapping[str, object], fds: Sequence[int]) -> int:
        return self._ask(request, fds)

    def end_of(self, pid: int) -> int:
        """The exit code of a copy that has ended."""
        return self._ask({"ended": pid})

    def _ask(self, request: Mapping[str, object], fds: Sequence[int] = ()) -> int:
        with self._lock:
            socket.send_fds(self._channel, [json.dumps(request).encode()], fds)
            return int(self._channel.recv(100))

    def _close(self) -> None:
        self._channel.close()
        self._process.wait()


@cache
def _original(
    flags: tuple[str, ...], imports: tuple[str, ...], at_start: frozenset[tuple[str, str]]
) -> _Original:
    env = {name: value for name, value in os.environ.items() if not name.startswith(_AT_START)}
    return _Original(flags, imports, env | dict(at_start))


def start(
    *arguments: str | Path,
    cwd: Path,
    env: Mapping[str, str],
    flags: Sequence[str] = (),
    imports: Sequence[str] = (),
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    pass_fds: Sequence[int] = (),
    new_session: bool = False,
) -> Process:
    """Start Python with ``flags`` and ``arguments`` (``-m MODULE ...`` or ``FILE ...``), ``imports`` already made."""
    given = [str(argument) for argument in arguments]
    if not CAN_COPY:
        return subprocess.Popen(
            [sys.executable, *flags, *given], cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr,
            pass_fds=pass_fds, start_new_session=new_session, preexec_fn=_take_terminal if new_session else None,
        )  # fmt: skip
    at_start = frozenset((name, value) for name, value in env.items() if name.startswith(_AT_START))
    original = _original(tuple(flags), tuple(imports), at_start)
    with contextlib.ExitStack() as theirs:
        streams = [
            _stream(wanted, mode, theirs) for wanted, mode in ((stdin, "wb"), (stdout, "rb"), (stderr, "rb"))
        ]
        request = {
            "arguments": given, "cwd": str(cwd), "env": dict(env), "new_session": new_session,
            "fds": [0, 1, 2, *pass_fds],
        }  # fmt: skip
        pid = original.copy(request, [*(fd for fd, _ in streams), *pass_fds])
    return Copy(original, pid, *(ours for _, ours in streams))


def _stream(given: int, mode: str, theirs: contextlib.ExitStack) -> tuple[int, IO[bytes] | None]:
    """The descriptor that a process gets as a stream, and our end of it if it is a pipe."""
    if given == subprocess.DEVNULL:
        return theirs.enter_context(Path(os.devnull).open("r+b")).fileno(), None
    if given != subprocess.PIPE:
        return given, None
    reads, writes = os.pipe()
    ours, other = (writes, reads) if mode == "wb" else (reads, writes)
    theirs.callback(os.close, other)
    return other, os.fdopen(ours, mode)


def _take_terminal() -> None:
    """Make it the terminal that Ctrl-C is typed at."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _serve(channel: socket.socket) -> list[str] | None:
    """Make copies until nobody asks any more; in a copy the return value is its arguments, else None."""
    while True:
        message, fds, _, _ = socket.recv_fds(channel, _MOST, 16)
        if not message:
            return None
        request = json.loads(message)
        if "ended" in request:
            _, status = os.waitpid(request["ended"], 0)
            channel.send(str(os.waitstatus_to_exitcode(status)).encode())
        elif pid := os.fork():
            for fd in fds:
                os.close(fd)
            channel.send(str(pid).encode())
        else:
            channel.close()
            _become(request, fds)
            arguments: list[str] = request["arguments"]
            return arguments


def _become(request: Mapping[str, Any], fds: Iterable[int]) -> None:
    """Give this copy what a process of its own would have started with."""
    import fcntl

    if request["new_session"]:
        os.setsid()
    # Out of the way first: a number may be wanted that another has.
    apart = [fcntl.fcntl(fd, fcntl.F_DUPFD, 200) for fd in fds]
    for fd in fds:
        os.close(fd)
    for fd, wanted in zip(apart, request["fds"], strict=True):
        os.dup2(fd, wanted)
        os.close(fd)
    if request["new_session"]:
        _take_terminal()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - they stay open
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - they stay open
    sys.stderr = open(2, "w", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - they stay open


def _run(arguments: list[str]) -> None:
    """Run the arguments as the interpreter does."""
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = str(Path.cwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).parent)
        runpy.run_path(arguments[0], run_name="__main__")


def _end(code: int) -> None:
    """End this copy as the interpreter would, without its last and longest step: to take apart all that was imported.

    What nobody has closed is told as ever: the package's modules are taken apart and the rest is collected.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    for name, module in list(sys.modules.items()):
        if name.startswith("twilio_numbers_async"):
            vars(module).clear()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _import(name: str) -> None:
    """Import a module, or with ``.*`` a package and all that is in it."""
    package = import_module(name.removesuffix(".*"))
    if name.endswith(".*"):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__"):
                import_module(module.name)


def _main() -> list[str] | None:
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        for name in sys.argv[2:]:
            _import(name)
        # The collector of a copy leaves alone what was there before it, or each would have to have its own of it all.
        gc.collect()
        gc.freeze()
        return _serve(channel)


if __name__ == "__main__" and (_arguments := _main()) is not None:
    try:
        _run(_arguments)
    except SystemExit as ending:
        if not isinstance(ending.code, int | None):
            raise
        with contextlib.suppress(OSError):  # the interpreter tells of a stream that takes no more
            _end(ending.code or 0)
        raise
    with contextlib.suppress(OSError):
        _end(0)
