"""The numbers that can be bought: countries, search, and buying the first that fits."""

from __future__ import annotations

from contextlib import aclosing
from typing import Unpack

from ...errors import ApiError, DecodeError, NotFoundError
from ...models import (
    AvailablePhoneNumber,
    AvailablePhoneNumberCountry,
    AvailablePhoneNumberCountryPage,
    AvailablePhoneNumberPage,
    IncomingPhoneNumber,
)
from ...paging import PageQuery, Pager
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from ..endpoints import get
from .available_phone_number_filters import (
    AvailablePhoneNumberFilters,
    AvailablePhoneNumberKind,
    checked_country_code,
    search_parameters,
)
from .incoming_phone_number_options import IncomingPhoneNumberOptions, option_parameters
from .incoming_phone_numbers import IncomingPhoneNumbersResource
from .number_settling import look
from .phone_numbers import AccountResource, kind_of

__all__ = ["TAKEN", "AvailablePhoneNumbersResource"]

TAKEN = 21422
"""Twilio's code for a number that somebody else has bought."""
_PATH = "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers"
_KINDS: dict[AvailablePhoneNumberKind, str] = {
    "local": "Local",
    "mobile": "Mobile",
    "toll_free": "TollFree",
    "national": "National",
    "voip": "Voip",
    "shared_cost": "SharedCost",
    "machine_to_machine": "MachineToMachine",
}

LIST_COUNTRIES = get("ListAvailablePhoneNumberCountry", f"{_PATH}.json", AvailablePhoneNumberCountryPage)
FETCH_COUNTRY = get(
    "FetchAvailablePhoneNumberCountry", f"{_PATH}/{{CountryCode}}.json", AvailablePhoneNumberCountry
)
SEARCH = {
    kind: get(
        f"ListAvailablePhoneNumber{name}", f"{_PATH}/{{CountryCode}}/{name}.json", AvailablePhoneNumberPage
    )
    for kind, name in _KINDS.items()
}


class AvailablePhoneNumbersResource(AccountResource):
    """``twilio.available_phone_numbers``.

    ``account_sid`` (``AC...``) of each call is the account that asks: the client's own by default, or a subaccount.
    """

    def __init__(self, caller: Caller, account_sid: str, incoming: IncomingPhoneNumbersResource) -> None:
        super().__init__(caller, account_sid)
        self._incoming = incoming

    def countries(
        self,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
    ) -> Pager[AvailablePhoneNumberCountry]:
        """List the countries in which numbers can be bought.

        ``page_size`` is 1 to 1000. ``limit`` is the most to read. ``after`` is a page's cursor to go on from. Source:
        ListAvailablePhoneNumberCountry.
        """
        at = self._account(account_sid)
        return self._rows(LIST_COUNTRIES, lambda page: page.countries, PageQuery(page_size, limit, after), at)

    async def country(self, code: str, *, account_sid: str | None = None) -> AvailablePhoneNumberCountry:
        """The country ``code`` (``US``) with the kinds of numbers there are. Raises NotFoundError.

        Source: FetchAvailablePhoneNumberCountry.
        """
        at = self._account(account_sid), checked_country_code(code, "code")
        return await self._caller.call(FETCH_COUNTRY, *at)

    def search(
        self,
        country: str,
        kind: AvailablePhoneNumberKind = "local",
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
        **filters: Unpack[AvailablePhoneNumberFilters],
    ) -> Pager[AvailablePhoneNumber]:
        """The numbers of ``country`` (``US``) that can be bought, as they are in stock now; see the filters' own type.

        ``kind`` is ``local``, ``mobile``, ``toll_free``, ``national``, ``voip``, ``shared_cost`` or
        ``machine_to_machine``. ``page_size`` is 1 to 1000. Twilio sends one page and names no next one; a next one
        that is named is followed. Source: ListAvailablePhoneNumberLocal (Mobile, TollFree, National, Voip, SharedCost,
        MachineToMachine).
        """
        endpoint = SEARCH[kind_of(kind, _KINDS)]
        at = self._account(account_sid), checked_country_code(country)
        query = search_parameters(filters)
        asked = PageQuery(page_size, limit, after)
        return self._rows(endpoint, lambda page: page.available_phone_numbers, asked, *at, query=query)

    async def buy_first(
        self,
        country: str,
        kind: AvailablePhoneNumberKind = "local",
        *,
        options: IncomingPhoneNumberOptions | None = None,
        account_sid: str | None = None,
        **filters: Unpack[AvailablePhoneNumberFilters],
    ) -> IncomingPhoneNumber:
        """Search as ``search`` does and buy the first number, with ``options`` (``{"voice_url": ...}``) set.

        Where a number was taken meanwhile (21422) the next one is tried. Where Twilio answers with a success that does
        not confirm the purchase, the number is looked for in the account. Any other failure is raised at once, an
        unclear one above all: two numbers are never bought. Raises NotFoundError where the search finds none, or all
        that it found were taken; DecodeError where a purchase stays unconfirmed.
        Source: ListAvailablePhoneNumberLocal (...), CreateIncomingPhoneNumber.
        """
        given = options or {}
        option_parameters(given)  # told before anything is sent
        taken = 0
        found = self.search(country, kind, account_sid=account_sid, **filters)
        async with aclosing(found.pages()) as pages:
            async for page in pages:
                for number in filter(None, (candidate.phone_number for candidate in page.items)):
                    try:
                        return await self._buy(number, account_sid, given)
                    except ApiError as error:
                        if error.code != TAKEN:
                            raise
                        taken += 1
        raise _nothing_to_buy(SEARCH[kind], taken)

    async def _buy(
        self, number: str, account_sid: str | None, options: IncomingPhoneNumberOptions
    ) -> IncomingPhoneNumber:
        try:
            return await self._incoming.create(number, account_sid=account_sid, **options)
        except DecodeError:
            # Twilio took the order. It was not in the account before: it could be bought.
            found = await look(self._caller, lambda: self._bought(number, account_sid))
            if found is None:
                raise
            return found

    async def _bought(self, number: str, account_sid: str | None) -> IncomingPhoneNumber | None:
        async for one in self._incoming.list(phone_number=number, account_sid=account_sid):
            if one.sid and one.phone_number == number:
                return one
        return None


def _nothing_to_buy(endpoint: Endpoint[AvailablePhoneNumberPage], taken: int) -> NotFoundError:
    why = f"all {taken} that the search found were taken meanwhile" if taken else "the search finds none"
    return NotFoundError(
        f"There is no number to buy: {why}",
        status=404,
        details={"taken": taken},
        method=endpoint.method,
        route=endpoint.path,
    )
