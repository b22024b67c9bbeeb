"""The numbers of messaging services and of SIP trunks: two resources with the same four operations."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.porting.details import PATIENT, FakeTime, opened
from tests.raw_server import Received, drop, json_reply, raw_server
from tests.resources.api_2010.answers import answers, error, lines
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    ApiError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    TransportError,
)
from twilio_numbers_async.sandbox import Fault, Sandbox

ACCOUNT = "AC" + "a" * 32
PN, OTHER_PN = "PN" + "b" * 32, "PN" + "c" * 32
RESOURCES = {
    "messaging_services": ("MG", "service_sid", "/v1/Services"),
    "trunks": ("TK", "trunk_sid", "/v1/Trunks"),
}
each_resource = pytest.mark.parametrize("name", RESOURCES)


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox) -> AsyncGenerator[TwilioNumbers]:
    async with opened(sandbox, FakeTime()) as twilio:
        yield twilio


@each_resource
async def test_a_number_is_added_shown_and_removed(
    sandbox: Sandbox, twilio: TwilioNumbers, name: str
) -> None:
    resource: Any = getattr(twilio, name)
    _, owner_field, _ = RESOURCES[name]
    (owner,) = getattr(sandbox, name).sids
    first, second, _ = sandbox.add_numbers(3)
    added = await resource.add(owner, first)
    assert (added.sid, getattr(added, owner_field), added.account_sid) == (first, owner, ACCOUNT)
    assert added.phone_number == sandbox.phone_numbers()[first]
    await resource.add(owner, second)
    assert await resource.fetch(owner, first) == added
    assert [number.sid async for number in resource.phone_numbers(owner, page_size=1)] == [first, second]
    assert [number.sid async for number in resource.phone_numbers(owner, limit=1)] == [first]
    await resource.remove(owner, first)
    assert [number.sid async for number in resource.phone_numbers(owner)] == [second]
    with pytest.raises(NotFoundError):
        await resource.fetch(owner, first)
    with pytest.raises(NotFoundError):
        await resource.remove(owner, first)
    assert (await twilio.incoming_phone_numbers.fetch(first)).sid == first


@each_resource
async def test_a_number_that_is_there_already_is_the_result(
    sandbox: Sandbox, twilio: TwilioNumbers, name: str
) -> None:
    resource: Any = getattr(twilio, name)
    (owner,) = getattr(sandbox, name).sids
    (sid,) = sandbox.add_numbers(1)
    assert await resource.add(owner, sid) == await resource.add(owner, sid)


@each_resource
async def test_a_number_of_another_one_is_a_conflict(
    sandbox: Sandbox, twilio: TwilioNumbers, name: str
) -> None:
    resource: Any = getattr(twilio, name)
    part = getattr(sandbox, name)
    (sid,) = sandbox.add_numbers(1)
    await resource.add(part.sids[0], sid)
    with pytest.raises(ConflictError):
        await resource.add(part.add(), sid)
    assert part.numbers(part.sids[0]).keys() == {sid}


@each_resource
async def test_a_number_that_the_account_does_not_have_is_not_found(
    sandbox: Sandbox, twilio: TwilioNumbers, name: str
) -> None:
    resource: Any = getattr(twilio, name)
    (owner,) = getattr(sandbox, name).sids
    with pytest.raises(NotFoundError):
        await resource.add(owner, PN)


@each_resource
@pytest.mark.parametrize("fault", [Fault.cut(), Fault.drop_after(), Fault.drop(), Fault.error(503)])
async def test_a_lost_answer_adds_a_number_once(
    sandbox: Sandbox, twilio: TwilioNumbers, name: str, fault: Fault
) -> None:
    resource: Any = getattr(twilio, name)
    (owner,) = getattr(sandbox, name).sids
    (sid,) = sandbox.add_numbers(1)
    sandbox.script(fault, method="POST")
    assert (await resource.add(owner, sid)).sid == sid
    assert getattr(sandbox, name).numbers(owner).keys() == {sid}


def path_of(name: str) -> tuple[str, str]:
    prefix, _, path = RESOURCES[name]
    owner = prefix + "a" * 32
    return owner, f"{path}/{owner}/PhoneNumbers"


@each_resource
@pytest.mark.parametrize("lost", [drop, error(21710, 409), error(21710, 400)], ids=["lost", "409", "400"])
async def test_what_shows_was_added(name: str, lost: Any) -> None:
    owner, path = path_of(name)
    _, owner_field, _ = RESOURCES[name]

    def handle(received: Received) -> Any:
        return lost if received.method == "POST" else json_reply({"sid": PN, owner_field: owner})

    async with (
        raw_server(answers(handle)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=PATIENT) as twilio,
    ):
        assert (await getattr(twilio, name).add(owner, PN)).sid == PN
    assert lines(server.received)[-1] == f"GET {path}/{PN}"


@each_resource
@pytest.mark.parametrize(
    "shown", [error(20404, 404), json_reply({"sid": OTHER_PN}), drop], ids=["404", "another", "lost"]
)
@pytest.mark.parametrize(
    ("lost", "kind"),
    [(drop, TransportError), (error(21712, 409), ConflictError), (error(1), InvalidRequestError)],
)
async def test_what_does_not_show_was_not_added(
    name: str, shown: Any, lost: Any, kind: type[Exception]
) -> None:
    owner, _ = path_of(name)
    async with (
        raw_server(answers(lambda received: lost if received.method == "POST" else shown)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=PATIENT) as twilio,
    ):
        with pytest.raises(kind) as raised:
            await getattr(twilio, name).add(owner, PN)
    assert getattr(raised.value, "may_have_been_processed") is (kind is TransportError)  # noqa: B009


@each_resource
async def test_a_number_of_another_owner_is_not_the_answer(name: str) -> None:
    """A server that shows a number wherever it is asked for it."""
    owner, _ = path_of(name)
    prefix, owner_field, _ = RESOURCES[name]
    elsewhere = json_reply({"sid": PN, owner_field: prefix + "f" * 32})

    def handle(received: Received) -> Any:
        return error(21712, 409) if received.method == "POST" else elsewhere

    async with (
        raw_server(answers(handle)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=PATIENT) as twilio,
    ):
        with pytest.raises(ConflictError):
            await getattr(twilio, name).add(owner, PN)
        with pytest.raises(DecodeError):
            await getattr(twilio, name).fetch(owner, PN)


@each_resource
@pytest.mark.parametrize("status", [401, 403, 404])
async def test_other_refusals_are_raised_at_once(name: str, status: int) -> None:
    owner, path = path_of(name)
    async with (
        raw_server(error(20003, status)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=PATIENT) as twilio,
    ):
        with pytest.raises(ApiError) as refused:
            await getattr(twilio, name).add(owner, PN)
    assert refused.value.status == status
    assert lines(server.received) == [f"POST {path}"]


@each_resource
async def test_the_answer_for_another_number_is_looked_up(name: str) -> None:
    owner, path = path_of(name)

    def handle(received: Received) -> Any:
        return json_reply({"sid": OTHER_PN if received.method == "POST" else PN}, 200)

    async with (
        raw_server(answers(handle)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url, retry=PATIENT) as twilio,
    ):
        assert (await getattr(twilio, name).add(owner, PN)).sid == PN
    assert lines(server.received)[-1] == f"GET {path}/{PN}"
