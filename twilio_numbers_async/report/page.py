"""The page: one HTML file that loads nothing, with the sums at the top and every row within reach."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from ..errors import ConfigurationError
from . import figures
from .files import replaced
from .findings import Finding, Reader, Reason, Repeats, Summary, masked, reason_of
from .timeline import Sample

__all__ = ["rendered", "write_report"]

MOST_ROWS = 100_000
MOST_COLUMNS = 8
_DATA_HERE = "\0"
"""Stands in the page for the rows, until they are written."""


def write_report(
    rows: Iterable[Mapping[str, object]],
    path: Path | str,
    *,
    mask: bool = False,
    timeline: Iterable[Sample] | None = None,
) -> None:
    """Write the results of a sweep as one self-contained HTML page.

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
            b',"states":', encode(list(figures.STATES.items())),
            b',"notes":', encode([(reason.label, reason.code, reason.advice) for reason in notes]),
            b',"rows":[', b",\n".join(listed), b"]}",
        )
    )  # fmt: skip
    page = rendered(
        "page.html.jinja",
        script=_text_of("page.js"),
        data_here=_DATA_HERE,
        facts=figures.facts(summary, mask=mask),
        glance=figures.glance(summary),
        reasons=figures.reasons(summary, notes),
        splits=figures.splits(summary),
        timeline=figures.timeline(summary, list(timeline or ())),
        hints=_hints(summary, columns),
    )
    before, _, after = page.rpartition(_DATA_HERE)
    # In JSON "<" stands only inside of text; escaped there, no text can end the script element.
    replaced(path, before.encode(), data.replace(b"<", b"\\u003c"), after.encode())


def _listed(position: int, finding: Finding, note: int) -> tuple[object, ...]:
    state = list(figures.STATES).index(finding.state)
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


def _hints(summary: Summary, columns: Sequence[str]) -> str:
    hints: list[str] = []
    if summary.rows > MOST_ROWS:
        hints.append(
            f"This page lists the first {MOST_ROWS:,} of {summary.rows:,} rows; the results have all."
        )
    if len(columns) > MOST_COLUMNS:
        hints.append(f"It shows the first {MOST_COLUMNS} of the {len(columns)} columns that were given.")
    return " ".join(hints)


def rendered(template: str, *, script: str = "", **values: object) -> str:
    """A page from its template, with the package's style, which alone is obeyed beside the script."""
    try:
        import jinja2
        from markupsafe import Markup, escape
    except ModuleNotFoundError:
        raise ConfigurationError("A report needs an extra: pip install 'twilio-numbers-async[cli]'") from None
    style = _text_of("page.css")
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    page.filters["grouped"] = "{:,}".format
    page.filters["breakable"] = lambda text: escape(text).replace("_", Markup("_<wbr>"))
    return page.from_string(_text_of(template)).render(
        style=Markup(style),  # noqa: S704 - a file of the package
        script=Markup(script),  # noqa: S704 - a file of the package
        style_hash=_hash(style),
        script_hash=_hash(script),
        **values,
    )


def _text_of(name: str) -> str:
    """The text of a file of this package."""
    return files(__name__.rpartition(".")[0]).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
