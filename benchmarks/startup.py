"""The start of the command beside what its libraries take to import; CPU time of whole processes, in turns."""

from __future__ import annotations

import statistics
import sys

from .command import credentials, ran
from .measure import Section, Setting, Target, rotated, table
from .server import NUMBER, nginx
from .versions import THIS

__all__ = ["run"]

TYPER, LIBRARIES = "python -c 'import typer'", "python -c 'import aiohttp, msgspec'"
VERSION, CHECK = "twilio-numbers --version", "twilio-numbers check NUMBER"
WANTED = {VERSION: (TYPER, 1.3), CHECK: (LIBRARIES, 2.3)}


def run(setting: Setting) -> list[Section]:
    """One section."""
    commands = {
        TYPER: [sys.executable, "-c", "import typer"],
        LIBRARIES: [sys.executable, "-c", "import aiohttp, msgspec"],
        VERSION: THIS.twilio_numbers("--version"),
        CHECK: THIS.twilio_numbers("check", NUMBER),
    }
    took: dict[str, list[float]] = {name: [] for name in commands}
    with nginx() as url:
        environment = THIS.environment(credentials(url))
        for turn in range(1 if setting.smoke else 15):
            for name in rotated(tuple(commands), turn):
                took[name].append(ran(commands[name], environment).cpu)
    ratios = {
        name: statistics.median(a / b for a, b in zip(took[name], took[base], strict=True))
        for name, (base, _) in WANTED.items()
    }
    rows = [
        (
            f"`{name}`",
            f"{statistics.median(seconds) * 1e3:.0f}",
            f"{ratios[name]:.2f} x `{WANTED[name][0]}`" if name in WANTED else "",
        )
        for name, seconds in took.items()
    ]
    return [
        Section(
            "Start of the command",
            table(("command", "CPU, ms", "beside"), rows),
            [
                Target(f"D. {name} / {base}, CPU", ratios[name], most, False)
                for name, (base, most) in WANTED.items()
            ],
        )
    ]
