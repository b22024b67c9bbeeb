"""``twilio-numbers webhooks``: the targets of porting events, and a receiver for them."""

from __future__ import annotations

import enum
import os
from typing import Annotated

import typer

from ...errors import NotFoundError
from ...models import WebhookConfiguration, WebhookType
from ..commands import command, group
from ..connection import Connection
from ..exit_codes import USAGE, Stop, tell
from ..options import ShowNumbers
from ..output import Listing, Output, print_json

__all__ = ["webhooks"]

webhooks: typer.Typer = group("The targets of Twilio's porting events, and a receiver for them.")


class _Which(enum.StrEnum):
    PORT_IN = "port-in"
    PORT_OUT = "port-out"


_TYPES = {_Which.PORT_IN: WebhookType.PORT_IN, _Which.PORT_OUT: WebhookType.PORT_OUT}


@command(webhooks, "show")
async def show(output: Output, connection: Connection) -> None:
    """Show the targets of porting events."""
    async with connection.open() as client:
        try:
            found = await client.webhook_configuration.fetch()
        except NotFoundError:
            found = WebhookConfiguration()
    _print(found, output)


@command(webhooks, "set")
async def set_targets(
    output: Output,
    connection: Connection,
    port_in_url: Annotated[
        str | None, typer.Option(help="The target of port-in events; '' removes it.", metavar="URL")
    ] = None,
    port_out_url: Annotated[
        str | None, typer.Option(help="The target of port-out events; '' removes it.", metavar="URL")
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            help="An event to send, such as PortInCompleted, or all. May be given several times.",
            metavar="NAME",
        ),
    ] = None,
) -> None:
    """Set the targets of porting events. Settings without an option stay as they are."""
    if port_in_url is None and port_out_url is None and not events:
        raise Stop("Nothing to set: give --port-in-url, --port-out-url or --event", USAGE)
    if events and len(events) > 1 and "all" in map(str.casefold, events):
        raise Stop("--event all goes alone", USAGE)
    chosen = [name for name in events or () if name.casefold() != "all"]
    async with connection.open() as client:
        found = await client.webhook_configuration.ensure(
            port_in_target_url=port_in_url,
            port_out_target_url=port_out_url,
            notifications_of=chosen if events else None,
        )
    _print(found, output)


@command(webhooks, "delete")
async def delete(
    which: Annotated[list[_Which], typer.Argument(help="One of the two, or both.")], connection: Connection
) -> None:
    """Send no more port-in or port-out events."""
    async with connection.open() as client:
        for each in dict.fromkeys(which):
            await client.webhook_configuration.delete(_TYPES[each])
            tell(f"No more {each} events are sent.")


@command(webhooks, "listen")
async def listen(
    output: Output,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port to listen on; 0 for a free one.", metavar="N")
    ] = 8020,
    host: Annotated[str, typer.Option(help="The address to listen on.", metavar="TEXT")] = "127.0.0.1",
    public_url: Annotated[
        str | None,
        typer.Option(
            help="The part before the path of the URL that Twilio calls, if a tunnel or proxy is in between.",
            metavar="URL",
        ),
    ] = None,
    show_numbers: ShowNumbers = False,
) -> None:
    """Receive webhooks on this machine, verify them, and print a line for each event, until Ctrl-C.

    A line has the time of arrival, the event, the SID of the request, the number and its SID, the status, and the
    reason. A request that is not genuine is answered 403 and reported on standard error.

    The auth token is taken from TWILIO_AUTH_TOKEN: webhooks are signed with it, never with an API key. During its
    rotation put the other token into TWILIO_SECONDARY_AUTH_TOKEN: either is accepted.
    """
    tokens = [os.environ.get(f"TWILIO_{which}AUTH_TOKEN", "") for which in ("", "SECONDARY_")]
    if not tokens[0]:
        raise Stop("Set TWILIO_AUTH_TOKEN: webhooks are signed with it, never with an API key", USAGE)
    from . import webhook_receiver  # only this command needs a server

    called = None if public_url is None else webhook_receiver.checked_public_url(public_url)
    printer = webhook_receiver.Printer(output, show_numbers=show_numbers)
    await webhook_receiver.listen(
        host, port, printer, auth_token=list(filter(None, tokens)), public_url=called
    )


def _print(found: WebhookConfiguration, output: Output) -> None:
    if output.json:
        print_json(found)
        return
    events = ", ".join(found.notifications_of or ()) or "all"
    listing = Listing({"Webhook": 8, "Is": 0}, output)
    for name, value in (
        ("port-in", found.port_in_target_url or "not set"),
        ("port-out", found.port_out_target_url or "not set"),
        ("events", events),
    ):
        listing.row((name, value), None)
