"""Sharing of one account by several programs, each in a process of its own and told nothing.

``python benchmarks/sharing.py [--runs 5] [--only NAME ...] [--baseline WHEEL] [--without-peers] [--json PATH]``. The
server hides its cap and is a process of its own too. *share* is the smallest rate / the largest, *use* the server's
busy time / cap / time, *refused* the part of all requests, over 11 seconds; single calls are compared with the same
calls alone. Figures are medians of the runs, with the worst share. ``--baseline`` is the wheel of another version (or
``SHARING_BASELINE`` in the environment); it is installed into a folder that is gone afterwards. The peers: aiohttp
behind a semaphore of the right size, and twilio-python.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path.insert(0, str(ROOT))  # run as a file

from benchmarks._sharing_account import Account, Client, Figures, account, shares  # noqa: E402
from benchmarks.allowance import Server  # noqa: E402
from benchmarks.measure import Target, table  # noqa: E402
from benchmarks.versions import installed  # noqa: E402

__all__ = ["SCENARIOS", "main"]

WINDOW = 11.0


def two(server: Server, client: Client, seed: int) -> Figures:
    """The second sweep comes 8 s later; counted from 10 s after that."""
    with account(server, client, 20, 0.2, seed) as here:
        first, second = here.add(2, share=10)
        first.go()
        time.sleep(8.0)
        second.go()
        time.sleep(10.0)
        answered, refused, use, books = here.window(WINDOW)
    joined = books["first"][1]
    return {**shares(answered, refused, use), "first answer, s": 99.0 if joined is None else joined - 8.0}


def at_once(count: int, cap: int, latency: float) -> Scenario:
    """So many sweeps at once; counted from 10 s on."""

    def scenario(server: Server, client: Client, seed: int) -> Figures:
        with account(server, client, cap, latency, seed) as here:
            for program in here.add(count, share=cap // count):
                program.go()
            time.sleep(10.0)
            answered, refused, use, _ = here.window(WINDOW)
        return shares(answered, refused, use)

    return scenario


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 99.0


def _calls(here: Account, sweeps: int, gap: float, count: int) -> tuple[list[float], Figures]:
    for program in here.add(sweeps, share=max(1, (here.cap - 1) // max(sweeps, 1))):
        program.go()
    (caller,) = here.add(1, gap=gap, calls=count)
    if sweeps:
        time.sleep(8.0)
    caller.go()
    answered, refused, use, _ = here.window(count * gap + 2.0)
    of_sweeps = shares(answered[:sweeps], refused[:sweeps], use) if sweeps else {}
    return caller.stop(), of_sweeps


def person(server: Server, client: Client, seed: int) -> Figures:
    """One call a second beside one sweep."""
    with account(server, client, 20, 0.2, seed) as here:
        alone, _ = _calls(here, 0, 1.0, 15)
    with account(server, client, 20, 0.2, seed) as here:
        took, sweep = _calls(here, 1, 1.0, 40)
    lone = statistics.median(alone)
    return {
        "answered of 40": float(len(took)),
        "median / alone": quantile(took, 0.5) / lone,
        "slowest / alone": max(took, default=99.0) / lone if len(took) == 40 else 99.0,
        "use": sweep["use"],
    }


def people(server: Server, client: Client, seed: int) -> Figures:
    """15 calls a second beside four sweeps."""
    with account(server, client, 100, 0.05, seed) as here:
        alone, _ = _calls(here, 0, 1 / 15, 300)
    with account(server, client, 100, 0.05, seed) as here:
        took, sweeps = _calls(here, 4, 1 / 15, 300)
    return {
        "answered of 300": float(len(took)),
        "p90 / alone": quantile(took, 0.9) / quantile(alone, 0.9),
        "p99 / alone": quantile(took, 0.99) / quantile(alone, 0.99),
        "use": sweeps["use"],
    }


def killed(count: int, cap: int, latency: float) -> Scenario:
    """One of some sweeps is killed; the use of the account from 3 s later on."""

    def scenario(server: Server, client: Client, seed: int) -> Figures:
        with account(server, client, cap, latency, seed) as here:
            sweeps = here.add(count, share=cap // count)
            for program in sweeps:
                program.go()
            time.sleep(15.0)
            sweeps[0].process.kill()
            time.sleep(3.0)
            _, _, use, _ = here.window(5.0)
        return {"use from 3 s after": use}

    return scenario


def alone(server: Server, client: Client, seed: int) -> Figures:
    """20,000 numbers at cap 50 and 30 ms. That of a semaphore is told the cap, so it is what the machine allows."""
    with account(server, client, 50, 0.03, seed) as here:
        (program,) = here.add(1, share=50)
        program.go()
        answered, refused, use, _ = here.window(12.0)
    return {"use": use, "refused, %": 100 * sum(refused) / max(1, sum(refused) + sum(answered))}


Scenario = Callable[[Server, Client, int], Figures]
SCENARIOS: dict[str, tuple[str, Scenario, dict[str, tuple[float, bool]]]] = {
    "two": (
        "Two sweeps, the second 8 s later, cap 20, 200 ms",
        two,
        {
            "share": (0.5, True),
            "use": (0.93, True),
            "refused, %": (1.5, False),
            "first answer, s": (2.0, False),
        },
    ),
    "four": (
        "Four sweeps, cap 100, 50 ms",
        at_once(4, 100, 0.05),
        {"share": (2 / 3, True), "use": (0.95, True), "refused, %": (1.0, False)},
    ),
    "small": (
        "Four sweeps, cap 20, 50 ms",
        at_once(4, 20, 0.05),
        {"share": (0.5, True), "use": (0.95, True), "refused, %": (2.0, False)},
    ),
    "eight": (
        "Eight sweeps, cap 16, 50 ms",
        at_once(8, 16, 0.05),
        {"share": (0.5, True), "use": (0.95, True), "refused, %": (4.0, False)},
    ),
    "person": (
        "One call a second beside a sweep, cap 20, 200 ms",
        person,
        {
            "answered of 40": (40.0, True),
            "median / alone": (1.5, False),
            "slowest / alone": (4.5, False),
            "use": (0.90, True),
        },
    ),
    "people": (
        "15 calls a second beside four sweeps, cap 100, 50 ms",
        people,
        {
            "answered of 300": (300.0, True),
            "p90 / alone": (1.5, False),
            "p99 / alone": (2.0, False),
            "use": (0.93, True),
        },
    ),
    "killed": (
        "One of two sweeps is killed, cap 20, 200 ms",
        killed(2, 20, 0.2),
        {"use from 3 s after": (0.90, True)},
    ),
    "killed4": (
        "One of four sweeps is killed, cap 100, 50 ms",
        killed(4, 100, 0.05),
        {"use from 3 s after": (0.90, True)},
    ),
    "alone": ("One sweep alone, cap 50, 30 ms", alone, {"refused, %": (0.5, False)}),
}


def result(runs: list[Figures]) -> Figures:
    """The medians, and the worst share."""
    figures = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    if "share" in figures:
        figures["worst share"] = min(run["share"] for run in runs)
    return figures


def targets(name: str, by_client: dict[str, Figures]) -> list[Target]:
    """The targets of this version."""
    ours = by_client["this version"]
    title, _, wanted = SCENARIOS[name]
    reached = [
        Target(f"{title}: {figure}", ours[figure], bound, at_least)
        for figure, (bound, at_least) in wanted.items()
    ]
    if "share" in wanted:
        reached.append(Target(f"{title}: worst share", ours["worst share"], wanted["share"][0] / 2))
    if name == "alone" and "a semaphore" in by_client:
        reached.append(
            Target(f"{title}: use / told the cap", ours["use"] / by_client["a semaphore"]["use"], 0.985)
        )
    return reached


@contextlib.contextmanager
def other_version(wheel: str | None) -> Generator[Client | None]:
    """Another version, in an environment of its own."""
    if not wheel:
        yield None
        return
    with installed(wheel) as version:
        yield Client(version.name, "ours", version.python, version.folder)


def main() -> int:
    """Exit status 1 when a figure is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="which (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="how often each runs (default: 5)")
    parser.add_argument(
        "--baseline", default=os.environ.get("SHARING_BASELINE"), help="the other version's wheel"
    )
    parser.add_argument("--without-peers", action="store_true", help="this version alone")
    parser.add_argument("--json", type=Path, help="where the figures of each run go as JSON")
    arguments = parser.parse_args()
    kept: dict[str, dict[str, list[Figures]]] = {}
    missed = 0
    with other_version(arguments.baseline) as other, contextlib.closing(Server()) as server:
        clients = [Client("this version", "ours")]
        clients += [other] if other is not None else []
        if not arguments.without_peers:
            clients += [Client("a semaphore", "semaphore"), Client("twilio-python", "twilio-python")]
        for name in arguments.only or list(SCENARIOS):
            title, scenario, _ = SCENARIOS[name]
            runs = kept[name] = {client.name: list[Figures]() for client in clients}
            for seed in range(arguments.runs):
                for client in clients:
                    runs[client.name].append(scenario(server, client, seed))
            by_client = {who: result(figures) for who, figures in runs.items()}
            figures = list(by_client["this version"])
            rows = [(who, *(f"{of[name]:.3f}" for name in figures)) for who, of in by_client.items()]
            print(f"## {title}\n\n{table(('who', *figures), rows)}\n")
            for target in targets(name, by_client):
                mark, sign = ("  " if target.is_met else "! "), (">=" if target.at_least else "<=")
                print(f"{mark}{target.name}: {target.value:.3f} ({sign} {target.bound:.3f})")
                missed += not target.is_met
            print(flush=True)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
