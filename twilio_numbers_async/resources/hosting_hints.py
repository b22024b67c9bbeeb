"""The call that helps where Twilio refuses a step of hosting."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ..errors import ApiError, ConflictError

__all__ = ["hosting_hints"]

_HINTS = {
    22111: "An order's status can be set to pending-verification only: see twilio.hosted_number_orders.verify(sid)",
    22114: "See its status with twilio.hosted_number_orders.fetch(sid). Three calls are made for an order at most",
}
_ORDERED = "The number may have an order already: see twilio.hosted_number_orders.list(phone_number=...)"


@contextmanager
def hosting_hints() -> Generator[None]:
    """Add to refusals of hosting the call that helps."""
    try:
        yield
    except ApiError as error:
        hint = _HINTS.get(error.code or 0) or (_ORDERED if isinstance(error, ConflictError) else None)
        if hint is not None:
            error.with_hint(hint)
        raise
