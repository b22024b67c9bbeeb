"""What a call has been through, and the failure that its caller sees at the end."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError, ServerError, TransportError, TwilioNumbersError
from .endpoint import Endpoint
from .retry import Tries
from .session import Outgoing

__all__ = ["Call", "Trouble", "final_failure", "is_unclear"]


class Call:
    """A call's own state."""

    __slots__ = (
        "attempts",
        "body",
        "endpoint",
        "gate_time",
        "header",
        "started",
        "target",
        "unclear",
    )

    def __init__(self, endpoint: Endpoint[Any], target: str, body: Outgoing | None) -> None:
        self.endpoint = endpoint
        self.target = target
        self.body = body
        # Of interest under a deadline; elsewhere any moment will do to tell what has passed.
        self.started = 0.0
        self.attempts = 0
        self.gate_time = 0.0
        self.header: str | None = None
        self.unclear = False  # whether a request that failed may have been carried out all the same


class Trouble:
    """What a call has been through once something failed: most never need it."""

    def __init__(self, call: Call, failure: TwilioNumbersError) -> None:
        self.call = call
        self.failure: TwilioNumbersError | None = failure
        self.tries = Tries()
        self.refused_since = 0.0
        self.renewed = False
        self.pause = 0.0


def is_unclear(failure: TwilioNumbersError) -> bool:
    """True if the request may have been carried out in spite of the failure."""
    if isinstance(failure, TransportError):
        return failure.may_have_been_processed
    return isinstance(failure, ServerError)


def final_failure(failure: TwilioNumbersError, call: Call) -> TwilioNumbersError:
    """The failure as the caller of the call sees it."""
    if isinstance(failure, ApiError | TransportError):
        failure.attempts = call.attempts
    if isinstance(failure, TransportError):
        failure.may_have_been_processed |= call.unclear
    hint = call.endpoint.settled_by
    if hint and is_unclear(failure):
        words = f"{failure.args[0]}. It may have been carried out and was not sent again: {hint}"
        failure.args = (words,)
        if isinstance(failure, ApiError):
            failure.message = words
    return failure
