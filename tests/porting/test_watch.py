"""Following port-ins: each change once, at little cost, and on from a saved state."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from tests.raw_server import Connection, Received, json_reply, raw_server
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import DecodeError, InvalidArgumentError, NotFoundError, ServerError
from twilio_numbers_async.models import PortIn, PortInPhoneNumberStatus, PortInStatus
from twilio_numbers_async.porting.watch import PortInChange
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import ACCOUNT, FakeTime, numbers, opened, plan_of

LIST = "ListPortInRequests"
FETCH = "FetchPortingPortIn"
REQUEST_STEPS = ["In Review", "Waiting for Signature", "In Progress", "Completed"]
NUMBER_SID = "PU" + "a" * 32
NUMBER_STEPS = ["in_review", "waiting_for_signature", "port_submitted", "port_pending", "completed"]


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def sandbox(time: FakeTime) -> AsyncIterator[Sandbox]:
    async with Sandbox(now=time.now) as running:
        yield running


@pytest.fixture
async def twilio(sandbox: Sandbox, time: FakeTime) -> AsyncIterator[TwilioNumbers]:
    async with opened(sandbox, time) as client:
        yield client


@pytest.fixture
def watch(twilio: TwilioNumbers, time: FakeTime) -> Callable[..., Any]:
    def start(*arguments: Any, **options: Any) -> Any:
        return twilio.port_ins.watch(*arguments, now=time.now, **options)

    return start


Watch = Callable[..., Any]


async def create(twilio: TwilioNumbers, count: int, start: int = 0) -> str:
    port_in = await twilio.port_ins.create(plan_of(numbers(count, start)).requests[0])
    return port_in.port_in_request_sid or ""


def shown(change: PortInChange) -> tuple[str, str | None, str]:
    old = None if change.old_status is None else change.old_status.value
    return change.sid, old, change.new_status.value


def steps(changes: Sequence[PortInChange], kind: str) -> dict[str, list[str | None]]:
    """The statuses that each thing went through, beginning with the first old status."""
    found: dict[str, list[str | None]] = {}
    for change in changes:
        if change.kind == kind:
            sid, old, new = shown(change)
            history = found.setdefault(sid, [old])
            assert history[-1] == old
            history.append(new)
    return found


async def test_each_change_is_seen_once_to_the_end(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    sids = [await create(twilio, 3), await create(twilio, 2, 3)]
    time.on_sleep = sandbox.advance
    changes: list[PortInChange] = [change async for change in watch(sids, refresh=0)]
    assert steps(changes, "request") == {sid: [None, *REQUEST_STEPS] for sid in sids}
    by_number = steps(changes, "number")
    assert len(by_number) == 5
    assert all(history == [None, *NUMBER_STEPS] for history in by_number.values())
    assert time.slept == [60.0] * 4
    for change in changes:
        assert change.port_in.port_in_request_sid == change.port_in_request_sid
        if change.kind == "number":
            assert change.phone_number is not None
            assert change.phone_number.port_in_phone_number_sid == change.sid
        else:
            assert (change.phone_number, change.sid) == (None, change.port_in_request_sid)
    assert [change.is_terminal for change in changes if change.kind == "request"][-2:] == [True, True]
    assert isinstance(changes[0].new_status, PortInPhoneNumberStatus)
    assert isinstance(changes[-1].new_status, PortInStatus)


async def test_it_asks_little(sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime) -> None:
    sids = [await create(twilio, 1, at) for at in range(102)]
    moved: list[int] = []

    def now_and_then() -> None:
        moved.append(sandbox.advance(sids[0]) if len(time.slept) in {2, 5} else 0)
        if len(time.slept) == 7:
            for sid in sids:
                sandbox.expire(sid)

    time.on_sleep = now_and_then
    sandbox.reset_counters()
    changes = [change async for change in watch(sids, interval=10.0, refresh=1e9)]
    assert moved == [0, 1, 0, 0, 1, 0, 0]
    assert steps(changes, "request")[sids[0]] == [None, *REQUEST_STEPS[:3], "Expired"]
    # eight looks at two pages; at first each request, then what has moved, at last each again
    assert sandbox.operations[LIST] == 8 * 2
    assert sandbox.operations[FETCH] == 102 + 2 + 102


async def test_numbers_that_move_alone_are_seen_by_the_refresh(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    sid = await create(twilio, 1)
    sandbox.advance(sid, 2)
    time.on_sleep = lambda: sandbox.advance(sid) if len(time.slept) == 1 else None
    async with aclosing(watch(sid, interval=100.0, refresh=250.0)) as changes:
        assert [shown(await anext(changes))[1:] for _ in range(2)] == [
            (None, "port_submitted"),
            (None, "In Progress"),
        ]
        assert shown(await anext(changes))[1:] == ("port_submitted", "port_pending")
    assert time.slept == [100.0] * 3


async def test_the_refresh_keeps_step_with_the_interval(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    sid = await create(twilio, 1)
    sandbox.advance(sid, 2)
    time.on_sleep = lambda: sandbox.advance(sid) if len(time.slept) == 1 else None
    async with aclosing(watch(sid, interval=0.1)) as changes:
        assert [shown(await anext(changes))[2] for _ in range(3)] == [
            "port_submitted",
            "In Progress",
            "port_pending",
        ]
    assert time.slept == [0.1] * len(time.slept)
    assert len(time.slept) in {15, 16}


async def test_a_full_gate_is_sat_out(sandbox: Sandbox, time: FakeTime) -> None:
    async with opened(sandbox, time, concurrency=1, max_waiting=1) as twilio:
        sid = await create(twilio, 1)
        sandbox.expire(sid)
        stalled = sandbox.script(Fault.stall(), path=f"*/{sid}/PhoneNumber/*")
        in_line = [asyncio.create_task(twilio.port_in_phone_numbers.fetch(sid, NUMBER_SID)) for _ in range(2)]
        changes = twilio.port_ins.watch(sid, now=time.now)
        while not stalled.used:  # noqa: ASYNC110 - a rule tells nobody of it
            await asyncio.sleep(0)

        def make_room() -> None:
            for task in in_line:
                task.cancel()

        time.on_sleep = make_room
        assert [change.new_status.value async for change in changes] == ["expired", "Expired"]
        assert [seconds for seconds in time.slept if seconds] == [60.0]
        await asyncio.gather(*in_line, return_exceptions=True)


async def test_the_whole_account_is_watched(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    ended = await create(twilio, 1)
    sandbox.advance(ended, 4)
    under_way = await create(twilio, 1, 1)
    later: list[str] = []
    async with aclosing(watch()) as changes:
        first = [await anext(changes), await anext(changes)]
        assert {change.port_in_request_sid for change in first} == {under_way}
        time.moment = time.moment.replace(month=7)  # the list is read from the last look on
        later.append(await create(twilio, 1, 2))
        second = [await anext(changes), await anext(changes)]
        assert {change.port_in_request_sid for change in second} == {later[0]}
        sandbox.advance(under_way)
        assert {(await anext(changes)).port_in_request_sid for _ in range(2)} == {under_way}
        sandbox.reset_counters()
        sandbox.expire(later[0])
        assert {(await anext(changes)).port_in_request_sid for _ in range(2)} == {later[0]}
    assert sandbox.operations[FETCH] == 1
    assert sandbox.operations[LIST] == 2  # what is new, and the older one that is under way


async def test_what_ended_while_nobody_watched_is_told(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch
) -> None:
    long_ago = await create(twilio, 1)
    sandbox.expire(long_ago)
    known = await create(twilio, 1, 1)
    state: dict[str, Any] = {}
    async with aclosing(watch(state=state)) as changes:
        await anext(changes)
        await anext(changes)
    unknown = await create(twilio, 1, 2)
    sandbox.expire(known)
    sandbox.expire(unknown)
    async with aclosing(watch(state=json.loads(json.dumps(state)))) as changes:
        seen = Counter([(await anext(changes)).port_in_request_sid for _ in range(4)])
    assert seen == {known: 2, unknown: 2}


async def test_an_account_without_port_ins_is_known_to_have_none(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    state: dict[str, Any] = {}

    def stop() -> None:
        raise RuntimeError("enough")

    time.on_sleep = stop
    with pytest.raises(RuntimeError, match="enough"):
        await anext(watch(state=state))
    sid = await create(twilio, 1)
    sandbox.expire(sid)
    async with aclosing(watch(state=state)) as changes:
        assert shown(await anext(changes))[1:] == (None, "expired")


def finished(changes: Sequence[PortInChange]) -> bool:
    return sum(change.is_terminal and change.kind == "request" for change in changes) == 2


@pytest.mark.parametrize("everything", [True, False])
async def test_on_from_a_saved_state_no_change_is_lost_and_none_comes_twice(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime, everything: bool
) -> None:
    sids = [await create(twilio, 2), await create(twilio, 1, 2)]
    time.on_sleep = sandbox.advance
    saved = "{}"
    seen: list[PortInChange] = []
    asked: Any = None if everything else sids
    while not finished(seen):
        # each run handles up to two changes, and ends before it has saved the third
        state: dict[str, Any] = json.loads(saved)
        left = 2
        async with aclosing(watch(asked, refresh=0, state=state)) as changes:
            async for change in changes:
                if left == 0:
                    break
                left -= 1
                seen.append(change)
                saved = json.dumps(state)
                if finished(seen):
                    break
    assert steps(seen, "request") == {sid: [None, *REQUEST_STEPS] for sid in sids}
    assert list(steps(seen, "number").values()) == [[None, *NUMBER_STEPS]] * 3
    if not everything:
        assert [change async for change in watch(sids, state=json.loads(saved))] == []


async def test_what_was_not_saved_comes_again(twilio: TwilioNumbers, watch: Watch) -> None:
    sid = await create(twilio, 1)
    state: dict[str, Any] = {}
    async with aclosing(watch(sid, state=state)) as changes:
        await anext(changes)
        saved = json.dumps(state)
        lost = await anext(changes)
    async with aclosing(watch(sid, state=json.loads(saved))) as changes:
        assert shown(await anext(changes)) == shown(lost)


@pytest.mark.parametrize("everything", [True, False])
async def test_what_is_found_first_can_be_taken_as_known(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime, everything: bool
) -> None:
    sid = await create(twilio, 1)
    time.on_sleep = lambda: sandbox.advance(sid)
    async with aclosing(watch(None if everything else sid, initial=False)) as changes:
        assert shown(await anext(changes))[1:] == ("in_review", "waiting_for_signature")
        assert shown(await anext(changes)) == (sid, "In Review", "Waiting for Signature")


async def test_a_spelling_is_no_change(twilio: TwilioNumbers, watch: Watch) -> None:
    sid = await create(twilio, 1)
    port_in = await twilio.port_ins.fetch(sid)
    assert port_in.phone_numbers is not None
    number = port_in.phone_numbers[0].port_in_phone_number_sid
    await twilio.port_ins.cancel(sid)
    state: dict[str, Any] = {"requests": {sid: {"status": "cancelled", "numbers": {number: "In Review"}}}}
    changes = [change async for change in watch(sid, state=state)]
    assert [shown(change) for change in changes] == [(number, "in_review", "canceled")]
    assert state == {"requests": {sid: {"status": "cancelled", "done": True}}}


async def test_failures_that_pass_are_sat_out(
    sandbox: Sandbox,
    twilio: TwilioNumbers,
    watch: Watch,
    time: FakeTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sids = [await create(twilio, 1), await create(twilio, 1, 1)]
    for sid in sids:
        sandbox.expire(sid)
    sandbox.script(Fault.error(503), times=4, path="/v1/Porting/PortIn/PortInRequests")
    sandbox.script(Fault.html(503), times=2, path=f"/v1/Porting/PortIn/{sids[1]}")
    with caplog.at_level(logging.WARNING, logger="twilio_numbers_async"):
        changes = [change async for change in watch(sids)]
    assert list(steps(changes, "request")) == sids
    assert [seconds for seconds in time.slept if seconds] == [60.0] * 3
    message = "watching port-ins failed (ServerError), looking again later"
    told = [record.getMessage() for record in caplog.records if not hasattr(record, "event")]
    assert told == [message] * 3


async def test_its_patience_has_an_end(
    sandbox: Sandbox, twilio: TwilioNumbers, watch: Watch, time: FakeTime
) -> None:
    sid = await create(twilio, 1)
    sandbox.script(Fault.error(503), times=None, path="/v1/Porting/PortIn/PortInRequests")
    with pytest.raises(ServerError):
        await anext(watch(sid, patience=150.0))
    assert [seconds for seconds in time.slept if seconds] == [60.0] * 3


async def test_what_does_not_pass_is_raised(sandbox: Sandbox, watch: Watch) -> None:
    with pytest.raises(NotFoundError):
        await anext(watch("KW" + "0" * 32))
    sandbox.script(Fault.garbage(), path="/v1/Porting/PortIn/PortInRequests")
    with pytest.raises(DecodeError):
        await anext(watch("KW" + "0" * 32))


@pytest.mark.parametrize(
    ("sids", "options", "argument"),
    [
        ([], {}, "sids"),
        (["KW" + "0" * 32, "PU" + "0" * 32], {}, "sids[1]"),
        (None, {"interval": 0}, "interval"),
        (None, {"interval": float("nan")}, "interval"),
        (None, {"refresh": -1}, "refresh"),
        (None, {"patience": -1}, "patience"),
        (None, {"state": {"requests": []}}, "state"),
        (None, {"state": {"requests": {"KW": {"done": "x"}}}}, "state"),
    ],
)
async def test_bad_values_are_refused_at_once(
    watch: Watch, sids: Any, options: dict[str, Any], argument: str
) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        watch(sids, **options)
    assert caught.value.argument == argument


async def test_a_change_is_shown_without_its_number(twilio: TwilioNumbers, watch: Watch) -> None:
    sid = await create(twilio, 1)
    async with aclosing(watch(sid)) as changes:
        number, request = await anext(changes), await anext(changes)
    assert repr(request) == f"PortInChange(request {sid}: None -> 'In Review')"
    assert repr(number) == f"PortInChange(number {number.sid}: None -> 'in_review')"


# answers that the sandbox does not give

SID = "KW" + "a" * 32


def row(status: str | None, **fields: Any) -> dict[str, Any]:
    return {"port_in_request_sid": SID, "port_in_request_status": status, **fields}


def request(status: str | None, *numbers: tuple[str | None, str | None]) -> dict[str, Any]:
    lines = [{"port_in_phone_number_sid": sid, "port_in_phone_number_status": of} for sid, of in numbers]
    return {"port_in_request_sid": SID, "port_in_request_status": status, "phone_numbers": lines or None}


async def watched(
    rows: list[dict[str, Any]], requests: list[dict[str, Any]]
) -> list[tuple[str, str | None, str]]:
    """The changes of a server that gives one row and one request at each look, the last ones for ever."""

    def following(answers: list[dict[str, Any]]) -> dict[str, Any]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def serve(connection: Connection, received: Received) -> None:
        if received.path.endswith("PortInRequests"):
            await json_reply({"port_in_requests": [following(rows)]})(connection, received)
        else:
            await json_reply(following(requests))(connection, received)

    async with (
        raw_server(serve) as server,
        TwilioNumbers(ACCOUNT, "token", base_url=server.url, runtime=FakeTime().runtime) as twilio,
    ):
        return [shown(change) async for change in twilio.port_ins.watch(SID, refresh=0)]


ONE, TWO = "PU" + "1" * 32, "PU" + "2" * 32


async def test_numbers_may_end_a_little_later_than_their_request() -> None:
    changes = await watched(
        [row("Canceled")],
        [
            request("Canceled", (ONE, "canceling"), (TWO, "port_rejected")),
            request("Canceled", (ONE, "canceled"), (TWO, "port_rejected")),
        ],
    )
    assert changes == [
        (ONE, None, "canceling"),
        (TWO, None, "port_rejected"),
        (SID, None, "Canceled"),
        (ONE, "canceling", "canceled"),
    ]


async def test_numbers_that_never_end_do_not_keep_it() -> None:
    changes = await watched([row("Completed")], [request("Completed", (ONE, "port_pending"))])
    assert changes == [(ONE, None, "port_pending"), (SID, None, "Completed")]


async def test_the_list_may_know_of_the_end_first() -> None:
    assert await watched([row("EXPIRED")], [request("pending")]) == [(SID, None, "Expired")]


async def test_of_a_request_without_a_status_the_list_tells() -> None:
    changes = await watched(
        [row("In Review"), row("Completed")], [request(None, (None, "in_review"), (ONE, None))]
    )
    assert changes == [(SID, None, "In Review"), (SID, "In Review", "Completed")]


async def test_without_any_status_there_is_no_change() -> None:
    rows = [row(None), {"port_in_request_status": "Completed"}, row("Completed")]
    assert await watched(rows, [request(None)]) == [(SID, None, "Completed")]


async def test_a_status_that_is_not_known_is_kept() -> None:
    changes = await watched(
        [row("Held", phone_numbers_ported=0), row("HELD", phone_numbers_ported=1), row("Completed")],
        [request("Held", (ONE, "on_hold")), request("HELD", (ONE, "On Hold")), request("Completed")],
    )
    assert changes == [(ONE, None, "on_hold"), (SID, None, "Held"), (SID, "Held", "Completed")]


def test_a_change_holds_the_request() -> None:
    change = PortInChange(
        kind="request",
        sid=SID,
        port_in_request_sid=SID,
        old_status=PortInStatus.IN_REVIEW,
        new_status=PortInStatus.COMPLETED,
        port_in=PortIn(),
    )
    assert change.is_terminal
    assert repr(change) == f"PortInChange(request {SID}: 'In Review' -> 'Completed')"
