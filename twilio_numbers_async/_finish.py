"""Clean-up that a cancellation does not interrupt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

__all__ = ["finish"]

T = TypeVar("T")


async def finish(clean_up: Awaitable[T]) -> T:
    """Wait until the clean-up has ended, however often the caller is cancelled meanwhile.

    The cancellation is raised when all is done; what the clean-up raised is then its cause.
    """
    work = asyncio.ensure_future(clean_up)
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])  # which leaves it alone when it is cancelled
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return work.result()
    raise cancelled from None if work.cancelled() else work.exception()
