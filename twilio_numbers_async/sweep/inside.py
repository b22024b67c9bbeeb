"""Marks a sweep's own tasks: a clean-up ends them, so they must not wait for its end."""

from __future__ import annotations

from contextvars import ContextVar

__all__ = ["enter", "is_inside"]

_inside: ContextVar[frozenset[object]] = ContextVar("inside", default=frozenset())


def enter(sweep: object) -> None:
    """Note that the task that runs is the sweep's own, and so are those that it makes."""
    _inside.set(_inside.get() | {sweep})


def is_inside(sweep: object) -> bool:
    """True if a task of the sweep runs this."""
    return sweep in _inside.get()
