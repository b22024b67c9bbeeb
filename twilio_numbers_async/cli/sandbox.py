"""``twilio-numbers sandbox``."""

from __future__ import annotations

from typing import Annotated

import typer

from .ending import FAILED, Stop, settled

__all__ = ["sandbox"]


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where to listen; 0 for a free port.", metavar="N")
    ] = 8010,
    host: Annotated[str, typer.Option(help="The address to listen on.", metavar="TEXT")] = "127.0.0.1",
    allowance: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at once, 429 beyond it; any number by default.", metavar="N"),
    ] = None,
    latency: Annotated[
        float, typer.Option(min=0.0, help="Seconds that a request takes.", metavar="SECONDS")
    ] = 0.0,
    pace: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Seconds after which port-ins and reviews move a step on; never by default.",
            metavar="SECONDS",
        ),
    ] = None,
) -> None:
    """Run a Twilio to try things on, on this machine, until Ctrl-C.

    It says its address and its credentials; --base-url takes the address.
    """
    from ..sandbox import Sandbox, serve

    with settled():
        try:
            serve(Sandbox(allowance, latency, host=host, port=port, port_in_pace=pace, review_pace=pace))
        except OSError as error:
            raise Stop(
                f"The sandbox cannot listen on {host}:{port}: {error.strerror or error}", FAILED
            ) from None
