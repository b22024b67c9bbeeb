"""Creating the orders and letters of a plan, each once, whatever happens in between."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ..errors import InvalidArgumentError, NotFoundError, TwilioNumbersError
from ..models import (
    AuthorizationDocumentStatus,
    BulkHostedNumberOrderItem,
    BulkHostedNumberOrderNumber,
    HostedNumberOrder,
    HostedNumberOrderStatus,
)
from ..sweep import Journal, stops_all
from ..sweep.rows import columns_of
from ..work.plan import check_ready
from ..work.steps import path_of
from ..work.time import Time, checked_settle_within, look_until
from .calls import HostingCalls
from .journal import HostingJournal, Kind, Sent
from .orders import KnownOrders
from .outcome import HostingOutcome
from .plan import HostingPlan, address_fault

__all__ = ["create_all"]

_COLUMNS = columns_of(HostedNumberOrder)
_AT_ONCE = 20
"""Orders that are under way at once where they are created one by one."""
_MOST_OF_A_LETTER = 1000
_LONGEST_CALL = dt.timedelta(hours=1)  # a process that was killed did not say when it gave up


async def create_all(
    calls: HostingCalls,
    plan: HostingPlan,
    *,
    journal: Journal | str | os.PathLike[str] | None,
    settle_within: float,
    wait_within: float | None,
    time: Time,
) -> list[HostingOutcome]:
    """See ``hosted_number_orders.create_all``."""
    if not isinstance(plan, HostingPlan):
        raise InvalidArgumentError("plan must be a HostingPlan, of plan_hosting", argument="plan")
    check_ready(plan.problems, "problem")
    path, within = path_of(journal), dt.timedelta(seconds=checked_settle_within(settle_within))
    await _check_address(calls, plan)
    async with HostingJournal(path) as kept:
        creation = _Creation(calls, kept, plan, within, wait_within, time)
        return await creation.run()


async def _check_address(calls: HostingCalls, plan: HostingPlan) -> None:
    """Raise InvalidArgumentError for an address in another country, before anything is ordered."""
    if plan.address_country is None:
        address = await calls.addresses.fetch(plan.address_sid)
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
        within: dt.timedelta,
        wait_within: float | None,
        time: Time,
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._plan = plan
        self._within = within
        self._wait_within = wait_within
        self._time = time
        self._orders = KnownOrders(calls)
        self._holders: dict[str, Sent] = {}  # each number of the journal, and the request that ordered it
        self._new: set[str] = set()  # numbers that this run ordered
        self._errors: dict[str, TwilioNumbersError] = {}
        self._letter_errors: dict[str, TwilioNumbersError] = {}  # by the SID of the order
        self._stopped: TwilioNumbersError | None = None
        self._without_bulk = False

    async def run(self) -> list[HostingOutcome]:
        """One outcome a number."""
        requests = await self._journal.requests()
        members = {number for sent in requests if sent.kind is not Kind.LETTER for number in sent.members}
        await self._orders.look(members.union(self._plan.phone_numbers))
        requests = await self._settle(requests)
        for sent in requests:
            if sent.kind is not Kind.LETTER:
                self._holders.update(dict.fromkeys(sent.members, sent))
        await self._order()
        await self._wait_for_bulk_requests()
        await self._orders.look(self._plan.phone_numbers)
        await self._send_letters(
            {sid: sent.sid or "" for sent in requests if sent.kind is Kind.LETTER for sid in sent.members}
        )
        return [self._outcome(index, number) for index, number in enumerate(self._plan.phone_numbers)]

    # what an earlier run sent without an answer

    async def _settle(self, requests: Sequence[Sent]) -> list[Sent]:
        """The requests that created something. Those that did not are forgotten, and can be sent again."""
        unsettled = [sent for sent in requests if sent.sid is None]
        if unsettled:
            await self._look_for(unsettled)
        settled: list[Sent] = []
        for sent in requests:
            sid = sent.sid or self._orders.sid_of(sent)
            if sid is None:
                await self._journal.forget(sent)
                continue
            if sent.sid is None:
                await self._journal.record(sent, sid)
            settled.append(msgspec.structs.replace(sent, sid=sid))
        return settled

    async def _look_for(self, unsettled: Sequence[Sent]) -> None:
        """Look until all of them show, or until the time for that is over."""
        start = self._time.now()
        # Never later than the start: a clock that was set back must not make it wait.
        end = (
            max(min(sent.lost_at or sent.sent_at + _LONGEST_CALL, start) for sent in unsettled) + self._within
        )
        letters = {sid for sent in unsettled if sent.kind is Kind.LETTER for sid in sent.members}
        numbers = {number for sent in unsettled if sent.kind is not Kind.LETTER for number in sent.members}

        async def look() -> bool | None:
            await self._orders.look(numbers | self._orders.numbers_of(letters))
            return all(self._orders.sid_of(sent) for sent in unsettled) or None

        await look_until(look, lambda: (end - self._time.now()).total_seconds(), self._time)

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

        async def create() -> str:
            bulk = await self._calls.bulk_orders.create(
                item, friendly_name=plan.friendly_name, notification_email=plan.notification_email
            )
            return bulk.bulk_hosting_sid or ""

        try:
            await self._send(Kind.BULK, numbers, create)
        except NotFoundError:  # there are no bulk requests for this account
            self._without_bulk = True

    async def _order_one(self, number: str) -> None:
        plan, contact = self._plan, self._plan.contact

        async def create() -> str:
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
            return order.sid or ""

        try:
            await self._send(Kind.ORDER, [number], create)
        except NotFoundError as error:
            self._errors[number] = error

    async def _send(self, kind: Kind, numbers: Sequence[str], create: Any) -> None:
        """Order the numbers, once. Raises NotFoundError; any other error is kept."""
        sent = await self._journal.intend(kind, numbers, self._time.now())
        try:
            sid = await create()
        except TwilioNumbersError as error:
            if error.may_have_been_processed:
                await self._journal.lose(sent, self._time.now())
            else:
                await self._journal.forget(sent)
                if isinstance(error, NotFoundError):
                    raise
            if stops_all(error):
                self._stopped = error
            self._errors.update(dict.fromkeys(numbers, error))
            return
        await self._journal.record(sent, sid)
        self._new.update(numbers)
        self._holders.update(dict.fromkeys(numbers, msgspec.structs.replace(sent, sid=sid)))

    # bulk requests

    async def _wait_for_bulk_requests(self) -> None:
        """Wait until the bulk requests have made their orders, where these do not show yet."""
        waiting: dict[str, list[str]] = {}
        for number in self._plan.phone_numbers:
            sent = self._holders.get(number)
            if sent is not None and sent.kind is Kind.BULK and self._is_being_made(number):
                waiting.setdefault(sent.sid or "", []).append(number)
        await _together(self._wait_for(sid, numbers) for sid, numbers in waiting.items())

    def _is_being_made(self, number: str) -> bool:
        order = self._orders.get(number)
        return order is None or order.status == HostedNumberOrderStatus.TWILIO_PROCESSING

    async def _wait_for(self, sid: str, numbers: Iterable[str]) -> None:
        try:
            self._orders.add_bulk(await self._calls.bulk_orders.wait(sid, timeout=self._wait_within))
        except TwilioNumbersError as error:
            for number in numbers:
                self._errors.setdefault(number, error)

    # letters

    async def _send_letters(self, lettered: Mapping[str, str]) -> None:
        """Send a letter for the orders that are verified and have none. ``lettered``: letters by order."""
        verified = [
            order.sid
            for number in self._plan.phone_numbers
            if (order := self._orders.get(number)) is not None
            and order.sid
            and order.status == HostedNumberOrderStatus.VERIFIED
            and not order.signing_document_sid
        ]
        ended = {
            sid: await self._has_ended(sid) for sid in {lettered[one] for one in verified if one in lettered}
        }
        ready = [sid for sid in verified if sid not in lettered or ended[lettered[sid]]]
        for at in range(0, len(ready), _MOST_OF_A_LETTER):
            if self._stopped is None:
                await self._send_letter(ready[at : at + _MOST_OF_A_LETTER])
        if ready:
            await self._orders.look(self._plan.phone_numbers)

    async def _has_ended(self, letter_sid: str) -> bool:
        """True for a letter that was canceled or has failed: another one may be sent."""
        status = (await self._calls.letters.fetch(letter_sid)).status
        return status is not None and status.is_terminal and status != AuthorizationDocumentStatus.SIGNED

    async def _send_letter(self, sids: Sequence[str]) -> None:
        plan, contact = self._plan, self._plan.contact
        sent = await self._journal.intend(Kind.LETTER, sids, self._time.now())
        try:
            letter = await self._calls.letters.create(
                sids,
                address_sid=plan.address_sid,
                email=contact.email,
                contact_phone_number=contact.phone_number,
                contact_title=contact.title,
                cc_emails=plan.cc_emails,
            )
        except TwilioNumbersError as error:
            if error.may_have_been_processed:
                await self._journal.lose(sent, self._time.now())
            else:
                await self._journal.forget(sent)
            if stops_all(error):
                self._stopped = error
            self._letter_errors.update(dict.fromkeys(sids, error))
        else:
            await self._journal.record(sent, letter.sid or "")

    # what became of it

    def _outcome(self, index: int, number: str) -> HostingOutcome:
        order, error = self._orders.get(number), self._errors.get(number)
        if order is not None:
            error = None
        elif error is None:
            sid = self._holders[number].sid
            error = TwilioNumbersError(f"The order of the number does not show: it was created with {sid}")
            error.may_have_been_processed = True
        is_known = number in self._holders
        return HostingOutcome(
            index,
            number,
            number,
            order,
            error,
            order is not None and is_known and number not in self._new,
            self._time.now(),
            _COLUMNS,
            is_unknown=error is not None and error.may_have_been_processed,
            was_there=order is not None and not is_known and number not in self._new,
            letter_error=self._letter_errors.get((order and order.sid) or ""),
        )


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Carry it all out. The first failure is raised once all has ended."""
    for failure in await asyncio.gather(*work, return_exceptions=True):
        if failure is not None:
            raise failure
