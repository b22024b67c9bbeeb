"""What can be set on a number, as options of a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, cast

import typer

from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions, option_parameters
from ..exit_codes import USAGE, Stop

__all__ = ["FriendlyName", "Set", "SmsUrl", "StatusCallback", "VoiceUrl", "read_settings", "setting_of"]

VoiceUrl = Annotated[
    str | None, typer.Option(help="The URL that handles calls; '' clears it.", metavar="URL")
]
SmsUrl = Annotated[
    str | None, typer.Option(help="The URL that handles messages; '' clears it.", metavar="URL")
]
StatusCallback = Annotated[
    str | None, typer.Option(help="The URL that is told how calls go; '' clears it.", metavar="URL")
]
FriendlyName = Annotated[str | None, typer.Option(help="The name that the number is given.", metavar="NAME")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Anything else that can be set, such as voice_method=GET, trunk_sid=TK... or "
        "voice_caller_id_lookup=true; nothing behind the = clears it. May be given several times.",
        metavar="NAME=VALUE",
    ),
]

_TRUTHS = {"true": True, "false": False}
_FLAGS = frozenset({"voice_caller_id_lookup"})


def read_settings(named: Mapping[str, str | None], more: Iterable[str] | None) -> IncomingPhoneNumberOptions:
    """The options that were given, checked. Raises Stop and InvalidArgumentError."""
    found: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    for setting in more or ():
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals:
            raise Stop(f"--set takes NAME=VALUE, not {setting!r}", USAGE)
        if name in found:
            raise Stop(f"{name} is given twice", USAGE)
        found[name] = setting_of(name, value)
    option_parameters(found)
    return cast("IncomingPhoneNumberOptions", found)


def setting_of(name: str, text: str) -> object:
    """The value of a setting that was given as text. Raises Stop for a flag that is neither true nor false."""
    return _flag(name, text) if name in _FLAGS else text


def _flag(name: str, value: str) -> bool:
    truth = _TRUTHS.get(value.strip().casefold())
    if truth is None:
        raise Stop(f"{name} must be true or false", USAGE)
    return truth
