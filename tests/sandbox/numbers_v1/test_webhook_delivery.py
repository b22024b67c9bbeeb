from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import EventOrder

from ..checked_client import Api, until
from .port_in_requests import Clock, create
from .receiver import CONFIGURATION, Receiver, configure


async def test_webhooks_come_twice() -> None:
    async with (
        Receiver() as receiver,
        Sandbox(now=Clock(), webhook_repeats=2) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url)
        await create(api)
        sandbox.port_ins.advance(steps=4)
        await sandbox.webhooks.delivered()
        assert set(receiver.names.values()) == {3}
        assert len({event.dedupe_key for event in receiver.events}) == 7


async def order_of(shuffle: bool | int) -> list[str]:
    """In which order the events of a port-in's steps come, each step taken once the one before is out."""
    async with (
        Receiver() as receiver,
        Sandbox(now=Clock(), webhook_shuffle=shuffle) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url)
        await create(api, *(f"+161755501{n:02}" for n in range(40)))
        sandbox.port_ins.advance(steps=4)
        await sandbox.webhooks.delivered()
        names = receiver.names
        assert names["PortInPhoneNumberCompleted"] == 40
        order = EventOrder()
        stale = sum(not order.is_current(event) for event in receiver.events)
        assert (stale > 20) is (shuffle is not False)
        return [delivery.url for delivery in sandbox.webhooks]


async def test_webhooks_come_out_of_order_when_told() -> None:
    for shuffle in (False, True, 0, 7):
        await order_of(shuffle)


async def test_what_is_held_back_comes_by_itself() -> None:
    async with (
        Receiver() as receiver,
        Sandbox(now=Clock(), webhook_shuffle=True) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url)
        await create(api)
        sandbox.port_ins.advance()
        await until(lambda: len(receiver.events) == 2)


async def test_what_is_not_taken_is_tried_again_a_few_times() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with (
        Receiver([500, 0, 204, 302, 503, 0, 404]) as receiver,
        Sandbox(now=Clock(), webhook_attempts=4, webhook_pause=1, sleep=sleep) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url, "PortInWaitingForSignature", "PortInInProgress", "PortInCompleted")
        await create(api)
        sandbox.port_ins.advance(steps=4)
        await sandbox.webhooks.delivered()
        tries = [(d.event, d.attempt, d.status) for d in sandbox.webhooks]
        assert tries == [
            ("PortInWaitingForSignature", 1, 500),
            ("PortInWaitingForSignature", 2, None),
            ("PortInWaitingForSignature", 3, 204),
            ("PortInInProgress", 1, 302),
            ("PortInInProgress", 2, 503),
            ("PortInInProgress", 3, None),
            ("PortInInProgress", 4, 404),
            ("PortInCompleted", 1, 200),
        ]
        assert [bool(d.error) for d in sandbox.webhooks] == [status is None for _, _, status in tries]
        assert pauses == [1, 2, 1, 2, 4]
        assert receiver.names == {"PortInWaitingForSignature": 1, "PortInCompleted": 1}


async def test_a_target_that_is_not_there_holds_nothing_up() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with Sandbox(now=Clock(), webhook_attempts=2, webhook_pause=0) as sandbox, Api(sandbox) as api:
            await configure(api, url, "PortInCompleted")
            await create(api)
            sandbox.port_ins.advance(steps=4)
            await sandbox.webhooks.delivered()
            assert [d.status for d in sandbox.webhooks] == [None, None]


async def test_requests_do_not_wait_for_webhooks() -> None:
    go = asyncio.Event()
    async with Receiver(before=go.wait) as receiver, Sandbox(now=Clock()) as sandbox, Api(sandbox) as api:
        await configure(api, receiver.url)
        await create(api)
        sandbox.port_ins.advance()
        waiting = asyncio.create_task(sandbox.webhooks.delivered())
        for _ in range(3):
            assert (await api.portability("+16175550150")).status == 200
        assert not waiting.done()
        assert receiver.events == []
        go.set()
        await waiting
        assert len(receiver.events) == 2


