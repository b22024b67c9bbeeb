"""HostedNumber/Eligibility: checks of numbers for hosting, at once or as a bulk check that is polled.

The decision is that of ``portability`` in other words:

=======================================  ===========================================================
portability                              eligibility_sub_status
=======================================  ===========================================================
not E.164                                NUMBER_FORMAT_INELIGIBLE
a hosting account that is not yours      INVALID_HOSTING_ACCOUNT_SID
another country                          COUNTRY_INELIGIBLE
portable mobile                          NUMBER_TYPE_INELIGIBLE
portable otherwise, toll-free            ELIGIBLE
22131, 22132, 22136                      ALREADY_IN_TWILIO
22102                                    INVALID_PHONE_NUMBER
22135                                    INTERNAL_PROCESSING_ERROR
22137, 22171                             ELIGIBLE_BY_MANUAL_PROCESS in bulk, else CARRIER_INELIGIBLE
anything else                            CARRIER_INELIGIBLE
=======================================  ===========================================================

A bulk check is QUEUED when it is created, IN_PROGRESS for the polls before the last, and SUCCESSFUL, with its results,
from poll number ``polls`` on. A number of the caller's that has a hosted number order names it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from ..credentials import Account
from ..http.strict import Body, is_e164, is_sid, json_body
from ..numbering import country_of
from ..numbers_v2.hosting import HostedNumberOrders
from ..routing import PUBLIC_HOST, Call, Family, Reply, found, json_reply, route
from ..state import SandboxState, timestamp
from .portability import SISTER_ACCOUNT_SID, Portability, Verdict

_PATH = "/v1/HostedNumber/Eligibility"
_SUB_STATUSES = {
    22102: "INVALID_PHONE_NUMBER",
    22131: "ALREADY_IN_TWILIO",
    22132: "ALREADY_IN_TWILIO",
    22135: "INTERNAL_PROCESSING_ERROR",
    22136: "ALREADY_IN_TWILIO",
}
_NEXT_STEPS = {
    "ALREADY_IN_TWILIO": "CONTACT_SUPPORT_INELIGIBLE_INVENTORY_STATUS",
    "NUMBER_FORMAT_INELIGIBLE": "EDIT_INELIGIBLE_NUMBER",
    "INVALID_PHONE_NUMBER": "EDIT_INELIGIBLE_NUMBER",
    "INTERNAL_PROCESSING_ERROR": "TRY_AGAIN",
    "ELIGIBLE": "CREATE_HOSTED_NUMBER_ORDER",
    "ELIGIBLE_BY_MANUAL_PROCESS": "CONTACT_SUPPORT",
}
_OWN = frozenset({22131, 22136})
_ELIGIBLE = frozenset({"ELIGIBLE", "ELIGIBLE_BY_MANUAL_PROCESS"})


class EligibilityNumber(Body):
    phone_number: str
    hosting_account_sid: str | None = None


class EligibilityBody(Body):
    phone_numbers: Annotated[list[EligibilityNumber], Meta(min_length=1)]
    friendly_name: str | None = None


@dataclass(slots=True)
class _Bulk:
    sid: str
    account: Account
    body: EligibilityBody
    created: dt.datetime
    polls: int = 0
    completed: dt.datetime | None = None
    results: list[dict[str, object]] | None = None


class Eligibilities(Family):
    """The three operations, and the bulk checks with their state."""

    def __init__(
        self, state: SandboxState, portability: Portability, orders: HostedNumberOrders, *, polls: int
    ) -> None:
        self._state = state
        self._portability = portability
        self._orders = orders
        self._polls = polls
        self._bulks: dict[str, _Bulk] = {}

    @route("CreateEligibility", "POST", _PATH)
    def create(self, call: Call) -> Reply:
        body = json_body(call, EligibilityBody)
        return json_reply(200, {"results": [self._result(call.account, n) for n in body.phone_numbers]})

    @route("CreateBulkEligibility", "POST", f"{_PATH}/Bulk")
    def create_bulk(self, call: Call) -> Reply:
        body = json_body(call, EligibilityBody)
        bulk = _Bulk(self._state.new_sid("EC"), call.account, body, self._state.now())
        self._bulks[bulk.sid] = bulk
        return json_reply(202, _describe(bulk, "QUEUED"))

    @route("FetchBulkEligibility", "GET", f"{_PATH}/Bulk/{{RequestId}}")
    def fetch_bulk(self, call: Call) -> Reply:
        """The state of a bulk check; every fetch moves it on."""
        bulk = found(call, self._bulks.get(call.params["RequestId"]))
        found(call, self._state.accounts.visible(call.account, bulk.account.sid))
        bulk.polls += 1
        if bulk.polls < self._polls:
            return json_reply(200, _describe(bulk, "IN_PROGRESS"))
        if bulk.results is None:
            numbers = bulk.body.phone_numbers
            bulk.results = [self._result(bulk.account, number, bulk=True) for number in numbers]
            bulk.completed = self._state.now()
        return json_reply(200, _describe(bulk, "SUCCESSFUL"))

    def _result(self, account: Account, asked: EligibilityNumber, *, bulk: bool = False) -> dict[str, object]:
        number = asked.phone_number
        hosting = asked.hosting_account_sid or account.sid
        verdict: Verdict | None = None
        if not is_e164(number):
            sub_status = "NUMBER_FORMAT_INELIGIBLE"
        elif not is_sid(hosting, "AC") or not self._state.accounts.may_act_for(account, hosting):
            sub_status = "INVALID_HOSTING_ACCOUNT_SID"
        else:
            verdict, _ = self._portability.decide(number, account, hosting)
            sub_status = sub_status_of(number, verdict, bulk=bulk)
        eligible = sub_status in _ELIGIBLE
        inventory = sub_status == "ALREADY_IN_TWILIO"
        reason = "ALREADY_IN_TWILIO_AND_IN_USE" if inventory else sub_status
        country = verdict.country if verdict else None
        order = self._orders.open_order(number) if verdict and verdict.code in _OWN else None
        holder = {22131: hosting, 22136: SISTER_ACCOUNT_SID}.get((verdict and verdict.code) or 0)
        return {
            "phone_number": number,
            "account_sid": account.sid if verdict else None,
            "hosting_account_sid": asked.hosting_account_sid,
            "country": country,
            "iso_country_code": country,
            "date_last_checked": timestamp(self._state.now()),
            "eligibility_status": "ELIGIBLE" if eligible else "INELIGIBLE",
            "eligibility_sub_status": sub_status,
            "ineligibility_reason": None if eligible else reason,
            "next_step": _NEXT_STEPS.get(sub_status, "CONTACT_SUPPORT"),
            "voice_provider": None,
            "messaging_provider": None,
            "phone_number_type": verdict.number_type.replace("-", "_") if verdict else None,
            "hosting_order_sid": order.sid if order else None,
            "hosting_order_status": order.status if order else None,
            "inventory_status": "in-use" if inventory else None,
            "inventory_account_sid": holder,
        }


def sub_status_of(number: str, verdict: Verdict, *, bulk: bool) -> str:
    """The word of a verdict on an E.164 number."""
    known = _SUB_STATUSES.get(verdict.code or 0)
    if known is not None:
        return known
    if country_of(number) != "US":
        return "COUNTRY_INELIGIBLE"
    if verdict.mobile:
        return "NUMBER_TYPE_INELIGIBLE"
    if verdict.portable or verdict.number_type == "TOLL-FREE":
        return "ELIGIBLE"
    return "ELIGIBLE_BY_MANUAL_PROCESS" if bulk and verdict.code in {22137, 22171} else "CARRIER_INELIGIBLE"


def _describe(bulk: _Bulk, status: str) -> dict[str, object]:
    return {
        "request_id": bulk.sid,
        "friendly_name": bulk.body.friendly_name,
        "status": status,
        "date_created": timestamp(bulk.created),
        "date_completed": timestamp(bulk.completed) if bulk.completed else None,
        "results": bulk.results or [],
        "url": f"{PUBLIC_HOST}{_PATH}/Bulk/{bulk.sid}",
    }
