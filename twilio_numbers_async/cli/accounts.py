"""``twilio-numbers accounts`` and ``twilio-numbers addresses``. Tokens are never printed."""

from __future__ import annotations

from typing import Annotated

import typer

from .._util import counted
from .commands import command, group
from .connection import Connection
from .exit_codes import tell
from .options import Account
from .output import Listing, Output

__all__ = ["accounts", "addresses"]

accounts: typer.Typer = group("The account and its subaccounts.")
addresses: typer.Typer = group("The addresses of customers.")

_ACCOUNTS = {"Account": 34, "Status": 10, "Type": 6, "Owner": 34, "Name": 0}
_ADDRESSES = {"Address": 34, "Country": 7, "City": 20, "Street": 30, "Customer": 0}


@accounts.callback()
def accounts_group() -> None:
    """The account and its subaccounts."""


@command(accounts, "list")
async def list_accounts(output: Output, connection: Connection) -> None:
    """List the account and its subaccounts, without their tokens."""
    listing, count = Listing(_ACCOUNTS, output), 0
    async with connection.open() as client:
        async for one in client.accounts.list():
            count += 1
            record = {
                "sid": one.sid,
                "status": one.status,
                "type": one.type,
                "owner_account_sid": one.owner_account_sid,
                "friendly_name": one.friendly_name,
            }
            listing.row(list(record.values()), record)
    tell(f"{counted(count, 'account')}.")


@command(addresses, "list")
async def list_addresses(
    output: Output,
    connection: Connection,
    country: Annotated[str | None, typer.Option(help="Only those of a country.", metavar="CODE")] = None,
    customer: Annotated[str | None, typer.Option(help="Only those of a customer.", metavar="NAME")] = None,
    account: Account = None,
) -> None:
    """List the account's addresses."""
    listing, count = Listing(_ADDRESSES, output), 0
    async with connection.open() as client:
        rows = client.addresses.list(iso_country=country, customer_name=customer, account_sid=account)
        async for one in rows:
            count += 1
            listing.row([one.sid, one.iso_country, one.city, one.street, one.customer_name], one)
    tell(f"{count:,} {'address' if count == 1 else 'addresses'}.")


@command(addresses, "create")
async def create_address(
    connection: Connection,
    customer: Annotated[str, typer.Option(help="The person or the business.", metavar="NAME")],
    street: Annotated[str, typer.Option(help="Number and street.")],
    city: Annotated[str, typer.Option()],
    postal_code: Annotated[str, typer.Option()],
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2, such as GB.", metavar="CODE")],
    region: Annotated[str, typer.Option(help="The state or region.")] = "",
    street_secondary: Annotated[str | None, typer.Option(help="Suite, floor or building.")] = None,
    account: Account = None,
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
