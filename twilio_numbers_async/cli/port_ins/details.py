"""The customer's details for port-ins: a TOML file, read strictly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec

from ...models import LosingCarrierInformation
from ...models.discreet import Discreet
from ..exit_codes import USAGE, Stop
from ..toml_file import read_struct

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


def read_details(path: Path) -> Details:
    """The details in ``path``. Raises Stop with the place of a fault; it never shows a value."""
    details = read_struct(path, Details)
    if not all(isinstance(each, str | dt.time) for each in details.time_range or ()):
        raise Stop(f'{path}: time_range must be two times, such as "10:15:00-08:00"', USAGE)
    return details
