"""What tests tell a sandbox, and what they ask it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Unpack

from .api_2010.available_phone_numbers import AvailablePhoneNumbers
from .api_2010.incoming_number import NumberFields
from .credentials import Account, Accounts
from .http.service import Received
from .inventory import Inventory
from .lifecycle import Hosted
from .limits import Load
from .numbers_v1.events import port_out_event
from .numbers_v1.port_ins import PortIns
from .numbers_v1.portability import Portability
from .numbers_v1.webhooks import Delivery, Webhooks
from .numbers_v2.papers import Papers
from .numbers_v2.review import Review
from .script import Answers, Fault, Rule, Script
from .state import SandboxState

__all__ = ["Controls"]


class Controls(Hosted):
    """The part of the sandbox that is not served. Its parts are made by ``Sandbox``."""

    account_sid: str
    auth_token: str
    _accounts: Accounts
    _state: SandboxState
    _script: Script
    _answers: Answers
    _load: Load
    _portability: Portability
    _port_ins: PortIns
    _review: Review
    _papers: Papers
    _inventory: Inventory
    _available: AvailablePhoneNumbers
    _webhooks: Webhooks

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
        self._state.documents.add(sid)

    def add_numbers(
        self, numbers: int | Iterable[str], account_sid: str | None = None, **fields: Unpack[NumberFields]
    ) -> tuple[str, ...]:
        """Give an account numbers (E.164), or so many made up ones of ``+1 555 NXX XXXX``; says their SIDs.

        ``fields`` are what all of them are like, such as ``voice_url="https://..."``. The account is by default the
        sandbox's own. ValueError for what is no number, comes twice or is in the sandbox already; LookupError for an
        account that is not there.
        """
        return self._inventory.add_many(account_sid or self.account_sid, numbers, fields)

    def add_port_ins(self, how_many: int, account_sid: str | None = None) -> tuple[str, ...]:
        """Give an account so many made up port-ins of two numbers each, at all steps there are; says their SIDs.

        With a ``port_in_pace`` they move on, so it is called in the sandbox's own loop then. ValueError for less than
        none or more than 400,000; LookupError for an account that is not there.
        """
        return self._port_ins.add_made_up(account_sid or self.account_sid, how_many)

    def port_out(self, sid: str) -> None:
        """Let a number (``PN...``) leave for another carrier, which is an event too. LookupError if nobody has it."""
        number = self._inventory.known(sid)
        self._inventory.remove(number)
        self._webhooks.tell(port_out_event(number.account_sid, sid, number.phone_number, self._state.now()))

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

    def review_bundle(self, bundle_sid: str) -> None:
        """Let somebody look at a submitted bundle (``BU...``): it is in review. LookupError if it is not there."""
        self._review.begin(bundle_sid)

    def approve_bundle(self, bundle_sid: str, *, valid_until: dt.datetime | None = None) -> None:
        """Approve a submitted bundle (``BU...``), for ever or until then. ValueError for one that was not submitted."""
        self._review.approve(bundle_sid, valid_until)

    def reject_bundle(self, bundle_sid: str, *, field: str | None = None, reason: str | None = None) -> None:
        """Reject a submitted bundle (``BU...``), for a field (its machine name) that is named, or without a word."""
        self._review.reject(bundle_sid, field, reason)

    def expire_bundle(self, bundle_sid: str) -> None:
        """Let the approval of a bundle (``BU...``) end now."""
        self._review.expire(bundle_sid)

    @property
    def webhook_key(self) -> tuple[str, str] | None:
        """The shared key (its name and its secret) that webhooks are signed with; None: the account's auth token."""
        return self._webhooks.key

    @webhook_key.setter
    def webhook_key(self, key: tuple[str, str] | None) -> None:
        self._webhooks.key = key

    async def webhooks_delivered(self) -> None:
        """Return when every webhook that there is to deliver is delivered or given up; from any loop."""
        await self._webhooks.delivered()

    # what it knows

    @property
    def webhooks(self) -> tuple[Delivery, ...]:
        """The last tries to deliver webhooks, the oldest first."""
        return tuple(self._webhooks.log)

    @property
    def webhooks_dropped(self) -> int:
        """How many deliveries found no place in the queue."""
        return self._webhooks.dropped

    @property
    def port_in_sids(self) -> tuple[str, ...]:
        """The SIDs of every port-in, the oldest first."""
        return self._port_ins.sids()

    @property
    def bundle_sids(self) -> tuple[str, ...]:
        """The SIDs of the bundles of the sandbox's own account, the oldest first."""
        return tuple(one.sid for one in self._papers.bundles.rows(self.account_sid).values())

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
