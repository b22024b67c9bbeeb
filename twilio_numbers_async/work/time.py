"""Time for long work, which tests replace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar, cast

from .._util import utc_now
from ..errors import invalid

__all__ = ["Time", "check_seconds", "checked_settle_within", "given_up", "look_until"]

T = TypeVar("T")

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
_LONGEST_WITHIN = 86_400
_LONGEST_CALL = dt.timedelta(hours=1)


class Time(NamedTuple):
    """The clocks, and sleep. Seconds throughout."""

    clock: Callable[[], float]
    """A clock that is never set back; it says nothing to another process."""
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], dt.datetime] = utc_now
    """The time in UTC, which other processes understand."""


async def look_until(
    look: Callable[[], Awaitable[T | None]], left: Callable[[], float], time: Time
) -> T | None:
    """Look until something is found or no seconds are ``left``, with pauses that grow; once at least."""
    pause = _FIRST_PAUSE
    while True:
        found = await look()
        seconds = left()
        if found is not None or seconds <= 0:
            return found
        await time.sleep(min(pause, seconds))
        pause = min(2 * pause, _LONGEST_PAUSE)


def check_seconds(value: object, argument: str, *, zero: bool = True) -> None:
    """Raise InvalidArgumentError for what is no number of seconds. ``zero``: 0 is one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not (cast("float", value) > 0 or (value == 0 and zero)):
        raise invalid(argument, f"must be {'0 seconds or more' if zero else 'more than 0 seconds'}")


def checked_settle_within(seconds: object) -> float:
    """The seconds that something may take to appear in a list. Raises InvalidArgumentError for what is none."""
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= _LONGEST_WITHIN:
        return seconds
    raise invalid("settle_within", f"must be 0 to {_LONGEST_WITHIN:,} seconds")


def given_up(sent_at: dt.datetime, lost_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """The time from which nobody sent a request any more, whose answer was given up at ``lost_at``.

    A process that was killed did not say when that was: it may have gone on for an hour, with all its refusals. The
    time is never later than ``now``.
    """
    return min(lost_at or sent_at + _LONGEST_CALL, now)
