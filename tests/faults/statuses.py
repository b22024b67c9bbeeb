"""Faults that the server owns up to: 429 and 5xx with each form of Retry-After, 401, redirects, token trouble."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from email.utils import format_datetime

from tests.raw_server import Connection, Received, Reply
from twilio_numbers_async.client import ClientOptions
from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.transport.retry import RetryPolicy

from .breaking import TOO_LARGE
from .kinds import fine
from .replies import STALL, answer, bomb, head, raw
from .table import AGAIN, SHORTLY, Cells, Fault, by_kind, fails, server_error

__all__ = ["LIMITS", "REDIRECTS", "SERVER_ERRORS", "SIGNING_IN"]

_HTML = b"<html><body>Sorry</body></html>"


def error(status: int, *lines: str) -> Reply:
    """An error of Twilio's."""
    return answer(
        json.dumps({"code": 20000 + status, "message": "No", "status": status}).encode(), status, *lines
    )


def page(status: int, *lines: str) -> Reply:
    """An error of some proxy's."""
    return answer(_HTML, status, *lines)


def until(status: int, seconds: float) -> Reply:
    """An error with the date in ``seconds`` as its Retry-After."""

    async def send(connection: Connection, received: Received) -> None:
        date = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        await error(status, f"Retry-After: {format_datetime(date, usegmt=True)}")(connection, received)

    return send


SOON = (0.0, 1.5)
"""The client's own pause."""
WAITED_FOR: dict[str, tuple[str, tuple[float, float]]] = {
    "seconds": ("3", (3.0, 4.0)),
    "a fraction": ("1.5", (1.5, 2.5)),
    "the most": ("60", (60.0, 61.0)),
    "0": ("0", SOON),
    "less than 0": ("-1", SOON),
    "garbage": ("soon", SOON),
    "not a number": ("nan", SOON),
    "nothing": ("", SOON),
    "a date in the past": ("Thu, 01 Jan 1970 00:00:00 GMT", SOON),
}
GIVEN_UP: dict[str, str] = {
    "an hour": "3600",
    "a date far ahead": "Fri, 01 Jan 2100 00:00:00 GMT",
    "huge": "9" * 15,
    "400 digits": "9" * 400,
}


def refused(waited: tuple[float, float]) -> Cells:
    """429: nothing was processed, so every kind of call is sent again."""
    return by_kind(replace(AGAIN, elapsed=waited))


def failed(waited: tuple[float, float]) -> Cells:
    """503: sent again after the pause, but for orders."""
    once = fails(ServerError, may=True, elapsed=(0.0, 0.0))
    return by_kind(replace(AGAIN, elapsed=waited), orders=once)


LIMITS = (
    *(
        Fault(
            f"{status}, Retry-After: {name}", (error(status, f"Retry-After: {value}"), fine), expected(waited)
        )
        for status, expected in ((429, refused), (503, failed))
        for name, (value, waited) in WAITED_FOR.items()
    ),
    Fault("429, Retry-After: a date", (until(429, 31), fine), refused((29.0, 32.0))),
    Fault("503, Retry-After: a date", (until(503, 31), fine), failed((29.0, 32.0))),
    *(
        Fault(
            f"429, Retry-After: {name}",
            (error(429, f"Retry-After: {value}"), fine),
            by_kind(fails(RateLimitError, elapsed=(0.0, 0.0))),
        )
        for name, value in GIVEN_UP.items()
    ),
    *(
        Fault(
            f"503, Retry-After: {name}",
            (error(503, f"Retry-After: {value}"), fine),
            by_kind(fails(ServerError, may=True, elapsed=(0.0, 0.0))),
        )
        for name, value in GIVEN_UP.items()
    ),
    Fault(
        "429, Retry-After: 30, a second left",
        (error(429, "Retry-After: 30"), fine),
        by_kind(fails(RequestTimeoutError, says="deadline", elapsed=(0.0, 0.0))),
        options=ClientOptions(deadline=1.0),
    ),
    Fault(
        "503, Retry-After: 30, a second left",
        (error(503, "Retry-After: 30"), fine),
        by_kind(
            fails(RequestTimeoutError, says="deadline", may=True, elapsed=(0.0, 0.0)),
            orders=fails(ServerError, may=True, elapsed=(0.0, 0.0)),
        ),
        options=ClientOptions(deadline=1.0),
    ),
    Fault("429 once", (error(429), fine), refused(SOON)),
    Fault("429 of a proxy", (page(429), fine), refused(SOON)),
    Fault(
        "429 for ever",
        (error(429),),
        by_kind(fails(RateLimitError, requests=range(2, 300), elapsed=(0.0, 1.5))),
        options=ClientOptions(retry=RetryPolicy(max_refused_time=1.0)),
    ),
    Fault(
        "429 for ever, Retry-After: 3",
        (error(429, "Retry-After: 3"),),
        by_kind(fails(RateLimitError, requests=(3, 4), elapsed=(6.0, 10.0))),
        options=ClientOptions(retry=RetryPolicy(max_refused_time=10.0)),
    ),
)
"""Waits that the server asks for."""

