"""What ``import twilio_numbers_async`` costs beyond aiohttp and msgspec, and what is installed."""

from __future__ import annotations

import importlib.metadata
import json
import statistics
import subprocess
import sys
from pathlib import Path

from .measure import Section, Target, table

__all__ = ["run"]

BASE = "import aiohttp, msgspec"
OURS = "import twilio_numbers_async"
HEAVY = ("phonenumbers", "typer", "rich", "starlette", "taskiq", "redis")

_TIMED = """
import sys, time
began = time.perf_counter()
{}
took = time.perf_counter() - began
import json
print(json.dumps([took, sorted(sys.modules)]))
"""


def _import(statement: str) -> tuple[float, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement)], check=True, capture_output=True, text=True
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


def run(*, smoke: bool) -> list[Section]:
    """One section."""
    rounds = 1 if smoke else 15
    base: list[float] = []
    ours: list[float] = []
    modules: set[str] = set()
    for _ in range(rounds):
        took, before = _import(BASE)
        base.append(took)
        took, after = _import(OURS)
        ours.append(took)
        modules = after - before
    beyond = statistics.median(b - a for a, b in zip(base, ours, strict=True)) * 1e3
    heavy = sorted(set(HEAVY) & modules)
    if heavy:
        raise SystemExit(f"import twilio_numbers_async imports {', '.join(heavy)}")
    rows = [
        (BASE, f"{statistics.median(base) * 1e3:.0f}"),
        (OURS, f"{statistics.median(ours) * 1e3:.0f}"),
        ("beyond", f"{beyond:.1f}"),
    ]
    sizes = [(name, f"{installed_size(name) / 1e6:.1f}") for name in ("twilio-numbers-async", "twilio")]
    text = "\n\n".join(
        [
            table(("statement", "ms"), rows),
            f"Modules beyond those of aiohttp and msgspec: {len(modules)}.",
            table(("distribution with what it needs", "MB installed"), sizes),
        ]
    )
    return [Section("Import", text, [Target("import beyond aiohttp and msgspec, ms", beyond, 25.0, False)])]
