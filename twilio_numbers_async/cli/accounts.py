"""``twilio-numbers accounts`` and ``twilio-numbers addresses``. Tokens are never printed."""

from __future__ import annotations

from typing import Annotated

import typer

from .._util import counted
from ..models import Account, Address
from .commands import command, group
from .connection import Connection
from .exit_codes import tell
from .options import Account as AccountOption
from .output import Listing, Output, shown

__all__ = ["accounts", "addresses"]

accounts: typer.Typer = group("The account and its subaccounts.")
addresses: typer.Typer = group("The addresses of customers.")

_ACCOUNTS = {"Account": 34, "Status": 10, "Type": 6, "Owner": 34, "Name": 0}
_SHOWN = ("sid", "status", "type", "owner_account_sid", "friendly_name")
_ADDRESSES = {"Address": 34, "Country": 7, "City": 20, "Street": 30, "Customer": 0}


@accounts.callback()
def accounts_group() -> None:
    """The account and its subaccounts."""


@command(accounts, "list")
async def list_accounts(output: Output, connection: Connection) -> None:
    """List the account and its subaccounts, without their tokens."""
    listing = Listing(_ACCOUNTS, output)

    def show(account: Account) -> None:
        record = {name: getattr(account, name) for name in _SHOWN}
        listing.row(list(record.values()), record)

    async with connection.open() as client:
        count = await shown(client.accounts.list(), show)
    tell(f"{counted(count, 'account')}.")


@command(addresses, "list")
async def list_addresses(
    output: Output,
    connection: Connection,
    country: Annotated[str | None, typer.Option(help="Only those of a country.", metavar="CODE")] = None,
    customer: Annotated[str | None, typer.Option(help="Only those of a customer.", metavar="NAME")] = None,
    account: AccountOption = None,
) -> None:
    """List the account's addresses."""
    listing = Listing(_ADDRESSES, output)

    def show(one: Address) -> None:
        listing.row([one.sid, one.iso_country, one.city, one.street, one.customer_name], one)

    async with connection.open() as client:
        rows = client.addresses.list(iso_country=country, customer_name=customer, account_sid=account)
        count = await shown(rows, show)
    tell(f"{count:,} {'address' if count == 1 else 'addresses'}.")


@command(addresses, "create")
async def create_address(
    connection: Connection,
    customer: Annotated[str, typer.Option(help="The person or the business.", metavar="NAME")],
    street: Annotated[str, typer.Option(help="Number and street.", metavar="TEXT")],
    city: Annotated[str, typer.Option(metavar="TEXT")],
    postal_code: Annotated[str, typer.Option(metavar="TEXT")],
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2, such as GB.", metavar="CODE")],
    region: Annotated[str, typer.Option(help="The state or region.", metavar="TEXT")] = "",
    street_secondary: Annotated[
        str | None, typer.Option(help="Suite, floor or building.", metavar="TEXT")
    ] = None,
    account: AccountOption = None,
) -> None:
    """Print the SID of the address with these contents. It is created if it does not exist."""
    async with connection.open() as client:
        address = await client.addresses.ensure(
            customer_name=customer,
            street=street,
            street_secondary=street_secondary,
            city=city,
            region=region,
            postal_code=postal_code,
            iso_country=country,
            account_sid=account,
        )
    print(address.sid, flush=True)
