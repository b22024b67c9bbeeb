"""Decides which numbers go into a plan of port-ins, and why the others do not."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TypeAlias

from ..errors import InvalidArgumentError, InvalidPhoneNumberError
from ..models import NumberType, Portability
from ..phone import country_of, is_toll_free, to_e164
from ..sweep import Outcome
from ..work.plan import Candidate, LeftOut

__all__ = [
    "LeftOutReason",
    "Pins",
    "PortInLeftOut",
    "PortInNumber",
    "country_of_candidate",
    "reason_against",
]

PortInNumber: TypeAlias = "Outcome[Portability] | Portability | str"
"""A number of a plan: what became of its check, or just the number."""


class LeftOutReason(enum.StrEnum):
    """The reason why a number does not go into a port-in."""

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
    CREATED_BEFORE = "created_before"
    """A number that another port-in has by now; only of ``replan``."""


class PortInLeftOut(LeftOut, frozen=True, kw_only=True):
    """A number that does not go into a port-in. Its text and its repr do not show the number."""

    reason: LeftOutReason
    """The reason."""


def country_of_candidate(candidate: Candidate[Portability]) -> str | None:
    """The country of a number (ISO 3166-1 alpha-2), from Twilio's check or from the number itself."""
    if candidate.checked is not None and candidate.checked.country:
        return candidate.checked.country.upper()
    return None if candidate.number is None else country_of(candidate.number)


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
    candidate: Candidate[Portability], *, pin: str | None, account_number: bool, japan: bool, unchecked: bool
) -> PortInLeftOut | None:
    """The reason why a number does not go in, or None.

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
    candidate: Candidate[Portability], *, pin: str | None, account_number: bool, japan: bool
) -> tuple[LeftOutReason | None, str]:
    checked, country = candidate.checked, country_of_candidate(candidate)
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
