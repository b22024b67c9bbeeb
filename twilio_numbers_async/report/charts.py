"""The geometry of the charts, in a drawing 1,000 wide. The template draws it.

Charts hold shapes only: text stands beside them as HTML, so that it keeps its size on a phone. Colours come from the
page's style by class, so that they follow the dark mode and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["HEIGHT", "WIDTH", "Line", "Rect", "bar", "columns", "line", "number"]

WIDTH = 1000.0
HEIGHT = 200.0


class Rect(NamedTuple):
    """A rectangle of a class."""

    kind: str
    x: str
    y: str
    width: str
    height: str


class Line(NamedTuple):
    """A line of a class: the data of an SVG path."""

    kind: str
    path: str


def bar(parts: Sequence[tuple[str, int]], most: int, height: int = 10) -> list[Rect]:
    """A bar of several parts: (class, count). A count of ``most`` fills the width."""
    shapes: list[Rect] = []
    x = 0.0
    for kind, count in parts:
        width = WIDTH * count / (most or 1)
        shapes.append(Rect(kind, number(x), "0", number(width), number(height)))
        x += width
    return shapes


def columns(values: Sequence[float], width: float, length: float, top: float) -> list[Rect]:
    """A column for each bucket of ``width`` seconds along ``length`` seconds, up to ``top``."""
    shapes: list[Rect] = []
    for index, value in enumerate(values):
        x = min(index * width, length)
        wide = min(width, length - x)
        high = HEIGHT * value / top
        place = (WIDTH * x / length, HEIGHT - high, WIDTH * wide / length, high)
        shapes.append(Rect("rate", *map(number, place)))
    return shapes


def line(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    pauses: Sequence[float],
    length: float,
    top: float,
) -> list[Line]:
    """Lines through (seconds, value); each value holds until the next. A dashed line marks a pause left out."""
    shapes = [Line("pause", f"M{number(WIDTH * at / length)} 0V{number(HEIGHT)}") for at in pauses]
    for kind, points in series:
        path: list[str] = []
        for at, value in points:
            x, y = number(WIDTH * at / length), number(HEIGHT * (1 - value / top))
            path.append(f"H{x}V{y}" if path else f"M{x} {y}")
        if points:
            shapes.append(Line(kind, "".join([*path, f"H{number(WIDTH)}"])))
    return shapes


def number(value: float) -> str:
    """A coordinate as text, with one decimal at the most."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
