"""A new plan for the numbers of a port-in that were rejected or are not portable. Pure: nothing is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

import msgspec

from ..errors import invalid
from ..models import (
    LosingCarrierInformation,
    Portability,
    PortIn,
    PortingAddress,
    PortInLosingCarrier,
    PortInPhoneNumberResult,
)
from ..models.base import Answer, Request
from ..phone import checked_e164
from ..sweep import Outcome
from .corrections import CorrectionKind, Given, PortInCorrection, correction_of, needs_replan
from .numbers import LeftOutReason, Pins, PortInLeftOut, PortInNumber
from .plan import PortInPlan, plan_port_ins
from .problems import (
    PortInProblem,
    PortInProblemCode,
    PortInProblemSeverity,
    lead_days,
    left_out_problem,
    problem,
)

__all__ = ["PortInReplan", "replan", "sent_carrier"]

R = TypeVar("R", bound=Request)


class PortInReplan(PortInPlan, frozen=True, kw_only=True):
    """The plan for the rejected and not portable numbers of a port-in, with what each of them needs.

    The indexes are positions among the numbers of the port-in.
    """

    corrections: list[PortInCorrection]
    """The correction of each of these numbers, in the order of the port-in."""

    @property
    def missing(self) -> list[PortInCorrection]:
        """The corrections that were not given."""
        return [one for one in self.corrections if not one.is_given]


def replan(
    port_in: PortIn,
    *,
    pins: Mapping[str, str] | None = None,
    losing_carrier: LosingCarrierInformation | None = None,
    resolved: Iterable[str] | None = None,
    target_date: dt.date | None = None,
    created: Mapping[str, str] | None = None,
    today: dt.date | None = None,
) -> PortInReplan:
    """Make a new plan of the numbers of ``port_in`` that were rejected or are not portable. Nothing is sent.

    - ``port_in``: the port-in as ``port_ins.fetch`` gives it.
    - ``pins``: the right PIN by number. US mobile numbers need theirs again, whatever they were rejected for: Twilio
      does not give PINs back.
    - ``losing_carrier``: the right details. By default they are those of the port-in.
    - ``resolved``: numbers whose obstacle was removed elsewhere: the line is active again, a restriction is lifted.
    - ``target_date``: the day that is wished for. By default it is that of the port-in, while there is time for it.
    - ``created``: numbers (E.164) that a port-in (``KW...``) was created for already, as ``port_ins.created_numbers``
      reads them from a journal. They are left out.
    - ``today``: the day that it is counted from, by default today in UTC.

    A number goes in when the correction that its code asks for was given. Every other one is in ``left_out`` with
    its reason, and ``corrections`` says of all of them what to correct. The account, the documents and the other
    details are those of the port-in. Cancel the numbers in the old port-in before the new one is created
    (``port_in_phone_numbers.cancel``): a number cannot be in two. ``port_ins.create_all`` takes the plan, with the
    journal of the port-in too.

    Raises InvalidArgumentError for a port-in without its SID, and for values of a wrong type. Source: Twilio's porting
    guide.
    """
    sid = _checked_sid(port_in)
    numbers = list(enumerate(port_in.phone_numbers or ()))
    rejected = [(index, number) for index, number in numbers if needs_replan(number)]
    elsewhere = {number: to for number, to in (created or {}).items() if to != sid}
    wanted = [(index, number) for index, number in rejected if number.phone_number not in elsewhere]
    before = port_in.losing_carrier_information or PortInLosingCarrier()
    carrier = sent_carrier(before) if losing_carrier is None else losing_carrier
    today = today or dt.datetime.now(dt.UTC).date()
    date, warnings = _date(port_in, target_date, today)
    plan = _planner(port_in, carrier, date, pins, today)
    plan([])  # values of a wrong type are told before any is used
    named = _e164s(resolved)
    warnings += _useless(named, {number.phone_number for _, number in rejected})
    given = Given(
        before=before if losing_carrier is not None else carrier,
        carrier=carrier,
        pins=Pins(pins or {}, None).by_number,
        resolved=frozenset(named),
        new_date=date is not None and date != port_in.target_port_in_date,
    )
    corrections = [correction_of(index, number, given) for index, number in wanted]
    going = {one.index for one in corrections if one.is_given}
    made = plan([_checked(index, number) for index, number in wanted if index in going])
    left_out = [
        *(_left_out(one) for one in corrections if not one.is_given),
        *_created_before(rejected, elsewhere),
        *made.left_out,
    ]
    left_out.sort(key=lambda one: one.index)
    problems = [
        *(
            one
            for one in made.problems
            if one.left_out is None and one.code is not PortInProblemCode.NO_NUMBERS
        ),
        *_none_left(made, wanted=bool(wanted), created=bool(elsewhere)),
        *warnings,
        *map(left_out_problem, left_out),
    ]
    problems.sort(key=lambda one: one.severity is not PortInProblemSeverity.ERROR)
    return PortInReplan(
        requests=made.requests,
        left_out=left_out,
        duplicates=made.duplicates,
        problems=problems,
        replaces=sid,
        corrections=corrections,
    )


def _checked_sid(port_in: object) -> str:
    if not isinstance(port_in, PortIn) or not port_in.port_in_request_sid:
        raise invalid("port_in", "must be a PortIn with its SID, of twilio.port_ins.fetch")
    return port_in.port_in_request_sid


def _planner(
    port_in: PortIn,
    carrier: LosingCarrierInformation,
    date: dt.date | None,
    pins: Mapping[str, str] | None,
    today: dt.date,
) -> Callable[[Iterable[PortInNumber]], PortInPlan]:
    start, end = port_in.target_port_in_time_range_start, port_in.target_port_in_time_range_end
    return partial(
        plan_port_ins,
        account_sid=port_in.account_sid or "",
        losing_carrier=carrier,
        documents=port_in.documents or (),
        target_date=date,
        time_range=None if date is None or start is None or end is None else (start, end),
        pins=pins,
        notification_emails=port_in.notification_emails or None,
        bundle_sid=port_in.bundle_sid or None,
        portability_advance_carrier=port_in.portability_advance_carrier or None,
        auto_cancel_approval_numbers=port_in.auto_cancel_approval_numbers or None,
        today=today,
    )


def sent_carrier(carrier: PortInLosingCarrier) -> LosingCarrierInformation:
    """The details that Twilio gives back, as they are sent. A value that is missing is among the problems."""
    address = (
        None if carrier.address_sid or carrier.address is None else _sent(carrier.address, PortingAddress)
    )
    return msgspec.structs.replace(_sent(carrier, LosingCarrierInformation), address=address)


def _sent(answer: Answer, kind: type[R]) -> R:
    """The request with the fields of an answer, which have the same names."""
    return kind(
        **{
            field.name: getattr(answer, field.name) or ("" if field.required else None)
            for field in msgspec.structs.fields(kind)
        }
    )


def _date(
    port_in: PortIn, wished: dt.date | None, today: dt.date
) -> tuple[dt.date | None, list[PortInProblem]]:
    """The day of the new plan: the one that is wished for, or that of the port-in while there is time for it."""
    old = port_in.target_port_in_date
    if wished is not None or old is None:
        return wished, []
    countries = {"JP"} if port_in.portability_advance_carrier else set[str]()
    if old >= today + dt.timedelta(days=lead_days(countries)):
        return old, []
    message = f"target_date: that of the port-in, {old}, is too soon now: none is asked for"
    warning = PortInProblemSeverity.WARNING
    return None, [problem(PortInProblemCode.TARGET_DATE_TOO_SOON, message, "target_date", warning)]


def _e164s(numbers: Iterable[str] | None) -> list[str]:
    given = [numbers] if isinstance(numbers, str) else list(numbers or ())
    return [checked_e164(number, f"resolved[{index}]") for index, number in enumerate(given)]


def _useless(resolved: list[str], wanted: Collection[str | None]) -> Iterator[PortInProblem]:
    """A warning for each number whose obstacle was none."""
    for index, number in enumerate(resolved):
        if number not in wanted:
            place = f"resolved[{index}]"
            message = f"{place} is no number of the port-in that was rejected or is not portable"
            yield problem(PortInProblemCode.INVALID_VALUE, message, place, PortInProblemSeverity.WARNING)


def _checked(index: int, number: PortInPhoneNumberResult) -> Outcome[Portability]:
    """The number as one that can be ported, now that its obstacle is removed."""
    answer = Portability(phone_number=number.phone_number, portable=True, number_type=number.number_type)
    return Outcome(index, number.phone_number, number.phone_number, answer, None)


def _left_out(correction: PortInCorrection) -> PortInLeftOut:
    owned = correction.kind is CorrectionKind.NOT_NEEDED
    return PortInLeftOut(
        index=correction.index,
        phone_number=correction.phone_number,
        reason=LeftOutReason.NOT_PORTABLE if owned else LeftOutReason.CORRECTION_MISSING,
        message=correction.message,
        code=correction.code,
    )


def _created_before(
    numbers: Iterable[tuple[int, PortInPhoneNumberResult]], created: Mapping[str, str]
) -> Iterator[PortInLeftOut]:
    for index, number in numbers:
        port_in = created.get(number.phone_number or "")
        if port_in is not None:
            yield PortInLeftOut(
                index=index,
                phone_number=number.phone_number,
                reason=LeftOutReason.CREATED_BEFORE,
                message=f"It is in the port-in {port_in} by now.",
                code=None,
            )


def _none_left(made: PortInPlan, *, wanted: bool, created: bool) -> Iterable[PortInProblem]:
    if made.number_count:
        return
    message = "no number of the port-in was rejected, and all are portable"
    if wanted:
        message = "no number is left to port: give what corrections names"
    elif created:
        message = "no number is left to port: other port-ins have them by now"
    yield problem(PortInProblemCode.NO_NUMBERS, message, "port_in")
