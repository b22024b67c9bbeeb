"""Options that more than one command has."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["BaseUrl", "Country", "Json", "UseSandbox"]

Country = Annotated[
    str,
    typer.Option(
        help="The country of numbers that are written without a country code (none: there are no such numbers).",
        metavar="CODE",
    ),
]
UseSandbox = Annotated[
    bool,
    typer.Option(
        "--sandbox", help="Ask the Twilio that comes with this package: needs no account, costs nothing."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(help="Ask this server instead of Twilio's, with the same credentials.", metavar="URL"),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object a line on standard output, and nothing else there."),
]
