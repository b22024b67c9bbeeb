"""Whose tasks run: a clean-up ends a sweep's own tasks, so they must not wait for its end."""

from __future__ import annotations

from contextvars import Context, ContextVar

__all__ = ["is_inside", "marked"]

_inside: ContextVar[frozenset[object]] = ContextVar("inside", default=frozenset())


def marked(context: Context, sweep: object) -> Context:
    """The context, changed so that all that runs in it, or in a copy of it, is inside the sweep."""
    context.run(lambda: _inside.set(_inside.get() | {sweep}))
    return context


def is_inside(sweep: object) -> bool:
    """True if a task of the sweep runs this, or a task that such a one has made."""
    return sweep in _inside.get()
