"""``python -m benchmarks [--smoke] [NAME ...]``: the table of results, or the benchmarks named; writes RESULTS.md."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.metadata
import os
import platform
import sys
import time
from pathlib import Path

from .measure import Section, Setting, table
from .versions import earlier as version_0_1_0

NAMES = ("calls", "instructions", "national", "command", "startup", "decode", "tasks", "sweeps", "imports")
"""The benchmarks of a run without names."""
MORE = ("sweep_memory", "paging", "scale", "soak")
BESIDE = {"calls", "instructions", "command", "decode", "tasks", "sweeps"}
"""Those that are measured beside version 0.1.0."""
RESULTS = Path(__file__).with_name("RESULTS.md")
VERSIONS = ("twilio-numbers-async", "aiohttp", "msgspec", "yarl", "backoff", "twilio", "httpx", "uvloop")


def main() -> int:
    """Run what is asked for. Exit status 1 when a target is missed (never with --smoke)."""
    arguments = _arguments()
    names = arguments.names or (*NAMES, *(MORE if arguments.smoke else ()))
    sections: list[Section] = []
    with contextlib.ExitStack() as stack:
        earlier = None
        if not arguments.smoke and BESIDE & set(names):
            earlier = stack.enter_context(version_0_1_0(arguments.baseline))
        setting = Setting(arguments.smoke, arguments.full, earlier)
        for name in names:
            print(f"{name} ...", flush=True)
            began = time.perf_counter()
            sections += importlib.import_module(f"benchmarks.{name}").run(setting)
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    for section in sections:
        print(f"\n## {section.title}\n\n{section.text}")
    print("\n" + _targets(sections))
    if arguments.smoke:
        return 0
    if arguments.out is not None or not arguments.names:
        (arguments.out or RESULTS).write_text(_document(sections))
    return 0 if all(target.is_met for section in sections for target in section.targets) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = (*NAMES, *MORE)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which: {', '.join(known)} (default: all but the last four)"
    )
    parser.add_argument("--smoke", action="store_true", help="little work: do they run at all?")
    parser.add_argument(
        "--full", action="store_true", help="a million rows where a tenth of them stands for it otherwise"
    )
    parser.add_argument(
        "--baseline",
        metavar="WHEEL",
        help="version 0.1.0 (default: it is built from the history of this repository)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="where the results go (default: RESULTS.md; nowhere if benchmarks are named)",
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(known)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


def _targets(sections: list[Section]) -> str:
    rows = [
        (
            target.name,
            f"{target.value:.2f}" if target.value < 1e4 else f"{target.value:,.0f}",
            f"{'>=' if target.at_least else '<='} {target.bound:.4g}"
            if target.bound < 1e4
            else f"<= {target.bound:,.0f}",
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
        f"{versions}. Peers, and version 0.1.0 with the same releases of what it needs, run in turns in one run, in "
        "processes of their own; figures are medians over the rounds, ratios medians of the rounds' ratios."
    )
    parts = ["# Results", made, _targets(sections)]
    parts += [f"## {section.title}\n\n{section.text}" for section in sections]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
