"""One sweep's use of its journal."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from ..errors import JournalError
from ..models.base import decoder
from .codec import digest, error_of, json_of
from .merging import microseconds, moment
from .outcome import Answered
from .store import Kept, Store, Written
from .writer import Writer

__all__ = ["Run", "row_of"]

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_log = logging.getLogger("twilio_numbers_async")


class Run(Generic[T]):
    """One sweep's use of its journal."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        result_type: type[T],
        since: dt.datetime | None,
        ended: Callable[[], Writer | None],
    ) -> None:
        self._store = store
        self._writer = writer
        self._decoder = decoder(result_type)
        self._since = 0 if since is None else microseconds(since)
        self._ended: Callable[[], Writer | None] | None = ended

    async def look_up(
        self, start: int, inputs: Sequence[object], keys: Sequence[str]
    ) -> dict[str, Answered[T]]:
        """Note the inputs from position ``start`` on, and return what is known of these keys."""
        return await self._writer.do(lambda: self._look_up(start, inputs, keys))

    def _look_up(self, start: int, inputs: Sequence[object], keys: Sequence[str]) -> dict[str, Answered[T]]:
        try:
            digests = [digest(item) for item in inputs]
        except TypeError as error:
            raise JournalError(f"The inputs cannot be compared with a journal's: {error}.") from error
        self._store.add_inputs(start, digests)
        kept, damaged = self._store.look_up(keys, self._since) if keys else ([], 0)
        if damaged:
            _log.warning(
                "journal damaged: %d of the answers in %s are not as they were written and are asked again",
                damaged, self._store.path,
            )  # fmt: skip
        with suppress(msgspec.MsgspecError, AttributeError, TypeError):
            return {row[0]: self._answered(row) for row in kept}
        raise JournalError(
            f"The journal {self._store.path} has an entry that cannot be read: it is of another version of this"
            " package, or of another kind of sweep. Give another journal."
        )

    def _answered(self, row: Kept) -> Answered[T]:
        _, result, error, checked_at, earlier = row
        return Answered(
            None if result is None else self._decoder.decode(result),
            None if error is None else error_of(error),
            moment(checked_at),
            earlier,
        )

    def record(self, key: str, answered: Answered[T], *, transient: bool) -> None:
        """Keep what became of a key; ``transient`` if the next run is to ask again.

        Raises JournalError, also where the outcome has no JSON.
        """
        # Encoded here, where the answer is at hand: on the writer's thread it would cost more, and hold up this one.
        self._writer.add(row_of(key, answered, transient))

    async def finish(self) -> None:
        """Commit, and close the journal if this run opened it. Raises JournalError where that fails."""
        if self._ended is None:
            return
        ended, self._ended = self._ended, None
        try:
            await self._writer.commit()
        finally:
            opened = ended()
            if opened is not None:
                await opened.stop()

    def abandon(self) -> None:
        """Finish without waiting: the journal's thread does it."""
        if self._ended is None:
            return
        ended, self._ended = self._ended, None
        opened = ended()
        if opened is not None:
            opened.release()


def row_of(key: str, answered: Answered[Any], transient: bool) -> Written:
    """The row of what became of a key. Raises JournalError for what has no JSON."""
    result = error = None
    try:
        if answered.error is None:
            result = _encoder.encode(answered.result).decode()
        else:
            error = json_of(answered.error)
    except Exception as failure:
        raise JournalError(f"An outcome cannot be kept in a journal: {failure}.") from failure
    return key, result, error, transient, microseconds(answered.checked_at)
