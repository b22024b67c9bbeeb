"""Porting/Configuration/Webhook: the targets of porting events. An account has one configuration; creating replaces it.

A configuration that was never made, or has lost both URLs, is not found (404). So is an unset URL that is deleted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..errors import bad_request
from ..http.strict import Body, check_url, json_body
from ..routing import PUBLIC_HOST, Call, Family, Reply, found, json_reply, no_content, route
from ..state import SandboxState, timestamp
from .events import EVENTS

_PATH = "/v1/Porting/Configuration/Webhook"


class WebhookBody(Body):
    port_in_target_url: str | None = None
    port_out_target_url: str | None = None
    notifications_of: list[str] | None = None


@dataclass(slots=True)
class WebhookConfiguration:
    """The configuration of one account. A target is None where it is not set."""

    port_in: tuple[str, dt.datetime] | None
    port_out: tuple[str, dt.datetime] | None
    events: list[str]

    @property
    def exists(self) -> bool:
        """True while any target is set."""
        return self.port_in is not None or self.port_out is not None


class WebhookConfigurations(Family):
    """The three operations, and the configuration of each account."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self.by_account: dict[str, WebhookConfiguration] = {}

    @route("CreatePortingWebhookConfiguration", "POST", _PATH)
    def create(self, call: Call) -> Reply:
        """Replace the configuration; an empty list of events stands for all of them."""
        body = json_body(call, WebhookBody)
        events = body.notifications_of or []
        if any(event not in EVENTS for event in events):
            raise bad_request("Invalid parameter: notifications_of names an event that is not known")
        configuration = WebhookConfiguration(
            self._target("port_in_target_url", body.port_in_target_url),
            self._target("port_out_target_url", body.port_out_target_url),
            events,
        )
        self.by_account[call.account.sid] = configuration
        return json_reply(201, _describe(configuration))

    @route("FetchPortingWebhookConfigurationFetch", "GET", _PATH)
    def fetch(self, call: Call) -> Reply:
        """The configuration, with the time at which each target was set."""
        configuration = self._of(call)
        port_in, port_out = configuration.port_in, configuration.port_out
        dates = {
            "port_in_target_date_created": timestamp(port_in[1]) if port_in else None,
            "port_out_target_date_created": timestamp(port_out[1]) if port_out else None,
        }
        return json_reply(200, _describe(configuration) | dates)

    @route("DeletePortingWebhookConfigurationDelete", "DELETE", f"{_PATH}/{{WebhookType}}")
    def delete(self, call: Call) -> Reply:
        kind = call.params["WebhookType"]
        if kind not in {"PORT_IN", "PORT_OUT"}:
            raise bad_request("Invalid parameter: WebhookType is PORT_IN or PORT_OUT")
        configuration = self._of(call)
        if kind == "PORT_IN":
            target, configuration.port_in = configuration.port_in, None
        else:
            target, configuration.port_out = configuration.port_out, None
        found(call, target)
        return no_content()

    def _of(self, call: Call) -> WebhookConfiguration:
        configuration = self.by_account.get(call.account.sid)
        return found(call, configuration if configuration and configuration.exists else None)

    def _target(self, name: str, url: str | None) -> tuple[str, dt.datetime] | None:
        check_url(name, url)
        return (url, self._state.now()) if url else None


def _describe(configuration: WebhookConfiguration) -> dict[str, object]:
    return {
        "port_in_target_url": configuration.port_in[0] if configuration.port_in else None,
        "port_out_target_url": configuration.port_out[0] if configuration.port_out else None,
        "notifications_of": configuration.events,
        "url": PUBLIC_HOST + _PATH,
    }
