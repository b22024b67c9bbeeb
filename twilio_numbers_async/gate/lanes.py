"""The waiting callers in their order."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

__all__ = ["BULK_TURN", "Lanes"]

BULK_TURN = 5
"""One permit in so many goes to a bulk call, where both kinds wait."""

Place = asyncio.Future[int]


class Lanes:
    """Single calls before bulk calls, each kind in its order; where both wait, bulk has each fifth turn."""

    def __init__(self) -> None:
        self.singles: OrderedDict[Place, None] = OrderedDict()
        self.bulk: OrderedDict[Place, None] = OrderedDict()
        self._turn = 0  # singles in a row while bulk calls waited

    def add(self, place: Place, bulk: bool) -> None:
        """Let a caller wait."""
        (self.bulk if bulk else self.singles)[place] = None

    def remove(self, place: Place) -> bool:
        """Let a caller leave. False if it does not wait."""
        for lane in (self.singles, self.bulk):
            if place in lane:
                del lane[place]
                return True
        return False

    def pop(self) -> Place:
        """Take the next waiter out of the queue."""
        if self.singles and (not self.bulk or self._turn < BULK_TURN - 1):
            self._turn = self._turn + 1 if self.bulk else 0
            return self.singles.popitem(last=False)[0]
        self._turn = 0
        return self.bulk.popitem(last=False)[0]
