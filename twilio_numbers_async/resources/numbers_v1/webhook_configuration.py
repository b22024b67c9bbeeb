"""The addresses that Twilio sends porting events to."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import NotFoundError, invalid
from ...models import PortingEventType, WebhookConfiguration, WebhookConfigurationCreate, WebhookType
from ...models.validate import check
from ..base import Resource, enum_value
from ..endpoints import delete, get, post

__all__ = ["WebhookConfigurationResource"]

_PATH = "/v1/Porting/Configuration/Webhook"

CREATE = post(
    "CreatePortingWebhookConfiguration", _PATH, WebhookConfiguration, idempotent=True, receipt="url"
)  # it overwrites
FETCH = get("FetchPortingWebhookConfigurationFetch", _PATH, WebhookConfiguration, receipt="url")
DELETE = delete("DeletePortingWebhookConfigurationDelete", "/v1/Porting/Configuration/Webhook/{WebhookType}")


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
        request = _request(port_in_target_url, port_out_target_url, notifications_of)
        return await self._post_json(CREATE, request)

    async def ensure(
        self,
        *,
        port_in_target_url: str | None = None,
        port_out_target_url: str | None = None,
        notifications_of: Iterable[PortingEventType | str] | None = None,
    ) -> WebhookConfiguration:
        """Make sure that porting events go to these URLs, and return the configuration. Nothing is sent if it is right
        already.

        What is left out stays as it is; ``""`` takes a URL away; an empty ``notifications_of`` means all events. The
        order of the events does not matter. Source: FetchPortingWebhookConfigurationFetch,
        CreatePortingWebhookConfiguration.
        """
        wanted = _request(port_in_target_url, port_out_target_url, notifications_of)
        try:
            current = await self.fetch()
        except NotFoundError:
            current = WebhookConfiguration()  # nothing was ever set
        there = _events(current.notifications_of) or []
        # Creating overwrites all of it, so what is to stay is sent too.
        port_in = _or(wanted.port_in_target_url, current.port_in_target_url)
        port_out = _or(wanted.port_out_target_url, current.port_out_target_url)
        events = there if wanted.notifications_of is None else wanted.notifications_of
        if (
            (port_in or "") == (current.port_in_target_url or "")
            and (port_out or "") == (current.port_out_target_url or "")
            and {*events} == {*there}
        ):
            return current
        return await self.create(
            port_in_target_url=port_in, port_out_target_url=port_out, notifications_of=events
        )

    async def fetch(self) -> WebhookConfiguration:
        """Fetch the configuration. Source: FetchPortingWebhookConfigurationFetch."""
        return await self._caller.call(FETCH)

    async def delete(self, webhook_type: WebhookType | str) -> None:
        """Send no more events of ``PORT_IN`` or ``PORT_OUT``. Source: DeletePortingWebhookConfigurationDelete."""
        await self._caller.call(DELETE, enum_value(WebhookType, webhook_type, "webhook_type").value)


def _request(
    port_in_target_url: str | None,
    port_out_target_url: str | None,
    notifications_of: Iterable[PortingEventType | str] | None,
) -> WebhookConfigurationCreate:
    request = WebhookConfigurationCreate(
        port_in_target_url=port_in_target_url,
        port_out_target_url=port_out_target_url,
        notifications_of=_events(notifications_of),
    )
    check(request)
    return request


def _or(wanted: str | None, current: str | None) -> str | None:
    return current if wanted is None else wanted


def _events(names: Iterable[PortingEventType | str] | None) -> list[str] | None:
    if names is None:
        return None
    try:
        # An event that this package does not know yet may be one that Twilio knows: it is passed on.
        return [PortingEventType(name).value for name in ([names] if isinstance(names, str) else names)]
    except (TypeError, ValueError):
        raise invalid("notifications_of", "must be names of events, such as 'PortInCompleted'") from None
