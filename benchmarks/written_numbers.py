"""Numbers as people write them, read by another version of the package and by this one.

    python -m benchmarks.written_numbers OTHER [TRIES]

``OTHER`` is the folder that the other version's package stands in. It prints how many answers are the same, every
number that only one of them accepts or that they read differently, by kind, and the numbers a second.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import phonenumbers

Case: TypeAlias = tuple[str, str, str | None]
"""The kind, the text, the country."""
Answer: TypeAlias = tuple[str | None, str]
"""The number or None, and why there is none."""

_HERE = Path(__file__).resolve().parents[1]
_READ = """
import json, sys, time
from twilio_numbers_async.phone import to_e164
cases, answers = json.load(sys.stdin), []
to_e164("(415) 555-0100", "US")
began = time.perf_counter()
for _, text, country in cases:
    try:
        answers.append((to_e164(text, country), ""))
    except ValueError as error:
        answers.append((None, str(error)))
json.dump([answers, len(cases) / (time.perf_counter() - began)], sys.stdout)
"""
_TYPES = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
_MARKS = (" ", "-", ".", "/", "\u00a0", "\u2011", " - ", " (", ") ")


def cases(tries: int, rng: random.Random) -> Iterator[Case]:
    """Numbers of every country: as its own people write them, shortened, with letters, with national prefixes."""
    numbers = [
        (region, number)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in _TYPES
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
    ]
    forms = phonenumbers.PhoneNumberFormat
    for _ in range(tries):
        region, example = rng.choice(numbers)
        number = like(example, rng)
        if not phonenumbers.is_valid_number(number):
            continue
        national = phonenumbers.format_number(number, forms.NATIONAL)
        full = phonenumbers.format_number(number, forms.E164)
        yield "national", national, region
        yield "international", phonenumbers.format_number(number, forms.INTERNATIONAL), None
        yield "uri", phonenumbers.format_number(number, forms.RFC3966), None
        yield "abroad", phonenumbers.format_out_of_country_calling_number(number, "GB"), "GB"
        yield "e164", full, region
        yield "marks", _marked(full, rng), None
        yield "shortened", full[:-1], None
        yield "shortened", national[:-1], region
        place = rng.randrange(1, len(national))
        yield (
            "letters",
            national[:place] + rng.choice("abcxyz") * rng.randint(1, 4) + national[place:],
            region,
        )
        yield "extension", f"{national} ext. {rng.randrange(1, 999)}", region
        yield "one behind", f"{national} {rng.choice(['home', '?', '*', '(work)'])}", region


def like(example: phonenumbers.PhoneNumber, rng: random.Random) -> phonenumbers.PhoneNumber:
    """Another number with the example's beginning."""
    text = phonenumbers.national_significant_number(example)
    kept = max(2, len(text) - 5)
    rest = "".join(rng.choice("0123456789") for _ in text[kept:])
    return phonenumbers.parse(f"+{example.country_code}{text[:kept]}{rest}")


def _marked(number: str, rng: random.Random) -> str:
    marked = "".join(digit + (rng.choice(_MARKS) if rng.random() < 0.3 else "") for digit in number[:-1])
    return marked.rstrip(".") + number[-1]  # a last digit behind a point is a decimal's


def answers(folder: Path, given: list[Case]) -> tuple[list[Answer], float]:
    """The results of the package in a folder for the cases, and the cases a second."""
    done = subprocess.run(
        [sys.executable, "-c", _READ],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    found, rate = json.loads(done.stdout)
    return [(number, said) for number, said in found], rate


def main() -> None:
    tries = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    given = list(cases(tries, random.Random(7)))
    theirs, their_rate = answers(Path(sys.argv[1]), given)
    ours, our_rate = answers(_HERE, given)
    print(f"{len(given):,} texts; numbers a second: {their_rate:,.0f} there, {our_rate:,.0f} here")
    counts: Counter[tuple[str, str]] = Counter()
    shown: Counter[tuple[str, str]] = Counter()
    for (kind, text, country), (there, _), (here, said) in zip(given, theirs, ours, strict=True):
        what = (
            "the same"
            if there == here
            else "another"
            if there and here
            else "only here"
            if here
            else "only there"
        )
        counts[kind, what] += 1
        if what != "the same" and shown[kind, what] < 5:
            shown[kind, what] += 1
            print(f"  {kind}, {what}: {text!r} {country}: {there} there, {here or said} here")
    for (kind, what), count in sorted(counts.items()):
        print(f"{count:>8,}  {kind}: {what}")


if __name__ == "__main__":
    main()
