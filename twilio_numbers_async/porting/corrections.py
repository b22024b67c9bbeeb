"""The correction that each code of a rejected or not portable number asks for. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..models import (
    LosingCarrierInformation,
    NotPortableReason,
    PortInLosingCarrier,
    PortInPhoneNumberResult,
    PortInPhoneNumberStatus,
)
from ..models.discreet import Discreet
from ..models.numbers_v1.advice import is_passing_failure, number_of
from ..models.numbers_v1.port_ins import is_not_portable

__all__ = ["CorrectionKind", "Given", "PortInCorrection", "correction_of", "needs_replan"]


class CorrectionKind(enum.StrEnum):
    """The thing that has to be corrected before a number can be ported."""

    PIN = "pin"
    """The PIN of the losing carrier: give it in ``pins``."""
    ACCOUNT_NUMBER = "account_number"
    """The account number with the losing carrier: give it in ``losing_carrier``."""
    PIN_AND_ACCOUNT_NUMBER = "pin_and_account_number"
    """Both of them."""
    NAME = "name"
    """The end user's name: give ``losing_carrier`` with another one."""
    ADDRESS = "address"
    """The end user's address: give ``losing_carrier`` with another one."""
    SUBSCRIBER = "subscriber"
    """The subscriber's details (Japan): give ``losing_carrier`` with other ones."""
    PORT_DATE = "port_date"
    """The port date: give ``target_date`` with another one."""
    INACTIVE_LINE = "inactive_line"
    """The line is inactive: the losing carrier restores it. Then name the number in ``resolved``."""
    RESTRICTION = "restriction"
    """The losing carrier restricts the number and has to lift that. Then name the number in ``resolved``."""
    NOTHING = "nothing"
    """Twilio failed for the moment: the number is planned again as it is."""
    ELSEWHERE = "elsewhere"
    """No detail of a port-in helps. When the obstacle is gone, name the number in ``resolved``."""
    NOT_NEEDED = "not_needed"
    """The account has the number already."""


