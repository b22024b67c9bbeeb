"""The numbers of a plan: the rows of a file, which may be results of the ``sweep`` command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from ...errors import InvalidArgumentError, InvalidPhoneNumberError, TwilioNumbersError
from ...models import NotPortableReason, NumberType, Portability
from ...phone import to_e164
from ...porting.numbers import PortInNumber
from ...report.findings import Finding, Reader, are_results
from ...sweep import Outcome
from ..exit_codes import USAGE, Stop
from ..options import country_of
from ..sweep.survey import refuse_unplaced, survey
from ..tables import Reading, Table, open_table, text_of, unique

__all__ = ["Numbers", "Pin", "e164_of", "merged_pins", "read_numbers"]


class Pin(NamedTuple):
    """A PIN with its place."""

    pin: str
    place: str


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a file for a plan. ``lines`` are the lines of the inputs; ``pins`` are by E.164."""

    name: str
    column: str
    checked: bool
    inputs: list[PortInNumber]
    lines: list[int]
    notes: list[str]
    pins: dict[str, Pin]
    pin_column: str | None


def read_numbers(path: str, reading: Reading, *, pin_column: str | None, country: str | None) -> Numbers:
    """Read a file. ``country`` is the value of --country. Raises TableError, and Stop if one number has two PINs."""
    table = open_table(path, reading)
    column = reading.columns[0] if reading.columns else None
    region = country_of(country)
    try:
        checked = column is None and are_results(table.columns)
        phone = None if checked else table.find_phone(column)
        pin = _pin_position(table, pin_column)
        inputs: list[PortInNumber] = []
        lines: list[int] = []
        pins: dict[str, Pin] = {}
        reader, names = Reader(), unique(table.columns)
        for index, row in enumerate(table.rows()):
            if phone is None:
                finding = reader.read(dict(zip(names, row.cells, strict=True)))
                inputs.append(_checked(index, finding))
                number: str | None = finding.number or None
            else:
                text = text_of(row.cells[phone])
                inputs.append(text)
                number = e164_of(text, region)
            lines.append(row.line)
            if pin is not None and number is not None:
                _keep_pin(
                    pins, number, text_of(row.cells[pin]).strip(), f"{table.name}, {table.place} {row.line}"
                )
        if country is None:
            refuse_unplaced(survey(text for text in inputs if isinstance(text, str)))
        return Numbers(
            name=table.name,
            column=names[phone] if phone is not None else "phone_number_e164",
            checked=checked,
            inputs=inputs,
            lines=lines,
            notes=table.notes,
            pins=pins,
            pin_column=None if pin is None else names[pin],
        )
    finally:
        table.close()


def _checked(index: int, finding: Finding) -> PortInNumber:
    """The outcome that a row of results was made from."""
    number = finding.number or None
    if finding.error:
        kind = InvalidArgumentError if finding.state == "invalid" else TwilioNumbersError
        return Outcome[Portability](index, number, number, None, kind(finding.error))
    answer = Portability(
        phone_number=number,
        country=finding.country or None,
        number_type=NumberType(finding.number_type) if finding.number_type else None,
        portable={"portable": True, "not_portable": False}.get(finding.state),
        pin_and_account_number_required=finding.pin,
        not_portable_reason=NotPortableReason(finding.reason) if finding.reason else None,
        not_portable_reason_code=int(finding.code) if finding.code.isdigit() else None,
    )
    return Outcome[Portability](index, number, number, answer, None)


def _pin_position(table: Table, wanted: str | None) -> int | None:
    names = [name.strip().casefold() for name in table.columns]
    name = "pin" if wanted is None else wanted.strip().casefold()
    if names.count(name) == 1:
        return names.index(name)
    if wanted is None:
        return None
    raise Stop(f"--pin-column: {table.name} has no column {wanted!r}, or several", USAGE)


def e164_of(text: str, country: str | None) -> str | None:
    """The number as E.164; None for what is none."""
    try:
        return to_e164(text, country)
    except InvalidPhoneNumberError:
        return None


def _keep_pin(pins: dict[str, Pin], number: str, pin: str, place: str) -> None:
    if not pin:
        return
    before = pins.setdefault(number, Pin(pin, place))
    if before.pin != pin:
        raise Stop(f"{place} and {before.place}: one number has two PINs", USAGE)


def merged_pins(numbers: Numbers, others: Mapping[str, str], country: str | None) -> dict[str, str]:
    """The PINs of the file and those of the details. Raises Stop if two differ, and names both places."""
    pins = dict(numbers.pins)
    for index, (key, pin) in enumerate(others.items(), start=1):
        number = e164_of(key, country)
        _keep_pin(pins, number or key, pin.strip(), f"[pins], entry {index} of --details")
    return {number: kept.pin for number, kept in pins.items()}
