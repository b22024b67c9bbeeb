"""The answers about a few numbers on a terminal: a table, or some lines for each where it is too narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console

from ..output import plain
from ..tables import text_of
from ..terminal_tables import print_table, wrapped

__all__ = ["print_answers"]

_WHOLE = 2  # the number as it is written and as E.164 stay in one piece
_STYLES = {"true": "green", "false": "yellow"}
_WORDS = {"true": "yes", "false": "no"}
_INDENT = 4


def print_answers(answers: Sequence[Mapping[str, object]], verdict: str) -> None:
    """Print the answers, each by the names of its columns. ``verdict`` is the column that says yes or no."""
    console = Console()
    print_table(
        console,
        ("Number", "E.164", "Country", "Type", verdict.capitalize(), "Reason", "What to do"),
        [_row(answer, verdict) for answer in answers],
        [_STYLES.get(text_of(answer[verdict]), "red") for answer in answers],
        lambda row: _lines(row, console.width, verdict),
        whole=_WHOLE,
    )


def _row(answer: Mapping[str, object], verdict: str) -> list[str]:
    names = (
        "input",
        "phone_number_e164",
        "country",
        "number_type",
        verdict,
        "reason",
        "code",
        "error",
        "advice",
    )
    number, e164, region, kind, found, reason, code, error, advice = (
        plain(text_of(answer.get(name))) for name in names
    )
    return [number, e164, region, kind, _WORDS.get(found, ""), error or f"{reason} {code}".strip(), advice]


def _lines(row: Sequence[str], width: int, verdict: str) -> list[str]:
    """The answer about a number as lines."""
    number, e164, region, kind, found, said, advice = row
    words = {"yes": verdict, "no": f"not {verdict}"}
    says = words.get(found) or ("no answer" if e164 else "not a number" if number.strip() else "no number")
    parts = [", ".join(filter(None, (e164, region, kind))), said, advice]
    name = number if number.strip() else "(empty)"
    return [f"{name}: {says}", *(line for part in parts for line in wrapped(part, width, _INDENT))]
