"""Outcomes as rows of plain values."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import pickle
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from twilio_numbers_async.errors import ConflictError, InvalidPhoneNumberError, NotFoundError, ServerError
from twilio_numbers_async.models import NotPortableReason, Portability
from twilio_numbers_async.models.base import Answer as BaseAnswer, Date, DateTime, Float, OpenEnum, Text
from twilio_numbers_async.sweep import Outcome, Row, Sweep, SweepPolicy
from twilio_numbers_async.sweep.rows import columns_of, text_of

from .calls import NOON, Answer, collect, key, number, sweep


class Kind(OpenEnum):
    LOCAL = "local"


class Place(BaseAnswer, frozen=True, kw_only=True):
    city: str | None = None
    zips: tuple[str, ...] = ()


class Thing(BaseAnswer, frozen=True, kw_only=True):
    phone_number: str | None = None
    index: int = 0
    kind: Kind | None = None
    portable: bool | None = None
    count: int | None = None
    share: Float | None = None
    name: Text | None = None
    at: DateTime | None = None
    plain_at: dt.datetime | None = None
    day: Date | None = None
    code: int | str | None = None
    tags: list[str] | None = None
    place: Place | None = None
    anything: Any = None


FULL = Thing(
    phone_number=number(1),
    index=7,
    kind=Kind("new"),
    portable=False,
    count=3,
    share=0.5,
    name="x",
    at=NOON,
    plain_at=NOON,
    day=dt.date(2026, 3, 2),
    code=22135,
    tags=["a", "b"],
    place=Place(city="Springfield", zips=("1",)),
    anything={"a": 1},
)


def test_a_result_is_one_flat_row() -> None:
    row = columns_of(Thing)(FULL)
    assert row == {
        "result_index": 7,
        "kind": "new",
        "portable": False,
        "count": 3,
        "share": 0.5,
        "name": "x",
        "at": NOON,
        "plain_at": NOON,
        "day": "2026-03-02",
        "code": "22135",
        "tags": '["a","b"]',
        "place_city": "Springfield",
        "place_zips": '["1"]',
        "anything": '{"a":1}',
    }
    assert type(row["kind"]) is str


def test_rows_of_little_or_nothing_have_the_same_columns() -> None:
    columns = columns_of(Thing)
    for row in (columns(None), columns(Thing())):
        assert list(row) == list(columns(FULL))
    assert set(columns(None).values()) == {None}
    assert columns(Thing())["place_city"] is None


@pytest.mark.parametrize(
    ("kind", "result", "text"), [(None, {"a": 1}, '{"a":1}'), (int, 7, "7"), (int, None, None)]
)
def test_results_that_are_no_struct_have_one_column(
    kind: type | None, result: object, text: str | None
) -> None:
    assert columns_of(kind)(result) == {"result": text}


class Odd:
    def __str__(self) -> str:
        return "odd"


class Colour(enum.Enum):
    RED = 1


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)


class Name(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("a", "a"),
        (Name("a"), "a"),
        (Kind.LOCAL, "local"),
        (b"a\xff", "a\ufffd"),
        (7, "7"),
        (True, "true"),
        (1.5, "1.5"),
        (Decimal("1.50"), "1.50"),
        (dt.date(2026, 3, 2), "2026-03-02"),
        (dt.time(7, 30), "07:30:00"),
        (NOON, "2026-03-02T12:00:00Z"),
        (["a", None], '["a",null]'),
        (Odd(), "odd"),
        (2**70, str(2**70)),
        (Colour.RED, "1"),
        (ENDLESS, "[[...]]"),
    ],
)
def test_anything_has_a_text(value: object, text: str | None) -> None:
    got = text_of(value)
    assert got == text
    assert got is None or type(got) is str


async def test_all_rows_of_a_sweep_have_the_same_columns() -> None:
    async def call(text: str) -> Answer:
        await asyncio.sleep(0)
        if text == number(1):
            raise NotFoundError("no such\nthing", status=404, code=20404)
        if text == number(2):
            raise ServerError("", status=500)
        if text == number(3):
            raise ZeroDivisionError
        return Answer(phone_number=text)

    inputs = ["+1 555 2000000", number(1), number(2), number(3), "nobody"]
    rows = [outcome.as_row() for outcome in await collect(sweep(call, inputs, ordered=True))]

    assert rows[0] == {
        "index": 0,
        "input": "+1 555 2000000",
        "phone_number": number(0),
        "portable": True,
        "error": None,
        "checked_at": NOON,
    }
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert [row["error"] for row in rows] == [
        None,
        "HTTP 404, code 20404: no such thing",
        "HTTP 500:",
        "ZeroDivisionError",
        "no number",
    ]
    assert [row["checked_at"] for row in rows] == [NOON, NOON, NOON, NOON, None]
    assert all(
        type(value) in {str, int, bool, float, dt.datetime, type(None)}
        for row in rows
        for value in row.values()
    )


async def test_reason_code_and_advice_stand_for_answers_and_errors() -> None:
    errors: dict[str, Exception] = {
        number(1): NotFoundError("no such", status=404, code=20404),
        number(2): ServerError("", status=500),
        number(3): ConflictError("not now", status=409),
    }

    async def call(text: str) -> Portability:
        await asyncio.sleep(0)
        if text in errors:
            raise errors[text]
        reason = NotPortableReason.UNSUPPORTED
        return Portability(portable=False, not_portable_reason=reason, not_portable_reason_code=22130)

    under_test = Sweep(
        call,
        ["nobody", number(1), number(2), number(3), number(0)],
        SweepPolicy(key=key, width=lambda _: 2, result_type=Portability, ordered=True),
    )
    async with under_test as outcomes:
        rows = [outcome.as_row() async for outcome in outcomes]

    assert len({tuple(row) for row in rows}) == 1
    assert [(row["reason"], row["code"], row["advice"]) for row in rows] == [
        ("InvalidPhoneNumberError", None, "Correct the number, then check it again."),
        ("NotFoundError", 20404, "Twilio refused the request: see the error."),
        ("ServerError", None, "There is no answer yet: check it again."),
        ("ConflictError", None, "Twilio refused the request: see the error."),
        ("UNSUPPORTED", 22130, Portability(portable=False, not_portable_reason_code=22130).advice),
    ]


async def test_arrow_takes_the_rows_as_they_are() -> None:
    pyarrow: Any = pytest.importorskip("pyarrow")

    async def call(text: str) -> Thing:
        await asyncio.sleep(0)
        return FULL if text == number(1) else Thing(code="a")

    inputs = [number(0), 15552000001, None, number(1)]
    under_test = Sweep(
        call,
        inputs,
        SweepPolicy(key=lambda item: key(str(item)), width=lambda _: 2, result_type=Thing, ordered=True),
    )
    async with under_test as outcomes:
        rows = [outcome.as_row() async for outcome in outcomes]
    table = pyarrow.Table.from_pylist(rows)
    assert table.num_rows == 4
    assert table.column("input").to_pylist() == [number(0), "15552000001", None, number(1)]
    assert table.column("code").to_pylist() == ["a", None, None, "22135"]
    assert str(table.schema.field("checked_at").type) == "timestamp[us, tz=UTC]"


async def test_columns_may_be_made_otherwise() -> None:
    def columns(result: Answer | None) -> Row:
        return {"porting": None if result is None else "yes" if result.portable else "no"}

    async def call(text: str) -> Answer:
        await asyncio.sleep(0)
        return Answer(phone_number=text, portable=False)

    [good, bad] = await collect(sweep(call, [number(0), "nobody"], ordered=True, columns=columns))
    assert good.as_row()["porting"] == "no"
    assert bad.as_row()["porting"] is None


def test_outcomes_are_values() -> None:
    def outcome(**more: Any) -> Outcome[Answer]:
        return Outcome(0, "x", number(0), Answer(phone_number=number(0)), None, **more)

    assert outcome() == outcome()
    assert outcome() != outcome(from_journal=True)
    assert msgspec.structs.replace(outcome(), index=4).index == 4
    with pytest.raises(AttributeError):
        outcome().index = 3  # type: ignore[misc]  # it is frozen
    assert outcome().as_row()["result"] == '{"phone_number":"+15552000000","portable":true}'


def test_a_repr_says_what_became_of_it() -> None:
    good = Outcome[int](3, "x", number(0), 7, None)
    bad = Outcome[int](3, "x", None, None, InvalidPhoneNumberError("too short"))
    assert repr(good) == f"Outcome(index=3, input='x', phone_number='{number(0)}', result=7)"
    assert (
        repr(bad)
        == "Outcome(index=3, input='x', phone_number=None, error=InvalidPhoneNumberError('too short'))"
    )


async def test_outcomes_can_be_pickled() -> None:
    async def call(text: str) -> Answer:
        await asyncio.sleep(0)
        return Answer(phone_number=text)

    under_test = Sweep(call, [number(0)], SweepPolicy(key=str, width=lambda _: 1, result_type=Answer))
    async for outcome in under_test:
        again = pickle.loads(pickle.dumps(outcome))
        assert again.as_row() == outcome.as_row()
        assert again == outcome
