"""Small things that several rooms need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

__all__ = ["counted", "utc_now"]


utc_now: Callable[[], dt.datetime] = partial(dt.datetime.now, dt.UTC)
"""The time now, in UTC."""


def counted(count: int, thing: str) -> str:
    """A count in words: ``1 number``, ``2,000 numbers``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
