"""``python -m benchmarks [--smoke] [NAME ...]``: all of them, or those named; writes RESULTS.md."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

from .measure import Section, table

NAMES = ("calls", "tasks", "sweeps", "sweep_memory", "decode", "paging", "imports", "scale", "soak")
RESULTS = Path(__file__).with_name("RESULTS.md")
VERSIONS = ("twilio-numbers-async", "aiohttp", "msgspec", "yarl", "backoff", "twilio", "httpx", "uvloop")


def main() -> int:
    """Run what is asked for. Exit status 1 when a target is missed (never with --smoke)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--smoke", action="store_true", help="little work: do they run at all?")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="where the results go (default: RESULTS.md)"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    sections: list[Section] = []
    for name in arguments.names or NAMES:
        print(f"{name} ...", flush=True)
        sections += importlib.import_module(f"benchmarks.{name}").run(smoke=arguments.smoke)
    targets = [target for section in sections for target in section.targets]
    for section in sections:
        print(f"\n## {section.title}\n\n{section.text}")
    print("\n" + _targets(sections))
    if arguments.smoke:
        return 0
    arguments.out.write_text(_document(sections))
    return 0 if all(target.is_met for target in targets) else 1


def _targets(sections: list[Section]) -> str:
    rows = [
        (
            target.name,
            f"{target.value:.2f}",
            f"{'>=' if target.at_least else '<='} {target.bound:g}",
            "yes" if target.is_met else "NO",
        )
        for section in sections
        for target in section.targets
    ]
    return table(("figure", "measured", "wanted", "reached"), rows)


def _document(sections: list[Section]) -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    made = (
        f"Made with `python -m benchmarks` (`nox -s bench`): {platform.python_implementation()} "
        f"{platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors; "
        f"{versions}. Peers run interleaved in one run; figures are medians over the rounds, ratios medians of "
        "the rounds' ratios."
    )
    parts = ["# Results", made, _targets(sections)]
    parts += [f"## {section.title}\n\n{section.text}" for section in sections]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
