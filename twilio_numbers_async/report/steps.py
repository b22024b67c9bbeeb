"""The steps of port-ins: where each number stands, how long each step took, and who has to act. Pure."""

from __future__ import annotations

import datetime as dt
import enum
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import msgspec

from ..errors import InvalidArgumentError
from ..models import PortIn, PortInPhoneNumberResult, PortInPhoneNumberStatus, PortInStatus
from ..models.discreet import Discreet

__all__ = ["Actor", "Duration", "NumberSteps", "StatusSeen", "Step", "durations", "read_history", "steps_of"]


class Actor(enum.StrEnum):
    """The one who has to act next."""

    YOU = "you"
    """The number was rejected, is not portable, or its request needs an action."""
    CUSTOMER = "customer"
    """The letter of authorization is not signed yet."""
    TWILIO = "twilio"
    """Twilio reviews the request, or takes the number out of it."""
    LOSING_CARRIER = "losing_carrier"
    """The losing carrier has not released the number yet."""
    NOBODY = "nobody"
    """The number is ported, or its port was called off."""


class StatusSeen(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """A status that a number had, as a watch saw it."""

    sid: str
    """The SID of the number within its request (``PU...``)."""
    status: PortInPhoneNumberStatus
    """The status."""
    at: dt.datetime
    """The time at which it was seen first."""

    _shown = frozenset({"sid", "status", "at"})


class Step(msgspec.Struct, frozen=True):
    """A status that a number has or had."""

    status: PortInPhoneNumberStatus
    start: dt.datetime
    end: dt.datetime | None
    """The time at which the next step began; None for the step that the number is at."""
    seconds: float | None
    """The time that it took, up to now for the last step; None for a status that is the end, and where nobody saw what
    came after it.
    """


class NumberSteps(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """One number of a port-in."""

    port_in: PortIn
    number: PortInPhoneNumberResult
    actor: Actor
    action: str
    """The thing to do, in one sentence; empty where there is nothing to do."""
    steps: list[Step]
    """The steps whose beginnings are known, the oldest first."""


class Duration(msgspec.Struct, frozen=True):
    """The time that a step takes."""

    status: PortInPhoneNumberStatus
    ended: int
    """The count of numbers that have left it."""
    median: float | None
    """Seconds, of those; None without any."""
    longest: float
    """Seconds, of all numbers, those that are at it included."""


_ACTORS: Mapping[PortInPhoneNumberStatus, tuple[Actor, str]] = {
    PortInPhoneNumberStatus.IN_REVIEW: (Actor.TWILIO, "Twilio reviews the request."),
    PortInPhoneNumberStatus.WAITING_FOR_SIGNATURE: (
        Actor.CUSTOMER,
        "The authorized representative signs the letter of authorization.",
    ),
    PortInPhoneNumberStatus.PORT_SUBMITTED: (Actor.LOSING_CARRIER, "The losing carrier confirms the port."),
    PortInPhoneNumberStatus.PORT_PENDING: (
        Actor.LOSING_CARRIER,
        "The losing carrier releases the number on the port date.",
    ),
    PortInPhoneNumberStatus.CANCELING: (Actor.TWILIO, "Twilio takes the number out of the request."),
}


def steps_of(
    port_ins: Iterable[PortIn], history: Iterable[StatusSeen], now: dt.datetime
) -> list[NumberSteps]:
    """Each number of the port-ins, in their order."""
    seen: dict[str, list[StatusSeen]] = {}
    for one in history:
        seen.setdefault(one.sid, []).append(one)
    return [
        _number_steps(port_in, number, seen.get(number.port_in_phone_number_sid or "", []), now)
        for port_in in port_ins
        for number in port_in.phone_numbers or ()
    ]


def _number_steps(
    port_in: PortIn, number: PortInPhoneNumberResult, seen: Sequence[StatusSeen], now: dt.datetime
) -> NumberSteps:
    actor, action = _actor(port_in, number)
    starts = _starts(port_in, number, seen)
    steps: list[Step] = []
    for (status, start), following in zip_longest(starts, starts[1:]):
        end = None if following is None else following[1]
        is_over = following is None and status.is_terminal
        is_known = not is_over and (following is None or _is_seen(status, following[0], seen))
        seconds = None if not is_known else max(0.0, ((end or now) - start).total_seconds())
        steps.append(Step(status, start, end, seconds))
    return NumberSteps(port_in=port_in, number=number, actor=actor, action=action, steps=steps)


def _is_seen(
    status: PortInPhoneNumberStatus, following: PortInPhoneNumberStatus, seen: Iterable[StatusSeen]
) -> bool:
    """True if nothing can have been between the two: it is the next step, or a watch saw both."""
    first = status == PortInPhoneNumberStatus.IN_REVIEW
    is_next = first and following == PortInPhoneNumberStatus.WAITING_FOR_SIGNATURE
    return is_next or any(one.status == status for one in seen)


def _starts(
    port_in: PortIn, number: PortInPhoneNumberResult, seen: Iterable[StatusSeen]
) -> list[tuple[PortInPhoneNumberStatus, dt.datetime]]:
    """Each status and when it began, as far as that is known."""
    known = [(one.at, one.status) for one in seen]
    if port_in.date_created is not None:
        known.append((port_in.date_created, PortInPhoneNumberStatus.IN_REVIEW))
    status, since = number.port_in_phone_number_status, number.status_last_time_updated_timestamp
    if status is not None and isinstance(since, dt.datetime):
        known.append((since, status))
    starts: list[tuple[PortInPhoneNumberStatus, dt.datetime]] = []
    for at, one in sorted(known, key=lambda pair: pair[0]):
        if not starts or starts[-1][0] != one:
            starts.append((one, at))
    return starts


def _actor(port_in: PortIn, number: PortInPhoneNumberResult) -> tuple[Actor, str]:
    status, request = number.port_in_phone_number_status, port_in.port_in_request_status
    if status is not None and status.is_terminal:
        return Actor.NOBODY, ""
    if number.advice is not None:
        return Actor.YOU, number.advice
    if status is not None and status in _ACTORS:
        return _ACTORS[status]
    if request is not None and request.is_terminal:
        return Actor.NOBODY, ""
    if request == PortInStatus.ACTION_REQUIRED:
        return Actor.YOU, "The request needs an action: see it in the Twilio Console."
    return Actor.TWILIO, "Twilio has not said yet where the number stands."


def durations(numbers: Iterable[NumberSteps]) -> list[Duration]:
    """Returns the time that each step takes, in the order of the statuses."""
    ended: dict[PortInPhoneNumberStatus, list[float]] = {}
    every: dict[PortInPhoneNumberStatus, list[float]] = {}
    for number in numbers:
        for step in number.steps:
            if step.seconds is not None:
                every.setdefault(step.status, []).append(step.seconds)
                if step.end is not None:
                    ended.setdefault(step.status, []).append(step.seconds)
    order = [*PortInPhoneNumberStatus]
    return [
        Duration(
            status,
            len(ended.get(status, ())),
            statistics.median(ended[status]) if status in ended else None,
            max(seconds),
        )
        for status, seconds in sorted(
            every.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)
        )
    ]


class _Line(msgspec.Struct):
    """A line of ``port-ins watch --json``."""

    seen_at: dt.datetime
    new_status: str
    port_in_phone_number_sid: str | None = None


def read_history(path: Path | str) -> Iterator[StatusSeen]:
    """The statuses that ``twilio-numbers port-ins watch --json`` has printed, line by line, into the file.

    Raises InvalidArgumentError that names the line of something else, OSError.
    """
    decode = msgspec.json.Decoder(_Line).decode
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                seen = decode(line)
            except msgspec.DecodeError:
                raise InvalidArgumentError(
                    f"{path}, line {number}: not a line of port-ins watch --json", argument="history"
                ) from None
            if seen.port_in_phone_number_sid:
                at = seen.seen_at if seen.seen_at.tzinfo else seen.seen_at.replace(tzinfo=dt.UTC)
                status = PortInPhoneNumberStatus(seen.new_status)
                yield StatusSeen(sid=seen.port_in_phone_number_sid, status=status, at=at)
