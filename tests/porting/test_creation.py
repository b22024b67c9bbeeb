"""Creating the port-ins of a plan against the sandbox: each once, whatever is lost on the way."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    AuthenticationError,
    ConnectError,
    DecodeError,
    InvalidArgumentError,
    InvalidRequestError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.models import PortIn, PortInCreate
from twilio_numbers_async.porting.creation import PortInOutcome
from twilio_numbers_async.porting.plan import PortInPlan
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.sweep import Journal, JournalError
from twilio_numbers_async.transport.client_state import Exchange

from .details import FakeTime, checked, numbers, opened, outcomes, plan_of, ported

CREATE = "CreatePortingPortIn"
LIST = "ListPortInRequests"
PATH = "/v1/Porting/PortIn"


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
def journal(tmp_path: Path) -> Path:
    return tmp_path / "ports.journal"


def plan(*sizes: int) -> PortInPlan:
    """A plan with requests of these sizes; not by the planner, which would fill them up."""
    requests: list[PortInCreate] = []
    for size in sizes:
        start = sum(len(request.phone_numbers) for request in requests)
        requests += plan_of(outcomes(checked(start + size))[start:]).requests
    return PortInPlan(requests=requests, left_out=[], duplicates={}, problems=[])


class Doing:
    """Runs create_all in the test's own time."""

    def __init__(self, twilio: TwilioNumbers, time: FakeTime) -> None:
        self.twilio = twilio
        self.time = time

    async def __call__(self, plan: PortInPlan, journal: Any = None, **options: Any) -> list[PortInOutcome]:
        return await self.twilio.port_ins.create_all(plan, journal=journal, now=self.time.now, **options)


@pytest.fixture
def create_all(twilio: TwilioNumbers, time: FakeTime) -> Doing:
    return Doing(twilio, time)


def shown(outcomes: list[PortInOutcome]) -> list[str]:
    return [
        "unknown"
        if outcome.is_unknown
        else "kept"
        if outcome.from_journal
        else "created"
        if outcome.ok
        else type(outcome.error).__name__
        for outcome in outcomes
    ]


async def test_a_plan_is_created(sandbox: Sandbox, create_all: Doing, time: FakeTime) -> None:
    plan = plan_of(outcomes(checked(2500)))
    created = await create_all(plan)
    assert shown(created) == ["created"] * 3
    assert [outcome.index for outcome in created] == [0, 1, 2]
    assert [outcome.input for outcome in created] == plan.requests
    assert (
        tuple(outcome.result.port_in_request_sid for outcome in created if outcome.result)
        == sandbox.port_in_sids
    )
    assert created[0].checked_at == time.moment
    assert created[2].as_row()["port_in_request_status"] == "In Review"
    assert [len(group) for group in await ported(create_all.twilio)] == [1000, 1000, 500]
    assert sandbox.operations[CREATE] == 3
    assert time.slept == []


async def test_a_plan_that_is_not_ready_is_refused(sandbox: Sandbox, create_all: Doing) -> None:
    with pytest.raises(InvalidArgumentError, match="not ready: 2 errors, the first: documents needs"):
        await create_all(plan_of([], documents=[]))
    assert sandbox.requests == 0


async def test_times_are_checked(create_all: Doing) -> None:
    for within in (-1, float("inf"), float("nan"), "30"):
        with pytest.raises(InvalidArgumentError, match="settle_within"):
            await create_all(plan(1), settle_within=within)


async def test_what_is_no_plan_or_request_is_refused_before_anything_is_sent(
    sandbox: Sandbox, create_all: Doing
) -> None:
    bad: Any
    for bad in (None, [], plan(1).requests):
        with pytest.raises(InvalidArgumentError, match="plan must be a PortInPlan"):
            await create_all(bad)
    for bad in (None, "", plan(1)):
        with pytest.raises(InvalidArgumentError, match="port_in must be a PortInCreate"):
            await create_all.twilio.port_ins.create(bad)
    assert sandbox.requests == 0


