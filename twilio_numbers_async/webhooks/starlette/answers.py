"""The package's errors as answers of an app."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    PermissionDeniedError,
    TransportError,
    TwilioNumbersError,
    WebhookError,
)

__all__ = ["exception_handlers", "handle_error"]

_LIKE_A_NUMBER = re.compile(r"\+?\d(?:[ ().-]*\d){6,}")


class _Answer(NamedTuple):
    status: int
    error: str
    message: str


# Twilio's own words may hold a number, so they are not passed on.
_BUSY = _Answer(503, "busy", "Twilio has too many requests of this account at once")
_LINE_IS_FULL = _Answer(503, "busy", "Too many calls to Twilio are waiting already")
_REFUSED = _Answer(422, "invalid_request", "Twilio refused the request")
_TIMEOUT = _Answer(504, "timeout", "Twilio did not answer in time")
_UNREACHABLE = _Answer(502, "unreachable", "Twilio could not be reached")
_UPSTREAM_ERROR = _Answer(502, "upstream_error", "Twilio answered with an error")
_UNUSABLE = _Answer(502, "upstream_error", "Twilio's answer could not be used")
_BY_STATUS = {
    400: _REFUSED,
    404: _Answer(404, "not_found", "Twilio knows no such thing"),
    409: _Answer(409, "conflict", "It is not in a state that allows this"),
    422: _REFUSED,
    429: _BUSY,
}
"""The statuses that concern the caller's request. Any other status is between the app and Twilio."""
_OF_THE_APP: tuple[tuple[type[TwilioNumbersError], _Answer], ...] = (
    (InvalidArgumentError, _Answer(422, "invalid_argument", "A value cannot be used")),
    (WebhookError, _Answer(403, "webhook_refused", "The webhook is not genuine")),
    (ConfigurationError, _Answer(500, "misconfigured", "The app is set up wrong")),
)


_log = logging.getLogger(__package__)


def _answer_to(error: TwilioNumbersError) -> _Answer:
    if isinstance(error, ApiError):
        return _BY_STATUS.get(error.status, _UPSTREAM_ERROR)
    if isinstance(error, TransportError):
        return _TIMEOUT if isinstance(error, TimeoutError) else _UNREACHABLE
    if error.is_transient and not error.may_have_been_processed:
        return _LINE_IS_FULL
    return next((answer for kind, answer in _OF_THE_APP if isinstance(error, kind)), _UNUSABLE)


async def handle_error(request: Request, exc: Exception) -> Response:  # noqa: ARG001 - the shape of a handler
    """Answer for an error of this package; register it with ``exception_handlers``.

    The JSON body has ``error`` (a name), ``message``, and where there is one ``argument`` (the place of the
    wrong value), ``code`` and ``request_id`` (Twilio's): no credential, no number, none of Twilio's own words.
    401 and 403 from Twilio are the app's own fault, hence 502. They are logged, and so is a ConfigurationError. An
    error of another kind is raised again.
    """
    if not isinstance(exc, TwilioNumbersError):
        raise exc
    answer = _answer_to(exc)
    if isinstance(exc, ConfigurationError):
        _log.error("%s: %s", answer.message, exc)
    if isinstance(exc, (AuthenticationError, PermissionDeniedError)):
        _log.error("Twilio refused the app: HTTP %d, code %s, %s", exc.status, exc.code, exc.request_id)
    content: dict[str, str | int] = {"error": answer.error, "message": answer.message}
    headers: dict[str, str] = {}
    if isinstance(exc, InvalidArgumentError):
        content["message"] = _LIKE_A_NUMBER.sub("[number]", str(exc))
        if exc.argument:
            content["argument"] = exc.argument
    if isinstance(exc, ApiError):
        if exc.code is not None:
            content["code"] = exc.code
        if exc.request_id:
            content["request_id"] = exc.request_id
    if answer.status == 503:
        headers["Retry-After"] = str(max(1, math.ceil(getattr(exc, "retry_after", None) or 1)))
    return JSONResponse(content, answer.status, headers)


exception_handlers: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    TwilioNumbersError: handle_error
}
"""For the ``exception_handlers`` of an app: every error of this package answered by ``handle_error``."""
