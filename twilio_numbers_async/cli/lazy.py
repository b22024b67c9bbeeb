"""Commands that are imported when they are called: the lists of commands need no more than a line about each."""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import Any

from typer.core import TyperCommand

__all__ = ["LazyCommand"]


class LazyCommand(TyperCommand):
    """Stands for a command, or a group of them, in the lists of help and completion. A call imports it.

    ``place`` is the module in this package and the name in it: ``checking.check:check``. ``summary`` is the first
    sentence of the command's help.
    """

    def __init__(self, name: str, place: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self.place: str = place

    @cached_property
    def loaded(self) -> Any:
        """The command itself, imported."""
        from .commands import command_of

        module, _, name = self.place.partition(":")
        return command_of(getattr(importlib.import_module(f"{__package__}.{module}"), name))

    def __getattr__(self, name: str) -> Any:
        """Attributes that only a group has, such as its commands, for those who walk through all of them."""
        if name.startswith("_"):  # copying asks for such names before there is anything
            raise AttributeError(name)
        return getattr(self.loaded, name)

    def make_context(self, *args: Any, **options: Any) -> Any:
        """The context of the command itself, which runs in it."""
        return self.loaded.make_context(*args, **options)
