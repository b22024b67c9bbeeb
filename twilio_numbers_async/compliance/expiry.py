"""Bundles whose approval ends soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, AsyncIterator

from ..errors import InvalidArgumentError
from ..models.numbers_v2.bundles import Bundle

__all__ = ["checked_within", "expiring"]


def checked_within(within: object) -> dt.timedelta:
    """A span of time. Raises InvalidArgumentError for what is none, and for a negative one."""
    if not isinstance(within, dt.timedelta) or within < dt.timedelta():
        raise InvalidArgumentError(
            "within must be a timedelta of 0 or more, such as timedelta(days=60)", argument="within"
        )
    return within


async def expiring(bundles: AsyncIterable[Bundle], end: dt.datetime) -> AsyncIterator[Bundle]:
    """Those that are approved and whose approval ends by then."""
    async for bundle in bundles:
        until, status = bundle.valid_until, bundle.status
        if until is not None and until <= end and status is not None and status.is_approved:
            yield bundle
