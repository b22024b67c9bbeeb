"""Settings of a number: the options of a command, and the columns of a file that are named like options."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, cast

import msgspec
import typer

from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions, option_parameters
from ..commands import OptionGroup
from ..exit_codes import USAGE, Stop
from ..tables import Row, text_of

__all__ = ["RowSettings", "SettingOptions", "option_of", "read_settings", "row_settings"]

_TRUTHS = {"true": True, "false": False}
_FLAGS = frozenset({"voice_caller_id_lookup"})
_OPTIONS = {name.replace("_", ""): name for name in IncomingPhoneNumberOptions.__annotations__}
# Written tables have an apostrophe in front of cells that a spreadsheet would take for a formula.
_guarded = re.compile(r"'[=@\t\r\n+-]").match
_TEXT_FORMATS = frozenset({"csv", "tsv"})


class SettingOptions(OptionGroup, frozen=True, kw_only=True):
    """The options of a command that sets something on numbers."""

    voice_url: Annotated[
        str | None, typer.Option(help="The URL that handles calls; '' clears it.", metavar="URL")
    ] = None
    sms_url: Annotated[
        str | None, typer.Option(help="The URL that handles messages; '' clears it.", metavar="URL")
    ] = None
    status_callback: Annotated[
        str | None, typer.Option(help="The URL that gets the status of calls; '' clears it.", metavar="URL")
    ] = None
    friendly_name: Annotated[str | None, typer.Option(help="The name of the number.", metavar="NAME")] = None
    more: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Any other setting, such as voice_method=GET, address_sid=AD..., bundle_sid=BU... or "
            "voice_caller_id_lookup=true; "
            "nothing behind the = clears it. May be given several times.",
            metavar="NAME=VALUE",
        ),
    ] = None

    def read(self) -> IncomingPhoneNumberOptions:
        """The settings, checked. Raises Stop and InvalidArgumentError."""
        named = ("voice_url", "sms_url", "status_callback", "friendly_name")
        return read_settings({name: getattr(self, name) for name in named}, self.more)


def read_settings(named: Mapping[str, str | None], more: Iterable[str] | None) -> IncomingPhoneNumberOptions:
    """The settings that were given, checked. Raises Stop and InvalidArgumentError."""
    found: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    for setting in more or ():
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals:
            raise Stop(f"--set takes NAME=VALUE, not {setting!r}", USAGE)
        if name in found:
            raise Stop(f"{name} is given twice", USAGE)
        found[name] = _setting_of(name, value)
    option_parameters(found)
    return cast("IncomingPhoneNumberOptions", found)


def _setting_of(name: str, text: str) -> object:
    """The value of a setting given as text. Raises Stop for a flag that is neither true nor false."""
    if name not in _FLAGS:
        return text
    truth = _TRUTHS.get(text.strip().casefold())
    if truth is None:
        raise Stop(f"{name} must be true or false", USAGE)
    return truth


def option_of(column: str) -> str | None:
    """The option that a column is named like, in any spelling: ``voice_url``, ``VoiceUrl``, ``Voice URL``."""
    return _OPTIONS.get(re.sub(r"[\W_]+", "", column).casefold())


class RowSettings(msgspec.Struct, frozen=True):
    """The settings of every row, and the columns with each row's own; an empty cell changes nothing."""

    common: IncomingPhoneNumberOptions
    columns: Mapping[str, int] = {}
    """The positions of the columns, by option."""
    empty_clears: bool = False
    is_guarded: bool = False
    """True if an apostrophe in front of a cell may be a guard against formulas."""

    def of(self, row: Row) -> IncomingPhoneNumberOptions:
        """The settings of a row, checked. Raises Stop and InvalidArgumentError."""
        own: dict[str, object] = {}
        for name, position in self.columns.items():
            cell = row.cells[position]
            text = text_of(cell).strip()
            if self.is_guarded and _guarded(text):
                text = text[1:]
            if text or (self.empty_clears and cell is not None):
                own[name] = _setting_of(name, text) if text else ""
        option_parameters(own)
        return cast("IncomingPhoneNumberOptions", {**self.common, **own})


def row_settings(
    columns: Collection[str],
    numbers: int,
    common: IncomingPhoneNumberOptions,
    *,
    format_: str,
    empty_clears: bool,
) -> tuple[RowSettings, list[str], list[str]]:
    """The settings of rows; the columns that are not used, and those that ``common`` overrides.

    ``numbers`` is the position of the column with the numbers. Raises Stop for two columns of one option.
    """
    found: dict[str, int] = {}
    unused: list[str] = []
    overruled: list[str] = []
    names = list(columns)
    for position, column in enumerate(names):
        option = option_of(column)
        if position == numbers:
            continue
        if option is None:
            unused.append(column)
        elif option in common:
            overruled.append(column)
        elif option in found:
            raise Stop(
                f"Two columns set {option}: {names[found[option]]!r} and {column!r} (columns {found[option] + 1} and "
                f"{position + 1}). Remove one, or rename it",
                USAGE,
            )
        else:
            found[option] = position
    settings = RowSettings(common, found, empty_clears, format_ in _TEXT_FORMATS)
    return settings, unused, overruled
