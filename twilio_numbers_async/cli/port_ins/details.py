"""The customer's details for port-ins: a TOML file, read strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from ...models import LosingCarrierInformation, PortingAddress
from ...models.discreet import Discreet
from ..exit_codes import USAGE, Stop
from ..toml_file import read_toml

__all__ = ["Details", "read_details"]


class Details(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of ``plan_port_ins`` besides the numbers, by the same names."""

    account_sid: str
    documents: list[str]
    losing_carrier: LosingCarrierInformation
    target_date: dt.date | None = None
    time_range: tuple[Any, Any] | None = None
    """Each a time or its text, which msgspec cannot tell apart by their type."""
    notification_emails: list[str] | None = None
    pins: dict[str, str] = {}
    bundle_sid: str | None = None
    portability_advance_carrier: str | None = None
    auto_cancel_approval_numbers: str | None = None


_TABLES: Mapping[str, type[msgspec.Struct]] = {
    "": Details,
    "losing_carrier": LosingCarrierInformation,
    "losing_carrier.address": PortingAddress,
}


def read_details(path: Path) -> Details:
    """The details in ``path``. Raises Stop with the place of a fault; it never shows a value."""
    given = read_toml(path)
    _refuse_unknown(path, given)
    try:
        details = msgspec.convert(given, Details, strict=True)
    except msgspec.ValidationError as error:
        raise Stop(f"{path}: {_words(error)}", USAGE) from None
    if not all(isinstance(each, str | dt.time) for each in details.time_range or ()):
        raise Stop(f'{path}: time_range must be two times, such as "10:15:00-08:00"', USAGE)
    return details


def _refuse_unknown(path: Path, given: Mapping[str, Any]) -> None:
    for place, kind in _TABLES.items():
        table: object = given
        for part in place.split(".") if place else ():
            table = cast("dict[str, object]", table).get(part) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            continue
        known = [field.name for field in msgspec.structs.fields(kind)]
        for key in cast("dict[str, object]", table):
            if key not in known:
                name = f"{place}.{key}" if place else key
                where = f" in [{place}]" if place else ""
                raise Stop(f"{path}: {name} is not known. There are{where}: {', '.join(known)}", USAGE)


def _words(error: msgspec.ValidationError) -> str:
    what, _, at = str(error).partition(" - at `$")
    place = at.rstrip("`").removeprefix(".")
    if "missing required field" in what:
        name = what.rpartition("field ")[2].strip("`")
        return f"{place}.{name} is missing" if place else f"{name} is missing"
    if what.startswith("Expected `str"):
        return f"{place} must be text, in quotes"
    return f"{place}: {what}" if place else what
