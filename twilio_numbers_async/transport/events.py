"""Logs calls and calls the hooks. No number, no credential."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from ..errors import ApiError, TransportError, TwilioNumbersError
from .call import Call
from .client_state import CallWait, Exchange, GateChange
from .http.connections import RawAnswer
from .response import request_id_of

__all__ = ["log", "log_gave_up", "set_up_logging", "show_exchange", "show_wait"]

log: logging.Logger = logging.getLogger("twilio_numbers_async.calls")
log.addHandler(logging.NullHandler())  # who sets no logging up hears nothing

_LONG = 1.0
"""Seconds of waiting that are worth a line."""
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


def set_up_logging() -> None:
    """Log by ``TWILIO_NUMBERS_LOG``: ``debug`` or ``info`` sends the lines of this level to standard error."""
    wanted = os.environ.get("TWILIO_NUMBERS_LOG", "").strip().lower()
    if not wanted:
        return
    if wanted not in _LEVELS:
        logging.getLogger("twilio_numbers_async").warning("TWILIO_NUMBERS_LOG must be debug or info")
        return
    package = logging.getLogger("twilio_numbers_async")
    package.setLevel(_LEVELS[wanted])
    if not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        package.addHandler(handler)


def show_exchange(
    hook: Callable[[Exchange], None] | None,
    call: Call,
    elapsed: float,
    answer: RawAnswer | None,
    error: TransportError | None,
) -> None:
    """Log a request and its outcome, and call ``on_response``."""
    endpoint = call.endpoint
    status = None if answer is None else answer.status
    request_id = None if answer is None else request_id_of(answer.headers)
    if log.isEnabledFor(logging.DEBUG):
        outcome = status if error is None else type(error).__name__
        log.debug(
            "call.exchange %s %s %s attempt=%d outcome=%s request_id=%s seconds=%.3f",
            endpoint.operation, endpoint.method, endpoint.path, call.attempts, outcome, request_id, elapsed,
            extra={"event": "call.exchange"},
        )  # fmt: skip
    if hook is None:
        return
    exchange = Exchange(
        method=endpoint.method,
        route=endpoint.path,
        operation=endpoint.operation,
        attempt=call.attempts,
        elapsed=elapsed,
        status=status,
        headers={} if answer is None else answer.headers,
        request_id=request_id,
        error=error,
    )
    try:
        hook(exchange)
    except Exception:
        # The answer is there; a broken hook must not take it away.
        log.exception("on_response failed")


def show_wait(
    hook: Callable[[CallWait | GateChange], None] | None,
    call: Call,
    failure: TwilioNumbersError,
    pause: float,
) -> None:
    """Log a pause before another try, and call ``on_event``. The log adds short ones up to a second."""
    status, code, request_id = None, None, None
    if isinstance(failure, ApiError):
        status, code, request_id = failure.status, failure.code, failure.request_id
    call.waited += pause
    if call.waited >= _LONG:
        log.info(
            "call.wait %s attempt=%d status=%s request_id=%s seconds=%.2f reason=%s",
            call.endpoint.operation, call.attempts, status, request_id, call.waited, type(failure).__name__,
            extra={"event": "call.wait"},
        )  # fmt: skip
        call.waited = 0.0
    if hook is None:
        return
    wait = CallWait(
        operation=call.endpoint.operation,
        route=call.endpoint.path,
        attempt=call.attempts,
        seconds=pause,
        status=status,
        code=code,
        request_id=request_id,
        reason=type(failure).__name__,
    )
    try:
        hook(wait)
    except Exception:
        log.exception("on_event failed")


def log_gave_up(call: Call, failure: TwilioNumbersError) -> None:
    """Warn of a call that fails for good after more than one try."""
    if call.attempts < 2:
        return
    log.warning(
        "call.gave_up %s attempts=%d status=%s request_id=%s reason=%s",
        call.endpoint.operation, call.attempts, getattr(failure, "status", None),
        getattr(failure, "request_id", None), type(failure).__name__,
        extra={"event": "call.gave_up"},
    )  # fmt: skip
