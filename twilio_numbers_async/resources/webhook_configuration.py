"""Where Twilio sends porting events."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType

from ..models import PortingEventType, WebhookConfiguration, WebhookConfigurationCreate, WebhookType
from ..models.checks import check
from ..transport.endpoint import Endpoint
from .base import Resource, enum_value

__all__ = ["WebhookConfigurationResource"]

_PATH = "/v1/Porting/Configuration/Webhook"

CREATE = Endpoint(
    operation="CreatePortingWebhookConfiguration",
    method="POST",
    host="numbers",
    path=_PATH,
    result=WebhookConfiguration,
    idempotent=True,  # it overwrites
)
FETCH = Endpoint(
    operation="FetchPortingWebhookConfigurationFetch",
    method="GET",
    host="numbers",
    path=_PATH,
    result=WebhookConfiguration,
    idempotent=True,
)
DELETE = Endpoint(
    operation="DeletePortingWebhookConfigurationDelete",
    method="DELETE",
    host="numbers",
    path="/v1/Porting/Configuration/Webhook/{WebhookType}",
    result=NoneType,
    idempotent=True,
)


class WebhookConfigurationResource(Resource):
    """``twilio.webhook_configuration``."""

    async def create(
        self,
        *,
        port_in_target_url: str | None = None,
        port_out_target_url: str | None = None,
        notifications_of: Iterable[PortingEventType | str] | None = None,
    ) -> WebhookConfiguration:
        """Set where porting events go. It overwrites what was set before.

        ``notifications_of`` narrows the events (``PortInCompleted`` ...); left out or empty, all are sent.
        Source: CreatePortingWebhookConfiguration.
        """
        request = WebhookConfigurationCreate(
            port_in_target_url=port_in_target_url,
            port_out_target_url=port_out_target_url,
            notifications_of=_events(notifications_of),
        )
        check(request)
        return await self._post_json(CREATE, request)

    async def fetch(self) -> WebhookConfiguration:
        """What is set now. Source: FetchPortingWebhookConfigurationFetch."""
        return await self._caller.call(FETCH)

    async def delete(self, webhook_type: WebhookType | str) -> None:
        """Send no more events of ``PORT_IN`` or ``PORT_OUT``. Source: DeletePortingWebhookConfigurationDelete."""
        await self._caller.call(DELETE, enum_value(WebhookType, webhook_type, "webhook_type").value)


def _events(names: Iterable[PortingEventType | str] | None) -> list[str] | None:
    if names is None:
        return None
    # An event that this package does not know yet may be one that Twilio knows: it is passed on.
    return [PortingEventType(name).value for name in ([names] if isinstance(names, str) else names)]
