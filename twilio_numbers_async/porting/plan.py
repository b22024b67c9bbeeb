"""The planner: makes port-in requests of numbers and a customer's details, and finds what is wrong. Pure: nothing is
sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from .._util import counted
from ..errors import invalid
from ..models import (
    Bundle,
    Document,
    LosingCarrierInformation,
    Portability,
    PortInCreate,
    PortInCreatePhoneNumber,
    PortingAddress,
)
from ..models.discreet import Discreet
from ..models.validate import MAX_PORT_IN_PHONE_NUMBERS
from ..phone import checked_country
from ..sweep import Outcome
from ..work.plan import Candidate, candidates_of, left_out_lines, plan_lines
from .numbers import Pins, PortInLeftOut, PortInNumber, country_of_candidate, reason_against
from .problems import (
    PortInProblem,
    PortInProblemCode,
    PortInProblemSeverity,
    details_problems,
    left_out_problem,
    problem,
)

__all__ = ["PortInPlan", "plan_port_ins"]


class PortInPlan(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """Port-in requests that are ready to be created, or what stands in their way.

    Every input is in a request, in ``left_out`` or in ``duplicates``. ``str(plan)`` is a few lines for people; neither
    it nor the repr shows a phone number.
    """

    requests: list[PortInCreate]
    """The requests that ``port_ins.create_all`` creates: each of one country, at most 1,000 numbers."""
    left_out: list[PortInLeftOut]
    """The numbers that do not go in, each with its reason, in the order of the inputs."""
    duplicates: dict[int, int]
    """Inputs that came again: the index of each, and of the first input with the same number."""
    problems: list[PortInProblem]
    """The problems: errors first, then warnings, and last one for each number that is left out."""
    replaces: str | None = None
    """The port-in (``KW...``) that the numbers come from, in a plan of ``replan``."""

    @property
    def is_ready(self) -> bool:
        """True if no problem is an error; warnings do not count."""
        return not self.errors

    @property
    def errors(self) -> list[PortInProblem]:
        """The problems that Twilio would refuse the port-ins for."""
        return [one for one in self.problems if one.severity is PortInProblemSeverity.ERROR]

    @property
    def number_count(self) -> int:
        """The count of numbers in the requests."""
        return sum(len(request.phone_numbers) for request in self.requests)

    @property
    def summary(self) -> str:
        """A few lines for people: the counts and the problems, without each number that is left out."""
        requests = counted(len(self.requests), "port-in request")
        problems = [one for one in self.problems if one.left_out is None]
        return "\n".join(plan_lines(self.number_count, requests, self.left_out, self.duplicates, problems))

    def __str__(self) -> str:
        return "\n".join([self.summary, *left_out_lines(self.left_out)])

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [
            ("requests", len(self.requests)),
            ("numbers", self.number_count),
            ("left_out", len(self.left_out)),
            ("duplicates", len(self.duplicates)),
            ("problems", self.problems),
        ]


def plan_port_ins(
    numbers: Iterable[PortInNumber],
    *,
    account_sid: str,
    losing_carrier: LosingCarrierInformation,
    documents: Iterable[Document | str],
    target_date: dt.date | None = None,
    time_range: tuple[dt.time | str, dt.time | str] | None = None,
    pins: Mapping[str, str] | None = None,
    notification_emails: Iterable[str] | None = None,
    bundle: Bundle | None = None,
    bundle_sid: str | None = None,
    portability_advance_carrier: str | None = None,
    auto_cancel_approval_numbers: str | None = None,
    country: str | None = None,
    checked_only: bool = False,
    today: dt.date | None = None,
) -> PortInPlan:
    """Make the port-in requests for ``numbers``, in the right pieces, and say what is wrong. Nothing is sent.

    - ``numbers``: outcomes of ``portability.sweep``, Portability answers, or just numbers, which nobody checked then:
      they go in with a warning, or are left out with ``checked_only``.
    - ``account_sid`` (``AC...``): the account to port to.
    - ``losing_carrier``: the customer's details there; mobile numbers need its ``account_number``.
    - ``documents``: what ``documents.upload`` gave, or SIDs (``RD...``).
    - ``target_date``: the day that is wished for. ``time_range``: the earliest and the latest time on that day, each
      with its UTC offset (``"10:15:00-08:00"``).
    - ``pins``: the losing carrier's PIN by number; US mobile numbers need one.
    - ``notification_emails``: who else gets the signed letter of authorization.
    - ``bundle`` (an approved one, of ``twilio.bundles``) or ``bundle_sid``, ``portability_advance_carrier``,
      ``auto_cancel_approval_numbers``: for Japan.
    - ``country`` (``US``): how numbers without a ``+`` are read, those of ``pins`` too.
    - ``today``: the day that ``target_date`` is counted from, by default today in UTC.

    Numbers are taken once each, grouped by country and split at 1,000, in the order of their inputs: the same inputs
    make the same requests. Raises InvalidArgumentError only for values of a wrong type; what is wrong with the port-ins
    is in the plan. Source: Twilio's porting guide.
    """
    checked_country(country)
    _check_types(losing_carrier, target_date=target_date, today=today, pins=pins)
    if bundle is not None and not (isinstance(bundle, Bundle) and bundle.sid):
        raise invalid("bundle", "must be a Bundle with its SID, of twilio.bundles")
    papers: list[Document | str] = _list(
        documents, (str, Document), "documents", "uploaded documents or their SIDs"
    )
    start, end = _range(time_range)
    details = PortInCreate(
        account_sid=account_sid,
        documents=[one.sid or "" if isinstance(one, Document) else one for one in papers],
        phone_numbers=[],
        losing_carrier_information=losing_carrier,
        notification_emails=None
        if notification_emails is None
        else _list(notification_emails, (str,), "notification_emails", "e-mail addresses"),
        target_port_in_date=target_date,
        target_port_in_time_range_start=start,
        target_port_in_time_range_end=end,
        bundle_sid=bundle_sid if bundle is None else bundle.sid,
        portability_advance_carrier=portability_advance_carrier,
        auto_cancel_approval_numbers=auto_cancel_approval_numbers,
    )
    known_pins = Pins(pins or {}, country)
    given: list[PortInNumber] = _list(
        numbers, (str, Outcome, Portability), "numbers", "numbers or checks of them"
    )
    candidates, duplicates = candidates_of(given, Portability, country)
    groups, left_out = _sorted(candidates, details, known_pins, checked_only=checked_only)
    today = today or dt.datetime.now(dt.UTC).date()
    problems = [
        *details_problems(details, papers, countries=frozenset(groups), today=today),
        *_bundle_problems(bundle, bundle_sid),
        *_number_problems(groups, candidates, known_pins),
        *map(left_out_problem, left_out),
    ]
    problems.sort(key=lambda one: one.severity is not PortInProblemSeverity.ERROR)
    requests = [request for group in groups.items() for request in _requests(details, *group, known_pins)]
    return PortInPlan(requests=requests, left_out=left_out, duplicates=duplicates, problems=problems)


def _bundle_problems(bundle: Bundle | None, bundle_sid: str | None) -> Iterable[PortInProblem]:
    if bundle is None:
        return
    if bundle_sid is not None and bundle_sid != bundle.sid:
        message = "bundle and bundle_sid are two different ones: give one of them"
        yield problem(PortInProblemCode.INVALID_VALUE, message, "bundle_sid")
    status = bundle.status
    if status is None or not status.is_approved:
        how = "not known" if status is None else status.value
        message = f"bundle must be approved, and is {how}: see twilio.bundles.wait(...)"
        yield problem(PortInProblemCode.INVALID_VALUE, message, "bundle")


def _sorted(
    candidates: Iterable[Candidate[Portability]], details: PortInCreate, pins: Pins, *, checked_only: bool
) -> tuple[dict[str, list[Candidate[Portability]]], list[PortInLeftOut]]:
    """Sort the numbers: those that go in, by country, and those that are left out."""
    groups: dict[str, list[Candidate[Portability]]] = {}
    left_out: list[PortInLeftOut] = []
    for candidate in candidates:
        reason = reason_against(
            candidate,
            pin=pins.by_number.get(candidate.number or ""),
            account_number=bool(details.losing_carrier_information.account_number),
            japan=bool(details.bundle_sid and details.portability_advance_carrier),
            unchecked=not checked_only,
        )
        if reason is None:
            groups.setdefault(country_of_candidate(candidate) or "", []).append(candidate)
        else:
            left_out.append(reason)
    return groups, left_out


def _requests(
    details: PortInCreate, country: str, candidates: Sequence[Candidate[Portability]], pins: Pins
) -> Iterable[PortInCreate]:
    if country != "JP":
        details = msgspec.structs.replace(
            details, portability_advance_carrier=None, auto_cancel_approval_numbers=None
        )
    entries = [
        PortInCreatePhoneNumber(phone_number=one.number, pin=pins.by_number.get(one.number))
        for one in candidates
        if one.number is not None
    ]
    for at in range(0, len(entries), MAX_PORT_IN_PHONE_NUMBERS):
        yield msgspec.structs.replace(details, phone_numbers=entries[at : at + MAX_PORT_IN_PHONE_NUMBERS])


def _number_problems(
    groups: Mapping[str, Sequence[Candidate[Portability]]],
    candidates: Sequence[Candidate[Portability]],
    pins: Pins,
) -> Iterable[PortInProblem]:
    going = [one for group in groups.values() for one in group]
    if not going:
        message = "no number is left to port" if candidates else "there are no numbers"
        yield problem(PortInProblemCode.NO_NUMBERS, message, "numbers")
    unchecked = sum(one.is_unchecked for one in going)
    if unchecked:
        message = f"{unchecked} of the numbers {_were(unchecked)} not checked for portability"
        yield problem(PortInProblemCode.NOT_CHECKED, message, "numbers", PortInProblemSeverity.WARNING)
    for fault in pins.faults:
        yield problem(PortInProblemCode.PIN, fault, "pins")
    unused = len(pins.by_number.keys() - {one.number for one in candidates})
    if unused:
        message = f"{unused} of the PINs {_were(unused)} given for no number of the plan"
        yield problem(PortInProblemCode.PIN, message, "pins", PortInProblemSeverity.WARNING)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _check_types(losing_carrier: object, *, target_date: object, today: object, pins: object) -> None:
    if not isinstance(losing_carrier, LosingCarrierInformation):
        raise invalid("losing_carrier", "must be a LosingCarrierInformation")
    if not isinstance(losing_carrier.address, PortingAddress | None):
        raise invalid("losing_carrier.address", "must be a PortingAddress")
    for name, value in (("target_date", target_date), ("today", today)):
        if value is not None and type(value) is not dt.date:
            raise invalid(name, "must be a date, without a time")
    if pins is not None and not isinstance(pins, Mapping):
        raise invalid("pins", "must map numbers to their PINs")


def _list(values: object, kinds: tuple[type, ...], argument: str, what: str) -> list[Any]:
    """Return the values as a list; a single one is as good as a list of it."""
    if isinstance(values, kinds):
        return [values]
    if isinstance(values, bytes | bytearray) or not isinstance(values, Iterable):
        raise invalid(argument, f"must be {what}")
    return list(values)  # pyright: ignore[reportUnknownArgumentType]


def _range(
    times: tuple[dt.time | str | None, dt.time | str | None] | None,
) -> tuple[dt.time | str | None, dt.time | str | None]:
    if times is None:
        return None, None
    if not isinstance(times, tuple | list) or len(times) != 2:
        raise invalid("time_range", "must be two times: start and end")
    return _time(times[0]), _time(times[1])


def _time(value: dt.time | str | None) -> dt.time | str | None:
    if not isinstance(value, str):
        return value
    try:
        return dt.time.fromisoformat(value)
    except ValueError:
        return value  # among the problems
