"""Reprs for what holds personal data: they say what is there, and not what it is."""

from __future__ import annotations

from typing import Any, ClassVar, cast


class Hidden:
    """Stands in a repr for a value, or for a collection of ``count`` of them."""

    def __init__(self, value: object) -> None:
        sized = isinstance(value, list | tuple | dict | set | frozenset)
        self._count = len(cast("list[Any]", value)) if sized else None

    def __repr__(self) -> str:
        if self._count is None:
            return "***"
        return "[***]" if self._count == 1 else f"[***] * {self._count}"


class Discreet:
    """Stands before ``Struct`` among the bases of a class, whose repr then names the fields that are set.

    Only the values of the fields in ``_shown`` are in it, so that a log, a traceback or an error tracker
    holds none of the others. ``rich``, which asks a Struct for its values, gets the same.
    """

    __slots__ = ()
    _shown: ClassVar[frozenset[str]] = frozenset()
    """The names of the fields whose values anybody may see."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        fields = [(name, getattr(self, name)) for name in cast("Any", self).__struct_fields__]
        return [
            (name, value if name in self._shown else Hidden(value))
            for name, value in fields
            if value is not None
        ]

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({parts})"
