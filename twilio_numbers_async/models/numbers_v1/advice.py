"""Advice about numbers that cannot be ported or whose port was rejected: the one table of codes."""

from __future__ import annotations

from ..base import OpenEnum, fold


class NotPortableReason(OpenEnum):
    """The reason why a number cannot be ported, in Twilio's words."""

    ALREADY_IN_THE_TARGET_ACCOUNT = "ALREADY_IN_THE_TARGET_ACCOUNT"
    ALREADY_IN_TWILIO_DIFFERENT_OWNER = "ALREADY_IN_TWILIO_DIFFERENT_OWNER"
    ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS = "ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS"
    UNSUPPORTED = "UNSUPPORTED"
    MANUAL_PORTING_AVAILABLE = "MANUAL_PORTING_AVAILABLE"
    INVALID_PHONE_NUMBER = "INVALID_PHONE_NUMBER"
    MISSING_REQUIRED_FIELDS = "MISSING_REQUIRED_FIELDS"
    ERROR_INTERNAL_SERVER_ERROR = "ERROR_INTERNAL_SERVER_ERROR"
    UNAUTHORIZED = "UNAUTHORIZED"


PASSING_FAILURE = 22135

# code: (reason, advice); 22137 has no reason that is documented.
_NOT_PORTABLE: dict[int, tuple[NotPortableReason | None, str]] = {
    20003: (
        NotPortableReason.UNAUTHORIZED,
        "No access to the target account: check the credentials and the target account SID.",
    ),
    22102: (
        NotPortableReason.INVALID_PHONE_NUMBER,
        "Not a valid phone number: correct it, then check again.",
    ),
    22130: (
        NotPortableReason.UNSUPPORTED,
        "Cannot be ported to Twilio: its country, rate centre or carrier is not served.",
    ),
    22131: (
        NotPortableReason.ALREADY_IN_THE_TARGET_ACCOUNT,
        "Nothing to do: the target account has it already.",
    ),
    22132: (
        NotPortableReason.ALREADY_IN_TWILIO_DIFFERENT_OWNER,
        "Another Twilio customer holds it: ask the owner to release or transfer it.",
    ),
    22133: (
        NotPortableReason.MANUAL_PORTING_AVAILABLE,
        "Cannot be ported through the API: port it in the Twilio Console or ask Twilio support.",
    ),
    22135: (
        NotPortableReason.ERROR_INTERNAL_SERVER_ERROR,
        "Twilio failed for the moment: check it again.",
    ),
    22136: (
        NotPortableReason.ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS,
        "It is in another of your Twilio accounts: transfer it between the accounts.",
    ),
    22137: (None, "A port of this number is under way already: wait until it has ended."),
    22171: (NotPortableReason.MISSING_REQUIRED_FIELDS, "Required fields are missing: complete the request."),
}
_BY_REASON = {fold(reason): advice for reason, advice in _NOT_PORTABLE.values() if reason is not None}
_UNKNOWN = "Cannot be ported to Twilio: see the reason and its code, or ask Twilio support."

_REJECTED: dict[int, str] = {
    22150: "The losing carrier gave no reason that can be acted on: contact Twilio support.",
    22151: "The losing carrier restricts this number: have it lifted there, then submit again.",
    22152: "The number is inactive or disconnected: have the losing carrier restore it first.",
    22153: "The end user's name differs from the losing carrier's records: correct the name.",
    22154: "The address differs from the losing carrier's records: correct the address.",
    22155: "The PIN is missing or wrong: get the right one from the losing carrier.",
    22156: "The account number is missing or wrong: get the right one from the losing carrier.",
    22157: "The subscription right does not match (Japan): correct the subscriber's details.",
    22158: "The losing carrier does not accept the port date: choose another one.",
    22159: "The losing carrier says that the number cannot be ported.",
}
_REJECTED_UNKNOWN = "The losing carrier rejected the port: see the rejection reason, or ask Twilio support."


def number_of(code: int | str | None) -> int | None:
    """The code as a number; None for text that is none."""
    if isinstance(code, str):
        return int(code) if code.isascii() and code.isdigit() else None
    return code


def advice_for(code: int | str | None, reason: str | None = None) -> str:
    """Advice about a number that is not portable: one sentence, by the code, else by the reason."""
    known = _NOT_PORTABLE.get(number_of(code) or 0)
    if known is not None:
        return known[1]
    return _BY_REASON.get(fold(reason or ""), _UNKNOWN)


def rejection_advice_for(code: int | str | None) -> str:
    """Advice about a number that the losing carrier rejected (22150-22159): one sentence."""
    return _REJECTED.get(number_of(code) or 0, _REJECTED_UNKNOWN)


def is_passing_failure(code: int | str | None, reason: str | None = None) -> bool:
    """True for 22135: Twilio failed just now, so that the same question may be answered later."""
    number = number_of(code)
    if number:
        return number == PASSING_FAILURE
    return fold(reason or "") == fold(NotPortableReason.ERROR_INTERNAL_SERVER_ERROR)
