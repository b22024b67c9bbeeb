"""Every error of the package, one tree.

::

    TwilioNumbersError
    ├── ConfigurationError            the client was set up wrong: nothing was sent
    ├── InvalidArgumentError          a value that cannot be sent (also a ValueError)
    │   └── InvalidPhoneNumberError   what was given cannot be a phone number
    ├── PagingError                   a listing that cannot go on safely
    ├── DecodeError                   an answer that is not what the API describes
    ├── GateFullError                 too many calls wait for the gate: nothing was sent
    ├── WebhookError                  a webhook that is not genuine or cannot be read
    ├── JournalError                  a journal that cannot be used
    ├── NoncompliantError             an evaluation found a bundle wrong: it was not submitted (defined in compliance)
    ├── TransportError                no answer arrived
    │   ├── ConnectError              no connection was made: nothing was sent (also a ConnectionError)
    │   └── RequestTimeoutError       the time was up (also a TimeoutError)
    └── ApiError                      Twilio answered with an error
        ├── InvalidRequestError       400, 422
        ├── AuthenticationError       401
        ├── PermissionDeniedError     403
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── RateLimitError            429
        └── ServerError               5xx

No error shows a credential or a phone number (``details`` is what Twilio said, as it is), each prints as one plain
line, and each can be pickled.
"""

from __future__ import annotations

from typing import Any, Self

__all__ = [
    "ApiError",
    "AuthenticationError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "GateFullError",
    "InvalidArgumentError",
    "InvalidPhoneNumberError",
    "InvalidRequestError",
    "JournalError",
    "NotFoundError",
    "PagingError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTimeoutError",
    "ServerError",
    "TransportError",
    "TwilioNumbersError",
    "WebhookError",
    "api_error_class",
    "invalid",
]


_OTHERWISE = {408: True, 501: False, 505: False}
"""Statuses of which it is not their class that says whether they are transient."""


def _restore(
    cls: type[TwilioNumbersError], args: tuple[Any, ...], state: dict[str, Any]
) -> TwilioNumbersError:
    error = cls.__new__(cls, *args)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)  # errno of a system error is in no __dict__
    return error


class TwilioNumbersError(Exception):
    """The root of the tree: catch it to catch everything that this package raises on purpose."""

    is_transient: bool = False
    """True if the same request may succeed a little later."""
    may_have_been_processed: bool = False
    """True if Twilio may have carried the request out. Look before you send an order again."""

    def with_hint(self, text: str) -> Self:
        """Add a sentence to the message; return the error itself."""
        message = str(self.args[0]) if self.args else ""
        self.args: tuple[Any, ...] = (f"{message.rstrip('.')}. {text}" if message else text,)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        state = self.__dict__.copy()
        if isinstance(self, OSError) and self.errno is not None:
            state["errno"] = self.errno
        return _restore, (type(self), self.args, state)

    def __str__(self) -> str:
        return " ".join(super().__str__().split())


class ConfigurationError(TwilioNumbersError):
    """The client, or a setting of it, is wrong. Nothing was sent."""


class InvalidArgumentError(TwilioNumbersError, ValueError):
    """A value that cannot be sent. Nothing was sent.

    ``argument`` is the place of the value, such as ``page_size`` or ``phone_numbers[3].pin``.
    """

    argument: str | None

    def __init__(self, message: str, *, argument: str | None = None) -> None:
        super().__init__(message)
        self.argument = argument


def invalid(argument: str, problem: str) -> InvalidArgumentError:
    """The error for a value; its message begins with the value's place: ``page_size must be ...``."""
    return InvalidArgumentError(f"{argument} {problem}", argument=argument)


class InvalidPhoneNumberError(InvalidArgumentError):
    """A value that cannot be a phone number. The message says why and never repeats the value."""


class PagingError(TwilioNumbersError):
    """A listing that cannot go on: the next page is on a foreign host, or a cursor came twice."""


class DecodeError(TwilioNumbersError):
    """An answer that is not what the API describes.

    ``path`` is the place inside the document (``$.phone_numbers[0].portable``; ``$`` is the whole of it),
    ``status`` the HTTP status, ``request_id`` Twilio's id of the exchange (``RQ...``).
    ``may_have_been_processed`` is True for an order: it was most likely carried out.
    """

    path: str
    status: int | None
    request_id: str | None
    method: str | None
    route: str | None

    def __init__(
        self,
        message: str,
        *,
        path: str = "$",
        status: int | None = None,
        request_id: str | None = None,
        method: str | None = None,
        route: str | None = None,
    ) -> None:
        super().__init__(message)
        self.path = path
        self.status = status
        self.request_id = request_id
        self.method = method
        self.route = route


