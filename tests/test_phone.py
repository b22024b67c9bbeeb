from __future__ import annotations

import re
from typing import Any, cast

import phonenumbers
import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import InvalidArgumentError, InvalidPhoneNumberError
from twilio_numbers_async.phone import checked_country, country_of, is_toll_free, to_e164

US = "+14155550100"
UNFIT = "several numbers in one cell|text after the number"
GB = "+447700900123"


@pytest.mark.parametrize("number", [US, "+18001234567", GB, "+493012345678", "+81312345678", "+15550000000"])
@pytest.mark.parametrize("country", [None, "US", "DE"])
def test_e164_is_returned_as_it_is(number: str, country: str | None) -> None:
    assert to_e164(number, country) is number


def test_e164_is_plain_text_whatever_kind_of_text_it_was() -> None:
    class Cell(str):
        __slots__ = ()

    assert type(to_e164(Cell("+14155550100"))) is str


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(415) 555-0100", "US", US),
        ("415-555-0100", "US", US),
        ("415.555.0100", "US", US),
        ("415 555 0100", "us", US),
        ("4155550100", "US", US),
        ("1 415 555 0100", "US", US),
        ("1-415-555-0100", "US", US),
        ("+1 415 555 0100", None, US),
        ("+1 (415) 555-0100", "GB", US),
        ("  +14155550100\n", None, US),
        ("\u202a+1 415 555 0100\u202c", None, US),
        ("\uff0b\uff11 415 555 0100", None, US),
        ("\uff14\uff11\uff15 555 0100", "US", US),
        ("+1\u00a0415\u00a0555\u00a00100", None, US),
        ("+1\u2011415\u2011555\u20110100", None, US),
        ("tel:+1-415-555-0100", None, US),
        ("TEL:+14155550100", None, US),
        ("tel:415-555-0100;phone-context=+1", None, US),
        ("011 44 7700 900123", "US", GB),
        ("00 1 415 555 0100", "GB", US),
        ("07700 900123", "GB", GB),
        ("+44 (0)7700 900123", None, GB),
        ("+4407700900123", None, GB),
        ("+490301234567", None, "+49301234567"),
        ("+447700900123", None, GB),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+1 800 FLOWERS", None, "+18003569377"),
        ("\u0664\u0661\u0665 555 0100", "US", US),
        ("(415) 555-0100.", "US", US),
        ("+1 415 555 0100)", None, US),
        ("03-1234-5678", "JP", "+81312345678"),
        ("030 1234567", "DE", "+49301234567"),
        ("+39 06 1234 5678", None, "+390612345678"),
        ("+390612345678", None, "+390612345678"),
    ],
)
def test_numbers_as_people_write_them(text: str, country: str | None, number: str) -> None:
    assert to_e164(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "words"),
    [
        ("", None, "There is no number"),
        ("   ", "US", "There is no number"),
        ("\n", None, "There is no number"),
        ("4155550100", None, "no country code"),
        ("(415) 555-0100", None, "no country code"),
        ("555-0100", "US", "no area code"),
        ("+1 555 0100", None, "no area code"),
        ("+1555010", None, "too short"),
        ("011", "US", "too short"),
        ("+44 7700 900123 ab", None, "text after the number"),
        ("+1 415 555 010", None, "too short"),
        ("+1 415 555 01000", None, "too long"),
        ("+141555501001", None, "too long"),
        ("+44 7700 9001234567", None, "too long"),
        ("0037 1234 5678 9012 3", "JP", "too long"),
        ("+1", None, "not a phone number|too short"),
        ("+", None, "not a phone number"),
        ("1", "US", "not a phone number|too short"),
        ("+999 123 4567", None, "does not exist"),
        ("+9991234567", None, "does not exist"),
        ("+210123456789", None, "does not exist"),
        ("+44770090", None, "no area code"),
        ("+33199", None, "too short"),
        ("+3319900", None, "too short for its country"),
        ("+4477009001234", None, "too long for its country"),
        ("+4712345678901", None, "too long for its country"),
        ("+471234567", None, "length that its country does not have"),
        ("+0 415 555 0100", None, "does not exist"),
        ("hello", "US", "not a phone number"),
        ("n/a", "US", "no number: the text says so"),
        ("-", "US", "not a phone number"),
        ("\ud800", "US", "not a phone number"),
        ("4155550100 x5", "US", "extension"),
        ("415-555-0100 ext. 12", "US", "extension"),
        ("+1 415 555 0100;ext=12", None, "extension"),
        ("tel:+1-415-555-0100;ext=12", None, "extension"),
        ("+1 415 555 0100 #12", None, "extension"),
        ("415-555-0100, 415-555-0101", "US", UNFIT),
        ("415-555-0100 / 415-555-0101", "US", UNFIT),
        ("4155550100/4155550101", "US", UNFIT),
        ("415-555-0100 or 0101", "US", UNFIT),
        ("+14155550100 +14155550101", None, UNFIT),
        ("+14155550100;+14155550101", None, UNFIT),
        ("+1 415 555 0100 (home)", None, UNFIT),
        ("+1 415 555 0100 ab", None, "text after the number"),
        ("+44 7700 900123 home", None, UNFIT),
        ("+44 7700 900123 (mobile)", None, UNFIT),
        ("+1 415 555 0100 ?", None, "behind"),
        ("+1 415 555 0100 *", None, "behind"),
        ("+1 415 555 0100 \u260e", None, "behind"),
        ("+1 617/../x", None, "letters"),
        ("+14155550100/../x", None, "text after the number"),
        ("+14155550100?a=b", None, UNFIT),
        ("+14155550100%2F..", None, UNFIT),
        ("+14155550100\x00", None, "behind"),
        ("+14155550100\r\nHost: x", None, UNFIT),
    ],
)
def test_what_cannot_be_a_number_is_refused(text: str, country: str | None, words: str) -> None:
    with pytest.raises(InvalidPhoneNumberError, match=words) as caught:
        to_e164(text, country)
    error = caught.value
    assert error.argument == "number"
    assert not any(len(part) > 3 and part in str(error) + repr(error) for part in text.split())
    assert error.__cause__ is None


