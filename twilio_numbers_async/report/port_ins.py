"""The page about port-ins: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from .._util import counted
from ..errors import InvalidArgumentError
from ..models import PortIn
from . import charts
from .files import replaced
from .masking import mask_number, mask_text
from .page import rendered
from .steps import Actor, NumberSteps, StatusSeen, Step, durations, steps_of

__all__ = ["write_port_in_report"]

T = TypeVar("T")

MOST_NUMBERS = 2000
"""Numbers of a request that are listed."""
_ACTORS: Mapping[Actor, tuple[str, str]] = {  # the label, and the style
    Actor.YOU: ("you", "failed"),
    Actor.CUSTOMER: ("the customer", "not_portable"),
    Actor.TWILIO: ("Twilio", "invalid"),
    Actor.LOSING_CARRIER: ("the losing carrier", "rate"),
    Actor.NOBODY: ("nobody", "portable"),
}
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def write_port_in_report(
    port_ins: Iterable[PortIn],
    path: Path | str,
    *,
    history: Iterable[StatusSeen] = (),
    mask: bool = False,
    now: dt.datetime | None = None,
) -> None:
    """Write a page about port-ins: where each number stands, how long each step took, and who has to act.

    ``port_ins`` are as ``port_ins.fetch`` gives them. ``history`` are the statuses that a watch has seen
    (``read_history``): Twilio itself says only when the last step of a number began. With ``mask`` the page holds only
    the last four digits of each number, and nothing of the customer. ``now`` is the time that open steps are counted
    up to, by default the time now. Of a port-in that is given twice the last one counts.

    Raises InvalidArgumentError for what is no port-in and for a time without a time zone, OSError where the page cannot
    be written. It needs the extra ``cli`` (jinja2).
    """
    path, now = Path(path), now or dt.datetime.now(dt.UTC)
    given, seen = _all_of(port_ins, PortIn, "port_ins"), _all_of(history, StatusSeen, "history")
    _check_zone(now, "now")
    for position, one in enumerate(seen):
        _check_zone(one.at, f"history[{position}].at")
    given = list({port_in.port_in_request_sid or id(port_in): port_in for port_in in given}.values())
    page = rendered("port_ins.html.jinja", **_context(given, seen, now, mask=mask))
    replaced(path, page.encode())


def _all_of(given: Iterable[T], kind: type[T], argument: str) -> list[T]:
    """The things as a list. Raises InvalidArgumentError that names the place of something else."""
    if not isinstance(given, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{argument} must be a list of {kind.__name__}", argument=argument)
    found = list(given)
    for position, one in enumerate(found):
        if not isinstance(one, kind):
            place = f"{argument}[{position}]"
            raise InvalidArgumentError(f"{place} must be a {kind.__name__}", argument=place)
    return found


def _check_zone(at: dt.datetime, place: str) -> None:
    if not isinstance(at, dt.datetime) or at.tzinfo is None:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{place} must be a datetime with a time zone", argument=place)


def _context(
    port_ins: Sequence[PortIn], history: Sequence[StatusSeen], now: dt.datetime, *, mask: bool
) -> dict[str, Any]:
    numbers = steps_of(port_ins, history, now)
    counts = Counter(number.actor for number in numbers)
    words = ", ".join(f"{counts[actor]:,} {label}" for actor, (label, _) in _ACTORS.items())
    by_request: dict[int, list[NumberSteps]] = {}
    for number in numbers:
        by_request.setdefault(id(number.port_in), []).append(number)
    return {
        "facts": [
            counted(len(port_ins), "request"),
            counted(len(numbers), "number"),
            f"as of {_clock(now)} UTC",
            *(["numbers masked"] if mask else []),
        ],
        "headline": _headline(counts, len(numbers)),
        "bar": charts.bar(
            [(kind, counts[actor]) for actor, (_, kind) in _ACTORS.items()], len(numbers), height=20
        ),
        "words": f"To act: {words}",
        "tiles": [
            {"kind": kind, "count": f"{counts[actor]:,}", "label": _tile(actor, label)}
            for actor, (label, kind) in _ACTORS.items()
        ],
        "durations": [
            {
                "status": _plain(each.status),
                "ended": f"{each.ended:,}",
                "median": "" if each.median is None else _length(each.median),
                "longest": _length(each.longest),
            }
            for each in durations(numbers)
        ],
        "has_history": bool(history),
        "requests": [_request(port_in, by_request.get(id(port_in), []), mask=mask) for port_in in port_ins],
    }


def _headline(counts: Counter[Actor], total: int) -> str:
    if not total:
        return "There are no numbers"
    if counts[Actor.YOU]:
        return (
            f"{counted(counts[Actor.YOU], 'number')} {'waits' if counts[Actor.YOU] == 1 else 'wait'} for you"
        )
    if counts[Actor.NOBODY] == total:
        return "Nothing is left to do"
    return "Nothing waits for you"


def _tile(actor: Actor, label: str) -> str:
    return "done or called off" if actor is Actor.NOBODY else f"{label} to act"


def _request(port_in: PortIn, numbers: Sequence[NumberSteps], *, mask: bool) -> dict[str, Any]:
    carrier = port_in.losing_carrier_information
    customer = None if mask or carrier is None else carrier.customer_name
    target, reason = port_in.target_port_in_date, port_in.order_cancellation_reason
    order = list(_ACTORS)
    listed = sorted(numbers, key=lambda number: order.index(number.actor))[:MOST_NUMBERS]
    is_open = any(number.actor is Actor.CUSTOMER for number in numbers)
    return {
        "title": port_in.port_in_request_sid or "A request without its SID",
        "facts": [
            _plain(port_in.port_in_request_status) or "no status",
            *([customer] if customer else []),
            counted(len(numbers), "number"),
            *([f"created {_clock(port_in.date_created)} UTC"] if port_in.date_created else []),
            *([f"wanted for {target}"] if target else []),
            *([f"canceled: {mask_text(reason) if mask else reason}"] if reason else []),
        ],
        "signature": port_in.signature_request_url if is_open and not mask else None,
        "numbers": [_number(number, mask=mask) for number in listed],
        "hidden": len(numbers) > len(listed),
        "listed": f"{len(listed):,}",
        "count": f"{len(numbers):,}",
    }


def _number(number: NumberSteps, *, mask: bool) -> dict[str, str]:
    label, kind = _ACTORS[number.actor]
    phone_number, at = number.number.phone_number or "", number.number.port_date
    return {
        "phone_number": mask_number(phone_number) if mask else phone_number,
        "status": _plain(number.number.port_in_phone_number_status) or "no status",
        "kind": kind,
        "actor": label,
        "action": number.action + _code(number),
        "steps": ", ".join(map(_step, number.steps)),
        "port_date": "" if at is None else f"{_clock(at)} UTC",
    }


def _code(number: NumberSteps) -> str:
    code = number.number.rejection_reason_code or number.number.not_portability_reason_code
    return f" (code {code})" if code and number.actor is Actor.YOU and number.number.advice else ""


def _step(step: Step) -> str:
    if step.seconds is None:
        since = "" if step.end is None else "from "
        return f"{_plain(step.status)} {since}{_clock(step.start)}"
    so_far = " so far" if step.end is None else ""
    return f"{_plain(step.status)} {_length(step.seconds)}{so_far}"


def _plain(status: str | None) -> str:
    return "" if status is None else str(status).replace("_", " ").lower()


def _clock(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%d %b %Y, %H:%M")


def _length(seconds: float) -> str:
    """A length of time by its two largest units: ``2 d 3 h``, ``45 s``."""
    left, parts = round(seconds), list[str]()
    for unit, size in _UNITS:
        if left >= size or (unit == "s" and not parts):
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts[:2])
