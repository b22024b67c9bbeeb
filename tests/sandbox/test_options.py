"""The groups of keywords: their defaults, their checks, and the keywords of 0.1.0 that set their fields."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import Any

import pytest

from twilio_numbers_async.sandbox import (
    Behavior,
    Limits,
    Pace,
    Sandbox,
    SandboxRuntime,
    WebhookFaults,
)
from twilio_numbers_async.sandbox.older import OlderKeywords, with_older

from .checked_client import Api

GROUPS = (Behavior(), Pace(), WebhookFaults(), Limits(), SandboxRuntime())

OLDER: dict[str, tuple[str, object]] = {
    "not_portable_status": ("not_portable_status", 400),
    "strict_documents": ("strict_documents", True),
    "strict_compliance": ("strict_compliance", True),
    "available_paging": ("available_paging", True),
    "csv_seed": ("csv_seed", 3),
    "bulk_polls": ("bulk_polls", 1),
    "token_lifetime": ("token_lifetime", 60.0),
    "port_in_pace": ("port_ins", 5.0),
    "review_pace": ("reviews", 6.0),
    "webhook_repeats": ("repeat", 2),
    "webhook_shuffle": ("shuffle", 7),
    "webhook_attempts": ("attempts", 4),
    "webhook_pause": ("delay", 0.5),
    "webhook_queue": ("queue", 8),
    "log_size": ("log_size", 9),
    "log_body": ("log_body", 10),
    "max_body": ("max_body", 11),
    "max_head": ("max_head", 12),
    "max_line": ("max_line", 13),
    "request_timeout": ("request_timeout", 14.0),
    "idle_timeout": ("idle_timeout", 15.0),
    "max_connections": ("max_connections", 16),
    "now": ("now", lambda: dt.datetime.now(dt.UTC)),
    "new_sid": ("new_sid", str.title),
    "clock": ("clock", time.monotonic),
    "sleep": ("sleep", asyncio.sleep),
}
"""The field that each keyword of 0.1.0 sets, and a value for it."""


def test_every_older_keyword_is_tried() -> None:
    assert OLDER.keys() == OlderKeywords.__optional_keys__


@pytest.mark.parametrize("keyword", OLDER)
def test_an_older_keyword_sets_one_field_of_one_group(keyword: str) -> None:
    field, value = OLDER[keyword]
    changed = [with_older(group, {keyword: value}) for group in GROUPS]
    (group,) = [group for group in changed if hasattr(group, field)]
    assert getattr(group, field) is value
    assert [a for a, b in zip(changed, GROUPS, strict=True) if a is not b] == [group]


@pytest.mark.parametrize("keyword", OLDER)
def test_the_sandbox_takes_every_older_keyword(keyword: str) -> None:
    keywords: dict[str, Any] = {keyword: OLDER[keyword][1]}
    assert Sandbox(**keywords).account_sid.startswith("AC")


async def test_a_group_and_an_older_keyword_go_together() -> None:
    limits = Limits(log_size=1, log_body=5)
    async with Sandbox(limits=limits, log_body=3) as sandbox, Api(sandbox) as api:
        for name in "ab":
            await api.refused("POST", "/v1/Porting/PortIn", {name: 1}, code=20001)
    assert [received.body for received in sandbox.traffic.log] == [b'{"b']
    assert limits.log_body == 5


async def test_the_groups_reach_what_they_are_for() -> None:
    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    sandbox = Sandbox(
        behavior=Behavior(bulk_polls=1, not_portable_status=400),
        runtime=SandboxRuntime(now=lambda: now, new_sid=lambda prefix: prefix + "1" * 32),
    )
    async with sandbox, sandbox.client() as twilio:
        bulk = await twilio.bulk_eligibility.create(["+14155550100"])
        assert (bulk.request_id, bulk.date_created) == ("EC" + "1" * 32, now)
        assert (await twilio.bulk_eligibility.fetch(str(bulk.request_id))).status == "SUCCESSFUL"
        assert not (await twilio.portability.fetch("+14155550170")).portable


def test_an_unknown_keyword_is_refused() -> None:
    keywords: dict[str, Any] = {"webhook_repeat": 1}
    with pytest.raises(TypeError, match="unexpected keyword argument 'webhook_repeat'"):
        Sandbox(**keywords)


@pytest.mark.parametrize("name", [name for name in Limits.__struct_fields__ if name != "log_size"])
def test_a_limit_is_above_zero(name: str) -> None:
    fields: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match=f"^{name}: expected a number above 0$"):
        Limits(**fields)


@pytest.mark.parametrize(
    ("group", "fields", "message"),
    [
        (Limits, {"log_size": -1}, "log_size: expected 0 or more"),
        (Pace, {"port_ins": -0.1}, "port_ins: expected 0 or more"),
        (Pace, {"reviews": float("nan")}, "reviews: expected 0 or more"),
        (WebhookFaults, {"repeat": -1}, "repeat: expected 0 or more"),
        (WebhookFaults, {"delay": -1}, "delay: expected 0 or more"),
        (WebhookFaults, {"attempts": 0}, "attempts: expected 1 or more"),
        (WebhookFaults, {"queue": 0}, "queue: expected 1 or more"),
        (Behavior, {"bulk_polls": 0}, "bulk_polls: expected 1 or more"),
        (Behavior, {"not_portable_status": 404}, "not_portable_status: expected 200 or 400"),
    ],
)
def test_a_group_refuses_a_wrong_value(group: type, fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        group(**fields)


def test_the_error_of_an_older_keyword_names_the_keyword() -> None:
    with pytest.raises(ValueError, match=r"^webhook_repeats: expected 0 or more$"):
        Sandbox(webhook_repeats=-1)