class GateFullError(TwilioNumbersError):
    """As many calls wait for the gate as ``max_waiting`` allows. Nothing was sent; try again a little later."""

    is_transient: bool = True


class JournalError(TwilioNumbersError):
    """A journal that cannot be used: of another sweep, in use, no journal, or it cannot be written.

    Nothing in it was changed or lost.
    """


class WebhookError(TwilioNumbersError):
    """A webhook that is not genuine, or whose body cannot be read. Answer it with 403."""


class TransportError(TwilioNumbersError):
    """No answer arrived, or none that can be read.

    ``may_have_been_processed`` is False when nothing can have reached Twilio. When it is True and the call
    was not idempotent, look before you send it again. ``is_transient`` is False where the same request would
    fail in the same way (an answer that is too large or cannot be read).
    """

    is_transient: bool = True
    was_disconnected: bool = False
    """True if the connection ended without an answer, as one does that was idle for long."""
    method: str | None
    route: str | None
    attempts: int

    def __init__(
        self,
        message: str,
        *,
        may_have_been_processed: bool = True,
        is_transient: bool = True,
        method: str | None = None,
        route: str | None = None,
        attempts: int = 1,
    ) -> None:
        super().__init__(message)
        self.may_have_been_processed = may_have_been_processed
        self.is_transient = is_transient
        self.method = method
        self.route = route
        self.attempts = attempts


class ConnectError(TransportError, ConnectionError):
    """No connection was made (name not found, refused, TLS failed). Nothing was sent."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The time for one attempt (``timeout``) or for the whole call (``deadline``) was up."""


class ApiError(TwilioNumbersError):
    """Twilio answered with an error.

    ``status`` is the HTTP status, ``code`` Twilio's error code (int; None where the body had none),
    ``message`` and ``more_info`` Twilio's words, ``details`` whatever else the body said (str keys),
    ``request_id`` the ``Twilio-Request-Id`` (``RQ...``), ``retry_after`` seconds, ``route`` the path template,
    ``attempts`` how many requests were made. ``is_transient`` is True for 408, 429 and 5xx (not 501 and 505),
    ``may_have_been_processed`` for 408, 5xx and a redirect.
    """

    status: int
    code: int | None
    message: str
    more_info: str | None
    details: dict[str, Any]
    request_id: str | None
    retry_after: float | None
    method: str | None
    route: str | None
    attempts: int

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        more_info: str | None = None,
        details: dict[str, Any] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        method: str | None = None,
        route: str | None = None,
        attempts: int = 1,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.more_info = more_info
        self.details = {} if details is None else details
        self.request_id = request_id
        self.retry_after = retry_after
        self.method = method
        self.route = route
        self.attempts = attempts
        if status in _OTHERWISE:
            self.is_transient: bool = _OTHERWISE[status]
        if status < 400 or status == 408:
            # A redirect or a timeout says nothing about the request.
            self.may_have_been_processed: bool = True

    def with_hint(self, text: str) -> Self:
        """Add a sentence to the message; return the error itself."""
        super().with_hint(text)
        self.message = str(self.args[0])
        return self

    def __repr__(self) -> str:
        facts = [f"status={self.status}"]
        facts += [f"code={self.code}"] if self.code is not None else []
        facts += [f"request_id={self.request_id!r}"] if self.request_id else []
        return f"{type(self).__name__}({', '.join(facts)})"

    def __str__(self) -> str:
        parts = [f"HTTP {self.status}"]
        if self.code is not None:
            parts.append(f"code {self.code}")
        line = f"{', '.join(parts)}: {self.message}"
        context = [f"{self.method} {self.route}"] if self.method and self.route else []
        if self.request_id:
            context.append(self.request_id)
        if self.attempts > 1:
            context.append(f"{self.attempts} attempts")
        if context:
            line = f"{line} ({', '.join(context)})"
        return " ".join(line.split())


class InvalidRequestError(ApiError):
    """400 or 422: the request itself is wrong; sending it again gives the same answer."""


class AuthenticationError(ApiError):
    """401: the credentials are wrong."""


class PermissionDeniedError(ApiError):
    """403: the credentials may not do this."""


class NotFoundError(ApiError):
    """404: there is no such thing, or it belongs to another account."""


class ConflictError(ApiError):
    """409: the thing is not in a state that allows this."""


class RateLimitError(ApiError):
    """429: too many requests at once. It was not processed."""

    is_transient: bool = True


class ServerError(ApiError):
    """5xx: Twilio, or a proxy before it, failed."""

    is_transient: bool = True
    may_have_been_processed: bool = True


_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: InvalidRequestError,
    429: RateLimitError,
}


def api_error_class(status: int) -> type[ApiError]:
    """The class for an HTTP status."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