async def test_a_full_gate_does_not_end_it_half_way(sandbox: Sandbox, time: FakeTime) -> None:
    async with opened(sandbox, time, concurrency=1, max_waiting=1) as twilio:
        stalled = sandbox.script(Fault.stall(), path="*/PhoneNumber/*")
        sids = "KW" + "a" * 32, "PU" + "a" * 32
        in_line = [asyncio.create_task(twilio.port_in_phone_numbers.fetch(*sids)) for _ in range(2)]
        while not stalled.used:  # noqa: ASYNC110 - a rule tells nobody of it
            await asyncio.sleep(0)
        creating = asyncio.create_task(twilio.port_ins.create_all(plan(1), now=time.now))
        while twilio.gate.snapshot().waiting < 2 and not creating.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        for task in in_line:
            task.cancel()
        assert shown(await creating) == ["created"]
        await asyncio.gather(*in_line, return_exceptions=True)


@pytest.mark.parametrize("fault", [Fault.drop_after(), Fault.cut()])
async def test_a_lost_answer_is_looked_up(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime, fault: Fault
) -> None:
    sandbox.script(fault, times=None, method="POST", path=PATH)
    assert shown(await create_all(plan(3, 2, 1), journal)) == ["created"] * 3
    assert sandbox.operations[CREATE] == 3
    assert time.slept == []  # all were there at the first look
    assert await ported(create_all.twilio) == [numbers(3), numbers(2, 3), numbers(1, 5)]
    assert shown(await create_all(plan(3, 2, 1), journal)) == ["kept"] * 3
    assert sandbox.operations[CREATE] == 3


async def test_only_what_may_be_ours_is_looked_at(sandbox: Sandbox, create_all: Doing) -> None:
    for size in (1, 2):
        await create_all.twilio.port_ins.create(plan_of(numbers(size, 100 * size)).requests[0])
    sandbox.script(Fault.drop_after(), skip=1, method="POST", path=PATH)
    assert shown(await create_all(plan(1, 2, 3))) == ["created"] * 3
    assert sandbox.operations[LIST] == 2
    assert sandbox.operations["FetchPortingPortIn"] == 1


async def test_what_was_there_before_is_not_taken_for_ours(sandbox: Sandbox, create_all: Doing) -> None:
    earlier = await create_all.twilio.port_ins.create(plan(2).requests[0])
    await create_all.twilio.port_ins.cancel(earlier.port_in_request_sid or "")
    sandbox.script(Fault.drop(), method="POST", path=PATH)
    assert shown(await create_all(plan(2))) == ["unknown"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.drop(), TransportError),
        (Fault.error(500), ServerError),
        (Fault.html(502), ServerError),
        (Fault.garbage(), DecodeError),
        (Fault.error(408), Exception),
    ],
)
async def test_what_does_not_show_is_unknown_and_not_sent_again(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime, fault: Fault, error: type[Exception]
) -> None:
    sandbox.script(fault, skip=1, method="POST", path=PATH)
    first = await create_all(plan(1, 2, 3), journal)
    assert shown(first) == ["created", "unknown", "created"]
    assert isinstance(first[1].error, error)
    assert sandbox.operations[CREATE] == 3
    assert sum(time.slept) == 30.0
    # it is not there after all this time, so now it is sent
    assert shown(await create_all(plan(1, 2, 3), journal)) == ["kept", "created", "kept"]
    assert sandbox.operations[CREATE] == 4
    assert sum(time.slept) == 30.0
    assert await ported(create_all.twilio) == [numbers(1), numbers(3, 3), numbers(2, 1)]
    assert shown(await create_all(plan(1, 2, 3), journal)) == ["kept"] * 3


@pytest.mark.parametrize(
    "silent", [Fault.answer(200, {"phone_numbers": None}), Fault.answer(200, {}), Fault.error(404)]
)
async def test_one_that_may_be_it_and_does_not_say_its_numbers_is_not_sent_again(
    sandbox: Sandbox, create_all: Doing, journal: Path, silent: Fault
) -> None:
    sandbox.script(Fault.drop_after(), method="POST", path=PATH)
    is_silent = sandbox.script(silent, times=None, path=f"{PATH}/KW*")
    assert shown(await create_all(plan(2, 1), journal)) == ["unknown", "created"]
    again, other = await create_all(plan(2, 1), journal)
    assert (again.is_unknown, other.from_journal) == (True, True)
    assert again.error is not None
    assert again.error.may_have_been_processed
    assert sandbox.port_in_sids[0] in str(again.error)
    (within,) = await create_all(plan_of(numbers(1)), journal)
    assert isinstance(within.error, InvalidArgumentError)  # one of its numbers in another request
    assert sandbox.operations[CREATE] == 2
    is_silent.cancel()
    assert shown(await create_all(plan(2, 1), journal)) == ["kept", "kept"]
    assert sandbox.operations[CREATE] == 2


