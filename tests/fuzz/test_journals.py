"""Journals that a disk, a full file system or an editor has damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from tests.sweep.calls import Answer, collect, numbers, sweep
from twilio_numbers_async.errors import NotFoundError, TwilioNumbersError
from twilio_numbers_async.sweep import Journal

from .strategies import quick

COUNT = 40
PAGE = 512


def portable(number: str) -> bool:
    return number.endswith(("0", "2", "4", "6", "8"))


async def call(number: str) -> Answer:
    """Answer what is true of a number; every number that ends in 9 is not there."""
    if number.endswith("9"):
        raise NotFoundError("Not found", status=404, code=20404)
    return Answer(phone_number=number, portable=portable(number))


async def resumed(path: Path) -> None:
    """Run the sweep with the journal: each number has its own outcome, or the journal is refused."""
    async with asyncio.timeout(30):
        try:
            outcomes = await collect(sweep(call, numbers(COUNT), journal=Journal(path)))
        except TwilioNumbersError:
            return
    assert [outcome.index for outcome in sorted(outcomes, key=lambda each: each.index)] == list(range(COUNT))
    for outcome in outcomes:
        number = numbers(COUNT)[outcome.index]
        assert (outcome.input, outcome.phone_number) == (number, number)
        if number.endswith("9"):
            assert isinstance(outcome.error, NotFoundError)
            assert (outcome.error.status, outcome.error.code) == (404, 20404)
        else:
            assert outcome.result == Answer(phone_number=number, portable=portable(number))


@cache
def whole() -> bytes:
    """A journal with every answer."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "journal")
        asyncio.run(resumed(path))
        return path.read_bytes()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


def checked(folder: Path, content: bytes) -> None:
    path = folder / "journal"
    for left in folder.iterdir():
        left.unlink()
    path.write_bytes(content)
    asyncio.run(resumed(path))


def test_a_whole_journal_is_read(folder: Path) -> None:
    checked(folder, whole())


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=3))
@settings(quick, max_examples=120)
def test_changed_bytes_are_no_answer(folder: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(whole())
    for at, other in changes:
        content[at % len(content)] ^= other
    checked(folder, bytes(content))


@given(st.integers(0, 10**6), st.sampled_from([b"true", b"null", b"portable", b"+1555", b"404"]), st.data())
@settings(quick, max_examples=60)
def test_changed_words_are_no_answer(folder: Path, position: int, word: bytes, data: st.DataObject) -> None:
    """A byte inside of what was kept, where it does most harm."""
    content = whole()
    places = [at for at in range(len(content)) if content.startswith(word, at)]
    at = places[position % len(places)] + data.draw(st.integers(0, len(word) - 1)) if places else 0
    checked(folder, content[:at] + bytes([data.draw(st.integers(32, 126))]) + content[at + 1 :])


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["cut", "zeros", "swapped", "longer"]))
@settings(quick, max_examples=80)
def test_pages_that_are_lost_are_no_answers(folder: Path, one: int, other: int, how: str) -> None:
    content = whole()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    first, second = one % len(pages), other % len(pages)
    if how == "cut":
        content = content[: one % len(content)]
    elif how == "longer":
        content += pages[first]
    else:
        pages[first], pages[second] = (
            (bytes(PAGE), pages[second]) if how == "zeros" else (pages[second], pages[first])
        )
        content = b"".join(pages)
    checked(folder, content)
