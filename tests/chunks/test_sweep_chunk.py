"""A chunk that is carried out is a local sweep's piece, word for word, and so it is after a journey as bytes."""

from __future__ import annotations

import asyncio
import pickle
import random
import zlib
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import (
    ApiError,
    AuthenticationError,
    Chunk,
    ChunkResult,
    InvalidArgumentError,
    InvalidPhoneNumberError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    split,
    sweep_chunk,
)
from twilio_numbers_async.sandbox import Fault, Sandbox

from .samples import ONCE, factory, numbers, rows_of, rows_of_results

TO = "AC" + "b" * 32
SID = "PN" + "0" * 32


async def everything(sandbox: Sandbox, inputs: list[Any], size: int, **options: Any) -> list[ChunkResult]:
    async with factory(sandbox)() as twilio:
        return [await sweep_chunk(twilio, chunk) for chunk in split(inputs, size=size, **options)]


async def test_it_is_what_a_local_sweep_gives() -> None:
    inputs: list[Any] = [*numbers(40), "extension 7", "+1 212 555 0165", None, *numbers(5), "+15559990135"]
    async with Sandbox() as sandbox:
        sandbox.script(Fault.error(404, 20404), path="*/+15552000007")
        sandbox.script(Fault.error(500), path="*/+15552000011", times=None)
        results = await everything(sandbox, inputs, 10, country="US")
        sandbox.script(Fault.error(404, 20404), path="*/+15552000007")
        async with factory(sandbox)() as twilio, twilio.portability.sweep(inputs, country="US") as outcomes:
            local = rows_of([outcome async for outcome in outcomes])
    assert rows_of_results(results) == local
    assert [row["index"] for result in results for row in result.to_rows()] == [*range(len(inputs))]
    errors = {
        outcome.index: outcome.error for result in results for outcome in result.outcomes if outcome.error
    }
    assert {index: type(error) for index, error in errors.items()} == {
        7: NotFoundError,
        11: ServerError,
        40: InvalidPhoneNumberError,
        42: InvalidPhoneNumberError,
    }
    assert [result.unfinished for result in results if result.unfinished] == [(inputs[11],)]


async def test_after_a_journey_as_bytes_it_is_the_same() -> None:
    inputs = [*numbers(30), "extension 7"]
    async with Sandbox() as sandbox:
        sandbox.script(Fault.error(404, 20404), skip=3, times=4)
        sandbox.script(Fault.error(503), skip=9, times=4)
        (result,) = await everything(sandbox, inputs, 100, country="US")
    assert len(result.unfinished) == 4
    for again in (ChunkResult.from_bytes(result.to_bytes()), pickle.loads(pickle.dumps(result))):
        assert again.to_rows() == result.to_rows()
        assert (again.key, again.index, again.operation, again.options) == (
            result.key, result.index, "portability", result.options,
        )  # fmt: skip
        assert again.keys == result.keys
        assert again.unfinished == result.unfinished
        for after, before in zip(again.outcomes, result.outcomes, strict=True):
            assert after.result == before.result
            assert type(after.error) is type(before.error)
            assert vars(after.error or ValueError()) == vars(before.error or ValueError())
            assert after.checked_at == before.checked_at
        assert again.to_bytes() == result.to_bytes()
    assert not any(number in repr(result) for number in numbers(30))


async def test_update_and_transfer() -> None:
    async with Sandbox() as sandbox:
        sandbox.add_account(TO, "another-token", parent=sandbox.account_sid)
        sids = sandbox.add_numbers(6)
        changes: list[Any] = [(sid, {"voice_url": f"https://example.com/{sid}"}) for sid in sids]
        changes[2] = (sids[1], {"voice_url": "https://example.com/other"})
        changes[3] = (SID, {"voice_url": "https://example.com/"})
        changes[4] = "nothing"
        (updated,) = await everything(sandbox, changes, 10, operation="update")
        (moved,) = await everything(sandbox, [*sids, SID], 10, operation="transfer", to_account_sid=TO)
        (again,) = await everything(sandbox, [*sids], 10, operation="transfer", to_account_sid=TO)
    ok = [outcome.ok for outcome in updated.outcomes]
    assert ok == [True, True, False, False, False, True]
    assert [type(outcome.error) for outcome in updated.outcomes[2:5]] == [
        InvalidArgumentError, NotFoundError, InvalidArgumentError,
    ]  # fmt: skip
    assert [key is None for key in updated.keys] == [False, False, True, False, True, False]
    assert updated.to_rows()[0]["voice_url"] == f"https://example.com/{sids[0]}"
    assert ChunkResult.from_bytes(updated.to_bytes()).to_rows() == updated.to_rows()
    assert ChunkResult.from_bytes(updated.to_bytes()).keys == updated.keys
    assert [outcome.ok for outcome in moved.outcomes] == [True] * 6 + [False]
    assert {row["account_sid"] for row in moved.to_rows()[:6]} == {TO}
    assert moved.keys == (*sids, SID)
    assert all(outcome.ok for outcome in again.outcomes), "a transfer that is repeated settles itself"
    assert ChunkResult.from_bytes(moved.to_bytes()).to_rows() == moved.to_rows()


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (403, PermissionDeniedError)])
async def test_refused_credentials_are_raised_and_can_be_pickled(status: int, kind: type[ApiError]) -> None:
    async with Sandbox() as sandbox:
        sandbox.script(Fault.error(status, 20003), skip=3, times=None)
        with pytest.raises(kind) as caught:
            await everything(sandbox, numbers(50), 50, country="US")
        assert sandbox.requests < 50
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is kind
    assert again.status == status


