"""The course of a sweep: samples of its gate, and the times of its answers."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from .files import replaced

__all__ = ["Axis", "Sample", "Samples", "Tally", "read_samples", "write_samples"]

_TICKS = 4  # a second
_PAUSE = 120.0
_MOST_BUCKETS = 120
_WIDTHS = (0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


class Sample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a sweep and its gate at one moment."""

    at: float
    """Seconds since 1970."""
    done: int = 0
    """Rows done so far."""
    in_flight: int = 0
    """Requests at once."""
    limit: int | None = None
    """The gate's limit of requests at once."""
    ceiling: int | None = None
    """The number of requests at once that Twilio allows; None if it is not known."""
    refusals: int = 0
    """Requests answered with 429 so far."""


class Samples:
    """Keeps at most ``most`` samples: when there are more, every second one goes.

    A sweep of seconds is kept closely and one of days loosely, in the same space. ``earlier`` are those of
    the runs that this one goes on from, ``interval`` the least seconds between two.
    """

    def __init__(self, earlier: Iterable[Sample] = (), *, interval: float = 0.25, most: int = 1_000) -> None:
        self._kept = sorted(earlier, key=lambda sample: sample.at)
        gaps = [after.at - before.at for before, after in pairwise(self._kept)]
        self._interval = max(interval, min(gaps, default=0.0))
        self._most = most

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, sample: Sample) -> None:
        """Keep a sample, unless it comes too soon after the one before."""
        if self._kept and sample.at - self._kept[-1].at < self._interval * 0.9:
            return
        self._kept.append(sample)
        if len(self._kept) > self._most:
            self._kept = self._kept[::2]
            self._interval *= 2


class Axis:
    """Time with the long pauses left out, cut into buckets of ``width`` seconds.

    ``pauses`` are the places left out: where on the axis (seconds) and how long each was.
    """

    def __init__(self, times: Iterable[float]) -> None:
        marks = sorted(times)
        shortest = max(_PAUSE, (marks[-1] - marks[0]) / 50)
        self.first: float = marks[0]
        self.last: float = marks[-1]
        self.pauses: list[tuple[float, float]] = []
        self._starts = [marks[0]]
        self._offsets = [0.0]
        self._ends: list[float] = []
        for before, after in pairwise(marks):
            if after - before > shortest:
                offset = self._offsets[-1] + before - self._starts[-1]
                self.pauses.append((offset, after - before))
                self._ends.append(before)
                self._starts.append(after)
                self._offsets.append(offset)
        self.length: float = max(self._offsets[-1] + marks[-1] - self._starts[-1], 1 / _TICKS)
        self.width: float = next(
            (width for width in _WIDTHS if self.length / width <= _MOST_BUCKETS), _WIDTHS[-1]
        )

    def position(self, at: float) -> float:
        """The position of a moment on the axis, in seconds from its start."""
        run = max(bisect_right(self._starts, at) - 1, 0)
        end = self._ends[run] if run < len(self._ends) else self.last
        return self._offsets[run] + max(min(at, end) - self._starts[run], 0.0)


class Tally:
    """The times at which numbers were checked."""

    def __init__(self) -> None:
        self._ticks: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._ticks)

    def add(self, at: float) -> None:
        self._ticks[int(at * _TICKS)] += 1

    def axis(self, samples: Iterable[Sample] = ()) -> Axis:
        """The time axis of the answers and the samples."""
        return Axis([*(tick / _TICKS for tick in self._ticks), *(sample.at for sample in samples)])

    def rates(self, axis: Axis) -> list[float]:
        """Numbers checked a second, for each bucket of the axis."""
        counts: Counter[int] = Counter()
        last = math.ceil(axis.length / axis.width) - 1
        for tick, count in self._ticks.items():
            # A number checked at the very end belongs to the last column, not to one behind it.
            counts[min(int(axis.position(tick / _TICKS) / axis.width), last)] += count
        return [counts[bucket] / axis.width for bucket in range(max(counts) + 1)]


def read_samples(path: Path) -> list[Sample]:
    """The samples in a file; none if the file cannot be read."""
    decoder = msgspec.json.Decoder(Sample)
    try:
        return [decoder.decode(line) for line in path.read_bytes().splitlines() if line]
    except (OSError, msgspec.MsgspecError):
        return []


def write_samples(path: Path, samples: Iterable[Sample]) -> None:
    """Write samples to a file, as JSON Lines."""
    replaced(path, msgspec.json.Encoder().encode_lines(list(samples)))
