"""Everything that is otherwise imported when it is first needed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

__all__ = ["preload"]

_PACKAGE = __name__.rpartition(".")[0]
# Programs of their own, and what needs an extra: who uses them imports them.
_LEFT_OUT = frozenset({"__main__", "_pyinstaller", "cli", "report", "sandbox", "webhooks.starlette"})
# What the modules of Python and of the dependencies import inside functions, on the way of a call.
_ELSEWHERE = ("email.utils", "encodings.idna", "encodings.utf_8_sig", "sqlite3")


def preload() -> None:
    """Import every module that the package, and what it depends on, would import in the middle of a call.

    An import takes milliseconds, in which an event loop does nothing else. Call this when the process starts, before
    the loop runs: it takes about a second of processor time and a few dozen megabytes, and a second call nothing.

    Left out are the command, the report and the sandbox, and ``webhooks.starlette``, which an app imports itself.
    Raises nothing of its own.
    """
    package = importlib.import_module(_PACKAGE)
    for name in (*_modules(package.__path__, ""), *_ELSEWHERE):
        importlib.import_module(name if name in _ELSEWHERE else f"{_PACKAGE}.{name}")
    from .phone import load_countries

    load_countries()


def _modules(folders: Iterable[str], inside: str) -> Iterator[str]:
    """The names of the modules of a package and of the packages in it."""
    for module in pkgutil.iter_modules(folders):
        name = f"{inside}{module.name}"
        if name in _LEFT_OUT:
            continue
        yield name
        if module.ispkg:
            found = importlib.import_module(f"{_PACKAGE}.{name}")
            yield from _modules(found.__path__, f"{name}.")
