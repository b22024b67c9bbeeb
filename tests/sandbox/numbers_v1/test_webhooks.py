from __future__ import annotations

import json
from typing import Any

import pytest
from yarl import URL

from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sandbox.numbers_v1.webhooks import signed
from twilio_numbers_async.webhooks import verify

from ..api_2010.numbers import CHILD, TOKEN, add_accounts, as_account
from ..checked_client import Api
from .port_in_requests import PATH, Clock, create, fetch
from .receiver import CONFIGURATION, Receiver, configure

NUMBERS = ("+16175550100", "+16175550101", "+16175550199")


def events(prefix: str, *names: str) -> list[str]:
    return [f"{prefix}{name}" for name in names]


async def test_each_step_of_a_port_in_is_an_event() -> None:
    async with Receiver() as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await configure(api, f"{receiver.url}/hook?tenant=1")
        sid = (await create(api, *NUMBERS))["port_in_request_sid"]
        for _ in range(4):
            sandbox.port_ins.advance(sid)
            await sandbox.webhooks.delivered()
        lines = (await fetch(api, sid))["phone_numbers"]
        said = {
            line["phone_number"]: [
                str(e.kind) for e in receiver.events if e.phone_number == line["phone_number"]
            ]
            for line in lines
        }
        steps = events("PortInPhoneNumber", "WaitingForSignature", "Submitted", "Pending", "Completed")
        assert said == {
            NUMBERS[0]: steps,
            NUMBERS[1]: steps,
            NUMBERS[2]: [*steps[:2], "PortInPhoneNumberRejected"],
        }
        of_request = [e for e in receiver.events if not e.is_about_number]
        assert [str(e.kind) for e in of_request] == events(
            "PortIn", "WaitingForSignature", "InProgress", "ActionRequired"
        )
        assert {e.port_in_request_sid for e in receiver.events} == {sid}
        assert all(target.startswith("/hook?tenant=1&bodySHA256=") for target in receiver.targets)
        assert len(sandbox.webhooks) == len(receiver.events) == 14


async def test_an_event_says_what_is_known() -> None:
    async with Receiver() as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await configure(
            api, receiver.url, "PortInPhoneNumberRejected", "PortInPhoneNumberCompleted", "PortInCanceled"
        )
        sid = (await create(api, "+16175550100", "+16175550170"))["port_in_request_sid"]
        sandbox.port_ins.advance(sid, 4)
        await sandbox.webhooks.delivered()
        await api.ask("DELETE", f"{PATH}/{sid}")
        await sandbox.webhooks.delivered()
        port_in = await fetch(api, sid)
        bodies = {body["event_type"]: body for body in map(json.loads, receiver.bodies)}
        assert bodies["PortInPhoneNumberCompleted"] == {
            "event_type": "PortInPhoneNumberCompleted",
            "port_in_request_sid": sid,
            "port_in_phone_number_sid": port_in["phone_numbers"][0]["port_in_phone_number_sid"],
            "phone_number": "+16175550100",
            "status": "completed",
            "last_date_updated": "2025-05-05T12:00:00Z",
            "portable": True,
            "port_date": "2025-05-20T00:00:00Z",
        }
        rejected = bodies["PortInPhoneNumberRejected"]
        assert (rejected["portable"], rejected["not_portable_reason_code"]) == (False, 22131)
        assert rejected["rejection_reason_code"] == 22159
        assert rejected["not_portable_reason"]
        assert rejected["rejection_reason"]
        assert bodies["PortInCanceled"]["status"] == "Canceled"
        assert bodies["PortInCanceled"]["order_cancellation_reason"] == port_in["order_cancellation_reason"]
        assert len(receiver.events) == 3


async def test_what_ends_early_is_an_event_too() -> None:
    async with Receiver() as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await configure(api, receiver.url)
        expired = (await create(api, "+16175550100"))["port_in_request_sid"]
        sandbox.port_ins.expire(expired)
        canceled = await create(api, "+16175550101", "+16175550102")
        path = f"{PATH}/{canceled['port_in_request_sid']}"
        first, second = (line["port_in_phone_number_sid"] for line in canceled["phone_numbers"])
        await api.ask("DELETE", f"{path}/PhoneNumber/{first}")
        sandbox.port_ins.reject(second)
        await sandbox.webhooks.delivered()
        assert receiver.names == {
            "PortInExpired": 1,
            "PortInPhoneNumberCanceled": 1,
            "PortInPhoneNumberRejected": 1,
            "PortInActionRequired": 1,
        }


