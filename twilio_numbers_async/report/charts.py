"""Charts as SVG. They hold shapes only: text stands beside them as HTML, so that it keeps its size on a phone.

Colours come from the page's style by class, so that they follow the dark mode and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["bar", "columns", "line", "stacked"]

_WIDTH = 1000.0
_HEIGHT = 200.0


def stacked(parts: Sequence[tuple[str, int]], label: str) -> str:
    """One bar of several parts: (class, count)."""
    total = sum(count for _, count in parts) or 1
    shapes: list[str] = []
    x = 0.0
    for kind, count in parts:
        width = _WIDTH * count / total
        if count:
            shapes.append(f'<rect class="{kind}" x="{_n(x)}" y="0" width="{_n(width)}" height="20"/>')
        x += width
    return _svg("".join(shapes), "stacked", label, height=20)


def bar(parts: Sequence[tuple[str, int]], most: int) -> str:
    """A bar beside a number that says the same: hidden from screen readers."""
    shapes: list[str] = []
    x = 0.0
    for kind, count in parts:
        width = _WIDTH * count / (most or 1)
        shapes.append(f'<rect class="{kind}" x="{_n(x)}" y="0" width="{_n(width)}" height="10"/>')
        x += width
    return _svg("".join(shapes), "bar", None, height=10)


def columns(values: Sequence[float], width: float, length: float, top: float, label: str) -> str:
    """A column for each bucket of ``width`` seconds along ``length`` seconds, up to ``top``."""
    shapes: list[str] = []
    for index, value in enumerate(values):
        x = min(index * width, length)
        wide = min(width, length - x)
        high = _HEIGHT * value / top
        shapes.append(
            f'<rect class="rate" x="{_n(_WIDTH * x / length)}" y="{_n(_HEIGHT - high)}" '
            f'width="{_n(_WIDTH * wide / length)}" height="{_n(high)}"/>'
        )
    return _svg("".join(shapes), "plot", label)


def line(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    pauses: Sequence[float],
    length: float,
    top: float,
    label: str,
) -> str:
    """Lines through (seconds, value); each value holds until the next. A dashed line marks a pause left out."""
    shapes = [_pause(_WIDTH * at / length) for at in pauses]
    for kind, points in series:
        path: list[str] = []
        for at, value in points:
            x, y = _n(_WIDTH * at / length), _n(_HEIGHT * (1 - value / top))
            path.append(f"H{x}V{y}" if path else f"M{x} {y}")
        if points:
            path.append(f"H{_n(_WIDTH)}")
            shapes.append(f'<path class="{kind}" d="{"".join(path)}"/>')
    return _svg("".join(shapes), "plot", label)


def _pause(x: float) -> str:
    return f'<path class="pause" d="M{_n(x)} 0V{_n(_HEIGHT)}"/>'


def _svg(shapes: str, kind: str, label: str | None, height: float = _HEIGHT) -> str:
    who = 'aria-hidden="true"' if label is None else f'role="img" aria-label="{escape(label)}"'
    return (
        f'<svg class="{kind}" viewBox="0 0 {_n(_WIDTH)} {_n(height)}" preserveAspectRatio="none" {who}>'
        f"{shapes}</svg>"
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
