"""``examples/numbers.csv``: what a customer would send, with no real number in it."""

from __future__ import annotations

import re

from twilio_numbers_async.errors import InvalidPhoneNumberError
from twilio_numbers_async.phone import to_e164

from ..command import EXAMPLE, read_csv

RESERVED = re.compile(r"\+1[2-9]\d{2}55501\d\d|\+447700900\d{3}|\+442079460\d{3}|\+612(?:5550|7010)\d{4}")
WAYS = [
    r"\(\d{3}\) 555-01\d\d",
    r"\d{3}-555-01\d\d",
    r"\+1 \d{3} 555 01\d\d",
    r"1\d{3}55501\d\d",
    r"\d{3}\.555\.01\d\d",
]


def test_the_example_is_what_it_says() -> None:
    rows = read_csv(EXAMPLE)
    given = [row["number"] for row in rows]
    assert len(rows) == 1000
    assert len({row["name"] for row in rows}) == 1000
    for way in WAYS:
        assert sum(re.fullmatch(way, number) is not None for number in given) > 100, way
    found: list[str] = []
    invalid = 0
    for number in given:
        try:
            found.append(to_e164(number, "US"))
        except InvalidPhoneNumberError:
            invalid += 1
    assert not [number for number in found if not RESERVED.fullmatch(number)]
    assert sum(not number.strip() for number in given) == 20
    assert invalid == 45
    assert len(found) - len(set(found)) >= 40
    assert sum(not number.startswith("+1") for number in found) == 40
    assert len({number[2:5] for number in found}) > 200, "many area codes"
