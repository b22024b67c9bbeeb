"""Turns numbers as people write them into E.164. The only import of phonenumbers, and a lazy one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .errors import InvalidArgumentError, InvalidPhoneNumberError, invalid
from .phone_text import (
    LETTERS,
    NO_NUMBER,
    SEVERAL,
    TEXT_AFTER,
    digits_of,
    fault_of,
    from_first_digit,
    is_vanity,
    number_of,
)
from .phone_usual import is_north_american_e164, is_usual_country, is_usual_e164, usual_number

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = [
    "checked_country",
    "checked_e164",
    "countries_that_read",
    "country_of",
    "is_toll_free",
    "lacks_country",
    "load_countries",
    "read_closely",
    "says_no_number",
    "to_e164",
]

_tail = re.compile(r"[^\d\w]*\Z")
_harmless_tail = re.compile(r"[\s).\u200e\u200f\u202c]*").fullmatch
_ORDER = ("US", "CA", "GB", "AU", "DE", "FR")
_SLASHES = frozenset("/\uff0f")
_is_bare = re.compile(r"[\d ()\-]+", re.ASCII).fullmatch
_has_three_digits = re.compile(r"(?:[ ()\-]*\d){3}[\d ()\-]*", re.ASCII).fullmatch
_has_no_letter = re.compile(r"[\d\W_]*").fullmatch
_repeats = re.compile(r"(\d{2,})\d\d\D+\1\d\d\D*\Z").search
_NANP = 1
_LONGEST = len("+") + 15
_MEXICO = 52
_has_mexican_prefix = re.compile(r"(?:52|\A)0?(?:1|44|45)\d{10}\Z").search
# What people write for a country, and its ISO code.
_MEANT = {
    "UK": "GB", "GBR": "GB", "EN": "GB", "ENG": "GB", "USA": "US", "U.S.": "US", "EL": "GR", "GER": "DE", "DEU": "DE",
    "CAN": "CA", "AUS": "AU", "FRA": "FR", "MEX": "MX", "ESP": "ES", "ITA": "IT", "IRL": "IE", "JPN": "JP",
}  # fmt: skip
_NANP_TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})


def to_e164(number: str, country: str | None = None) -> str:
    """The number as E.164 (``+14155550100``).

    ``number`` is a phone number as people write it; without a leading ``+`` it is read as one of ``country``
    (ISO 3166-1 alpha-2, such as ``US``). What is E.164 already is returned as it is, as a plain ``str``. Only what
    cannot be a number is refused (no such country code, a length that its country does not have), never what is merely
    unknown to the numbering plans at hand.

    Raises InvalidPhoneNumberError, whose message does not repeat the number, and InvalidArgumentError for a
    country that does not exist.
    """
    if not isinstance(number, str):
        raise InvalidPhoneNumberError(
            f"A phone number must be text, not {type(number).__name__}", argument="number"
        )
    if number[:1] == "+" and (is_north_american_e164(number) or is_usual_e164(number)):
        return number if type(number) is str else str(number)
    return usual_number(number, country) or read_closely(number, country)


def checked_e164(number: str, argument: str) -> str:
    """The number, with its country code, as E.164. Raises InvalidArgumentError that names ``argument``."""
    try:
        return to_e164(number)
    except InvalidArgumentError as error:
        error.args = (f"{argument}: {error.args[0]}",)
        error.argument = argument
        raise


def read_closely(text: str, country: str | None) -> str:
    """The number as E.164, by way of phonenumbers; as ``to_e164``, which needs this for few numbers."""
    text = number_of(text)
    fault = fault_of(text)
    if fault is not None:
        raise InvalidPhoneNumberError(fault, argument="number")
    import phonenumbers

    region = checked_country(country)
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        said = SEVERAL if _are_two(text, region) else _why_unparsable(error, text, region)
        raise InvalidPhoneNumberError(said, argument="number") from None
    if parsed.extension:
        raise InvalidPhoneNumberError(
            "The phone number has an extension: give the number without it", argument="number"
        )
    rest = from_first_digit(text)
    if text[:4].casefold() == "tel:":
        rest = rest.partition(";")[0]
    _refuse_letters(rest, parsed)
    if _has_another(rest, region):
        raise InvalidPhoneNumberError(SEVERAL, argument="number")
    _refuse_impossible(parsed, rest, region)
    _refuse_leftovers(rest, parsed)
    number = _within_e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    _refuse_another_prefix(number)
    return number


def _refuse_another_prefix(number: str) -> None:
    """Refuse a number that would lose digits, and be another one, when it is read again."""
    import phonenumbers

    again = None
    with suppress(phonenumbers.NumberParseException):
        again = phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.E164)
    if again != number:
        raise InvalidPhoneNumberError(
            "The phone number has a 0, or another prefix, too many: write it without", argument="number"
        )


def _within_e164(number: str) -> str:
    if len(number) > _LONGEST:  # numbers within Japan may be longer, and cannot be called from elsewhere
        raise InvalidPhoneNumberError("The phone number is too long", argument="number")
    return number


def checked_country(country: str | None) -> str | None:
    """The country in capitals. Raises InvalidArgumentError for one that does not exist."""
    if country is None:
        return None
    if not (isinstance(country, str) and (is_usual_country(country) or _is_region(country.upper()))):
        raise invalid("country", f"must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB'{_meant(country)}")
    return country.upper()


def _meant(country: object) -> str:
    import phonenumbers

    text = country.strip().upper() if isinstance(country, str) else ""
    meant = _MEANT.get(text)
    code = text.removeprefix("+")
    if code.isdecimal() and code[0] != "0" and len(code) <= 3:
        meant = phonenumbers.region_code_for_country_code(int(code))
    return f": write {meant}" if meant and meant.isalpha() and meant != "ZZ" else ""


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


def _refuse_impossible(parsed: PhoneNumber, rest: str, region: str | None) -> None:
    import phonenumbers

    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE:
        return
    words = {
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code",
        phonenumbers.ValidationResult.TOO_SHORT: "is too short for its country",
        phonenumbers.ValidationResult.TOO_LONG: "is too long for its country",
    }
    said = f"The phone number {words.get(reason, 'has a length that its country does not have')}"
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        if parsed.country_code == _MEXICO and _has_mexican_prefix(digits_of(rest)):
            said = "Mexico has given up the 1, 01, 044 and 045 before its numbers: write +52 and the last ten digits"
        elif _are_two(rest, region):
            said = SEVERAL
    raise InvalidPhoneNumberError(said, argument="number")


def _refuse_letters(rest: str, parsed: PhoneNumber) -> None:
    """Refuse letters outside North America: only there do they stand for digits ("1-800-...")."""
    if _has_no_letter(rest):
        return
    if parsed.country_code != _NANP:
        raise InvalidPhoneNumberError(TEXT_AFTER, argument="number")
    if not is_vanity(rest):
        raise InvalidPhoneNumberError(LETTERS, argument="number")


def _has_another(rest: str, region: str | None) -> bool:
    """True if the text is a number and one more: ``089 12345 / 12346``, where ``089 / 12345`` is one.

    Behind another mark than a slash it takes a likeness: ``12345 - 12346``.
    """
    if _SLASHES.isdisjoint(rest) and not _repeats(rest):
        return False
    import phonenumbers

    return any(
        _is_number(before, region, phonenumbers.is_valid_number)
        for before, mark, after in _cuts(rest)
        if len(digits_of(before)) >= 5
        and len(digits_of(after)) >= 2
        and (not _SLASHES.isdisjoint(mark) or _are_alike(before, mark, after))
    )


def _are_two(text: str, region: str | None) -> bool:
    """True for what is too long for one number, and becomes two that are not where it is cut once."""
    import phonenumbers

    return any(
        all(_is_number(part, region, phonenumbers.is_possible_number) for part in (before, after))
        for before, _, after in _cuts(from_first_digit(text))
    )


def _cuts(text: str) -> Iterator[tuple[str, str, str]]:
    for mark in re.finditer(r"[^\w+\uff0b]+", text):
        yield text[: mark.start()], mark.group(), text[mark.end() :]


def _are_alike(before: str, mark: str, after: str) -> bool:
    """True for groups of one length that differ in their last two digits at most."""
    one, other = re.split(r"\D+", before)[-1], digits_of(after)
    least = 5 if mark.isspace() or mark.strip() == mark else 4  # 3333 3344 is one number in many places
    return len(one) == len(other) >= least and one[:-2] == other[:-2]


def _is_number(text: str, region: str | None, check: Callable[[PhoneNumber], bool]) -> bool:
    import phonenumbers

    try:
        return check(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _refuse_leftovers(rest: str, parsed: PhoneNumber) -> None:
    """Refuse a number with something behind it, which phonenumbers would drop: it may be two, or a wrong one."""
    import phonenumbers

    tail = _tail.search(rest)
    if _is_bare(rest):
        digits = digits_of(rest)
    else:
        digits = phonenumbers.normalize_digits_only(phonenumbers.convert_alpha_characters_in_number(rest))
    national = phonenumbers.national_significant_number(parsed)
    if (tail and not _harmless_tail(tail.group())) or not digits.endswith(national[-4:]):
        raise InvalidPhoneNumberError("The phone number has something behind it", argument="number")


def lacks_country(number: str) -> bool:
    """True for text that may be a phone number, and does not say of which country."""
    if not number or number[0] == "+":
        return False
    if _has_three_digits(number):
        return True
    if _is_bare(number):
        return False
    text = number_of(number)
    if fault_of(text) is not None or "phone-context=+" in text:
        return False
    rest = from_first_digit(text)
    return bool(rest) and rest[0] not in "+\uff0b" and len(digits_of(rest)) > 2


def says_no_number(text: str) -> bool:
    """True for text that does not try to be a phone number, such as ``n/a`` and blanks."""
    return (fault_of(number_of(text)) or "").startswith(NO_NUMBER)


def countries_that_read(numbers: Sequence[str]) -> list[tuple[str, int]]:
    """The countries (ISO 3166-1 alpha-2) of which numbers without a country code may be: how many are valid there.

    The country that reads the most comes first; of equals US, CA, GB, AU, DE and FR, then by their code.
    """
    import phonenumbers

    texts = [number_of(number) for number in numbers]
    counts: dict[str, int] = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS, key=_as_usual):
        twin = "US" if phonenumbers.country_code_for_region(region) == _NANP else region  # they dial the same
        count = counts.get(twin)
        if count is None:
            count = sum(_is_number(text, region, phonenumbers.is_valid_number) for text in texts)
        counts[region] = count
    found = [(region, count) for region, count in counts.items() if count]
    return sorted(found, key=lambda one: (-one[1], _as_usual(one[0])))


def _as_usual(region: str) -> tuple[int, str]:
    return _ORDER.index(region) if region in _ORDER else len(_ORDER), region


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


def load_countries() -> None:
    """Import what phonenumbers knows of each country, which it otherwise does when a country's first number comes."""
    import phonenumbers

    phonenumbers.PhoneMetadata.load_all()
