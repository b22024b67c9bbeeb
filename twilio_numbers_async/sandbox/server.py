"""The sandbox itself: what it is made of, and what tests tell and ask it."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Unpack

from .assigned_add_ons import AssignedAddOns
from .available_phone_numbers import AvailablePhoneNumbers
from .credentials import Account, Accounts
from .csv_form import CsvForm
from .documents import Documents
from .eligibility import Eligibilities
from .exchange import Router
from .hosting import Hosted
from .incoming_number import NumberFields
from .incoming_phone_numbers import IncomingPhoneNumbers
from .inventory import Inventory
from .limits import Load
from .oauth import OAuth
from .port_ins import PortIns
from .portability import Portability
from .script import Answers, Fault, Rule, Script
from .service import Received, Service
from .signing_requests import SigningRequests
from .webhook_configuration import WebhookConfigurations
from .world import World

if TYPE_CHECKING:
    from ..client import ClientOptions, TwilioNumbers

    class ClientKeywords(ClientOptions, total=False):
        auth_token: str | None
        api_key: str | None
        api_secret: str | None


__all__ = ["Sandbox"]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _new_sid(prefix: str) -> str:
    return prefix + token_hex(16)


class Sandbox(Hosted):
    """A Twilio to try things on: a server on this machine that keeps state, checks strictly and can be scripted.

    ``async with Sandbox() as sandbox`` serves from the running loop, ``with Sandbox() as sandbox`` from a thread of
    its own. Which number is portable is in ``portability``'s table, how port-ins move on in ``port_in_state``'s.

    ``allowance``: requests at once, 429 code 20429 beyond it (None: any number). ``latency``: seconds that each request
    takes, or a function that says so. ``port``: 0 for a free one. ``not_portable_status``: the HTTP status of "not
    portable", 200 or 400. ``strict_documents``: a port-in's documents must be known (uploaded, or ``add_document``).
    ``port_in_pace``: seconds after which a port-in moves a step on by itself (None: only ``advance`` moves it).
    ``available_paging``: a search for available numbers has paging keys, which Twilio's has not. ``csv_seed``: decides
    the orders of the columns of CSV answers. ``bulk_polls``: the poll at which a bulk eligibility check is done.
    ``token_lifetime``: seconds of an OAuth token. ``log_size``: how many requests ``log`` keeps. ``now``, ``clock``
    (seconds) and ``sleep`` (seconds) are the time.
    """

    def __init__(
        self,
        allowance: int | None = None,
        latency: float | Callable[[], float] = 0.0,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        account_sid: str = "AC" + "a" * 32,
        auth_token: str = "sandbox-auth-token",  # noqa: S107 - it opens nothing but this sandbox
        not_portable_status: int = 200,
        strict_documents: bool = False,
        port_in_pace: float | None = None,
        available_paging: bool = False,
        csv_seed: int = 0,
        bulk_polls: int = 2,
        token_lifetime: float = 3600.0,
        log_size: int = 1000,
        now: Callable[[], dt.datetime] = _utc_now,
        new_sid: Callable[[str], str] = _new_sid,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not_portable_status not in {200, 400}:
            raise ValueError("not_portable_status: expected 200 or 400")
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.api_key = "SK" + "a" * 32
        self.api_secret = "sandbox-api-secret"  # noqa: S105 - see auth_token
        self.client_id = "OQ" + "a" * 32
        self.client_secret = "sandbox-client-secret"  # noqa: S105 - see auth_token
        self._accounts = Accounts(now, token_lifetime)
        self.add_account(account_sid, auth_token)
        self.add_api_key(self.api_key, self.api_secret)
        self._accounts.add_client(self.client_id, self.client_secret, account_sid)
        self._world = World(self._accounts, now=now, new_sid=new_sid, schedule=self.call_later)
        self._script = Script()
        self._answers = Answers()
        self._load = Load(allowance)
        self._portability = Portability(self._world, self._answers, not_portable_status=not_portable_status)
        self._inventory = Inventory(self._world)
        self._port_ins = PortIns(
            self._world,
            self._portability,
            self._inventory,
            pace=port_in_pace,
            strict_documents=strict_documents,
        )
        csv = CsvForm(csv_seed)
        self._available = AvailablePhoneNumbers(self._world, csv, paging=available_paging)
        families = (
            self._portability,
            self._port_ins,
            Eligibilities(self._world, self._portability, polls=bulk_polls),
            WebhookConfigurations(self._world),
            SigningRequests(self._world),
            Documents(self._world),
            IncomingPhoneNumbers(self._world, self._inventory, csv),
            AssignedAddOns(self._world, self._inventory),
            self._available,
            OAuth(self._accounts),
        )
        service = Service(
            Router(families),
            self._accounts,
            self._script,
            self._load,
            asked=self._portability.asked,
            latency=latency if callable(latency) else lambda: latency,
            sleep=sleep,
            clock=clock,
            log_size=log_size,
        )
        super().__init__(service, host=host, port=port)

    def client(self, *, account_sid: str | None = None, **keywords: Unpack[ClientKeywords]) -> TwilioNumbers:
        """A client of the sandbox's account; takes the client's keywords. ``async with`` opens it."""
        from ..client import TwilioNumbers

        keywords.setdefault("base_url", self.url)
        if not {"api_key", "api_secret", "credentials"} & keywords.keys():
            keywords.setdefault("auth_token", self.auth_token)
        return TwilioNumbers(account_sid or self.account_sid, **keywords)

    # who may ask

    def add_account(self, account_sid: str, auth_token: str, *, parent: str | None = None) -> None:
        """Know one more account (``AC...``), a subaccount if ``parent`` is named."""
        self._accounts.add(Account(sid=account_sid, auth_token=auth_token, parent=parent))

    def add_api_key(self, key: str, secret: str, *, account_sid: str | None = None) -> None:
        """Let an API key (``SK...``) sign in to an account, by default the sandbox's own."""
        self._accounts.add_key(key, secret, account_sid or self.account_sid)

    def revoke_tokens(self) -> None:
        """Make every OAuth token given out so far worthless: its next use is answered 401."""
        self._accounts.revoke_tokens()

    # what it is told

    def script(
        self,
        fault: Fault,
        *,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
        skip: int = 0,
        every: int = 1,
    ) -> Rule:
        """Let calls go wrong: the next ``times`` that match (None: all), after ``skip`` of them, each ``every``th.

        ``path`` is a shell pattern over the decoded path, such as ``/v1/Porting/*``. Rules are asked in the order in
        which they were given, and the first that takes a call has it. The rule counts in ``used``; ``cancel()`` ends
        it.
        """
        rule = Rule(fault, times=times, method=method, path=path, skip=skip, every=every)
        return self._script.add(rule)

    def answer(
        self, number: str, body: bytes | Mapping[str, object], *, status: int = 200, times: int | None = None
    ) -> None:
        """Let a number (E.164) answer so to a portability check, whatever the tables say (``times`` None: always)."""
        self._answers.set(number, body, status, times)

    def forget_script(self) -> None:
        """Forget every fault and every answer that it was told."""
        self._script.clear()
        self._answers.clear()

    def add_document(self, sid: str) -> None:
        """Know a document (``RD...``), for ``strict_documents``."""
        self._world.documents.add(sid)

    def add_numbers(
        self, numbers: int | Iterable[str], account_sid: str | None = None, **fields: Unpack[NumberFields]
    ) -> tuple[str, ...]:
        """Give an account numbers (E.164), or so many made up ones of ``+1 555 NXX XXXX``; says their SIDs.

        ``fields`` are what all of them are like, such as ``voice_url="https://..."``. The account is by default the
        sandbox's own. ValueError for what is no number, comes twice or is in the sandbox already; LookupError for an
        account that is not there.
        """
        return self._inventory.add_many(account_sid or self.account_sid, numbers, fields)

    def refuse_release(self, *sids: str) -> None:
        """Let numbers (``PN...``) be ones that cannot be released: deleting them is answered 22350."""
        self._inventory.kept.update(sids)

    def sell(self, *numbers: str) -> None:
        """Sell numbers (E.164) to a stranger: they are no longer found, and buying one is answered 21422."""
        self._available.sell(numbers)

    def sell_found(self, how_many: int = 1, times: int = 1) -> None:
        """Let a stranger be quicker: the first numbers that each of the next searches finds are sold at once."""
        self._available.sell_found(how_many, times)

    def advance(self, port_in_sid: str | None = None, steps: int = 1) -> int:
        """Move a port-in on, or all of them; says how many moved. LookupError for one that is not there."""
        return self._port_ins.advance(port_in_sid, steps)

    def expire(self, port_in_sid: str) -> None:
        """Let a port-in expire."""
        self._port_ins.expire(port_in_sid)

    def reject(self, phone_number_sid: str, code: int = 22150) -> None:
        """Let the losing carrier reject a number (``PU...``) of a port-in, with a code from 22150 to 22159."""
        self._port_ins.reject(phone_number_sid, code)

    # what it knows

    @property
    def port_in_sids(self) -> tuple[str, ...]:
        """The SIDs of every port-in, the oldest first."""
        return self._port_ins.sids()

    def phone_numbers(self, account_sid: str | None = None) -> dict[str, str]:
        """The numbers of an account (by default the sandbox's own), the oldest first: E.164 by SID (``PN...``)."""
        rows = self._inventory.rows(account_sid or self.account_sid)
        return {number.sid: number.phone_number for number in rows.values()}

    @property
    def requests(self) -> int:
        """How many requests came, the refused ones too; token requests do not count."""
        return self._load.requests

    @property
    def refused(self) -> int:
        """How many were answered 429."""
        return self._load.refused

    @property
    def in_flight(self) -> int:
        """How many are in service now."""
        return self._load.in_flight

    @property
    def peak(self) -> int:
        """The most that were in service at once."""
        return self._load.peak

    @property
    def busy_seconds(self) -> float:
        """The time in service of every request, added up."""
        return self._load.busy_seconds

    @property
    def operations(self) -> Counter[str]:
        """How many requests came for each operation id."""
        return self._service.operations

    @property
    def log(self) -> tuple[Received, ...]:
        """The last requests, the oldest first."""
        return tuple(self._service.log)

    def requests_for(self, number: str) -> int:
        """How many portability checks came for a number (E.164), whatever became of them."""
        return self._portability.asked[number]

    def reset_counters(self) -> None:
        """Count anew; port-ins, configurations and the script stay."""
        self._load.reset()
        self._service.operations.clear()
        self._service.log.clear()
        self._portability.asked.clear()
