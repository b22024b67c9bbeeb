"""Programs that share an account, in simulated time: the scenarios of benchmarks/sharing.py within seconds.

``python -m tests.gate.sharing [--seeds 30] [--only NAME ...] [--header] [--network SECONDS]`` prints the table: the
median of the seeds, and the worst. An answer becomes a request again within a millisecond, a sixth of it on the
wire, which is what lets a program keep all that it has.
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from twilio_numbers_async.gate import AdaptiveGate, Signal

from .simulated import World, pause_of

__all__ = ["SCENARIOS", "Caller", "Figures", "Scene", "Sweep"]

SIGMA = 0.2
WIRE = 0.0001
WORK = 0.0005
Figures = dict[str, float]


class Account:
    """At most ``cap`` at once; one more is refused at once."""

    def __init__(self, world: World, cap: int, latency: float, *, header: bool) -> None:
        self.world = world
        self.cap = cap
        self._mean, self._latency = -(SIGMA**2) / 2, latency
        self._header = header
        self.busy = 0
        self._used = self._since = 0.0

    def used(self) -> float:
        """Slot-seconds used so far."""
        self._used += (self.world.now - self._since) * self.busy
        self._since = self.world.now
        return self._used

    def arrive(self, program: Program, permit: int) -> None:
        if self.busy >= self.cap:
            program.refused += 1
            program.hear(permit, Signal.REFUSED, self.busy if self._header else None)
            return
        self.used()
        self.busy += 1
        seconds = self._latency * math.exp(self.world.random.gauss(self._mean, SIGMA))
        self.world.at(seconds, lambda: self._done(program, permit))

    def _done(self, program: Program, permit: int) -> None:
        concurrent = self.busy if self._header else None
        self.used()
        self.busy -= 1
        program.answered += 1
        program.hear(permit, Signal.ACCEPTED, concurrent)


class Program:
    """The world, the account and the network that all programs have in common."""

    def __init__(self, account: Account, network: float) -> None:
        self.world = account.world
        self.account = account
        self.network = network
        self.gate = AdaptiveGate(
            random=self.world.random.random, clock=self.world.clock, call_later=self.world.call_later
        )
        self.gate.on_change = lambda _: self.world.at(0.0, self.go_on)
        self.answered = self.refused = 0
        self.is_dead = False
        self._wakes = False

    def go_on(self) -> None:
        """Send what may be sent now."""
        if not self.is_dead:
            self._send_all()
            if not self._wakes and (paused := pause_of(self.gate)):
                self._wakes = True
                self.world.at(paused + 1e-9, self._wake)

    def _wake(self) -> None:
        self._wakes = False
        self.go_on()

    def _send_all(self) -> None:
        raise NotImplementedError

    def send(self, permit: int) -> None:
        self.world.at(self._hop(), lambda: self.account.arrive(self, permit))

    def hear(self, permit: int, signal: Signal, concurrent: int | None) -> None:
        self.world.at(self._hop(), lambda: self._heard(permit, signal, concurrent))

    def _heard(self, permit: int, signal: Signal, concurrent: int | None) -> None:
        if not self.is_dead:
            self.ended(permit, signal)
            self.gate.release(permit, signal, None, concurrent)
            self._release()

    def ended(self, permit: int, signal: Signal) -> None:
        """A request has ended."""

    def _release(self) -> None:
        self.go_on()

    def _hop(self) -> float:
        return self.network / 2 + (WIRE + WORK) * (0.5 + self.world.random.random())


class Sweep(Program):
    """Has no end of numbers to ask for."""

    def _send_all(self) -> None:
        while (permit := self.gate.try_acquire()) is not None:
            self.send(permit)

    def _release(self) -> None:
        limit = self.gate.limit
        if limit is not None and limit > 16 and self.gate.is_settled:  # there is no line: see Sweeps.width
            self.world.at(WORK * self.world.random.random(), self.go_on)
        else:
            self.go_on()


class Caller(Program):
    """Makes a call each ``gap`` seconds and keeps it until it is answered."""

    def __init__(self, account: Account, network: float, gap: float) -> None:
        super().__init__(account, network)
        self.took: list[float] = []
        self._gap = gap
        self._line: deque[float] = deque()
        self._since: dict[int, float] = {}

    def call(self) -> None:
        self._line.append(self.world.now)
        self.go_on()
        self.world.at(self._gap, self.call)

    def _send_all(self) -> None:
        while self._line and (permit := self.gate.try_acquire()) is not None:
            self._since[permit] = self._line.popleft()
            self.send(permit)

    def ended(self, permit: int, signal: Signal) -> None:
        began = self._since.pop(permit)
        if signal is Signal.ACCEPTED:
            self.took.append(self.world.now - began)
            return
        delay = self.gate.retry_delay(self.world.random.random())
        assert delay is not None
        self.world.at(delay, lambda: self._again(began))

    def _again(self, began: float) -> None:
        self._line.append(began)
        self.go_on()


@dataclass
class Scene:
    """An account and its programs."""

    seed: int
    cap: int
    latency: float
    header: bool = False
    network: float = 0.0
    sweeps: list[Sweep] = field(default_factory=list[Sweep])

    def __post_init__(self) -> None:
        self.world = World(self.seed)
        self.account = Account(self.world, self.cap, self.latency, header=self.header)

    def sweep(self, start: float = 0.0) -> Sweep:
        sweep = Sweep(self.account, self.network)
        self.sweeps.append(sweep)
        self.world.at(start, sweep.go_on)
        return sweep

    def caller(self, gap: float, start: float) -> Caller:
        caller = Caller(self.account, self.network, gap)
        self.world.at(start, caller.call)
        return caller

    def until(self, moment: float) -> None:
        self.world.pass_time(moment - self.world.now)

    def window(self, seconds: float) -> Figures:
        """Share, use and part refused over so many seconds from now."""
        before = [(sweep.answered, sweep.refused) for sweep in self.sweeps]
        used = self.account.used()
        self.until(self.world.now + seconds)
        answered = [sweep.answered - a for sweep, (a, _) in zip(self.sweeps, before, strict=True)]
        refused = sum(sweep.refused - r for sweep, (_, r) in zip(self.sweeps, before, strict=True))
        return {
            "share": min(answered) / max(answered),
            "use": (self.account.used() - used) / (self.cap * seconds),
            "refused": refused / max(1, refused + sum(answered)),
        }


Make = Callable[[int, int, float], Scene]
"""A scene of a seed, a cap and a latency."""


def two(make: Make, seed: int) -> Figures:
    """The second sweep comes 8 s later; counted from 10 s after that."""
    scene = make(seed, 20, 0.2)
    scene.sweep()
    second = scene.sweep(8.0)
    scene.until(8.0)
    while not second.answered and scene.world.now < 18.0:
        scene.until(scene.world.now + 0.05)
    first = scene.world.now - 8.0
    scene.until(18.0)
    return {**scene.window(11.0), "first": first}


def at_once(count: int, cap: int, latency: float) -> Callable[[Make, int], Figures]:
    """So many sweeps at once; counted from 10 s on."""

    def scenario(make: Make, seed: int) -> Figures:
        scene = make(seed, cap, latency)
        for index in range(count):
            scene.sweep(0.3 * index / count)
        scene.until(10.0)
        return scene.window(11.0)

    return scenario


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def person(make: Make, seed: int) -> Figures:
    """One call a second beside one sweep, compared with the same calls alone."""
    scene, quiet = make(seed, 20, 0.2), make(seed, 20, 0.2)
    scene.sweep()
    caller, alone = scene.caller(1.0, 8.0), quiet.caller(1.0, 0.0)
    scene.until(8.0)
    use = scene.window(42.0)["use"] - 0.01  # what the calls take themselves
    quiet.until(200.0)
    lone = statistics.median(alone.took)
    return {
        "answered": float(min(40, len(caller.took))),
        "median": statistics.median(caller.took) / lone,
        "slowest": max(caller.took) / lone,
        "use": use,
    }


def people(make: Make, seed: int) -> Figures:
    """15 calls a second beside four sweeps, compared with the same calls alone."""
    scene, quiet = make(seed, 100, 0.05), make(seed, 100, 0.05)
    for index in range(4):
        scene.sweep(0.1 * index)
    caller, alone = scene.caller(1 / 15, 8.0), quiet.caller(1 / 15, 0.0)
    scene.until(8.0)
    use = scene.window(20.0)["use"]
    quiet.until(60.0)
    return {
        "answered": len(caller.took) / (20 * 15),
        "p90": quantile(caller.took, 0.9) / quantile(alone.took, 0.9),
        "p99": quantile(caller.took, 0.99) / quantile(alone.took, 0.99),
        "use": use,
    }


def killed(count: int, cap: int, latency: float) -> Callable[[Make, int], Figures]:
    """One of some sweeps is killed; the use of the account from 3 s later on."""

    def scenario(make: Make, seed: int) -> Figures:
        scene = make(seed, cap, latency)
        for index in range(count):
            scene.sweep(0.3 * index / count)
        scene.until(15.0)
        scene.sweeps.pop(0).is_dead = True
        scene.until(18.0)
        return {"use": scene.window(4.0)["use"]}

    return scenario


SCENARIOS: dict[str, Callable[[Make, int], Figures]] = {
    "two": two,
    "four": at_once(4, 100, 0.05),
    "small": at_once(4, 20, 0.05),
    "eight": at_once(8, 16, 0.05),
    "person": person,
    "people": people,
    "killed": killed(2, 20, 0.2),
    "killed4": killed(4, 100, 0.05),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=list(SCENARIOS))
    parser.add_argument("--header", action="store_true", help="answers carry Twilio-Concurrent-Requests")
    parser.add_argument("--network", type=float, default=0.0, help="seconds there and back")
    arguments = parser.parse_args()

    def make(seed: int, cap: int, latency: float) -> Scene:
        return Scene(seed, cap, latency, header=arguments.header, network=arguments.network)

    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    for name in arguments.only or list(SCENARIOS):
        runs = [SCENARIOS[name](make, seed) for seed in seeds]
        cells: list[str] = []
        for figure in runs[0]:
            values = sorted(run[figure] for run in runs)
            cells.append(f"{figure} {statistics.median(values):.3f} [{values[0]:.3f}..{values[-1]:.3f}]")
        print(f"{name:8} " + "  ".join(cells), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
