"""What the failures of a sweep's calls mean."""

from __future__ import annotations

from ..errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TwilioNumbersError,
)

__all__ = ["advice_on", "light", "may_pass", "stops_all"]


def stops_all(error: Exception) -> bool:
    """True if every other call would fail in the same way: refused credentials, a client that is set up wrong."""
    return isinstance(error, AuthenticationError | PermissionDeniedError | ConfigurationError)


def may_pass(error: Exception) -> bool:
    """True if the next run is to ask again: all but an ApiError that says the request itself cannot be granted."""
    if not isinstance(error, ApiError) or error.status == 408:
        return True
    return isinstance(error, RateLimitError | ServerError | AuthenticationError | PermissionDeniedError)


def advice_on(error: Exception) -> str:
    """What to do about an input that has no answer: one sentence."""
    if isinstance(error, InvalidArgumentError):
        return "Correct the number, then check it again."
    if stops_all(error):
        return "Check the credentials and the settings, then check it again."
    if may_pass(error):
        return "There is no answer yet: check it again."
    return "Twilio refused the request: see the error."


def light(error: Exception) -> Exception:
    """The error without the frames that an expected one holds, with all that they hold; others are bugs to be found."""
    one: BaseException | None = error if isinstance(error, TwilioNumbersError) else None
    while one is not None and one.__traceback__ is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
