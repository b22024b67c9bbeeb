"""The results of a sweep: rows read back, and their sums."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import msgspec

from ..errors import InvalidArgumentError
from ..models import advice_for
from ..models.numbers_v1.advice import is_passing_failure
from ..phone_text import NO_NUMBER
from ..sweep.failures import CORRECT, FILL_IN, NO_ANSWER, REFUSED
from .masking import mask_number, mask_text
from .result_columns import NUMBER, keys_of
from .timeline import Tally

__all__ = [
    "Finding",
    "Reader",
    "Reason",
    "Repeats",
    "State",
    "Summary",
    "are_results",
    "in_order",
    "masked",
    "reason_of",
    "state_of",
    "unanswered",
]

State = Literal["portable", "not_portable", "invalid", "failed"]

# In rows of Outcome.as_row(), columns that say nothing new.
_NOT_SHOWN = ("index", "url", "account_sid", "not_portable_reason", "not_portable_reason_code")
_OTHER = re.compile(r"[^0-9]+")
_LETTER = re.compile(r"[^\W\d_]")
_LEAST = 6
"""The least count of digits; fewer are an extension, not a number."""
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of results."""

    given: tuple[str, ...]
    """The cells of the input's own columns."""
    number: str
    """E.164; empty if the input cannot be a number."""
    state: State
    country: str
    number_type: str
    reason: str
    code: str
    advice: str
    pin: bool
    error: str
    checked_at: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the table by reason."""

    state: State
    label: str
    code: str
    advice: str


def state_of(*, portable: bool | None, number: str, code: str, error: str) -> State:
    """The state of a row. 22135 is Twilio's own failure, so it counts as no answer."""
    if portable:
        return "portable"
    if error and not number:
        return "invalid"
    return "failed" if error or portable is None or is_passing_failure(code, None) else "not_portable"


def reason_of(finding: Finding) -> Reason:
    """The line of the table by reason that a row belongs to."""
    if finding.state == "portable":
        label = "Portable, PIN and account number needed" if finding.pin else "Portable"
        return Reason(state="portable", label=label, code="", advice=finding.advice)
    if finding.state == "invalid" or (finding.state == "failed" and not finding.reason):
        return unanswered(finding.state, error=finding.error, advice=finding.advice)
    return Reason(
        state=finding.state,
        label=finding.reason or "Not portable",
        code=finding.code,
        advice=finding.advice or advice_for(finding.code, finding.reason),
    )


def unanswered(state: State, *, error: str, advice: str) -> Reason:
    """The line of the table by reason for a row without an answer: ``failed`` or ``invalid``."""
    if state == "failed":
        label, advice = ("Refused", REFUSED) if advice == REFUSED else ("No answer", NO_ANSWER)
    else:
        label, advice = (
            ("No number", FILL_IN) if error.startswith(NO_NUMBER) else ("Not a phone number", CORRECT)
        )
    return Reason(state=state, label=label, code="", advice=advice)


def in_order(reasons: Mapping[Reason, int]) -> Sequence[tuple[Reason, int]]:
    """The reasons with their counts: portable numbers at the top, the most frequent reason of each state first."""
    order = list(get_args(State))
    return sorted(
        reasons.items(), key=lambda item: (order.index(item[0].state), -item[1], item[0].label, item[0].code)
    )


class Reader:
    """Reads rows of results, whatever their columns are called.

    Raises InvalidArgumentError for rows that are none.
    """

    def __init__(self) -> None:
        self._keys: Mapping[str, str] | None = None
        self.columns: tuple[str, ...] = ()
        """The input's own columns."""

    def read(self, row: Mapping[str, object]) -> Finding:
        """Read a row. All rows have the columns of the first."""
        keys = self._learn(row) if self._keys is None else self._keys
        cell = {name: _text(row.get(key)) for name, key in keys.items()}
        number, code, error = cell.get("phone_number_e164", ""), cell.get("code", ""), cell.get("error", "")
        portable = _truth(cell.get("portable", ""))
        return Finding(
            given=tuple(_text(row.get(name)) for name in self.columns),
            number=number,
            state=state_of(portable=portable, number=number, code=code, error=error),
            country=cell.get("country", ""),
            number_type=cell.get("number_type", ""),
            reason=cell.get("reason", ""),
            code=code,
            advice=cell.get("advice", ""),
            pin=bool(_truth(cell.get("pin_and_account_number_required", ""))),
            error=error,
            checked_at=cell.get("checked_at", ""),
        )

    def _learn(self, row: Mapping[str, object]) -> Mapping[str, str]:
        keys = keys_of(list(row))
        if "portable" not in keys:
            raise InvalidArgumentError(
                "These are not the results of a sweep: no column portable", argument="rows"
            )
        taken = {*keys.values(), *(_NOT_SHOWN if keys.get(NUMBER.name) == NUMBER.name_in_row else ())}
        self.columns = tuple(key for key in row if key not in taken)
        self._keys = keys
        return keys


