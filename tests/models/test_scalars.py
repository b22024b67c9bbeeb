"""The scalars: every spelling of a date, a number or a code that comes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.errors import DecodeError
from twilio_numbers_async.models.base import (
    Answer,
    Code,
    Date,
    DateOrDateTime,
    DateTime,
    Float,
    Text,
    Time,
    decode,
)


class Row(Answer, frozen=True, kw_only=True):
    """One field of each kind."""

    moment: DateTime | None = None
    day: Date | None = None
    time: Time | None = None
    either: DateOrDateTime | None = None
    code: Code | None = None
    number: Float | None = None
    text: Text | None = None


def row(**values: object) -> Row:
    return decode(Row, json.dumps(values))


JULY = dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 30 Jul 2015 23:19:04 +0000",
        "Thu, 30 Jul 2015 23:19:04 -0000",
        "Thu, 30 Jul 2015 23:19:04 GMT",
        "THU, 30 JUL 2015 23:19:04 +0000",
        "Fri, 31 Jul 2015 00:19:04 +0100",
        "Thu, 30 Jul 2015 15:19:04 -0800",
        "30 Jul 2015 23:19:04 +0000",
        "2015-07-30T23:19:04Z",
        "2015-07-30t23:19:04z",
        "2015-07-30 23:19:04Z",
        "2015-07-30T23:19:04+00:00",
        "2015-07-31T01:19:04+02:00",
        "2015-07-30T23:19:04.000Z",
        "2015-07-30T23:19:04.0000000Z",
        "2015-07-30T23:19:04",
        " 2015-07-30T23:19:04Z ",
    ],
)
def test_a_moment_in_every_spelling(text: str) -> None:
    moment = row(moment=text).moment
    assert moment == JULY
    assert type(moment) is dt.datetime
    assert moment.tzinfo is not None


def test_a_day_alone_is_its_start_in_utc() -> None:
    assert row(moment="2015-07-30").moment == dt.datetime(2015, 7, 30, tzinfo=dt.UTC)
    assert row(moment="Thu, 1 Jan 2015 00:00:00 +0000").moment == dt.datetime(2015, 1, 1, tzinfo=dt.UTC)


def test_an_offset_is_kept() -> None:
    moment = row(moment="Thu, 30 Jul 2015 15:19:04 -0830").moment
    assert moment is not None
    assert moment.utcoffset() == -dt.timedelta(hours=8, minutes=30)


@given(st.datetimes(min_value=dt.datetime(1900, 1, 1), timezones=st.just(dt.UTC)))  # noqa: DTZ001
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_rfc_2822_date_is_read_as_the_standard_library_writes_it(moment: dt.datetime) -> None:
    assert row(moment=format_datetime(moment)).moment == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "Thu, 30 Foo 2015 23:19:04 +0000",
        "Thu, 31 Jun 2015 23:19:04 +0000",
        "2015-13-01T00:00:00Z",
        "a b c d e f",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        row(moment=text)
    assert caught.value.path == "$.moment"
    assert text not in str(caught.value)


@pytest.mark.parametrize("value", [5, 1.5, True, [], {}])
@pytest.mark.parametrize("field", ["moment", "day", "time"])
def test_what_is_no_text_is_no_date(field: str, value: object) -> None:
    with pytest.raises(DecodeError, match=f"Expected `str`, got `{type(value).__name__}` at \\$.{field}"):
        row(**{field: value})


def test_empty_text_is_none_but_in_text() -> None:
    empty = row(moment="", day="", time="", either="", code="", number="", text="")
    assert empty == Row(text="")


def test_days() -> None:
    assert row(day="2023-09-10").day == dt.date(2023, 9, 10)
    day = row(day="2023-09-10T06:52:21Z").day
    assert type(day) is dt.date
    with pytest.raises(DecodeError):
        row(day="10.9.2023")


def test_times() -> None:
    assert row(time="20:00:00Z").time == dt.time(20, tzinfo=dt.UTC)
    assert row(time="20:00").time == dt.time(20)
    assert row(time="in the morning").time == "in the morning"


def test_dates_or_moments() -> None:
    assert row(either="2025-04-30").either == dt.date(2025, 4, 30)
    assert row(either="Thu, 30 Jul 2015 23:19:04 +0000").either == JULY
    assert row(either="tomorrow at 10").either == "tomorrow at 10"
    assert row(either="2025-99-30").either == "2025-99-30"
    assert row(either=1714435200).either == "1714435200"


_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)  # noqa: SIM905
}


def read_slowly(text: str) -> dt.datetime | None:
    """The moment as each rule by itself reads it: Twilio's RFC 2822, then ISO 8601, then any RFC 2822."""
    try:
        _, day, month, year, time, offset = text.split(" ")
        value = dt.datetime.fromisoformat(f"{year}-{_MONTHS[month]:02}-{day} {time}{offset}")
    except (KeyError, ValueError):
        plain = text.strip().upper()
        if not plain:
            return None
        try:
            value = dt.datetime.fromisoformat(plain)
        except ValueError:
            try:
                value = parsedate_to_datetime(plain)
            except (TypeError, IndexError, OverflowError):
                raise ValueError(text) from None
    return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


