"""Parts that the tests of the 2010-04-01 resources share: SIDs, a client that sends again at once, answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from tests.raw_server import Connection, Received, Reply, json_reply
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.transport.retry import RetryPolicy

ACCOUNT = "AC" + "a" * 32
SUBACCOUNT = "AC" + "b" * 32
NUMBER = "PN" + "c" * 32
ADD_ON = "XE" + "d" * 32
EXTENSION = "XF" + "e" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
AVAILABLE = f"/2010-04-01/Accounts/{ACCOUNT}/AvailablePhoneNumbers"


def client(url: str, *, max_attempts: int = 4, concurrency: int | None = None) -> TwilioNumbers:
    """A client of the server; it sends again without a pause."""
    retry = RetryPolicy(max_attempts=max_attempts, first_delay=0.0, jitter=0.0)
    return TwilioNumbers(ACCOUNT, "token", base_url=url, retry=retry, concurrency=concurrency)


def form(received: Received) -> dict[str, str]:
    """The parameters of a form body."""
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(received.body.decode(), keep_blank_values=True, strict_parsing=bool(received.body)))


def error(code: int, status: int = 400, message: str = "No") -> Reply:
    """Twilio's error body."""
    return json_reply({"code": code, "message": message, "status": status}, status)


def answers(handle: Callable[[Received], Reply]) -> Reply:
    """A server that decides by request."""

    async def send(connection: Connection, received: Received) -> None:
        await handle(received)(connection, received)

    return send


def numbers(*sids: str, following: str | None = None) -> Reply:
    """A page of an account's numbers."""
    page: dict[str, Any] = {"incoming_phone_numbers": [{"sid": sid} for sid in sids]}
    return json_reply(page | {"next_page_uri": following})


def found(*phone_numbers: str) -> Reply:
    """The answer to a search, without paging keys."""
    return json_reply(
        {"uri": "x", "available_phone_numbers": [{"phone_number": number} for number in phone_numbers]}
    )


def lines(received: list[Received]) -> list[str]:
    """Methods and targets, in their order."""
    return [f"{each.method} {each.target}" for each in received]
