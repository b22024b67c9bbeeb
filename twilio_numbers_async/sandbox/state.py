"""The state that the families of routes share: accounts, clock, SIDs, and the holders of numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.utils import format_datetime
from typing import Literal, NamedTuple

from .credentials import Accounts
from .options import SandboxRuntime

Schedule = Callable[[float, Callable[[], None]], None]
"""Calls a function in so many seconds."""


class Holding(NamedTuple):
    """The account that has a number, or is porting it in."""

    account_sid: str
    state: Literal["porting", "owned"]
    by: str | None = None
    """The SID of the number's row in the port-in that brings it."""


class SandboxState:
    """The shared state of one sandbox."""

    def __init__(
        self,
        accounts: Accounts,
        runtime: SandboxRuntime,
        schedule: Schedule,
    ) -> None:
        self.accounts = accounts
        self.now: Callable[[], dt.datetime] = runtime.now
        self.new_sid: Callable[[str], str] = runtime.new_sid
        self.schedule = schedule
        self.holdings: dict[str, Holding] = {}
        self.documents: set[str] = set()

    def today(self) -> dt.date:
        """The date in UTC."""
        return self.now().date()


def timestamp(moment: dt.datetime) -> str:
    """ISO 8601 in UTC to the second, as Numbers v1 writes it: ``2025-01-01T00:52:21Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc_2822(moment: dt.datetime) -> str:
    """RFC 2822 in UTC to the second, as the 2010-04-01 API writes it: ``Thu, 30 Jul 2015 23:19:04 +0000``."""
    return format_datetime(moment.astimezone(dt.UTC))


def account_path(sid: str) -> str:
    """The path of an account in the 2010-04-01 API; the paths of its resources begin with it."""
    return f"/2010-04-01/Accounts/{sid}"
