"""The stock: numbers that can be bought, the same in every sandbox, none of them real.

========  ===================  ==================================================================================
country   kind                 numbers
========  ===================  ==================================================================================
US        local                ``+1 NXX 555 01XX`` in 212, 312, 415, 510, 512, 617 and 808, 100 each;
                               ``+1 555 900 0000`` and the 1,999 after it
US        toll_free            ``+1 NXX 555 01XX`` of each toll-free code, 100 each
US        mobile, national,    ``+1 555 901 XXXX``, ``902``, ``903``, ``904`` and ``905`` in this order,
          voip, shared_cost,   300 each
          machine_to_machine
CA        local                ``+1 NXX 555 01XX`` in 416, 514 and 604, 100 each
GB        local, mobile,       200 each of those that are kept for drama: 01632 960, 07700 900, 08081 570, 03069 990
          toll_free, national
PR        local                ``+1 787 555 01XX``, 100, in beta
AU        local                200 of those that are kept for drama: 02 5550
DE        local                200 of those that are kept for drama: 030 23125
JP        local                200 that nobody can have: ``+81 3 0000 0XXX``
========  ===================  ==================================================================================

Of every 20 numbers in a row (by the last digits) the 16th needs an address of any kind, the 17th a local one, the 18th
a foreign one. Every number of AU, DE, GB and JP needs one of any kind, and a bundle. Every tenth number (9) is in beta.
All take calls; numbers that end in 4 or 9 take no messages, odd ones no MMS, and only every fourth takes faxes.

A number that an account has, that is being ported in, or that was sold to a stranger is not in stock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import msgspec

from ..numbering import TOLL_FREE_CODES
from .incoming_number import Capabilities, friendly


class Place(NamedTuple):
    """The place of an area code's numbers."""

    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    rate_center: str | None = None
    lata: str | None = None
    latitude: float | None = None
    longitude: float | None = None


_NOWHERE = Place()
_PLACES = {
    "212": Place("New York", "NY", "10007", "NEW YORK", "132", 40.71, -74.01),
    "312": Place("Chicago", "IL", "60602", "CHICAGO", "358", 41.88, -87.63),
    "415": Place("San Francisco", "CA", "94103", "SNFC CNTRL", "722", 37.77, -122.42),
    "510": Place("Oakland", "CA", "94607", "OKLD MN-PD", "722", 37.8, -122.27),
    "512": Place("Austin", "TX", "78701", "AUSTIN", "558", 30.27, -97.74),
    "617": Place("Boston", "MA", "02108", "BOSTON", "128", 42.36, -71.06),
    "808": Place("Honolulu", "HI", "96813", "HONOLULU", "834", 21.31, -157.86),
    "555": Place("Springfield", "IL", "62701", "SPRINGFLD", "374", 39.8, -89.65),
    "416": Place("Toronto", "ON", "M5H 2N2", "TORONTO", "888", 43.65, -79.38),
    "514": Place("Montreal", "QC", "H2Y 1C6", "MONTREAL", "888", 45.5, -73.57),
    "604": Place("Vancouver", "BC", "V5Z 1M9", "VANCOUVER", "888", 49.28, -123.12),
    "787": Place("San Juan", "PR", "00901", "SAN JUAN", "820", 18.47, -66.11),
}

COUNTRIES: Mapping[str, tuple[str, bool, tuple[str, ...]]] = {
    "US": (
        "United States",
        False,
        ("local", "toll_free", "mobile", "national", "voip", "shared_cost", "machine_to_machine"),
    ),
    "CA": ("Canada", False, ("local",)),
    "GB": ("United Kingdom", False, ("local", "mobile", "toll_free", "national")),
    "PR": ("Puerto Rico", True, ("local",)),
    "AU": ("Australia", False, ("local",)),
    "DE": ("Germany", False, ("local",)),
    "JP": ("Japan", False, ("local",)),
}
"""Name, True if every number is in beta, and the kinds, by country code."""