@pytest.mark.parametrize("number", [None, 14155550100, 1.5, b"+14155550100", ["+14155550100"]])
def test_what_is_no_text_is_refused(number: object) -> None:
    with pytest.raises(InvalidPhoneNumberError, match="must be text") as caught:
        to_e164(cast(Any, number))
    assert "4155550100" not in str(caught.value)


@given(st.text(max_size=40), st.sampled_from([None, "US", "GB", "JP", "DE"]))
def test_any_text_is_a_number_or_refused_politely(text: str, country: str | None) -> None:
    try:
        number = to_e164(text, country)
    except InvalidPhoneNumberError:
        return
    assert to_e164(number) == number
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()


@given(
    st.text("0123456789", min_size=1, max_size=14),
    st.lists(st.sampled_from([" ", "-", ".", "(", ")", "/", "\u00a0", "x", "+", ",", ";"]), max_size=14),
)
def test_no_digit_is_lost_or_made_up(digits: str, between: list[str]) -> None:
    text = "+1" + "".join(
        digit + (between[place] if place < len(between) else "") for place, digit in enumerate(digits)
    )
    try:
        number = to_e164(text)
    except InvalidPhoneNumberError:
        return
    written = "".join(filter(str.isdigit, text))
    decimal = re.search(r"[.,](0{1,2})\D*$", text)
    # What a spreadsheet has made a decimal number has zeros behind the point, and they alone are left out.
    for digits in {written, written[: -len(decimal[1])] if decimal else written}:
        if number[1:] in {digits, "1" + digits.removeprefix("11")}:  # a second 1 is the trunk prefix
            return
    pytest.fail(f"{text!r} became {number}")


@given(st.integers(200, 999), st.integers(2_000_000, 9_999_999))
def test_a_number_is_the_same_however_it_is_written(area: int, local: int) -> None:
    number = f"+1{area}{local}"
    first, last = str(local)[:3], str(local)[3:]
    for text in (
        f"({area}) {first}-{last}", f"{area}-{first}-{last}", f"{area}.{first}.{last}", f"1{area}{first}{last}",
        f"+1 {area} {first} {last}", f"tel:+1-{area}-{first}-{last}",
    ):  # fmt: skip
        assert to_e164(text, "US") == number


@pytest.mark.parametrize("country", ["US", "us", "Us"])
def test_a_country_is_given_back_in_capitals(country: str) -> None:
    assert checked_country(country) == "US"


def test_no_country_is_none() -> None:
    assert checked_country(None) is None


def test_every_country_that_phonenumbers_knows_is_one() -> None:
    assert all(checked_country(region) == region for region in phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    "country", ["", "XX", "USA", "United States", "+1", "001", "ZZ", 1, b"US", ["US"], {}]
)
def test_a_country_that_does_not_exist_is_refused(country: object) -> None:
    with pytest.raises(InvalidArgumentError, match="ISO 3166-1") as caught:
        to_e164("415 555 0100", cast(Any, country))
    assert caught.value.argument == "country"
    assert not isinstance(caught.value, InvalidPhoneNumberError)


@pytest.mark.parametrize(
    ("number", "country"),
    [(US, "US"), (GB, "GB"), ("+80012345678", None), ("+9995550100", None), ("+2105550100", None)],
)
def test_a_number_is_of_a_country_or_of_none(number: str, country: str | None) -> None:
    assert country_of(number) == country
    assert is_toll_free(number) is number.startswith("+800")
