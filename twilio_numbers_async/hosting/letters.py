"""Sends the letters of authorization for orders that are verified, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..errors import InvalidArgumentError, JournalError, NotFoundError, TwilioNumbersError
from ..models import AuthorizationDocumentStatus, HostedNumberOrder, HostedNumberOrderStatus
from ..sweep import stops_all
from .calls import HostingCalls
from .journal import HostingJournal, Kind
from .plan import HostingPlan

__all__ = ["Letters"]

_MOST_OF_A_LETTER = 1000
_PAGE_SIZE = 1000


class Letters:
    """The letters of one run over a plan. ``now``: the time, in UTC."""

    def __init__(
        self, calls: HostingCalls, journal: HostingJournal, plan: HostingPlan, now: Callable[[], dt.datetime]
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._plan = plan
        self._now = now
        self.errors: dict[str, TwilioNumbersError] = {}
        """The reason why an order got no letter, by the SID of the order."""

    async def send(self, orders: Iterable[HostedNumberOrder], lettered: Mapping[str, str]) -> bool:
        """Send letters for those that are verified and have none. False where there are none.

        ``lettered``: the letters of earlier runs, by order.
        """
        verified = [order for order in orders if order.status == HostedNumberOrderStatus.VERIFIED]
        fitting = [order for order in verified if self._fits(order)]
        ready = await self._without_letter(fitting, lettered)
        for at in range(0, len(ready), _MOST_OF_A_LETTER):
            piece = ready[at : at + _MOST_OF_A_LETTER]
            error = await self._send([order.sid or "" for order in piece], _letters_of(piece, lettered))
            if error is not None and stops_all(error):
                self._fail(ready[at:], error)
                break
        return bool(ready)

    def _fits(self, order: HostedNumberOrder) -> bool:
        """False for an order that somebody made with another address: the letter names one."""
        if (order.address_sid or self._plan.address_sid).lower() == self._plan.address_sid.lower():
            return True
        error = InvalidArgumentError(
            f"The order {order.sid} was made with the address {order.address_sid}, and the plan has another one: send"
            " its letter with twilio.authorization_documents.create(...)",
            argument="plan",
        )
        self._fail([order], error)
        return False

    async def _without_letter(
        self, orders: Iterable[HostedNumberOrder], lettered: Mapping[str, str]
    ) -> list[HostedNumberOrder]:
        """The orders without a letter that can be signed."""
        by_letter: dict[str, list[HostedNumberOrder]] = {}
        for order in orders:
            letter = order.signing_document_sid or lettered.get(order.sid or "") or ""
            by_letter.setdefault(letter, []).append(order)
        ready: list[HostedNumberOrder] = []
        for letter, members in by_letter.items():
            try:
                ready += members if not letter else await self._left_by(letter, members)
            except TwilioNumbersError as error:
                self._fail(members, error)
        return ready

    async def _left_by(self, letter: str, orders: list[HostedNumberOrder]) -> list[HostedNumberOrder]:
        """The orders that need another letter than this one: it has ended, or it is not theirs."""
        try:
            status = (await self._calls.letters.fetch(letter)).status
        except NotFoundError:
            return orders
        if status is not None and status.is_terminal and status != AuthorizationDocumentStatus.SIGNED:
            return orders
        unsure = [order for order in orders if order.signing_document_sid != letter]
        if unsure:  # a list may lag behind, and the letter may be somebody else's
            covered = {order.sid async for order in self._calls.letters.orders(letter, page_size=_PAGE_SIZE)}
            unsure = [order for order in unsure if order.sid not in covered]
        return unsure

    async def _send(self, sids: Sequence[str], before: Iterable[str]) -> TwilioNumbersError | None:
        plan, contact = self._plan, self._plan.contact
        try:
            async with self._journal.asking(Kind.LETTER, sids, before, self._now) as sent:
                letter = await self._calls.letters.create(
                    sids,
                    address_sid=plan.address_sid,
                    email=contact.email,
                    contact_phone_number=contact.phone_number,
                    contact_title=contact.title,
                    cc_emails=plan.cc_emails,
                )
        except JournalError:
            raise
        except TwilioNumbersError as error:
            self.errors.update(dict.fromkeys(sids, error))
            return error
        await self._journal.record(sent, letter.sid or "")
        return None

    def _fail(self, orders: Iterable[HostedNumberOrder], error: TwilioNumbersError) -> None:
        self.errors.update((order.sid or "", error) for order in orders)


def _letters_of(orders: Iterable[HostedNumberOrder], lettered: Mapping[str, str]) -> set[str]:
    """The letters that these orders had before."""
    letters = {lettered.get(order.sid or "") for order in orders}
    letters.update(order.signing_document_sid for order in orders)
    return {letter for letter in letters if letter}
