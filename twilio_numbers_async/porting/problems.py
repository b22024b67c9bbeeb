"""Finds the problems of a plan of port-ins, without asking Twilio."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator, Sequence, Set as AbstractSet
from functools import cache
from typing import Any, TypeGuard, cast

import msgspec

from ..errors import InvalidArgumentError
from ..models import (
    Document,
    LosingCarrierInformation,
    PortInCreate,
    PortInCreatePhoneNumber,
    PortingAddress,
)
from ..models.base import Request, fold
from ..models.validate import check
from ..work.plan import Problem
from .numbers import PortInLeftOut

__all__ = [
    "PortInProblem",
    "PortInProblemCode",
    "PortInProblemSeverity",
    "details_problems",
    "lead_days",
    "left_out_problem",
    "problem",
]

_LEAD_DAYS = 7
_LEAD_DAYS_JAPAN = 10
_UTILITY_BILL = fold("utility_bill")
_fields_of = cache(msgspec.structs.fields)  # it reads the annotations anew each time
_ARGUMENTS = {  # of plan_port_ins, where they have another name than the request's field
    "target_port_in_date": "target_date",
    "target_port_in_time_range_start": "time_range[0]",
    "target_port_in_time_range_end": "time_range[1]",
}


class PortInProblemSeverity(enum.StrEnum):
    """The severity of a problem."""

    ERROR = "error"
    """Twilio would refuse the port-in: the plan is not ready."""
    WARNING = "warning"
    """It may be meant so."""


class PortInProblemCode(enum.StrEnum):
    """The subject of a problem."""

    ADDRESS = "address"
    """The customer's address: of address and address_sid one is needed, and whole."""
    EMAIL = "email"
    """An e-mail address that is none."""
    MISSING_VALUE = "missing_value"
    """A detail that must be there is empty."""
    INVALID_VALUE = "invalid_value"
    """A detail that cannot be sent."""
    NO_NUMBERS = "no_numbers"
    """No number is left to port."""
    NO_UTILITY_BILL = "no_utility_bill"
    """No document, or none that is a utility bill."""
    NOT_CHECKED = "not_checked"
    """Numbers whose portability was not checked are in the plan."""
    NUMBER_LEFT_OUT = "number_left_out"
    """A number does not go in; ``left_out`` says why."""
    PIN = "pin"
    """A PIN that belongs to no number of the plan, or two for one number."""
    TARGET_DATE_TOO_SOON = "target_date_too_soon"
    """Less than 7 days ahead (Japan: 10)."""
    TARGET_DATE_WEEKEND = "target_date_weekend"
    """Carriers seldom port on a Saturday or Sunday."""
    TIME_RANGE = "time_range"
    """The time range: without a date, only half of it, without its UTC offset, or reversed."""


class PortInProblem(Problem, frozen=True, kw_only=True):
    """Something that is wrong with a plan. ``str(problem)`` is one line and holds no phone number."""

    code: PortInProblemCode
    severity: PortInProblemSeverity
    argument: str | None = None
    """The place of the value, such as ``losing_carrier.address.zip``."""
    left_out: PortInLeftOut | None = None
    """The number that does not go in, where it is about one."""

    def __str__(self) -> str:
        return f"{self.severity}: {self.message}"


def details_problems(
    details: PortInCreate,
    documents: Sequence[Document | str],
    *,
    countries: frozenset[str],
    today: dt.date,
) -> list[PortInProblem]:
    """Find the problems of the details, which every request has; the numbers are not looked at."""
    return [
        *_faults(
            details, _sample(), _code, skip={"documents", "phone_numbers", "losing_carrier_information"}
        ),
        *_documents(documents),
        *_losing_carrier(details.losing_carrier_information),
        *_target_date(details.target_port_in_date, countries, today),
        *_time_range(details),
    ]


# A request without faults: with one value put into it, check() tells whether that one is faulty.


def _sample() -> PortInCreate:
    return PortInCreate(
        account_sid="AC" + "0" * 32,
        documents=["RD" + "0" * 32],
        phone_numbers=[PortInCreatePhoneNumber(phone_number="+14155550100")],
        losing_carrier_information=_sample_carrier(),
    )


def _sample_carrier() -> LosingCarrierInformation:
    return LosingCarrierInformation(
        customer_name="-",
        authorized_representative="-",
        authorized_representative_email="name@example.com",
        address_sid="AD" + "0" * 32,
    )


def _sample_address() -> PortingAddress:
    return PortingAddress(street="-", city="-", state="-", zip="-", country="-")


def _faults(
    request: Request,
    sample: Request,
    code: Callable[[str], PortInProblemCode],
    *,
    at: str = "",
    skip: AbstractSet[str] = frozenset(),
) -> Iterator[PortInProblem]:
    """The faults that check() finds in each of the values, one by one."""
    for field in _fields_of(type(request)):
        value: Any = getattr(request, field.name)
        if field.name in skip or (value is None and not field.required):
            continue
        place = at + _ARGUMENTS.get(field.name, field.name)
        several = isinstance(value, list)
        items: list[Any] = cast("Any", value) if several else [value]
        for index, item in enumerate(items):
            try:
                check(msgspec.structs.replace(sample, **{field.name: [item] if several else item}))
            except InvalidArgumentError as fault:
                here = f"{place}[{index}]" if several else place
                yield problem(code(field.name), f"{here} {_words(fault, field.name)}", here)


