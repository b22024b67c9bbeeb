"""Decides whether and when a failed request is sent again: a frozen policy and a pure function."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import backoff
import msgspec

from ..errors import (
    ApiError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    RateLimitError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from .call import Call
from .http.session import OUT_OF_DESCRIPTORS

__all__ = ["PassingResultError", "RetryPolicy", "is_refusal", "pause_before_retry"]

_ENOUGH = 30  # doublings


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The limits within which a failed request is sent again. All times are seconds.

    A 429 was not processed, so every method is sent again, bounded by time alone. A failed connection
    attempt is too. A 5xx, a broken connection and a timeout are sent again only where the operation is
    idempotent or an upsert.
    """

    max_attempts: int = 4
    """Requests per call, refusals (429) not counted. 1 sends nothing again but refusals."""
    max_refused_time: float = 300.0
    """The time for which a call may be refused with 429, its pauses and the gate's counted. 0 gives up at once."""
    first_delay: float = 0.25
    """The pause after the first failure; each further one doubles it."""
    max_delay: float = 8.0
    """The longest pause that is not Twilio's own wish."""
    max_retry_after: float = 60.0
    """The longest ``Retry-After`` that is waited for; a longer one gives up rather than waiting less."""
    jitter: float = 0.5
    """The share of a pause that is random (0 to 1). On top of a ``Retry-After``, never off it."""

    def __post_init__(self) -> None:
        if not (isinstance(self.max_attempts, int) and self.max_attempts >= 1):
            raise ConfigurationError("RetryPolicy.max_attempts must be a whole number, 1 or more")
        for name in ("max_refused_time", "first_delay", "max_delay", "max_retry_after"):
            seconds = getattr(self, name)
            if not (isinstance(seconds, int | float) and seconds >= 0):
                raise ConfigurationError(f"RetryPolicy.{name} must be 0 seconds or more")
        if not (isinstance(self.jitter, int | float) and 0 <= self.jitter <= 1):
            raise ConfigurationError("RetryPolicy.jitter must be from 0 to 1")


class PassingResultError(TwilioNumbersError):
    """Inside the transport only: a result that reports a transient failure, on its way to another try."""

    is_transient = True

    def __init__(self, result: object) -> None:
        super().__init__("A transient failure on Twilio's side")
        self.result = result


def is_refusal(error: TwilioNumbersError) -> bool:
    """True for what says "too many at once": Twilio's 429, or this process with no descriptor left."""
    return isinstance(error, RateLimitError) or (
        isinstance(error, ConnectError) and error.errno in OUT_OF_DESCRIPTORS
    )


def pause_before_retry(
    policy: RetryPolicy,
    error: TwilioNumbersError,
    call: Call,
    *,
    refused_time: float,
    random: Callable[[], float],
    refused_delay: Callable[[float], float | None] | None = None,
) -> float | None:
    """The seconds to wait before the request is sent again, or None to give up.

    ``call`` counts the failure at hand; ``refused_time`` is how long it has been refused; ``random`` gives a number
    from 0 to 1; ``refused_delay`` makes of one the pause that the gate wants after a refusal.
    """
    if isinstance(error, DecodeError):
        # The answer to something else: asked for again once, at once, over a new connection.
        may_ask = error.is_transient and not call.is_mistaken and call.failures < policy.max_attempts
        return 0.0 if may_ask else None
    refused = is_refusal(error) and error.is_transient
    if not refused and (call.failures >= policy.max_attempts or not _may_repeat(error, call)):
        return None
    retry_after = error.retry_after if isinstance(error, ApiError) else None
    if retry_after is not None and retry_after > policy.max_retry_after:
        return None
    if isinstance(error, TransportError) and error.was_disconnected and call.failures == 1:
        return 0.0  # most likely a connection that was idle for long: another one is at hand
    pause: float | None = None
    if refused and not retry_after and refused_delay is not None:
        pause = refused_delay(random())
    if pause is None:
        pause = _with_jitter(policy, retry_after, (call.refusals if refused else call.failures) - 1, random())
    if refused and refused_time + pause >= policy.max_refused_time:
        return None
    return pause


def _may_repeat(error: TwilioNumbersError, call: Call) -> bool:
    if not error.is_transient:
        return False
    if isinstance(error, ConnectError | PassingResultError):
        return True
    if isinstance(error, TransportError):
        return call.endpoint.idempotent or not error.may_have_been_processed
    return call.endpoint.idempotent and isinstance(error, ServerError)


def _with_jitter(policy: RetryPolicy, retry_after: float | None, before: int, random: float) -> float:
    if retry_after:  # 0 says no more than "again": without a pause of our own that would be a storm
        return retry_after + random * policy.jitter * policy.first_delay
    delays = backoff.expo(base=2, factor=policy.first_delay, max_value=policy.max_delay)
    next(delays)  # no delay: None in backoff, 0 in its fork
    return next(islice(delays, min(before, _ENOUGH), None)) * (1.0 - policy.jitter * random)
