"""The share of a hidden allowance that a sweep uses, and the share of requests that is refused.

``python benchmarks/allowance.py [--scenario NAME ...] [--quick] [--json PATH]``. Server and programs are processes of
their own. ``use`` is the server's busy time / cap / elapsed time; ``fixed`` is the same sweep told the cap beforehand,
run in turns with the one that is told nothing: what this machine allows.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    sys.path.insert(0, str(ROOT))  # run as a file

from benchmarks.measure import Section, Target, table  # noqa: E402

__all__ = ["SCENARIOS", "run"]


class Child:
    """A process that is told lines and answers lines."""

    def __init__(self, module: str, *arguments: object) -> None:
        options = ("-W", "ignore::DeprecationWarning", "-m", f"benchmarks.{module}")
        self.start([sys.executable, *options, *map(str, arguments)], ROOT)

    def start(self, command: list[str], folder: Path) -> None:
        """Start it, and wait for the first line that it says."""
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first = self.read()

    def say(self, line: str) -> None:
        stream = _open(self.process.stdin)
        stream.write(line + "\n")
        stream.flush()

    def read(self) -> str:
        line = _open(self.process.stdout).readline()
        if not line:
            raise SystemExit(f"A process ended early, with status {self.process.wait()}")
        return line.strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            _open(self.process.stdin).close()
        _open(self.process.stdout).close()


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("not piped")
    return stream


class Server(Child):
    """The account."""

    def __init__(self) -> None:
        super().__init__("_allowance_server")
        self.urls = [f"http://127.0.0.1:{port}" for port in json.loads(self.first)]

    def reset(self, **account: object) -> None:
        self.say(json.dumps(account))
        self.read()

    def books(self) -> dict[str, Any]:
        self.say("null")
        books: dict[str, Any] = json.loads(self.read())
        return books


@contextlib.contextmanager
def programs(
    server: Server, kind: str, count: int, width: int, *, how_many: int = 1
) -> Generator[list[Child]]:
    """So many programs, ready to start."""
    children: list[Child] = []
    try:
        for url in server.urls[:how_many]:
            children.append(Child("_allowance_client", kind, url, count, width))
        yield children
    finally:
        for child in children:
            child.close()


@dataclass(frozen=True)
class Result:
    """One run."""

    who: str
    count: int
    lost: int
    use: float
    refused: float
    elapsed: float
    more: dict[str, Any] = field(default_factory=dict[str, Any])


def _result(who: str, count: int, answered: int, books: dict[str, Any], **more: Any) -> Result:
    phases = books["phases"]
    refused = sum(books["refused"])
    return Result(
        who=who,
        count=count,
        lost=count - answered,
        use=sum(phase["used"] for phase in phases) / sum(phase["there"] for phase in phases),
        refused=refused / (refused + sum(books["answered"])),
        elapsed=books["elapsed"],
        more=more,
    )


def one(server: Server, kind: str, count: int, cap: int, latency: float, seed: int, **change: int) -> Result:
    """One program from start to end. ``kind`` may name a width: ``semaphore:100``."""
    name, _, width = kind.partition(":")
    server.reset(cap=cap, latency=latency, seed=seed, **change)
    with programs(server, name, count, int(width or cap)) as (child,):
        child.say("go")
        said = json.loads(child.read())
    books = server.books()
    return _result(
        kind, count, said["answered"], books, cpu=said["cpu"], gate=said["more"], phases=books["phases"]
    )


def median(results: list[Result], who: str, value: Callable[[Result], float]) -> float:
    return statistics.median(value(result) for result in results if result.who == who)


def relative(results: list[Result], who: str) -> float:
    """The median of use(who) / use(fixed), turn by turn."""
    ours, fixed = ([r.use for r in results if r.who == name] for name in (who, "fixed"))
    return statistics.median(a / b for a, b in zip(ours, fixed, strict=True))


def report(title: str, results: list[Result], targets: list[Target]) -> tuple[Section, list[Result]]:
    rows = [
        (r.who, f"{r.count:,}", r.lost, f"{r.use:.3f}", f"{r.refused:.2%}", f"{r.elapsed:.1f} s")
        for r in results
    ]
    return Section(title, table(("who", "numbers", "lost", "use", "refused", "time"), rows), targets), results


def steady(
    cap: int,
    latency: float,
    count: int,
    *,
    rel: float,
    use: float = 0.0,
    refused: float,
    peers: tuple[str, ...] = (),
) -> Scenario:
    """A sweep beside the fixed gate, in turns, and the peers once each."""

    def scenario(server: Server, rounds: int, part: float) -> tuple[Section, list[Result]]:
        title, n = f"cap {cap}, {latency * 1000:g} ms", max(int(count * part), 100)
        results: list[Result] = []
        for turn in range(rounds):
            results += [one(server, kind, n, cap, latency, turn) for kind in ("adaptive", "fixed")]
        results += [one(server, kind, n, cap, latency, 0) for kind in peers]
        targets = [
            Target(f"{title}: use / use of the fixed gate", relative(results, "adaptive"), rel),
            Target(f"{title}: use", median(results, "adaptive", lambda r: r.use), use),
            Target(
                f"{title}: refused, %",
                100 * median(results, "adaptive", lambda r: r.refused),
                100 * refused,
                False,
            ),
            Target(f"{title}: lost", sum(r.lost for r in results if r.who == "adaptive"), 0, False),
        ]
        return report(f"{title}, {n:,} numbers", results, targets)

    return scenario


def changed(cap: int, to: int, latency: float) -> Scenario:
    """The allowance changes in the middle."""

    def scenario(server: Server, rounds: int, part: float) -> tuple[Section, list[Result]]:
        n = int(20_000 * part)
        results = [
            one(server, "adaptive", n, cap, latency, turn, change_after=n // 2, change_to=to)
            for turn in range(rounds)
        ]
        title = f"cap {cap}, then {to}, {latency * 1000:g} ms"

        def after(result: Result) -> float:
            phase = result.more["phases"][1]
            return float(phase["used"] / phase["there"])

        targets = [
            Target(f"{title}: use", median(results, "adaptive", lambda r: r.use), 0.90),
            Target(f"{title}: use after the change", median(results, "adaptive", after), 0.90),
            Target(
                f"{title}: refused, %", 100 * median(results, "adaptive", lambda r: r.refused), 1.0, False
            ),
            Target(f"{title}: lost", sum(r.lost for r in results), 0, False),
        ]
        return report(f"{title}, {n:,} numbers", results, targets)

    return scenario


def two(server: Server, rounds: int, part: float) -> tuple[Section, list[Result]]:
    """Two programs on one account, half a second apart, until the first ends."""
    n = int(20_000 * part)
    results: list[Result] = []
    for turn in range(rounds):
        server.reset(cap=50, latency=0.03, seed=turn)
        with programs(server, "adaptive", n, 0, how_many=2) as children:
            children[0].say("go")
            time.sleep(0.5)
            children[1].say("go")
            books: dict[str, Any] = {}
            while not any(n <= answered for answered in (books or server.books())["answered"]):
                time.sleep(0.05)
                books = server.books()
        less, more = sorted(books["answered"][:2])
        results.append(_result("two", less + more, less + more, books, ratio=less / more))
    targets = [
        Target("two programs: use together", median(results, "two", lambda r: r.use), 0.93),
        Target("two programs: the smaller part / the larger", min(r.more["ratio"] for r in results), 1 / 3),
        Target("two programs: refused, %", 100 * median(results, "two", lambda r: r.refused), 2.0, False),
    ]
    return report("Two programs, cap 50, 30 ms", results, targets)


def late(server: Server, rounds: int, _: float) -> tuple[Section, list[Result]]:
    """The second program comes 5 s later."""
    results: list[Result] = []
    for turn in range(rounds):
        server.reset(cap=50, latency=0.03, seed=turn)
        with programs(server, "adaptive", 1_000_000, 0, how_many=2) as children:
            children[0].say("go")
            time.sleep(5)
            children[1].say("go")
            time.sleep(22)
            books = server.books()
        joined = next(i for i, (_, second, *_) in enumerate(books["seconds"]) if second)
        waited = next((i for i, (a, b, *_) in enumerate(books["seconds"][joined:]) if 3 * b >= a), 99)
        total = sum(books["answered"])
        results.append(_result("late", total, total, books, waited=waited, seconds=books["seconds"]))
    targets = [
        Target(
            "joins 5 s late: seconds to a third of the other's rate",
            max(r.more["waited"] for r in results),
            20,
            False,
        )
    ]
    return report("The second program comes 5 s late, cap 50, 30 ms", results, targets)


def gather(server: Server, rounds: int, _: float) -> tuple[Section, list[Result]]:
    """2,000 calls gathered at once, beside the official SDK."""
    results = [one(server, "gathered", 2_000, 50, 0.1, turn) for turn in range(rounds)]
    results.append(one(server, "twilio-python", 2_000, 50, 0.1, 0))
    targets = [
        Target("2,000 gathered: use", median(results, "gathered", lambda r: r.use), 0.80),
        Target(
            "2,000 gathered: refused, %", 100 * median(results, "gathered", lambda r: r.refused), 5.0, False
        ),
        Target("2,000 gathered: lost", sum(r.lost for r in results if r.who == "gathered"), 0, False),
    ]
    return report("2,000 calls gathered, cap 50, 100 ms", results, targets)


Scenario = Callable[[Server, int, float], tuple[Section, list[Result]]]
PEERS = ("twilio-python", "semaphore:100", "semaphore:10")
SCENARIOS: dict[str, Scenario] = {
    "cap50": steady(50, 0.03, 20_000, rel=0.985, use=0.95, refused=0.005, peers=PEERS),
    "halved": changed(50, 25, 0.03),
    "doubled": changed(50, 100, 0.1),
    "two": two,
    "late": late,
    "cap1": steady(1, 0.03, 500, rel=0.85, refused=0.05),
    "cap5": steady(5, 0.05, 2_000, rel=0.85, refused=0.01),
    "slow50": steady(50, 0.2, 10_000, rel=0.85, refused=0.01),
    "cap500": steady(500, 1.0, 20_000, rel=0.85, refused=0.01),
    "gather": gather,
}


def measured(names: list[str], rounds: int, part: float) -> Generator[tuple[str, Section, list[Result]]]:
    """The scenarios, one after the other."""
    server = Server()
    try:
        for name in names:
            section, results = SCENARIOS[name](server, rounds, part)
            yield name, section, results
    finally:
        server.close()


def run(*, smoke: bool) -> list[Section]:
    """All of them, for ``python -m benchmarks``."""
    rounds, part = (1, 0.05) if smoke else (3, 1.0)
    names = ["cap50", "gather"] if smoke else list(SCENARIOS)
    return [section for _, section, _ in measured(names, rounds, part)]


def main() -> int:
    """Exit status 1 when a figure is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="which (default: all)")
    parser.add_argument("--quick", action="store_true", help="one round each")
    parser.add_argument("--rounds", type=int, default=3, help="how often each runs (default: 3)")
    parser.add_argument("--json", type=Path, help="where the results go as JSON")
    arguments = parser.parse_args()
    kept: dict[str, list[dict[str, Any]]] = {}
    missed = 0
    for name, section, results in measured(
        arguments.scenario or list(SCENARIOS), 1 if arguments.quick else arguments.rounds, 1.0
    ):
        print(f"## {section.title}\n\n{section.text}\n")
        for target in section.targets:
            mark, sign = ("  " if target.is_met else "! "), (">=" if target.at_least else "<=")
            print(f"{mark}{target.name}: {target.value:.3f} ({sign} {target.bound:.3f})")
            missed += not target.is_met
        print(flush=True)
        kept[name] = [asdict(result) for result in results]
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
