"""TOML files with details, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_type_hints

import msgspec

from .exit_codes import USAGE, Stop

__all__ = ["read_struct", "refuse_unknown", "struct_of"]

S = TypeVar("S", bound=msgspec.Struct)


def read_struct(path: Path, kind: type[S]) -> S:
    """The contents of the TOML file. Raises Stop with the place of a fault; it never shows a value."""
    given = _read(path)
    refuse_unknown(path, given, kind)
    return struct_of(path, given, kind)


def struct_of(path: Path, given: Mapping[str, Any], kind: type[S], place: str = "") -> S:
    """The values at this place of the file, as a struct. Raises Stop."""
    try:
        return msgspec.convert(given, kind, strict=True)
    except msgspec.ValidationError as error:
        raise Stop(f"{path}: {_words(error, place)}", USAGE) from None


def refuse_unknown(path: Path, given: Mapping[str, Any], kind: type[msgspec.Struct], place: str = "") -> None:
    """Raise Stop for a key that is no field of the struct, or of one inside it."""
    known = [field.name for field in msgspec.structs.fields(kind)]
    types = get_type_hints(kind)
    for key, value in given.items():
        name = f"{place}.{key}" if place else key
        if key not in known:
            where = f" in [{place}]" if place else ""
            raise Stop(f"{path}: {name} is not known. There are{where}: {', '.join(known)}", USAGE)
        inside = next((each for each in (types[key], *get_args(types[key])) if _is_struct(each)), None)
        if inside is not None and isinstance(value, dict):
            refuse_unknown(path, cast("dict[str, Any]", value), inside, name)


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Stop(f"{path} is not TOML: {error}", USAGE) from None
    except (OSError, UnicodeDecodeError) as error:
        why = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise Stop(f"{path} cannot be read: {why}", USAGE) from None


def _words(error: msgspec.ValidationError, inside: str) -> str:
    what, _, at = str(error).partition(" - at `$")
    place = ".".join(part for part in (inside, at.rstrip("`").removeprefix(".")) if part)
    if "missing required field" in what:
        name = what.rpartition("field ")[2].strip("`")
        return f"{place}.{name} is missing" if place else f"{name} is missing"
    if what.startswith("Expected `str"):
        return f"{place} must be text, in quotes"
    return f"{place}: {what}" if place else what