SERVER_ERRORS = (
    *(
        Fault(f"{status} for ever", (page(status),), server_error(says=str(status)))
        for status in (500, 502, 503, 504)
    ),
    Fault("502 once", (page(502), fine), by_kind(AGAIN, orders=fails(ServerError, may=True))),
    Fault("500 of Twilio's own", (error(500),), server_error(says="code 20500")),
    Fault("408", (page(408),), by_kind(fails(ApiError, says="408", may=True))),
)

REDIRECTS = (
    *(
        Fault(
            f"{status} to elsewhere",
            (answer(b"", status, "Location: /elsewhere"),),
            by_kind(fails(ApiError, says="redirect", may=True)),
        )
        for status in (301, 302, 303, 307, 308)
    ),
    Fault("302 without a place", (answer(_HTML, 302),), by_kind(fails(ApiError, says="redirect", may=True))),
    Fault(
        "304", (raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),), by_kind(fails(ApiError, says="304", may=True))
    ),
)


def no_token(error: type, requests: int = 1, **more: object) -> Cells:
    """No token, so no request."""
    return by_kind(fails(error, requests=requests, **more))


SIGNING_IN = (
    Fault("401", (error(401),), by_kind(fails(AuthenticationError))),
    Fault("403", (error(403),), by_kind(fails(PermissionDeniedError))),
    Fault(
        "401 once, with a token",
        (fine, error(401), fine),
        by_kind(replace(AGAIN, requests=(4,))),
        signed_in=True,
    ),
    Fault(
        "401 twice, with a token",
        (fine, error(401), fine, error(401)),
        by_kind(fails(AuthenticationError, requests=4)),
        signed_in=True,
    ),
    Fault(
        "503 for a token, once", (error(503), fine), by_kind(replace(AGAIN, requests=(3,))), signed_in=True
    ),
    Fault("503 for a token, for ever", (error(503),), no_token(ServerError, 4), signed_in=True),
    Fault("400 for a token", (error(400),), no_token(AuthenticationError), signed_in=True),
    Fault("HTML for a token", (answer(_HTML, 200),), no_token(AuthenticationError), signed_in=True),
    Fault(
        "a token for a header of two lines",
        (answer(b'{"access_token": "a\\nb"}', 200),),
        no_token(AuthenticationError),
        signed_in=True,
    ),
    Fault(
        "never a token",
        (raw(head(200), STALL),),
        no_token(RequestTimeoutError, 2),
        signed_in=True,
        options=SHORTLY,
    ),
    Fault(
        "a token of 64 MiB",
        (bomb(64, 200),),
        no_token(TransportError, says=TOO_LARGE, memory=8.0),
        signed_in=True,
        options=ClientOptions(max_body=1 << 20),
    ),
)
"""Credentials that are refused; tokens that do not come."""