def are_results(columns: Sequence[str]) -> bool:
    """True if a table has the columns of results, as the ``sweep`` command or ``Outcome.as_row()`` names them."""
    keys = keys_of(columns)
    number = keys.get(NUMBER.name)
    is_row = number == NUMBER.name_in_row
    return "portable" in keys and number is not None and (not is_row or "not_portable_reason_code" in columns)


def masked(finding: Finding) -> Finding:
    """The finding with masked numbers, and without the input's own cells, which may hold one."""
    return msgspec.structs.replace(
        finding,
        given=(),
        number=mask_number(finding.number),
        advice=mask_text(finding.advice),
        error=mask_text(finding.error),
    )


class Repeats:
    """Looks at the rows for columns whose cells are all the row's own number, however it is written there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._same: list[bool] | None = None
        self._seen = False

    def add(self, finding: Finding) -> None:
        """Look at a row. A row without a number tells nothing about its columns."""
        cells = finding.given[: self._most]
        if self._same is None:
            self._same = [True] * len(cells)
        if finding.number:
            self._seen = True
            self._same = [
                same and _is_number(cell, finding.number)
                for same, cell in zip(self._same, cells, strict=True)
            ]

    def columns(self) -> tuple[int, ...]:
        """The positions of the columns that repeat the number."""
        return tuple(index for index, same in enumerate(self._same or ()) if same and self._seen)


class Summary:
    """The sums over all rows: by state, reason, country and type, and the times."""

    def __init__(self) -> None:
        self.rows: int = 0
        self.states: Counter[State] = Counter()
        self.reasons: Counter[Reason] = Counter()
        self.countries: Counter[tuple[str, State]] = Counter()
        self.types: Counter[tuple[str, State]] = Counter()
        self.tally: Tally = Tally()
        self.first: dt.datetime | None = None
        self.last: dt.datetime | None = None
        self._seen: set[int] = set()

    @property
    def distinct(self) -> int:
        """The count of different numbers."""
        return len(self._seen)

    @property
    def answered(self) -> int:
        return self.states["portable"] + self.states["not_portable"]

    @property
    def share(self) -> float | None:
        """The portable share of the answers, 0 to 1; None if there are none."""
        return self.states["portable"] / self.answered if self.answered else None

    def add(self, finding: Finding) -> None:
        """Count a row."""
        self.rows += 1
        self.states[finding.state] += 1
        self.reasons[reason_of(finding)] += 1
        if finding.state in ("portable", "not_portable"):
            self.countries[finding.country or "unknown", finding.state] += 1
            self.types[finding.number_type or "unknown", finding.state] += 1
        if finding.number:
            self._time(finding.checked_at, finding.number)

    def _time(self, checked_at: str, number: str) -> None:
        size = len(self._seen)
        self._seen.add(hash(number))
        if len(self._seen) == size or not checked_at:
            return
        try:
            at = dt.datetime.fromisoformat(checked_at)
        except ValueError:
            return
        at = at.astimezone(dt.UTC) if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
        self.first = min(self.first or at, at)
        self.last = max(self.last or at, at)
        self.tally.add(at.timestamp())


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return cell.isoformat(timespec="milliseconds") if isinstance(cell, dt.datetime) else str(cell)


def _truth(text: str) -> bool | None:
    return _TRUTHS.get(text.casefold())


def _is_number(cell: str, number: str) -> bool:
    digits = _OTHER.sub("", cell).lstrip("0")
    return len(digits) >= _LEAST and number.endswith(digits) and _LETTER.search(cell) is None
