"""A journal that is not as it was written: a changed byte is never an answer, and no message shows a number."""

from __future__ import annotations

import datetime as dt
import logging
import re
import sqlite3
import traceback
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async._sqlite import attempt, checksum, outcome_checksum
from twilio_numbers_async.errors import (
    DecodeError,
    InvalidPhoneNumberError,
    InvalidRequestError,
    NotFoundError,
    TwilioNumbersError,
)
from twilio_numbers_async.models import Portability
from twilio_numbers_async.sweep import Journal, JournalError, Outcome, Sweep, SweepPolicy

from .calls import NOON, at_once, collect, number, numbers, sweep
from .test_journal import Asked

WRITTEN_BY_0_1_0 = Path(__file__).with_name("journal_0_1_0.sql")
OPTIONS: dict[str, object] = {"country": "US", "address_sid": None}
KNOWN = [f"+1415555010{index}" for index in range(8)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.journal"


@pytest.fixture
def old(path: Path) -> Path:
    """Write a journal of version 0.1.0, as that version leaves it."""
    db = sqlite3.connect(path)
    db.executescript(WRITTEN_BY_0_1_0.read_text("utf-8"))
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return path


def assert_says_nothing(error: BaseException) -> None:
    """No number is in the error, nor in what led to it."""
    assert error.__cause__ is None
    assert error.__context__ is None
    words = "".join(traceback.format_exception(error))
    assert "+1" not in words
    assert "555" not in words


def changed(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert len(old) == len(new)
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


def replaced(path: Path, place: slice, new: bytes) -> bytes:
    """Put other bytes into the file; says what it was."""
    content = path.read_bytes()
    changed = bytearray(content)
    changed[place] = new
    path.write_bytes(changed)
    return content


def statement(path: Path, statement: str, *values: object) -> None:
    db = sqlite3.connect(path)
    with db:
        assert db.execute(statement, values).rowcount > 0
    db.close()


async def test_a_damaged_file_is_said_to_be_so(path: Path) -> None:
    await collect(sweep(at_once, numbers(2000), journal=Journal(path)))
    replaced(path, slice(4096, None), b"\xff" * 100_000)
    with pytest.raises(JournalError, match="is damaged: move it away and run again, which asks") as refused:
        await collect(sweep(at_once, numbers(2000), journal=Journal(path)))
    assert_says_nothing(refused.value)


@pytest.mark.parametrize("table", ["options", "runs", "inputs", "outcomes"])
async def test_a_file_without_one_of_its_tables_is_damaged(path: Path, table: str) -> None:
    await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    db = sqlite3.connect(path)
    db.execute(f"DROP TABLE {table}")
    db.close()
    with pytest.raises(JournalError, match="is damaged") as refused:
        await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    assert_says_nothing(refused.value)


async def test_a_changed_byte_in_an_answer_makes_it_be_asked_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls = Asked()
    await collect(sweep(calls, numbers(1500), journal=Journal(path), ordered=True))
    one = f'{{"phone_number":"{number(5)}","portable":'.encode()
    changed(path, one + b"true", one + b"null")
    other = f'{{"phone_number":"{number(3)}","portable":'.encode()
    changed(path, other + b"false", other + b"true ")
    calls.asked.clear()

    with caplog.at_level(logging.WARNING, "twilio_numbers_async"):
        outcomes = await collect(sweep(calls, numbers(1500), journal=Journal(path), ordered=True))

    assert sorted(calls.asked) == [number(3), number(5)]
    assert [outcome.result and outcome.result.portable for outcome in outcomes] == [
        index != 3 for index in range(1500)
    ]
    assert [outcome.index for outcome in outcomes if not outcome.from_journal] == [3, 5]
    assert caplog.messages == [
        f"journal damaged: 2 of the answers in {path} are not as they were written and are asked again"
    ]

    caplog.clear()
    await collect(sweep(calls, numbers(1500), journal=Journal(path)))
    assert len(calls.asked) == 2
    assert not caplog.messages


@pytest.mark.parametrize(
    "change",
    [
        "result = '{'",
        "result = NULL",
        "result = 7",
        "result = CAST(x'7b227dff' AS TEXT)",
        "result = x'00ff'",
        "result = '{\"phone_number\": 1}'",
        "error = '{}'",
        "error = CAST(x'ff' AS TEXT)",
        "passing = 2",
        "passing = 'no', result = '{}'",
        "passing = CAST(x'ff' AS TEXT), result = NULL",
        "checked_at = checked_at + 1",
        "checked_at = 1e300",
        "checked_at = x'00'",
        "run = 7",
        "run = 'x'",
        "checksum = checksum + 1",
        "checksum = 'x'",
        "checksum = 0.5",
    ],
)
async def test_whatever_is_changed_in_a_row(path: Path, change: str) -> None:
    await collect(sweep(at_once, numbers(5), journal=Journal(path)))
    statement(path, f"UPDATE outcomes SET {change} WHERE key = ?", number(2))
    calls = Asked()
    outcomes = await collect(sweep(calls, numbers(5), journal=Journal(path)))
    assert calls.asked == [number(2)]
    assert {outcome.result.phone_number for outcome in outcomes if outcome.result} == {*numbers(5)}
    assert {outcome.checked_at for outcome in outcomes} == {NOON}


async def test_a_row_of_another_number_is_no_answer(path: Path) -> None:
    await collect(sweep(at_once, numbers(5), journal=Journal(path)))
    statement(
        path,
        "UPDATE outcomes SET (result, checksum) = (SELECT result, checksum FROM outcomes WHERE key = ?)"
        " WHERE key = ?",
        number(1),
        number(2),
    )
    calls = Asked()
    await collect(sweep(calls, numbers(5), journal=Journal(path)))
    assert calls.asked == [number(2)]


async def test_any_changed_byte_of_the_file_gives_the_right_answers_or_an_error(path: Path) -> None:
    await collect(sweep(at_once, numbers(12), journal=Journal(path)))
    content = replaced(path, slice(0, 0), b"")
    places = [place for place, byte in enumerate(content) if byte][::29]
    ended = {"answered": 0, "asked again": 0, "refused": 0}
    for place in places:
        replaced(path, slice(0, None), content)
        replaced(path, slice(place, place + 1), bytes([content[place] ^ (1 << place % 8)]))
        calls = Asked()
        try:
            outcomes = await collect(sweep(calls, numbers(12), journal=Journal(path), ordered=True))
        except JournalError as error:
            assert_says_nothing(error)
            ended["refused"] += 1
            continue
        results = [
            (outcome.result.phone_number, outcome.result.portable) for outcome in outcomes if outcome.result
        ]
        assert results == [(text, text not in calls.asked or text != number(3)) for text in numbers(12)]
        ended["asked again" if calls.asked else "answered"] += 1
    assert all(ended.values()), ended


def test_checksums_tell_rows_apart() -> None:
    rows: list[tuple[Any, ...]] = [
        ("a", "b", None, 0, 1, 1),
        ("ab", None, None, 0, 1, 1),
        ("a", None, "b", 0, 1, 1),
        ("a", "b", None, 1, 1, 1),
        ("a", "b", None, 0, 11, 1),
        ("a", "b", None, 0, 1, 11),
        ("a", "b", "", 0, 1, 1),
        ("a", "-", None, 0, 1, 1),
    ]
    assert len({checksum(*row) for row in rows}) == len(rows)
    assert [outcome_checksum(*row) for row in rows] == [checksum(*row) for row in rows]
    assert checksum("ä", None, None, 1, 1, 1) == checksum("ä".encode(), None, None, True, 1, 1)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "is damaged"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged"),
        (sqlite3.SQLITE_ERROR, "is damaged"),
        (sqlite3.SQLITE_BUSY, "is in use"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "is in use"),
        (sqlite3.SQLITE_NOMEM, "cannot be used (SQLITE_NOMEM)"),
    ],
)
def test_reasons_are_never_sqlites_own_words(code: int | None, reason: str) -> None:
    error = sqlite3.OperationalError("Could not decode to UTF-8 column 'x' with text '+14155550100'")
    if code is not None:
        error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_NOMEM"

    def fail() -> None:
        raise error

    with pytest.raises(JournalError, match=rf"^The journal a\.journal {re.escape(reason)}\.$"):
        attempt(Path("a.journal"), {sqlite3.SQLITE_CORRUPT: "is damaged"}, fail)


