"""Buying numbers: never more than the user wants, and none twice, even if answers are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import msgspec

from ..._util import counted
from ...client import TwilioNumbers
from ...errors import ApiError, TwilioNumbersError
from ...models import IncomingPhoneNumber
from ...resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberFilters,
    AvailablePhoneNumberKind,
)
from ...resources.api_2010.available_phone_numbers import TAKEN
from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from ...resources.api_2010.number_settling import LOOKS
from ..confirm import ask
from ..connection import Connection
from ..exit_codes import FAILED, INTERRUPTED, Stop, tell
from ..output import Listing, Output
from ..words import worded
from .inventory import words_of

__all__ = ["Purchase", "buy"]

_SPARE = 10
"""Numbers that are looked for beyond those to buy: some may be taken meanwhile."""
_MOST = 1000
_SHOWN = 3
_DOUBTS = 3
"""Orders in a row without a clear answer, after which it is better to stop."""


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """An order: ``phone_number`` (E.164), or the first ``count`` numbers that a search finds."""

    phone_number: str | None
    country: str
    kind: AvailablePhoneNumberKind | None
    filters: AvailablePhoneNumberFilters
    options: IncomingPhoneNumberOptions
    account: str | None
    count: int = 1

    @property
    def search_kind(self) -> AvailablePhoneNumberKind:
        return self.kind or "local"


async def buy(
    connection: Connection, purchase: Purchase, output: Output, *, yes: bool, looks: Sequence[float] = LOOKS
) -> int:
    """Show the order and the account, ask, and buy; returns the exit code.

    ``looks`` are the seconds before each look at the account for a number whose order has no clear answer.
    """
    async with connection.open() as client:
        buying = _Buying(client, purchase, looks, output)
        await buying.prepare()
        tell(f"To buy: {buying.described()}")
        each = "it" if buying.wanted == 1 else "them"
        tell(f"For the account {purchase.account or client.account_sid}, which pays for {each} every month.")
        question = "Buy it?" if buying.wanted == 1 else f"Buy {counted(buying.wanted, 'number')}?"
        ask(question, yes=yes, done="bought")
        return await buying.run()


class _Buying:
    """One purchase after the other, until there are ``wanted``. An order that may have gone through counts."""

    def __init__(
        self, client: TwilioNumbers, purchase: Purchase, looks: Sequence[float], output: Output
    ) -> None:
        self.wanted: int = purchase.count
        self._client = client
        self._purchase = purchase
        self._looks = looks
        self._listing = Listing({"Number": 16, "SID": 34, "Account": 34}, output)
        self._found: list[str] = []
        self._before: set[str] = set()
        """SIDs of this number that the account had before."""
        self._bought = 0
        self._in_doubt: list[str] = []
        self._under_way: list[str] = []
        """The number whose order is under way; it stays in doubt until the order ends."""
        self._stopping = False

    # Before

    async def prepare(self) -> None:
        """Find numbers to buy. Raises Stop if there are none."""
        purchase = self._purchase
        if purchase.phone_number is not None:
            self._found = [purchase.phone_number]
            self._before = {one.sid or "" async for one in self._in_account(purchase.phone_number)}
            return
        self._found = await self._search(self.wanted + _SPARE)
        if not self._found:
            raise Stop(f"There is no such {self._words} number of {purchase.country} to buy now", FAILED)
        if len(self._found) < min(self.wanted, _MOST):
            tell(f"Only {len(self._found):,} of {self.wanted:,} such numbers can be bought now.")
            self.wanted = len(self._found)

    def described(self) -> str:
        """The order in words."""
        purchase = self._purchase
        if purchase.phone_number is not None:
            return purchase.phone_number
        if self.wanted == 1:
            what = f"{self._found[0]} ({self._words}, {purchase.country})"
            return f"{what}, or the next one if that is taken meanwhile"
        shown = ", ".join(self._found[: min(self.wanted, _SHOWN)])
        return f"{self.wanted:,} {self._words} numbers of {purchase.country}, such as {shown}"

    @property
    def _words(self) -> str:
        return words_of(self._purchase.search_kind)

    async def _search(self, limit: int) -> list[str]:
        purchase = self._purchase
        found = self._client.available_phone_numbers.search(
            purchase.country,
            purchase.search_kind,
            limit=min(limit, _MOST),
            account_sid=purchase.account,
            **purchase.filters,
        )
        return [one.phone_number async for one in found if one.phone_number]

    async def _in_account(self, number: str) -> AsyncIterator[IncomingPhoneNumber]:
        found = self._client.incoming_phone_numbers.list(
            phone_number=number, account_sid=self._purchase.account
        )
        async for one in found:
            if one.sid and one.phone_number == number:
                yield one

    # Buying

    async def run(self) -> int:
        """Buy the numbers; returns the exit code. The purchases are printed however it ends."""
        doubts = 0
        try:
            async with aclosing(self._candidates()) as candidates:
                async for number in candidates:
                    outcome = await self._patiently(number)
                    doubts = doubts + 1 if outcome is None else 0
                    if self._is_done() or self._stopping or doubts == _DOUBTS:
                        break
        except asyncio.CancelledError:
            self._stopping = True
        finally:
            self._report()
        if self._stopping and self._bought < self.wanted:
            return INTERRUPTED
        return 0 if self._bought >= self._purchase.count else FAILED

    def _is_done(self) -> bool:
        return self._bought + len(self._in_doubt) >= self.wanted

    async def _candidates(self) -> AsyncGenerator[str]:
        """Numbers to try, each once; a search that finds no new one is the last."""
        tried: set[str] = set()
        fresh = self._found
        while fresh:
            for number in fresh:
                tried.add(number)
                yield number
            if self._purchase.phone_number is not None:
                return
            left = self.wanted - self._bought - len(self._in_doubt)
            fresh = [number for number in await self._search(left + _SPARE) if number not in tried]

    async def _patiently(self, number: str) -> bool | None:
        """Order a number, and wait for the end of the order, even after an interruption.

        Returns True if it was bought, False if it was taken, None if that is not known.
        """
        order = asyncio.create_task(self._order(number))
        self._under_way = [number]  # a second Ctrl-C can come at any place
        try:
            try:
                await asyncio.wait([order])
            except asyncio.CancelledError:
                self._stopping = True
                tell(
                    "Stopping when the purchase that is under way is done (Ctrl-C again does not wait for it)."
                )
                await asyncio.wait([order])
        except asyncio.CancelledError:
            order.cancel()
            await asyncio.wait([order])
            if not order.cancelled():  # its answer came at that moment
                self._under_way = []
            raise
        self._under_way = []
        return await order

    async def _order(self, number: str) -> bool | None:
        purchase = self._purchase
        try:
            bought = await self._client.incoming_phone_numbers.create(
                number, account_sid=purchase.account, **purchase.options
            )
        except TwilioNumbersError as error:
            if isinstance(error, ApiError) and error.code == TAKEN and purchase.phone_number is None:
                return False
            if not error.may_have_been_processed:
                raise
            return await self._settle(number, error)
        self._take(bought)
        return True

    async def _settle(self, number: str, error: TwilioNumbersError) -> bool | None:
        """Look for a number whose order has no clear answer."""
        seen = False
        for pause in self._looks:
            await asyncio.sleep(pause)
            try:
                there = [one async for one in self._in_account(number) if one.sid not in self._before]
            except TwilioNumbersError:
                continue
            seen = True
            if there:
                self._take(there[0])
                return True
        self._in_doubt.append(number)
        if not seen:  # no other order goes to an account that cannot be read now
            raise error
        tell(f"{number}: {worded(error)}")
        return None

    def _take(self, number: IncomingPhoneNumber) -> None:
        self._bought += 1
        self._listing.row([number.phone_number, number.sid, number.account_sid], number)

    def _report(self) -> None:
        count = self._purchase.count
        in_doubt = [*dict.fromkeys([*self._in_doubt, *self._under_way])]
        if self._bought == count == 1:
            tell("Bought.")
        elif self._bought or count > 1:
            tell(f"Bought {self._bought:,} of {count:,}.")
        for number in in_doubt:
            tell(
                f"{number} may have been bought: no answer says so. Look before you try again: "
                f"twilio-numbers numbers show {number}"
            )
        if not self._bought and not in_doubt:
            tell("Nothing was bought.")
