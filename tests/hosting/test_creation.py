"""Creating the orders and letters of a plan, each once: over sockets, with answers lost and refused."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.errors import (
    AuthenticationError,
    InvalidArgumentError,
    JournalError,
    NotFoundError,
    TransportError,
    TwilioNumbersError,
)
from twilio_numbers_async.hosting.outcome import HostingOutcome
from twilio_numbers_async.hosting.plan import HostingPlan
from twilio_numbers_async.sandbox import Fault, Sandbox

from .details import FakeTime, eligible, numbers, opened, plan_of

BULK, ORDER, LETTER = "CreateBulkHostedNumberOrder", "CreateHostedNumberOrder", "CreateAuthorizationDocument"
PATHS = {
    BULK: "/v2/HostedNumber/Orders/Bulk",
    ORDER: "/v2/HostedNumber/Orders",
    LETTER: "/v2/HostedNumber/AuthorizationDocuments",
}


async def planned(twilio: TwilioNumbers, count: int, **details: Any) -> HostingPlan:
    """A plan for that many numbers, with an address that is there."""
    address = await twilio.addresses.ensure(
        customer_name="Example Ltd", street="1 Example St", city="Springfield", region="IL",
        postal_code="62701", iso_country="US",
    )  # fmt: skip
    return plan_of(eligible(count), address=address, **details)


def statuses(outcomes: list[HostingOutcome]) -> Counter[str]:
    return Counter(str(outcome.result.status) if outcome.ok else "none" for outcome in outcomes)


def verify(sandbox: Sandbox) -> None:
    """Let all numbers be called, and the codes be typed."""
    sandbox.hosted_number_orders.advance(steps=3)


def sent(sandbox: Sandbox) -> list[int]:
    return [sandbox.operations[name] for name in (BULK, ORDER, LETTER)]


@pytest.mark.parametrize(
    ("details", "expected"),
    [({}, [1, 0, 1]), ({"bulk_size": 3}, [2, 1, 1]), ({"cc_emails": "a@example.com"}, [0, 7, 1])],
)
async def test_orders_and_then_letters(tmp_path: Path, details: dict[str, Any], expected: list[int]) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 7, **details)
        first = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.phone_number for outcome in first] == numbers(7)
        assert [outcome.input for outcome in first] == numbers(7)
        assert statuses(first) == {"received": 7}
        assert not any(outcome.from_journal or outcome.was_there or outcome.is_unknown for outcome in first)
        assert all("verify(sid)" in (outcome.advice or "") for outcome in first)
        assert sent(sandbox) == [*expected[:2], 0], "no letter for orders that are not verified"
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600

        verify(sandbox)
        second = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(second) == {"pending-loa": 7}
        assert all(outcome.from_journal for outcome in second)
        assert len({outcome.result.signing_document_sid for outcome in second}) == 1
        assert {outcome.advice for outcome in second} == {"The owner signs the letter of authorization."}
        third = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.result for outcome in third] == [outcome.result for outcome in second]
        assert sent(sandbox) == expected


async def test_the_letters_of_bulk_requests_are_not_sent_again() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        sandbox.hosted_number_orders.bulk_letters = True
        outcomes = await twilio.hosted_number_orders.create_all(await planned(twilio, 3), now=time.now)
        assert statuses(outcomes) == {"pending-loa": 3}
        assert sent(sandbox) == [1, 0, 0]


@pytest.mark.parametrize("name", [BULK, ORDER, LETTER])
@pytest.mark.parametrize("with_journal", [True, False])
async def test_a_lost_answer_is_looked_up(tmp_path: Path, name: str, with_journal: bool) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal" if with_journal else None
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 4, bulk_size=1 if name == ORDER else 10)
        sandbox.script(Fault.drop_after(), times=None, method="POST", path=PATHS[name])
        for status in ("received", "pending-loa", "pending-loa"):
            outcomes = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
            assert statuses(outcomes) == {status: 4}
            if status == "received":
                verify(sandbox)
        assert sent(sandbox) == ([0, 4, 1] if name == ORDER else [1, 0, 1])


@pytest.mark.parametrize("name", [BULK, ORDER])
async def test_what_never_came_is_sent_again_by_the_next_run(tmp_path: Path, name: str) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3, bulk_size=1 if name == ORDER else 10)
        rule = sandbox.script(Fault.drop(), times=None, method="POST", path=PATHS[name])
        first = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.is_unknown for outcome in first] == [True] * 3
        assert all(isinstance(outcome.error, TransportError) for outcome in first)
        assert all(outcome.advice is None for outcome in first)
        rule.cancel()
        asked = sandbox.operations[name]
        second = await twilio.hosted_number_orders.create_all(
            plan, journal=journal, settle_within=30.0, now=time.now
        )
        assert statuses(second) == {"received": 3}
        assert sandbox.operations[name] == asked + (3 if name == ORDER else 1)
        assert sum(time.slept) >= 30.0, "it was looked for first"


async def test_a_letter_that_never_came_is_sent_again(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3)

        async def create() -> list[HostingOutcome]:
            return await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)

        await create()
        verify(sandbox)
        sandbox.script(Fault.drop(), times=1, method="POST", path=PATHS[LETTER])
        outcomes = await create()
        assert statuses(outcomes) == {"verified": 3}
        assert all(isinstance(outcome.letter_error, TransportError) for outcome in outcomes)
        sandbox.script(Fault.error(400), times=1, method="POST", path=PATHS[LETTER])
        refused = await create()
        assert {getattr(outcome.letter_error, "status", None) for outcome in refused} == {400}
        outcomes = await create()
        assert statuses(outcomes) == {"pending-loa": 3}
        assert [outcome.letter_error for outcome in outcomes] == [None] * 3
        # Canceled by hand, its orders get another one; while it waits, they do not.
        await twilio.authorization_documents.cancel(outcomes[0].result.signing_document_sid or "")
        again = await create()
        assert statuses(again) == {"pending-loa": 3}
        assert len(sandbox.authorization_documents.sids) == 2


async def test_what_is_there_is_taken_and_never_ordered_again() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 5)
        await twilio.hosted_number_orders.create_all(plan, now=time.now)
        again = await twilio.hosted_number_orders.create_all(plan, now=time.now)
        assert [(outcome.was_there, outcome.from_journal) for outcome in again] == [(True, False)] * 5
        more = await planned(twilio, 30)
        outcomes = await twilio.hosted_number_orders.create_all(more, now=time.now)
        assert sum(outcome.was_there for outcome in outcomes) == 5
        assert sent(sandbox) == [2, 0, 0]
        assert len(sandbox.hosted_number_orders.sids) == 30


async def test_a_failed_order_is_made_again_with_another_journal_only(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2)
        await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "a", now=time.now)
        sandbox.hosted_number_orders.reject(numbers(1)[0])
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "a", now=time.now)
        assert statuses(outcomes) == {"failed": 1, "received": 1}
        assert "The order failed: The carrier refuses. " in (outcomes[0].advice or "")
        assert len(sandbox.hosted_number_orders.sids) == 2
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "b", now=time.now)
        assert len(sandbox.hosted_number_orders.sids) == 3
        assert [outcome.was_there for outcome in outcomes] == [False, True]


async def test_without_bulk_requests_orders_are_made_one_by_one(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        sandbox.script(Fault.error(404), times=None, method="POST", path=PATHS[BULK])
        plan = await planned(twilio, 45, bulk_size=20)
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert statuses(outcomes) == {"received": 45}
        assert sent(sandbox) == [1, 45, 0]


async def test_a_refusal_is_an_outcome_and_goes_again(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3, bulk_size=1)
        sandbox.script(Fault.error(400, 22110, "no"), times=1, method="POST", path=PATHS[ORDER])
        sandbox.script(Fault.error(404), times=1, method="POST", path=PATHS[ORDER])
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert statuses(outcomes) == {"none": 2, "received": 1}
        errors: list[Any] = [outcome.error for outcome in outcomes if not outcome.ok]
        assert sorted(error.status for error in errors) == [400, 404]
        assert not any(outcome.is_unknown for outcome in outcomes)
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=tmp_path / "j", now=time.now)
        assert statuses(outcomes) == {"received": 3}


@pytest.mark.parametrize("bulk_size", [1, 10])
async def test_refused_credentials_end_the_sending(bulk_size: int) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 50, bulk_size=bulk_size)
        sandbox.script(Fault.error(401), times=None, method="POST", path="/v2/HostedNumber/*")
        outcomes = await twilio.hosted_number_orders.create_all(plan, now=time.now)
        assert {type(outcome.error) for outcome in outcomes} == {AuthenticationError}
        assert sum(sent(sandbox)) == (20 if bulk_size == 1 else 1)


async def test_a_bulk_request_that_takes_too_long_goes_on_in_the_next_run(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 3)
        first = await twilio.hosted_number_orders.create_all(
            plan, journal=journal, wait_within=0, now=time.now
        )
        assert statuses(first) == {"twilio-processing": 3}
        second = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert statuses(second) == {"received": 3}
        assert sent(sandbox) == [1, 0, 0]


async def test_an_order_that_does_not_show_is_no_result(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2, bulk_size=1)
        [one, _] = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        await twilio.hosted_number_orders.delete(one.result.sid or "")
        outcomes = await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert [outcome.ok for outcome in outcomes] == [False, True]
        assert type(outcomes[0].error) is TwilioNumbersError
        assert str(one.result.sid) in str(outcomes[0].error)
        assert sent(sandbox) == [0, 2, 0]


async def test_what_is_wrong_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        ready = await planned(twilio, 2)
        create = twilio.hosted_number_orders.create_all
        before = sandbox.requests
        with pytest.raises(InvalidArgumentError, match="must be a HostingPlan"):
            await create(eligible(2))  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match="not ready: 1 problem: there are no numbers"):
            await create(plan_of([]))
        with pytest.raises(InvalidArgumentError, match="journal must be a path"):
            await create(ready, journal=5)  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match="settle_within"):
            await create(ready, settle_within=-1)
        with pytest.raises(InvalidArgumentError, match="wait_within"):
            await create(ready, wait_within=-1)
        (tmp_path / "no").write_text("a journal of something else")
        with pytest.raises(JournalError, match="no journal of hosted number orders"):
            await create(ready, journal=tmp_path / "no")
        assert sandbox.requests == before
        abroad = await twilio.addresses.create(
            customer_name="Example Ltd", street="1 Example St", city="London", region="London",
            postal_code="EC1A 1BB", iso_country="GB",
        )  # fmt: skip
        with pytest.raises(InvalidArgumentError, match="address is in GB, and numbers of the plan are of US"):
            await create(plan_of(eligible(2), address=abroad.sid))
        with pytest.raises(
            NotFoundError, match="does not have the address_sid of the plan: no order was sent"
        ):
            await create(plan_of(eligible(2), address="AD" + "9" * 32))
        assert sent(sandbox) == [0, 0, 0]
        there = plan_of(eligible(2), address=ready.address_sid)
        assert statuses(await create(there, now=time.now)) == {"received": 2}


async def test_a_listing_that_fails_is_raised_before_anything_is_sent() -> None:
    time = FakeTime()
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2)
        sandbox.script(Fault.drop(), times=None, method="GET", path="/v2/HostedNumber/*")
        with pytest.raises(TransportError):
            await twilio.hosted_number_orders.create_all(plan, now=time.now)
        assert sent(sandbox) == [0, 0, 0]


async def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 2, bulk_size=1)
        await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        content = journal.read_bytes()
        sid = sandbox.hosted_number_orders.sids[0].encode()
        assert content.count(sid) == 1
        journal.write_bytes(content.replace(sid, b"HR" + b"f" * 32))
        asked = sum(sent(sandbox))
        with pytest.raises(JournalError, match="damaged"):
            await twilio.hosted_number_orders.create_all(plan, journal=journal, now=time.now)
        assert sum(sent(sandbox)) == asked


async def test_one_signer_for_several_addresses_gets_a_letter_for_each(tmp_path: Path) -> None:
    """A letter names one address: each plan has its own, also with the same journal and signer."""
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        create = twilio.hosted_number_orders.create_all
        first = await planned(twilio, 2)
        other = await twilio.addresses.create(
            customer_name="Example Ltd", street="2 Other St", city="Springfield", region="IL",
            postal_code="62701", iso_country="US",
        )  # fmt: skip
        second = plan_of(eligible(5)[2:], address=other)
        for plan in (first, second):
            await create(plan, journal=journal, now=time.now)
        verify(sandbox)
        for _ in range(2):
            for plan in (first, second):
                outcomes = await create(plan, journal=journal, now=time.now)
                assert statuses(outcomes) == {"pending-loa": len(plan.phone_numbers)}
                assert [outcome.letter_error for outcome in outcomes] == [None] * len(outcomes)
        letters = await twilio.authorization_documents.list().collect()
        assert {letter.address_sid for letter in letters} == {first.address_sid, other.sid}
        counts = [
            len(await twilio.authorization_documents.orders(letter.sid or "").collect()) for letter in letters
        ]
        assert sorted(counts) == [2, 3]


@pytest.mark.parametrize(("fault", "bulk_size"), [(Fault.rate_limited(), 3), (Fault.error(500), 1)])
async def test_answers_that_are_refused_or_broken(tmp_path: Path, fault: Fault, bulk_size: int) -> None:
    """One in three requests of every kind goes wrong; as many runs as it takes, and nothing is there twice."""
    time, journal = FakeTime(), tmp_path / "hosting.journal"
    async with Sandbox(now=time.now) as sandbox, opened(sandbox, time) as twilio:
        plan = await planned(twilio, 7, bulk_size=bulk_size)
        sandbox.script(fault, times=12, path="/v2/HostedNumber/*", every=3)
        outcomes: list[HostingOutcome] = []
        for wanted in ("received", "pending-loa"):
            for _ in range(12):
                try:
                    outcomes = await twilio.hosted_number_orders.create_all(
                        plan, journal=journal, now=time.now
                    )
                except TwilioNumbersError:  # the listing failed, before anything was sent
                    continue
                if statuses(outcomes) == {wanted: 7}:
                    break
            assert statuses(outcomes) == {wanted: 7}
            verify(sandbox)
        assert len(sandbox.hosted_number_orders.sids) == 7
        assert len(sandbox.authorization_documents.sids) == 1
