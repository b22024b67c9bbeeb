"""A program: imports every module and uses what there is, in a Python that lacks what only Unix has.

What Windows has in its own way (its event loops, its consoles) cannot be had here; this shows that nothing of Unix is
asked for where it may be missing.
"""

from __future__ import annotations

import asyncio
import asyncio.unix_events
import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

# The standard library asks for some of it, where it knows that it is on Unix.
STANDARD = (
    "concurrent.futures.process", "getpass", "logging.handlers", "multiprocessing.util", "pty", "shutil", "sqlite3",
    "subprocess", "tempfile", "uuid", "webbrowser",
)  # fmt: skip
MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty", "uvloop")
FUNCTIONS = (
    "chown", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups", "getloadavg",
    "getpgid", "getpgrp", "getuid", "killpg", "lchown", "mkfifo", "nice", "openpty", "pread", "pwrite",
    "sendfile", "setpgid", "setsid", "statvfs", "sync", "uname", "wait", "wait3", "wait4",
)  # fmt: skip
SIGNALS = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH")
OF_THE_PACKAGE = "twilio_numbers_async"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def without_unix() -> None:
    """Take it away."""
    for name in STANDARD:
        importlib.import_module(name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in FUNCTIONS:
        if hasattr(os, name):
            delattr(os, name)
    for name in SIGNALS:
        if hasattr(signal, name):
            delattr(signal, name)

    def no_handlers(*_: Any) -> NoReturn:
        raise NotImplementedError

    asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler = no_handlers  # type: ignore[method-assign, assignment]


def imported() -> list[str]:
    """Import every module of the package; return their names."""
    package = importlib.import_module(OF_THE_PACKAGE)
    names = [one.name for one in pkgutil.walk_packages(package.__path__, f"{OF_THE_PACKAGE}.")]
    names = [name for name in names if "-" not in name and not name.endswith(".__main__")]
    for name in names:
        importlib.import_module(name)
    return names


async def used(folder: Path) -> None:
    """Ask, sweep with a journal, and watch the client's limits."""
    from twilio_numbers_async import Journal
    from twilio_numbers_async.sandbox import Sandbox

    numbers = [f"+1415555{n:04}" for n in range(100, 120)]
    with Sandbox() as sandbox:
        async with sandbox.client() as twilio:
            say(f"portable {(await twilio.portability.fetch(numbers[0])).portable}")
            for _ in range(2):
                async with twilio.portability.sweep(
                    numbers, journal=Journal(folder / "a.journal")
                ) as outcomes:
                    kept = [outcome.from_journal async for outcome in outcomes if outcome.ok]
                say(f"answered {len(kept)} from the journal {sum(kept)}")


def main() -> None:
    folder = Path(sys.argv[1])
    without_unix()
    say(f"modules {len(imported())}")
    asyncio.run(used(folder))
    from twilio_numbers_async.cli import main as command

    sys.argv[1:] = [
        "sweep", str(folder / "numbers.csv"), "--country", "US", "--sandbox", "--out", str(folder / "results.csv"),
        "--report", str(folder / "report.html"),
    ]  # fmt: skip
    command()


if __name__ == "__main__":
    main()
