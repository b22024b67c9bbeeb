"""A sweep with a journal: what a second run asks, what it yields again, what it refuses."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from twilio_numbers_async.models.base import Answer as BaseAnswer, DateTime, OpenEnum
from twilio_numbers_async.sweep import Journal, JournalCounts, JournalError, Sweep, SweepPolicy

from .calls import NOON, Answer, Calls, at_once, collect, never, number, numbers, other_tasks, sweep


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.journal"


class Asked:
    """Answers at once, and knows what it was asked."""

    def __init__(self, failures: dict[str, Exception] | None = None) -> None:
        self.asked: list[str] = []
        self.failures = failures or {}

    async def __call__(self, text: str) -> Answer:
        self.asked.append(text)
        await asyncio.sleep(0)
        if text in self.failures:
            raise self.failures[text]
        return Answer(phone_number=text, portable=text != number(3))


async def cut_short(path: Path, inputs: list[str], answered: int, **more: Any) -> None:
    """A run that is left when so many outcomes have come."""
    async with sweep(at_once, inputs, journal=Journal(path), ordered=True, **more) as outcomes:
        async for outcome in outcomes:
            if outcome.index == answered - 1:
                break


def files(folder: Path) -> list[Path]:
    """The files of the folder, but for what SQLite has beside a file that is open."""
    return sorted(path for path in folder.iterdir() if not path.name.endswith("-wal"))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def kept(path: Path) -> dict[str, str | None]:
    """The keys that the file has, and their results."""
    db = sqlite3.connect(path)
    try:
        return dict(db.execute("SELECT key, result FROM outcomes").fetchall())
    finally:
        db.close()


async def test_a_second_run_yields_the_same_and_asks_nothing(path: Path) -> None:
    inputs = [*numbers(3000), "nobody", number(3), "+1555 2000003"]
    first = await collect(sweep(at_once, inputs, journal=Journal(path), ordered=True))
    assert not any(outcome.from_journal for outcome in first)

    calls = Asked()
    under_test = sweep(
        calls, inputs, journal=Journal(path), ordered=True, now=lambda: NOON + dt.timedelta(days=1)
    )
    second = await collect(under_test)

    assert calls.asked == []
    assert [outcome.as_row() for outcome in second if outcome.index != 3000] == [
        outcome.as_row() for outcome in first if outcome.index != 3000
    ]
    assert [outcome.from_journal for outcome in second] == [outcome.index != 3000 for outcome in second]
    progress = under_test.progress()
    assert (progress.asked, progress.from_journal, progress.ok, progress.invalid) == (0, 3002, 3002, 1)


async def test_a_run_that_was_cut_short_goes_on_where_it_was(path: Path) -> None:
    await cut_short(path, numbers(5000), 1700)
    had = kept(path)
    assert len(had) >= 1700

    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(5000), journal=Journal(path)))

    assert sorted(outcome.index for outcome in outcomes) == list(range(5000))
    assert set(calls.asked) == set(numbers(5000)) - set(had)
    assert {outcome.input for outcome in outcomes if outcome.from_journal} == set(had)


async def test_async_inputs_work_too(path: Path) -> None:
    async def inputs() -> AsyncIterator[str]:
        for text in numbers(2500):
            yield text
            await asyncio.sleep(0)

    await cut_short(path, numbers(1200), 1200)
    calls = Asked()
    outcomes = await collect(sweep(calls, inputs(), journal=Journal(path), ordered=True))
    assert [outcome.index for outcome in outcomes] == list(range(2500))
    assert calls.asked == numbers(2500)[1200:]


async def test_with_a_journal_a_key_is_asked_once_in_the_whole_sweep(path: Path) -> None:
    calls = Asked({number(1): ServerError("down", status=500)})
    inputs = [*numbers(3500), *numbers(3500)]
    outcomes = await collect(sweep(calls, inputs, journal=Journal(path), remember=5))

    assert sorted(calls.asked) == sorted(numbers(3500))
    assert len(outcomes) == 7000
    assert not any(outcome.from_journal for outcome in outcomes)  # all of it is of this run
    failed = [outcome.error for outcome in outcomes if outcome.phone_number == number(1)]
    assert [type(error) for error in failed] == [ServerError, ServerError]


def _not_transient(error: TwilioNumbersError) -> TwilioNumbersError:
    error.is_transient = False
    return error


ERRORS: list[tuple[TwilioNumbersError, bool]] = [
    (
        InvalidRequestError("bad", status=400, code=21211, more_info="https://www.twilio.com/", attempts=2),
        True,
    ),
    (NotFoundError("gone", status=404, request_id="RQ" + "a" * 32, details={"a": [1, None]}), True),
    (ApiError("teapot", status=418, method="GET", route="/v1/Things/{Sid}"), True),
    (ApiError("slow", status=408), False),
    (ApiError("log in first", status=302), False),
    (ServerError("not implemented", status=501), False),
    (_not_transient(ServerError("a page that is too large", status=502)), False),
    (RateLimitError("many", status=429, retry_after=1.5), False),
    (ServerError("down", status=503), False),
    (AuthenticationError("no", status=401), False),
    (TransportError("broken"), False),
    (RequestTimeoutError("late", may_have_been_processed=True), False),
    (DecodeError("no JSON", path="$.a", status=200), False),
    (InvalidArgumentError("no such place", argument="country"), False),
]


@pytest.mark.parametrize(
    ("error", "stays"),
    ERRORS,
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_failures_that_may_pass_are_asked_again_and_others_are_not(
    path: Path, error: TwilioNumbersError, stays: bool
) -> None:
    failing = Asked({number(0): error})
    await collect(sweep(failing, numbers(2), journal=Journal(path), is_fatal=never))

    calls = Asked()
    first, second = await collect(sweep(calls, numbers(2), journal=Journal(path), ordered=True))

    assert second.from_journal
    assert calls.asked == ([] if stays else [number(0)])
    assert first.from_journal is stays
    assert first.ok is not stays
    if stays:
        assert type(first.error) is type(error)
        assert vars(first.error) == vars(error)
        assert str(first.error) == str(error)


@pytest.mark.parametrize("error", [one for one, _ in ERRORS], ids=lambda error: type(error).__name__)
async def test_an_error_of_this_run_is_the_same_when_the_journal_gives_it(
    path: Path, error: TwilioNumbersError
) -> None:
    calls = Asked({number(0): error})
    inputs = [*numbers(2500), number(0)]
    outcomes = await collect(
        sweep(calls, inputs, journal=Journal(path), remember=5, ordered=True, is_fatal=never)
    )
    assert calls.asked.count(number(0)) == 1
    again = outcomes[-1].error  # from the file, or from what is on its way there
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


async def test_a_bug_is_asked_again_and_known_by_its_words_until_then(path: Path) -> None:
    calls = Asked({number(0): ZeroDivisionError("a bug")})
    outcomes = await collect(
        sweep(calls, [*numbers(2500), number(0)], journal=Journal(path), remember=5, ordered=True)
    )
    assert isinstance(outcomes[0].error.__cause__, ZeroDivisionError)
    for outcome in (outcomes[0], outcomes[-1]):
        assert type(outcome.error) is TwilioNumbersError
        assert str(outcome.error) == "ZeroDivisionError: a bug"

    calls = Asked()
    await collect(sweep(calls, [*numbers(2500), number(0)], journal=Journal(path)))
    assert calls.asked == [number(0)]


async def test_a_result_that_stands_for_a_passing_failure_is_asked_again(path: Path) -> None:
    def passing(answer: Answer) -> bool:
        return not answer.portable

    await collect(sweep(Asked(), numbers(5), journal=Journal(path), is_transient_result=passing))
    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(5), journal=Journal(path), is_transient_result=passing))
    assert calls.asked == [number(3)]
    assert sum(outcome.from_journal for outcome in outcomes) == 4


async def test_credentials_that_are_refused_leave_what_was_answered(path: Path) -> None:
    calls = Asked({number(2000): AuthenticationError("no", status=401)})
    with pytest.raises(AuthenticationError):
        await collect(sweep(calls, numbers(5000), journal=Journal(path)))
    had = kept(path)
    assert set(numbers(1900)) <= had.keys()
    assert number(2000) not in had

    calls = Asked()
    assert len(await collect(sweep(calls, numbers(5000), journal=Journal(path)))) == 5000
    assert not set(calls.asked) & had.keys()


class Kind(OpenEnum):
    LOCAL = "local"


class Rich(BaseAnswer, frozen=True, kw_only=True):
    kind: Kind | None = None
    at: DateTime | None = None
    number_name: str | None = msgspec.field(default=None, name="numberName")


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (Rich, Rich(kind=Kind("new"), at=NOON, number_name="x")),
        (Rich, Rich()),
        (type(None), None),
        (int, 7),
        (dict[str, list[int]], {"a": [1]}),
    ],
)
async def test_results_come_back_as_they_were(path: Path, kind: Any, result: object) -> None:
    asked = 0

    async def call(key: int) -> object:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return result

    for expected in (False, True):
        under_test = Sweep(
            call,
            [1],
            SweepPolicy(key=lambda n: n, width=lambda _: 1, journal=Journal(path), result_type=kind),
        )
        async with under_test as outcomes:
            [outcome] = [outcome async for outcome in outcomes]
        assert outcome.ok
        assert outcome.result == result
        assert outcome.from_journal is expected
    assert asked == 1


async def test_inputs_that_have_changed_use_all_that_is_known(path: Path) -> None:
    given = numbers(2000)
    await collect(sweep(at_once, given, journal=Journal(path)))
    changed = [number(7777), *reversed(given[500:]), number(8888), given[600], given[3]]
    calls = Asked()
    outcomes = await collect(sweep(calls, changed, journal=Journal(path), ordered=True))
    assert sorted(calls.asked) == sorted([number(7777), number(8888)])
    assert [outcome.phone_number for outcome in outcomes] == changed
    assert [outcome.phone_number for outcome in outcomes if not outcome.from_journal] == [
        number(7777),
        number(8888),
    ]


@pytest.mark.parametrize("lazily", [False, True])
async def test_inputs_that_are_fewer_use_what_is_known(path: Path, lazily: bool) -> None:
    await collect(sweep(at_once, numbers(2000), journal=Journal(path)))
    calls = Asked()
    given = numbers(1500)
    outcomes = await collect(sweep(calls, iter(given) if lazily else given, journal=Journal(path)))
    assert (len(outcomes), calls.asked) == (1500, [])
    assert len(await collect(sweep(calls, numbers(2000), journal=Journal(path)))) == 2000
    assert calls.asked == []


async def test_a_path_will_do(path: Path) -> None:
    await collect(sweep(at_once, numbers(5), journal=str(path)))
    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(6), journal=path))
    assert calls.asked == [number(5)]
    assert sum(outcome.from_journal for outcome in outcomes) == 5


async def test_an_address_that_knows_nothing_is_asked_again(path: Path) -> None:
    missing = NotFoundError("gone", status=404)
    calls = Asked(dict.fromkeys(numbers(50), missing))
    await collect(sweep(calls, numbers(50), journal=Journal(path)))
    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(50), journal=Journal(path)))
    assert sorted(calls.asked) == numbers(50)
    assert all(outcome.ok for outcome in outcomes)


async def test_a_number_that_is_not_known_is_not_asked_again(path: Path) -> None:
    missing = NotFoundError("gone", status=404)
    calls = Asked(dict.fromkeys(numbers(49), missing))
    await collect(sweep(calls, numbers(50), journal=Journal(path), width=1))
    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(50), journal=Journal(path)))
    assert calls.asked == [], "the last one was answered: the address is right"
    assert sum(isinstance(outcome.error, NotFoundError) for outcome in outcomes) == 49


async def test_an_input_that_has_grown_goes_on(path: Path) -> None:
    await collect(sweep(at_once, numbers(1500), journal=Journal(path)))
    calls = Asked()
    await collect(sweep(calls, numbers(2000), journal=Journal(path), ordered=True))
    assert calls.asked == numbers(2000)[1500:]


async def test_other_options_are_refused(path: Path) -> None:
    options: dict[str, object] = {"country": "US", "address_sid": None, "target_account_sid": "AC" + "a" * 32}
    await collect(sweep(at_once, numbers(3), journal=Journal(path), options=options))
    for other in ({**options, "country": "CA"}, {**options, "new": 1}, {"country": "US"}, {}):
        with pytest.raises(JournalError, match="other options"):
            await collect(sweep(at_once, numbers(3), journal=Journal(path), options=other))
    other = {**options, "country": "CA", "new": 1}
    with pytest.raises(JournalError, match=r"\(country, new\)"):
        await collect(sweep(at_once, numbers(3), journal=Journal(path), options=other))
    assert len(await collect(sweep(at_once, numbers(3), journal=Journal(path), options=options))) == 3


@pytest.mark.parametrize("max_age", [3600, dt.timedelta(hours=1)])
async def test_what_is_too_old_is_asked_again(path: Path, max_age: float | dt.timedelta) -> None:
    await cut_short(path, numbers(10), 10)

    def journal(minutes: int) -> Journal:
        return Journal(path, max_age=max_age, now=lambda: NOON + dt.timedelta(minutes=minutes))

    calls = Asked()
    await collect(sweep(calls, numbers(10), journal=journal(59)))
    assert calls.asked == []
    later = NOON + dt.timedelta(minutes=61)
    outcomes = await collect(sweep(calls, numbers(10), journal=journal(61), now=lambda: later))
    assert sorted(calls.asked) == numbers(10)
    assert {outcome.checked_at for outcome in outcomes} == {later}
    outcomes = await collect(sweep(calls, numbers(10), journal=journal(61)))
    assert len(calls.asked) == 10
    assert {outcome.checked_at for outcome in outcomes} == {later}


async def test_what_was_answered_in_this_run_is_never_too_old(path: Path) -> None:
    calls = Asked()
    journal = Journal(path, max_age=1, now=lambda: NOON + dt.timedelta(days=1))
    await collect(sweep(calls, [*numbers(2500), *numbers(2500)], journal=journal, remember=5))
    assert len(calls.asked) == 2500


async def test_a_journal_may_begin_afresh(path: Path) -> None:
    await collect(sweep(at_once, numbers(5), journal=Journal(path), options={"country": "US"}))
    calls = Asked()
    journal = Journal(path, fresh=True)
    await collect(sweep(calls, numbers(4)[::-1], journal=journal, options={"country": "CA"}))
    assert sorted(calls.asked) == numbers(4)
    # Afresh once: the same journal goes on with what it has.
    await collect(sweep(calls, numbers(4)[::-1], journal=journal, options={"country": "CA"}))
    assert len(calls.asked) == 4


async def test_a_journal_of_ones_own_stays_open_and_counts(path: Path) -> None:
    calls = Asked({number(1): ServerError("down", status=500)})
    async with Journal(path) as journal:
        assert await journal.counts() == JournalCounts(read=0, answered=0, passing=0)
        await collect(sweep(calls, [*numbers(5), number(0), "nobody"], journal=journal))
        assert await journal.counts() == JournalCounts(read=7, answered=4, passing=1)
        calls.failures.clear()
        await collect(sweep(calls, [*numbers(5), number(0), "nobody"], journal=journal))
        assert await journal.counts() == JournalCounts(read=7, answered=5, passing=0)
        await journal.open()  # once more does nothing
    assert len(calls.asked) == 6
    with pytest.raises(JournalError, match="not open"):
        await journal.counts()
    await journal.aclose()


async def test_a_journal_can_be_removed(path: Path) -> None:
    async with Journal(path) as journal:
        await collect(sweep(at_once, numbers(5), journal=journal))
        assert files(path.parent) == [path]
        await journal.remove()
        assert files(path.parent) == []
        await journal.remove()


async def test_a_closed_journal_is_one_file_and_its_owners_alone(path: Path) -> None:
    await collect(sweep(at_once, numbers(5), journal=Journal(path)))
    assert files(path.parent) == [path]
    assert mode(path) == 0o600


async def test_leaving_early_commits_what_was_answered(path: Path) -> None:
    calls = Calls()
    async with sweep(calls, numbers(50), journal=Journal(path, interval=3600)) as outcomes:
        iterator = aiter(outcomes)
        first = asyncio.ensure_future(anext(iterator))
        await calls.until_asked(10)
        calls.answer(number(0), number(5))
        await first
        await anext(iterator)
    assert not other_tasks()
    assert kept(path).keys() == {number(0), number(5)}


async def test_a_journal_that_is_closed_under_its_sweep_ends_it(path: Path) -> None:
    got = 0

    async def read(journal: Journal) -> None:
        nonlocal got
        async with sweep(at_once, numbers(5_000), journal=journal) as outcomes:
            async for _ in outcomes:
                got += 1
                if got == 10:
                    await journal.aclose()

    async with Journal(path) as journal:
        with pytest.raises(JournalError, match="closed"):
            await read(journal)
    assert got < 500
    assert len(await collect(sweep(at_once, numbers(5_000), journal=Journal(path)))) == 5_000


async def test_a_sweep_that_is_closed_while_its_journal_opens(path: Path) -> None:
    under_test = sweep(at_once, numbers(50), journal=Journal(path))
    first = asyncio.ensure_future(anext(aiter(under_test)))
    await asyncio.sleep(0)
    await under_test.aclose()
    with pytest.raises(TwilioNumbersError, match="closed before"):
        await first
    async with Journal(path):
        pass


async def test_a_sweep_that_is_cancelled_while_its_journal_opens(path: Path) -> None:
    under_test = sweep(at_once, numbers(50), journal=Journal(path))
    first = asyncio.ensure_future(anext(aiter(under_test)))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert len(await collect(sweep(at_once, numbers(50), journal=Journal(path)))) == 50


async def test_two_sweeps_cannot_share_a_journal(path: Path) -> None:
    calls = Calls()
    journal = Journal(path)
    async with sweep(calls, numbers(5), journal=journal) as outcomes:
        first = asyncio.ensure_future(anext(aiter(outcomes)))
        await calls.until_asked(5)
        for other in (journal, Journal(path)):
            with pytest.raises(JournalError, match="in use by another sweep"):
                await collect(sweep(at_once, numbers(5), journal=other))
        calls.answer()
        await first
    assert len(kept(path)) == 5


async def test_without_the_type_of_its_results_a_journal_is_refused(path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="result_type"):
        Sweep(at_once, numbers(5), SweepPolicy(key=str, width=lambda _: 1, journal=Journal(path)))
    assert files(path.parent) == []


class Opaque:
    pass


async def test_inputs_that_cannot_be_compared_are_refused(path: Path) -> None:
    def key(item: Opaque) -> str:
        return number(0)

    with pytest.raises(JournalError, match="cannot be compared"):
        async for _ in Sweep(
            at_once,
            [Opaque()],
            SweepPolicy(key=key, width=lambda _: 1, journal=Journal(path), result_type=Answer),
        ):
            pass
    assert kept(path) == {}


@pytest.mark.parametrize("opened", [False, True])
async def test_a_result_that_cannot_be_kept_ends_the_sweep(path: Path, opened: bool) -> None:
    async def call(text: str) -> Any:
        await asyncio.sleep(0)
        return Opaque() if text == number(1500) else Answer(phone_number=text)

    journal = Journal(path)
    if opened:
        await journal.open()
    with pytest.raises(JournalError, match="cannot be kept"):
        await collect(sweep(call, numbers(100_000), journal=journal))
    await journal.aclose()
    assert set(numbers(100)) <= kept(path).keys()


async def test_results_of_another_kind_are_refused(path: Path) -> None:
    await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    kind: Any = list[int]
    other = Sweep(
        at_once, numbers(3), SweepPolicy(key=str, width=lambda _: 1, journal=Journal(path), result_type=kind)
    )
    with pytest.raises(
        JournalError, match="of another version of this package, or of another kind"
    ) as refused:
        async for _ in other:
            pass
    assert refused.value.__cause__ is refused.value.__context__ is None


def change(path: Path, what: Callable[[sqlite3.Connection], object]) -> None:
    db = sqlite3.connect(path)
    with db:
        what(db)
    db.close()
