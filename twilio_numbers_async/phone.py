"""Numbers as people write them -> E.164. The only import of phonenumbers, and a lazy one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from .errors import InvalidArgumentError, InvalidPhoneNumberError
from .phone_text import (
    LETTERS,
    SEVERAL,
    TEXT_AFTER,
    digits_of,
    fault_of,
    from_first_digit,
    is_vanity,
    number_of,
)

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = [
    "checked_country",
    "countries_that_read",
    "country_of",
    "is_toll_free",
    "lacks_country",
    "to_e164",
]

# North American numbers have ten digits; elsewhere the length varies. A 0 in front may be a trunk prefix.
_e164 = re.compile(r"\+(?:1\d{10}|[2-9]\d{6,14})", re.ASCII).fullmatch
# Country codes and how many digits may follow them, so that what is E.164 already need not be looked up. What does not
# fit here is left to phonenumbers, which knows better.
_LENGTHS = """
7:10,14 20:8-10 27:5-10 30:10-12 31:5-11 32:8-9 33:9 34:9 36:8-9 39:6-12 40:6,9 41:9,12 43:5-13 44:7,9-10 45:8
46:6-10,12 47:5,8 48:6-10 49:5-13 51:8-9 52:10 53:6-8,10 54:10-11 55:8-11 56:9-11 57:8,10-11 58:10 60:8-10
61:5-10,12 62:7-13 63:6,8-13 64:5-10 65:8,10-11 66:8-10,13 81:8-13 82:5-6,8-13 84:7-10 86:7-12 90:7,10,12-13
91:8-13 92:8-12 93:9 94:9 95:6-10 98:5-7,10 211:9 212:9 213:8-9 216:8 218:9 220:7,9 221:9 222:8 223:8 224:8-9
225:10 226:8 227:8 228:8 229:10 230:7-8,10 231:7-9 232:8 233:8-9 234:10-12 235:8 236:8 237:8-9 238:7 239:7
240:9 241:7-8 242:9 243:7-10 244:9 245:7,9 246:7 247:5-6 248:7 249:9 250:8-9 251:9 252:6-9 253:8 254:7-10
255:9 256:9 257:8 258:8-9 260:9 261:9 262:9 263:7,9-10 264:8-9 265:7,9 266:8 267:7-8,10 268:8-9 269:7 290:4-5
291:7 297:7 298:6 299:6 350:8 351:9 352:4-11 353:7-10 354:7,9 355:6-9 356:8 357:8 358:5-12 359:6-9,12 370:8
371:8 372:7-8,10 373:8 374:8 375:6-11 376:6,8-9 377:8-9 378:8,10 380:9-10 381:6-12 382:8-9 383:8-12 385:7-9
386:5-8 387:8-9 389:8 420:9-12 421:6-7,9 423:7,9 500:5 501:7,11 502:8,11 503:7-8,11 504:8,11 505:8 506:8,10
507:7-8,10-11 508:6,9 509:8 590:9 591:8-9 592:7 593:8-11 594:9 595:6-11 596:9 597:6-7 598:4-12 599:7-8 670:7-8
672:6 673:7 674:7 675:7-8 676:5,7 677:5,7 678:5,7 679:7,11 680:7 681:6,9 682:5 683:4,7 685:5-7,10 686:5,8
687:6 688:5-7 689:6,8-9 690:4-7 691:7 692:7 800:8 808:8 850:8,10 852:5-9,11 853:7-8 855:8-10 856:8-10 870:9,12
878:12 880:6-10 881:9-10 882:7-12 883:8-12 886:7-11 888:11 960:7,10 961:7-8 962:8-9 963:8-9 964:8-10 965:7-8
966:9-10 967:7-9 968:7-9 970:8-10 971:5-12 972:7-12 973:8 974:7-9,11 975:7-8 976:8-10 977:8,10-11 979:9 992:9
993:8 994:9 995:9 996:9-10 998:9
"""
_tail = re.compile(r"[^\d\w]*\Z")
_harmless_tail = re.compile(r"[\s).\u200e\u200f\u202c]*").fullmatch
_ORDER = ("US", "CA", "GB", "AU", "DE", "FR")
_SLASHES = frozenset("/\uff0f")
_is_bare = re.compile(r"[\d ()\-]+", re.ASCII).fullmatch
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
    (ISO 3166-1 alpha-2, such as ``US``). What is E.164 already is returned as it is. Only what cannot be a
    number is refused (no such country code, a length that its country does not have), never what is merely unknown to
    the numbering plans at hand.

    Raises InvalidPhoneNumberError, whose message does not repeat the number, and InvalidArgumentError for a
    country that does not exist.
    """
    if not isinstance(number, str):
        raise InvalidPhoneNumberError(
            f"A phone number must be text, not {type(number).__name__}", argument="number"
        )
    if _e164(number) and (number[1] == "1" or _has_a_usual_length(number)):
        return number
    return _parse(number, country)


def _has_a_usual_length(number: str) -> bool:
    known = _usual_lengths()
    for end in (3, 4, 2):  # no country code is the beginning of another
        lengths = known.get(number[1:end])
        if lengths is not None:
            return len(number) - end in lengths and number[end] != "0"
    return False


@cache
def _usual_lengths() -> dict[str, frozenset[int]]:
    lengths: dict[str, frozenset[int]] = {}
    for entry in _LENGTHS.split():
        code, _, spans = entry.partition(":")
        ends = [span.split("-") for span in spans.split(",")]
        lengths[code] = frozenset(
            length for span in ends for length in range(int(span[0]), int(span[-1]) + 1)
        )
    return lengths


def _parse(text: str, country: str | None) -> str:
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
    return _within_e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _within_e164(number: str) -> str:
    if len(number) > _LONGEST:  # numbers within Japan may be longer, and cannot be called from elsewhere
        raise InvalidPhoneNumberError("The phone number is too long", argument="number")
    return number


def checked_country(country: str | None) -> str | None:
    """The country in capitals. Raises InvalidArgumentError for one that does not exist."""
    if country is None:
        return None
    if not isinstance(country, str) or not _is_region(country.upper()):
        raise InvalidArgumentError(
            f"country must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB'{_meant(country)}",
            argument="country",
        )
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
    """Letters stand for digits in North America alone ("1-800-..."), and elsewhere they are words."""
    if _has_no_letter(rest):
        return
    if parsed.country_code != _NANP:
        raise InvalidPhoneNumberError(TEXT_AFTER, argument="number")
    if not is_vanity(rest):
        raise InvalidPhoneNumberError(LETTERS, argument="number")


def _has_another(rest: str, region: str | None) -> bool:
    """Tell whether the text is a number and one more: ``089 12345 / 12346``, where ``089 / 12345`` is one.

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
    """phonenumbers drops what it cannot use; a number with something behind it may be two, or a wrong one."""
    import phonenumbers

    tail = _tail.search(rest)
    digits = phonenumbers.normalize_digits_only(phonenumbers.convert_alpha_characters_in_number(rest))
    national = phonenumbers.national_significant_number(parsed)
    if (tail and not _harmless_tail(tail.group())) or not digits.endswith(national[-4:]):
        raise InvalidPhoneNumberError("The phone number has something behind it", argument="number")


def lacks_country(number: str) -> bool:
    """True for text that may be a phone number, and does not say of which country."""
    if not number or number[0] == "+":
        return False
    if _is_bare(number):
        return len(digits_of(number)) > 2
    text = number_of(number)
    if fault_of(text) is not None or "phone-context=+" in text:
        return False
    rest = from_first_digit(text)
    return bool(rest) and rest[0] not in "+\uff0b" and len(digits_of(rest)) > 2


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
