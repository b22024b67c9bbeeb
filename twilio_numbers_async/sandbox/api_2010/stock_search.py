"""A search for numbers: its parameters, and the test of an offer that they make.

``Contains`` matches anywhere in the number: letters stand for their digits on the keypad, ``*`` for one digit and ``%``
for any number of digits; ``+`` ties the pattern to the number's start, ``$`` to its end. ``NearNumber`` and
``NearLatLong`` find numbers at most ``Distance`` miles away (25 by default, up to 500); a number without a known place
is near to nothing. ``*Enabled`` true finds numbers with a capability, false those without. ``InRegion`` and the like
ignore case. ``Beta`` false leaves out numbers in beta.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated

from msgspec import Meta

from ..errors import bad_request
from ..http.strict import is_e164
from ..paging import PageQuery
from .stock import Offer, place_of

Wanted = Callable[[Offer], bool]


class SearchQuery(PageQuery):
    """The parameters of every kind of search."""

    area_code: Annotated[int, Meta(ge=200, le=999)] | None = None
    contains: Annotated[str, Meta(pattern=r"^(?=.{2,16}\Z)\+?[0-9A-Za-z*%]+\$?\Z")] | None = None
    sms_enabled: bool | None = None
    mms_enabled: bool | None = None
    voice_enabled: bool | None = None
    exclude_all_address_required: bool | None = None
    exclude_local_address_required: bool | None = None
    exclude_foreign_address_required: bool | None = None
    beta: bool | None = None
    near_number: str | None = None
    near_lat_long: str | None = None
    distance: Annotated[int, Meta(ge=1, le=500)] | None = None
    in_postal_code: str | None = None
    in_region: str | None = None
    in_rate_center: str | None = None
    in_lata: str | None = None
    in_locality: str | None = None
    fax_enabled: bool | None = None


def search(asked: SearchQuery) -> Wanted:
    """The test for the offers that the parameters ask for."""
    filters = list(_filters(asked))
    return lambda offer: all(wanted(offer) for wanted in filters)


def _filters(asked: SearchQuery) -> Iterator[Wanted]:
    if asked.area_code is not None:
        prefix = f"+1{asked.area_code}"
        yield lambda offer: offer.phone_number.startswith(prefix)
    if asked.contains is not None:
        found = _pattern(asked.contains).search
        yield lambda offer: found(offer.phone_number) is not None
    if asked.beta is False:
        yield lambda offer: not offer.beta
    for name in ("sms", "mms", "voice", "fax"):
        able: bool | None = getattr(asked, f"{name}_enabled")
        if able is not None:
            yield partial(_can, name, able)
    for name in ("postal_code", "region", "rate_center", "lata", "locality"):
        place: str | None = getattr(asked, f"in_{name}")
        if place is not None:
            yield partial(_is_in, name, place.casefold())
    excluded = _excluded(asked)
    if excluded:
        yield lambda offer: offer.address_requirements not in excluded
    yield from _near(asked)


def _can(name: str, able: bool, offer: Offer) -> bool:
    return getattr(offer.capabilities, name) is able


def _is_in(name: str, place: str, offer: Offer) -> bool:
    value: str | None = getattr(offer, name)
    return value is not None and value.casefold() == place


def _excluded(asked: SearchQuery) -> set[str]:
    """The excluded address requirements."""
    if asked.exclude_all_address_required:
        return {"any", "local", "foreign"}
    return {kind for kind in ("local", "foreign") if getattr(asked, f"exclude_{kind}_address_required")}


_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


def _pattern(contains: str) -> re.Pattern[str]:
    digits = contains.lower().translate(_KEYPAD)
    return re.compile(digits.replace("+", r"^\+").replace("*", "[0-9]").replace("%", "[0-9]*"))


def _near(asked: SearchQuery) -> Iterator[Wanted]:
    if asked.near_number is None and asked.near_lat_long is None and asked.distance is not None:
        raise bad_request("Invalid parameter: Distance needs NearNumber or NearLatLong")
    miles = asked.distance or 25
    if asked.near_number is not None:
        yield partial(_is_near, _of_number(asked.near_number), miles)
    if asked.near_lat_long is not None:
        yield partial(_is_near, _of_text(asked.near_lat_long), miles)


Point = tuple[float, float]


def _of_number(number: str) -> Point | None:
    if not is_e164(number):
        raise bad_request("Invalid parameter: NearNumber is not an E.164 number")
    place = place_of(number)
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


_LAT_LONG = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?),([+-]?[0-9]{1,3}(?:\.[0-9]+)?)")


def _of_text(text: str) -> Point:
    match = _LAT_LONG.fullmatch(text)
    point = (float(match[1]), float(match[2])) if match else (91.0, 0.0)
    if abs(point[0]) > 90 or abs(point[1]) > 180:
        raise bad_request("Invalid parameter: NearLatLong is latitude,longitude in degrees")
    return point


_EARTH_MILES = 3958.8


def _is_near(here: Point | None, miles: int, offer: Offer) -> bool:
    """True for an offer within the distance, by the great circle."""
    if here is None or offer.latitude is None or offer.longitude is None:
        return False
    (first, first_long), (second, second_long) = (
        (math.radians(latitude), math.radians(longitude))
        for latitude, longitude in (here, (float(offer.latitude), float(offer.longitude)))
    )
    half = (
        math.sin((second - first) / 2) ** 2
        + math.cos(first) * math.cos(second) * math.sin((second_long - first_long) / 2) ** 2
    )
    return 2 * _EARTH_MILES * math.asin(math.sqrt(min(1.0, half))) <= miles
