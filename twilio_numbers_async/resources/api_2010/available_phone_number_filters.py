"""The filters of a search for numbers by their snake_case names, and what is checked before they are sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Literal, TypedDict, cast

from ...errors import invalid
from ...phone import checked_e164
from ...transport.request import Value
from .phone_numbers import Check, area_code, filled, flag, parameters, text

__all__ = [
    "AvailablePhoneNumberFilters",
    "AvailablePhoneNumberKind",
    "checked_country_code",
    "search_parameters",
]

AvailablePhoneNumberKind = Literal[
    "local", "mobile", "toll_free", "national", "voip", "shared_cost", "machine_to_machine"
]
"""The kinds of numbers that can be searched for."""


class AvailablePhoneNumberFilters(TypedDict, total=False):
    """The filters of a search for numbers. None is not sent.

    ``contains`` is a pattern of 2 to 16 characters: digits, latin letters, ``*`` for one and ``%`` for any characters,
    ``+`` at the start, ``$`` at the end. ``distance`` is 1 to 500 miles around ``near_number`` (E.164) or
    ``near_lat_long`` (degrees: ``"37.8,-122.3"`` or a pair of numbers).
    """

    area_code: str | int | None
    contains: str | None
    sms_enabled: bool | None
    mms_enabled: bool | None
    voice_enabled: bool | None
    fax_enabled: bool | None
    exclude_all_address_required: bool | None
    exclude_local_address_required: bool | None
    exclude_foreign_address_required: bool | None
    beta: bool | None
    near_number: str | None
    near_lat_long: str | tuple[float, float] | None
    distance: int | None
    in_postal_code: str | None
    in_region: str | None
    in_rate_center: str | None
    in_lata: str | None
    in_locality: str | None


_MAX_DISTANCE = 500
_country = re.compile(r"[A-Za-z]{2}").fullmatch
_pattern = re.compile(r"\+?[0-9A-Za-z*%]+\$?").fullmatch
_degrees = re.compile(r"\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*").fullmatch


def _contains(value: object, argument: str) -> str:
    pattern = text(value, argument)
    if not 2 <= len(pattern) <= 16 or not _pattern(pattern):
        raise invalid(
            argument,
            "must be 2 to 16 characters: digits, latin letters, * (one character), % (any characters), "
            "+ at the start, $ at the end",
        )
    return pattern


def _distance(value: object, argument: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_DISTANCE:
        raise invalid(argument, f"must be a whole number of miles from 1 to {_MAX_DISTANCE}")
    return value


def _lat_long(value: object, argument: str) -> str:
    degrees = _two_numbers(value)
    if degrees is None or not (abs(float(degrees[0])) <= 90 and abs(float(degrees[1])) <= 180):
        raise invalid(
            argument,
            "must be latitude and longitude in degrees (-90 to 90, -180 to 180), "
            "such as '37.8,-122.3' or (37.8, -122.3)",
        )
    return f"{degrees[0]},{degrees[1]}"


def _two_numbers(value: object) -> tuple[str, str] | None:
    if isinstance(value, str):
        match = _degrees(value)
        return None if match is None else (match[1], match[2])
    if not isinstance(value, tuple | list) or len(cast("tuple[Any, ...]", value)) != 2:
        return None
    pair = cast("tuple[Any, Any]", value)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in pair):
        return None
    # Fixed point, since str() would write a small number with an exponent; a millionth of a degree is 11 cm.
    return (f"{pair[0]:.6f}", f"{pair[1]:.6f}") if all(map(math.isfinite, pair)) else None


_FILTERS: dict[str, Check] = {
    "area_code": area_code,
    "contains": _contains,
    "sms_enabled": flag,
    "mms_enabled": flag,
    "voice_enabled": flag,
    "fax_enabled": flag,
    "exclude_all_address_required": flag,
    "exclude_local_address_required": flag,
    "exclude_foreign_address_required": flag,
    "beta": flag,
    "near_number": checked_e164,
    "near_lat_long": _lat_long,
    "distance": _distance,
    "in_postal_code": filled,
    "in_region": filled,
    "in_rate_center": filled,
    "in_lata": filled,
    "in_locality": filled,
}


def search_parameters(filters: Mapping[str, object]) -> dict[str, Value]:
    """The filters by Twilio's names. Raises InvalidArgumentError."""
    query = parameters(filters, _FILTERS, "filter of a search")
    if "Distance" in query and "NearNumber" not in query and "NearLatLong" not in query:
        raise invalid("distance", "needs near_number or near_lat_long")
    return query


def checked_country_code(country: str, argument: str = "country") -> str:
    """The country in capitals. Raises InvalidArgumentError for what is not two letters."""
    if not isinstance(country, str) or not _country(country):
        raise invalid(argument, "must be a country code of two letters, such as US")
    return country.upper()
