"""``twilio-numbers numbers show``: everything about a few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from ...client import TwilioNumbers
from ...errors import NotFoundError
from ...models import IncomingPhoneNumber, PhoneNumberCapabilities
from ..connection import Where, connected
from ..exit_codes import FAILED, interruptible, settled, tell
from ..group_options import Account, checked_where
from ..options import BaseUrl, Country, Json, UseSandbox
from ..output import Listing, print_json
from .bulk_commands import checked_account, checked_rows
from .inventory import abilities
from .rows import NumberRow

__all__ = ["show"]

_FIRST = ("phone_number", "sid", "friendly_name", "account_sid", "type", "status", "origin", "capabilities")
_NOT_SHOWN = frozenset({"uri", "subresource_uris", "api_version"})


def show(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Phone numbers, or their SIDs (PN...).")
    ],
    country: Country = None,
    account: Account = None,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Show everything about numbers that the account has, a line for each field.

    Exit codes: 0 all are there, 1 some are not, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        checked_account(account)
        rows = checked_rows(numbers, country)
        code = interruptible(lambda: _show(where, rows, account, json=json))
    raise typer.Exit(code)


async def _show(where: Where, rows: Sequence[NumberRow], account: str | None, *, json: bool) -> int:
    missing, shown = 0, 0
    async with connected(where) as client:
        for name in dict.fromkeys(row.name for row in rows):
            try:
                number = await _look_up(client, name, account)
            except NotFoundError:
                missing += 1
                tell(f"{name}: the account {account or client.account_sid} has no such number.")
                continue
            if json:
                print_json(number)
                continue
            if shown:
                print()
            shown += 1
            listing = Listing({"Field": 24, "Value": 0})
            for field, value in _fields(number):
                listing.row([field, value], None)
    return FAILED if missing else 0


async def _look_up(client: TwilioNumbers, name: str, account: str | None) -> IncomingPhoneNumber:
    numbers = client.incoming_phone_numbers
    return await (numbers.find if name[0] == "+" else numbers.fetch)(name, account_sid=account)


def _fields(number: IncomingPhoneNumber) -> Iterator[tuple[str, object]]:
    """The fields in words, those that say which number it is at the top."""
    rest = [name for name in number.__struct_fields__ if name not in _FIRST and name not in _NOT_SHOWN]
    for name in (*_FIRST, *rest):
        value = getattr(number, name)
        if isinstance(value, PhoneNumberCapabilities):
            value = abilities(value)
        yield name, value
