"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import InvalidArgumentError
from ..models.sids import check_sid
from ..phone import checked_country
from .commands import OptionGroup
from .exit_codes import USAGE, Stop
from .tables import Reading
from .words import in_options

__all__ = [
    "COUNTRY_VARIABLE",
    "Account",
    "Country",
    "FileOptions",
    "Force",
    "Json",
    "Limit",
    "NumberColumn",
    "ShowNumbers",
    "Yes",
    "checked_account",
    "country_of",
]

COUNTRY_VARIABLE = "TWILIO_NUMBERS_COUNTRY"
"""The environment variable for --country."""

Account = Annotated[
    str | None,
    typer.Option(help="The account that has the numbers, by default the one that signs in.", metavar="AC..."),
]
Country = Annotated[
    str | None,
    typer.Option(
        envvar=COUNTRY_VARIABLE,
        help="The country of numbers that are written without a country code, such as US (none: there are no such "
        "numbers).",
        metavar="CODE",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object a line on standard output, and nothing else there."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="List so many and no more.", metavar="N")]
NumberColumn = Annotated[
    str | None, typer.Option(help="The column with the numbers, by name or position from 1.", metavar="NAME")
]
ShowNumbers = Annotated[
    bool,
    typer.Option("--show-numbers", help="Show phone numbers whole (the last four digits by default)."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


class FileOptions(OptionGroup, frozen=True, kw_only=True):
    """The options of a command that reads numbers from a file."""

    country: Country = None
    sheet: Annotated[
        str | None,
        typer.Option(help="The sheet of a workbook, by name or by position from 1.", metavar="NAME"),
    ] = None
    header_row: Annotated[
        int | None,
        typer.Option(
            min=0, help="The row with the columns' names, counted from 1 (0: there is none).", metavar="N"
        ),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option(
            help="The encoding of the text, such as cp1252 or shift_jis; found out by default.",
            metavar="NAME",
        ),
    ] = None

    def reading(self, *columns: str | None, limit: int | None = None) -> Reading:
        """The way to read the file. ``columns`` are the names that the user gave."""
        named = tuple(column for column in columns if column is not None)
        return Reading(
            columns=named, limit=limit, sheet=self.sheet, header_row=self.header_row, encoding=self.encoding
        )


def country_of(text: str | None) -> str | None:
    """The country of numbers without a country code; None for ``none``, and if no country is given. Raises Stop."""
    if text is None or text.casefold() == "none":
        return None
    try:
        return checked_country(text.strip())
    except InvalidArgumentError as error:
        raise Stop(in_options(str(error), error.argument), USAGE) from None


def checked_account(account: str | None) -> str | None:
    """The value of --account. Raises InvalidArgumentError."""
    return None if account is None else check_sid(account, "AC", "--account")
