"""Porting/PortIn: port-in requests, their list and their numbers.

The list gives the newest first. ``PortInRequestSid`` takes several SIDs, separated by commas or as a parameter that
comes again; SIDs that are not there match nothing. ``PortInRequestStatus`` compares without case, blanks and
underscores. ``CreatedAfter`` includes the beginning of its day, ``CreatedBefore`` ends before its own. A page's token
is the SID that it starts with.

Canceling what is canceled already is 204 again; what is completed or expired, 409. A number that is completed cannot be
canceled either (409). While a port-in is under way its numbers answer 22137 to a portability check, and when they are
ported, 22131, and are among the account's incoming phone numbers. A number that is on its way in already is taken into
another port-in as not portable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

from msgspec import Meta

from ..credentials import Account
from ..errors import bad_request, conflict, forbidden
from ..http.strict import Fields, fold, json_body, moment, query
from ..inventory import Inventory
from ..made_up import MOST, STEPS, made_up
from ..routing import Call, Reply, Route, found, json_reply, no_content
from ..state import Holding, SandboxState
from .port_in_body import PortInBody, check, port_date
from .port_in_state import REJECTIONS, STATUSES, Line, PortIn, doom
from .port_in_view import describe, describe_number, describe_row, sent_fields
from .portability import Portability

__all__ = ["PortIns"]

_PATH = "/v1/Porting/PortIn"
_ONE = f"{_PATH}/{{PortInRequestSid}}"
_NUMBER = f"{_ONE}/PhoneNumber/{{PhoneNumberSid}}"
_FIRST_TICKET = 100_001


_STATUSES = {fold(status): status for status in STATUSES} | {"pending": "In Review"}


class PortInQuery(Fields):
    token: str | None = None
    size: Annotated[int, Meta(ge=1, le=100)] = 20
    port_in_request_sid: str | None = None
    port_in_request_status: str | None = None
    created_before: str | None = None
    created_after: str | None = None


class PortIns:
    """The six operations, and every port-in with its state. ``pace``: seconds for a step, None to stay until told."""

    def __init__(
        self,
        state: SandboxState,
        portability: Portability,
        inventory: Inventory,
        tell: Callable[[PortIn, Line | None], None],
        *,
        pace: float | None,
        strict_documents: bool,
    ) -> None:
        self._state = state
        self._portability = portability
        self._inventory = inventory
        self._tell = tell
        self._pace = pace
        self._strict_documents = strict_documents
        self._port_ins: dict[str, PortIn] = {}
        self._made_up = 0

    def routes(self) -> Iterable[Route]:
        """The operations on requests and on their numbers."""
        yield Route("CreatePortingPortIn", "POST", _PATH, self.create)
        yield Route("ListPortInRequests", "GET", f"{_PATH}/PortInRequests", self.list, query=True)
        yield Route("FetchPortingPortIn", "GET", _ONE, self.fetch)
        yield Route("DeletePortingPortIn", "DELETE", _ONE, self.cancel)
        yield Route("FetchPortingPortInPhoneNumber", "GET", _NUMBER, self.fetch_number)
        yield Route("DeletePortingPortInPhoneNumber", "DELETE", _NUMBER, self.cancel_number)

    # the operations

    def create(self, call: Call) -> Reply:
        """A port-in request, in review."""
        state = self._state
        body = json_body(call, PortInBody, missing=22171)
        if not state.accounts.may_act_for(call.account, body.account_sid):
            raise forbidden("account_sid is neither your account nor a subaccount of it")
        check(body, today=state.today(), documents=state.documents if self._strict_documents else None)
        return json_reply(202, describe(self._add(call.account, body)))

    def fetch(self, call: Call) -> Reply:
        """One port-in request with its numbers."""
        return json_reply(200, describe(self._find(call)))

    def cancel(self, call: Call) -> Reply:
        """Cancel a port-in request and its numbers that are not ported."""
        port_in = self._find(call)
        if port_in.status == "Canceled":
            return no_content()
        if port_in.closed:
            raise conflict(f"The port-in request is {port_in.status} and cannot be canceled")
        port_in.close("Canceled", "canceled", "Canceled by the customer", self._state.now())
        self._hold(port_in)
        return no_content()

    def fetch_number(self, call: Call) -> Reply:
        """One number of a port-in request."""
        port_in = self._find(call)
        return json_reply(200, describe_number(port_in, self._find_line(call, port_in)))

    def cancel_number(self, call: Call) -> Reply:
        """Cancel one number of a port-in request."""
        port_in = self._find(call)
        line = self._find_line(call, port_in)
        if line.status == "canceled":
            return no_content()
        if line.status in {"completed", "expired"}:
            raise conflict(f"The phone number is {line.status} and cannot be canceled")
        at = self._state.now()
        line.move("canceled", at)
        port_in.settle(at)
        self._hold(port_in)
        return no_content()

    def list(self, call: Call) -> Reply:
        """One page of the port-in requests, the newest first."""
        asked = query(call, PortInQuery, repeatable=frozenset({"PortInRequestSid"}))
        wanted = _filter(asked)
        rows = [p for p in reversed(self._port_ins.values()) if self._visible(call, p) and wanted(p)]
        start = 0
        if asked.token:
            first = self._port_ins.get(asked.token)
            if first is None or not self._visible(call, first):
                raise bad_request("Invalid parameter: Token")
            start = sum(row.serial > first.serial for row in rows)
        end = start + asked.size
        meta = {
            "next_token": rows[end].sid if end < len(rows) else None,
            "previous_token": rows[max(start - asked.size, 0)].sid if start else None,
        }
        page = [describe_row(port_in) for port_in in rows[start:end]]
        return json_reply(200, {"port_in_requests": page, "meta": meta})

    # what tests and the pace do

    def add_made_up(self, account_sid: str, how_many: int) -> tuple[str, ...]:
        """Give an account so many more port-ins, each at another step; says their SIDs."""
        account = self._state.accounts.get(account_sid)
        if account is None:
            raise LookupError("There is no such account")
        if not 0 <= how_many <= MOST - self._made_up:
            raise ValueError(f"how_many: expected 0 to {MOST - self._made_up:,}")
        sids: list[str] = []
        for index in range(self._made_up, self._made_up + how_many):
            port_in = self._add(account, made_up(account_sid, index))
            self.advance(port_in.sid, index % STEPS)
            sids.append(port_in.sid)
        self._made_up += how_many
        return tuple(sids)

    def advance(self, sid: str | None, steps: int) -> int:
        """Move one port-in on, or all; says how many moved."""
        moved: set[str] = set()
        for port_in in list(self._port_ins.values()) if sid is None else [self._known(sid)]:
            for _ in range(steps):
                if not port_in.advance(self._state.now()):
                    break
                moved.add(port_in.sid)
            self._hold(port_in)
        return len(moved)

    def expire(self, sid: str) -> None:
        """Let a port-in expire."""
        port_in = self._known(sid)
        if port_in.closed:
            raise ValueError(f"The port-in is {port_in.status}")
        port_in.close("Expired", "expired", "The signature did not come in time", self._state.now())
        self._hold(port_in)

    def reject(self, phone_number_sid: str, code: int) -> None:
        """Let the losing carrier reject a number (22150-22159)."""
        if code not in REJECTIONS:
            raise ValueError("code: expected 22150 to 22159")
        for port_in in self._port_ins.values():
            line = port_in.line(phone_number_sid)
            if line is not None and line.open:
                line.reject(code, self._state.now())
                port_in.settle(self._state.now())
                self._hold(port_in)
                return
        raise LookupError("There is no such number under way")

    def sids(self) -> tuple[str, ...]:
        """The SIDs of every port-in, the oldest first."""
        return tuple(self._port_ins)

    # inside

    def _add(self, account: Account, body: PortInBody) -> PortIn:
        port_in = self._new(account, body)
        self._port_ins[port_in.sid] = port_in
        if self._pace is not None:
            self._keep_moving(port_in, self._pace)
        return port_in

    def _new(self, account: Account, body: PortInBody) -> PortIn:
        state = self._state
        at = state.now()
        serial = len(self._port_ins)
        port_in = PortIn(
            sid=state.new_sid("KW"),
            serial=serial,
            account_sid=body.account_sid,
            fields=sent_fields(body, ticket=_FIRST_TICKET + serial),
            lines=[],
            port_date=port_date(body, state.today()),
            created=at,
            updated=at,
            tell=lambda port_in: self._tell(port_in, None),
        )
        account_number = bool(body.losing_carrier_information.account_number)
        for entry in body.phone_numbers:
            line = self._line(account, port_in, entry.phone_number, entry.pin or None, account_number)
            port_in.lines.append(line)
            holding = Holding(body.account_sid, "porting", line.sid)
            state.holdings.setdefault(line.number, holding)
        return port_in

    def _line(
        self, account: Account, port_in: PortIn, number: str, pin: str | None, account_number: bool
    ) -> Line:
        target = port_in.account_sid
        verdict, _ = self._portability.decide(number, account.sid, target)
        if verdict.once:
            verdict, _ = self._portability.decide(number, account.sid, target)
        return Line(
            sid=self._state.new_sid("PU"),
            number=number,
            pin=pin,
            verdict=verdict,
            missing_fields=verdict.mobile and not (pin and account_number),
            doomed=doom(number, verdict, pin=pin is not None, account_number=account_number),
            updated=port_in.created,
            tell=lambda line: self._tell(port_in, line),
        )

    def _hold(self, port_in: PortIn) -> None:
        """Bring what the sandbox holds in line with the statuses of the port-in's numbers."""
        holdings = self._state.holdings
        for line in port_in.lines:
            holding = holdings.get(line.number)
            if holding is None or holding.by != line.sid:
                continue
            if line.status == "completed":
                if holding.state == "porting":
                    holdings[line.number] = Holding(port_in.account_sid, "owned", line.sid)
                    self._inventory.ported(port_in.account_sid, line.number)
            elif not line.open:
                del holdings[line.number]

    def _keep_moving(self, port_in: PortIn, pace: float) -> None:
        def step() -> None:
            if self.advance(port_in.sid, 1):
                self._state.schedule(pace, step)

        self._state.schedule(pace, step)

    def _visible(self, call: Call, port_in: PortIn) -> bool:
        return self._state.accounts.may_act_for(call.account, port_in.account_sid)

    def _find(self, call: Call) -> PortIn:
        port_in = self._port_ins.get(call.params["PortInRequestSid"])
        return found(call, port_in if port_in and self._visible(call, port_in) else None)

    def _find_line(self, call: Call, port_in: PortIn) -> Line:
        return found(call, port_in.line(call.params["PhoneNumberSid"]))

    def _known(self, sid: str) -> PortIn:
        try:
            return self._port_ins[sid]
        except KeyError:
            raise LookupError("There is no such port-in") from None


def _filter(asked: PortInQuery) -> Callable[[PortIn], bool]:
    sids = set(asked.port_in_request_sid.split(",")) if asked.port_in_request_sid else None
    status = None
    if asked.port_in_request_status:
        status = _STATUSES.get(fold(asked.port_in_request_status))
        if status is None:
            raise bad_request("Invalid parameter: PortInRequestStatus")
    before = moment("CreatedBefore", asked.created_before or None)
    after = moment("CreatedAfter", asked.created_after or None)

    def wanted(port_in: PortIn) -> bool:
        return (
            (sids is None or port_in.sid in sids)
            and (status is None or port_in.status == status)
            and (before is None or port_in.created < before)
            and (after is None or port_in.created >= after)
        )

    return wanted
