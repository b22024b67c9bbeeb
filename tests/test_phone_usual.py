"""Numbers that are recognized at sight are those that phonenumbers would take."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from typing import Any, cast

import phonenumbers
import pytest
from packaging.version import Version

from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.phone import to_e164
from twilio_numbers_async.phone_usual import usual_lengths, usual_number

from .fuzz.usual_numbers import COUNTRIES, compare, usual, wild

NORTH_AMERICA = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])
TRUNKS = {
    **dict.fromkeys(COUNTRIES, "0"),
    **dict.fromkeys(["ES", "DK", "PL", "PT"], ""),
    **dict.fromkeys(NORTH_AMERICA, "1"),
}
# The release that the table of lengths was made with: older ones differ a little.
TABLE_OF = Version("9.0.43")


def plan_of(code: int) -> Any:
    region = phonenumbers.region_code_for_country_code(code)
    if region.isalpha():
        return phonenumbers.PhoneMetadata.metadata_for_region(region)
    return phonenumbers.PhoneMetadata.metadata_for_nongeo_region(code)


def lengths_of(code: int) -> set[int]:
    return {
        length for length in plan_of(code).general_desc.possible_length if 7 <= len(str(code)) + length <= 15
    }


def test_the_lengths_are_those_of_phonenumbers() -> None:
    codes = [code for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE if code != 1]
    here = {(code, length) for code in codes for length in usual_lengths(str(code))}
    there = {(code, length) for code in codes for length in lengths_of(code)}
    if Version(phonenumbers.__version__) < TABLE_OF:
        assert len(here ^ there) <= len(there) / 50
    else:
        assert here == there
    assert not [code for code in range(1000) if code not in codes and usual_lengths(str(code))]


@pytest.mark.parametrize("country", [*COUNTRIES, *NORTH_AMERICA])
def test_a_rule_is_what_phonenumbers_knows_of_the_country(country: str) -> None:
    trunk = TRUNKS[country]
    plan: Any = phonenumbers.PhoneMetadata.metadata_for_region(country)
    main = plan_of(plan.country_code)
    lengths = {*main.general_desc.possible_length}
    assert lengths.isdisjoint(main.general_desc.possible_length_local_only)
    known = {10} if plan.country_code == 1 else usual_lengths(str(plan.country_code))
    assert known == {length for length in lengths if 7 <= len(str(plan.country_code)) + length <= 15}
    # In front of a national number stands the trunk prefix, or what no rule takes.
    expected = {"GB": "0|180020", "AU": "(183[12])|0"}.get(country, trunk or None)
    local = re.fullmatch(r"\(\[?[2-9-]+\]?\\d\{6\}\)\$\|1", plan.national_prefix_for_parsing or "")
    assert plan.national_prefix_for_parsing == expected or (trunk == "1" and local)
    abroad = {"1": "011", "AU": "001[14-689]|14(?:1[14]|34|4[17]|[56]6|7[47]|88)0011"}
    assert plan.international_prefix == abroad.get(country, abroad.get(trunk, "00"))
    # No national number begins with a trunk prefix or a zero: phonenumbers would keep them.
    numbers = random.Random(country)
    for length in lengths | {length + 1 for length in lengths}:
        for first in {"0", trunk or "0"}:
            for _ in range(50):
                text = first + "".join(numbers.choices("0123456789", k=length - 1))
                assert not re.fullmatch(main.general_desc.national_number_pattern, text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_are_read_as_after_a_close_look(country: str) -> None:
    numbers = random.Random(country)
    written, others = compare(usual(country, 2_000, numbers), country), compare(wild(5_000, numbers), country)
    assert written.differences == others.differences == []
    assert written.at_sight > 400
    assert others.at_sight > 50


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_phonenumbers_writes_is_recognized(country: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(country, kind)
        assert number is not None
        full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        for text in (national, national.replace(" ", "\u00a0"), national.replace("-", "\u2011")):
            assert usual_number(text, country) == usual_number(text, country.lower()) == full
        assert usual_number(written, None) == usual_number(written, "US") == full


@pytest.mark.parametrize(
    "text",
    [
        "4155550100", "14155550100", "(415) 555-0100", "(415)555-0100", "415-555-0100", "415.555.0100", "415 555 0100",
        "1 (415) 555-0100", "1-415-555-0100", "1.415.555.0100", "+1 (415) 555-0100", "+1415 555-0100",
        "+1 415 555 0100", "415  555 - 0100", "(415)\u00a0555\u20110100",
    ],
)  # fmt: skip
def test_numbers_of_north_america(text: str) -> None:
    assert {usual_number(text, country) for country in NORTH_AMERICA} == {"+14155550100"}


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("01.23.45.67.89", "FR", "+33123456789"), ("+33 (0)1 23 45 67 89", None, "+33123456789"),
        ("089/12345678", "DE", "+498912345678"), ("089 / 123 45 67", "DE", "+49891234567"),
        ("(06221) 123456", "DE", "+496221123456"), ("06221 - 1234567", "DE", "+4962211234567"),
        ("01234 567 890", "GB", "+441234567890"), ("1800 123 456", "AU", "+611800123456"),
        ("301234567", "DE", "+49301234567"), ("+353 (0)1 555 0100", "US", "+35315550100"),
    ],
)  # fmt: skip
def test_numbers_in_other_groups(text: str, country: str | None, number: str) -> None:
    assert usual_number(text, country) == number


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("180020", "GB"), ("180020 123456", "GB"), ("+44 180020 1234", None),  # text relay
        ("183", "AU"), ("1831 234 567", "AU"), ("+61 1832 12345", None), ("1411 0011 1234", "AU"),
        ("+375 8 017 123 45 67", None), ("+86 0 10 1234 5678", None), ("+39 06 1234567", None),
        ("0049 30 123456", "DE"), ("49 30 123456", "DE"), ("030", "DE"), ("0", "DE"), ("+49", None), ("+49 0", None),
        ("0 612 34 56 78", "ES"), ("00 123 456 78", "DE"), ("01234567", "US"), ("1 115 555 0100", "US"),
        ("030 12345 12346", "DE"), ("(1234) 1235", "DE"), ("1234 - 1235", "DE"), ("228994 \u2013 228922", "DE"),
        ("030 12345/12346", "DE"), ("030/12345 123 46", "DE"), ("030 12345.6", "DE"), ("03012345678.10", "DE"),
        ("+493012345678.123", None), ("4155550100x", "US"), ("415 555 0100 / 0101", "US"), ("+1 415 555 0100", "XX"),
        ("415 555 0100", "Us"), ("415 555 0100", None), ("415 555 0100", "1"), ("", "US"), ("\u0664155550100", "US"),
        ("415    555 0100", "US"), ("415 555 0100\n", "US"), ("0612345678", "IT"),
    ],
)  # fmt: skip
def test_what_takes_a_closer_look_is_left(text: str, country: str | None) -> None:
    assert usual_number(text, country) is None


@pytest.mark.parametrize("country", [1, b"US", ["US"], {}, "UK", "44"])
def test_a_country_that_is_none_is_refused(country: object) -> None:
    for text in ("415 555 0100", "+1 415 555 0100", "+44 20 7946 0958"):
        with pytest.raises(InvalidArgumentError, match="ISO 3166-1"):
            to_e164(text, cast(Any, country))


@pytest.mark.parametrize(
    ("text", "in_germany"),
    [
        ("4155550100", "+494155550100"),
        ("(415) 555-0100", "+494155550100"),
        ("1 415 555 0100", "+4914155550100"),
    ],
)
def test_what_is_plain_in_north_america_is_not_elsewhere(text: str, in_germany: str) -> None:
    with pytest.raises(InvalidPhoneNumberError, match="no country code"):
        to_e164(text)
    with pytest.raises(InvalidArgumentError, match="write GB"):
        to_e164(text, "UK")
    assert to_e164(text, "DE") == in_germany


def test_usual_numbers_need_no_phonenumbers() -> None:
    code = (
        "import sys; from twilio_numbers_async.phone import checked_country, to_e164; to_e164('+14155550100', 'US');"
        "to_e164('+447700900123', 'US'); to_e164('+35315550100'); to_e164('+819012345678');"
        "to_e164('(415) 555-0100', 'US'); to_e164('07700 900123', 'GB'); to_e164('+49 30 123456');"
        "checked_country('us'); checked_country('GB');"
        "assert 'phonenumbers' not in sys.modules; to_e164('06 1234 5678', 'IT');"
        "assert 'phonenumbers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