class PortInCorrection(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """The correction of one number. Its text and its repr do not show the number."""

    index: int
    """The position of the number among those of the port-in, from 0."""
    phone_number: str | None
    """The number, E.164."""
    phone_number_sid: str | None
    """The SID of the number within the port-in (``PU...``)."""
    kind: CorrectionKind
    """The thing to correct."""
    code: int | None
    """Twilio's code: 22150 to 22159 for a rejected number, another one for a number that is not portable."""
    message: str
    """The same as a sentence, with what to do."""
    argument: str | None
    """The argument of ``replan`` that takes the correction; None where none is taken."""
    is_given: bool
    """True if the correction was given, or none is needed."""

    _shown = frozenset({"index", "phone_number_sid", "kind", "code", "argument", "is_given"})

    def __str__(self) -> str:
        state = "given" if self.is_given else "missing"
        return f"number {self.index + 1} ({self.kind.value.replace('_', ' ')}, {state}): {self.message}"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The details that were rejected, and those of the new plan."""

    before: LosingCarrierInformation | PortInLosingCarrier
    carrier: LosingCarrierInformation
    """The details of the new plan."""
    pins: Mapping[str, str]
    """By E.164 number."""
    resolved: frozenset[str]
    """Numbers (E.164) whose obstacle was removed elsewhere."""
    new_date: bool
    """True if another port date is asked for."""


_REJECTED: Mapping[int, CorrectionKind] = {
    22151: CorrectionKind.RESTRICTION,
    22152: CorrectionKind.INACTIVE_LINE,
    22153: CorrectionKind.NAME,
    22154: CorrectionKind.ADDRESS,
    22155: CorrectionKind.PIN,
    22156: CorrectionKind.ACCOUNT_NUMBER,
    22157: CorrectionKind.SUBSCRIBER,
    22158: CorrectionKind.PORT_DATE,
}
_NOT_PORTABLE: Mapping[int | NotPortableReason, CorrectionKind] = {
    22131: CorrectionKind.NOT_NEEDED,
    22171: CorrectionKind.PIN_AND_ACCOUNT_NUMBER,
    NotPortableReason.ALREADY_IN_THE_TARGET_ACCOUNT: CorrectionKind.NOT_NEEDED,
    NotPortableReason.MISSING_REQUIRED_FIELDS: CorrectionKind.PIN_AND_ACCOUNT_NUMBER,
}
_ARGUMENTS: Mapping[CorrectionKind, str] = {
    CorrectionKind.PIN: "pins",
    CorrectionKind.ACCOUNT_NUMBER: "losing_carrier.account_number",
    CorrectionKind.PIN_AND_ACCOUNT_NUMBER: "pins and losing_carrier.account_number",
    CorrectionKind.NAME: "losing_carrier.customer_name",
    CorrectionKind.ADDRESS: "losing_carrier.address",
    CorrectionKind.SUBSCRIBER: "losing_carrier",
    CorrectionKind.PORT_DATE: "target_date",
    CorrectionKind.INACTIVE_LINE: "resolved",
    CorrectionKind.RESTRICTION: "resolved",
    CorrectionKind.ELSEWHERE: "resolved",
}
_NAMES = ("customer_name", "authorized_representative", "katakana_name", "authorized_representative_katakana")
_ADDRESS = ("street", "street_2", "city", "state", "zip", "country")
_AGAIN = frozenset(
    {
        None,
        PortInPhoneNumberStatus.CANCELING,
        PortInPhoneNumberStatus.CANCELED,
        PortInPhoneNumberStatus.EXPIRED,
    }
)
"""The statuses of numbers that were rejected and then called off, or say nothing."""


def needs_replan(number: PortInPhoneNumberResult) -> bool:
    """True for a number that was rejected or is not portable, and is not on its way again."""
    status = number.port_in_phone_number_status
    if status == PortInPhoneNumberStatus.PORT_REJECTED:
        return True
    if status in _AGAIN and (number.rejection_reason or number.rejection_reason_code):
        return True
    return status != PortInPhoneNumberStatus.COMPLETED and is_not_portable(number)


def correction_of(index: int, number: PortInPhoneNumberResult, given: Given) -> PortInCorrection:
    """The correction that a number asks for, and whether it was given."""
    if _is_rejected(number):
        code = number_of(number.rejection_reason_code)
        kind = _REJECTED.get(code or 0, CorrectionKind.ELSEWHERE)
    else:
        code, reason = number.not_portability_reason_code, number.not_portability_reason
        again = is_passing_failure(code, reason)
        kind = CorrectionKind.NOTHING if again else _kind_of(code, reason)
    is_given = _is_given(kind, number.phone_number, given)
    return PortInCorrection(
        index=index,
        phone_number=number.phone_number,
        phone_number_sid=number.port_in_phone_number_sid,
        kind=kind,
        code=code or None,
        message=(number.advice or "") + ("" if is_given else _unchanged(kind, given)),
        argument=_ARGUMENTS.get(kind),
        is_given=is_given,
    )


def _kind_of(code: int | None, reason: NotPortableReason | None) -> CorrectionKind:
    key = code or reason
    return CorrectionKind.ELSEWHERE if key is None else _NOT_PORTABLE.get(key, CorrectionKind.ELSEWHERE)


def _is_rejected(number: PortInPhoneNumberResult) -> bool:
    rejected = number.port_in_phone_number_status == PortInPhoneNumberStatus.PORT_REJECTED
    return bool(rejected or number.rejection_reason or number.rejection_reason_code)


def _is_given(kind: CorrectionKind, number: str | None, given: Given) -> bool:
    if kind is CorrectionKind.NOT_NEEDED:
        return False
    if kind is CorrectionKind.NOTHING or number in given.resolved:
        return True
    check = _CHECKS.get(kind)
    return check is not None and check(number or "", given)


def _has_account_number(_: str, given: Given) -> bool:
    now = given.carrier.account_number
    return bool(now) and not _same(now, given.before.account_number)


def _has_both(number: str, given: Given) -> bool:
    return number in given.pins and bool(given.carrier.account_number)


def _has_address(_: str, given: Given) -> bool:
    before, now = given.before, given.carrier
    if now.address_sid:
        return now.address_sid != before.address_sid
    if now.address is None or before.address is None:
        return now.address is not None
    old, new = before.address, now.address
    return any(not _same(getattr(new, name), getattr(old, name)) for name in _ADDRESS)


def _has_subscriber(number: str, given: Given) -> bool:
    names = [field.name for field in msgspec.structs.fields(given.carrier) if field.name != "address"]
    return _differ(given, names) or _has_address(number, given)


def _differ(given: Given, names: Any) -> bool:
    return any(not _same(getattr(given.carrier, name), getattr(given.before, name)) for name in names)


def _same(one: object, other: object) -> bool:
    """Equal but for case and blanks, in which no carrier sees a difference."""
    return " ".join(str(one or "").split()).casefold() == " ".join(str(other or "").split()).casefold()


_CHECKS: Mapping[CorrectionKind, Callable[[str, Given], bool]] = {
    CorrectionKind.PIN: lambda number, given: number in given.pins,
    CorrectionKind.ACCOUNT_NUMBER: _has_account_number,
    CorrectionKind.PIN_AND_ACCOUNT_NUMBER: _has_both,
    CorrectionKind.NAME: lambda _, given: _differ(given, _NAMES),
    CorrectionKind.ADDRESS: _has_address,
    CorrectionKind.SUBSCRIBER: _has_subscriber,
    CorrectionKind.PORT_DATE: lambda _, given: given.new_date,
}
_UNCHANGED: Mapping[CorrectionKind, str] = {
    CorrectionKind.ACCOUNT_NUMBER: "account number",
    CorrectionKind.NAME: "name",
    CorrectionKind.ADDRESS: "address",
}


def _unchanged(kind: CorrectionKind, given: Given) -> str:
    """Words for details that were given and are the ones that were rejected."""
    what = _UNCHANGED.get(kind)
    same = what is not None and given.carrier is not given.before
    return f" The {what} in losing_carrier is the one that was rejected." if same else ""