def _words(fault: InvalidArgumentError, name: str) -> str:
    """The fault without its place in the sample."""
    words = str(fault).removeprefix(fault.argument or name).lstrip(": ")
    return words if words.startswith(("must", "or", "and", "holds")) else f"is wrong: {words}"


def _code(name: str) -> PortInProblemCode:
    if "email" in name:
        return PortInProblemCode.EMAIL
    if "time_range" in name:
        return PortInProblemCode.TIME_RANGE
    if name in {"customer_name", "authorized_representative"}:
        return PortInProblemCode.MISSING_VALUE
    return PortInProblemCode.ADDRESS if name == "address_sid" else PortInProblemCode.INVALID_VALUE


def problem(
    code: PortInProblemCode,
    message: str,
    argument: str | None,
    severity: PortInProblemSeverity = PortInProblemSeverity.ERROR,
) -> PortInProblem:
    """Make a problem."""
    return PortInProblem(code=code, severity=severity, message=message, argument=argument)


def left_out_problem(left_out: PortInLeftOut) -> PortInProblem:
    """The problem of a number that is left out: the others can be ported without it."""
    return PortInProblem(
        code=PortInProblemCode.NUMBER_LEFT_OUT,
        severity=PortInProblemSeverity.WARNING,
        message=str(left_out),
        argument=f"numbers[{left_out.index}]",
        left_out=left_out,
    )


def _documents(documents: Sequence[Document | str]) -> Iterator[PortInProblem]:
    known = [one.document_type for one in documents if isinstance(one, Document) and one.document_type]
    bills = [kind for kind in known if fold(kind) == _UTILITY_BILL]
    if not documents or (len(known) == len(documents) and not bills):
        message = (
            "documents needs a utility bill, dated within 30 days: upload it with twilio.documents.upload"
        )
        yield problem(PortInProblemCode.NO_UTILITY_BILL, message, "documents")
    for index, one in enumerate(documents):
        sid = one.sid if isinstance(one, Document) else one
        sample = msgspec.structs.replace(_sample(), documents=[sid])
        try:
            check(sample)
        except InvalidArgumentError:
            place = f"documents[{index}]"
            message = (
                f"{place} must be a Document that was uploaded, or its SID (RD and 32 hexadecimal digits)"
            )
            yield problem(PortInProblemCode.INVALID_VALUE, message, place)


def _losing_carrier(carrier: LosingCarrierInformation) -> Iterator[PortInProblem]:
    at = "losing_carrier."
    address = carrier.address
    pair = {"address"} if carrier.address_sid else {"address", "address_sid"}
    yield from _faults(carrier, _sample_carrier(), _code, at=at, skip=pair)
    if (address is None) == (not carrier.address_sid):
        how = "one of the two must be given" if address is None else "only one of the two may be given"
        place = f"{at}address"
        yield problem(PortInProblemCode.ADDRESS, f"{place} or {at}address_sid: {how}", place)
    if address is not None:
        yield from _faults(
            address, _sample_address(), lambda _: PortInProblemCode.ADDRESS, at=f"{at}address."
        )


def lead_days(countries: AbstractSet[str]) -> int:
    """Returns the days that must lie before the port date of numbers of these countries."""
    return _LEAD_DAYS_JAPAN if "JP" in countries else _LEAD_DAYS


def _target_date(date: dt.date | None, countries: frozenset[str], today: dt.date) -> Iterator[PortInProblem]:
    if date is None:
        return
    days = lead_days(countries)
    earliest = today + dt.timedelta(days=days)
    if date < earliest:
        whose = " for Japanese numbers" if "JP" in countries else ""
        message = f"target_date must be at least {days} days ahead{whose}: {earliest} or later"
        yield problem(PortInProblemCode.TARGET_DATE_TOO_SOON, message, "target_date")
    if date.weekday() >= 5:
        message = f"target_date is a {date:%A}: carriers seldom port at the weekend"
        yield problem(
            PortInProblemCode.TARGET_DATE_WEEKEND,
            message,
            "target_date",
            severity=PortInProblemSeverity.WARNING,
        )


def _time_range(details: PortInCreate) -> Iterator[PortInProblem]:
    start, end = details.target_port_in_time_range_start, details.target_port_in_time_range_end
    if start is None and end is None:
        return
    fault = None
    if start is None or end is None:
        fault = "needs both its start and its end"
    elif _has_offset(start) and _has_offset(end) and not start < end:
        fault = "must end after it starts"
    elif details.target_port_in_date is None:
        fault = "needs target_date too"
    if fault is not None:
        yield problem(PortInProblemCode.TIME_RANGE, f"time_range {fault}", "time_range")


def _has_offset(time: dt.time | str) -> TypeGuard[dt.time]:
    return isinstance(time, dt.time) and time.utcoffset() is not None
