"""Bundles whose approval ends soon."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator

from ..errors import invalid
from ..models.numbers_v2.bundles import Bundle
from .calls import BundleCalls
from .renewal import is_renewal

__all__ = ["checked_within", "expiring"]

_Kind = tuple[str | None, dt.datetime | None]


_LONGEST = dt.timedelta(days=100_000)


def checked_within(within: object) -> dt.timedelta:
    """Return the span of time. Raises InvalidArgumentError for one that is negative or too long, or no timedelta."""
    if not isinstance(within, dt.timedelta) or not dt.timedelta() <= within <= _LONGEST:
        raise invalid("within", "must be a timedelta of 0 to 100,000 days, such as timedelta(days=60)")
    return within


async def expiring(
    calls: BundleCalls, bundles: AsyncIterable[Bundle], end: dt.datetime
) -> AsyncIterator[Bundle]:
    """Yield the bundles that are approved and whose approval ends by then; a bundle stands for its copies.

    A copy that a renewal has left is known by its name. Any other copy whose items were put into its bundle ends when
    that bundle ends. Copies are asked for only where two bundles of a regulation have the same end.
    """
    found = [bundle async for bundle in bundles if _ends(bundle, end) and not is_renewal(bundle)]
    alike = Counter(map(_kind, found))
    copies: set[tuple[str | None, _Kind]] = set()
    for bundle in found:
        kind = _kind(bundle)
        if bundle.sid and alike[kind] > 1 and (bundle.sid, kind) not in copies:
            copies |= {(copy.sid, kind) async for copy in calls.copies(bundle.sid) if copy.sid != bundle.sid}
    for bundle in found:
        if (bundle.sid, _kind(bundle)) not in copies:
            yield bundle


def _kind(bundle: Bundle) -> _Kind:
    return bundle.regulation_sid, bundle.valid_until


def _ends(bundle: Bundle, end: dt.datetime) -> bool:
    until, status = bundle.valid_until, bundle.status
    return until is not None and until <= end and status is not None and status.is_approved
