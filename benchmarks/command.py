"""The sweep command on a list of national numbers, beside version 0.1.0: speed, memory, and a resume.

CPU time and peak memory are those of whole processes, the start of Python among it.
"""

from __future__ import annotations

import csv
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .client import SID
from .measure import Section, Setting, Target, rotated, table
from .server import made_up, nginx
from .sweeps import national
from .versions import THIS, Version

__all__ = ["Ran", "credentials", "ran", "run"]

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Ran:
    """The cost of a process."""

    cpu: float
    """Seconds of CPU time."""
    wall: float
    """Seconds."""
    peak: float
    """MB of memory; never less than this process had when it began."""


def ran(command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> Ran:
    """Run a command to its end. It must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(environment), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}\n{said.decode()}")
    return Ran(usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024)


def credentials(url: str) -> dict[str, str]:
    """The variables of a command that asks this server."""
    return {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token", "TWILIO_NUMBERS_BASE_URL": url}


def write_list(path: Path, rows: int) -> None:
    """Customers with a US number each, as people write it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "name", "phone", "city"))
        for index, number in enumerate(made_up(rows)):
            writer.writerow((index, f"Customer {index}", national(number), "Springfield"))


def run(setting: Setting) -> list[Section]:
    """Speed and memory, then the resume."""
    rows, rounds = (300, 1) if setting.smoke else (100_000, 2)
    many = 1_000_000 if setting.full else rows
    figures: dict[str, list[Ran]] = {version.name: [] for version in setting.versions}
    resumed: dict[str, list[float]] = {version.name: [] for version in setting.versions}
    with tempfile.TemporaryDirectory() as name:
        folders = {version: Path(name, version.name) for version in setting.versions}
        for folder in folders.values():
            folder.mkdir()
            write_list(folder / "list.csv", rows)
        with nginx() as url:
            for turn in range(rounds):
                for version in rotated(setting.versions, turn):
                    figures[version.name].append(_sweep(version, folders[version], url))
            if setting.earlier is not None:
                _compare(*(folder / "results.csv" for folder in folders.values()))
            peaks = {who: max(one.peak for one in runs) for who, runs in figures.items()}
            if many != rows:
                for version, folder in folders.items():
                    write_list(folder / "list.csv", many)
                    peaks[version.name] = _sweep(version, folder, url).peak
        for turn in range(rounds):
            for version in rotated(setting.versions, turn):
                resumed[version.name].append(_resumed(version, folders[version], many))
    return [_section(setting, figures, peaks, resumed, rows, many)]


def _command(version: Version, url: str, *more: str) -> list[str]:
    options = ("--country", "US", "--out", "results.csv", "--base-url", url)
    return version.twilio_numbers("sweep", "list.csv", *options, *more)


def _sweep(version: Version, folder: Path, url: str) -> Ran:
    """Sweep the whole list from the start. The journal stays, for `_resumed`."""
    environment = version.environment(credentials(url))
    return ran(_command(version, url, "--keep-journal", "--force", "--fresh"), environment, folder)


def _resumed(version: Version, folder: Path, rows: int) -> float:
    """Seconds of CPU until the first new request of a sweep whose journal has all numbers but one."""
    work = folder / "resume"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    write_list(work / "list.csv", rows + 1)
    for file in folder.glob("results.csv.journal*"):
        shutil.copy(file, work / file.name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        process = subprocess.Popen(
            _command(version, url),
            env=version.environment(credentials(url)),
            cwd=work,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        server.settimeout(600)
        try:
            server.accept()[0].close()
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _compare(ours: Path, theirs: Path) -> None:
    """Both versions must write the same, but for the time of each answer."""
    with ours.open(newline="") as a, theirs.open(newline="") as b:
        for one, other in zip(csv.DictReader(a), csv.DictReader(b), strict=True):
            del one["checked_at"], other["checked_at"]
            if one != other:
                raise SystemExit(f"The versions write different rows:\n{one}\n{other}")


def _section(
    setting: Setting,
    figures: dict[str, list[Ran]],
    peaks: dict[str, float],
    resumed: dict[str, list[float]],
    rows: int,
    many: int,
) -> Section:
    head = ("version", "rows a second of CPU", "rows a second", "peak MB", "CPU s of a resume")
    lines = [
        (
            name,
            f"{rows / statistics.median(one.cpu for one in runs):,.0f}",
            f"{rows / statistics.median(one.wall for one in runs):,.0f}",
            f"{peaks[name]:.0f}",
            f"{statistics.median(resumed[name]):.2f}",
        )
        for name, runs in figures.items()
    ]
    text = f"{rows:,} rows; peak and resume: {many:,}.\n\n{table(head, lines)}"
    targets = [Target(f"C. the command's peak on {many:,} rows, MB", peaks[THIS.name], 85.0, False)]
    if setting.earlier is not None:
        theirs = setting.earlier.name
        speed = statistics.median(
            b.cpu / a.cpu for a, b in zip(figures[THIS.name], figures[theirs], strict=True)
        )
        again = statistics.median(a / b for a, b in zip(resumed[THIS.name], resumed[theirs], strict=True))
        targets += [
            Target(f"C. {rows:,} national numbers: ours / 0.1.0, rows a second of CPU", speed, 1.8),
            Target(
                f"C. resume of {many:,}: ours / 0.1.0, CPU up to the first new request", again, 0.6, False
            ),
        ]
    return Section("The sweep command", text, targets)
