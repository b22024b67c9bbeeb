"""Windows and macOS stay possible: nothing of Unix is asked for outside of guarded places."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "twilio_numbers_async"
ON_WINDOWS_TOO = {"SIGINT", "SIGTERM", "SIG_DFL", "SIG_IGN"}
UNIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty", "uvloop"}
UNIX_FUNCTIONS = {
    "add_signal_handler", "chmod", "chown", "fchmod", "fork", "getegid", "geteuid", "getgid", "getuid", "killpg",
    "mkfifo", "pread", "pwrite", "remove_signal_handler", "sched_getaffinity", "sendfile", "setsid",
    "start_unix_server", "open_unix_connection", "statvfs", "umask", "uname", "waitpid",
}  # fmt: skip
GUARDED = {
    ("cli/exit_codes.py", "add_signal_handler"),
    ("report/files.py", "fchmod"),
    ("sandbox/background.py", "fork"),
    ("sandbox/background.py", "setsid"),
    ("sandbox/background.py", "waitpid"),
    ("sandbox/http/listening.py", "resource"),
    ("sandbox/standalone.py", "add_signal_handler"),
    ("transport/descriptors.py", "/dev/fd"),
    ("transport/descriptors.py", "resource"),
}
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in PACKAGE.rglob("*.py")
}


def of_unix(node: ast.AST) -> set[str]:
    """The names in a piece of code that only Unix has."""
    match node:
        case ast.Import():
            return {alias.name for alias in node.names} & UNIX_MODULES
        case ast.ImportFrom(module=str(module), level=0):
            return {module} & UNIX_MODULES
        case ast.Attribute(value=ast.Name(id="signal"), attr=name) if name.startswith("SIG"):
            return {name} - ON_WINDOWS_TOO
        case ast.Attribute(attr=name):
            return {name} & UNIX_FUNCTIONS
        case ast.Constant(value=str(text)) if text.startswith(("/dev/", "/proc/", "/etc/", "/tmp")):
            return {text}
        case _:
            return set()


def test_what_only_unix_has_stands_in_guarded_places() -> None:
    found = {
        (name, what) for name, tree in TREES.items() for node in ast.walk(tree) for what in of_unix(node)
    }
    assert found == GUARDED


def test_the_names_are_those_of_unix() -> None:
    assert {name for name in UNIX_FUNCTIONS if hasattr(os, name)} >= {"fork", "fchmod", "setsid", "waitpid"}
    assert {name for name in ON_WINDOWS_TOO if hasattr(signal, name)} == ON_WINDOWS_TOO
    assert of_unix(ast.parse("signal.SIGUSR1", mode="eval").body) == {"SIGUSR1"}
    assert of_unix(ast.parse("import fcntl").body[0]) == {"fcntl"}


def test_files_are_opened_as_bytes() -> None:
    """Windows changes line ends and stops at Ctrl-Z in a file that ``os.open`` opened without O_BINARY."""
    calls = [
        (name, ast.unparse(node))
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.open"
    ]
    assert len(calls) >= 4
    for name, call in calls:
        assert any(word in call for word in ("O_BINARY", "os.devnull", "O_EXCL")), f"{name}: {call}"


@pytest.mark.skipif(sys.platform == "win32", reason="it takes Unix away")
def test_the_package_works_without_it(tmp_path: Path) -> None:
    numbers = "number\n" + "".join(f"+1415555{n:04}\n" for n in range(100, 120))
    (tmp_path / "numbers.csv").write_text(numbers, encoding="utf-8")
    foreign = ("TWILIO_", "COVERAGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.without_unix", str(tmp_path)],
        cwd=ROOT,
        env=kept | {"PYTHONDEVMODE": "", "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported, *said = done.stdout.splitlines()
    assert int(imported.removeprefix("modules ")) == len(
        [
            name
            for name in TREES
            if "-" not in name and not name.endswith("__main__.py") and name != "__init__.py"
        ]
    )
    assert said[:3] == ["portable True", "answered 20 from the journal 0", "answered 20 from the journal 20"]
    assert (tmp_path / "results.csv").read_text(encoding="utf-8").count("+1415555") >= 20
    assert (tmp_path / "report.html").stat().st_size > 1000
