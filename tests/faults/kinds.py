"""The five kinds of call that meet the faults, and the answers that a sound server gives them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.raw_server import Connection, Received
from tests.transport.raw_client import NUMBER, PORT_IN, port_in_create, portable
from twilio_numbers_async.client import TwilioNumbers

__all__ = [
    "ALL", "BUY", "DELETE", "GET", "ORDERS", "OTHER", "OTHER_ACCOUNT", "OTHER_SID", "PORT", "REPEATABLE", "UPSERT",
    "Kind", "document_for", "fine", "fine_bytes", "next_call", "own_answer",
]  # fmt: skip

HOOK = "https://example.com/porting"
OTHER = "+14155550199"
OTHER_ACCOUNT = "AC" + "b" * 32
OTHER_SID = "KW" + "b" * 32
PHONE_NUMBER = "PN" + "a" * 32


@dataclass(frozen=True)
class Kind:
    """A kind of call: how it is made, and how to tell its own answer."""

    name: str
    call: Callable[[TwilioNumbers], Awaitable[Any]]
    is_own: Callable[[Any], bool]


GET = Kind(
    "get",
    lambda twilio: twilio.portability.fetch(NUMBER),
    lambda answer: answer.phone_number == NUMBER and answer.portable is True,
)
DELETE = Kind("delete", lambda twilio: twilio.port_ins.cancel(PORT_IN), lambda answer: answer is None)
UPSERT = Kind(
    "upsert",
    lambda twilio: twilio.webhook_configuration.create(port_in_target_url=HOOK),
    lambda answer: answer.port_in_target_url == HOOK,
)
PORT = Kind(
    "port",
    lambda twilio: twilio.port_ins.create(port_in_create()),
    lambda answer: answer.port_in_request_sid == PORT_IN,
)
BUY = Kind(
    "buy",
    lambda twilio: twilio.incoming_phone_numbers.create(NUMBER),
    lambda answer: (answer.sid, answer.phone_number) == (PHONE_NUMBER, NUMBER),
)
REPEATABLE = (GET, DELETE, UPSERT)
ORDERS = (PORT, BUY)
ALL = (*REPEATABLE, *ORDERS)


async def next_call(twilio: TwilioNumbers) -> bool:
    """Return True where another call gets its own answer; it would go over a connection that was left open."""
    answer = await twilio.portability.fetch(OTHER)
    return answer.phone_number == OTHER and answer.portable is True


def document_for(received: Received) -> dict[str, Any]:
    """Twilio's answer, made of nothing but the request."""
    place = received.path.strip("/").split("/")
    if place[-2:-1] == ["PhoneNumber"]:
        return portable(place[-1])
    if received.method == "DELETE":
        return {"port_in_request_sid": place[-1]}
    if place[-1] == "PortIn":
        sent = received.document
        numbers = [{"phone_number": each["phone_number"]} for each in sent["phone_numbers"]]
        return {"port_in_request_sid": PORT_IN, "account_sid": sent["account_sid"], "phone_numbers": numbers}
    if place[-1] == "Webhook":
        return {"port_in_target_url": received.document["port_in_target_url"]}
    if place[-1] == "token":
        return {"access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer"}
    form = dict(parse_qsl(received.body.decode()))
    return {"sid": PHONE_NUMBER, "phone_number": form["PhoneNumber"], "account_sid": place[2]}


def own_answer(received: Received) -> tuple[int, bytes]:
    """The status and the JSON that belong to a request; a body for a deletion too."""
    created = received.path.endswith(("/PortIn", "/IncomingPhoneNumbers.json")) and received.method == "POST"
    return 201 if created else 200, json.dumps(document_for(received)).encode()


def fine_bytes(received: Received) -> bytes:
    """The whole answer of a sound server."""
    if received.method == "DELETE":
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    status, body = own_answer(received)
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def fine(connection: Connection, received: Received) -> None:
    """Answer as Twilio would."""
    await connection.send(fine_bytes(received))
