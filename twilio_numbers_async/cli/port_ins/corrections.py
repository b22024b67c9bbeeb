"""Corrections for rejected numbers: a TOML file, read strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ...models import LosingCarrierInformation, PortIn, PortInLosingCarrier
from ...porting.replan import PortInReplan, replan, sent_carrier
from ..exit_codes import USAGE, Stop
from ..toml_file import read_struct, refuse_unknown, struct_of

__all__ = ["HELP", "replanned"]

HELP = """\b
The file of --corrections is TOML; only what changes must be there:
  target_date = 2030-01-15         # 7 days ahead or more (Japan: 10)
  resolved = ["+1..."]             # numbers whose obstacle was removed elsewhere:
                                   # the line is active again, a restriction lifted
  [losing_carrier]                 # as in the file of plan --details
  account_number = "..."
  [losing_carrier.address]         # street, street_2, city, state, zip, country
  [pins]                           # by number
  "+1..." = "1234"
US mobile numbers need their PIN again, whatever they were rejected for. A key that
is not known is an error."""


class _Corrections(msgspec.Struct):
    target_date: dt.date | None = None
    resolved: list[str] = []
    pins: dict[str, str] = {}
    losing_carrier: dict[str, Any] | None = None


def replanned(port_in: PortIn, path: Path | None, created: Mapping[str, str]) -> PortInReplan:
    """The new plan, with the corrections in ``path``. Raises Stop that names the place of what is wrong."""
    given, carrier = _Corrections(), None
    if path is not None:
        given = read_struct(path, _Corrections)
        if given.losing_carrier is not None:
            before = port_in.losing_carrier_information or PortInLosingCarrier()
            carrier = _merged(before, given.losing_carrier, path)
    return replan(
        port_in,
        pins=given.pins,
        losing_carrier=carrier,
        resolved=given.resolved,
        target_date=given.target_date,
        created=created,
    )


def _merged(before: PortInLosingCarrier, changes: Mapping[str, Any], path: Path) -> LosingCarrierInformation:
    """The details of the port-in with the changes in them."""
    refuse_unknown(path, changes, LosingCarrierInformation, "losing_carrier")
    kept: dict[str, Any] = msgspec.to_builtins(sent_carrier(before))
    address: object = changes.get("address")
    if address is not None:
        if not isinstance(address, dict):
            raise Stop(f"{path}: losing_carrier.address must be a table", USAGE)
        kept["address_sid"] = None
        changes = {**changes, "address": {**(kept.get("address") or {}), **address}}
    elif changes.get("address_sid"):
        kept["address"] = None
    return struct_of(path, kept | dict(changes), LosingCarrierInformation, "losing_carrier")
