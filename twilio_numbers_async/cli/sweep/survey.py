"""A look at all numbers of a list before anything is sent: their count, and the count without a country code."""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from ..._util import counted
from ...phone import countries_that_read, lacks_country, says_no_number
from ..exit_codes import USAGE, Stop
from ..options import COUNTRY_VARIABLE

__all__ = ["Survey", "refuse_unplaced", "survey"]

_SAMPLE = 100
_NAMED = 6


class Survey(msgspec.Struct):
    """The counts of a list. ``sample`` are some of the numbers without a country code."""

    numbers: int = 0
    """All cells, invalid ones too."""
    empty: int = 0
    """Cells that do not try to be a number, such as ``n/a`` and blank ones."""
    unplaced: int = 0
    """Numbers without a country code."""
    sample: list[str] = []


def survey(texts: Iterable[str]) -> Survey:
    """Count the numbers."""
    found = Survey()
    chance = random.Random(0).random  # noqa: S311 - which ones are looked at is no secret
    for text in texts:
        found.numbers += 1
        if text[:1] == "+":
            continue
        if lacks_country(text):
            found.unplaced += 1
            if len(found.sample) < _SAMPLE:
                found.sample.append(text)
            elif (place := int(chance() * found.unplaced)) < _SAMPLE:
                found.sample[place] = text
        elif says_no_number(text):
            found.empty += 1
    return found


def refuse_unplaced(found: Survey, thing: str = "row") -> None:
    """Raise Stop if numbers have no country code: their country is never guessed."""
    if not found.unplaced:
        return
    countries = countries_that_read(found.sample)[:_NAMED]
    have = "has" if found.unplaced == 1 else "have"
    of_all = counted(found.unplaced, thing)
    if found.unplaced < found.numbers:
        of_all = f"{found.unplaced:,} of {counted(found.numbers, thing)}"
    looked = len(found.sample)
    of_them = "" if looked == found.unplaced else f" {looked} of"
    shown = ", ".join(f"{region} ({count})" for region, count in countries)
    hint = f" Countries that read most of{of_them} them: {shown}." if countries else ""
    example = countries[0][0] if countries else "US"
    raise Stop(
        f"{of_all} {have} no country code, and no country is given: nothing was sent.{hint} "
        f"Say which: --country {example}, or set {COUNTRY_VARIABLE}. (With --country none they are invalid.)",
        USAGE,
    )
