"""Where sweeps come from and are looked after: the gate's width, and an end with the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from ..transport.gate import Gate, PermitLine, patient

if TYPE_CHECKING:
    from ..sweep import Journal, Sweep

__all__ = ["Sweeps"]

I = TypeVar("I")  # noqa: E741 - an input
K = TypeVar("K")
T = TypeVar("T")

_UNCOUNTED = 200
"""Calls under way where the gate counts none at once."""


def _never(_: object) -> bool:
    return False


class Sweeps:
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
        journal: Journal | None,
        result_type: type[T],
        options: Mapping[str, object],
        is_passing: Callable[[T], bool] = _never,
        phone_number: Callable[[K], str | None] | None = None,
    ) -> Sweep[T]:
        """A sweep of ``call`` over ``inputs``; see Sweep for the arguments."""
        from ..sweep import Sweep

        context = copy_context()
        context.run(patient.set, True)
        extra: dict[str, Any] = {} if phone_number is None else {"phone_number": phone_number}
        return Sweep(
            call,
            inputs,
            key=key,
            width=self.width,
            ordered=ordered,
            journal=journal,
            result_type=result_type,
            options=options,
            is_passing_result=is_passing,
            registry=self._running,
            context=context,
            **extra,
        )

    def width(self) -> int:
        """Calls worth having under way: what the gate allows, and some in line so that it is never idle."""
        gate = self._gate
        limit = gate.limit if isinstance(gate, PermitLine) else gate.snapshot().limit
        return _UNCOUNTED if limit is None else limit + max(4, limit // 4)

    async def close(self) -> None:
        """End what is still running. The first failure to close one is raised once all are closed."""
        results = await asyncio.gather(*(sweep.aclose() for sweep in self._running), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
