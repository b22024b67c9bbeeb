"""The command as a real process, and tables to feed it with."""

from __future__ import annotations

import csv
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import typer.main
from typer import testing
from typer.testing import CliRunner

from tests import processes
from tests.processes import Process
from twilio_numbers_async.cli.app import app
from twilio_numbers_async.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "numbers.csv"
COMMAND = ("-m", "twilio_numbers_async.cli")
IMPORTS = ("twilio_numbers_async.*", "tests.cli.warm")
PATIENCE = 60.0
built = cache(typer.main.get_command)
testing.__dict__["_get_command"] = built  # which would build the command anew for each call


class Done(NamedTuple):
    code: int
    out: str
    err: str


def environment(sandbox: Sandbox | None = None, **more: str) -> dict[str, str]:
    """The environment without credentials, or with a sandbox's; numbers without a country code are American."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    # A terminal's own size counts, not that of who runs the tests; and asyncio's remarks on slow machines do not.
    for name in ("COLUMNS", "LINES", "PYTHONDEVMODE", "PYTHONASYNCIODEBUG"):
        env.pop(name, None)
    env["PYTHONPATH"] = str(ROOT)
    env["TWILIO_NUMBERS_COUNTRY"] = "US"
    env["PYTHONWARNINGS"] = "default::ResourceWarning"
    if sandbox is not None:
        env |= {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}
    return env | more


def run(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Done:
    """Run the command to its end. Whatever it ends with, it must not be a traceback or a warning."""
    return ended(started(arguments, cwd, environment() if env is None else env, subprocess.PIPE), stdin)


def ask(*arguments: str, env: Mapping[str, str] | None = None, width: int = 80) -> Done:
    """The command in this process: one of its own takes a second to start."""
    given = {name: None for name in os.environ if name.startswith("TWILIO_")} | dict(env or {})
    result = CliRunner().invoke(app, list(arguments), env=given, catch_exceptions=False, terminal_width=width)
    return Done(result.exit_code, result.stdout, result.stderr)


def start(*arguments: str | Path, cwd: Path, env: Mapping[str, str]) -> Process:
    return started(arguments, cwd, env, subprocess.DEVNULL)


def started(
    arguments: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str],
    stdin: int,
    output: int = subprocess.PIPE,
    *,
    new_session: bool = False,
) -> Process:
    """The command as a process whose output, error output too, goes to ``output``."""
    return processes.start(
        *COMMAND, *arguments, cwd=cwd, env=env, imports=IMPORTS,
        stdin=stdin, stdout=output, stderr=output, new_session=new_session,
    )  # fmt: skip


def ended(process: Process, stdin: bytes = b"") -> Done:
    out, err = process.communicate(stdin, timeout=PATIENCE)
    return checked(process.returncode, out, err)


def checked(code: int | None, out: bytes, err: bytes) -> Done:
    assert code is not None
    done = Done(code, out.decode(), err.decode())
    assert "Traceback" not in done.err, done.err
    assert "Warning" not in done.err, done.err
    return done


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that is sure to happen."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def numbers(count: int) -> list[str]:
    """Different numbers, +1 NPA 555 01XX; the first 1,000 are American and can be ported."""
    return [f"+1{205 + index // 50}55501{index % 50:02}" for index in range(count)]


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
