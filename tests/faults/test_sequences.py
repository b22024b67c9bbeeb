"""Faults in the middle of longer work: sweeps, waits, orders of every kind, a client that closes."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Connection, Received, Reply, json_reply, raw_server, reply, stall
from tests.transport.raw_client import (
    ACCOUNT,
    NUMBER,
    PORT_IN,
    SECRET,
    client,
    numbers,
    port_in_create,
    tasks_left,
)
from twilio_numbers_async import FixedGate, OAuthClientCredentials
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import AuthenticationError, DecodeError, TransportError
from twilio_numbers_async.sweep import Journal

from .kinds import ALL, OTHER, OTHER_ACCOUNT, OTHER_SID, Kind, fine, fine_bytes

PHONE_NUMBER_SID = "PU" + "a" * 32
INCOMING = "PN" + "a" * 32
CHECK = "EC" + "a" * 32
REFUSED = json_reply({"code": 20003, "message": "Authenticate", "status": 401}, 401)

Call = Callable[[TwilioNumbers], Awaitable[Any]]


# ---- 401 in the middle of a sweep


async def test_a_sweep_ends_with_401_and_keeps_what_was_answered() -> None:
    asked = numbers(40)
    script: list[Reply] = [fine] * 20 + [REFUSED]
    found: set[str] = set()

    async def read(twilio: TwilioNumbers) -> None:
        async with twilio.portability.sweep(asked) as outcomes:
            async for outcome in outcomes:
                if outcome.result is not None:
                    assert outcome.result.phone_number == outcome.input
                    found.add(outcome.input)

    async with raw_server(*script) as server, client(server.url, concurrency=FixedGate(4)) as twilio:
        with pytest.raises(AuthenticationError):
            await read(twilio)
        assert twilio.gate.snapshot().in_flight == 0
        server.script = [fine]
        assert (await twilio.portability.fetch(NUMBER)).phone_number == NUMBER
    assert len(found) == 20
    assert len(server.received) < 40, "the rest is not asked"
    assert not tasks_left()


async def test_a_token_that_is_refused_in_the_middle_of_a_sweep_is_renewed() -> None:
    asked = numbers(40)
    script: list[Reply] = [fine] * 21 + [REFUSED, fine]
    credentials = OAuthClientCredentials("OQ" + "a" * 32, SECRET)
    async with (
        raw_server(*script) as server,
        client(server.url, credentials=credentials, concurrency=FixedGate(4)) as twilio,
        twilio.portability.sweep(asked) as outcomes,
    ):
        answers = [outcome.result async for outcome in outcomes]
    assert sorted(answer.phone_number or "" for answer in answers if answer is not None) == sorted(asked)
    assert [received.path for received in server.received].count("/v2/token") == 2
    assert len(server.received) == 40 + 1 + 2


# ---- answers that come twice


def doubled(every: int) -> Reply:
    """Each so many answers come a second time over their connection, when the next request has come."""
    owed: dict[int, bytes] = {}
    count = 0

    async def send(connection: Connection, received: Received) -> None:
        nonlocal count
        count += 1
        own = fine_bytes(received)
        await connection.send(owed.pop(received.connection, b""))
        await connection.send(own)
        if count % every == 0:
            owed[received.connection] = own

    return send


async def test_no_answer_of_a_sweep_is_another_numbers(tmp_path: Path) -> None:
    asked, path = numbers(100), tmp_path / "sweep.journal"
    async with raw_server(doubled(7)) as server, client(server.url, concurrency=FixedGate(5)) as twilio:
        async with twilio.portability.sweep(asked, journal=Journal(path)) as outcomes:
            first = [outcome async for outcome in outcomes]
        before = len(server.received)
        async with twilio.portability.sweep(asked, journal=Journal(path)) as outcomes:
            second = [outcome async for outcome in outcomes]
        assert len(server.received) == before, "the journal has them all"
    for outcomes_of in (first, second):
        assert sorted(outcome.input for outcome in outcomes_of) == asked
        assert all(outcome.result and outcome.result.phone_number == outcome.input for outcome in outcomes_of)
    assert len(server.received) > 100, "some came twice"


def a_port_in(sid: str, status: str) -> bytes:
    body = json.dumps({"port_in_request_sid": sid, "port_in_request_status": status}).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def test_a_wait_is_not_over_because_another_port_in_is() -> None:
    other, own = a_port_in(OTHER_SID, "Completed"), a_port_in(PORT_IN, "Canceled")

    async def first(connection: Connection, received: Received) -> None:
        await connection.send(other)

    async def stray(connection: Connection, received: Received) -> None:
        await connection.send(other + own)

    async def second(connection: Connection, received: Received) -> None:
        await connection.send(own)

    async with raw_server(first, stray, second) as server, client(server.url) as twilio:
        assert (await twilio.port_ins.wait(OTHER_SID)).port_in_request_sid == OTHER_SID
        answer = await twilio.port_ins.wait(PORT_IN)
    assert (answer.port_in_request_sid, str(answer.port_in_request_status)) == (PORT_IN, "Canceled")
    assert [received.connection for received in server.received] == [0, 0, 1]


READS: list[tuple[Call, dict[str, str], list[str]]] = [
    (
        lambda twilio: twilio.port_ins.fetch(PORT_IN),
        {"port_in_request_sid": PORT_IN},
        ["port_in_request_sid"],
    ),
    (
        lambda twilio: twilio.port_in_phone_numbers.fetch(PORT_IN, PHONE_NUMBER_SID),
        {"port_in_request_sid": PORT_IN, "phone_number_sid": PHONE_NUMBER_SID},
        ["port_in_request_sid", "phone_number_sid"],
    ),
    (lambda twilio: twilio.bulk_eligibility.fetch(CHECK), {"request_id": CHECK}, ["request_id"]),
    (
        lambda twilio: twilio.incoming_phone_numbers.fetch(INCOMING),
        {"sid": INCOMING, "account_sid": ACCOUNT},
        ["sid", "account_sid"],
    ),
]
READ_FIELDS = [
    pytest.param(call, document, name, id=f"{position}-{name}")
    for position, (call, document, names) in enumerate(READS)
    for name in names
]


@pytest.mark.parametrize(("call", "document", "name"), READ_FIELDS)
async def test_what_is_fetched_has_the_sids_that_were_asked_for(
    call: Call, document: dict[str, str], name: str
) -> None:
    wrong = json_reply({**document, name: document[name][:2] + "c" * 32})
    async with raw_server(wrong, json_reply(document)) as server, client(server.url) as twilio:
        assert getattr(await call(twilio), name) == document[name]
        assert [received.connection for received in server.received] == [0, 1]
        server.script = [wrong]
        with pytest.raises(DecodeError):
            await call(twilio)
        assert len(server.received) == 4
        for silent in ({**document, name: None}, {key: document[key] for key in document if key != name}):
            server.script = [json_reply(silent)]
            assert getattr(await call(twilio), name) is None
    assert len(server.received) == 6


@pytest.mark.parametrize(("name", "other"), [("sid", "PN" + "c" * 32), ("account_sid", OTHER_ACCOUNT)])
async def test_an_update_of_another_number_is_none(name: str, other: str) -> None:
    right = {"sid": INCOMING, "account_sid": ACCOUNT}
    script = [json_reply({**right, name: other}), json_reply(right)]
    async with raw_server(*script) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError) as caught:
            await twilio.incoming_phone_numbers.update(INCOMING, friendly_name="a")
        assert caught.value.may_have_been_processed
        assert len(server.received) == 1
        assert (await twilio.incoming_phone_numbers.update(INCOMING, friendly_name="a")).sid == INCOMING


async def test_after_a_transfer_the_account_is_the_new_one() -> None:
    moved = json_reply({"sid": INCOMING, "account_sid": OTHER_ACCOUNT})
    async with raw_server(moved) as server, client(server.url) as twilio:
        answer = await twilio.incoming_phone_numbers.transfer(INCOMING, OTHER_ACCOUNT)
    assert answer.account_sid == OTHER_ACCOUNT
    assert len(server.received) == 1


async def test_an_eligibility_of_another_number_is_none() -> None:
    wrong, right = (json_reply({"results": [{"phone_number": number}]}) for number in (OTHER, NUMBER))
    async with raw_server(wrong, right) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError):
            await twilio.eligibility.create(NUMBER)
        assert len(server.received) == 1
        assert (await twilio.eligibility.create(NUMBER)).results is not None


async def test_a_listing_whose_compressed_page_is_cut_loses_no_rows() -> None:
    rows = [f"PN{row:032},+1555{200 + row // 10_000}{row % 10_000:04}" for row in range(500)]
    page = gzip.compress("\n".join(["Sid,PhoneNumber", *rows, ""]).encode())
    cut, whole = (
        reply(content, headers={"Content-Encoding": "gzip"}, content_type="text/csv")
        for content in (page[: len(page) // 2], page)
    )
    async with raw_server(cut, whole) as server, client(server.url) as twilio:
        assert len(await twilio.incoming_phone_numbers.csv().collect()) == 500
        assert len(server.received) == 2
        server.script = [cut]
        with pytest.raises(TransportError, match="cut short"):
            await twilio.incoming_phone_numbers.csv().collect()


# ---- orders without a receipt


RECEIPTS: list[tuple[Call, str, str]] = [
    (lambda twilio: twilio.port_ins.create(port_in_create()), "port_in_request_sid", PORT_IN),
    (lambda twilio: twilio.incoming_phone_numbers.create(NUMBER), "sid", INCOMING),
    (lambda twilio: twilio.incoming_phone_numbers.create(area_code="555"), "sid", INCOMING),
    (lambda twilio: twilio.bulk_eligibility.create(NUMBER), "request_id", CHECK),
    (lambda twilio: twilio.documents.upload(b"%PDF-1.4 example", filename="a.pdf"), "sid", "RD" + "a" * 32),
]


@pytest.mark.parametrize(("call", "name", "sid"), RECEIPTS)
async def test_an_order_without_its_sid_is_no_receipt(call: Call, name: str, sid: str) -> None:
    not_found = {"code": 20404, "message": "Not found", "status": 404}
    for document in ({}, {name: None}, {name: ""}, not_found):
        for status in (200, 201, 202):
            async with raw_server(json_reply(document, status)) as server, client(server.url) as twilio:
                with pytest.raises(DecodeError, match=r"\bSID\b|at \$\.status") as caught:
                    await call(twilio)
                assert caught.value.may_have_been_processed
                assert caught.value.status == status
            assert len(server.received) == 1
    async with raw_server(json_reply({name: sid}, 201)) as server, client(server.url) as twilio:
        assert getattr(await call(twilio), name) == sid


# ---- a client that closes


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
async def test_a_call_that_is_under_way_when_the_client_closes_may_have_been_processed(kind: Kind) -> None:
    async with raw_server(stall) as server, client(server.url) as twilio:
        call = asyncio.ensure_future(kind.call(twilio))
        await server.until_received(1)
        await twilio.close()
        with pytest.raises(TransportError) as caught:
            await call
        assert type(caught.value) is TransportError
        assert caught.value.may_have_been_processed
        await server.until(lambda server: not server.open)
    assert len(server.received) == 1
    assert not tasks_left()
