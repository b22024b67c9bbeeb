"""The page: one HTML file that loads nothing, puts the sums before the eye and every row within reach."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

import msgspec

from . import charts
from .files import private
from .findings import Finding, Reader, Reason, State, Summary, in_order, masked, reason_of
from .repeats import Repeats
from .timeline import Axis, Sample

__all__ = ["write_report"]

MOST_ROWS = 100_000
MOST_COLUMNS = 8
_STATES: Mapping[State, str] = {
    "portable": "portable",
    "not_portable": "not portable",
    "invalid": "not a number",
    "failed": "no answer",
}


def write_report(
    rows: Iterable[Mapping[str, object]],
    path: Path | str,
    *,
    mask: bool = False,
    timeline: Iterable[Sample] | None = None,
) -> None:
    """Write what a sweep found as one self-contained HTML page.

    ``rows`` are the rows of its results as mappings, as ``Outcome.as_row()`` gives them or as they were read
    back from the file that the ``sweep`` command wrote. With ``mask`` the page holds only the last four digits
    of each number, and none of the input's own columns. ``timeline`` are the samples of the gate that the
    ``sweep`` command keeps. The sums are over all rows, the table on the page holds the first 100,000.

    Raises InvalidArgumentError for rows that are no results, OSError where the page cannot be written.
    """
    path = Path(path)
    summary = Summary()
    reader = Reader()
    notes: dict[Reason, int] = {}
    repeats = Repeats(MOST_COLUMNS)
    listed: list[bytes] = []
    encode = msgspec.json.Encoder().encode
    for position, row in enumerate(rows, start=1):
        finding = reader.read(row)
        summary.add(finding)
        note = notes.setdefault(reason_of(finding), len(notes))
        if position <= MOST_ROWS:
            repeats.add(finding)
            listed.append(encode(_listed(position, masked(finding) if mask else finding, note)))
    columns = () if mask else reader.columns
    same = () if mask else repeats.columns()
    data = b"".join(
        (
            b'{"columns":', encode(_table_columns(columns[:MOST_COLUMNS], without=same)),
            b',"asked":', encode(same[0] if same else None),
            b',"states":', encode(list(_STATES.items())),
            b',"notes":', encode([(reason.label, reason.code, reason.advice) for reason in notes]),
            b',"rows":[', b",\n".join(listed), b"]}",
        )
    )  # fmt: skip
    body = "\n".join(
        (
            _head(summary, mask=mask),
            _glance(summary),
            _reasons(summary, notes),
            _places(summary),
            _timeline(summary, list(timeline or ())),
            _list(summary, columns),
        )
    )
    part = path.with_name(path.name + ".part")
    try:
        with private(part) as file:
            file.write(_page(body, data))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _listed(position: int, finding: Finding, note: int) -> tuple[object, ...]:
    state = list(_STATES).index(finding.state)
    checked = finding.checked_at[:19].replace("T", " ")
    return (
        position, state, note, finding.country, finding.number_type, finding.number, finding.error, checked,
        *finding.given[:MOST_COLUMNS],
    )  # fmt: skip


def _table_columns(own: Sequence[str], *, without: Sequence[int]) -> list[dict[str, str]]:
    columns = [("row", "Row", "")]
    columns += [
        (f"given{index}", name or f"column {index + 1}", "break")
        for index, name in enumerate(own)
        if index not in without
    ]
    columns += [
        ("number", "Number", "nowrap"),
        ("country", "Country", ""),
        ("type", "Type", ""),
        ("state", "Result", ""),
        ("reason", "Reason", "reason"),
        ("advice", "What to do", "advice"),
        ("checked", "Checked (UTC)", "checked"),
    ]
    return [{"key": key, "label": label, "kind": kind} for key, label, kind in columns]


def _page(body: str, data: bytes) -> bytes:
    here = files(__name__.rpartition(".")[0])
    style = here.joinpath("page.css").read_text("utf-8")
    script = here.joinpath("page.js").read_text("utf-8")
    # Nothing may be loaded, and nothing but this style and this script is obeyed.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    before = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<title>Portability report</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n{body}\n"
        '<script type="application/json" id="data">'
    )
    # In JSON "<" stands only inside of text, where it may be written so; then no text can end the element.
    safe = data.replace(b"<", b"\\u003c")
    return b"".join(
        (before.encode(), safe, b"</script>\n<script>", script.encode(), b"</script>\n</body>\n</html>\n")
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(summary: Summary, *, mask: bool) -> str:
    facts = [f"{_count(summary.rows, 'row')}", f"{_count(summary.distinct, 'different number')}"]
    if summary.first is not None and summary.last is not None:
        facts.append(f"checked {_span(summary.first, summary.last)} UTC")
    if mask:
        facts.append("numbers masked")
    return (
        '<a class="skip" href="#list">Skip to the table</a>\n<header>\n<h1>Portability report</h1>\n'
        f'<p class="soft">{escape(" · ".join(facts))}</p>\n</header>\n<main>'
    )


def _glance(summary: Summary) -> str:
    share = "nothing was answered"
    if summary.share is not None:
        share = f"{_percent(summary.share)} of the {_count(summary.answered, 'answered row')} can be ported to Twilio"
    words = ", ".join(f"{summary.states[state]:,} {label}" for state, label in _STATES.items())
    tiles = "".join(
        f'<li class="{state}"><strong>{summary.states[state]:,}</strong>{label}</li>'
        for state, label in _STATES.items()
    )
    parts = [(str(state), summary.states[state]) for state in _STATES]
    return (
        f'<section aria-labelledby="glance">\n<h2 id="glance">{share[0].upper()}{share[1:]}</h2>\n'
        f"{charts.stacked(parts, words)}\n"
        f'<ul class="tiles">{tiles}</ul>\n</section>'
    )


def _reasons(summary: Summary, notes: Mapping[Reason, int]) -> str:
    ranked = in_order(summary.reasons)
    most = max((count for _, count in ranked), default=0)
    lines = "".join(
        f'<tr><th scope="row" data-label="Reason"><span><a href="#note={notes[reason]}" data-note="{notes[reason]}">'
        f'{_code(reason.label)}</a> <span class="code">{escape(reason.code)}</span></span></th>'
        f'<td class="number" data-label="Rows">{count:,}</td>'
        f'<td class="wide">{charts.bar([(reason.state, count)], most)}</td>'
        f'<td class="advice" data-label="What to do">{escape(reason.advice)}</td></tr>\n'
        for reason, count in ranked
    )
    return (
        '<section aria-labelledby="reasons">\n<h2 id="reasons">By reason</h2>\n'
        '<table class="cards"><thead><tr><th scope="col">Reason</th><th scope="col" class="number">Rows</th>'
        '<th scope="col"><span class="soft">Share</span></th><th scope="col">What to do</th></tr></thead>\n'
        f"<tbody>\n{lines}</tbody></table>\n</section>"
    )


def _code(text: str) -> str:
    """A code that may be broken behind each of its underscores."""
    return escape(text).replace("_", "_<wbr>")


def _places(summary: Summary) -> str:
    if not summary.answered:
        return ""
    return (
        '<section aria-labelledby="places">\n<h2 id="places">By country and type</h2>\n<div class="side">\n'
        f"{_split('Country', summary.countries)}\n{_split('Type', summary.types)}\n</div>\n</section>"
    )


def _split(title: str, counts: Counter[tuple[str, State]]) -> str:
    totals: Counter[str] = Counter()
    for (name, _), count in counts.items():
        totals[name] += count
    most = max(totals.values())
    lines: list[str] = []
    for name, total in totals.most_common():
        portable = counts[name, "portable"]
        parts = [("portable", portable), ("not_portable", total - portable)]
        lines.append(
            f'<tr><th scope="row">{escape(name)}</th><td class="number">{total:,}</td>'
            f'<td class="number">{portable:,}</td><td class="number">{_percent(portable / total)}</td>'
            f'<td class="wide">{charts.bar(parts, most)}</td></tr>\n'
        )
    return (
        f'<table><caption>{title}</caption><thead><tr><th scope="col">{title}</th>'
        '<th scope="col" class="number">Rows</th><th scope="col" class="number">Portable</th>'
        '<th scope="col" class="number">Share</th>'
        '<th scope="col" class="wide"><span class="soft">Portable and not</span></th>'
        f"</tr></thead>\n<tbody>\n{''.join(lines)}</tbody></table>"
    )


def _timeline(summary: Summary, samples: Sequence[Sample]) -> str:
    title = '<section aria-labelledby="time">\n<h2 id="time">Timeline</h2>\n'
    if not summary.tally:
        return f"{title}<p>No row says when it was checked.</p>\n</section>"
    axis = summary.tally.axis(samples)
    rates = summary.tally.rates(axis)
    top = max(rates)
    ends = (_clock(axis.first), _clock(axis.last))
    words = f"Numbers checked a second: at most {_short(top)}"
    chart = charts.columns(rates, axis.width, axis.length, top, words)
    parts = [title, _chart(f"Numbers checked a second, {_length(axis.width)} a column", "", chart, top, ends)]
    if samples:
        parts.append(_gate(samples, axis, ends))
    else:
        parts.append(
            '<p class="soft">How many requests at once were allowed is not known here: the sweep keeps that in a '
            "file beside its results (their name and <code>.timeline</code>).</p>"
        )
    if axis.pauses:
        lengths = ", ".join(_length(length) for _, length in axis.pauses[:8])
        parts.append(f'<p class="soft">Left out: {_count(len(axis.pauses), "pause")} of {lengths}.</p>')
    return "\n".join([*parts, "</section>"])


def _gate(samples: Sequence[Sample], axis: Axis, ends: tuple[str, str]) -> str:
    limits = [
        (axis.position(sample.at), float(sample.limit)) for sample in samples if sample.limit is not None
    ]
    flights = [(axis.position(sample.at), float(sample.in_flight)) for sample in samples]
    top = max(value for _, value in [*limits, *flights, (0.0, 1.0)])
    refusals = max(sample.refusals for sample in samples)
    ceilings = [sample.ceiling for sample in samples if sample.ceiling is not None]
    words = f"Requests at once: at most {max(value for _, value in flights):,.0f}, the limit ended at " + (
        f"{limits[-1][1]:,.0f}" if limits else "none"
    )
    keys = '<p class="keys"><span class="key limit">limit</span><span class="key flight">under way</span></p>'
    found = f"Twilio allowed about {ceilings[-1]:,} at once. " if ceilings else ""
    pauses = [at for at, _ in axis.pauses]
    chart = charts.line([("flight", flights), ("limit", limits)], pauses, axis.length, top, words)
    return (
        _chart("Requests at once", keys, chart, top, ends)
        + f'\n<p class="soft">{found}{_count(refusals, "request")} refused (429) on the way.</p>'
    )


def _chart(title: str, keys: str, chart: str, top: float, ends: tuple[str, str]) -> str:
    return (
        f"<figure><figcaption>{title}{keys}</figcaption>\n"
        f'<div class="chart"><div class="y" aria-hidden="true"><span>{_short(top)}</span><span>0</span></div>{chart}'
        f'<div class="x" aria-hidden="true"><span>{ends[0]}</span><span>{ends[1]} UTC</span></div></div></figure>'
    )


def _list(summary: Summary, columns: Sequence[str]) -> str:
    hints: list[str] = []
    if summary.rows > MOST_ROWS:
        hints.append(
            f"This page lists the first {MOST_ROWS:,} of {summary.rows:,} rows; the results have all."
        )
    if len(columns) > MOST_COLUMNS:
        hints.append(f"It shows the first {MOST_COLUMNS} of the {len(columns)} columns that were given.")
    said = f'<p class="soft">{" ".join(hints)}</p>\n' if hints else ""
    sizes = "".join(f"<option>{size}</option>" for size in (50, 200, 1000))
    return (
        '<section aria-labelledby="list">\n<h2 id="list" tabindex="-1">All rows</h2>\n'
        f"{said}<noscript><p>The table needs JavaScript, which is part of this file.</p></noscript>\n"
        '<div id="finder" hidden>\n<div class="controls" role="search">\n'
        '<label>Search<input id="q" type="search" autocomplete="off" placeholder="Number, name, reason ..."></label>\n'
        '<label>Result<select id="state"><option value="">all</option></select></label>\n'
        '<label>Reason<select id="note"><option value="">all</option></select></label>\n'
        '<label>Sorted by<select id="order"></select></label>\n'
        f'<label>Rows a page<select id="size">{sizes}</select></label>\n</div>\n'
        '<p id="count" role="status" aria-live="polite"></p>\n'
        '<div class="scroll" tabindex="0" role="region" aria-label="All rows"><table id="rows" class="cards">'
        "<thead><tr></tr></thead><tbody></tbody></table></div>\n"
        '<div class="pages"><button type="button" id="before">Previous</button><span id="page"></span>'
        '<button type="button" id="after">Next</button></div>\n</div>\n</section>\n</main>'
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _percent(share: float) -> str:
    # Never 100 % or 0 % of what is only nearly so.
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
