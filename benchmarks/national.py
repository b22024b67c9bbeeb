"""National numbers to E.164, beside phonenumbers: parse, is it possible, format.

``python -m benchmarks.national COUNT`` measures both in turns, for so many numbers a country.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable

from .measure import Section, Setting, Target, table
from .versions import THIS
from .written_numbers import like

__all__ = ["COUNTRIES", "run"]

COUNTRIES = (
    "US", "GB", "DE", "FR", "AU", "NL", "BE", "CH", "AT", "SE", "IE", "ZA", "ES", "DK", "PL", "PT",
)  # fmt: skip
ROUNDS = 9


def run(setting: Setting) -> list[Section]:
    """One section."""
    count, processes = (50, 1) if setting.smoke else (1_000, 3)
    measured = [THIS.run("benchmarks.national", count) for _ in range(processes)]
    took = {
        country: [min(one[country][whose] for one in measured) for whose in (0, 1)] for country in COUNTRIES
    }
    rows = [
        (country, f"{ours:.2f}", f"{theirs:.1f}", f"{theirs / ours:.1f}")
        for country, (ours, theirs) in took.items()
    ]
    # So many numbers of each country, read one after the other.
    ours, theirs = (statistics.mean(times) for times in zip(*took.values(), strict=True))
    rows.append(("all", f"{ours:.2f}", f"{theirs:.1f}", f"{theirs / ours:.1f}"))
    title = "B. national numbers of 16 countries to E.164"
    return [
        Section(
            "National numbers to E.164",
            table(("country", "ours, us", "phonenumbers, us", "phonenumbers / ours"), rows),
            [
                Target(f"{title}: phonenumbers / ours", theirs / ours, 14.0),
                Target(f"{title}: us a number", ours, 1.5, False),
            ],
        )
    ]


def written(country: str, count: int) -> list[str]:
    """Numbers of a country as its own people write them: landlines and mobiles."""
    import phonenumbers

    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    examples = [e for kind in kinds if (e := phonenumbers.example_number_for_type(country, kind)) is not None]
    rng, found = random.Random(country), list[str]()
    while len(found) < count:
        number = like(rng.choice(examples), rng)
        if phonenumbers.is_valid_number(number):
            found.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
    return found


def main(count: int) -> None:
    """Microseconds a number for each country: ours, and phonenumbers'."""
    import phonenumbers

    from twilio_numbers_async.phone import to_e164

    def theirs(text: str, country: str) -> str:
        number = phonenumbers.parse(text, country)
        if not phonenumbers.is_possible_number(number):
            raise ValueError(text)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    took: dict[str, tuple[float, float]] = {}
    for country in COUNTRIES:
        texts = written(country, count)
        if [to_e164(text, country) for text in texts] != [theirs(text, country) for text in texts]:
            raise SystemExit(f"The numbers of {country} are read differently")
        rounds = [(_timed(to_e164, texts, country), _timed(theirs, texts, country)) for _ in range(ROUNDS)]
        # The least, as timeit does: whatever else runs only adds to it.
        took[country] = (min(a for a, _ in rounds), min(b for _, b in rounds))
    json.dump(took, sys.stdout)


def _timed(read: Callable[[str, str], str], texts: list[str], country: str) -> float:
    began = time.process_time()
    for text in texts:
        read(text, country)
    return (time.process_time() - began) / len(texts) * 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]))
