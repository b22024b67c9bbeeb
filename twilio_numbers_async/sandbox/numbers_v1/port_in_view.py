"""Port-ins in the specification's shapes; null for unknown values."""

from __future__ import annotations

from msgspec.structs import asdict

from ..routing import PUBLIC_HOST
from ..state import timestamp
from .port_in_body import PortInBody, target
from .port_in_state import REJECTIONS, Line, PortIn
from .portability import REASONS

_PATH = f"{PUBLIC_HOST}/v1/Porting/PortIn"
_SUGGESTED = "Review the rejected phone numbers and correct their information"


def sent_fields(body: PortInBody, *, ticket: int) -> dict[str, object]:
    """The fields that a port-in was created with, in the form of answers; the target is in UTC."""
    fields: dict[str, object] = asdict(body)
    del fields["phone_numbers"]
    date, start, end = target(body)
    return fields | {
        "target_port_in_date": date,
        "target_port_in_time_range_start": start.strftime("%H:%M:%SZ") if start else None,
        "target_port_in_time_range_end": end.strftime("%H:%M:%SZ") if end else None,
        "support_ticket_id": ticket,
    }


def describe(port_in: PortIn) -> dict[str, object]:
    """The ``porting_port_in`` of the specification."""
    waiting = port_in.status == "Waiting for Signature"
    return port_in.fields | {
        "port_in_request_sid": port_in.sid,
        "url": f"{_PATH}/{port_in.sid}",
        "port_in_request_status": port_in.status,
        "order_cancellation_reason": port_in.cancellation_reason,
        "date_created": timestamp(port_in.created),
        "phone_numbers": [_describe_line(line) for line in port_in.lines],
        "signature_request_url": f"https://www.example.com/sign/{port_in.sid}" if waiting else None,
    }


def _portability(line: Line) -> dict[str, object]:
    code = line.verdict.code
    return {
        "phone_number": line.number,
        "portable": line.verdict.portable,
        "not_portability_reason": None if code is None else REASONS[code],
        "not_portability_reason_code": code,
        "port_in_phone_number_status": line.status,
        "port_date": timestamp(line.port_date) if line.port_date else None,
        "rejection_reason": None if line.rejection is None else REJECTIONS[line.rejection],
    }


def _describe_line(line: Line) -> dict[str, object]:
    """The ``porting_port_in_phone_number_result``: there the rejection code is text."""
    return _portability(line) | {
        "number_type": line.verdict.number_type,
        "rejection_reason_code": None if line.rejection is None else str(line.rejection),
        "port_in_phone_number_sid": line.sid,
        "status_last_time_updated_timestamp": timestamp(line.updated),
        "external_porting_vendor_phone_number_id": None,
    }


def describe_number(port_in: PortIn, line: Line) -> dict[str, object]:
    """The ``porting_port_in_phone_number``: there the rejection code and the PIN are integers."""
    pin = line.pin or ""
    return _portability(line) | {
        "port_in_request_sid": port_in.sid,
        "phone_number_sid": line.sid,
        "url": f"{_PATH}/{port_in.sid}/PhoneNumber/{line.sid}",
        "account_sid": port_in.account_sid,
        "phone_number_type": line.verdict.number_type,
        "date_created": timestamp(port_in.created),
        "country": line.verdict.country,
        "missing_required_fields": line.missing_fields,
        "last_updated": timestamp(line.updated),
        "port_out_pin": int(pin) if pin.isascii() and pin.isdigit() else None,
        "rejection_reason_code": line.rejection,
    }


def describe_row(port_in: PortIn) -> dict[str, object]:
    """A row of the list."""
    return {
        "port_in_request_sid": port_in.sid,
        "port_in_request_status": port_in.status,
        "status_last_updated_timestamp": timestamp(port_in.updated),
        "phone_numbers_requested": len(port_in.lines),
        "phone_numbers_ported": port_in.ported,
        "suggested_action": _SUGGESTED if port_in.status == "Action Required" else None,
    }
