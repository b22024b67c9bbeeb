"""Which numbers go into a plan of port-ins, and why the others do not."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from ..errors import InvalidArgumentError, InvalidPhoneNumberError
from ..models import NumberType, Portability
from ..models.discreet import Discreet
from ..phone import country_of, is_toll_free, to_e164
from ..sweep import Outcome

__all__ = [
    "Candidate",
    "LeftOutReason",
    "Pins",
    "PortInLeftOut",
    "PortInNumber",
    "candidates_of",
    "reason_against",
]

PortInNumber: TypeAlias = "Outcome[Portability] | Portability | str"
"""A number of a plan: what became of its check, or just the number."""


class LeftOutReason(enum.StrEnum):
    """Why a number does not go into a port-in."""

    INVALID = "invalid"
    """It cannot be a phone number."""
    NOT_CHECKED = "not_checked"
    """Its check failed, or said nothing."""
    NOT_PORTABLE = "not_portable"
    """Twilio says that it cannot be ported."""
    TOLL_FREE = "toll_free"
    """Toll-free numbers are not ported through the API."""
    OTHER_COUNTRY = "other_country"
    """Its country is not ported so: only the United States is, and Japan in a flow of its own."""
    ACCOUNT_NUMBER_MISSING = "account_number_missing"
    """A mobile number, and the account number with the losing carrier is not given."""
    PIN_MISSING = "pin_missing"
    """A mobile number without a PIN."""
    CORRECTION_MISSING = "correction_missing"
    """A rejected or not portable number without the correction that its code asks for; only of ``replan``."""


class PortInLeftOut(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """A number that does not go into a port-in. Its text and its repr do not show the number."""

    index: int
    """Its position among the inputs, from 0."""
    phone_number: str | None
    """The number, E.164; None for what is no number."""
    reason: LeftOutReason
    """Why."""
    message: str
    """The same as a sentence, with what to do."""
    code: int | None = None
    """Twilio's code, where it is not portable."""

    def __str__(self) -> str:
        return f"number {self.index + 1} is left out ({self.reason.value.replace('_', ' ')}): {self.message}"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("index", self.index), ("reason", self.reason.value)]


class Candidate:
    """A distinct number, with the first check of it that has an answer."""

    __slots__ = ("checked", "failure", "index", "invalid", "number")

    def __init__(self, index: int, number: str | None) -> None:
        self.index: int = index
        self.number: str | None = number
        self.checked: Portability | None = None
        self.failure: str | None = None
        self.invalid: str | None = None

    @property
    def country(self) -> str | None:
        """Its country (ISO 3166-1 alpha-2): what Twilio says, or the number itself."""
        if self.checked is not None and self.checked.country:
            return self.checked.country.upper()
        return None if self.number is None else country_of(self.number)

    @property
    def is_unchecked(self) -> bool:
        """True if nobody asked whether it is portable."""
        return self.checked is None and self.failure is None


def candidates_of(
    inputs: Iterable[PortInNumber], country: str | None
) -> tuple[list[Candidate], dict[int, int]]:
    """The distinct numbers in the order of their input, and for each input that came again the index of its first."""
    found: dict[str, Candidate] = {}
    invalid: list[Candidate] = []
    duplicates: dict[int, int] = {}
    # A sweep gives its outcomes as they finish: the same plan must come of them in whatever order.
    for index, item in sorted(_numbered(inputs), key=lambda pair: pair[0]):
        candidate = _candidate(index, item, country)
        if candidate.number is None:
            invalid.append(candidate)
            continue
        first = found.setdefault(candidate.number, candidate)
        if first is not candidate:
            duplicates[index] = first.index
            if first.checked is None and not candidate.is_unchecked:
                first.checked, first.failure = candidate.checked, candidate.failure
    return sorted([*found.values(), *invalid], key=lambda candidate: candidate.index), duplicates


def _numbered(inputs: Iterable[PortInNumber]) -> list[tuple[int, PortInNumber]]:
    """Each with its index: that of the sweep, or its position where there is none, or where two have the same."""
    items = list(inputs)
    indexes = [item.index if isinstance(item, Outcome) else position for position, item in enumerate(items)]
    return list(zip(indexes if len({*indexes}) == len(items) else range(len(items)), items, strict=True))


