"""The columns of a file that are named like options: what each row sets on its own number."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import cast

import msgspec

from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions, option_parameters
from ..exit_codes import USAGE, Stop
from ..tables import Row, text_of
from .number_options import setting_of

__all__ = ["RowSettings", "option_of", "row_settings"]

_OPTIONS = {name.replace("_", ""): name for name in IncomingPhoneNumberOptions.__annotations__}
# What a table that is written here puts in front of a cell that a spreadsheet would take for a formula.
_guarded = re.compile(r"'[=@\t\r\n+-]").match
_TEXT_FORMATS = frozenset({"csv", "tsv"})


def option_of(column: str) -> str | None:
    """The option that a column is named like, in any spelling: ``voice_url``, ``VoiceUrl``, ``Voice URL``."""
    return _OPTIONS.get(re.sub(r"[\W_]+", "", column).casefold())


class RowSettings(msgspec.Struct, frozen=True):
    """What every row sets, and the columns with what each sets besides; an empty cell leaves things as they are."""

    common: IncomingPhoneNumberOptions
    columns: Mapping[str, int] = {}
    """The positions of the columns, by option."""
    empty_clears: bool = False
    is_guarded: bool = False
    """True where a cell may have an apostrophe in front that is not its own."""

    def of(self, row: Row) -> IncomingPhoneNumberOptions:
        """What a row sets, checked. Raises Stop and InvalidArgumentError."""
        own: dict[str, object] = {}
        for name, position in self.columns.items():
            cell = row.cells[position]
            text = text_of(cell).strip()
            if self.is_guarded and _guarded(text):
                text = text[1:]
            if text or (self.empty_clears and cell is not None):
                own[name] = setting_of(name, text) if text else ""
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
    """What rows set; the columns that are not used, and those that ``common`` takes the place of.

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
                f"{position + 1}). Take one away, or name it otherwise",
                USAGE,
            )
        else:
            found[option] = position
    settings = RowSettings(common, found, empty_clears, format_ in _TEXT_FORMATS)
    return settings, unused, overruled
