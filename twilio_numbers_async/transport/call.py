"""The state of one call."""

from __future__ import annotations

from typing import Any

import msgspec

from ..errors import ApiError, DecodeError, TransportError, TwilioNumbersError
from .credentials import Secret
from .endpoint import Endpoint
from .http.sending import Outgoing

__all__ = ["Call"]

_FATE = {True: "It was most likely carried out", False: "It may have been carried out"}


class Call(msgspec.Struct, eq=False):
    """One call: its request and its history so far. All times are seconds."""

    endpoint: Endpoint[Any]
    target: str
    """The path and query."""
    expected: tuple[str, ...]
    """The values that the fields of ``endpoint.echoes`` must repeat."""
    body: Outgoing | None = None
    started: float = 0.0
    """The time when it began; known only if there is a deadline, or something failed."""
    attempts: int = 0
    failures: int = 0
    """Requests that failed, refusals not counted."""
    refusals: int = 0
    refused_since: float = 0.0
    gate_time: float = 0.0
    """The time that it waited in the gate."""
    queue_time: float = 0.0
    """The part of it, since the first refusal, that was no pause of the gate."""
    waited: float = 0.0
    """The time that it waited since the last line of the log."""
    authorization: Secret | None = None
    """The header, where the session does not have it."""
    is_renewed: bool = False
    """True once its credentials were renewed after a 401."""
    is_mistaken: bool = False
    """True once it got the answer to something else."""
    is_unclear: bool = False
    """True once a request failed that may have been carried out all the same."""

    def __repr__(self) -> str:
        return f"<{self.endpoint.operation}, attempt {self.attempts}>"

    def told(self, error: TwilioNumbersError) -> TwilioNumbersError:
        """Return the error as the caller of the call sees it."""
        if self.is_unclear:
            error.may_have_been_processed = True
        if isinstance(error, ApiError | TransportError) and error.route in {None, self.endpoint.path}:
            error.attempts = self.attempts
        settled_by = self.endpoint.settled_by
        if settled_by and error.may_have_been_processed:
            error.with_hint(f"{_FATE[isinstance(error, DecodeError)]} and was not sent again: {settled_by}")
        return error
