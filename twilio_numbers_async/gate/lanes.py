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
        # Each with its owner. Thousands may wait: an entry here takes less than a callback of theirs.
        self.singles: OrderedDict[Place, object] = OrderedDict()
        self.bulk: OrderedDict[Place, object] = OrderedDict()
        self._turn = 0  # singles in a row while bulk calls waited

    def add(self, place: Place, bulk: bool, owner: object = None) -> None:
        """Let a caller wait."""
        (self.bulk if bulk else self.singles)[place] = owner

    def owned_by(self, owner: object) -> list[Place]:
        """The callers with that owner."""
        return [place for lane in (self.singles, self.bulk) for place, its in lane.items() if its is owner]

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
