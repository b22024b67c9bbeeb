"""Parts of a plan: the numbers that go in, those that are left out, and what is wrong. Pure."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec

from .._util import counted
from ..errors import InvalidArgumentError, InvalidPhoneNumberError
from ..models.discreet import Discreet
from ..phone import to_e164
from ..sweep import Outcome

__all__ = [
    "Candidate",
    "LeftOut",
    "Problem",
    "candidates_of",
    "check_ready",
    "left_out_lines",
    "plan_lines",
]

_SHOWN = 20  # numbers that are left out, in the text of a plan


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with a plan. ``str(problem)`` is one line and repeats no value."""

    code: enum.StrEnum
    message: str
    """The fault, and what would be right."""
    argument: str | None
    """The place of the value, such as ``address.postal_code``."""

    def __str__(self) -> str:
        return self.message


class LeftOut(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """A number that does not go in. Its text and its repr do not show the number."""

    index: int
    """Its position among the inputs, from 0."""
    phone_number: str | None
    """The number, E.164; None for what is no number."""
    reason: enum.StrEnum
    """The reason."""
    message: str
    """The same as a sentence, with what to do."""
    code: int | None = None
    """Twilio's code, where Twilio gave one."""

    def __str__(self) -> str:
        return f"number {self.index + 1} is left out ({self.reason.value.replace('_', ' ')}): {self.message}"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("index", self.index), ("reason", self.reason.value)]


def check_ready(problems: Sequence[Problem], kind: str) -> None:
    """Raise InvalidArgumentError for a plan that has problems. ``kind``: the word for one of them."""
    if problems:
        first = ", the first" if len(problems) > 1 else ""
        raise InvalidArgumentError(
            f"The plan is not ready: {counted(len(problems), kind)}{first}: {problems[0].message}",
            argument="plan",
        )


def plan_lines(
    numbers: int, requests: str, left_out: Sequence[LeftOut], duplicates: Sized, problems: Iterable[Problem]
) -> list[str]:
    """The counts of a plan and its problems, a line each. ``requests``: the count of them, in words."""
    reasons = Counter(one.reason.value.replace("_", " ") for one in left_out)
    counts = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    return [
        f"{counted(numbers, 'number')} in {requests}",
        *([f"{len(left_out)} left out: {counts}"] if left_out else []),
        *([f"{len(duplicates)} came again"] if duplicates else []),
        *map(str, problems),
    ]


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """The first numbers that are left out, a line each."""
    more = [f"and {len(left_out) - _SHOWN:,} more"] if len(left_out) > _SHOWN else []
    return [*map(str, left_out[:_SHOWN]), *more]


class Checked(Protocol):
    """A result about one number."""

    @property
    def phone_number(self) -> str | None: ...


C = TypeVar("C", bound=Checked)


class Candidate(Discreet, msgspec.Struct, Generic[C], eq=False):
    """A distinct number, with the first check of it that has an answer."""

    index: int
    number: str | None
    checked: C | None = None
    failure: str | None = None
    invalid: str | None = None

    @property
    def is_unchecked(self) -> bool:
        """True if nobody asked about it."""
        return self.checked is None and self.failure is None


def candidates_of(
    inputs: Iterable[Outcome[C] | C | str], kind: type[C], country: str | None
) -> tuple[list[Candidate[C]], dict[int, int]]:
    """The distinct numbers in the order of their input, and for each input that came again the index of its first.

    ``kind``: the type of a result. ``country``: of numbers without a ``+``.
    """
    found: dict[str, Candidate[C]] = {}
    invalid: list[Candidate[C]] = []
    duplicates: dict[int, int] = {}
    # A sweep gives its outcomes as they finish: the same plan must come of them in whatever order.
    for index, item in sorted(_numbered(inputs), key=lambda pair: pair[0]):
        candidate = _candidate(index, item, kind, country)
        if candidate.number is None:
            invalid.append(candidate)
            continue
        first = found.setdefault(candidate.number, candidate)
        if first is not candidate:
            duplicates[index] = first.index
            if first.checked is None and not candidate.is_unchecked:
                first.checked, first.failure = candidate.checked, candidate.failure
    return sorted([*found.values(), *invalid], key=lambda candidate: candidate.index), duplicates


def _numbered(inputs: Iterable[Outcome[C] | C | str]) -> list[tuple[int, Outcome[C] | C | str]]:
    """Each with its index: that of the sweep, or its position where there is none, or where two have the same."""
    items = list(inputs)
    indexes = [item.index if isinstance(item, Outcome) else position for position, item in enumerate(items)]
    return list(zip(indexes if len({*indexes}) == len(items) else range(len(items)), items, strict=True))


def _candidate(index: int, item: Outcome[C] | C | str, kind: type[C], country: str | None) -> Candidate[C]:
    candidate: Candidate[C]
    if isinstance(item, kind):
        candidate = _read(index, item.phone_number, country)
        candidate.checked = item
        return candidate
    if not isinstance(item, Outcome):
        return _read(index, item, country)
    outcome = cast("Outcome[C]", item)
    if isinstance(outcome.error, InvalidArgumentError):
        return Candidate(index, None, invalid=str(outcome.error))
    result: C | None = outcome.result
    number = outcome.phone_number or (result.phone_number if result else None) or outcome.input
    candidate = _read(index, number, country)
    candidate.checked = result
    if result is None:
        candidate.failure = str(outcome.error or "no answer")
    return candidate


def _read(index: int, number: object, country: str | None) -> Candidate[Any]:
    try:
        return Candidate(index, to_e164(number, country))  # type: ignore[arg-type]  # it says what it is not
    except InvalidPhoneNumberError as error:
        return Candidate(index, None, invalid=str(error))
