"""Webhooks from Twilio: verify them (``verify``), read them (``parse_event``), put them in order (``order``).

``twilio_numbers_async.webhooks.starlette`` puts these into a Starlette or FastAPI app.
"""

from __future__ import annotations

from ..models.numbers_v1.webhook_configuration import PortingEventType
from .events import PortingEvent, PortingState, parse_event
from .order import BoundedStore, Deduplicator, EventOrder, SeenStore, SharedDeduplicator
from .signature import sign, verify, with_body_hash

__all__ = [
    "BoundedStore",
    "Deduplicator",
    "EventOrder",
    "PortingEvent",
    "PortingEventType",
    "PortingState",
    "SeenStore",
    "SharedDeduplicator",
    "parse_event",
    "sign",
    "verify",
    "with_body_hash",
]