def own_tasks() -> set[asyncio.Task[Any]]:
    """Without the server's."""
    return {task for task in asyncio.all_tasks() if not task.done() and "RequestHandler" not in repr(task)}


async def test_a_cancelled_chunk_gives_nothing_and_leaves_nothing_behind() -> None:
    async with Sandbox() as sandbox:
        stalled = sandbox.script(Fault.stall(), skip=10, times=None)
        async with factory(sandbox, 5)() as twilio:
            before = own_tasks()
            task = asyncio.create_task(sweep_chunk(twilio, next(split(numbers(50), country="US"))))
            async with asyncio.timeout(30):
                while not stalled.used:  # noqa: ASYNC110 - a rule tells nobody of it
                    await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert own_tasks() == before


async def test_what_is_no_chunk_is_told() -> None:
    chunk = next(split(numbers(3), country="US"))
    async with Sandbox() as sandbox, sandbox.client(retry=ONCE) as twilio:
        wrongs: list[Any] = [msgspec.to_builtins(chunk), None]
        for wrong in wrongs:
            with pytest.raises(InvalidArgumentError, match="chunk must be a Chunk"):
                await sweep_chunk(twilio, wrong)
        for other, argument in (
            (Chunk(0, 0, (), "buy"), "operation"),
            (Chunk(0, 0, (), options={"x": 1}), "x"),
        ):
            with pytest.raises(InvalidArgumentError) as caught:
                await sweep_chunk(twilio, other)
            assert caught.value.argument == argument
        assert (await sweep_chunk(twilio, Chunk(0, 0, ()))).outcomes == ()
        assert sandbox.requests == 0


async def a_result() -> ChunkResult:
    async with Sandbox() as sandbox:
        (result,) = await everything(sandbox, [*numbers(20), "nobody"], 100, country="US")
    return result


async def test_bytes_that_were_changed_are_refused() -> None:
    data = (await a_result()).to_bytes()
    chance = random.Random(5)
    for cut in {*range(5), *chance.sample(range(len(data)), 40)}:
        with pytest.raises(InvalidArgumentError):
            ChunkResult.from_bytes(data[:cut])
        changed = bytearray(data)
        changed[cut] ^= 1 << chance.randrange(8)
        with pytest.raises(InvalidArgumentError):
            ChunkResult.from_bytes(bytes(changed))
    with pytest.raises(InvalidArgumentError, match="damaged"):
        ChunkResult.from_bytes(data + b"x")
    with pytest.raises(InvalidArgumentError, match="data must be bytes, not str"):
        ChunkResult.from_bytes("TNCR")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


async def test_bytes_of_another_version_are_refused_clearly() -> None:
    data = (await a_result()).to_bytes()
    with pytest.raises(InvalidArgumentError, match="is of version 2, and this package reads version 1"):
        ChunkResult.from_bytes(data[:4] + b"\x02" + data[5:])
    with pytest.raises(InvalidArgumentError, match="no chunk result"):
        ChunkResult.from_bytes(b"PK" + data)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [((5,), [99]), ((5,), [-1]), ((4, 0, 0), "x"), ((4, 0, 5), {"portable": []}), ((4, 0, 3), 5), ((2,), "buy"),
     ((4, 20, 6), '{"kind":"Nothing","message":"","fields":{}}'), ((4, 0, 4), 10**18), ((4, 20, 3), True)],
)  # fmt: skip
async def test_bytes_whose_content_does_not_fit_are_refused(place: tuple[int, ...], wrong: Any) -> None:
    data = (await a_result()).to_bytes()
    content = msgspec.json.decode(zlib.decompress(data[5:]))
    at = content
    for step in place[:-1]:
        at = at[step]
    if wrong is True:
        at[1] = 5  # its key is to be the input, which is no text
    at[place[-1]] = wrong
    with pytest.raises(InvalidArgumentError):
        ChunkResult.from_bytes(data[:5] + zlib.compress(msgspec.json.encode(content)))


async def test_a_thousand_varied_outcomes_take_at_most_60_kb() -> None:
    chance = random.Random(11)
    inputs = [f"+1555{chance.randrange(200, 1000)}{chance.randrange(10_000):04}" for _ in range(1000)]
    async with Sandbox() as sandbox:
        for position, fault in enumerate(
            (Fault.error(404, 20404), Fault.error(503), Fault.html(500), Fault.garbage())
        ):
            sandbox.script(fault, skip=position * 100, times=60)
        (result,) = await everything(sandbox, inputs, 1000)
        pairs = [
            (
                sid,
                {
                    "friendly_name": f"Line {chance.randrange(10**6)}",
                    "voice_url": f"https://example.com/{position}",
                },
            )
            for position, sid in enumerate(sandbox.add_numbers(1000))
        ]
        (updated,) = await everything(sandbox, pairs, 1000, operation="update")
    kinds: set[type[object]] = {type(outcome.error) for outcome in result.outcomes}
    assert len(kinds) == 4
    assert sum(outcome.ok for outcome in updated.outcomes) == 1000
    assert len(result.to_bytes()) < 60_000
    assert len(updated.to_bytes()) < 60_000
