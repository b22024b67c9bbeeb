"""The profiles of Twilio's own command line, which keeps them in ``~/.twilio-cli/config.json``.

Since its version 3 the file holds ``profiles``: by name, each with its API key and the secret. Older profiles are in
the list ``projects``, without a key: the system's keychain has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from .exit_codes import USAGE, Stop

__all__ = ["Profile", "read_profile"]

_PLACE = "~/.twilio-cli/config.json"


class Profile(msgspec.Struct, frozen=True, rename="camel"):
    """The credentials of a profile, and the location of the API."""

    account_sid: str = ""
    api_key: str = ""
    api_secret: str = ""
    region: str | None = None
    edge: str | None = None


class _Old(msgspec.Struct, frozen=True):
    id: str = ""


class _File(msgspec.Struct, frozen=True):
    profiles: dict[str, dict[str, Any]] = {}
    projects: list[_Old] = []
    edge: str | None = None


def read_profile(name: str) -> Profile:
    """The profile of that name. Raises Stop if it does not exist or cannot be used."""
    name = name.strip()
    file = _read(name)
    old = [one.id for one in file.projects]
    if name not in file.profiles and name not in old:
        names = ", ".join([*file.profiles, *old])
        there = f"there are: {names}" if names else "there are none; `twilio login` makes one"
        raise Stop(f"--profile: {_PLACE} has no profile {name!r}: {there}", USAGE)
    if name not in file.profiles:
        raise Stop(
            f"--profile: the key of {name!r} is in this system's keychain, where only Twilio's command line reads it. "
            f"`twilio profiles:port {name}` moves it to {_PLACE}, or set TWILIO_API_KEY and TWILIO_API_SECRET",
            USAGE,
        )
    try:
        profile = msgspec.convert(file.profiles[name], Profile)
    except msgspec.ValidationError as error:
        raise Stop(f"--profile: {_PLACE}, profile {name!r}: {error}", USAGE) from None
    missing = [key for key in ("accountSid", "apiKey", "apiSecret") if not file.profiles[name].get(key)]
    if missing:
        raise Stop(
            f"--profile: {_PLACE}, profile {name!r} has no {' and no '.join(missing)}: `twilio login` makes it anew",
            USAGE,
        )
    return msgspec.structs.replace(
        profile, region=profile.region or None, edge=profile.edge or file.edge or None
    )


def _read(name: str) -> _File:
    try:
        return msgspec.json.decode(Path(_PLACE).expanduser().read_bytes(), type=_File)
    except FileNotFoundError:
        raise Stop(
            f"--profile {name}: there is no {_PLACE}. `twilio login` (Twilio's own command line) makes it, or set "
            "TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET",
            USAGE,
        ) from None
    except (OSError, RuntimeError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise Stop(f"--profile: {_PLACE} cannot be read: {said}", USAGE) from None
