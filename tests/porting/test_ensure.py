"""Webhook configuration: only what differs is set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, PermissionDeniedError
from twilio_numbers_async.models import PortingEventType, WebhookConfiguration
from twilio_numbers_async.sandbox import Fault, Sandbox

CREATE = "CreatePortingWebhookConfiguration"
IN = "https://example.com/in"
OUT = "https://example.com/out"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def twilio(sandbox: Sandbox) -> AsyncIterator[TwilioNumbers]:
    async with sandbox.client() as client:
        yield client


def shown(configuration: WebhookConfiguration) -> tuple[str | None, str | None, list[str]]:
    return (
        configuration.port_in_target_url,
        configuration.port_out_target_url,
        [event.value for event in configuration.notifications_of or ()],
    )


async def test_what_was_never_set_is_set(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    configuration = await twilio.webhook_configuration.ensure(
        port_in_target_url=IN, notifications_of="PortInCompleted"
    )
    assert shown(configuration) == (IN, None, ["PortInCompleted"])
    assert shown(await twilio.webhook_configuration.fetch()) == (IN, None, ["PortInCompleted"])
    assert sandbox.operations[CREATE] == 1


async def test_without_wishes_nothing_is_set(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    assert await twilio.webhook_configuration.ensure() == WebhookConfiguration()
    assert sandbox.operations[CREATE] == 0


EVENTS = ["PortInCompleted", "PortInCanceled"]
CASES: list[tuple[dict[str, Any], int, tuple[str | None, str | None, list[str]]]] = [
    ({}, 0, (IN, OUT, EVENTS)),
    ({"port_in_target_url": IN}, 0, (IN, OUT, EVENTS)),
    ({"port_in_target_url": IN, "port_out_target_url": OUT}, 0, (IN, OUT, EVENTS)),
    ({"notifications_of": EVENTS[::-1]}, 0, (IN, OUT, EVENTS)),
    ({"notifications_of": [*EVENTS, PortingEventType.PORT_IN_COMPLETED]}, 0, (IN, OUT, EVENTS)),
    ({"port_in_target_url": OUT}, 1, (OUT, OUT, EVENTS)),
    ({"port_out_target_url": IN}, 1, (IN, IN, EVENTS)),
    ({"port_out_target_url": ""}, 1, (IN, None, EVENTS)),
    ({"notifications_of": EVENTS[:1]}, 1, (IN, OUT, EVENTS[:1])),
    ({"notifications_of": []}, 1, (IN, OUT, [])),
]


@pytest.mark.parametrize(("wishes", "posts", "expected"), CASES)
async def test_only_what_differs_is_set_and_the_rest_stays(
    sandbox: Sandbox,
    twilio: TwilioNumbers,
    wishes: dict[str, Any],
    posts: int,
    expected: tuple[str | None, str | None, list[str]],
) -> None:
    await twilio.webhook_configuration.create(
        port_in_target_url=IN, port_out_target_url=OUT, notifications_of=EVENTS
    )
    configuration = await twilio.webhook_configuration.ensure(**wishes)
    assert shown(configuration) == expected
    assert shown(await twilio.webhook_configuration.fetch()) == expected
    assert sandbox.operations[CREATE] == 1 + posts
    # said again, it is so already
    await twilio.webhook_configuration.ensure(**wishes)
    assert sandbox.operations[CREATE] == 1 + posts


async def test_a_url_that_is_not_there_need_not_be_taken_away(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    await twilio.webhook_configuration.ensure(port_in_target_url=IN)
    await twilio.webhook_configuration.ensure(port_in_target_url=IN, port_out_target_url="")
    assert sandbox.operations[CREATE] == 1


async def test_bad_values_are_refused_before_anything_is_asked(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        await twilio.webhook_configuration.ensure(port_in_target_url="example.com")
    assert caught.value.argument == "port_in_target_url"
    assert sandbox.requests == 0


async def test_other_errors_are_raised(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sandbox.script(Fault.error(403, 20003))
    with pytest.raises(PermissionDeniedError):
        await twilio.webhook_configuration.ensure(port_in_target_url=IN)
    assert sandbox.operations[CREATE] == 0
