"""A limit of requests a second that nobody was told of, and which only refusals show."""

from __future__ import annotations

from .limits import CONCURRENCY_CODE, GateView, RateLimit

__all__ = ["HiddenRate"]

WINDOW = 1.0
"""Seconds that are looked at together; such limits are counted by the second."""
BELOW = 0.95  # of what was accepted while some were refused
GROWTH = 1.02  # in a window in which all of it was used and none was refused
FIRST_GROWTH = 2.0  # until it is refused the first time
IN_USE = 0.9
FORGET = 60.0
"""Seconds without a refusal after which a rate that is not used is forgotten."""


class HiddenRate(RateLimit):
    """Keeps a rate once refusals say that there is one: their code is another than 20429.

    It counts what is accepted in a second in which some are refused, which is what the account allows, and keeps a
    little below that. A second in which all of it was used and none was refused raises it: to twice as much until it is
    refused again, then by 2 %. A minute after the last refusal it forgets a rate that is not used.
    """

    def __init__(self) -> None:
        super().__init__(1.0)
        self._is_kept = False
        self._refused = False  # in this window
        self._accepted = 0  # in this window
        self._growth = FIRST_GROWTH
        self._since = 0.0  # when the window began
        self._refused_at = 0.0

    def attach(self, gate: GateView) -> None:
        """Belong to a gate."""
        self._gate = gate

    @property
    def rate(self) -> float | None:
        """Requests a second; None while nothing is known of a rate."""
        return self._rate if self._is_kept else None

    def refused(
        self, permit: int, used: bool, retry_after: float | None, concurrent: int | None, code: int | None
    ) -> None:
        """A 429 arrived, with Twilio's error ``code`` if that was told."""
        if code is None or code == CONCURRENCY_CODE:
            return
        self._refused_at = self._gate.clock()
        if not self.hears:
            self.hears = True
            self._start_window(self._refused_at)
            self._gate.limit_changed()
        self._refused = True

    def accepted(self, permit: int, used: bool, concurrent: int | None) -> None:
        """An answer arrived."""
        self._accepted += 1
        now = self._gate.clock()
        seconds = now - self._since
        if seconds < WINDOW:
            return
        accepted = self._accepted / seconds
        if self._refused:
            self._growth = GROWTH if self._is_kept else FIRST_GROWTH
            self._keep(BELOW * accepted)
        elif self._is_kept and accepted >= IN_USE * self._rate:
            self._keep(self._growth * self._rate)
        elif now - self._refused_at >= FORGET:
            self._is_kept = False
            self.hears: bool = False
            self._gate.limit_changed()
        self._start_window(now)

    def retry_delay(self, random: float) -> float | None:
        """A part of a second, where a rate was refused: another second has room again."""
        return (0.25 + 0.75 * random) * WINDOW if self.hears else None

    def _start_window(self, now: float) -> None:
        self._since, self._accepted, self._refused = now, 0, False

    def _keep(self, per_second: float) -> None:
        self._is_kept = True
        self._set_rate(per_second)
        self._gate.limit_changed()
