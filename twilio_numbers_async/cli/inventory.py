"""Listing the numbers that an account has, finding those that it can buy, and buying one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ..client import TwilioNumbers
from ..errors import ServerError, TransportError
from ..models import AvailablePhoneNumber, IncomingPhoneNumber, PhoneNumberCapabilities
from ..resources.available_phone_number_filters import AvailablePhoneNumberFilters, AvailablePhoneNumberKind
from ..resources.incoming_phone_number_options import (
    IncomingPhoneNumberFilters,
    IncomingPhoneNumberKind,
    IncomingPhoneNumberOptions,
)
from .asking import agreed
from .connection import Where, connected
from .ending import FAILED, Stop, tell
from .listing import Listing, counted, print_json
from .numbers_file import NumbersFile

__all__ = ["Purchase", "buy", "list_numbers", "search"]

_PAGE = 1000
_LISTED = {"Number": 16, "SID": 34, "Type": 9, "Name": 24, "Voice URL": 40, "SMS URL": 0}
_FOUND = {"Number": 16, "Locality": 24, "Region": 8, "Country": 8, "Address": 8, "Capabilities": 0}


async def list_numbers(
    where: Where,
    *,
    kind: IncomingPhoneNumberKind | None,
    filters: IncomingPhoneNumberFilters,
    limit: int | None,
    account: str | None,
    csv: Path | None,
    json: bool,
) -> int:
    """Print the account's numbers page by page, or write them to a file; returns the exit code."""
    size = None if limit is not None else _PAGE
    count = 0
    with contextlib.ExitStack() as stack:
        file = None if csv is None else stack.enter_context(NumbersFile(csv))
        listing = Listing(_LISTED, json=json)
        async with connected(where) as client:
            numbers = client.incoming_phone_numbers.list(
                kind, limit=limit, page_size=size, prefetch=1, account_sid=account, **filters
            )
            async for number in numbers:
                count += 1
                if file is None:
                    listing.row(_listed(number), number)
                else:
                    file.write(number)
    tell(f"{counted(count, 'number')}{f' written to {csv}' if csv else ''}.")
    return 0


def _listed(number: IncomingPhoneNumber) -> Sequence[object]:
    voice = number.voice_application_sid or number.trunk_sid or number.voice_url
    sms = number.sms_application_sid or number.sms_url
    return [number.phone_number, number.sid, number.type, number.friendly_name, voice, sms]


async def search(
    where: Where,
    country: str,
    kind: AvailablePhoneNumberKind,
    *,
    filters: AvailablePhoneNumberFilters,
    limit: int,
    json: bool,
) -> int:
    """Print numbers that can be bought; returns the exit code."""
    count = 0
    listing = Listing(_FOUND, json=json)
    async with connected(where) as client:
        async for number in client.available_phone_numbers.search(country, kind, limit=limit, **filters):
            count += 1
            listing.row(_found(number), number)
    tell(f"{counted(count, f'{_words(kind)} number')} of {country.upper()} can be bought now.")
    return 0


def _found(number: AvailablePhoneNumber) -> Sequence[object]:
    can = number.capabilities or PhoneNumberCapabilities()
    abilities = [name for name in ("voice", "sms", "mms", "fax") if getattr(can, name)]
    place = number.locality or number.rate_center
    return [
        number.phone_number,
        place,
        number.region,
        number.iso_country,
        number.address_requirements,
        " ".join(abilities),
    ]


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be bought: ``phone_number`` (E.164), or the first that a search finds."""

    phone_number: str | None
    country: str
    kind: AvailablePhoneNumberKind | None
    filters: AvailablePhoneNumberFilters
    options: IncomingPhoneNumberOptions
    account: str | None

    @property
    def search_kind(self) -> AvailablePhoneNumberKind:
        return self.kind or "local"


async def buy(where: Where, purchase: Purchase, *, yes: bool, json: bool) -> int:
    """Show what is bought and for which account, ask, and buy it; returns the exit code."""
    async with connected(where) as client:
        tell(f"To buy: {await _described(client, purchase)}")
        tell(f"For the account {purchase.account or client.account_sid}, which pays for it every month.")
        if not agreed("Buy it?", yes=yes):
            raise Stop("Nothing was bought.", FAILED)
        try:
            number = await _bought(client, purchase)
        except (TransportError, ServerError) as error:
            if isinstance(error, TransportError) and not error.may_have_been_processed:
                raise
            raise Stop(f"{error}. Look before you try again: twilio-numbers numbers list", FAILED) from None
    tell("Bought.")
    if json:
        print_json(number)
    else:
        Listing({"Number": 16, "SID": 34, "Account": 34}).row(
            [number.phone_number, number.sid, number.account_sid], number
        )
    return 0


async def _described(client: TwilioNumbers, purchase: Purchase) -> str:
    if purchase.phone_number is not None:
        return purchase.phone_number
    kind, country = purchase.search_kind, purchase.country
    found = client.available_phone_numbers.search(
        country, kind, limit=1, account_sid=purchase.account, **purchase.filters
    )
    first = await found.first()
    if first is None:
        raise Stop(f"There is no such {_words(kind)} number of {country.upper()} to buy now", FAILED)
    return f"{first.phone_number} ({_words(kind)}, {first.iso_country}), or the next one if that is taken meanwhile"


async def _bought(client: TwilioNumbers, purchase: Purchase) -> IncomingPhoneNumber:
    if purchase.phone_number is None:
        return await client.available_phone_numbers.buy_first(
            purchase.country,
            purchase.search_kind,
            options=purchase.options,
            account_sid=purchase.account,
            **purchase.filters,
        )
    return await client.incoming_phone_numbers.create(
        purchase.phone_number, account_sid=purchase.account, **purchase.options
    )


def _words(kind: str) -> str:
    return kind.replace("_", "-")
