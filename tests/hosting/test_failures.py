"""Failures in the middle of an order: a full disk, refused credentials, things that are gone. Nothing is sent twice."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Received, Reply, drop, json_reply, raw_server
from tests.resources.api_2010.answers import answers
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.errors import JournalError, PermissionDeniedError
from twilio_numbers_async.hosting.advice import order_advice
from twilio_numbers_async.hosting.outcome import HostingOutcome
from twilio_numbers_async.models import HostedNumberOrder, HostedNumberOrderStatus
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import ACCOUNT, ADDRESS, FakeTime, eligible, numbers, opened, plan_of
from .server import Orders
from .test_creation import BULK, LETTER, PATHS, planned, sent, statuses, verify

Status = HostedNumberOrderStatus
PX = "PX" + "5" * 32


async def create_all(handle: Any, count: int, journal: Path | None, **details: Any) -> list[HostingOutcome]:
    """Create a plan at a raw server."""
    time = FakeTime()
    async with (
        raw_server(answers(handle)) as raw,
        TwilioNumbers(ACCOUNT, "x", base_url=raw.url, runtime=time.runtime) as twilio,
    ):
        plan = plan_of(eligible(count), address=ADDRESS, **details)
        return await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)


@contextmanager
def full_disk() -> Generator[Any]:
    """Give a function after whose call this process cannot write to files any more."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
@pytest.mark.parametrize("answer", ["created", "lost", "refused"])
@pytest.mark.parametrize("kind", ["bulk", "order", "letter"])
async def test_a_disk_that_is_full_by_the_time_of_the_answer(tmp_path: Path, kind: str, answer: str) -> None:
    server = Orders(letter=PX)
    if kind == "letter":
        server = Orders(
            {"sid": "HR" + "3" * 32, "phone_number": numbers(1)[0], "status": "verified"}, letter=PX
        )
    refused = json_reply({"code": 20001, "message": "No"}, 400)
    with full_disk() as fill:

        def handle(received: Received) -> Reply:
            if received.method != "POST":
                return server.handle(received)
            fill()
            reply = refused if answer == "refused" else server.handle(received)
            return drop if answer == "lost" else reply

        count = 1 if kind == "letter" else 2
        size = 1 if kind == "order" else 10
        with pytest.raises(JournalError, match="cannot be"):
            await create_all(handle, count, tmp_path / "journal", bulk_size=size)
    outcomes = await create_all(server.handle, count, tmp_path / "journal", bulk_size=size)
    assert all(outcome.ok for outcome in outcomes)
    assert [outcome.letter_error for outcome in outcomes] == [None] * count
    expected = {"bulk": [numbers(2)], "order": [[number] for number in numbers(2)], "letter": []}[kind]
    assert sorted(server.posts) == expected
    assert server.letters == (1 if kind == "letter" else 0)


async def test_refused_credentials_leave_the_rest(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 9, bulk_size=3)
        rule = sandbox.script(Fault.error(403), skip=1, times=None, method="POST", path=PATHS[BULK])
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert statuses(outcomes) == {"received": 3, "none": 6}
        assert {type(outcome.error) for outcome in outcomes[3:]} == {PermissionDeniedError}
        assert sent(sandbox) == [2, 0, 0]
        rule.cancel()
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert statuses(outcomes) == {"received": 9}
        verify(sandbox)
        sandbox.script(Fault.error(403), times=1, method="POST", path=PATHS[LETTER])
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert {type(outcome.letter_error) for outcome in outcomes} == {PermissionDeniedError}


async def test_an_order_that_cannot_be_fetched_has_that_error(tmp_path: Path) -> None:
    server = Orders(hidden=True)
    await create_all(server.handle, 1, tmp_path / "journal")

    def handle(received: Received) -> Reply:
        refused = json_reply({"code": 20001, "message": "No"}, 400)
        return refused if "/HR" in received.path else server.handle(received)

    [outcome] = await create_all(handle, 1, tmp_path / "journal")
    assert getattr(outcome.error, "status", None) == 400
    assert outcome.is_unknown
    assert server.posts == [numbers(1)]


async def test_a_lost_letter_whose_order_is_gone_is_forgotten(tmp_path: Path) -> None:
    server = Orders({"sid": "HR" + "3" * 32, "phone_number": numbers(1)[0], "status": "verified"}, letter=PX)
    lost = 0

    def handle(received: Received) -> Reply:
        nonlocal lost
        if received.method == "POST" and "AuthorizationDocuments" in received.path:
            lost += 1
            return drop
        return server.handle(received)

    [outcome] = await create_all(handle, 1, tmp_path / "journal")
    assert outcome.letter_error is not None
    server.orders.clear()
    [outcome] = await create_all(server.handle, 1, tmp_path / "journal")
    assert (outcome.ok and outcome.result.status, lost, server.letters) == (Status.RECEIVED, 1, 0)
    assert server.posts == [numbers(1)]


async def test_orders_that_name_a_bulk_request_which_is_not_there(tmp_path: Path) -> None:
    """All of the numbers have orders, so nothing is sent again; where one has none, it alone is ordered."""
    server = Orders(bulk_hosting_request_sid="BH" + "7" * 32)
    server.lost = lambda _: drop

    def handle(received: Received) -> Reply:
        gone = json_reply({"code": 20404}, 404)
        return gone if "/BH" in received.path else server.handle(received)

    for _ in range(2):
        outcomes = await create_all(handle, 3, tmp_path / "journal")
        assert statuses(outcomes) == {"received": 3}
    assert server.posts == [numbers(3)]
    other = tmp_path / "other"
    server.orders.clear()
    await create_all(handle, 3, other)
    del server.orders[-1]
    server.lost = None
    outcomes = await create_all(handle, 3, other)
    assert statuses(outcomes) == {"received": 3}
    assert server.posts[2:] == [numbers(3)[2:]]


@pytest.mark.parametrize(
    ("status", "letter", "word"),
    [
        ("RECEIVED", None, "verify(sid)"),
        ("twilio_processing", None, None),
        ("Pending Verification", None, "verification_code"),
        ("verified", None, "create the plan again"),
        ("verified", "", "create the plan again"),
        ("verified", PX, "signs the letter"),
        ("pending-loa", PX, "signs the letter"),
        ("carrier-processing", PX, None),
        ("completed", PX, None),
        ("FAILED", None, "ask Twilio's support"),
        ("action_required", None, "support"),
        ("a new word", None, None),
        (None, None, None),
    ],
)
def test_the_advice_on_an_order(status: str | None, letter: str | None, word: str | None) -> None:
    order = HostedNumberOrder(status=status and Status(status), signing_document_sid=letter)  # type: ignore[arg-type]  # "" is not among them
    advice = order_advice(order)
    assert (advice is None) == (word is None)
    assert word is None or word in str(advice)
