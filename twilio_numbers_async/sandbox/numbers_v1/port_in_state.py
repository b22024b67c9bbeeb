"""The steps of a port-in.

Each step takes a request and its numbers one row down:

=====================  =====================  =================================================================
request                number                 what else
=====================  =====================  =================================================================
In Review              in_review              as it is created
Waiting for Signature  waiting_for_signature  ``signature_request_url`` is set in this state
In Progress            port_submitted
In Progress            port_pending           ``port_date`` is set; doomed numbers are ``port_rejected`` instead
Completed              completed              or Action Required, where numbers were rejected
=====================  =====================  =================================================================

Doomed are: a number that is not portable (22159), a mobile one without a PIN (22155) or an account number (22156),
and the reserved ``+1 NXX 555 0196`` (22153 end user's name), ``0197`` (22154 address), ``0198`` (22158 port date) and
``0199`` (22150 contact support). Canceled numbers stay canceled. Where no number is left in progress, the request is
Canceled when all were canceled, and Action Required when any was rejected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..numbering import is_reserved
from .portability import Verdict

REJECTIONS: Mapping[int, str] = {
    22150: "Contact Twilio support",
    22151: "The losing carrier restricts the number",
    22152: "The number is inactive or disconnected",
    22153: "The end user's name does not match",
    22154: "The address does not match",
    22155: "The PIN is missing or does not match",
    22156: "The account number is missing or does not match",
    22157: "The subscription right does not match",
    22158: "The port date is not accepted",
    22159: "The number is not portable",
}

_STEPS = (
    ("In Review", "in_review"),
    ("Waiting for Signature", "waiting_for_signature"),
    ("In Progress", "port_submitted"),
    ("In Progress", "port_pending"),
    ("Completed", "completed"),
)
STATUSES = frozenset({*dict(_STEPS), "Action Required", "Canceled", "Expired"})
_PENDING = 3
_DOOMED_BY_RULE = {"96": 22153, "97": 22154, "98": 22158, "99": 22150}
_OPEN = frozenset(status for _, status in _STEPS[:-1])
_CLOSED = frozenset({"Completed", "Canceled", "Expired"})


def doom(number: str, verdict: Verdict, *, pin: bool, account_number: bool) -> int | None:
    """The code with which the port of a number will be rejected, None for one that will complete."""
    if not verdict.portable:
        return 22159
    if verdict.mobile and not pin:
        return 22155
    if verdict.mobile and not account_number:
        return 22156
    return _DOOMED_BY_RULE.get(number[-2:]) if is_reserved(number) else None


@dataclass(slots=True, eq=False)
class Line:
    """A number within a port-in. ``doomed``: the code of its later rejection; ``tell`` is called at each change."""

    sid: str
    number: str
    pin: str | None
    verdict: Verdict
    missing_fields: bool
    doomed: int | None
    updated: dt.datetime
    tell: Callable[[Line], None]
    status: str = "in_review"
    rejection: int | None = None
    port_date: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """True while its port is under way."""
        return self.status in _OPEN

    def move(self, status: str, at: dt.datetime) -> None:
        """Change the status of the number. Every change goes through here."""
        self.status = status
        self.updated = at
        self.tell(self)

    def reject(self, code: int, at: dt.datetime) -> None:
        """Reject the number, as the losing carrier does."""
        self.rejection = code
        self.move("port_rejected", at)


@dataclass(slots=True, eq=False)
class PortIn:
    """A port-in request. ``fields``: the fields that it was created with; ``tell`` is called at each change."""

    sid: str
    serial: int
    account_sid: str
    fields: dict[str, object]
    lines: list[Line]
    port_date: dt.datetime
    created: dt.datetime
    updated: dt.datetime
    tell: Callable[[PortIn], None]
    status: str = "In Review"
    cancellation_reason: str | None = None
    step: int = 0

    @property
    def closed(self) -> bool:
        """True if its status is final."""
        return self.status in _CLOSED

    @property
    def ported(self) -> int:
        """The count of its ported numbers."""
        return sum(line.status == "completed" for line in self.lines)

    def line(self, sid: str) -> Line | None:
        """Its number of that SID."""
        return next((line for line in self.lines if line.sid == sid), None)

    def move(self, status: str, at: dt.datetime) -> None:
        """Change the status of the request. Every change goes through here."""
        if status != self.status:
            self.status = status
            self.updated = at
            self.tell(self)

    def advance(self, at: dt.datetime) -> bool:
        """Take one step. Returns False if there is none."""
        if self.closed or self.status == "Action Required":
            return False
        self.step += 1
        status, line_status = _STEPS[self.step]
        for line in self.lines:
            if not line.open:
                continue
            if self.step == _PENDING and line.doomed is not None:
                line.reject(line.doomed, at)
            else:
                line.port_date = self.port_date if self.step >= _PENDING else None
                line.move(line_status, at)
        if status != "Completed":
            self.move(status, at)
        self.settle(at)
        return True

    def settle(self, at: dt.datetime) -> None:
        """Close the request if the port of none of its numbers is under way."""
        if self.closed or any(line.open for line in self.lines):
            return
        if any(line.status == "port_rejected" for line in self.lines):
            self.move("Action Required", at)
        elif self.ported:
            self.move("Completed", at)
        else:
            self.cancellation_reason = "Every number was canceled"
            self.move("Canceled", at)

    def close(self, status: str, line_status: str, reason: str, at: dt.datetime) -> None:
        """End the request early, canceled or expired, with its unfinished numbers."""
        self.cancellation_reason = reason
        for line in self.lines:
            if line.open or line.status == "port_rejected":
                line.move(line_status, at)
        self.move(status, at)
