"""Numbers as people write them -> E.164. The only import of phonenumbers, and a lazy one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .errors import InvalidArgumentError, InvalidPhoneNumberError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = ["checked_country", "country_of", "is_toll_free", "to_e164"]

# North American numbers have ten digits; elsewhere the length varies.
_e164 = re.compile(r"\+(?:1\d{10}|[2-9]\d{6,14})", re.ASCII).fullmatch
_tail = re.compile(r"[^\d\w]*\Z")
_harmless_tail = re.compile(r"[\s).\u200e\u200f\u202c]*").fullmatch
_NANP = 1
_NANP_TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})


def to_e164(number: str, country: str | None = None) -> str:
    """The number as E.164 (``+14155550100``).

    ``number`` is a phone number as people write it; without a leading ``+`` it is read as one of ``country``
    (ISO 3166-1 alpha-2, such as ``US``). What is E.164 already is returned as it is. Only what cannot be a
    number is refused, never what is merely unknown to the numbering plans at hand.

    Raises InvalidPhoneNumberError, whose message does not repeat the number, and InvalidArgumentError for a
    country that does not exist.
    """
    if not isinstance(number, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidPhoneNumberError(
            f"A phone number must be text, not {type(number).__name__}", argument="number"
        )
    if _e164(number):
        return number
    return _parse(number.strip(), country)


def _parse(text: str, country: str | None) -> str:
    if not text:
        raise InvalidPhoneNumberError("The phone number is empty", argument="number")
    import phonenumbers

    region = checked_country(country)
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhoneNumberError(_why_unparsable(error, text, region), argument="number") from None
    if parsed.extension:
        raise InvalidPhoneNumberError(
            "The phone number has an extension: give the number without it", argument="number"
        )
    _refuse_impossible(parsed)
    _refuse_leftovers(text, parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def checked_country(country: str | None) -> str | None:
    """The country in capitals. Raises InvalidArgumentError for one that does not exist."""
    if country is None:
        return None
    if not isinstance(country, str) or not _is_region(country.upper()):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(
            "country must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB'", argument="country"
        )
    return country.upper()


@lru_cache(maxsize=1000)
def _is_region(region: str) -> bool:
    import phonenumbers

    return phonenumbers.country_code_for_region(region) != 0


def _why_unparsable(error: Any, text: str, region: str | None) -> str:
    if error.error_type == error.INVALID_COUNTRY_CODE:
        if region is None and not text.startswith(("+", "\uff0b")):
            return "The phone number has no country code: write it as +1..., or say which country it is of"
        return "The phone number has a country code that does not exist"
    if error.error_type in {error.TOO_SHORT_AFTER_IDD, error.TOO_SHORT_NSN}:
        return "The phone number is too short"
    if error.error_type == error.TOO_LONG:
        return "The phone number is too long"
    return "This is not a phone number"


def _refuse_impossible(parsed: PhoneNumber) -> None:
    import phonenumbers

    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE:
        return
    words = {
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code",
        phonenumbers.ValidationResult.TOO_SHORT: "is too short for its country",
        phonenumbers.ValidationResult.TOO_LONG: "is too long for its country",
    }
    raise InvalidPhoneNumberError(
        f"The phone number {words.get(reason, 'has a length that its country does not have')}",
        argument="number",
    )


def _refuse_leftovers(text: str, parsed: PhoneNumber) -> None:
    """phonenumbers drops what it cannot use; a number with something behind it may be two, or a wrong one."""
    import phonenumbers

    start = re.search(r"[+\uff0b\d]", text)
    rest = text[start.start() if start else 0 :]
    if text.lower().startswith("tel:"):
        rest = rest.partition(";")[0]
    if parsed.country_code != _NANP and any(character.isalpha() for character in rest):
        # Letters stand for digits in North America alone ("1-800-..."); elsewhere they are words.
        raise InvalidPhoneNumberError("The phone number has letters behind it", argument="number")
    tail = _tail.search(rest)
    digits = phonenumbers.normalize_digits_only(phonenumbers.convert_alpha_characters_in_number(rest))
    national = phonenumbers.national_significant_number(parsed)
    if (tail and not _harmless_tail(tail.group())) or not digits.endswith(national[-4:]):
        raise InvalidPhoneNumberError("The phone number has something behind it", argument="number")


def country_of(number: str) -> str | None:
    """The country of an E.164 number (ISO 3166-1 alpha-2), None where it has none.

    Where its area code is not known it is the main country of its country code.
    """
    import phonenumbers

    parsed = _known_code(number)
    if parsed is None:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return region if region.isalpha() else None


def is_toll_free(number: str) -> bool:
    """True if an E.164 number is free for its callers, whether it is assigned or not."""
    if number.startswith("+1"):
        return number[2:5] in _NANP_TOLL_FREE
    import phonenumbers

    parsed = _known_code(number)
    return parsed is not None and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE


def _known_code(number: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None  # a country code that is not given out
