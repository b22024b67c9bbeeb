"""Hosting to the end: the orders and letters of a plan, each once, and what becomes of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Any

from ..._util import utc_now
from ...hosting.calls import HostingCalls
from ...hosting.creation import create_all
from ...hosting.outcome import HostingOutcome
from ...hosting.plan import HostingPlan
from ...hosting.watch import HostingChange, watch
from ...sweep import Journal
from ...transport.caller import Caller
from ...work.follow import FollowOptions
from ...work.time import check_seconds
from ..api_2010.addresses import AddressesResource
from ..base import checked_sids
from .authorization_documents import AuthorizationDocumentsResource
from .bulk_hosted_number_orders import BulkHostedNumberOrdersResource
from .hosted_number_orders import HostedNumberOrdersResource

__all__ = ["HostingResource"]


class HostingResource(HostedNumberOrdersResource):
    """``twilio.hosted_number_orders``. Hosting is not open to every new customer of Twilio's."""

    def __init__(self, caller: Caller, account_sid: str) -> None:
        super().__init__(caller)
        self._account_sid = account_sid

    async def create_all(
        self,
        plan: HostingPlan,
        *,
        journal: Journal | str | os.PathLike[str] | None = None,
        settle_within: float = 120.0,
        wait_within: float | None = 600.0,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> list[HostingOutcome]:
        """Order the numbers of ``plan_hosting``, each once, and send the letters: one outcome for each number.

        Bulk requests are used where the plan allows them and the account has them, single orders elsewhere. Bulk
        requests are waited for up to ``wait_within`` seconds each (None: as long as it takes). Then one letter of
        authorization is sent for the orders that are verified and have none. An order that is not verified yet says
        so in its outcome's ``advice``: once it is verified, call this again with the same journal, and the letter is
        sent.

        A number that has an order under way is not ordered again; that order is its result. A request whose answer
        never came is not sent again but looked up in the list of orders, by its numbers. If it does not show, the
        outcomes of its numbers are marked ``is_unknown``. Refused credentials (401, 403) end the sending: what is left
        has that error.

        ``journal`` is a path (of a Journal only the path is taken). Run again with the same journal, after a stop, a
        ``kill -9`` or some failures, it orders only what was not ordered. What was sent without an answer is looked up
        first, and is sent again only if it is not there ``settle_within`` seconds after it was given up. An order that
        failed is not made again with the same journal. The file holds phone numbers; only its owner may read it.
        It is of one account.

        Raises InvalidArgumentError, before anything is sent, if the plan is not ready, or if the address is in another
        country than the numbers. Raises JournalError, and before anything was sent what listing the orders raises;
        after that such an error is the outcome of the numbers whose orders do not show. Source:
        CreateBulkHostedNumberOrder, CreateHostedNumberOrder, ListHostedNumberOrder, FetchHostedNumberOrder,
        CreateAuthorizationDocument, FetchAddress.
        """
        if wait_within is not None:
            check_seconds(wait_within, "wait_within")
        return await create_all(
            self._calls(),
            plan,
            journal=journal,
            settle_within=settle_within,
            wait_within=wait_within,
            time=self._time(now),
            account_sid=self._account_sid,
        )

    def watch(
        self,
        sids: str | Iterable[str] | None = None,
        *,
        interval: float = 60.0,
        patience: float = 3600.0,
        initial: bool = True,
        state: dict[str, Any] | None = None,
    ) -> AsyncGenerator[HostingChange, None]:
        """Yield each change of an order or of its letter once: ``async for change in ...``.

        ``sids`` (``HR...``): the orders; it ends when all of them have ended. None watches all of the account, new ones
        too, and goes on for ever; orders and letters that had ended before its first look are left out.

        Every ``interval`` seconds the orders and the letters are looked at. What is found first is a change too, from
        ``old_status`` None, unless ``initial`` is False. Failures that may pass are sat out for ``patience`` seconds in
        a row.

        ``state``: a dict that is kept up to date, for JSON. It has a change by the time that this is yielded. Save it
        when you have handled a change, and pass it again: what was not handled comes again, what was saved does not.

        Raises InvalidArgumentError, NotFoundError for an order that is not there. Source: ListHostedNumberOrder,
        FetchHostedNumberOrder, ListAuthorizationDocument.
        """
        options = FollowOptions(interval=interval, patience=patience, initial=initial, time=self._time())
        return watch(
            self._calls(), None if sids is None else checked_sids(sids, "HR", "sids"), state, options
        )

    def _calls(self) -> HostingCalls:
        caller = self._caller.in_bulk
        return HostingCalls(
            HostedNumberOrdersResource(caller),
            BulkHostedNumberOrdersResource(caller),
            AuthorizationDocumentsResource(caller),
            AddressesResource(caller, self._account_sid),
        )
