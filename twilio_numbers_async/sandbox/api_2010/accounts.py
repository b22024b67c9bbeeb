"""Accounts: the caller's own and its subaccounts.

A new account is a subaccount of the caller's, which must be no subaccount itself (400). The caller's own account cannot
be suspended or closed (400), and a closed account stays closed (400).
"""

from __future__ import annotations

from secrets import token_hex
from typing import Literal

import msgspec

from ..credentials import Account
from ..errors import bad_request
from ..http.strict import Fields, form_body, query
from ..paging import PageQuery, matching, uri_page
from ..routing import Call, Family, Reply, found, json_reply, route
from ..state import SandboxState, account_path, rfc_2822

_PATH = "/2010-04-01/Accounts.json"
_ONE = "/2010-04-01/Accounts/{Sid}.json"
Status = Literal["active", "suspended", "closed"]
_PARTS = {
    "addresses": "Addresses",
    "available_phone_numbers": "AvailablePhoneNumbers",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
}


class CreateBody(Fields):
    friendly_name: str | None = None


class UpdateBody(Fields):
    friendly_name: str | None = None
    status: Status | None = None


class AccountsQuery(PageQuery):
    friendly_name: str | None = None
    status: Status | None = None


class _Details(msgspec.Struct):
    friendly_name: str
    status: str
    date_created: str
    date_updated: str


class AccountsFamily(Family):
    """The four operations."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._details: dict[str, _Details] = {}

    @route("CreateAccount", "POST", _PATH)
    def create(self, call: Call) -> Reply:
        body = form_body(call, CreateBody) if call.body else CreateBody()
        if call.account.parent is not None:
            raise bad_request("A subaccount cannot create accounts")
        made = self._state.accounts.add(self._state.new_sid("AC"), token_hex(16), parent=call.account.sid)
        if body.friendly_name:
            self._of(made).friendly_name = body.friendly_name
        return json_reply(201, self._shown(made))

    @route("ListAccount", "GET", _PATH, query=True)
    def list(self, call: Call) -> Reply:
        """One page of the accounts, the caller's own first."""
        asked = query(call, AccountsQuery)
        fits = matching(asked, "friendly_name", "status")
        rows = dict(enumerate(self._state.accounts.family(call.account.sid), 1))
        return uri_page(
            call, rows, "accounts", self._shown, asked=asked, wanted=lambda one: fits(self._of(one))
        )

    @route("FetchAccount", "GET", _ONE)
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, self._shown(self._find(call)))

    @route("UpdateAccount", "POST", _ONE)
    def update(self, call: Call) -> Reply:
        account, body = self._find(call), form_body(call, UpdateBody)
        details = self._of(account)
        if body.status is not None and body.status != details.status:
            if details.status == "closed":
                raise bad_request("A closed account stays closed")
            if account.sid == call.account.sid:
                raise bad_request("An account cannot change its own status")
            details.status = body.status
        if body.friendly_name is not None:
            details.friendly_name = body.friendly_name
        details.date_updated = rfc_2822(self._state.now())
        return json_reply(200, self._shown(account))

    def _find(self, call: Call) -> Account:
        return found(call, self._state.accounts.visible(call.account, call.params["Sid"]))

    def _of(self, account: Account) -> _Details:
        now = rfc_2822(self._state.now())
        fresh = _Details("Sandbox", "active", now, now)
        return self._details.setdefault(account.sid, fresh)

    def _shown(self, account: Account) -> dict[str, object]:
        path = account_path(account.sid)
        return {
            "auth_token": account.auth_token,
            **msgspec.structs.asdict(self._of(account)),
            "owner_account_sid": account.parent or account.sid,
            "sid": account.sid,
            "subresource_uris": {name: f"{path}/{part}.json" for name, part in _PARTS.items()},
            "type": "Full",
            "uri": f"{path}.json",
        }
