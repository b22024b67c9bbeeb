"""Numbers v1, Porting/Configuration/Webhook: where Twilio sends porting events, and which."""

from __future__ import annotations

from ..base import Answer, DateTime, OpenEnum, Request
from ..discreet import Discreet


class WebhookType(OpenEnum):
    """The name of one of the two webhooks."""

    PORT_IN = "PORT_IN"
    PORT_OUT = "PORT_OUT"


class PortingEventType(OpenEnum):
    """The type of a porting event."""

    PORT_IN_WAITING_FOR_SIGNATURE = "PortInWaitingForSignature"
    PORT_IN_IN_PROGRESS = "PortInInProgress"
    PORT_IN_COMPLETED = "PortInCompleted"
    PORT_IN_ACTION_REQUIRED = "PortInActionRequired"
    PORT_IN_CANCELED = "PortInCanceled"
    PORT_IN_EXPIRED = "PortInExpired"
    PORT_IN_PHONE_NUMBER_WAITING_FOR_SIGNATURE = "PortInPhoneNumberWaitingForSignature"
    PORT_IN_PHONE_NUMBER_SUBMITTED = "PortInPhoneNumberSubmitted"
    PORT_IN_PHONE_NUMBER_PENDING = "PortInPhoneNumberPending"
    PORT_IN_PHONE_NUMBER_COMPLETED = "PortInPhoneNumberCompleted"
    PORT_IN_PHONE_NUMBER_REJECTED = "PortInPhoneNumberRejected"
    PORT_IN_PHONE_NUMBER_CANCELED = "PortInPhoneNumberCanceled"
    PORT_OUT_PHONE_NUMBER_COMPLETED = "PortOutPhoneNumberCompleted"


class WebhookConfiguration(Discreet, Answer, frozen=True, kw_only=True):
    """The addresses that porting events are sent to. The two dates come with a fetch only.

    Its repr does not show the two URLs, since a URL may hold a password or a token.
    """

    _shown = frozenset(
        {"url", "notifications_of", "port_in_target_date_created", "port_out_target_date_created"}
    )

    url: str | None = None
    """The address of this answer."""
    port_in_target_url: str | None = None
    """The URL that is called for port-in events."""
    port_out_target_url: str | None = None
    """The URL that is called for port-out events."""
    notifications_of: list[PortingEventType] | None = None
    """The events that are sent; an empty list means all of them."""
    port_in_target_date_created: DateTime | None = None
    """The time when the port-in webhook was set."""
    port_out_target_date_created: DateTime | None = None
    """The time when the port-out webhook was set."""


class WebhookConfigurationDelete(Answer, frozen=True, kw_only=True):
    """The body that the specification gives to a deletion. Twilio answers 204 without one."""

    url: str | None = None
    """The address of the configuration."""
    webhook_type: WebhookType | None = None
    """The webhook that was deleted."""


class WebhookConfigurationCreate(Request, frozen=True, kw_only=True):
    """New addresses for porting events. They replace the earlier ones."""

    port_in_target_url: str | None = None
    """The URL to call for port-in events."""
    port_out_target_url: str | None = None
    """The URL to call for port-out events."""
    notifications_of: list[str] | None = None
    """The events to send (``PortingEventType`` or its text); an empty list means all of them."""