def _never(error: Exception) -> bool:
    return False


async def test_an_error_comes_back_with_what_was_set_on_it_later(path: Path) -> None:
    error = DecodeError("The answer has no sid: it confirms nothing", path="$.sid")
    error.may_have_been_processed = True
    calls = Asked({number(1): error})
    await collect(sweep(calls, numbers(3), journal=Journal(path), is_transient_error=_never))
    outcomes = await collect(sweep(calls, numbers(3), journal=Journal(path), ordered=True))
    kept = outcomes[1].error
    assert outcomes[1].from_journal
    assert isinstance(kept, DecodeError)
    assert vars(kept) == vars(error)
    assert str(kept) == str(error)


class CarrierError(NotFoundError):
    """An error of the caller's own."""


async def test_an_error_of_the_callers_own_comes_back_by_its_words(path: Path) -> None:
    calls = Asked({number(1): CarrierError("no such carrier", status=404)})
    await collect(sweep(calls, numbers(3), journal=Journal(path), is_transient_error=_never))
    outcomes = await collect(sweep(calls, numbers(3), journal=Journal(path), ordered=True))
    kept = outcomes[1].error
    assert outcomes[1].from_journal
    assert type(kept) is TwilioNumbersError
    assert str(kept) == "CarrierError: HTTP 404: no such carrier"