async def test_without_a_wait_it_looks_once(sandbox: Sandbox, create_all: Doing, time: FakeTime) -> None:
    sandbox.script(Fault.drop(), method="POST", path=PATH)
    assert shown(await create_all(plan(1), settle_within=0)) == ["unknown"]
    assert sandbox.operations[LIST] == 2
    assert time.slept == []


async def test_what_shows_late_is_found(sandbox: Sandbox, create_all: Doing, time: FakeTime) -> None:
    sandbox.script(Fault.drop(), method="POST", path=PATH)
    late: list[asyncio.Task[PortIn]] = []

    def appear() -> None:
        if len(time.slept) == 3:
            late.append(asyncio.create_task(create_all.twilio.port_ins.create(plan(2).requests[0])))

    time.on_sleep = appear
    assert shown(await create_all(plan(2))) == ["created"]
    assert sandbox.operations[CREATE] == 2  # the other one is the test's own
    assert (await late[0]).port_in_request_sid == sandbox.port_in_sids[0]


async def test_a_look_that_fails_is_not_the_end(sandbox: Sandbox, create_all: Doing) -> None:
    sandbox.script(Fault.drop_after(), method="POST", path=PATH)
    sandbox.script(Fault.error(500), times=2, skip=1, path=f"{PATH}/PortInRequests")
    sandbox.script(Fault.error(404), path=f"{PATH}/KW*")
    sandbox.script(Fault.answer(200, {"phone_numbers": None}), path=f"{PATH}/KW*")
    assert shown(await create_all(plan(2))) == ["created"]


async def test_where_it_cannot_look_it_stays_unknown_and_is_not_sent(
    sandbox: Sandbox, create_all: Doing, journal: Path
) -> None:
    sandbox.script(Fault.drop_after(), method="POST", path=PATH)
    broken = sandbox.script(Fault.error(500), times=None, skip=1, path=f"{PATH}/PortInRequests")
    assert shown(await create_all(plan(2), journal)) == ["unknown"]
    with pytest.raises(ServerError):
        await create_all(plan(2), journal)
    assert sandbox.operations[CREATE] == 1
    broken.cancel()
    (outcome,) = await create_all(plan(2), journal)
    assert outcome.ok
    assert sandbox.operations[CREATE] == 1


async def test_a_refused_request_can_be_mended_and_sent_again(
    sandbox: Sandbox, create_all: Doing, journal: Path
) -> None:
    sandbox.script(Fault.error(400, 22171, "A field is missing"), skip=1, method="POST", path=PATH)
    first = await create_all(plan(1, 2), journal)
    assert shown(first) == ["created", "InvalidRequestError"]
    assert isinstance(first[1].error, InvalidRequestError)
    assert shown(await create_all(plan(1, 2), journal)) == ["kept", "created"]


async def test_what_cannot_be_sent_is_an_outcome(sandbox: Sandbox, create_all: Doing) -> None:
    requests = plan_of(numbers(1), account_sid="AC1").requests
    bad = PortInPlan(requests=requests, left_out=[], duplicates={}, problems=[])
    assert shown(await create_all(bad)) == ["InvalidArgumentError"]
    assert sandbox.operations[CREATE] == 0


async def test_a_connection_that_is_not_made_sends_nothing(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime
) -> None:
    await sandbox.stop()
    with pytest.raises(ConnectError):
        await create_all(plan(1), journal)
    await sandbox.start()
    assert shown(await create_all(plan(1), journal)) == ["created"]
    assert time.slept == [0.0]  # between the two tries of the first look


async def test_refused_credentials_stop_it_before_anything_is_sent(sandbox: Sandbox, time: FakeTime) -> None:
    async with opened(sandbox, time, auth_token="wrong") as twilio:
        with pytest.raises(AuthenticationError):
            await twilio.port_ins.create_all(plan(1))
    assert sandbox.operations[CREATE] == 0