async def test_nothing_is_sent_where_nobody_asked() -> None:
    async with Receiver() as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await create(api)
        sandbox.port_ins.advance()
        await configure(api, receiver.url, "PortInCompleted", "PortInPhoneNumberPending")
        sandbox.port_ins.advance()
        await sandbox.webhooks.delivered()
        assert receiver.events == []
        sandbox.port_ins.advance(steps=2)
        await sandbox.webhooks.delivered()
        assert receiver.names == {"PortInCompleted": 1, "PortInPhoneNumberPending": 1}
        await api.ask("POST", CONFIGURATION, {"port_out_target_url": receiver.url})
        await create(api, "+16175550101")
        sandbox.port_ins.advance()
        await api.ask("DELETE", f"{CONFIGURATION}/PORT_OUT")
        sandbox.port_ins.advance()
        await sandbox.webhooks.delivered()
        assert len(sandbox.webhooks) == 2


async def test_a_number_that_leaves_is_an_event() -> None:
    async with Receiver() as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await api.ask("POST", CONFIGURATION, {"port_out_target_url": receiver.url})
        sid, kept = sandbox.incoming_phone_numbers.add(2)
        number = sandbox.incoming_phone_numbers.of()[sid]
        sandbox.incoming_phone_numbers.port_out(sid)
        await sandbox.webhooks.delivered()
        (event,) = receiver.events
        assert (event.kind, event.phone_number) == ("PortOutPhoneNumberCompleted", number)
        assert event.is_terminal
        assert list(sandbox.incoming_phone_numbers.of()) == [kept]
        with pytest.raises(LookupError):
            sandbox.incoming_phone_numbers.port_out(sid)


async def test_a_subaccounts_events_go_to_its_own_target_or_its_parents() -> None:
    async with (
        Receiver() as parents,
        Receiver(auth_token=TOKEN) as childs,
        Sandbox(now=Clock()) as sandbox,
        Api(sandbox) as api,
    ):
        add_accounts(sandbox)
        await configure(api, parents.url)
        await create(api, account_sid=CHILD)
        sandbox.port_ins.advance()
        await configure(api, childs.url, auth=as_account(CHILD))
        sandbox.port_ins.advance()
        await sandbox.webhooks.delivered()
        assert parents.names.keys() == {"PortInWaitingForSignature", "PortInPhoneNumberWaitingForSignature"}
        assert childs.names.keys() == {"PortInInProgress", "PortInPhoneNumberSubmitted"}


# signatures


async def test_a_shared_key_signs_too() -> None:
    keys = {"mine": "a secret"}
    async with (
        Receiver(auth_token=None, shared_keys=keys) as receiver,
        Sandbox(now=Clock()) as sandbox,
        Api(sandbox) as api,
    ):
        sandbox.webhooks.key = ("mine", "a secret")
        assert sandbox.webhooks.key == ("mine", "a secret")
        await configure(api, receiver.url)
        await create(api)
        sandbox.port_ins.advance(steps=4)
        await sandbox.webhooks.delivered()
        assert len(receiver.events) == 7
        settings = {headers["X-Twilio-Webhooks-Signature-Settings"] for headers in receiver.headers}
        assert settings == {"key=mine,algorithm=HMAC_SHA256"}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com",
        "https://www.example.com/",
        "https://www.example.com/hook#part",
        "https://user:secret@www.example.com:8443/a%20b?x=1&y=&x=2",
        "http://[::1]:80/hook?",
    ],
)
@pytest.mark.parametrize("key", [None, ("mine", "secret")])
@pytest.mark.parametrize("body", [b"{}", b"", b"\xff"])
def test_any_url_is_signed_so_that_it_is_verified(url: str, key: tuple[str, str] | None, body: bytes) -> None:
    called, headers = signed(url, body, "token", key)
    assert "#" not in called
    assert called.endswith(URL(called, encoded=True).raw_path_qs)
    keys: dict[str, Any] = {"auth_token": "token"} if key is None else {"shared_keys": dict([key])}
    verify(called, body, headers, **keys)
