"""portability.fetch on 64 workers, beside what a user would write by hand, the official SDK and version 0.1.0.

Each round of each peer runs in a process of its own. Over HTTP, over TLS, and on uvloop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .measure import Peers, Run, Section, Setting, Target, rotated, table
from .peers import BY_HAND, OURS, PEERS, TUNED, TUNED_30, TWILIO_ASYNC, TWILIO_SYNC
from .server import ENOUGH, capacity, nginx, nginx_tls
from .versions import THIS, Version

__all__ = ["WAYS", "Way", "run"]

FAR = {TWILIO_SYNC: 0.1, "httpx": 0.02, "bare asyncio streams": 1.0}
assert set(FAR) < set(PEERS)
"""Those that need no more than a few rounds, each with its share of the calls."""
FEW = 3  # rounds


@dataclass(frozen=True)
class Way:
    """One way to ask: the protocol and the event loop."""

    name: str
    loop: str
    is_tls: bool
    wanted: Mapping[str, float]
    """The least CPU of a peer / ours."""
    instructions: float
    """The least instructions of aiohttp tuned by hand / ours."""
    others: tuple[str, ...] = ()
    """Peers beside ours, the earlier version and aiohttp tuned by hand."""


_OTHERS = (TUNED_30, BY_HAND, TWILIO_ASYNC)
WAYS = (
    Way("HTTP", "asyncio", False, {TUNED: 1.8, BY_HAND: 2.1, TWILIO_ASYNC: 2.8}, 1.6, _OTHERS),
    Way("TLS", "asyncio", True, {TUNED: 1.5}, 1.5),
    Way("uvloop", "uvloop", False, {TUNED: 1.7}, 1.8),
)  # fmt: skip


@dataclass
class Measured:
    """The rounds of one way."""

    way: Way
    url: str
    env: Mapping[str, str]
    peers: Peers = field(default_factory=Peers)

    def round(self, name: str, version: Version, count: int) -> None:
        """One peer in a process of its own; the earlier version goes by its name."""
        peer = OURS if version is not THIS else name
        figures = version.run("benchmarks.peers", peer, self.way.loop, self.url, count, env=self.env)
        self.peers.add(name, Run(**figures))

    def section(self, text: str = "") -> Section:
        rows = [
            (
                name,
                f"{self.peers.cpu(name):.1f}",
                f"{self.peers.rate(name):,.0f}",
                f"{self.peers.cpu_ratio(name, OURS):.2f}",
            )
            for name in self.peers.runs
            if name not in FAR
        ]
        rows += [
            (name, f"{self.peers.cpu(name):.1f}", f"{self.peers.rate(name):,.0f}", f"{self.far(name):.2f}")
            for name in self.peers.runs
            if name in FAR
        ]
        head = ("peer", "CPU a call, us", "calls a second", f"CPU / {OURS}")
        targets = [
            Target(f"A. {self.way.name}: {name} / ours, CPU a call", self.peers.cpu_ratio(name, OURS), least)
            for name, least in self.way.wanted.items()
        ]
        return Section(f"Calls, {self.way.name}", f"{text}\n\n{table(head, rows)}".strip(), targets)

    def far(self, name: str) -> float:
        """CPU / ours, of medians: such a peer has fewer rounds."""
        return self.peers.cpu(name) / self.peers.cpu(OURS)


def run(setting: Setting) -> list[Section]:
    """A section for each way."""
    count, rounds = (200, 1) if setting.smoke else (3_000, 11)
    with nginx() as url, nginx_tls() as (safe_url, trusted):
        possible = capacity(url, 2_000 if setting.smoke else 200_000)
        if not setting.smoke and possible < ENOUGH:
            raise SystemExit(
                f"nginx answers {possible:,.0f} a second here; {ENOUGH:,} are needed to believe this"
            )
        ways = [Measured(way, safe_url, trusted) if way.is_tls else Measured(way, url, {}) for way in WAYS]
        for turn in range(rounds):
            for measured in ways:
                _round(measured, setting, count, turn)
        for _ in range(min(rounds, FEW)):
            for name, share in FAR.items():
                ways[0].round(name, THIS, max(64, int(count * share)))
    return [
        measured.section(
            f"The server answers {possible:,.0f} requests a second." if measured is ways[0] else ""
        )
        for measured in ways
    ]


def _round(measured: Measured, setting: Setting, count: int, turn: int) -> None:
    peers: dict[str, Version] = dict.fromkeys((OURS, TUNED, *measured.way.others), THIS)
    if setting.earlier is not None:
        peers[setting.earlier.name] = setting.earlier
    for name in rotated(tuple(peers), turn):
        measured.round(name, peers[name], count)
