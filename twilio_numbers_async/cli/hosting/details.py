"""The numbers' owner: a TOML file, read strictly; and the numbers, as ``hosting check`` wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ...errors import InvalidArgumentError, TwilioNumbersError
from ...hosting.numbers import HostingNumber
from ...hosting.plan import HostingContact, plan_hosting
from ...models import EligibilityResult, EligibilityStatus, EligibilitySubStatus
from ...sweep import Outcome
from ..exit_codes import USAGE, Stop
from ..tables import Reading, open_table, text_of
from ..toml_file import read_struct
from .planning import Planned

__all__ = ["HELP", "planned"]

HELP = """\b
The file of --details is TOML:
  address_sid = "AD..."            # the address of the numbers' owner
  friendly_name, notification_email, status_callback_url
  bulk_size = 1000                 # the most numbers of a bulk request; 1: one by one
  cc_emails = ["name@example.com"] # with one of these three the numbers
  sms_capability = true            # are ordered one by one
  account_sid = "AC..."            # a subaccount that is to have the numbers
  [contact]                        # who signs the letter of authorization
  email = "..."
  phone_number = "+1..."
  title = "Owner"
Only address_sid and the three of [contact] must be there. A key that is not known is an error.
An address for --sandbox: AD00000000000000000000000000000000"""

_NEEDED = ("phone_number_e164", "eligible")


class _Details(msgspec.Struct):
    address_sid: str
    contact: HostingContact
    friendly_name: str | None = None
    notification_email: str | None = None
    status_callback_url: str | None = None
    cc_emails: list[str] | None = None
    sms_capability: bool | None = None
    account_sid: str | None = None
    bulk_size: int = 1000


def planned(file: str, details: Path, reading: Reading) -> Planned:
    """The plan of a file. Raises Stop and TableError."""
    given = read_struct(details, _Details)
    numbers, lines = _read(file, reading)
    known: dict[str, Any] = msgspec.structs.asdict(given)
    plan = plan_hosting(numbers, address=known.pop("address_sid"), **known)
    return Planned(plan=plan, rows=lines)


def _read(file: str, reading: Reading) -> tuple[list[HostingNumber], list[int]]:
    """The results of the checks, and their lines."""
    table = open_table(file, reading)
    try:
        columns = list(table.columns)
        missing = [name for name in _NEEDED if name not in columns]
        if missing:
            raise Stop(
                f"{table.name} has no column {missing[0]!r}: check the numbers first, with"
                " twilio-numbers hosting check",
                USAGE,
            )
        numbers: list[HostingNumber] = []
        lines: list[int] = []
        for index, row in enumerate(table.rows()):
            cells = {name: text_of(cell).strip() for name, cell in zip(columns, row.cells, strict=True)}
            numbers.append(_outcome(index, cells))
            lines.append(row.line)
        return numbers, lines
    finally:
        table.close()


def _outcome(index: int, cells: dict[str, str]) -> Outcome[EligibilityResult]:
    number = cells["phone_number_e164"].lstrip("'") or None
    error = cells.get("error", "")
    if error or number is None:
        kind = InvalidArgumentError if number is None else TwilioNumbersError
        return Outcome[EligibilityResult](index, number, number, None, kind(error or "No number"))
    status = {"true": EligibilityStatus.ELIGIBLE, "false": EligibilityStatus.INELIGIBLE}.get(
        cells["eligible"].lower()
    )
    reason = cells.get("reason", "")
    result = EligibilityResult(
        phone_number=number,
        iso_country_code=cells.get("country") or None,
        eligibility_status=status,
        eligibility_sub_status=EligibilitySubStatus(reason) if reason else None,
        next_step=cells.get("next_step") or None,
    )
    return Outcome[EligibilityResult](index, number, number, result, None)
