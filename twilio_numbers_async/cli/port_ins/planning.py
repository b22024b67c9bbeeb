"""Plans of port-ins from a file and the customer's details, and their creation."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ..._util import counted
from ...models import PortInCreate
from ...phone import country_of
from ...porting.creation import PortInOutcome
from ...porting.plan import PortInPlan, plan_port_ins
from ..confirm import ask
from ..connection import Connection
from ..exit_codes import INTERRUPTED, code_of, tell
from ..journals import going_on
from ..output import Listing, Output
from ..words import in_commands, worded
from .details import Details
from .numbers import Numbers, merged_pins

__all__ = ["Planned", "create_port_ins", "make_plan"]

_SHOWN = 20
_COLUMNS = {"No": 3, "Country": 7, "Numbers": 7, "Outcome": 14, "Request": 34, "Status": 22, "": 0}


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with the source of its numbers."""

    plan: PortInPlan
    numbers: Numbers
    account_sid: str

    def lines(self) -> Sequence[str]:
        """The plan for people. It shows no phone number."""
        plan, lines = self.plan, self.numbers.lines
        requests = counted(len(plan.requests), "port-in request")
        said = [f"{counted(plan.number_count, 'number')} in {requests} to {self.account_sid}:"]
        for number, request in enumerate(plan.requests, start=1):
            said.append(f"  {number}: {_country(request)}, {counted(len(request.phone_numbers), 'number')}")
        if plan.left_out:
            reasons = Counter(one.reason.value.replace("_", " ") for one in plan.left_out)
            counts = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
            said.append(f"{len(plan.left_out):,} left out ({counts}):")
            for one in plan.left_out[:_SHOWN]:
                code = "" if one.code is None else f" ({one.code})"
                said.append(
                    f"  line {lines[one.index]}: {one.reason.value.replace('_', ' ')}{code}: {in_commands(one.message)}"
                )
            said += _more(len(plan.left_out))
        if plan.duplicates:
            said.append(f"{len(plan.duplicates):,} came again:")
            for again, first in list(plan.duplicates.items())[:_SHOWN]:
                said.append(f"  line {lines[again]} is the number of line {lines[first]}")
            said += _more(len(plan.duplicates))
        said += [in_commands(str(one)) for one in plan.problems if one.left_out is None]
        errors = len(plan.errors)
        return [*said, f"Not ready: {counted(errors, 'error')}." if errors else "Ready."]

    def record(self) -> dict[str, object]:
        """The plan without the customer's PINs and details."""
        plan, lines = self.plan, self.numbers.lines
        return {
            "ready": plan.is_ready,
            "account_sid": self.account_sid,
            "requests": [
                {
                    "country": _country(request),
                    "phone_numbers": [entry.phone_number for entry in request.phone_numbers],
                }
                for request in plan.requests
            ],
            "left_out": [
                {
                    "line": lines[one.index],
                    "phone_number": one.phone_number,
                    "reason": one.reason,
                    "code": one.code,
                    "message": in_commands(one.message),
                }
                for one in plan.left_out
            ],
            "duplicates": [
                {"line": lines[again], "first_line": lines[first]} for again, first in plan.duplicates.items()
            ],
            "problems": [
                {
                    "code": one.code,
                    "severity": one.severity,
                    "message": in_commands(one.message),
                    "argument": one.argument,
                }
                for one in plan.problems
                if one.left_out is None
            ],
        }


def make_plan(numbers: Numbers, details: Details, country: str | None, *, checked_only: bool) -> Planned:
    """The plan. Nothing is sent."""
    plan = plan_port_ins(
        numbers.inputs,
        account_sid=details.account_sid,
        losing_carrier=details.losing_carrier,
        documents=details.documents,
        target_date=details.target_date,
        time_range=details.time_range,
        pins=merged_pins(numbers, details.pins, country),
        notification_emails=details.notification_emails,
        bundle_sid=details.bundle_sid,
        portability_advance_carrier=details.portability_advance_carrier,
        auto_cancel_approval_numbers=details.auto_cancel_approval_numbers,
        country=country,
        checked_only=checked_only,
    )
    return Planned(plan=plan, numbers=numbers, account_sid=details.account_sid)


def _more(count: int) -> list[str]:
    return [f"  and {count - _SHOWN:,} more (--json has them all)"] if count > _SHOWN else []


async def create_port_ins(
    planned: Planned, connection: Connection, journal: Path | None, output: Output, *, yes: bool
) -> int:
    """Ask for consent, and create the port-ins of the plan; returns the exit code."""
    plan = planned.plan
    async with connection.open() as client:
        question = (
            f"Create {counted(len(plan.requests), 'port-in request')} with "
            f"{counted(plan.number_count, 'number')} for {planned.account_sid}?"
        )
        ask(question, yes=yes, done="created")
        again = going_on(journal, "created")
        try:
            outcomes = await client.port_ins.create_all(plan, journal=journal)
        except asyncio.CancelledError:
            tell(f"Stopped.{again}")
            return INTERRUPTED
    listing = Listing(_COLUMNS, output)
    for outcome in outcomes:
        _show_outcome(listing, outcome)
    states = Counter(_state(outcome) for outcome in outcomes)
    tell(", ".join(f"{count:,} {state}" for state, count in states.items()) + f".{again}")
    return code_of(one.error for one in outcomes)


def _show_outcome(listing: Listing, outcome: PortInOutcome) -> None:
    request: PortInCreate = outcome.input
    port_in = outcome.result
    record: dict[str, object] = {
        "request": outcome.index + 1,
        "country": _country(request),
        "numbers": len(request.phone_numbers),
        "outcome": _state(outcome),
        "port_in_request_sid": port_in and port_in.port_in_request_sid,
        "status": port_in and port_in.port_in_request_status,
        "error": None if outcome.error is None else worded(outcome.error),
    }
    listing.row(list(record.values()), record)


def _state(outcome: PortInOutcome) -> str:
    if outcome.ok:
        return "created before" if outcome.from_journal else "created"
    return "unknown" if outcome.is_unknown else "not created"


def _country(request: PortInCreate) -> str:
    return country_of(request.phone_numbers[0].phone_number) or "?"
