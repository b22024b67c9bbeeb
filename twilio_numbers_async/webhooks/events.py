"""Reads porting webhooks.

Twilio describes the events and not their bodies: the field names here are those that users of these webhooks
have seen, and every one of them may be missing, spelled otherwise or of another type. So nothing is refused
but a body that is neither a JSON object nor a form; a field that makes no sense is None; ``raw`` keeps all.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Mapping
from operator import itemgetter
from urllib.parse import parse_qsl

import msgspec

from ..errors import DecodeError, WebhookError
from ..models.base import Answer, DateOrDateTime, DateTime, decode, fold
from ..models.numbers_v1.webhook_configuration import PortingEventType

__all__ = ["PortingEvent", "PortingState", "parse_event"]


class PortingState(enum.Enum):
    """The state of a port-in request or of one of its numbers."""

    IN_REVIEW = "in_review"
    WAITING_FOR_SIGNATURE = "waiting_for_signature"
    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    PENDING = "pending"
    REJECTED = "rejected"
    CANCELING = "canceling"
    COMPLETED = "completed"
    CANCELED = "canceled"
    EXPIRED = "expired"

    @property
    def rank(self) -> int:
        """The rank on the way; states of one rank may follow each other in either order."""
        return _RANKS[self]

    @property
    def is_terminal(self) -> bool:
        """True if nothing comes after it."""
        return self in _TERMINAL


_TERMINAL = frozenset({PortingState.COMPLETED, PortingState.CANCELED, PortingState.EXPIRED})
_RANKS = {
    PortingState.IN_REVIEW: 0,
    PortingState.WAITING_FOR_SIGNATURE: 1,
    PortingState.SUBMITTED: 2,
    PortingState.IN_PROGRESS: 3,
    PortingState.ACTION_REQUIRED: 3,  # comes and goes while in progress
    PortingState.PENDING: 3,
    PortingState.REJECTED: 3,
    PortingState.CANCELING: 4,
    **dict.fromkeys(_TERMINAL, 5),
}
_STATES = {fold(state.value): state for state in PortingState}
_KINDS = {fold(kind.value): kind for kind in PortingEventType}
_PREFIXES = ("", "portinphonenumber", "portoutphonenumber", "portin", "port")


class _Dates(Answer, frozen=True, kw_only=True):
    last_date_updated: DateTime | None = None
    port_date: DateOrDateTime | None = None


class PortingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a port-in request, of one of its numbers, or of a number that was ported out."""

    kind: PortingEventType | None
    """The event's name, from ``event_type`` or ``status``; None where the body has neither."""
    raw: dict[str, object]
    """The body as it came: a JSON object, or a form's parameters (a list where one was repeated)."""
    dedupe_key: str
    """64 hex characters, equal for every delivery of one event."""
    port_in_request_sid: str | None = None
    """``KW...``"""
    port_in_phone_number_sid: str | None = None
    """``PU...``; None where the event is about the request as a whole."""
    account_sid: str | None = None
    phone_number: str | None = None
    """E.164."""
    status: str | None = None
    """As Twilio spelled it; ``state`` reads it."""
    last_date_updated: dt.datetime | None = None
    port_date: DateOrDateTime | None = None
    """A date, a timestamp, or the text that is neither."""
    portable: bool | None = None
    not_portable_reason: str | None = None
    not_portable_reason_code: int | str | None = None
    rejection_reason: str | None = None
    rejection_reason_code: int | str | None = None
    order_cancellation_reason: str | None = None

    @property
    def is_about_number(self) -> bool:
        """True if the event is about one number, False if it is about the whole request."""
        if self.kind is not None and self.kind.is_known:
            return "PhoneNumber" in self.kind
        return bool(self.port_in_phone_number_sid or self.phone_number)

    @property
    def state(self) -> PortingState | None:
        """The state of the number or the request after it; None for what this package does not know."""
        return _state(self.kind) or _state(self.status)

    @property
    def is_terminal(self) -> bool:
        """True if nothing more will happen to the number or the request."""
        return self.state is not None and self.state.is_terminal

    @property
    def subject(self) -> str | None:
        """A key for what it is about: a SID, or a hash where a number has none; None if that is unknown."""
        if not self.is_about_number:
            return self.port_in_request_sid
        if self.port_in_phone_number_sid or not self.phone_number:
            return self.port_in_phone_number_sid
        return _digest([self.port_in_request_sid, self.phone_number])