def _candidate(index: int, item: PortInNumber, country: str | None) -> Candidate:
    if isinstance(item, Portability):
        candidate = _read(index, item.phone_number, country)
        candidate.checked = item
        return candidate
    if not isinstance(item, Outcome):
        return _read(index, item, country)
    if isinstance(item.error, InvalidArgumentError):
        candidate = Candidate(index, None)
        candidate.invalid = str(item.error)
        return candidate
    number = item.phone_number or (item.result.phone_number if item.result else None) or item.input
    candidate = _read(index, number, country)
    candidate.checked = item.result
    if item.result is None:
        candidate.failure = str(item.error or "no answer")
    return candidate


def _read(index: int, number: object, country: str | None) -> Candidate:
    try:
        return Candidate(index, to_e164(number, country))  # type: ignore[arg-type]  # it says what it is not
    except InvalidPhoneNumberError as error:
        candidate = Candidate(index, None)
        candidate.invalid = str(error)
        return candidate


class Pins:
    """The PINs by number. Keys are numbers as people write them."""

    def __init__(self, pins: Mapping[str, str], country: str | None) -> None:
        self.by_number: dict[str, str] = {}
        self.faults: list[str] = []
        for position, (key, pin) in enumerate(pins.items()):
            place = f"pins, entry {position + 1},"
            if not isinstance(pin, str):
                raise InvalidArgumentError(
                    f"{place} must be text, since a number would lose its leading zeros", argument="pins"
                )
            try:
                number = to_e164(key, country)
            except InvalidPhoneNumberError as error:
                self.faults.append(f"{place} is of no phone number: {error}")
                continue
            pin = pin.strip()
            if self.by_number.get(number, pin) != pin:
                self.faults.append(f"{place} is another PIN for a number that has one already")
            elif pin:
                self.by_number[number] = pin


def reason_against(
    candidate: Candidate, *, pin: str | None, account_number: bool, japan: bool, unchecked: bool
) -> PortInLeftOut | None:
    """Why a number does not go in, or None.

    ``japan``: the details that Japan asks for are given. ``unchecked``: numbers that nobody checked may go in.
    """
    reason, message, code = None, "", None
    checked = candidate.checked
    if candidate.number is None:
        reason, message = LeftOutReason.INVALID, candidate.invalid or "not a phone number"
    elif candidate.failure is not None:
        reason, message = LeftOutReason.NOT_CHECKED, f"its check failed: {candidate.failure}"
    elif is_toll_free(candidate.number) or (checked and checked.number_type == NumberType.TOLL_FREE):
        reason = LeftOutReason.TOLL_FREE
        message = "Toll-free numbers are not ported through the API: ask Twilio support."
    elif checked is None and not unchecked:
        reason, message = LeftOutReason.NOT_CHECKED, "Nobody checked whether it can be ported."
    elif checked is not None and not checked.portable:
        unclear = checked.portable is None and not checked.not_portable_reason_code
        transient = unclear or checked.is_passing_failure
        reason = LeftOutReason.NOT_CHECKED if transient else LeftOutReason.NOT_PORTABLE
        message, code = checked.advice, checked.not_portable_reason_code
    else:
        reason, message = _missing(candidate, pin=pin, account_number=account_number, japan=japan)
    if reason is None:
        return None
    return PortInLeftOut(
        index=candidate.index, phone_number=candidate.number, reason=reason, message=message, code=code
    )


_JAPAN = (
    "Japan has a flow of its own: bundle_sid and portability_advance_carrier are needed. The bundle comes from "
    "twilio.regulations.find('JP', ...), plan_bundle(...) and twilio.bundles.create_all(...)."
)


def _missing(
    candidate: Candidate, *, pin: str | None, account_number: bool, japan: bool
) -> tuple[LeftOutReason | None, str]:
    checked, country = candidate.checked, candidate.country
    if country == "JP" and not japan:
        return LeftOutReason.OTHER_COUNTRY, _JAPAN
    if checked is None:
        # What Twilio has said itself goes first; what nobody asked goes by the documentation.
        if country in {"US", "JP"}:
            return None, ""
        return LeftOutReason.OTHER_COUNTRY, "Numbers of its country are not ported through the API."
    mobile = checked.number_type == NumberType.MOBILE
    both = bool(checked.pin_and_account_number_required)
    if (mobile or both) and not account_number:
        return (
            LeftOutReason.ACCOUNT_NUMBER_MISSING,
            "A mobile number: losing_carrier needs the account number with the losing carrier.",
        )
    if (both or (mobile and country == "US")) and not pin:
        return LeftOutReason.PIN_MISSING, "A mobile number: it needs the losing carrier's PIN."
    return None, ""
