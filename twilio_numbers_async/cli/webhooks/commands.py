"""``twilio-numbers webhooks``: where Twilio sends porting events, and what it sends."""

from __future__ import annotations

import enum
import os
from collections.abc import Sequence
from typing import Annotated

import typer

from ...errors import NotFoundError
from ...models import WebhookConfiguration, WebhookType
from ..connection import Where, connected
from ..exit_codes import USAGE, Stop, interruptible, settled, tell
from ..group_options import checked_where
from ..options import BaseUrl, Json, UseSandbox
from ..output import Listing, print_json

__all__ = ["webhooks"]

webhooks: typer.Typer = typer.Typer(
    help="Where Twilio sends porting events, and a receiver to see them with.", no_args_is_help=True
)


class _Which(enum.StrEnum):
    PORT_IN = "port-in"
    PORT_OUT = "port-out"


_TYPES = {_Which.PORT_IN: WebhookType.PORT_IN, _Which.PORT_OUT: WebhookType.PORT_OUT}


@webhooks.command("show")
def show_command(json: Json = False, sandbox: UseSandbox = False, base_url: BaseUrl = None) -> None:
    """Show where porting events go now."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _show(where, json=json))
    raise typer.Exit(code)


@webhooks.command("set")
def set_command(
    port_in_url: Annotated[
        str | None, typer.Option(help="Where port-in events go; '' takes it away.", metavar="URL")
    ] = None,
    port_out_url: Annotated[
        str | None, typer.Option(help="Where port-out events go; '' takes it away.", metavar="URL")
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            help="An event to send, such as PortInCompleted, or all. May be given several times.",
            metavar="NAME",
        ),
    ] = None,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Set where porting events go. What is not given stays as it is."""
    with settled():
        if port_in_url is None and port_out_url is None and not events:
            raise Stop("Nothing to set: give --port-in-url, --port-out-url or --event", USAGE)
        if events and len(events) > 1 and "all" in map(str.casefold, events):
            raise Stop("--event all goes alone", USAGE)
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _set(where, port_in_url, port_out_url, events, json=json))
    raise typer.Exit(code)


@webhooks.command("delete")
def delete_command(
    which: Annotated[list[_Which], typer.Argument(help="Which of the two, or both.")],
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Send no more port-in or port-out events."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        code = interruptible(lambda: _delete(where, which))
    raise typer.Exit(code)


@webhooks.command("listen")
def listen_command(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where to listen; 0 for a free port.", metavar="N")
    ] = 8020,
    host: Annotated[str, typer.Option(help="The address to listen on.", metavar="TEXT")] = "127.0.0.1",
    public_url: Annotated[
        str | None,
        typer.Option(
            help="How Twilio calls this, where a tunnel or proxy is in between: what stands before the path.",
            metavar="URL",
        ),
    ] = None,
    show_numbers: Annotated[
        bool,
        typer.Option("--show-numbers", help="Show phone numbers whole (the last four digits by default)."),
    ] = False,
    json: Json = False,
) -> None:
    """Receive webhooks on this machine, verify them, and print a line for each event, until Ctrl-C.

    A line has the time it came, the event, the request's SID, the number and its SID, the status, and what there is to
    say of it. What does not verify is answered 403, and that is said on standard error.

    The auth token is taken from TWILIO_AUTH_TOKEN: webhooks are signed with it, never with an API key. While it is
    rotated, put the other one into TWILIO_SECONDARY_AUTH_TOKEN: either is accepted.
    """
    with settled():
        tokens = [os.environ.get(f"TWILIO_{which}AUTH_TOKEN", "") for which in ("", "SECONDARY_")]
        if not tokens[0]:
            raise Stop("Set TWILIO_AUTH_TOKEN: webhooks are signed with it, never with an API key", USAGE)
        from .webhook_receiver import checked_public_url, listen  # only this one needs a server

        called = None if public_url is None else checked_public_url(public_url)
        code = interruptible(
            lambda: listen(
                host,
                port,
                auth_token=[token for token in tokens if token],
                public_url=called,
                show_numbers=show_numbers,
                json=json,
            )
        )
    raise typer.Exit(code)


async def _show(where: Where, *, json: bool) -> int:
    async with connected(where) as client:
        try:
            found = await client.webhook_configuration.fetch()
        except NotFoundError:
            found = WebhookConfiguration()
    _print(found, json=json)
    return 0


async def _set(
    where: Where,
    port_in_url: str | None,
    port_out_url: str | None,
    events: Sequence[str] | None,
    *,
    json: bool,
) -> int:
    chosen = [name for name in events or () if name.casefold() != "all"]
    async with connected(where) as client:
        found = await client.webhook_configuration.ensure(
            port_in_target_url=port_in_url,
            port_out_target_url=port_out_url,
            notifications_of=chosen if events else None,
        )
    _print(found, json=json)
    return 0


async def _delete(where: Where, which: Sequence[_Which]) -> int:
    async with connected(where) as client:
        for each in dict.fromkeys(which):
            await client.webhook_configuration.delete(_TYPES[each])
            tell(f"No more {each} events are sent.")
    return 0


def _print(found: WebhookConfiguration, *, json: bool) -> None:
    if json:
        print_json(found)
        return
    events = ", ".join(found.notifications_of or ()) or "all"
    listing = Listing({"Webhook": 8, "Is": 0})
    for name, value in (
        ("port-in", found.port_in_target_url or "not set"),
        ("port-out", found.port_out_target_url or "not set"),
        ("events", events),
    ):
        listing.row((name, value), None)
