"""Parts that the gate's tests share."""

from __future__ import annotations

import asyncio

from twilio_numbers_async.gate import Gate, Signal

__all__ = ["Visitor", "take", "turn", "visitors"]


async def turn() -> None:
    """Let everything that can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)


def take(gate: Gate) -> list[int]:
    """All the permits that there are."""
    permits: list[int] = []
    while (permit := gate.try_acquire()) is not None:
        permits.append(permit)
    return permits


class Visitor:
    """Somebody who wants a permit."""

    def __init__(self, gate: Gate, name: str, order: list[str]) -> None:
        self.gate = gate
        self.name = name
        self.order = order
        self.task = asyncio.create_task(self._wait())

    async def _wait(self) -> int:
        permit = await self.gate.acquire()
        self.order.append(self.name)
        return permit

    def leave(self, signal: Signal = Signal.ACCEPTED) -> None:
        self.gate.release(self.task.result(), signal)


async def visitors(gate: Gate, names: str) -> tuple[dict[str, Visitor], list[str]]:
    order: list[str] = []
    all_of_them = {name: Visitor(gate, name, order) for name in names}
    await turn()
    return all_of_them, order
