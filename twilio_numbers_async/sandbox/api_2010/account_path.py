"""The account in the path of the 2010-04-01 API: the caller's own or a subaccount of it (else 404, 20404)."""

from __future__ import annotations

from ..credentials import Account
from ..routing import Call, found
from ..state import SandboxState, account_path

ACCOUNT = account_path("{AccountSid}")


def account_in_path(state: SandboxState, call: Call) -> Account:
    """The account that a call acts for."""
    return found(call, state.accounts.visible(call.account, call.params["AccountSid"]))