def either_slowly(text: str) -> dt.date | str | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else read_slowly(text)
    except ValueError:
        return text


MOMENTS = st.datetimes(timezones=st.none() | st.timezones() | st.just(dt.UTC))
SPELLINGS: Sequence[Callable[[dt.datetime], str]] = (
    dt.datetime.isoformat,
    lambda moment: moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
    lambda moment: moment.isoformat(" ", "milliseconds").lower(),
    lambda moment: f"{moment:%Y%m%dT%H%M%S%z}",
    lambda moment: f"{moment:%G-W%V-%u}T{moment:%H:%M}",
    lambda moment: moment.date().isoformat(),
    lambda moment: f"{moment:%Y%m%d}",
    format_datetime,
    lambda moment: format_datetime(moment).upper(),
    lambda moment: format_datetime(moment).replace("+0000", "GMT").removeprefix(f"{moment:%a}, "),
)


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """A moment in a spelling that comes or might come, sometimes with a character added, changed or left out."""
    text = draw(st.sampled_from(SPELLINGS))(draw(MOMENTS))
    at, cut = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
    added = draw(st.text("0123456789-:TtZz +.,W\u0130\u00df\n", max_size=2))
    return draw(st.sampled_from([text, text[:at] + added + text[at + cut :]]))


@given(spelled() | st.text(max_size=30))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_the_quick_way_reads_what_the_rules_read_one_by_one(text: str) -> None:
    either = either_slowly(text)
    assert row(either=text) == Row(either=either)
    if isinstance(found := row(either=text).either, dt.datetime):
        assert isinstance(either, dt.datetime)
        assert found.utcoffset() == either.utcoffset()
    try:
        moment = read_slowly(text)
    except ValueError:
        with pytest.raises(DecodeError):
            row(moment=text)
    else:
        assert row(moment=text) == Row(moment=moment)


def test_codes() -> None:
    assert row(code=0).code == 0
    assert row(code="22150").code == 22150
    assert row(code="²").code == "²"
    values: list[object] = [True, 1.5, []]
    for value in values:
        with pytest.raises(DecodeError):
            row(code=value)


def test_numbers() -> None:
    assert row(number="-155.090000").number == -155.09
    assert row(number=19).number == 19.0
    assert isinstance(row(number=19).number, float)
    values: list[object] = ["east", [], {}]
    for value in values:
        with pytest.raises(DecodeError):
            row(number=value)


def test_texts() -> None:
    assert row(text=94105).text == "94105"
    assert row(text="094105").text == "094105"
    values: list[object] = [True, [], {}]
    for value in values:
        with pytest.raises(DecodeError):
            row(text=value)
