"""Creating the orders of a plan, each once, whatever happens in between; and then their letters."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

import msgspec

from ..errors import InvalidArgumentError, JournalError, NotFoundError, TwilioNumbersError, invalid
from ..models import (
    BulkHostedNumberOrderItem,
    BulkHostedNumberOrderNumber,
    HostedNumberOrder,
    HostedNumberOrderStatus,
)
from ..sweep import Journal, stops_all
from ..sweep.rows import columns_of
from ..work.plan import check_ready
from ..work.steps import path_of
from ..work.time import Time, checked_settle_within
from .calls import HostingCalls
from .journal import HostingJournal, Kind, Sent
from .letters import Letters
from .orders import KnownOrders
from .outcome import HostingOutcome
from .plan import HostingPlan, address_fault
from .settling import Settling

__all__ = ["create_all"]

_COLUMNS = columns_of(HostedNumberOrder)
_AT_ONCE = 20
"""Orders that are under way at once where they are created one by one."""
_NOBODY: frozenset[str] = frozenset()


async def create_all(
    calls: HostingCalls,
    plan: HostingPlan,
    *,
    journal: Journal | str | os.PathLike[str] | None,
    settle_within: float,
    wait_within: float | None,
    time: Time,
    account_sid: str,
) -> list[HostingOutcome]:
    """See ``hosted_number_orders.create_all``."""
    if not isinstance(plan, HostingPlan):
        raise invalid("plan", "must be a HostingPlan, of plan_hosting")
    check_ready(plan.problems, "problem")
    path, within = path_of(journal), checked_settle_within(settle_within)
    await _check_address(calls, plan)
    async with HostingJournal(path, account_sid) as kept:
        orders = KnownOrders(calls)
        settling = Settling(calls, orders, within=within, time=time)
        return await _Creation(calls, kept, plan, orders, wait_within, time).run(settling)


async def _check_address(calls: HostingCalls, plan: HostingPlan) -> None:
    """Raise InvalidArgumentError for an address in another country, before anything is ordered."""
    if plan.address_country is None:
        try:
            address = await calls.addresses.fetch(plan.address_sid)
        except NotFoundError as error:
            error.with_hint("The account does not have the address_sid of the plan: no order was sent")
            raise
        fault = address_fault(plan, address.iso_country) if address.iso_country else ""
        if fault:
            raise InvalidArgumentError(f"plan: {fault}", argument="plan")


class _Creation:
    """One run over a plan."""

    def __init__(
        self,
        calls: HostingCalls,
        journal: HostingJournal,
        plan: HostingPlan,
        orders: KnownOrders,
        wait_within: float | None,
        time: Time,
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._plan = plan
        self._orders = orders
        self._wait_within = wait_within
        self._time = time
        self._letters = Letters(calls, journal, plan, time.now)
        self._holders: dict[str, Sent] = {}  # each number of the journal, and the request that ordered it
        self._new: set[str] = set()  # numbers that this run ordered
        self._errors: dict[str, TwilioNumbersError] = {}
        self._look_error: TwilioNumbersError | None = None
        self._stopped: TwilioNumbersError | None = None
        self._without_bulk = False

    async def run(self, settling: Settling) -> list[HostingOutcome]:
        """One outcome a number."""
        numbers = self._plan.phone_numbers
        requests = await self._journal.requests()
        await self._orders.look({*numbers, *_numbers_of(requests)})
        requests = await self._settle(requests, settling)
        for sent in requests:
            if sent.kind is not Kind.LETTER:
                self._holders.update(dict.fromkeys(sent.members, sent))
        await self._order()
        await self._wait_for_bulk_requests()
        await self._look_again()
        await self._fetch_those_that_do_not_show()
        if self._stopped is None:
            lettered = {
                sid: sent.sid or "" for sent in requests if sent.kind is Kind.LETTER for sid in sent.members
            }
            if await self._letters.send(filter(None, map(self._order_of, numbers)), lettered):
                await self._look_again()
        return [self._outcome(index, number) for index, number in enumerate(numbers)]

    async def _settle(self, requests: Sequence[Sent], settling: Settling) -> list[Sent]:
        """The requests that created something. Those that did not are forgotten, and can be sent again."""
        known = {sent.sid for sent in requests if sent.sid is not None}
        found = await settling.find([sent for sent in requests if sent.sid is None], known)
        settled: list[Sent] = []
        for sent in requests:
            sid = sent.sid or found.get(sent.key)
            if sid is None:
                await self._journal.forget(sent)
                continue
            if sent.sid is None:
                await self._journal.record(sent, sid)
            settled.append(msgspec.structs.replace(sent, sid=sid))
        return settled

    # orders

    async def _order(self) -> None:
        free = [number for number in self._plan.phone_numbers if not self._is_ordered(number)]
        size = self._plan.bulk_size if self._plan.is_bulk else 1
        for at in range(0, len(free) if size > 1 else 0, size):
            piece = free[at : at + size]
            if self._stopped is not None or self._without_bulk:
                break
            if len(piece) > 1:
                await self._order_in_bulk(piece)
        singly = [number for number in free if number not in self._new and number not in self._errors]
        for at in range(0, len(singly), _AT_ONCE):
            if self._stopped is not None:
                break
            await _together(map(self._order_one, singly[at : at + _AT_ONCE]))
        if self._stopped is not None:
            for number in singly:
                if number not in self._new:
                    self._errors.setdefault(number, self._stopped)

    def _is_ordered(self, number: str) -> bool:
        return number in self._holders or self._orders.is_under_way(number)

    async def _order_in_bulk(self, numbers: Sequence[str]) -> None:
        plan, contact = self._plan, self._plan.contact
        item = BulkHostedNumberOrderItem(
            email=contact.email,
            address_sid=plan.address_sid,
            contact_phone_number=contact.phone_number,
            contact_title=contact.title or "",
            numbers=[
                BulkHostedNumberOrderNumber(phone_number=number, status_callback_url=plan.status_callback_url)
                for number in numbers
            ],
        )

        async def create() -> str | None:
            bulk = await self._calls.bulk_orders.create(
                item, friendly_name=plan.friendly_name, notification_email=plan.notification_email
            )
            return bulk.bulk_hosting_sid

        await self._send(Kind.BULK, numbers, create)

    async def _order_one(self, number: str) -> None:
        plan, contact = self._plan, self._plan.contact

        async def create() -> str | None:
            order = await self._calls.orders.create(
                number,
                contact_phone_number=contact.phone_number,
                address_sid=plan.address_sid,
                email=contact.email,
                contact_title=contact.title,
                account_sid=plan.account_sid,
                friendly_name=plan.friendly_name,
                cc_emails=plan.cc_emails,
                sms_capability=plan.sms_capability,
                status_callback_url=plan.status_callback_url,
            )
            # The list may lag behind.
            self._orders.add(msgspec.structs.replace(order, phone_number=number))
            return order.sid

        await self._send(Kind.ORDER, [number], create)

    async def _send(
        self, kind: Kind, numbers: Sequence[str], create: Callable[[], Awaitable[str | None]]
    ) -> None:
        """Order the numbers, once. An error is kept."""
        try:
            async with self._journal.asking(
                kind, numbers, self._orders.sids(numbers), self._time.now
            ) as sent:
                sid = await create()
        except JournalError:
            raise
        except TwilioNumbersError as error:
            if kind is Kind.BULK and isinstance(error, NotFoundError):
                self._without_bulk = True  # there are no bulk requests for this account
                return
            if stops_all(error):
                self._stopped = error
            self._errors.update(dict.fromkeys(numbers, error))
            return
        await self._journal.record(sent, sid or "")
        self._new.update(numbers)
        self._holders.update(dict.fromkeys(numbers, msgspec.structs.replace(sent, sid=sid)))

    # the orders that were made

    def _order_of(self, number: str) -> HostedNumberOrder | None:
        """The order of a number; where a request has ordered it, none that was there before that."""
        holder = self._holders.get(number)
        return self._orders.get(number, holder.before if holder is not None else _NOBODY)

    async def _wait_for_bulk_requests(self) -> None:
        """Wait until the bulk requests have made their orders, where these do not show yet."""
        waiting: dict[str, list[str]] = {}
        for number in self._plan.phone_numbers:
            sent = self._holders.get(number)
            if sent is not None and sent.is_bulk and self._is_being_made(number):
                waiting.setdefault(sent.sid or "", []).append(number)
        await _together(self._wait_for(sid, numbers) for sid, numbers in waiting.items())

    def _is_being_made(self, number: str) -> bool:
        order = self._order_of(number)
        return order is None or order.status == HostedNumberOrderStatus.TWILIO_PROCESSING

    async def _wait_for(self, sid: str, numbers: Iterable[str]) -> None:
        try:
            self._orders.add_bulk(await self._calls.bulk_orders.wait(sid, timeout=self._wait_within))
        except TwilioNumbersError as error:
            for number in numbers:
                self._errors.setdefault(number, error)

    async def _look_again(self) -> None:
        """Look at all orders. Something was sent by now: a failure is the outcome of those that do not show."""
        self._look_error = None
        try:
            await self._orders.look(self._plan.phone_numbers)
        except TwilioNumbersError as error:
            self._look_error = error

    async def _fetch_those_that_do_not_show(self) -> None:
        """Fetch the orders that are known by their SIDs: the list may lag behind."""
        missing = [
            (number, sent)
            for number in self._plan.phone_numbers
            if (sent := self._holders.get(number)) is not None
            and not sent.is_bulk
            and self._order_of(number) is None
        ]
        for at in range(0, len(missing) if self._look_error is None else 0, _AT_ONCE):
            await _together(self._fetch(number, sent) for number, sent in missing[at : at + _AT_ONCE])

    async def _fetch(self, number: str, sent: Sent) -> None:
        try:
            order = await self._calls.orders.fetch(sent.sid or "")
        except NotFoundError:
            return
        except TwilioNumbersError as error:
            self._errors.setdefault(number, error)
            return
        self._orders.add(msgspec.structs.replace(order, phone_number=order.phone_number or number))

    # what became of it

    def _outcome(self, index: int, number: str) -> HostingOutcome:
        order, error = self._order_of(number), self._errors.get(number)
        holder = self._holders.get(number)
        if order is not None:
            error = None
        elif error is None:
            error = self._look_error or TwilioNumbersError(
                f"The order of the number does not show: it was created with {holder and holder.sid}"
            )
        is_old = order is not None and number not in self._new
        return HostingOutcome(
            index,
            number,
            number,
            order,
            error,
            is_old and holder is not None,
            self._time.now(),
            _COLUMNS,
            is_unknown=error is not None and (error.may_have_been_processed or holder is not None),
            was_there=is_old and holder is None,
            letter_error=self._letters.errors.get((order and order.sid) or ""),
        )


def _numbers_of(requests: Iterable[Sent]) -> set[str]:
    return {number for sent in requests if sent.kind is not Kind.LETTER for number in sent.members}


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Carry it all out. The first failure is raised once all has ended."""
    for failure in await asyncio.gather(*work, return_exceptions=True):
        if failure is not None:
            raise failure
