"""Splits inputs into chunks, and carries chunks out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Unpack, cast

import msgspec

from ..client import TwilioNumbers
from ..errors import InvalidArgumentError, invalid
from ..sweep import Chunk, ChunkOptions, Outcome, Sweep, key_text
from .operations import Plan
from .results import ChunkResult

__all__ = ["split", "sweep_chunk"]


def split(
    numbers: Iterable[Any],
    size: int = 1000,
    operation: str = "portability",
    **options: Unpack[ChunkOptions],
) -> Iterator[Chunk]:
    """Cut inputs of any length into chunks of ``size`` inputs each; they are read as the chunks are taken.

    ``operation`` says what an input is: a phone number (``portability``), a SID or a phone number (``transfer``,
    ``PN...`` or ``+1...``), or a pair of one of these and what to set (``update``,
    ``("PN...", {"voice_url": "https://..."})``; a dict of them will do too). The options are those of
    ``twilio.portability.sweep``, ``update_many`` and ``transfer_many``.
    An input that cannot be asked is an outcome of its chunk. Changes of one number that contradict each other
    are seen within a chunk only: give each number once.

    Raises InvalidArgumentError at once for a size, an operation or options that cannot be, and while it is read
    for an input that is no text, number, list or dict.
    """
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise invalid("size", "must be a whole number of at least 1")
    if isinstance(numbers, str | bytes):
        raise invalid("numbers", "is one text, not many: give a list, or any other iterable")
    if not isinstance(numbers, Iterable):
        raise invalid("numbers", f"must be an iterable, not {type(numbers).__name__}")
    plan = Plan(operation, cast("Mapping[str, Any]", options))
    inputs = cast("Iterable[Any]", numbers.items() if isinstance(numbers, Mapping) else numbers)
    return _chunks(iter(inputs), size, plan)


def _chunks(inputs: Iterator[Any], size: int, plan: Plan) -> Iterator[Chunk]:
    index = start = 0
    while items := [*islice(inputs, size)]:
        plain = tuple(_plain(item, position) for position, item in enumerate(items, start=start))
        yield Chunk(index, start, plain, plan.operation, dict(plan.options))
        index += 1
        start += len(items)


def _plain(item: Any, position: int) -> Any:
    """The input as JSON can hold it, so that it is the same wherever a chunk has been."""
    if type(item) is str and item.isascii():
        return item
    try:
        return _builtin(item)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError(
            f"numbers[{position}] cannot be carried in a chunk ({type(item).__name__}):"
            " give text, or what JSON can hold",
            argument=f"numbers[{position}]",
        ) from error


def _builtin(item: Any) -> Any:
    if isinstance(item, str):
        text = str.__str__(item)
        text.encode()  # a lone surrogate is no text
        return text
    if item is None or isinstance(item, bool):
        return item
    if isinstance(item, int) and -(2**63) <= item < 2**63:
        return int(item)
    if isinstance(item, float):
        return item if math.isfinite(item) else None
    if isinstance(item, tuple | list):
        return tuple(_builtin(part) for part in cast("list[Any]", item))
    if isinstance(item, Mapping):
        parts = cast("Iterable[tuple[Any, Any]]", item.items())
        return {_builtin(name): _builtin(part) for name, part in parts}
    raise TypeError(type(item).__name__)


async def sweep_chunk(twilio: TwilioNumbers, chunk: Chunk) -> ChunkResult:
    """Carry a chunk out with an open client: an outcome for each input, in their order.

    A number that failed is an outcome, and stands in ``unfinished`` if the failure may pass. If it is cancelled, it
    gives nothing. Raises AuthenticationError (401) and PermissionDeniedError (403), since every other call would fail
    too: do not try those again.
    """
    if not isinstance(chunk, Chunk):
        raise invalid(
            "chunk", "must be a Chunk: msgspec.convert(data, Chunk) makes one of what an engine carried"
        )
    sweep = Plan(chunk.operation, chunk.options).start(twilio, chunk.inputs)
    async with sweep as outcomes:
        got = [outcome async for outcome in outcomes]
    return ChunkResult(
        key=chunk.key,
        index=chunk.index,
        operation=chunk.operation,
        options=dict(sweep.options),
        outcomes=tuple(
            msgspec.structs.replace(outcome, index=chunk.position(offset))
            for offset, outcome in enumerate(got)
        ),
        keys=tuple(None if outcome.checked_at is None else _key_of(sweep, outcome) for outcome in got),
        again=tuple(offset for offset, outcome in enumerate(got) if sweep.asks_again(outcome)),
    )


def _key_of(sweep: Sweep[Any], outcome: Outcome[Any]) -> str:
    """The key that a journal knows an outcome by."""
    if outcome.phone_number is not None and isinstance(outcome.input, str):
        return outcome.phone_number  # what the key was; a change has more in its key
    return key_text(sweep.key(outcome.input))
