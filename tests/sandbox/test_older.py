"""Every method and property of 0.1.0's ``Sandbox``, by its older name."""

from __future__ import annotations

from collections.abc import Sequence

from twilio_numbers_async.sandbox import Delivery, Fault, Sandbox, older

from .checked_client import Api, basic
from .numbers_v1.port_in_requests import create, fetch
from .numbers_v2.bundle_requests import bundle, filled, submit

NAMES = frozenset({
    "account_sid", "auth_token", "api_key", "api_secret", "client_id", "client_secret", "url", "client",
    "start", "stop", "call_later", "add_account", "add_api_key", "revoke_tokens", "script", "answer",
    "forget_script", "add_document", "add_numbers", "add_port_ins", "port_out", "refuse_release", "sell",
    "sell_found", "advance", "expire", "reject", "review_bundle", "approve_bundle", "reject_bundle",
    "expire_bundle", "webhook_key", "webhooks_delivered", "webhooks", "webhooks_dropped", "port_in_sids",
    "bundle_sids", "phone_numbers", "requests", "refused", "in_flight", "peak", "busy_seconds", "operations",
    "log", "requests_for", "reset_counters",
})  # fmt: skip
"""The public names of a sandbox without parts, which 0.1.0 had."""


async def test_every_name_is_there() -> None:
    async with Sandbox() as sandbox:
        assert [name for name in NAMES if not hasattr(sandbox, name)] == []


def test_the_older_names_are_names_of_that_time() -> None:
    names = {name for name in vars(older.Parts) if not name.startswith("_")}
    assert names < NAMES
    assert len(names) == 35


async def test_accounts_and_keys() -> None:
    async with Sandbox() as sandbox:
        sub, key = "AC" + "1" * 32, "SK" + "1" * 32
        sandbox.add_account(sub, "token", parent=sandbox.account_sid)
        sandbox.add_api_key(key, "secret", account_sid=sub)
        async with Api(sandbox) as api:
            assert (await api.portability("+14155550100", auth=basic(key, "secret"))).status == 200
        sandbox.revoke_tokens()
        assert sandbox.accounts.known(sub).parent == sandbox.account_sid


async def test_faults_and_answers() -> None:
    number = "+14155550100"
    async with Sandbox() as sandbox, Api(sandbox) as api:
        rule = sandbox.script(Fault.error(503), times=1, method="GET", path="/v1/*", skip=1, every=1)
        sandbox.answer(number, {"portable": False}, status=200, times=2)
        statuses = [(await api.portability(number, checked=False)).status for _ in range(2)]
        assert (statuses, rule.used) == ([200, 503], 1)
        assert (await api.portability(number, checked=False)).body == {"portable": False}
        sandbox.script(Fault.error(500), times=None)
        sandbox.answer(number, {"portable": False})
        sandbox.forget_script()
        assert (await api.portability(number)).body["portable"] is True


async def test_numbers() -> None:
    async with Sandbox() as sandbox:
        (sid,) = sandbox.add_numbers(["+15552000000"], voice_url="https://example.com/")
        kept, sold = sandbox.add_numbers(2, account_sid=sandbox.account_sid)
        sandbox.refuse_release(kept)
        sandbox.port_out(sold)
        assert list(sandbox.phone_numbers()) == [sid, kept]
        assert sandbox.phone_numbers("AC" + "9" * 32) == {}
        sandbox.sell("+14155550101")
        sandbox.sell_found(how_many=1, times=1)
        async with sandbox.client() as twilio:
            first = await twilio.available_phone_numbers.search("US", page_size=1).first()
            assert first is not None
            second = await twilio.available_phone_numbers.search("US", page_size=1).first()
            assert second is not None
            assert first.phone_number != second.phone_number


async def test_port_ins() -> None:
    async with Sandbox() as sandbox, Api(sandbox) as api:
        sandbox.add_document("RD" + "1" * 32)
        first, second = sandbox.add_port_ins(2, account_sid=sandbox.account_sid)
        made = await create(api, target_port_in_date=None)
        third, number = made["port_in_request_sid"], made["phone_numbers"][0]
        assert sandbox.port_in_sids == (first, second, third)
        assert sandbox.advance(port_in_sid=first, steps=1) == 1
        assert sandbox.advance(steps=1) == 3
        sandbox.reject(phone_number_sid=number["port_in_phone_number_sid"], code=22151)
        sandbox.expire(port_in_sid=second)
        statuses = [(await fetch(api, sid))["port_in_request_status"] for sid in sandbox.port_in_sids]
        assert statuses == ["In Progress", "Expired", "Action Required"]


async def test_bundles() -> None:
    async with Sandbox() as sandbox, Api(sandbox) as api:
        approved, rejected, expired = [await filled(api) for _ in range(3)]
        assert sandbox.bundle_sids == (approved, rejected, expired)
        for sid in sandbox.bundle_sids:
            await submit(api, sid)
        sandbox.review_bundle(approved)
        assert (await bundle(api, approved))["status"] == "in-review"
        sandbox.approve_bundle(approved, valid_until=None)
        sandbox.reject_bundle(rejected, field="business_name", reason="It does not match")
        sandbox.approve_bundle(expired)
        sandbox.expire_bundle(expired)
        statuses = [(await bundle(api, sid))["status"] for sid in sandbox.bundle_sids]
        assert statuses == ["twilio-approved", "twilio-rejected", "twilio-rejected"]


async def test_webhooks() -> None:
    async with Sandbox() as sandbox:
        assert sandbox.webhook_key is None
        sandbox.webhook_key = ("key", "secret")
        assert sandbox.webhook_key == sandbox.webhooks.key == ("key", "secret")
        await sandbox.webhooks_delivered()
        deliveries: Sequence[Delivery] = sandbox.webhooks
        assert deliveries == ()
        assert not deliveries
        assert sandbox.webhooks_dropped == 0


async def test_counters() -> None:
    async with Sandbox(allowance=5) as sandbox, Api(sandbox) as api:
        await api.portability("+14155550100")
        assert (sandbox.requests, sandbox.refused, sandbox.in_flight, sandbox.peak) == (1, 0, 0, 1)
        assert sandbox.busy_seconds > 0
        assert sandbox.operations == {"FetchPortingPortability": 1}
        assert [received.method for received in sandbox.log] == ["GET"]
        assert sandbox.requests_for("+14155550100") == 1
        sandbox.reset_counters()
        assert (sandbox.requests, sandbox.requests_for("+14155550100"), sandbox.log) == (0, 0, ())
