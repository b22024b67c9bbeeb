"""Listing the numbers that an account has, and finding those that it can buy."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from ...models import AvailablePhoneNumber, IncomingPhoneNumber, PhoneNumberCapabilities
from ...resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberFilters,
    AvailablePhoneNumberKind,
)
from ...resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberFilters,
    IncomingPhoneNumberKind,
)
from ..connection import Where, connected
from ..exit_codes import tell
from ..output import Listing, counted
from .file import NumbersFile

__all__ = ["abilities", "list_numbers", "search", "words_of"]

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
    tell(f"{counted(count, f'{words_of(kind)} number')} of {country.upper()} can be bought now.")
    return 0


def _found(number: AvailablePhoneNumber) -> Sequence[object]:
    place = number.locality or number.rate_center
    return [
        number.phone_number,
        place,
        number.region,
        number.iso_country,
        number.address_requirements,
        abilities(number.capabilities or PhoneNumberCapabilities()),
    ]


def words_of(kind: str) -> str:
    """A kind of numbers in words: ``toll-free``."""
    return kind.replace("_", "-")


def abilities(can: PhoneNumberCapabilities) -> str:
    """What a number can do: ``voice sms mms``."""
    return " ".join(name for name in ("voice", "sms", "mms", "fax") if getattr(can, name))