async def test_refused_credentials_stop_the_rest(sandbox: Sandbox, create_all: Doing, journal: Path) -> None:
    sandbox.script(Fault.error(403, 20003), skip=1, method="POST", path=PATH)
    first = await create_all(plan(1, 2, 3), journal)
    assert shown(first) == ["created", "PermissionDeniedError", "PermissionDeniedError"]
    assert sandbox.operations[CREATE] == 2
    assert shown(await create_all(plan(1, 2, 3), journal)) == ["kept", "created", "created"]


async def test_429_is_sent_again(sandbox: Sandbox, create_all: Doing) -> None:
    sandbox.script(Fault.rate_limited(), times=2, method="POST", path=PATH)
    assert shown(await create_all(plan(1))) == ["created"]
    assert len(sandbox.port_in_sids) == 1


# the journal


async def test_what_makes_a_request_the_same_is_its_numbers(
    sandbox: Sandbox, create_all: Doing, journal: Path
) -> None:
    first = await create_all(plan(2, 1), journal)
    other = plan_of(outcomes(checked(2))[::-1], notification_emails=["other@example.com"])
    second = await create_all(other, str(journal))
    assert shown(second) == ["kept"]
    assert second[0].result == first[0].result
    assert sandbox.operations[CREATE] == 2


async def test_numbers_that_are_in_another_request_are_not_sent_again(
    sandbox: Sandbox, create_all: Doing, journal: Path
) -> None:
    await create_all(plan(2, 2), journal)
    refused = await create_all(plan_of(numbers(2, 3)), journal)
    assert shown(refused) == ["InvalidArgumentError"]
    sid = sandbox.port_in_sids[1]
    assert str(refused[0].error) == (
        f"plan.requests[0] has numbers that are in the port-in {sid} already: plan without them"
    )
    assert sandbox.operations[CREATE] == 2


@pytest.mark.parametrize(
    ("fault", "words"), [(None, "in the port-in KW"), (Fault.drop(), "in a request whose fate is unknown")]
)
async def test_a_plan_that_has_a_number_twice_sends_it_once(
    sandbox: Sandbox, create_all: Doing, fault: Fault | None, words: str
) -> None:
    if fault is not None:
        sandbox.script(fault, method="POST", path=PATH)
    twice = PortInPlan(requests=plan(2).requests * 2, left_out=[], duplicates={}, problems=[])
    first, second = await create_all(twice)
    assert isinstance(second.error, InvalidArgumentError)
    assert words in str(second.error)
    assert sandbox.operations[CREATE] == 1
    assert first.is_unknown is (fault is not None)


async def test_a_journal_object_is_taken_for_its_path(
    sandbox: Sandbox, create_all: Doing, journal: Path
) -> None:
    await create_all(plan(1), Journal(journal))
    assert shown(await create_all(plan(1), journal)) == ["kept"]


async def test_a_run_that_was_cancelled_goes_on(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime
) -> None:
    stalled = sandbox.script(Fault.stall(), skip=1, method="POST", path=PATH)
    run = asyncio.create_task(create_all(plan(1, 2), journal))
    while not stalled.used:  # noqa: ASYNC110 - the sandbox tells nobody
        await asyncio.sleep(0.001)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    time.moment += dt.timedelta(seconds=20)
    # it may still be under way: it is given the rest of its time before it is sent again
    assert shown(await create_all(plan(1, 2), journal)) == ["kept", "created"]
    assert sum(time.slept) == 10.0
    assert await ported(create_all.twilio) == [numbers(1), numbers(2, 1)]


async def test_a_clock_that_was_set_back_does_not_make_it_wait_for_ever(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime
) -> None:
    sandbox.script(Fault.drop(), method="POST", path=PATH)
    await create_all(plan(1), journal, settle_within=0)
    time.moment = time.moment.replace(month=1)
    assert shown(await create_all(plan(1), journal)) == ["created"]
    assert sum(time.slept) == 30.0


