"""The progress of a sweep: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ...report import State

__all__ = ["LABELS", "Bar", "Ceiling", "Display", "Lines", "Pace", "Status", "display", "duration"]

LABELS: Mapping[State, tuple[str, str]] = {
    "portable": ("portable", "green"),
    "not_portable": ("not portable", "yellow"),
    "invalid": ("invalid", "bright_black"),
    "failed": ("failed", "red"),
}
"""The word and the style of each state."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of a sweep. ``rate`` is rows a second, ``limit`` the gate's limit of requests at once."""

    done: int
    total: int
    rate: float
    in_flight: int
    limit: int | None
    ceiling: int | None
    states: Mapping[State, int]
    labels: Mapping[State, str] = {}
    """Other words for states."""

    @property
    def left(self) -> float | None:
        """Seconds that are left at this rate."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None

    @property
    def requests(self) -> str:
        """Requests at once, with the known ceiling or limit."""
        known = self.ceiling if self.ceiling is not None else self.limit
        if known is None:
            return f"{self.in_flight} requests at once"
        what = "ceiling" if self.ceiling is not None else "so far at most"
        return f"{self.in_flight} requests at once ({what} {known})"

    @property
    def counts(self) -> str:
        """The counts in words."""
        return ", ".join(
            f"{self.states.get(state, 0):,} {self.labels.get(state, label)}"
            for state, (label, _) in LABELS.items()
        )


class Pace:
    """The rate over the last seconds."""

    def __init__(self, seconds: float = 10.0) -> None:
        self._seconds = seconds
        self._marks: deque[tuple[float, int]] = deque()

    def __call__(self, at: float, done: int) -> float:
        """Note the rows done at a moment (seconds); returns the rate since the oldest mark that counts."""
        self._marks.append((at, done))
        while at - self._marks[0][0] > self._seconds:
            self._marks.popleft()
        first_at, first_done = self._marks[0]
        return (done - first_done) / (at - first_at) if at > first_at else 0.0


class Ceiling:
    """Reports the ceiling when it is found, and when it has moved for good."""

    def __init__(self, patience: int = 5) -> None:
        self._patience = patience
        self._told: int | None = None
        self._seen: int | None = None
        self._times = 0

    def __call__(self, ceiling: int | None) -> str | None:
        """A line to print, or None. Call it at a steady pace."""
        if ceiling is None or (self._told is not None and _close(ceiling, self._told)):
            self._times = 0
            return None
        if self._seen is not None and _close(ceiling, self._seen):
            self._times += 1
        else:
            self._seen, self._times = ceiling, 1
        if self._times < self._patience:
            return None
        before, self._told, self._times = self._told, ceiling, 0
        if before is None:
            return f"Twilio allows about {ceiling} requests at once: found by asking."
        return f"Twilio now allows about {ceiling} requests at once (it was {before})."


def _close(one: int, other: int) -> bool:
    return abs(one - other) <= max(1, 0.1 * other)


Display: TypeAlias = "Bar | Lines"
"""Shows the progress: ``show`` the status now, ``note`` a line that stays, ``close`` at the end."""


def display() -> Display:
    """A bar where standard error is a terminal that can show one, plain lines elsewhere."""
    console = Console(stderr=True)
    # FORCE_COLOR makes a terminal of everything for rich, but a log stays a log.
    if sys.stderr.isatty() and not console.is_dumb_terminal:
        return Bar(console)
    return Lines()


class Lines:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pause = 2.0
        self._due = clock() + self._pause

    def show(self, status: Status) -> None:
        if self._clock() < self._due:
            return
        # A sweep of days need not say the same thing every two seconds.
        self._pause = min(self._pause * 1.5, 60.0)
        self._due = self._clock() + self._pause
        left = "" if status.left is None else f", {duration(status.left)} left"
        self.note(
            f"{status.done:,} of {status.total:,} done, {status.rate:,.0f} a second, {status.requests}{left}: "
            f"{status.counts}"
        )

    def note(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        pass


class Bar:
    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
        self._live.start()

    def show(self, status: Status) -> None:
        self._live.update(_drawn(status), refresh=True)

    def note(self, line: str) -> None:
        self._live.console.print(Text(line))

    def close(self) -> None:
        self._live.stop()


def _drawn(status: Status) -> Group:
    share = status.done / status.total if status.total else 1.0
    first = Table.grid(padding=(0, 2), expand=False)
    first.add_row(
        ProgressBar(total=max(status.total, 1), completed=status.done, width=40),
        Text(f"{status.done:,} of {status.total:,}"),
        Text(f"{share:.0%}", style="bold"),
    )
    left = "" if status.left is None else f"   {duration(status.left)} left"
    second = Text(f"{status.rate:,.0f} a second   {status.requests}{left}")
    third = Text()
    for state, (label, style) in LABELS.items():
        third.append(f"{status.states.get(state, 0):,} ", style=f"bold {style}")
        third.append(f"{status.labels.get(state, label)}   ")
    return Group(first, second, third)


def duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, whole = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {whole:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours / 24:.1f} days"
