"""Porting/PortIn: port-in requests, their list and their numbers.

The list starts with the newest. ``PortInRequestSid`` takes several SIDs, separated by commas or as a repeated
parameter; unknown SIDs match nothing. ``PortInRequestStatus`` ignores case, blanks and underscores. ``CreatedAfter``
includes the beginning of its day, ``CreatedBefore`` ends before its own. A page's token is the SID that it starts with.

Canceling a canceled port-in is 204 again, a completed or expired one 409. A completed number cannot be canceled either
(409).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from ..errors import bad_request, conflict, forbidden
from ..http.strict import Fields, fold, json_body, moment, query
from ..routing import Call, Family, Reply, found, json_reply, no_content, route
from ..state import SandboxState
from .port_in_body import PortInBody, check
from .port_in_state import STATUSES, Line, PortIn
from .port_in_view import describe, describe_number, describe_row
from .port_ins import PortIns

_PATH = "/v1/Porting/PortIn"
_ONE = f"{_PATH}/{{PortInRequestSid}}"
_NUMBER = f"{_ONE}/PhoneNumber/{{PhoneNumberSid}}"
_STATUSES = {fold(status): status for status in STATUSES} | {"pending": "In Review"}


class PortInQuery(Fields):
    token: str | None = None
    size: Annotated[int, Meta(ge=1, le=100)] = 20
    port_in_request_sid: str | None = None
    port_in_request_status: str | None = None
    created_before: str | None = None
    created_after: str | None = None


class PortInRoutes(Family):
    """The six operations on port-ins and their numbers."""

    def __init__(self, state: SandboxState, port_ins: PortIns, *, strict_documents: bool) -> None:
        self._state = state
        self._port_ins = port_ins
        self._strict_documents = strict_documents

    @route("CreatePortingPortIn", "POST", _PATH)
    def create(self, call: Call) -> Reply:
        state = self._state
        body = json_body(call, PortInBody, missing=22171)
        if not state.accounts.may_act_for(call.account, body.account_sid):
            raise forbidden("account_sid is neither your account nor a subaccount of it")
        check(body, today=state.today(), documents=state.documents if self._strict_documents else None)
        return json_reply(202, describe(self._port_ins.create(call.account, body)))

    @route("FetchPortingPortIn", "GET", _ONE)
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, describe(self._find(call)))

    @route("DeletePortingPortIn", "DELETE", _ONE)
    def cancel(self, call: Call) -> Reply:
        """Cancel a port-in request and its numbers that are not ported."""
        port_in = self._find(call)
        if port_in.status == "Canceled":
            return no_content()
        if port_in.closed:
            raise conflict(f"The port-in request is {port_in.status} and cannot be canceled")
        port_in.close("Canceled", "canceled", "Canceled by the customer", self._state.now())
        self._port_ins.update_holdings(port_in)
        return no_content()

    @route("FetchPortingPortInPhoneNumber", "GET", _NUMBER)
    def fetch_number(self, call: Call) -> Reply:
        port_in = self._find(call)
        return json_reply(200, describe_number(port_in, self._find_line(call, port_in)))

    @route("DeletePortingPortInPhoneNumber", "DELETE", _NUMBER)
    def cancel_number(self, call: Call) -> Reply:
        port_in = self._find(call)
        line = self._find_line(call, port_in)
        if line.status == "canceled":
            return no_content()
        if line.status in {"completed", "expired"}:
            raise conflict(f"The phone number is {line.status} and cannot be canceled")
        at = self._state.now()
        line.move("canceled", at)
        port_in.settle(at)
        self._port_ins.update_holdings(port_in)
        return no_content()

    @route("ListPortInRequests", "GET", f"{_PATH}/PortInRequests", query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, PortInQuery, repeatable=frozenset({"PortInRequestSid"}))
        wanted = _filter(asked)
        rows = [
            p for p in reversed(self._port_ins.all.chosen(None)) if self._state.sees(call, p) and wanted(p)
        ]
        start = 0
        if asked.token:
            first = self._port_ins.all.get(asked.token)
            if first is None or not self._state.sees(call, first):
                raise bad_request("Invalid parameter: Token")
            start = sum(row.serial > first.serial for row in rows)
        end = start + asked.size
        meta = {
            "next_token": rows[end].sid if end < len(rows) else None,
            "previous_token": rows[max(start - asked.size, 0)].sid if start else None,
        }
        page = [describe_row(port_in) for port_in in rows[start:end]]
        return json_reply(200, {"port_in_requests": page, "meta": meta})

    # inside

    def _find(self, call: Call) -> PortIn:
        return self._state.seen(call, self._port_ins.all.get(call.params["PortInRequestSid"]))

    def _find_line(self, call: Call, port_in: PortIn) -> Line:
        return found(call, port_in.line(call.params["PhoneNumberSid"]))


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
