"""``twilio-numbers accounts``: the account and its subaccounts. Tokens are never printed."""

from __future__ import annotations

import typer

from .connection import Where, connected
from .exit_codes import interruptible, settled, tell
from .group_options import checked_where
from .options import BaseUrl, Json, UseSandbox
from .output import Listing, counted

__all__ = ["accounts"]

accounts: typer.Typer = typer.Typer(help="The account and its subaccounts.", no_args_is_help=True)

_COLUMNS = {"Account": 34, "Status": 10, "Type": 6, "Owner": 34, "Name": 0}


@accounts.callback()
def group() -> None:
    """The account and its subaccounts."""


@accounts.command("list")
def list_command(json: Json = False, sandbox: UseSandbox = False, base_url: BaseUrl = None) -> None:
    """List the account and its subaccounts, without their tokens."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _list(where, json=json))
    raise typer.Exit(code)


async def _list(where: Where, *, json: bool) -> int:
    listing, count = Listing(_COLUMNS, json=json), 0
    async with connected(where) as client:
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
    return 0
