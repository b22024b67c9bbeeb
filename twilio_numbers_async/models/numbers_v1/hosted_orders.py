"""Numbers v1: the enums of hosted number orders. The specification defines them, no path of it uses them."""

from __future__ import annotations

from ..base import OpenEnum

__all__ = [
    "AuthorizationDocumentStatus",
    "DependentOrderStatus",
    "DependentOrderVerificationType",
    "HostedNumberOrderStatus",
    "HostedNumberOrderVerificationType",
]


class AuthorizationDocumentStatus(OpenEnum):
    """The status of an authorization document."""

    OPENED = "opened"
    SIGNING = "signing"
    SIGNED = "signed"
    CANCELED = "canceled"
    FAILED = "failed"


class DependentOrderStatus(OpenEnum):
    """The status of a hosted number order that depends on an authorization document."""

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


class DependentOrderVerificationType(OpenEnum):
    """How the ownership of a number is verified for a dependent order."""

    PHONE_CALL = "phone-call"
    PHONE_BILL = "phone-bill"


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


class HostedNumberOrderVerificationType(OpenEnum):
    """How the ownership of a number is verified for a hosted number order."""

    PHONE_CALL = "phone-call"
    PHONE_BILL = "phone-bill"
