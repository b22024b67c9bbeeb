"""Port-ins that exist: printing, canceling and watching them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from ..._util import counted
from ...client import TwilioNumbers
from ...errors import AuthenticationError, PermissionDeniedError, TwilioNumbersError
from ...models import PortIn, PortInPhoneNumberResult, PortInSummary
from ...porting.watch import PortInChange
from ...report.masking import mask_number, mask_text
from ..confirm import ask
from ..connection import Connection
from ..exit_codes import FAILED, tell
from ..output import Listing, Output, moment, print_json
from ..watching import WatchOptions, read_state, saved, show_changes
from ..words import worded

__all__ = ["LISTED", "cancel_port_in", "listed", "print_port_in", "under_way", "watch_port_ins"]

LISTED = {"Request": 34, "Status": 22, "Since": 20, "Ported": 11, "What to do": 0}
_NUMBERS = {"Number": 16, "Its SID": 34, "Type": 10, "Status": 22, "Port date": 25, "What to do": 0}
_CHANGES = {"Time": 20, "Request": 34, "Number": 16, "Its SID": 34, "Was": 22, "Is": 22, "Reason": 0}


def listed(row: PortInSummary) -> Sequence[object]:
    """The cells of a port-in in a list."""
    ported = f"{row.phone_numbers_ported or 0} of {row.phone_numbers_requested or 0}"
    since = _day_or_time(row.status_last_updated_timestamp)
    return [row.port_in_request_sid, row.port_in_request_status, since, ported, row.suggested_action]


def print_port_in(port_in: PortIn, output: Output) -> None:
    """Print one port-in with its numbers."""
    if output.json:
        print_json(port_in)
        return
    head = Listing({"Field": 14, "Port-in": 0}, output)
    for name, value in _head(port_in):
        if value is not None:
            head.row((name, value), None)
    numbers = Listing(_NUMBERS, output)
    for number in port_in.phone_numbers or ():
        cells = (
            number.phone_number,
            number.port_in_phone_number_sid,
            number.number_type,
            number.port_in_phone_number_status,
            _day_or_time(number.port_date),
            number.advice,
        )
        numbers.row(cells, None)


def _head(port_in: PortIn) -> Sequence[tuple[str, object]]:
    carrier = port_in.losing_carrier_information
    return (
        ("request", port_in.port_in_request_sid),
        ("status", port_in.port_in_request_status),
        ("account", port_in.account_sid),
        ("customer", carrier and carrier.customer_name),
        ("created", _day_or_time(port_in.date_created)),
        ("target date", port_in.target_port_in_date),
        ("to be signed at", port_in.signature_request_url),
        ("canceled for", port_in.order_cancellation_reason),
    )


async def cancel_port_in(client: TwilioNumbers, sid: str, number_sids: Sequence[str], *, yes: bool) -> int:
    """Show what would be canceled, ask, and cancel it; returns the exit code."""
    port_in = await client.port_ins.fetch(sid)
    status, numbers = port_in.port_in_request_status, port_in.phone_numbers or []
    tell(f"{sid} is {status or 'there'}, with {counted(len(numbers), 'number')}.")
    what = counted(len(number_sids), "number") + " of it" if number_sids else "all of it"
    ask(f"Cancel {what}?", yes=yes, done="canceled")
    if not number_sids:
        await client.port_ins.cancel(sid)
        print(f"{sid}\tcanceled", flush=True)
        return 0
    failed = False
    for number_sid in number_sids:
        try:
            await client.port_in_phone_numbers.cancel(sid, number_sid)
        except (AuthenticationError, PermissionDeniedError):
            raise
        except TwilioNumbersError as error:
            failed = True
            print(f"{number_sid}\tnot canceled\t{worded(error)}", flush=True)
        else:
            print(f"{number_sid}\tcanceled\t", flush=True)
    return FAILED if failed else 0


async def watch_port_ins(
    connection: Connection, sids: Sequence[str] | None, options: WatchOptions, output: Output
) -> None:
    """Print each change of port-ins once."""
    state, listing = read_state(options.state), Listing(_CHANGES, output)
    async with connection.open() as client, saved(state, options.state):
        sids = sids or await _watched(client, state)
        if not sids:
            tell(f"No port-in of {client.account_sid} is under way: there is nothing to watch.")
            return
        what = sids[0] if len(sids) == 1 else counted(len(sids), "port-in")
        tell(f"Watching {what}: a look every {options.interval:g} s, until all have ended.")
        changes = client.port_ins.watch(sids, interval=options.interval, state=state)
        show = partial(_show_change, listing, show_numbers=options.show_numbers)
        await show_changes(changes, show, missing="A request is not there, or not this account's")


async def under_way(client: TwilioNumbers) -> list[str]:
    """The requests of the account that have not ended."""
    return [
        row.port_in_request_sid
        async for row in client.port_ins.list(page_size=100)
        if row.port_in_request_sid
        and not (row.port_in_request_status is not None and row.port_in_request_status.is_terminal)
    ]


async def _watched(client: TwilioNumbers, state: dict[str, Any]) -> list[str]:
    """The requests of the account that have not ended, now or at the last look."""
    found = set(await under_way(client))
    requests: object = state.get("requests")
    if isinstance(requests, dict):
        known = cast("dict[str, Any]", requests)
        found |= {sid for sid, one in known.items() if isinstance(one, dict) and not one.get("done")}  # pyright: ignore[reportUnknownMemberType]
    return sorted(found)


def _show_change(listing: Listing, change: PortInChange, *, show_numbers: bool) -> None:
    number = change.phone_number
    phone_number = None if number is None else number.phone_number
    advice = None if number is None else number.advice
    if not show_numbers:
        phone_number = phone_number and mask_number(phone_number)
    record = {
        "seen_at": dt.datetime.now(dt.UTC),
        "port_in_request_sid": change.port_in_request_sid,
        "phone_number": phone_number,
        "port_in_phone_number_sid": None if number is None else change.sid,
        "old_status": change.old_status,
        "new_status": change.new_status,
        "advice": advice,
        **_rejection(number, show_numbers=show_numbers),
    }
    cells = [_day_or_time(record["seen_at"]), *list(record.values())[1:7]]
    listing.row(cells, record)


def _rejection(number: PortInPhoneNumberResult | None, *, show_numbers: bool) -> dict[str, object]:
    reason = None if number is None else number.rejection_reason
    code = None if number is None else number.rejection_reason_code
    if reason and not show_numbers:
        reason = mask_text(reason)
    return {"rejection_reason": reason, "rejection_reason_code": code}


def _day_or_time(value: object) -> str | None:
    if isinstance(value, dt.datetime):
        return moment(value)
    return None if value is None else str(value)
