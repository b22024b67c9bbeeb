"""The figures of the page: sums, shares and times as values and short texts. Nothing is drawn here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .._util import counted
from . import charts
from .findings import Reason, State, Summary, in_order
from .timeline import Axis, Sample

__all__ = ["STATES", "facts", "glance", "reasons", "splits", "timeline"]

STATES: Mapping[State, str] = {
    "portable": "portable",
    "not_portable": "not portable",
    "invalid": "not a number",
    "failed": "no answer",
}


Values: TypeAlias = Mapping[str, object]
"""Values for a part of the template."""


def facts(summary: Summary, *, mask: bool) -> str:
    """The line below the title."""
    said = [counted(summary.rows, "row"), counted(summary.distinct, "different number")]
    if summary.first is not None and summary.last is not None:
        said.append(f"checked {_span(summary.first, summary.last)} UTC")
    if mask:
        said.append("numbers masked")
    return " · ".join(said)


def glance(summary: Summary) -> Values:
    """The sums by state."""
    title = "Nothing was answered"
    if summary.share is not None:
        share = _percent(summary.share)
        answered = counted(summary.answered, "answered row")
        title = f"{share[0].upper()}{share[1:]} of the {answered} can be ported to Twilio"
    states: list[tuple[State, int, str]] = [
        (state, summary.states[state], label) for state, label in STATES.items()
    ]
    parts = [(str(state), count) for state, count, _ in states if count]
    return {
        "title": title,
        "words": ", ".join(f"{count:,} {label}" for _, count, label in states),
        "states": states,
        "bar": charts.bar(parts, sum(count for _, count in parts), height=20),
    }


def reasons(summary: Summary, notes: Mapping[Reason, int]) -> list[Values]:
    """The sums by reason."""
    ranked = in_order(summary.reasons)
    most = max((count for _, count in ranked), default=0)
    return [
        {
            "reason": reason,
            "note": notes[reason],
            "count": count,
            "bar": charts.bar([(reason.state, count)], most),
        }
        for reason, count in ranked
    ]


def splits(summary: Summary) -> list[Values]:
    """The sums by country and by type; none if nothing was answered."""
    if not summary.answered:
        return []
    return [_split("Country", summary.countries), _split("Type", summary.types)]


def _split(title: str, counts: Counter[tuple[str, State]]) -> Values:
    totals: Counter[str] = Counter()
    for (name, _), count in counts.items():
        totals[name] += count
    most = max(totals.values())
    lines: list[Values] = []
    for name, total in totals.most_common():
        portable = counts[name, "portable"]
        bar = charts.bar([("portable", portable), ("not_portable", total - portable)], most)
        share = _percent(portable / total)
        lines.append({"name": name, "total": total, "portable": portable, "share": share, "bar": bar})
    return {"title": title, "lines": lines}


def timeline(summary: Summary, samples: Sequence[Sample]) -> Values | None:
    """The course of the sweep; None if no row says when it was checked."""
    if not summary.tally:
        return None
    axis = summary.tally.axis(samples)
    rates = summary.tally.rates(axis)
    top = max(rates)
    chart = {
        "title": f"Numbers checked a second, {_length(axis.width)} a column",
        "words": f"Numbers checked a second: at most {_short(top)}",
        "top": _short(top),
        "shapes": charts.columns(rates, axis.width, axis.length, top),
    }
    lengths = ", ".join(_length(length) for _, length in axis.pauses[:8])
    return {
        "ends": (_clock(axis.first), _clock(axis.last)),
        "rates": chart,
        "gate": _gate(samples, axis) if samples else None,
        "pauses": f"{counted(len(axis.pauses), 'pause')} of {lengths}" if axis.pauses else "",
    }


def _gate(samples: Sequence[Sample], axis: Axis) -> Values:
    limits = [
        (axis.position(sample.at), float(sample.limit)) for sample in samples if sample.limit is not None
    ]
    flights = [(axis.position(sample.at), float(sample.in_flight)) for sample in samples]
    top = max(value for _, value in [*limits, *flights, (0.0, 1.0)])
    ceilings = [sample.ceiling for sample in samples if sample.ceiling is not None]
    most = max(value for _, value in flights)
    last = f"{limits[-1][1]:,.0f}" if limits else "none"
    chart = {
        "title": "Requests at once",
        "words": f"Requests at once: at most {most:,.0f}, the limit ended at {last}",
        "top": _short(top),
        "shapes": charts.line(
            [("flight", flights), ("limit", limits)], [at for at, _ in axis.pauses], axis.length, top
        ),
    }
    refused = counted(max(sample.refusals for sample in samples), "request")
    return {"chart": chart, "ceiling": ceilings[-1] if ceilings else None, "refused": refused}


def _percent(share: float) -> str:
    # A share that is nearly 100 % or 0 % does not read as such.
    if 0 < share < 0.001 or 0.999 < share < 1:
        return "under 0.1 %" if share < 0.5 else "over 99.9 %"
    return f"{100 * share:.1f} %"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def _clock(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%d %b %Y, %H:%M:%S")


def _span(first: dt.datetime, last: dt.datetime) -> str:
    start = first.strftime("%d %b %Y, %H:%M")
    same = first.date() == last.date()
    end = last.strftime("%H:%M" if same else "%d %b %Y, %H:%M")
    return start if same and start.endswith(end) else f"{start} to {end}"


def _length(seconds: float) -> str:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            value = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{value} {unit}{'' if value == '1' else 's'}"
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"
