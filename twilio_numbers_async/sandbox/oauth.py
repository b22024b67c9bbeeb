"""``POST /v2/token``: the OAuth client-credentials flow, on the sandbox's own address."""

from __future__ import annotations

import msgspec

from .credentials import Accounts
from .errors import bad_request, unauthorized
from .http.strict import form_body
from .routing import Call, Family, Reply, json_reply, route


class TokenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    grant_type: str
    client_id: str
    client_secret: str
    audience: str | None = None
    scope: str | None = None


class OAuth(Family):
    """Gives tokens to the OAuth clients of the accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @route("CreateToken", "POST", "/v2/token", open=True)
    def create(self, call: Call) -> Reply:
        body = form_body(call, TokenBody)
        if body.grant_type != "client_credentials":
            raise bad_request("Invalid parameter: grant_type is client_credentials")
        token = self._accounts.issue(body.client_id, body.client_secret)
        if token is None:
            raise unauthorized()
        return json_reply(200, token)