@pytest.mark.parametrize("kind", ["api_error_class", "NoSuchError", "annotations"])
async def test_an_error_of_no_known_kind_is_told(path: Path, kind: str) -> None:
    row = number(1), None, f'{{"kind":"{kind}","message":"","fields":{{}}}}', 0, 0, 1
    await collect(sweep(at_once, numbers(3), journal=Journal(path)))
    statement(
        path,
        "UPDATE outcomes SET result = ?, error = ?, passing = 0, checked_at = 0, run = 1, checksum = ? WHERE key = ?",
        None, row[2], checksum(*row), number(1),
    )  # fmt: skip
    with pytest.raises(JournalError, match="has an entry that cannot be read: it is of another version"):
        await collect(sweep(at_once, numbers(3), journal=Journal(path)))


def known(asked: list[str], journal: Journal) -> Sweep[Portability]:
    """The sweep whose journal version 0.1.0 has written."""

    async def call(text: str) -> Portability:
        asked.append(text)
        return Portability(phone_number=text, portable=True)

    def key(text: str) -> str:
        if not text.startswith("+"):
            raise InvalidPhoneNumberError("no number")
        return text

    return Sweep(
        call,
        [*KNOWN, "nobody", KNOWN[0]],
        SweepPolicy(
            key=key,
            width=lambda _: 1,
            ordered=True,
            journal=journal,
            result_type=Portability,
            options=OPTIONS,
            now=lambda: NOON + dt.timedelta(days=1),
        ),
    )


async def read(sweep: Sweep[Portability]) -> list[Outcome[Portability]]:
    async with sweep as outcomes:
        return [outcome async for outcome in outcomes]


async def test_a_journal_of_version_0_1_0_goes_on(old: Path) -> None:
    asked: list[str] = []
    async with Journal(old) as journal:
        counts = await journal.counts()
        assert (counts.read, counts.answered, counts.passing) == (10, 5, 3)
    outcomes = await read(known(asked, Journal(old)))
    assert asked == KNOWN[2:5]  # a 503, an answer that was none, and a timeout: the next run asks these again
    assert [outcome.from_journal for outcome in outcomes[:8]] == [text not in asked for text in KNOWN]
    assert {outcome.checked_at for outcome in outcomes if outcome.from_journal} == {NOON}
    portable = [outcome.result.portable if outcome.result else None for outcome in outcomes[:8]]
    assert portable == [True, None, True, True, True, None, False, True]
    missing, refused = outcomes[1].error, outcomes[5].error
    assert isinstance(missing, NotFoundError)
    assert (missing.code, missing.request_id, missing.attempts) == (20404, "RQ" + "0" * 32, 1)
    assert isinstance(refused, InvalidRequestError)
    assert (refused.status, refused.details, refused.retry_after) == (400, {"a": [1]}, 1.5)

    asked.clear()
    await read(known(asked, Journal(old)))
    assert asked == []


async def test_a_journal_of_version_0_1_0_has_checksums_once_it_was_opened(old: Path) -> None:
    async with Journal(old):
        pass
    changed(old, b'"portable":false', b'"portable":true ')
    asked: list[str] = []
    outcomes = await read(known(asked, Journal(old)))
    assert asked == KNOWN[2:5] + KNOWN[6:7]
    assert outcomes[6].result is not None
    assert outcomes[6].result.portable is True
    assert not outcomes[6].from_journal


async def test_a_journal_of_version_0_1_0_that_is_damaged(old: Path) -> None:
    statement(old, "UPDATE outcomes SET checked_at = CAST(x'ff' AS TEXT)")
    before = replaced(old, slice(0, 0), b"")
    with pytest.raises(JournalError, match="is damaged") as refused:
        await read(known([], Journal(old)))
    assert_says_nothing(refused.value)
    assert replaced(old, slice(0, 0), b"") == before


async def test_a_journal_of_version_0_1_0_may_begin_afresh(old: Path) -> None:
    async with Journal(old, fresh=True) as journal:
        assert (await journal.counts()).read == 0
        asked: list[str] = []
        await read(known(asked, journal))
        assert asked == KNOWN