def parse_event(body: bytes) -> PortingEvent:
    """Read a porting webhook: JSON (names in snake_case or camelCase) or a form. Call ``verify`` first.

    Raises WebhookError if the body is neither a JSON object nor a form, or is not UTF-8.
    """
    try:
        raw = _read(body)
        event = _event(raw)
        return msgspec.structs.replace(event, dedupe_key=_dedupe_key(event))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise WebhookError("The body of the webhook is neither JSON nor a form") from None


def _read(body: object) -> dict[str, object]:
    if not isinstance(body, bytes | bytearray):
        raise WebhookError("The body of the webhook is not bytes")
    text = body.decode("utf-8-sig").strip()
    if text.startswith("{"):
        return msgspec.json.decode(text, type=dict[str, object])
    if "=" not in text or text[0] in '["<':
        raise WebhookError("The body of the webhook is neither a JSON object nor a form")
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="strict"):
        of_name = values.setdefault(name, [])
        if value not in of_name:  # the signature does not tell one from two of the same
            of_name.append(value)
    return {name: of_name[0] if len(of_name) == 1 else of_name for name, of_name in values.items()}


def _event(raw: dict[str, object]) -> PortingEvent:
    fields: dict[str, object] = {}
    for name, value in raw.items():
        if value not in (None, ""):
            fields.setdefault(fold(name), value)
    status = _text(fields, "status")
    number_sid = _text(fields, "portinphonenumbersid")
    number = _text(fields, "phonenumber")
    dates = _dates(_text(fields, "lastdateupdated", "lastupdated", "dateupdated"), _text(fields, "portdate"))
    return PortingEvent(
        kind=_kind(_text(fields, "eventtype"), status, about_number=bool(number_sid or number)),
        raw=raw,
        dedupe_key="",
        port_in_request_sid=_text(fields, "portinrequestsid"),
        port_in_phone_number_sid=number_sid,
        account_sid=_text(fields, "accountsid"),
        phone_number=number,
        status=status,
        last_date_updated=dates.last_date_updated,
        port_date=dates.port_date,
        portable=_boolean(fields.get("portable")),
        not_portable_reason=_text(fields, "notportablereason", "notportabilityreason"),
        not_portable_reason_code=_code(fields, "notportablereasoncode", "notportabilityreasoncode"),
        rejection_reason=_text(fields, "rejectionreason"),
        rejection_reason_code=_code(fields, "rejectionreasoncode"),
        order_cancellation_reason=_text(fields, "ordercancellationreason"),
    )


def _kind(event_type: str | None, status: str | None, *, about_number: bool) -> PortingEventType | None:
    """The event's name: as given, or made of a plain status such as ``port_submitted``."""
    said = [text for text in (event_type, status) if text]
    prefix = "portinphonenumber" if about_number else "portin"
    for text in said:
        if (kind := _KINDS.get(fold(text))) is not None:
            return kind
    for text in said:
        if (kind := _KINDS.get(prefix + fold(text).removeprefix("port"))) is not None:
            return kind
    return PortingEventType(said[0]) if said else None


def _state(text: str | None) -> PortingState | None:
    if not text:
        return None
    folded = fold(text)
    ends = (folded.removeprefix(prefix) for prefix in _PREFIXES if folded.startswith(prefix))
    return next((_STATES[end] for end in ends if end in _STATES), None)


def _text(fields: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
    return None


def _code(fields: Mapping[str, object], *names: str) -> int | str | None:
    text = _text(fields, *names)
    return int(text) if text and len(text) < 19 and text.isascii() and text.isdigit() else text


def _boolean(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().casefold())
    return value if isinstance(value, bool) else None


def _dates(last_date_updated: str | None, port_date: str | None) -> _Dates:
    try:
        return decode(
            _Dates, msgspec.json.encode({"last_date_updated": last_date_updated, "port_date": port_date})
        )
    except DecodeError:  # of the two only the first can fail
        return decode(_Dates, msgspec.json.encode({"port_date": port_date}))


def _dedupe_key(event: PortingEvent) -> str:
    """A digest of what was said: neither the spelling of names nor their order counts.

    The date of the change tells apart two changes to one state. Without it only the whole body does.
    """
    said = msgspec.structs.asdict(event)
    del said["dedupe_key"], said["raw"]
    if event.last_date_updated is None:
        said["raw"] = sorted(((fold(name), value) for name, value in event.raw.items()), key=itemgetter(0))
    return _digest(said)


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
