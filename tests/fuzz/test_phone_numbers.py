"""Phone numbers as people write them, and as nobody would."""

from __future__ import annotations

from functools import cache

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.errors import InvalidPhoneNumberError
from twilio_numbers_async.phone import to_e164

from .properties import phone_number
from .strategies import quick

COUNTRIES = ("US", "GB", "DE", "FR", "IT", "AR", "MX", "BR", "JP", "AU", "CI", "SM")
_FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
)
_alphabet = "0123456789++++ ()-./,;:extEXTtel=#*\u00a0\u2010\uff0b\uff11\u0661\u06f1\u200e\u202c\n\tabzAB"


@cache
def examples() -> list[tuple[str, str]]:
    """(E.164, country): the numbers that phonenumbers gives as examples."""
    found: list[tuple[str, str]] = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                found.append(
                    (phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), region)
                )
    return found


@given(st.text(_alphabet, max_size=30) | st.text(max_size=20), st.none() | st.sampled_from(COUNTRIES))
@settings(quick, max_examples=400)
def test_a_text_is_a_number_or_refused(text: str, country: str | None) -> None:
    phone_number(text, country)


@given(
    st.integers(0, 10_000),
    st.sampled_from(_FORMATS),
    st.sampled_from(["", " ", "\u200e", "\u00a0", "\n"]),
    st.sampled_from(["", " ", ".", ")", "\u202c"]),
)
@settings(quick, max_examples=300)
def test_a_number_is_itself_however_it_is_written(position: int, form: int, before: str, behind: str) -> None:
    number, country = examples()[position % len(examples())]
    parsed = phonenumbers.parse(number)
    written = before + phonenumbers.format_number(parsed, form) + behind
    assert to_e164(written, country) == number


@given(st.integers(0, 10_000), st.integers(0, 20), st.text(_alphabet, min_size=1, max_size=3))
@settings(quick, max_examples=300)
def test_a_number_with_something_in_it_is_a_number_or_refused(position: int, at: int, more: str) -> None:
    number, country = examples()[position % len(examples())]
    text = number[:at] + more + number[at:]
    phone_number(text, None)
    phone_number(text, country)


@given(
    st.one_of(st.none(), st.integers(), st.floats(), st.binary(max_size=9), st.lists(st.text(), max_size=1))
)
@quick
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidPhoneNumberError):
        to_e164(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
