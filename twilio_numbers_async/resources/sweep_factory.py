"""Starts sweeps, gives them their width by the gate, and ends them with the client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .._finish import finish
from ..gate import Gate, GateQueue

if TYPE_CHECKING:
    from ..sweep import Journal, Sweep

__all__ = ["SweepFactory"]

I = TypeVar("I")  # noqa: E741 - an input
K = TypeVar("K")
T = TypeVar("T")

_UNCOUNTED = 200
"""Calls under way where the gate counts none at once, to begin with."""
_MOST_UNCOUNTED = 1000
_IN_RESERVE = 50
"""Calls in line where the gate counts none at once: a rate is kept however long the answers take."""
_FEW = 16
"""Permits with which a gate may be idle until the next call ends, were there nobody in line."""


def _in_line(limit: int) -> int:
    return max(4, limit // 4)


def _never(_: object) -> bool:
    return False


class SweepFactory:
    """Starts sweeps over one gate and ends those that were left open when the client closes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._running: set[Sweep[Any]] = set()

    def start(
        self,
        call: Callable[[K], Awaitable[T]],
        inputs: Iterable[I] | AsyncIterable[I],
        *,
        key: Callable[[I], K],
        ordered: bool,
        journal: Journal | str | os.PathLike[str] | None,
        result_type: type[T],
        options: Mapping[str, object],
        is_passing: Callable[[T], bool] = _never,
        phone_number: Callable[[K], str | None] | None = None,
        width: Callable[[int], int] | None = None,
    ) -> Sweep[T]:
        """Start a sweep of ``call`` over ``inputs``; see SweepPolicy for the arguments.

        ``width`` is the gate's by default.
        """
        from ..sweep import Sweep, SweepPolicy

        policy = SweepPolicy[I, K, T](
            key=key,
            width=width or self.width,
            ordered=ordered,
            journal=journal,
            result_type=result_type,
            options=options,
            is_transient_result=is_passing,
            registry=self._running,
            phone_number=phone_number,
        )
        return Sweep(call, inputs, policy)

    def width(self, under_way: int) -> int:
        """Return the number of calls worth having under way, for a sweep that has so many: what the gate allows, and
        some in its queue.

        The queue keeps the gate in use while a call pauses before it tries again, or asks a cache. Waiting there costs
        every call a turn of the event loop, so where many are allowed no more calls wait there than such calls need.
        """
        gate = self._gate
        if not isinstance(gate, GateQueue):
            limit = gate.snapshot().limit
            return _UNCOUNTED if limit is None else limit + _in_line(limit)
        limit = gate.limit
        if limit is None:
            return min(max(_UNCOUNTED, gate.in_flight + _IN_RESERVE), _MOST_UNCOUNTED)
        if limit <= _FEW or not gate.is_settled:
            return limit + _in_line(limit)
        without = under_way - gate.in_flight  # in line too: then the next one to end leaves
        return limit if without <= 0 else limit + min(without, _in_line(limit))

    async def close(self) -> None:
        """End what is still running, cancelled or not. The first failure to close one is raised once all are closed."""
        sweeps = list(self._running)
        if not sweeps:
            return
        from ..sweep.engine import is_inside

        closing = asyncio.gather(*(sweep.aclose() for sweep in sweeps), return_exceptions=True)
        # A sweep's own task is cancelled by its clean-up, and must not wait for the end of it.
        is_own = any(is_inside(sweep) for sweep in sweeps)
        for result in await (closing if is_own else finish(closing)):
            if isinstance(result, BaseException):
                raise result
