"""The state that the families of routes share: accounts, clock, SIDs, resources, and the holders of numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from itertools import count
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

from .credentials import Account, Accounts
from .options import SandboxRuntime
from .routing import Call, found

Schedule = Callable[[float, Callable[[], object]], None]
"""Calls a function in so many seconds."""


class Owned(Protocol):
    """A resource of an account."""

    @property
    def sid(self) -> str: ...

    @property
    def account_sid(self) -> str: ...


O = TypeVar("O", bound=Owned)  # noqa: E741 - what is owned


class Shelf(Generic[O]):
    """Resources of one kind, by SID, and by a serial number that is never reused; the oldest first."""

    def __init__(self) -> None:
        self._rows: dict[int, O] = {}
        self._by_account: dict[str, dict[int, O]] = {}
        self._serials: dict[str, int] = {}
        self._serial = count(1)

    def __len__(self) -> int:
        return len(self._serials)

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs of all."""
        return tuple(self._serials)

    @property
    def rows(self) -> dict[int, O]:
        """All, by serial number."""
        return self._rows.copy()  # a test may ask from another thread than the one that serves

    def rows_of(self, account_sid: str) -> Mapping[int, O]:
        """Those of an account, by serial number."""
        return self._by_account.get(account_sid, {})

    def add(self, one: O) -> O:
        serial = self._serials[one.sid] = next(self._serial)
        self._rows[serial] = self._by_account.setdefault(one.account_sid, {})[serial] = one
        return one

    def remove(self, one: O) -> None:
        serial = self._serials.pop(one.sid)
        del self._rows[serial], self._by_account[one.account_sid][serial]

    def get(self, sid: str) -> O | None:
        return self._rows.get(self._serials.get(sid, 0))

    def find(self, account_sid: str, sid: str) -> O | None:
        """The resource of a SID, if the account has it."""
        one = self.get(sid)
        return one if one is not None and one.account_sid == account_sid else None

    def known(self, sid: str) -> O:
        """The resource of a SID. LookupError if there is none."""
        one = self.get(sid)
        if one is None:
            raise LookupError(f"The sandbox knows no {sid}")
        return one

    def chosen(self, sid: str | None) -> list[O]:
        """The resource of a SID, all for None. LookupError for an unknown SID."""
        return list(self.rows.values()) if sid is None else [self.known(sid)]


class Holding(NamedTuple):
    """The account that has a number, or is porting it in."""

    account_sid: str
    state: Literal["porting", "owned"]
    by: str | None = None
    """The SID of the number's row in the port-in that brings it."""


class SandboxState:
    """The shared state of one sandbox."""

    def __init__(self, accounts: Accounts, runtime: SandboxRuntime, schedule: Schedule) -> None:
        self.accounts = accounts
        self.now: Callable[[], dt.datetime] = runtime.now
        self.new_sid: Callable[[str], str] = runtime.new_sid
        self.schedule = schedule
        self.holdings: dict[str, Holding] = {}
        self.documents: set[str] = set()

    def today(self) -> dt.date:
        """The date in UTC."""
        return self.now().date()

    def account_in_path(self, call: Call) -> Account:
        """The account in the path: the caller's own or a subaccount of it (else 404, 20404)."""
        return found(call, self.accounts.visible(call.account, call.params["AccountSid"]))

    def sees(self, call: Call, one: Owned) -> bool:
        """True if a resource is the caller's or one of its subaccounts'."""
        return self.accounts.may_act_for(call.account, one.account_sid)

    def seen(self, call: Call, one: O | None) -> O:
        """The resource, if the caller sees it (else 404, 20404)."""
        return found(call, one if one is not None and self.sees(call, one) else None)


def timestamp(moment: dt.datetime) -> str:
    """ISO 8601 in UTC to the second, as Numbers v1 writes it: ``2025-01-01T00:52:21Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc_2822(moment: dt.datetime) -> str:
    """RFC 2822 in UTC to the second, as the 2010-04-01 API writes it: ``Thu, 30 Jul 2015 23:19:04 +0000``."""
    return format_datetime(moment.astimezone(dt.UTC))


def account_path(sid: str) -> str:
    """The path of an account in the 2010-04-01 API; the paths of its resources begin with it."""
    return f"/2010-04-01/Accounts/{sid}"


ACCOUNT = account_path("{AccountSid}")