TYPES: Mapping[str, str] = {"toll_free": "toll-free", "mobile": "mobile", "machine_to_machine": "mobile"}
"""The type of a bought number by its kind; ``local`` for a kind that is not here."""

_MADE_UP = {"mobile": 901, "national": 902, "voip": 903, "shared_cost": 904, "machine_to_machine": 905}
_REGULATED = {
    "GB": {
        "local": "+441632960",
        "mobile": "+447700900",
        "toll_free": "+448081570",
        "national": "+443069990",
    },
    "AU": {"local": "+61255500"},
    "DE": {"local": "+493023125"},
    "JP": {"local": "+81300000"},
}
"""The first digits of numbers in the countries that ask for a bundle, by kind; three digits follow."""
_REQUIREMENTS = {15: "any", 16: "local", 17: "foreign"}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The ``available_phone_number`` of the specification. Latitude and longitude are text, as Twilio sends them."""

    address_requirements: str
    beta: bool
    capabilities: Capabilities
    friendly_name: str
    iso_country: str
    lata: str | None
    latitude: str | None
    locality: str | None
    longitude: str | None
    phone_number: str
    postal_code: str | None
    rate_center: str | None
    region: str | None


class Stocked(NamedTuple):
    """An offer with its country and its kind."""

    country: str
    kind: str
    offer: Offer


@cache
def offers() -> Mapping[tuple[str, str], Mapping[int, Offer]]:
    """Every offer, by country and kind, and then in the order of a search."""
    return {
        (country, kind): dict(enumerate(_offer(country, kind, number) for number in _numbers(country, kind)))
        for country, (_, _, kinds) in COUNTRIES.items()
        for kind in kinds
    }


@cache
def stocked() -> Mapping[str, Stocked]:
    """Every offer by its number."""
    return {
        offer.phone_number: Stocked(country, kind, offer)
        for (country, kind), rows in offers().items()
        for offer in rows.values()
    }


def needs_bundle(number: str) -> bool:
    """True if an E.164 number is sold only with a bundle."""
    return number.startswith(("+44", "+49", "+61", "+81"))


def place_of(number: str) -> Place | None:
    """The place of an E.164 number, None if it is not known."""
    return _PLACES.get(number[2:5]) if number.startswith("+1") else None


def _numbers(country: str, kind: str) -> Iterator[str]:
    if country in _REGULATED:
        yield from (f"{_REGULATED[country][kind]}{n:03}" for n in range(200))
    elif kind in _MADE_UP:
        yield from (f"+1555{_MADE_UP[kind]}{n:04}" for n in range(300))
    else:
        codes = sorted(TOLL_FREE_CODES) if kind == "toll_free" else _AREA_CODES[country]
        yield from (f"+1{code}55501{n:02}" for code in codes for n in range(100))
        if (country, kind) == ("US", "local"):
            yield from (f"+1555900{n:04}" for n in range(2000))


_AREA_CODES = {
    "US": ("212", "312", "415", "510", "512", "617", "808"),
    "CA": ("416", "514", "604"),
    "PR": ("787",),
}


def _offer(country: str, kind: str, number: str) -> Offer:
    last = int(number[-2:])
    place = (place_of(number) if kind == "local" else None) or _NOWHERE
    sms = last % 5 != 4
    requirements = "any" if country in _REGULATED else _REQUIREMENTS.get(last % 20, "none")
    where = place._asdict()
    where |= {name: _degrees(where[name]) for name in ("latitude", "longitude")}
    return Offer(
        address_requirements=requirements,
        beta=COUNTRIES[country][1] or last % 10 == 9,
        capabilities=Capabilities(voice=True, sms=sms, mms=sms and last % 2 == 0, fax=last % 4 == 0),
        friendly_name=friendly(number),
        iso_country=country,
        phone_number=number,
        **where,
    )


def _degrees(value: float | None) -> str | None:
    return None if value is None else f"{value:.6f}"
