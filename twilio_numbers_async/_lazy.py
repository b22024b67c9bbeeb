"""Names that are imported when they are first used, so that nobody pays for what is not used."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

__all__ = ["lazy_names"]

_IMPORT = re.compile(r"^from \.([\w.]+) import (\*|\([^)]*\)|.+)", re.MULTILINE)
_NAME = re.compile(r"(\w+) as \w+")


def lazy_names(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Returns a package's ``__getattr__`` and ``__dir__`` (PEP 562). Its names are those of its ``__init__.pyi``."""

    def get(name: str) -> object:
        if name == "__all__":
            return sorted(_homes(package))
        if not name.startswith("_"):
            if (home := _homes(package).get(name)) is not None:
                value = getattr(importlib.import_module(home), name)
                setattr(sys.modules[package], name, value)  # found without us from now on
                return value
            if importlib.util.find_spec(f"{package}.{name}") is not None:
                return importlib.import_module(f"{package}.{name}")  # a module of the package
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *_homes(package)})

    return get, names


@cache
def _homes(package: str) -> dict[str, str]:
    """The names that a package's ``__init__.pyi`` imports, each with its module."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"{package} has no file")
    stub = Path(spec.origin).with_name("__init__.pyi")
    homes: dict[str, str] = {}
    for module, names in _IMPORT.findall(_text(spec.loader, stub)):
        home = f"{package}.{module}"
        homes |= _homes(home) if names == "*" else dict.fromkeys(_NAME.findall(names), home)
    return homes


def _text(loader: object, path: Path) -> str:
    """The text of a file beside a module, which may be in a zip archive."""
    read: Callable[[str], bytes] | None = getattr(loader, "get_data", None)
    return path.read_text(encoding="utf-8") if read is None else read(str(path)).decode()
