"""The cost of ``import twilio_numbers_async`` beyond aiohttp and msgspec, and the installed size."""

from __future__ import annotations

import importlib.metadata
import json
import statistics
import subprocess
import sys
from pathlib import Path

from .measure import Section, Setting, Target, table
from .versions import THIS

__all__ = ["run"]

BASE = "import aiohttp, msgspec"
OURS = "import twilio_numbers_async"
CLIENT = "from twilio_numbers_async import TwilioNumbers"
USED = f"{CLIENT}; TwilioNumbers('AC' + 'a' * 32, 'token').portability"
HEAVY = ("phonenumbers", "typer", "rich", "starlette", "pyarrow", "python_calamine", "xlsxwriter")

_TIMED = """
{}
import sys, time
began = time.perf_counter()
{}
took = time.perf_counter() - began
import json
print(json.dumps([took, sorted(sys.modules)]))
"""


def _import(statement: str, before: str) -> tuple[float, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(before, statement)],
        check=True,
        capture_output=True,
        text=True,
        env=THIS.environment(),
    )
    took, modules = json.loads(done.stdout)
    return took, set(modules)


def installed_size(name: str, seen: set[str] | None = None) -> int:
    """Bytes of a distribution and of what it needs, extras left out."""
    seen = set() if seen is None else seen
    if name.lower() in seen:
        return 0
    seen.add(name.lower())
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return 0
    size = sum(
        path.stat().st_size
        for file in distribution.files or ()
        if (path := Path(str(file.locate()))).is_file()
    )
    for requirement in distribution.requires or ():
        if "extra ==" not in requirement:
            needed = "".join(c if c.isalnum() or c in "-_." else " " for c in requirement).split()[0]
            size += installed_size(needed, seen)
    return size


def run(setting: Setting) -> list[Section]:
    """One section."""
    rounds = 1 if setting.smoke else 15
    took: dict[str, list[float]] = {statement: [] for statement in (BASE, OURS, CLIENT, USED)}
    loaded: dict[str, set[str]] = {}
    for _ in range(rounds):
        for statement, seconds in took.items():
            # Each beyond what both need, in the same process: the base is imported before the clock starts.
            one, loaded[statement] = _import(statement, "" if statement == BASE else BASE)
            seconds.append(one)
    heavy = sorted(set(HEAVY) & loaded[USED])
    if heavy:
        raise SystemExit(f"{USED} imports {', '.join(heavy)}")
    beyond = {statement: statistics.median(seconds) * 1e3 for statement, seconds in took.items()}
    rows = [
        (
            f"`{statement}`",
            f"{beyond[statement]:.1f}",
            "" if statement == BASE else len(loaded[statement] - loaded[BASE]),
        )
        for statement in took
    ]
    sizes = [(name, f"{installed_size(name) / 1e6:.1f}") for name in ("twilio-numbers-async", "twilio")]
    text = "\n\n".join(
        [
            table(("statement", "ms", "modules"), rows),
            f"What is below the first line is counted beyond it: `{BASE}` comes before the clock starts.",
            table(("distribution with what it needs", "MB installed"), sizes),
        ]
    )
    targets = [Target("import beyond aiohttp and msgspec, ms", beyond[OURS], 25.0, False)]
    return [Section("Import", text, targets)]
