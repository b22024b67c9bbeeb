"""Advice on an order: one sentence by its status."""

from __future__ import annotations

from collections.abc import Mapping

from ..models import DependentHostedNumberOrder, HostedNumberOrderStatus

__all__ = ["order_advice"]

_VERIFY = (
    "Verify the ownership: twilio.hosted_number_orders.verify(sid) calls the number, and the called person types the"
    " verification_code."
)
_ADVICE: Mapping[HostedNumberOrderStatus, str] = {
    HostedNumberOrderStatus.RECEIVED: _VERIFY,
    HostedNumberOrderStatus.PENDING_VERIFICATION: "The called person types the verification_code of the order.",
    HostedNumberOrderStatus.VERIFIED: "Send the letter: create the plan again.",
    HostedNumberOrderStatus.PENDING_LOA: "The owner signs the letter of authorization.",
    HostedNumberOrderStatus.ACTION_REQUIRED: "The order needs an action: ask Twilio's support.",
    HostedNumberOrderStatus.FAILED: "The order failed: ask Twilio's support.",
}


def order_advice(order: DependentHostedNumberOrder) -> str | None:
    """Returns the advice; None if there is nothing to do."""
    status = order.status
    if status == HostedNumberOrderStatus.VERIFIED and order.signing_document_sid:
        return _ADVICE[HostedNumberOrderStatus.PENDING_LOA]
    reason = getattr(order, "failure_reason", None)  # orders of a letter have none
    if status == HostedNumberOrderStatus.FAILED and reason:
        return f"The order failed: {reason.rstrip('.')}. Correct that, or ask Twilio's support."
    return None if status is None else _ADVICE.get(status)
