"""Imports names when they are first used, so that unused names cost nothing."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["lazy_names", "modules_of"]

_IMPORT = re.compile(r"^from \.([\w.]+) import (\*|\([^)]*\)|.+)", re.MULTILINE)
_NAME = re.compile(r"(\w+)( as \w+)?")


class _Names(NamedTuple):
    """The names of a package, each with its module."""

    public: dict[str, str]
    kept: dict[str, str]
    """Names that can be imported as before, and are not listed."""


def lazy_names(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Returns a package's ``__getattr__`` and ``__dir__`` (PEP 562).

    The names are those that its ``__init__.pyi`` imports: the public ones as themselves (``X as X``).
    """

    def get(name: str) -> object:
        if name == "__all__":
            return sorted(_names(package).public)
        if name.isidentifier() and not name.startswith("_"):
            public, kept = _names(package)
            if (home := public.get(name) or kept.get(name)) is not None:
                value = getattr(importlib.import_module(home), name)
                setattr(sys.modules[package], name, value)  # found without us from now on
                return value
            if importlib.util.find_spec(f"{package}.{name}") is not None:
                return importlib.import_module(f"{package}.{name}")  # a module of the package
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *_names(package).public})

    return get, names


def modules_of(package: str) -> list[str]:
    """Returns the modules from which a package imports its names."""
    public, kept = _names(package)
    return sorted({*public.values(), *kept.values()})


@cache
def _names(package: str) -> _Names:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"{package} has no file")
    found = _Names({}, {})
    for module, names in _IMPORT.findall(_text(spec.loader, Path(spec.origin).with_name("__init__.pyi"))):
        home = f"{package}.{module}"
        if names == "*":
            found.public.update(_names(home).public)
            continue
        for name, is_public in _NAME.findall(names):
            (found.public if is_public else found.kept)[name] = home
    return found


def _text(loader: object, path: Path) -> str:
    """Returns the text of a file beside a module, which may be in a zip archive."""
    read: Callable[[str], bytes] | None = getattr(loader, "get_data", None)
    return path.read_text(encoding="utf-8") if read is None else read(str(path)).decode()
