"""Porting/Configuration/Webhook: the targets of porting events. An account has one configuration; creating replaces it.

A configuration that was never made, or has lost both URLs, is not found (404). So is an unset URL that is deleted.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from ..errors import bad_request
from ..http.strict import Body, check_url, json_body
from ..routing import PUBLIC_HOST, Call, Family, Reply, found, json_reply, no_content, route
from ..state import SandboxState, timestamp
from .events import EVENTS

_PATH = "/v1/Porting/Configuration/Webhook"
_KINDS = {"PORT_IN": "port_in", "PORT_OUT": "port_out"}


class WebhookBody(Body):
    port_in_target_url: str | None = None
    port_out_target_url: str | None = None
    notifications_of: list[str] | None = None


class WebhookConfiguration(NamedTuple):
    """The configuration of one account. A target, ``port_in`` or ``port_out``, is a URL and when it was set."""

    targets: dict[str, tuple[str, dt.datetime]]
    events: list[str]


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
        if not EVENTS.issuperset(events):
            raise bad_request("Invalid parameter: notifications_of names an event that is not known")
        now, targets = self._state.now(), dict[str, tuple[str, dt.datetime]]()
        for kind, url in (("port_in", body.port_in_target_url), ("port_out", body.port_out_target_url)):
            check_url(f"{kind}_target_url", url)
            if url:
                targets[kind] = url, now
        configuration = self.by_account[call.account.sid] = WebhookConfiguration(targets, events)
        return json_reply(201, _described(configuration))

    @route("FetchPortingWebhookConfigurationFetch", "GET", _PATH)
    def fetch(self, call: Call) -> Reply:
        """The configuration, with the time at which each target was set."""
        configuration = self._of(call)
        since = {kind: timestamp(at) for kind, (_, at) in configuration.targets.items()}
        dates = {f"{kind}_target_date_created": since.get(kind) for kind in _KINDS.values()}
        return json_reply(200, _described(configuration) | dates)

    @route("DeletePortingWebhookConfigurationDelete", "DELETE", f"{_PATH}/{{WebhookType}}")
    def delete(self, call: Call) -> Reply:
        kind = _KINDS.get(call.params["WebhookType"])
        if kind is None:
            raise bad_request("Invalid parameter: WebhookType is PORT_IN or PORT_OUT")
        found(call, self._of(call).targets.pop(kind, None))
        return no_content()

    def _of(self, call: Call) -> WebhookConfiguration:
        configuration = self.by_account.get(call.account.sid)
        return found(call, configuration if configuration and configuration.targets else None)


def _described(configuration: WebhookConfiguration) -> dict[str, object]:
    urls = {f"{kind}_target_url": configuration.targets.get(kind, (None,))[0] for kind in _KINDS.values()}
    return {**urls, "notifications_of": configuration.events, "url": PUBLIC_HOST + _PATH}
