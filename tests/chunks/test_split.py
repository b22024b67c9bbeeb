"""Inputs of any length become chunks, lazily; a chunk is plain data with an id."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import Chunk, InvalidArgumentError, split

from .samples import numbers

PN = "PN" + "a" * 32
TO = "AC" + "b" * 32


def test_every_input_is_in_one_chunk_in_its_order() -> None:
    chunks = [*split(numbers(25), size=10, country="US")]
    assert [(chunk.index, chunk.start, len(chunk.inputs)) for chunk in chunks] == [
        (0, 0, 10),
        (1, 10, 10),
        (2, 20, 5),
    ]
    assert [item for chunk in chunks for item in chunk.inputs] == numbers(25)
    assert {chunk.operation for chunk in chunks} == {"portability"}
    assert all(chunk.options == {"country": "US"} for chunk in chunks)
    assert [*split([])] == []


def test_it_reads_no_further_than_it_is_asked_to() -> None:
    read = 0

    def source() -> Iterator[str]:
        nonlocal read
        for number in numbers(10_000):
            read += 1
            yield number

    chunks = split(source(), size=100)
    assert read == 0
    next(chunks)
    assert read == 100


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (numbers(3), {"country": "US", "address_sid": None}),
        (["+15552000000", None, 5552000001, "", 1.5, float("nan"), "\N{FULLWIDTH PLUS SIGN}1", True, [1]], {}),
        ([PN], {"operation": "transfer", "to_account_sid": TO}),
        ([(PN, {"voice_url": "https://example.com/", "voice_caller_id_lookup": True})], {"operation": "update"}),
    ],
)  # fmt: skip
def test_a_chunk_is_the_same_wherever_it_has_been(given: list[Any], options: dict[str, Any]) -> None:
    (chunk,) = split(given, **options)
    for again in (
        msgspec.json.decode(msgspec.json.encode(chunk), type=Chunk),
        msgspec.msgpack.decode(msgspec.msgpack.encode(chunk), type=Chunk),
        msgspec.convert(msgspec.to_builtins(chunk), Chunk),
        pickle.loads(pickle.dumps(chunk)),
    ):
        assert again == chunk
        assert again.key == chunk.key


def test_inputs_of_other_types_become_plain() -> None:
    class Written(str):
        __slots__ = ()

    (chunk,) = split([Written("+15552000000"), float("inf"), (1, [2])])
    assert chunk.inputs == ("+15552000000", None, (1, (2,)))
    assert type(chunk.inputs[0]) is str


def test_a_dict_of_changes_is_as_good_as_pairs() -> None:
    changes: dict[str, Any] = {PN: {"voice_url": "https://example.com/"}}
    assert [*split(changes, operation="update")] == [*split([*changes.items()], operation="update")]


def test_the_key_is_of_the_operation_the_options_and_the_inputs() -> None:
    (first,) = split(numbers(3), country="US")
    (same,) = split(iter(numbers(3)), size=7, country="US")
    others = [
        *split(numbers(3), country="GB"),
        *split(numbers(3)),
        *split(numbers(4), country="US"),
        *split(numbers(3)[::-1], country="US"),
        *split([PN, PN, PN], operation="transfer", to_account_sid=TO),
        *split([PN, PN, PN], operation="transfer", to_account_sid="AC" + "c" * 32),
    ]
    assert first.key == same.key
    assert len({first.key, *(chunk.key for chunk in others)}) == 7
    moved = [*split(["+15552999999", *numbers(3)], size=1)]
    assert moved[1].key == next(split(numbers(1))).key, "not of where it stands"


def test_neither_key_nor_repr_shows_a_number_or_holds_a_credential() -> None:
    (chunk,) = split(numbers(3), country="US")
    assert not any(number in repr(chunk) for number in numbers(3))
    assert set(msgspec.to_builtins(chunk)) == {
        "index",
        "start",
        "inputs",
        "operation",
        "options",
        "positions",
    }
    assert chunk.key in repr(chunk)


def test_a_part_knows_where_its_inputs_stood() -> None:
    chunk = [*split(numbers(20), size=10)][1]
    part, piece = chunk.part([1, 4, 5]), chunk.part([3, 4, 5])
    assert part.inputs == (numbers(20)[11], numbers(20)[14], numbers(20)[15])
    assert [part.position(offset) for offset in range(3)] == [11, 14, 15]
    assert [piece.position(offset) for offset in range(3)] == [13, 14, 15]
    assert piece.positions is None
    assert part.part([0, 2]).positions == (11, 15)
    assert part.index == chunk.index


@pytest.mark.parametrize(
    ("keywords", "argument"),
    [
        ({"size": 0}, "size"),
        ({"size": True}, "size"),
        ({"size": 2.5}, "size"),
        ({"operation": "buy"}, "operation"),
        ({"operation": None}, "operation"),
        ({"country": "XX"}, "country"),
        ({"nonsense": 1}, "nonsense"),
        ({"account_sid": TO}, "account_sid"),
        ({"target_account_sid": "AC"}, "target_account_sid"),
        ({"operation": "update", "country": "US"}, "country"),
        ({"operation": "transfer"}, "to_account_sid"),
        ({"operation": "transfer", "to_account_sid": PN}, "to_account_sid"),
        ({"numbers": "+15552000000"}, "numbers"),
        ({"numbers": b"+15552000000"}, "numbers"),
        ({"numbers": 5}, "numbers"),
    ],
)
def test_what_cannot_be_is_told_at_once(keywords: dict[str, Any], argument: str) -> None:
    given: dict[str, Any] = {"numbers": [], **keywords}
    with pytest.raises(InvalidArgumentError) as caught:
        split(**given)
    assert caught.value.argument == argument


@pytest.mark.parametrize("item", [b"+15552000000", object(), "\ud800", 2**70, {"a": {1, 2}}])
def test_an_input_that_cannot_travel_is_told_by_its_place(item: object) -> None:
    chunks = split(["+15552000000", "+15552000001", item, "+15552000003"], size=2)
    assert next(chunks).inputs == ("+15552000000", "+15552000001")
    with pytest.raises(InvalidArgumentError, match=r"numbers\[2\] cannot be carried in a chunk") as caught:
        next(chunks)
    assert caught.value.argument == "numbers[2]"
