"""The events of the webhook configuration: a port-in, or a number, has moved on.

Their bodies are an assumption, from reports of users of these webhooks and not from a page of Twilio's: JSON with the
event's name in ``event_type``, without unknown values. The creation of a port-in is no event, nor is the expiry of one
of its numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from ..state import timestamp
from .port_in_state import REJECTIONS, Line, PortIn
from .portability import REASONS

_REQUEST_EVENTS = {
    "Waiting for Signature": "PortInWaitingForSignature",
    "In Progress": "PortInInProgress",
    "Completed": "PortInCompleted",
    "Action Required": "PortInActionRequired",
    "Canceled": "PortInCanceled",
    "Expired": "PortInExpired",
}
_NUMBER_EVENTS = {
    "waiting_for_signature": "PortInPhoneNumberWaitingForSignature",
    "port_submitted": "PortInPhoneNumberSubmitted",
    "port_pending": "PortInPhoneNumberPending",
    "completed": "PortInPhoneNumberCompleted",
    "port_rejected": "PortInPhoneNumberRejected",
    "canceled": "PortInPhoneNumberCanceled",
}
_PORT_OUT = "PortOutPhoneNumberCompleted"
EVENTS = frozenset({*_REQUEST_EVENTS.values(), *_NUMBER_EVENTS.values(), _PORT_OUT})
"""The names of every event."""


class Event(NamedTuple):
    """An event of ``subject`` (a SID of an account)."""

    name: str
    account_sid: str
    subject: str
    body: bytes


def port_in_event(port_in: PortIn, line: Line | None) -> Event | None:
    """The event of a request, or of one of its numbers, that has just changed; None if there is none."""
    if line is None:
        name, subject = _REQUEST_EVENTS.get(port_in.status), port_in.sid
        fields: dict[str, object] = {
            "status": port_in.status,
            "last_date_updated": timestamp(port_in.updated),
        }
    else:
        name, subject, fields = _NUMBER_EVENTS.get(line.status), line.sid, _of_number(line)
    if name is None:
        return None
    said = {
        "event_type": name,
        "port_in_request_sid": port_in.sid,
        **fields,
        "order_cancellation_reason": port_in.cancellation_reason,
    }
    return Event(name, port_in.account_sid, subject, _encode(said))


def port_out_event(account_sid: str, subject: str, phone_number: str, at: dt.datetime) -> Event:
    """The event of a number that has left for another carrier."""
    said = {
        "event_type": _PORT_OUT,
        "phone_number": phone_number,
        "status": "completed",
        "last_date_updated": timestamp(at),
    }
    return Event(_PORT_OUT, account_sid, subject, _encode(said))


def _of_number(line: Line) -> dict[str, object]:
    code = line.verdict.code
    return {
        "port_in_phone_number_sid": line.sid,
        "phone_number": line.number,
        "status": line.status,
        "last_date_updated": timestamp(line.updated),
        "portable": line.verdict.portable,
        "not_portable_reason": None if code is None else REASONS[code],
        "not_portable_reason_code": code,
        "rejection_reason": None if line.rejection is None else REJECTIONS[line.rejection],
        "rejection_reason_code": line.rejection,
        "port_date": timestamp(line.port_date) if line.port_date else None,
    }


def _encode(said: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({name: value for name, value in said.items() if value is not None})
