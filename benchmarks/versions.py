"""This version of the package, and another one beside it in an environment of its own."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "THIS", "Version", "earlier", "installed"]

ROOT = Path(__file__).resolve().parent.parent
EARLIER = "0.1.0"
_COMMIT = "3cbcf30"  # of that version, which is in no package index
_SHARED = ("aiohttp", "msgspec", "yarl", "multidict", "phonenumbers", "backoff", "typer", "rich", "uvloop")
_DEVELOPERS = {"PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONASYNCIODEBUG"}


@dataclass(frozen=True)
class Version:
    """A version of the package, and the Python that has it."""

    name: str
    python: str = sys.executable
    folder: Path = ROOT
    """The folder of the benchmarks."""

    def command(self, module: str, *arguments: object) -> list[str]:
        """The command line that runs a module."""
        return [self.python, "-m", module, *map(str, arguments)]

    def twilio_numbers(self, *arguments: str) -> list[str]:
        """The command line of the package's own command."""
        return [self.python, str(Path(self.python).with_name("twilio-numbers")), *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables for such a process, in which Python is as users have it: modules are compiled once."""
        own = {name: value for name, value in os.environ.items() if name not in _DEVELOPERS}
        return {**own, "PYTHONPATH": str(self.folder), **(more or {})}

    def run(self, module: str, *arguments: object, env: Mapping[str, str] | None = None) -> Any:
        """Run one of the modules here in a process of its own, as a script is: what it prints, which is JSON."""
        done = subprocess.run(
            self.command(module, *arguments),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.environment(env),
        )
        return json.loads(done.stdout)


THIS = Version("ours")


@contextlib.contextmanager
def earlier(wheel: str | None) -> Generator[Version]:
    """Version 0.1.0, from its wheel or built from the repository's history."""
    with tempfile.TemporaryDirectory() as folder, installed(wheel or _built(Path(folder)), ("uvloop",)) as it:
        yield it


@contextlib.contextmanager
def installed(wheel: str, more: Iterable[str] = ()) -> Generator[Version]:
    """A version from its wheel; what it needs is of the releases that this version has here."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder, "venv"), with_pip=True)
        python = str(Path(folder, "venv/bin/python"))
        same = Path(folder, "same.txt")
        same.write_text("".join(f"{name}=={importlib.metadata.version(name)}\n" for name in _SHARED))
        _run(python, "-m", "pip", "install", "-qqq", "-c", str(same), f"{Path(wheel).resolve()}[cli]", *more)
        Path(folder, "benchmarks").symlink_to(ROOT / "benchmarks")
        yield Version(Path(wheel).name.split("-")[1], python, Path(folder))


def _built(folder: Path) -> str:
    """The wheel of the earlier version, built from its commit."""
    archive = folder / "source.tar"
    try:
        _run("git", "-C", str(ROOT), "archive", "-o", str(archive), _COMMIT)
    except subprocess.CalledProcessError:
        raise SystemExit(
            f"The history here has no {_COMMIT}: give --baseline the wheel of {EARLIER}"
        ) from None
    source = folder / "source"
    source.mkdir()
    _run("tar", "-x", "-f", str(archive), "-C", str(source))
    _run(sys.executable, "-m", "pip", "wheel", "-qqq", "--no-deps", "-w", str(folder), str(source))
    return str(next(folder.glob(f"*-{EARLIER}-*.whl")))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
