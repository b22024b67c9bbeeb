"""``twilio-numbers addresses``: where customers are."""

from __future__ import annotations

from typing import Annotated

import typer

from .connection import Where, connected
from .exit_codes import interruptible, settled, tell
from .group_options import Account, checked_where
from .options import BaseUrl, Json, UseSandbox
from .output import Listing

__all__ = ["addresses"]

addresses: typer.Typer = typer.Typer(help="The addresses of customers.", no_args_is_help=True)

_COLUMNS = {"Address": 34, "Country": 7, "City": 20, "Street": 30, "Customer": 0}


@addresses.command("list")
def list_command(
    country: Annotated[str | None, typer.Option(help="Only those of a country.", metavar="CODE")] = None,
    customer: Annotated[str | None, typer.Option(help="Only those of a customer.", metavar="NAME")] = None,
    account: Account = None,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """List the account's addresses."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _list(where, country, customer, account, json=json))
    raise typer.Exit(code)


@addresses.command("create")
def create_command(
    customer: Annotated[str, typer.Option(help="The person or the business.", metavar="NAME")],
    street: Annotated[str, typer.Option(help="Number and street.")],
    city: Annotated[str, typer.Option()],
    postal_code: Annotated[str, typer.Option()],
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2, such as GB.", metavar="CODE")],
    region: Annotated[str, typer.Option(help="The state or region.")] = "",
    street_secondary: Annotated[str | None, typer.Option(help="Suite, floor or building.")] = None,
    account: Account = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Print the SID of the address with these contents, which is created if it is not there."""

    async def ensure(where: Where) -> int:
        async with connected(where) as client:
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
        return 0

    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: ensure(where))
    raise typer.Exit(code)


async def _list(
    where: Where, country: str | None, customer: str | None, account: str | None, *, json: bool
) -> int:
    listing, count = Listing(_COLUMNS, json=json), 0
    async with connected(where) as client:
        rows = client.addresses.list(iso_country=country, customer_name=customer, account_sid=account)
        async for one in rows:
            count += 1
            listing.row([one.sid, one.iso_country, one.city, one.street, one.customer_name], one)
    tell(f"{count:,} {'address' if count == 1 else 'addresses'}.")
    return 0