async def test_its_time_counts_from_when_it_was_given_up(
    sandbox: Sandbox, journal: Path, time: FakeTime
) -> None:
    def takes_long(exchange: Exchange) -> None:
        if exchange.method == "POST":
            time.moment += dt.timedelta(seconds=50)

    sandbox.script(Fault.drop(), method="POST", path=PATH)
    async with opened(sandbox, time, on_response=takes_long) as twilio:
        create_all = Doing(twilio, time)
        assert shown(await create_all(plan(1), journal, settle_within=10)) == ["unknown"]
        assert sum(time.slept) == 10.0
        # a later run with another opinion waits for the rest of it
        assert shown(await create_all(plan(1), journal, settle_within=25)) == ["created"]
        assert sum(time.slept) == 25.0


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_its_owner_may_read_it(create_all: Doing, journal: Path) -> None:
    await create_all(plan(1), journal)
    assert mode_of(journal) == 0o600


async def test_one_run_at_a_time(sandbox: Sandbox, create_all: Doing, journal: Path) -> None:
    stalled = sandbox.script(Fault.stall(), method="POST", path=PATH)
    run = asyncio.create_task(create_all(plan(1), journal))
    while not stalled.used:  # noqa: ASYNC110 - the sandbox tells nobody
        await asyncio.sleep(0.001)
    with pytest.raises(JournalError, match="is in use"):
        await create_all(plan(1), journal)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


async def test_a_journal_of_another_account_is_refused_before_anything_is_sent(
    sandbox: Sandbox, create_all: Doing, journal: Path, time: FakeTime
) -> None:
    """A request of one account that got no answer cannot be seen from the other: it would be sent twice."""
    sandbox.script(Fault.drop(), method="POST", path=PATH)
    assert shown(await create_all(plan(1), journal)) == ["unknown"]
    other = "AC" + "b" * 32
    sandbox.accounts.add(other, "another-token")
    asked = sandbox.requests
    async with opened(sandbox, time, account_sid=other, auth_token="another-token") as twilio:
        with pytest.raises(JournalError, match="is of another account: give another path"):
            await twilio.port_ins.create_all(plan(1), journal=journal)
    assert sandbox.requests == asked
    assert shown(await create_all(plan(1), journal)) == ["created"]


async def test_a_file_that_is_no_journal_is_not_touched(
    sandbox: Sandbox, create_all: Doing, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    text = tmp_path / "numbers.csv"
    text.write_text("number\n" * 500)
    swept = tmp_path / "sweep.journal"
    async with twilio.portability.sweep(numbers(1), journal=Journal(swept)) as sweep:
        assert len([outcome async for outcome in sweep]) == 1
    for path in (text, swept):
        before = path.read_bytes()
        with pytest.raises(JournalError, match="is no journal of port-ins: give another path"):
            await create_all(plan(1), path)
        assert path.read_bytes() == before
    with pytest.raises(JournalError, match="cannot be opened: No such file"):
        await create_all(plan(1), tmp_path / "none" / "ports.journal")
    with pytest.raises(JournalError, match="cannot be opened"):
        await create_all(plan(1), tmp_path)
    assert sandbox.operations[CREATE] == 0


FAULTS = [
    None,
    Fault.drop(),
    Fault.drop_after(),
    Fault.cut(),
    Fault.error(500),
    Fault.error(400),
    Fault.rate_limited(),
    Fault.garbage(),
]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_goes_wrong_each_is_created_once(
    sandbox: Sandbox, create_all: Doing, journal: Path, seed: int
) -> None:
    chance = random.Random(seed)
    sizes = [chance.randint(1, 3) for _ in range(4)]
    for _ in range(20):
        for fault in chance.choices(FAULTS, k=6):
            if fault is not None:
                sandbox.script(fault, skip=chance.randint(0, 2), path=PATH)
                sandbox.script(Fault.error(503), skip=chance.randint(1, 3), path=f"{PATH}/*")
        try:
            run = await create_all(plan(*sizes), journal)
        except ServerError:
            continue  # it could not look
        finally:
            sandbox.forget_script()
        if all(outcome.ok for outcome in run):
            break
    assert shown(await create_all(plan(*sizes), journal)) == ["kept"] * 4
    groups = await ported(create_all.twilio)
    assert sorted(map(len, groups)) == sorted(sizes)
    assert sorted(str(number) for group in groups for number in group) == numbers(sum(sizes))
