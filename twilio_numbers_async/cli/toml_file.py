"""TOML files with details."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .exit_codes import USAGE, Stop

__all__ = ["read_toml"]


def read_toml(path: Path) -> dict[str, Any]:
    """The contents of the TOML file. Raises Stop."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Stop(f"{path} is not TOML: {error}", USAGE) from None
    except (OSError, UnicodeDecodeError) as error:
        why = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise Stop(f"{path} cannot be read: {why}", USAGE) from None
