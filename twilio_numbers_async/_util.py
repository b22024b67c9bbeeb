"""Small things that several rooms need."""

from __future__ import annotations

import datetime as dt

__all__ = ["counted", "utc_now"]


def utc_now() -> dt.datetime:
    """The time now, in UTC."""
    return dt.datetime.now(dt.UTC)


def counted(count: int, thing: str) -> str:
    """A count in words: ``1 number``, ``2,000 numbers``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
