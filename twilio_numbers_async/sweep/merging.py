"""Merges chunks that were carried out elsewhere into a journal, and finds the chunks that are still to do."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import msgspec

from ..errors import TwilioNumbersError
from .chunk import Chunk
from .codec import digest
from .store import Standing, Store

__all__ = ["Entry", "Mergeable", "Pending", "microseconds", "moment", "texts_of", "to_add"]

R = TypeVar("R")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


class Entry(NamedTuple):
    """The outcome of one key."""

    key: str
    result: Any
    error: TwilioNumbersError | None
    checked_at: dt.datetime
    transient: bool
    """True if it is asked again: the failure may pass."""


class Mergeable(Protocol):
    """The protocol of what ``Journal.merge`` takes: a ChunkResult."""

    @property
    def options(self) -> Mapping[str, object]:
        """The options that decided the answers besides the inputs."""
        ...

    def entries(self) -> Iterable[Entry]:
        """The outcomes of its keys."""
        ...


class Do(Protocol):
    """Runs a function with the journal's store."""

    def __call__(self, function: Callable[[Store], R]) -> R: ...


class _Plan(Protocol):
    """An operation with its options: an operation of ``chunks``."""

    @property
    def decides(self) -> Mapping[str, object]: ...

    def keys(self, inputs: Iterable[Any]) -> list[str | None]: ...


class _Chunks(Protocol):
    """The package above, which knows the operations. It is imported by name when it is needed, as a plug-in is."""

    def Plan(self, operation: str, options: Mapping[str, Any]) -> _Plan: ...  # noqa: N802

    def split(self, numbers: Iterable[Any], size: int, operation: str, **options: Any) -> Iterator[Chunk]: ...


def _chunks() -> _Chunks:
    return cast("_Chunks", importlib.import_module(f"{__name__.partition('.')[0]}.chunks.splitting"))


def texts_of(options: Mapping[str, object]) -> dict[str, str]:
    """The options as a journal has them."""
    return {name: msgspec.json.encode(options[name], order="deterministic").decode() for name in options}


def microseconds(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(since_1970: int) -> dt.datetime:
    """The time (UTC) of microseconds since 1970."""
    return _EPOCH + since_1970 * _MICROSECOND


def to_add(store: Store, result: Mergeable) -> list[Entry]:
    """The entries that the journal does not have yet, or has an older outcome for.

    A final outcome is never replaced by a failure that may pass, whatever order they come in. Raises JournalError where
    the journal is of a sweep with other options.
    """
    store.join(texts_of(result.options))
    entries = {entry.key: entry for entry in result.entries()}
    known = {key: (not transient, at) for key, transient, at in store.standing([*entries])}
    return [
        entry
        for key, entry in entries.items()
        if key not in known or (not entry.transient, microseconds(entry.checked_at)) > known[key]
    ]


class Pending:
    """The chunks of a sweep that a journal does not have whole. Raises InvalidArgumentError as ``split`` does."""

    def __init__(self, numbers: Iterable[Any], size: int, operation: str, options: Mapping[str, Any]) -> None:
        above = _chunks()
        self._plan = above.Plan(operation, options)
        self._chunks = above.split(numbers, size, operation, **options)

    def __call__(self, do: Do, since: dt.datetime | None) -> Iterator[Chunk]:
        """Read them; ``do`` runs a function with the store, answers before ``since`` count for nothing."""
        plan, least = self._plan, 0 if since is None else microseconds(since)
        decides = texts_of(plan.decides)
        do(lambda store: store.expect(decides))
        for chunk in self._chunks:
            keys = plan.keys(chunk.inputs)
            done = {key for key, transient, at in do(_look(chunk, keys)) if not transient and at >= least}
            left = [offset for offset, key in enumerate(keys) if key is not None and key not in done]
            if left:
                yield chunk.part(left) if done else chunk


def _look(chunk: Chunk, keys: list[str | None]) -> Callable[[Store], list[Standing]]:
    """Note the chunk's inputs, and say what is known of them."""

    def look(store: Store) -> list[Standing]:
        store.add_inputs(chunk.start, [*map(digest, chunk.inputs)])
        return store.standing([key for key in keys if key is not None])

    return look
