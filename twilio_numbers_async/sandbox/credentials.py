"""Accounts, their API keys, and the tokens of the OAuth client-credentials flow."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Literal
from uuid import uuid4

import msgspec


class Account(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An account: its SID (``AC...``), its auth token, and the SID of the account it is a subaccount of."""

    sid: str
    auth_token: str
    parent: str | None = None


ANONYMOUS = Account(sid="", auth_token="")
"""Stands for the account in operations without credentials."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``POST /v2/token``; ``expires_in`` in seconds."""

    access_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a word of the protocol


class Accounts:
    """The accounts of a sandbox, and the credentials that sign in to them."""

    def __init__(self, own: Account, now: Callable[[], dt.datetime], token_lifetime: float) -> None:
        self.own = own
        """The account that the sandbox was made for."""
        self._now = now
        self._token_lifetime = token_lifetime
        self._accounts: dict[str, Account] = {own.sid: own}
        self._keys: dict[str, tuple[str, Account]] = {}
        self._clients: dict[str, tuple[str, Account]] = {}
        self._bearers: dict[str, tuple[dt.datetime, Account]] = {}
        self._known: dict[str, Account] = {}

    def add(self, account_sid: str, auth_token: str, *, parent: str | None = None) -> Account:
        """Add an account (``AC...``), a subaccount if ``parent`` is named. A known one gets this token and parent."""
        if parent is not None and parent not in self._accounts:
            raise ValueError("The parent account is not known to the sandbox")
        made = self._accounts[account_sid] = Account(sid=account_sid, auth_token=auth_token, parent=parent)
        self._known.clear()
        return made

    def add_api_key(self, key: str, secret: str, *, account_sid: str | None = None) -> None:
        """Let an API key (``SK...``) sign in to an account, by default the sandbox's own."""
        self._keys[key] = secret, self.known(account_sid)
        self._known.clear()

    def add_client(self, client_id: str, client_secret: str) -> None:
        """Let an OAuth client fetch tokens for the sandbox's own account."""
        self._clients[client_id] = client_secret, self.known(None)

    def known(self, sid: str | None) -> Account:
        """The account of a SID, the sandbox's own for None. LookupError if there is none."""
        account = self._accounts.get(sid or self.own.sid)
        if account is None:
            raise LookupError("There is no such account")
        return account

    def get(self, sid: str) -> Account | None:
        """The account of a SID."""
        return self._accounts.get(sid)

    def visible(self, account: Account, sid: str) -> Account | None:
        """The account of a SID, if ``account`` may act for it."""
        return self._accounts.get(sid) if self.may_act_for(account, sid) else None

    def family(self, sid: str) -> list[Account]:
        """An account and its subaccounts, the oldest first."""
        return [each for each in self._accounts.values() if sid in {each.sid, each.parent}]

    def may_act_for(self, account: Account, sid: str) -> bool:
        """True for the account itself and for its subaccounts."""
        if sid == account.sid:
            return True
        other = self._accounts.get(sid)
        return other is not None and other.parent == account.sid

    def authorize(self, header: str) -> Account | None:
        """The account that an ``Authorization`` header signs in to."""
        account = self._known.get(header)
        if account is not None:
            return account
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "bearer":
            return self._bearer(value)
        if scheme.lower() != "basic":
            return None
        account = self._basic(value)
        if account is not None:
            self._known[header] = account
        return account

    def _basic(self, value: str) -> Account | None:
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:  # not ASCII, not base64, not UTF-8
            return None
        own = self._accounts.get(user)
        secret, account = self._keys.get(user, (None, None)) if own is None else (own.auth_token, own)
        return account if colon and secret == password else None

    def _bearer(self, value: str) -> Account | None:
        expires, account = self._bearers.get(value, (None, None))
        return account if expires is not None and self._now() < expires else None

    def issue(self, client_id: str, client_secret: str) -> Token | None:
        """A fresh token for an OAuth client, or None for one that is not known."""
        secret, account = self._clients.get(client_id, (None, None))
        if account is None or secret != client_secret:
            return None
        value, now = uuid4().hex, self._now()
        for old in [each for each, (expires, _) in self._bearers.items() if expires <= now]:
            del self._bearers[old]
        self._bearers[value] = now + dt.timedelta(seconds=self._token_lifetime), account
        return Token(access_token=value, expires_in=int(self._token_lifetime))

    def revoke_tokens(self) -> None:
        """Make every OAuth token given out so far worthless: its next use is answered 401."""
        self._bearers.clear()
