"""An account with a hidden allowance, and programs that use it, in simulated time.

Nothing here sleeps or opens a socket: a run of 20,000 requests takes a fraction of a second and is the same on
every machine. What is simulated is what matters to a gate: latency is log-normal, a refusal is answered at once,
answers and requests take time on the wire, and a program works on one thing at a time.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from twilio_numbers_async.gate import GateQueue, Signal

__all__ = ["Account", "Alarm", "Program", "World", "pause_of"]


class Alarm:
    """The handle that ``call_later`` returns; ``open`` until it went off or was called off."""

    def __init__(self, action: Callable[[], None]) -> None:
        self.open = True
        self._action = action

    def cancel(self) -> None:
        self.open = False

    def __call__(self) -> None:
        if self.open:
            self.open = False
            self._action()


class World:
    """The clock, and what is to happen when."""

    def __init__(self, seed: int = 0, *, tick: float = 0.0, stumble: float = 0.0) -> None:
        self.now = 0.0
        self._tick = tick
        self._stumble = stumble
        self.random = random.Random(seed)
        self.alarms: list[Alarm] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def clock(self) -> float:
        return self.now

    def at(self, delay: float, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (self.now + delay, self._count, action))

    def call_later(self, delay: float, action: Callable[[], None]) -> Alarm:
        alarm = Alarm(action)
        self.alarms.append(alarm)
        if self._tick:  # no earlier than due, at the next tick, and sometimes later
            delay = math.ceil((self.now + delay) / self._tick) * self._tick - self.now
        if self._stumble and self.random.random() < 0.1:
            delay += self._stumble * self.random.random()
        self.at(delay, alarm)
        return alarm

    async def go_on(self, seconds: float) -> None:
        """Let so much time go by, and the event loop do what it has to at each moment."""
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, action = heapq.heappop(self._events)
            action()
            await asyncio.sleep(0)
        self.now = end

    def pass_time(self, seconds: float) -> None:
        """Let so much time go by."""
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, action = heapq.heappop(self._events)
            action()
        self.now = end

    def run(self, until: Callable[[], bool]) -> None:
        """Let things happen until it is so, or nothing is left to happen."""
        while self._events and not until():
            self.now, _, action = heapq.heappop(self._events)
            action()


def pause_of(gate: GateQueue) -> float:
    """Seconds until the gate issues what is left; 0.0 where nothing is, which needs no snapshot to tell."""
    limit = gate.limit
    return gate.snapshot().paused if limit is None or gate.in_flight < limit else 0.0


@dataclass
class Account:
    """The far side: at most ``cap`` at once, one more is refused."""

    world: World
    cap: int
    latency: float
    sigma: float = 0.5
    failing: float = 0.0
    """The share of requests that end with a 500."""
    retry_after: float | None = None
    header: bool = False
    """True where answers carry Twilio-Concurrent-Requests."""
    still_until: float = 0.0
    busy: int = 0
    served: int = 0
    refused: int = 0
    _busy_time: float = 0.0
    _cap_time: float = 0.0
    _since: float = 0.0

    def _account(self) -> None:
        elapsed = self.world.now - self._since
        self._busy_time += elapsed * self.busy
        self._cap_time += elapsed * self.cap
        self._since = self.world.now

    def set_cap(self, cap: int) -> None:
        self._account()
        self.cap = cap

    def meter(self) -> tuple[float, float]:
        """Slot-seconds used and slot-seconds there were until now."""
        self._account()
        return self._busy_time, self._cap_time

    def request(self, answer: Callable[[Signal, float | None, int | None], None]) -> None:
        if self.busy >= self.cap:
            self.refused += 1
            answer(Signal.REFUSED, self.retry_after, self.busy if self.header else None)
            return
        self._account()
        self.busy += 1
        seconds = self.latency * math.exp(self.world.random.gauss(-(self.sigma**2) / 2, self.sigma))

        def done() -> None:
            if self.still_until > self.world.now:
                self.world.at(self.still_until - self.world.now, done)
                return
            concurrent = self.busy if self.header else None
            self._account()
            self.busy -= 1
            self.served += 1
            failed = self.failing > 0 and self.world.random.random() < self.failing
            answer(Signal.FAILED if failed else Signal.ACCEPTED, None, concurrent)

        self.world.at(seconds, done)


@dataclass
class Program:
    """The near side: so many numbers to ask, through one gate. What is not answered is asked again."""

    world: World
    account: Account
    gate: GateQueue
    numbers: int
    wire: float = 0.0003
    """Seconds one way."""
    work: float = 0.0001
    """Seconds of its own for each thing it does."""
    backoff: float = 0.0
    width: int | None = None
    """The number of requests that the program wants under way at once; None: all."""
    connect: float = 0.0
    """Seconds that a request takes longer when there is no idle connection for it; a fortieth of it is work."""
    stall: float = 0.0
    """Seconds that it, or the account, stands still, about twice a second."""
    answered: int = 0
    refused: int = 0
    sent: int = 0
    asked: int = 0
    log: list[tuple[float, int, int]] = field(default_factory=list[tuple[float, int, int]])
    _busy: bool = False
    _todo: deque[Callable[[], None]] = field(default_factory=deque[Callable[[], None]])
    _backlog: int = 0
    _idle: int = 0
    _still_until: float = 0.0

    def start(self, delay: float = 0.0) -> None:
        self._backlog = self.numbers
        self.world.at(delay, self._pump)
        if self.stall:
            self._stand_still()

    def _stand_still(self) -> None:
        until = self.world.now + self.stall * self.world.random.random() * 2
        if self.world.random.random() < 0.5:
            self._still_until = until
        else:
            self.account.still_until = until
        if not self.done:
            self.world.at(self.world.random.expovariate(2.0), self._stand_still)

    def ask(self, numbers: int) -> None:
        """More to ask."""
        self.numbers += numbers
        self._backlog += numbers
        self._pump()

    @property
    def done(self) -> bool:
        return self.answered >= self.numbers

    def _pump(self) -> None:
        while self._backlog and (self.width is None or self.asked < self.width):
            permit = self.gate.try_acquire()
            if permit is None:
                if paused := pause_of(self.gate):
                    self.world.at(paused + 1e-9, self._pump)
                return
            self._backlog -= 1
            self.asked += 1
            self._do(partial(self._send, permit))

    def _do(self, action: Callable[[], None]) -> None:
        self._todo.append(action)
        if not self._busy:
            self._busy = True
            self._work_on()

    def _work_on(self) -> None:
        self.world.at(self.work + max(0.0, self._still_until - self.world.now), self._next)

    def _next(self) -> None:
        self._todo.popleft()()
        if self._todo:
            self._work_on()
        else:
            self._busy = False

    def _wire(self) -> float:
        return self.wire * (0.5 + self.world.random.expovariate(2.0))

    def _send(self, permit: int) -> None:
        self.sent += 1

        def answer(signal: Signal, retry_after: float | None, concurrent: int | None) -> None:
            self.world.at(
                self._wire(),
                lambda: self._do(lambda: self._answered(permit, signal, retry_after, concurrent)),
            )

        delay = self._wire() + max(0.0, self.account.still_until - self.world.now)
        if self._idle:
            self._idle -= 1
        elif self.connect:
            self._still_until = max(self._still_until, self.world.now) + self.connect / 40
            delay += self.connect
        self.world.at(delay, lambda: self.account.request(answer))

    def _answered(
        self, permit: int, signal: Signal, retry_after: float | None, concurrent: int | None
    ) -> None:
        self.asked -= 1
        self._idle += 1
        if signal is Signal.ACCEPTED:
            self.answered += 1
        else:
            self.refused += signal is Signal.REFUSED
            self.world.at(self.backoff, self._again)
        self.gate.release(permit, signal, retry_after, concurrent)
        self._pump()

    def _again(self) -> None:
        self._backlog += 1
        self._pump()
