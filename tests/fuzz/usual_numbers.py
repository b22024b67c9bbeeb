"""Numbers that are recognized at sight, beside what becomes of them when each is looked at closely.

    python -m tests.fuzz.usual_numbers [USUAL [WILD [COUNTRY...]]]

makes ``USUAL`` numbers as people of a country write them and ``WILD`` other texts (2,000,000 and 1,000,000 by default)
for every country that has a rule (or those named), and compares each that is recognized with the way through
phonenumbers. It prints how many there were, and every difference; it exits 1 if there is one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence

import msgspec
import phonenumbers

from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.phone import read_closely
from twilio_numbers_async.phone_usual import usual_number

__all__ = ["COUNTRIES", "Compared", "compare", "usual", "wild"]

COUNTRIES = ("US", "GB", "FR", "DE", "AU", "NL", "BE", "CH", "AT", "SE", "IE", "ZA", "ES", "DK", "PL", "PT")
_MARKS = (" ", " ", " ", " ", "-", "-", ".", "/", " / ", " - ", ") ", ")", "  ", "\u00a0", "\u2011", "\u2013")
_STARTS = ("", "", "", "", "0", "(0)", "(0", "1", "+", "00", "(")
_CODES = (
    1,
    44,
    33,
    49,
    61,
    31,
    32,
    41,
    43,
    46,
    353,
    27,
    34,
    45,
    48,
    351,
    7,
    39,
    52,
    54,
    55,
    86,
    375,
    36,
    370,
)
_ALPHABET = "0123456789" * 4 + " ().-/" * 3 + "+++\u00a0\u2011\u2013\u2212\u202f,;:x#*\n\u0661\uff11aO"
_HEADS = (
    "+",
    "+49",
    "+44 (0)",
    "180020",
    "0180020",
    "183",
    "0183",
    "1411",
    "+375 8",
    "+86 0",
    "(0",
    "00",
    "011",
    "0",
)


class Compared(msgspec.Struct):
    """The counts of texts, of those recognized at sight, and the texts that are read differently."""

    texts: int = 0
    at_sight: int = 0
    differences: list[tuple[str, str | None]] = []


def compare(texts: Iterator[str], country: str | None) -> Compared:
    """Compare each text that is recognized at sight with the close look; the others are looked at closely anyway."""
    found = Compared()
    for text in texts:
        found.texts += 1
        number = usual_number(text, country)
        if number is None:
            continue
        found.at_sight += 1
        try:
            looked_at = read_closely(text, country)
        except InvalidArgumentError as error:
            looked_at = str(error)
        if looked_at != number:
            found.differences.append((text, country))
    return found


def usual(country: str, count: int, rng: random.Random) -> Iterator[str]:
    """National numbers with and without what stands in front, in groups with marks, and a few with a country code."""
    examples = [
        phonenumbers.national_significant_number(number)
        for kind in phonenumbers.PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(country, kind)) is not None
    ]
    code = phonenumbers.country_code_for_region(country)
    trunk = phonenumbers.ndd_prefix_for_region(country, strip_non_digits=True) or ""
    chance, digits = rng.random, rng.choices
    for _ in range(count):
        text = rng.choice(examples)
        kept = int(chance() * 5)
        text = text[:kept] + "".join(
            digits("0123456789", k=len(text) - kept + rng.choice((0, 0, 0, 0, -1, 1)))
        )
        which = chance()
        if which < 0.6:
            text = trunk + text
        elif which > 0.8:
            text = f"+{code}" + rng.choice(("", " ", " (0) ", "0", " 0", "-")) + text
        yield _grouped(text, rng)


def wild(count: int, rng: random.Random) -> Iterator[str]:
    """Digits and marks without a plan: of every length, with every beginning, some with what no number has."""
    chance = rng.random
    for _ in range(count):
        which = chance()
        if which < 0.2:
            yield "".join(rng.choices(_ALPHABET, k=int(chance() * 22)))
            continue
        text = "".join(rng.choices("0123456789", k=1 + int(chance() * 15)))
        if which < 0.4:
            text = f"+{rng.choice(_CODES)}{rng.choice(_STARTS)}{text}"
        elif which < 0.6:
            text = rng.choice(_HEADS) + text
        elif which < 0.7:
            yield _alike(text, rng)
            continue
        else:
            text = rng.choice(_STARTS) + text
        yield _grouped(text, rng)


def _alike(text: str, rng: random.Random) -> str:
    """Two numbers, of which the second may be short, or one with two groups that are alike."""
    area, local = text[:3], text[3:10]
    again = local[:-2] + "".join(rng.choices("0123456789", k=2))
    start = rng.choice(_STARTS) + area + rng.choice(("", *_MARKS))
    return start + local + rng.choice(_MARKS) + again[: 4 + int(rng.random() * 6)]


def _grouped(text: str, rng: random.Random) -> str:
    chance = rng.random
    mark = rng.choice(_MARKS)
    at = 0
    while (at := at + 2 + int(chance() * 5)) < len(text):
        if chance() < 0.7:
            text = text[:at] + mark + text[at:]
            at += len(mark)
        if chance() < 0.15:
            mark = rng.choice(_MARKS)
    return text


def main(arguments: Sequence[str]) -> int:
    counts = [int(argument) for argument in arguments[:2]]
    usuals, wilds = [*counts, *(2_000_000, 1_000_000)[len(counts) :]]
    failed = False
    for country in arguments[2:] or COUNTRIES:
        rng = random.Random(country)
        for kind, texts in (("usual", usual(country, usuals, rng)), ("wild", wild(wilds, rng))):
            found = compare(texts, country)
            failed |= bool(found.differences)
            sys.stdout.write(
                f"{country} {kind}: {found.texts:,} texts, {found.at_sight:,} recognized at sight, "
                f"{len(found.differences):,} read differently {found.differences[:20] or ''}\n"
            )
            sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
