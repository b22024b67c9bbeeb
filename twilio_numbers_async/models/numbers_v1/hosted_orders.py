"""The enums of hosted number orders. Numbers v1 defines them and does not use them; Numbers v2 has them too."""

from __future__ import annotations

from ..base import OpenEnum


class AuthorizationDocumentStatus(OpenEnum):
    """The status of an authorization document."""

    OPENED = "opened"
    SIGNING = "signing"
    SIGNED = "signed"
    CANCELED = "canceled"
    FAILED = "failed"

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more: signed, canceled or failed."""
        return self in _LETTER_ENDED


_LETTER_ENDED = frozenset(
    {
        AuthorizationDocumentStatus.SIGNED,
        AuthorizationDocumentStatus.CANCELED,
        AuthorizationDocumentStatus.FAILED,
    }
)


class HostedNumberOrderStatus(OpenEnum):
    """The status of a hosted number order."""

    TWILIO_PROCESSING = "twilio-processing"
    RECEIVED = "received"
    PENDING_VERIFICATION = "pending-verification"
    VERIFIED = "verified"
    PENDING_LOA = "pending-loa"
    CARRIER_PROCESSING = "carrier-processing"
    TESTING = "testing"
    COMPLETED = "completed"
    FAILED = "failed"
    ACTION_REQUIRED = "action-required"

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more: completed or failed."""
        return self in _ENDED


_ENDED = frozenset({HostedNumberOrderStatus.COMPLETED, HostedNumberOrderStatus.FAILED})


class HostedNumberOrderVerificationType(OpenEnum):
    """The way in which the ownership of a number is verified for a hosted number order."""

    PHONE_CALL = "phone-call"
    PHONE_BILL = "phone-bill"


DependentOrderStatus = HostedNumberOrderStatus
"""The status of a hosted number order that depends on an authorization document."""
DependentOrderVerificationType = HostedNumberOrderVerificationType
"""The way in which the ownership of a number is verified for a dependent order."""
