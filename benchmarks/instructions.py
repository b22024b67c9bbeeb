"""Instructions that a warm call takes: the same from run to run to about a hundredth, whatever else the machine does.

    python -m benchmarks.instructions

counts those of ``portability.fetch``, one call after the other, and fails beyond 220,000. It needs valgrind; where
that is missing it says so and counts nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .calls import WAYS
from .measure import Section, Setting, Target, table, work
from .peers import OURS, PEERS, TUNED, run_on
from .server import nginx, nginx_tls, numbers
from .versions import THIS, Version

__all__ = ["counted", "is_possible", "run"]

WARM, CALLS = 200, 300
MOST = 220_000
_MARK = "getpgid"  # a function of the C library that nothing else calls: callgrind writes a file whenever it is entered


def is_possible() -> bool:
    """True if valgrind is there."""
    return shutil.which("valgrind") is not None and shutil.which("vgdb") is not None


def counted(
    peer: str,
    url: str,
    *,
    loop: str = "asyncio",
    workers: int = 1,
    version: Version = THIS,
    env: Mapping[str, str] | None = None,
) -> float:
    """Instructions a call, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        subprocess.run(
            [
                "valgrind", "--tool=callgrind", "--instr-atstart=no", f"--dump-before={_MARK}",
                f"--callgrind-out-file={out}", f"--vgdb-prefix={folder}/vgdb", f"--log-file={folder}/log",
                *version.command("benchmarks.instructions", "--child", peer, loop, url, workers, f"{folder}/vgdb"),
            ],
            check=True,
            cwd=version.folder,
            env=version.environment({"PYTHONHASHSEED": "0", **(env or {})}),
        )  # fmt: skip
        # The first file ends before the calls, the second one behind them.
        totals = [line for line in Path(f"{out}.2").read_text().splitlines() if line.startswith("totals:")]
        return int(totals[-1].split()[1]) / CALLS


def run(setting: Setting) -> list[Section]:
    """One section: aiohttp tuned by hand, and version 0.1.0, beside ours; one call after the other."""
    if setting.smoke:
        return []  # `python -m benchmarks.instructions` is as quick as this
    if not is_possible():
        return [Section("Instructions a call", "They are not counted: valgrind is not installed.")]
    with nginx() as url, nginx_tls() as (safe_url, trusted), ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs: dict[tuple[str, str], Future[float]] = {}
        for way in WAYS:
            where = (safe_url, trusted) if way.is_tls else (url, dict[str, str]())
            peers = [(name, name, THIS) for name in (OURS, TUNED)]
            if setting.earlier is not None:
                peers.append((setting.earlier.name, OURS, setting.earlier))
            for name, peer, version in peers:
                jobs[way.name, name] = pool.submit(
                    counted, peer, where[0], loop=way.loop, version=version, env=where[1]
                )
        took = {which: job.result() for which, job in jobs.items()}
    rows = [
        (way, name, f"{count:,.0f}", f"{count / took[way, OURS]:.2f}") for (way, name), count in took.items()
    ]
    targets = [
        Target(
            f"A. {way.name}: {TUNED} / ours, instructions a call",
            took[way.name, TUNED] / took[way.name, OURS],
            way.instructions,
        )
        for way in WAYS
    ]
    targets.append(Target("instructions a call", took["HTTP", OURS], MOST, False))
    return [Section("Instructions a call", table(("over", "peer", "instructions", "/ ours"), rows), targets)]


async def _calls(peer: str, url: str, workers: int, vgdb: str) -> None:
    """Be counted: all that is done once comes before."""
    async with PEERS[peer](url) as call:
        await work(call, numbers(WARM, 1_000_000), workers)
        switch = subprocess.Popen(  # noqa: ASYNC220 - see below
            ["vgdb", f"--vgdb-prefix={vgdb}", f"--pid={os.getpid()}", "--max-invoke-ms=0", "instrumentation", "on"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while switch.poll() is None:  # valgrind listens while the process runs, and not while it waits
            pass
        if switch.returncode:
            raise SystemExit("valgrind does not hear vgdb")
        await work(call, numbers(max(50, workers), 2_000_000), workers)
        os.getpgid(0)
        await work(call, numbers(CALLS), workers)
        os.getpgid(0)
        os._exit(0)  # nothing of the end is of interest


def main() -> int:
    """Exit status 1 where a call takes more than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        peer, loop, url, workers, vgdb = arguments.child
        run_on(loop, _calls(peer, url, int(workers), vgdb))
        return 0
    if not is_possible():
        print("Instructions are not counted here: valgrind is not installed")
        return 0
    with nginx() as url:
        took = counted(OURS, url)
    print(f"A call takes {took:,.0f} instructions ({MOST:,} allowed)")
    return 1 if took > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
