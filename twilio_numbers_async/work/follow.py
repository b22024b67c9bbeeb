"""Following things that change: looking again and again, for weeks, also through failures."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from ..errors import TwilioNumbersError, invalid
from ..models.base import OpenEnum, fold
from .time import Time, check_seconds

__all__ = ["FollowOptions", "Tolerance", "follow", "is_same", "state_of"]

S = TypeVar("S", bound=msgspec.Struct)
Change = TypeVar("Change")

_log = logging.getLogger("twilio_numbers_async")


class FollowOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a watch, in seconds. Raises InvalidArgumentError for what is no number of seconds."""

    interval: float
    """The pause between two looks."""
    patience: float
    """The time for which failures in a row that may pass are sat out."""
    refresh: float = 0.0
    """The time after which a thing is fetched although its row of the list stays the same."""
    initial: bool = True
    """True if what is found first is a change."""
    time: Time

    def __post_init__(self) -> None:
        check_seconds(self.interval, "interval", zero=False)
        check_seconds(self.refresh, "refresh")
        check_seconds(self.patience, "patience")


class Tolerance:
    """Stops a failure that may pass: ``with tolerance: row = await fetch(sid)``. Any other is raised."""

    def __init__(self) -> None:
        self.failure: TwilioNumbersError | None = None
        """The last failure of a look."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        if not isinstance(error, TwilioNumbersError) or not error.is_transient:
            return False
        self.failure = error
        return True


async def follow(
    look: Callable[[Tolerance], AsyncGenerator[Change, None]],
    is_over: Callable[[], bool],
    options: FollowOptions,
    what: str,
) -> AsyncGenerator[Change, None]:
    """Look until it ``is_over`` after a look without a failure, and yield the changes that each look yields.

    ``look`` makes its requests within the Tolerance. Raises the failure once failures last for ``patience`` seconds.
    """
    clock, failing_since = options.time.clock, None
    while True:
        tolerance = Tolerance()
        async with aclosing(look(tolerance)) as changes:
            async for change in changes:
                yield change
        failure = tolerance.failure
        if failure is None:
            failing_since = None
            if is_over():
                return
        else:
            failing_since = clock() if failing_since is None else failing_since
            if clock() - failing_since >= options.patience:
                raise failure
            _log.warning("watching %s failed (%s), looking again later", what, type(failure).__name__)
        await options.time.sleep(options.interval)


def state_of(state: dict[str, Any], kind: type[S]) -> S:
    """The state that an earlier watch has filled. Raises InvalidArgumentError for what is none."""
    try:
        return msgspec.convert(state, kind)
    except msgspec.ValidationError as error:
        raise invalid("state", f"must be one that watch has filled: {error}") from None


def is_same(old: str | None, new: OpenEnum) -> bool:
    """True for a status that was seen already, in whatever spelling."""
    return old is not None and fold(old) == fold(new.value)
