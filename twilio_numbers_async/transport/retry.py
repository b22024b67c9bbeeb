"""When a failed request is sent again, and after how long: a frozen policy, and a pure function that decides."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ..errors import (
    ApiError,
    ConfigurationError,
    ConnectError,
    RateLimitError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)

__all__ = ["PassingResultError", "RetryPolicy", "Tries", "pause_before_retry"]

_UNCLEAR_STATUSES = frozenset({500, 502, 503, 504})


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how patiently a failed request is sent again. All times are seconds.

    A 429 was not processed, so every method is sent again, bounded by time alone. A failed connection
    attempt is too. A 5xx, a broken connection and a timeout are sent again only where the operation is
    idempotent or an upsert.
    """

    max_attempts: int = 4
    """Requests per call, refusals (429) not counted. 1 sends nothing again but refusals."""
    max_refused_time: float = 300.0
    """How long a call may go on being refused with 429. Waiting in the gate is not counted; 0 gives up at once."""
    first_delay: float = 0.25
    """The pause after the first failure; each further one doubles it."""
    max_delay: float = 8.0
    """The longest pause that is not Twilio's own wish."""
    max_retry_after: float = 60.0
    """The longest ``Retry-After`` that is waited for; a longer one gives up rather than waiting less."""
    jitter: float = 0.5
    """The share of a pause that is random (0 to 1). On top of a ``Retry-After``, never off it."""

    def __post_init__(self) -> None:
        if not (isinstance(self.max_attempts, int) and self.max_attempts >= 1):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("RetryPolicy.max_attempts must be a whole number, 1 or more")
        for name in ("max_refused_time", "first_delay", "max_delay", "max_retry_after"):
            seconds = getattr(self, name)
            if not (isinstance(seconds, int | float) and seconds >= 0):
                raise ConfigurationError(f"RetryPolicy.{name} must be 0 seconds or more")
        if not (isinstance(self.jitter, int | float) and 0 <= self.jitter <= 1):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("RetryPolicy.jitter must be from 0 to 1")


class PassingResultError(TwilioNumbersError):
    """Inside the transport only: a result that reports a passing failure, on its way to another try."""

    def __init__(self, result: object) -> None:
        super().__init__("A passing failure on Twilio's side")
        self.result = result


class Tries(msgspec.Struct, kw_only=True):
    """What a call has been through so far. Times are seconds, without the time spent waiting in the gate."""

    failures: int = 0
    refusals: int = 0
    refused_time: float = 0.0


def pause_before_retry(
    policy: RetryPolicy,
    error: TwilioNumbersError,
    tries: Tries,
    *,
    idempotent: bool,
    time_left: float | None,
    random: Callable[[], float],
    gate_delay: float | None = None,
) -> float | None:
    """The seconds to wait before the request is sent again, or None to give up.

    ``tries`` counts the failure at hand; ``time_left`` is what the call's deadline leaves; ``random`` gives a
    number from 0 to 1; ``gate_delay`` is what the gate wants to pass after a refusal without Retry-After.
    """
    refused = isinstance(error, RateLimitError)
    if not refused and (
        tries.failures >= policy.max_attempts or not _may_repeat(error, idempotent=idempotent)
    ):
        return None
    wish = error.retry_after if isinstance(error, ApiError) else None
    if wish is not None and wish > policy.max_retry_after:
        return None
    if refused and not wish and gate_delay is not None:
        pause = gate_delay
    else:
        pause = _with_jitter(policy, wish, (tries.refusals if refused else tries.failures) - 1, random())
    if refused and tries.refused_time + pause >= policy.max_refused_time:
        return None
    return None if time_left is not None and pause >= time_left else pause


def _may_repeat(error: TwilioNumbersError, *, idempotent: bool) -> bool:
    if isinstance(error, ConnectError | PassingResultError):
        return True
    if isinstance(error, TransportError):
        return idempotent or not error.may_have_been_processed
    return idempotent and isinstance(error, ServerError) and error.status in _UNCLEAR_STATUSES


def _with_jitter(policy: RetryPolicy, wish: float | None, before: int, random: float) -> float:
    pause = min(policy.max_delay, policy.first_delay * 2.0 ** min(before, 30))
    if wish:  # 0 says no more than "again": without a pause of our own that would be a storm
        return wish + random * policy.jitter * policy.first_delay
    return pause * (1.0 - policy.jitter * random)
