"""Options that more than one command has."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import InvalidArgumentError
from ..phone import checked_country
from .chosen import in_options
from .exit_codes import USAGE, Stop
from .sweep.survey import VARIABLE
from .tables import Reading

__all__ = [
    "BASE_URL_VARIABLE",
    "BaseUrl",
    "Country",
    "Encoding",
    "HeaderRow",
    "Json",
    "Sheet",
    "UseSandbox",
    "country_of",
    "reading_of",
]

BASE_URL_VARIABLE = "TWILIO_NUMBERS_BASE_URL"
"""The environment variable for --base-url."""

Country = Annotated[
    str | None,
    typer.Option(
        envvar=VARIABLE,
        help="The country of numbers that are written without a country code, such as US (none: there are no such "
        "numbers).",
        metavar="CODE",
    ),
]
Sheet = Annotated[
    str | None, typer.Option(help="The sheet of a workbook, by name or by position from 1.", metavar="NAME")
]
HeaderRow = Annotated[
    int | None,
    typer.Option(
        min=0, help="The row that names the columns, counted from 1 (0: there is none).", metavar="N"
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        help="How the text is encoded, such as cp1252 or shift_jis; by default it is found out.",
        metavar="NAME",
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
    typer.Option(
        envvar=BASE_URL_VARIABLE,
        help="Ask this server instead of Twilio's, with the same credentials.",
        metavar="URL",
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object a line on standard output, and nothing else there."),
]


def reading_of(
    column: str | None, sheet: str | None, header_row: int | None, encoding: str | None
) -> Reading:
    """How the file of a command is to be read."""
    columns = () if column is None else (column,)
    return Reading(columns=columns, sheet=sheet, header_row=header_row, encoding=encoding)


def country_of(text: str | None) -> str | None:
    """The country that numbers without a country code are of; None for ``none``, and where none is given."""
    if text is None or text.casefold() == "none":
        return None
    try:
        return checked_country(text.strip())
    except InvalidArgumentError as error:
        raise Stop(in_options(str(error), error.argument), USAGE) from None
