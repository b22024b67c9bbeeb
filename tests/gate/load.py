"""Somebody who always wants more than a gate allows."""

from __future__ import annotations

from twilio_numbers_async.gate import AdaptiveLimit, GateQueue, Signal

from .simulated import World

__all__ = ["Load", "found", "held_at"]


class Load:
    """Somebody who always wants more than a gate allows, and decides what the answers are."""

    def __init__(
        self, *, initial: int = 5, minimum: int = 1, maximum: int = 1000, world: World | None = None
    ) -> None:
        self.world = world or World()
        self.adaptive = AdaptiveLimit(initial=initial, minimum=minimum, maximum=maximum, random=lambda: 0.5)
        self.gate = GateQueue(self.adaptive, clock=self.world.clock, call_later=self.world.call_later)
        self.permits: list[int] = []

    @property
    def is_alone(self) -> bool:
        return self.adaptive.sharing.is_alone(self.world.now)

    @property
    def limit(self) -> int:
        limit = self.gate.snapshot().limit
        assert limit is not None
        return limit

    @property
    def ceiling(self) -> int | None:
        return self.gate.snapshot().ceiling

    def fill(self) -> int:
        """Take all the permits there are; how many are held."""
        while (permit := self.gate.try_acquire()) is not None:
            self.permits.append(permit)
        return len(self.permits)

    def answer(self, answers: int, concurrent: int | None = None) -> None:
        """So many good answers one by one, each with everything in use."""
        for _ in range(answers):
            self.fill()
            self.gate.release(self.permits.pop(), Signal.ACCEPTED, None, concurrent)

    def refuse(self, *, retry_after: float | None = None, concurrent: int | None = None) -> None:
        """The last request is refused, all the others are under way."""
        self.fill()
        self.gate.release(self.permits.pop(), Signal.REFUSED, retry_after, concurrent)

    def fail(self) -> None:
        self.fill()
        self.gate.release(self.permits.pop(), Signal.FAILED)

    def end(self, down_to: int) -> None:
        """Requests end with nothing learnt from them."""
        while len(self.permits) > down_to:
            self.gate.release(self.permits.pop(), Signal.UNKNOWN)

    def refuse_one(self) -> None:
        """One request, with nothing else under way, is refused."""
        permit = self.gate.try_acquire()
        assert permit is not None
        self.gate.release(permit, Signal.REFUSED)

    def refuse_below(self, level: int) -> None:
        """The last request is refused, with fewer than so many of ours under way."""
        self.fill()
        last = self.permits.pop()
        self.end(level - 1)
        self.gate.release(last, Signal.REFUSED)

    def probe_up(self) -> None:
        """Good answers until it probes."""
        while self.gate.is_settled:
            self.answer(1)

    def probe(self) -> int:
        """Good answers until the limit has been raised to one above what was known; how many it took."""
        ceiling, answers = self.ceiling or 0, 0
        while self.limit <= ceiling:
            self.answer(1)
            answers += 1
        return answers


def found(ceiling: int) -> Load:
    """A gate that has found its ceiling and does not know yet whether it is alone."""
    load = Load(initial=ceiling + 1)
    load.refuse()
    load.answer(1)
    return load


def held_at(ceiling: int) -> Load:
    """A gate that has found its ceiling, and found out that it is alone."""
    load = found(ceiling)
    while not load.is_alone:
        load.probe()
        load.refuse()
        load.answer(min(2, ceiling))
    assert load.ceiling == load.limit == ceiling
    return load