async def test_the_queue_is_bounded() -> None:
    go = asyncio.Event()
    async with (
        Receiver(before=go.wait) as receiver,
        Sandbox(now=Clock(), webhook_queue=5) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url)
        await create(api)
        sandbox.port_ins.advance(steps=4)
        assert sandbox.webhooks.dropped == 2
        go.set()
        await sandbox.webhooks.delivered()
        assert len(receiver.events) == 5


@pytest.mark.parametrize(
    "keywords",
    [{"webhook_repeats": -1}, {"webhook_attempts": 0}, {"webhook_pause": -1}, {"webhook_queue": 0}],
)
def test_how_they_are_delivered_is_checked(keywords: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="webhook"):
        Sandbox(**keywords)


# the sandbox's life


@pytest.mark.parametrize("shuffle", [False, True])
async def test_what_is_not_delivered_waits_until_it_is_started_again(shuffle: bool) -> None:
    first, go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        first.set()
        await go.wait()

    sandbox = Sandbox(now=Clock(), webhook_shuffle=shuffle)
    async with Receiver(before=hold) as silent:
        async with sandbox, Api(sandbox) as api:
            await configure(api, silent.url)
            await create(api)
            sandbox.port_ins.advance()
            waiting = asyncio.create_task(sandbox.webhooks.delivered())
            await first.wait()
        await waiting
        go.set()
    with pytest.raises(RuntimeError, match="not running"):
        await sandbox.webhooks.delivered()
    async with Receiver() as receiver:
        async with sandbox, Api(sandbox) as api:
            await configure(api, receiver.url)
        sandbox.port_ins.advance()
        assert receiver.events == []
        async with sandbox:
            await until(lambda: len(receiver.events) == 2)


async def test_a_sandbox_in_a_thread_delivers_too() -> None:
    async with Receiver() as receiver:
        with Sandbox(now=Clock(), webhook_repeats=1) as sandbox:
            async with Api(sandbox) as api:
                await configure(api, receiver.url)
                await create(api)
                sandbox.port_ins.advance(steps=4)
                await sandbox.webhooks.delivered()
        assert set(receiver.names.values()) == {2}


def test_it_is_told_outside_of_any_loop_too() -> None:
    with Sandbox(webhook_attempts=1) as sandbox:

        async def prepare() -> None:
            async with Api(sandbox) as api:
                await api.ask("POST", CONFIGURATION, {"port_out_target_url": sandbox.url})

        asyncio.run(prepare())
        sandbox.incoming_phone_numbers.port_out(sandbox.incoming_phone_numbers.add(1)[0])
        asyncio.run(sandbox.webhooks.delivered())
        assert [(d.event, d.status) for d in sandbox.webhooks] == [("PortOutPhoneNumberCompleted", 404)]


async def test_two_and_a_half_thousand_numbers_in_three_port_ins() -> None:
    numbers = [f"+1555310{n:04}" for n in range(2500)]
    portable = {number for number in numbers if int(number[-3:]) < 750 or number.endswith("990")}
    done, rejected = "PortInPhoneNumberCompleted", "PortInPhoneNumberRejected"
    async with (
        Receiver() as receiver,
        Sandbox(now=Clock(), webhook_repeats=1, webhook_shuffle=True) as sandbox,
        Api(sandbox) as api,
    ):
        await configure(api, receiver.url, done, rejected, "PortInActionRequired", "PortInCompleted")
        for start in range(0, 2500, 1000):
            await create(api, *numbers[start : start + 1000])
        sandbox.port_ins.advance(steps=4)
        await sandbox.webhooks.delivered()
        by_number: dict[str | None, set[str]] = {}
        for event in receiver.events:
            by_number.setdefault(event.phone_number, set()).add(str(event.kind))
        assert by_number.pop(None) == {"PortInActionRequired", "PortInCompleted"}
        assert by_number == {number: {done if number in portable else rejected} for number in numbers}
        assert len(receiver.events) == 2 * (2500 + 3)
        assert set(sandbox.incoming_phone_numbers.of().values()) == portable
